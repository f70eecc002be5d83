/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Digests as a service of the caller: a station has OpenSSL, a chip has an accelerator, and this
 * layer may import neither. Memory: the table is borrowed for the length of one call. */

#define BWP_MD5_BYTES 16
#define BWP_SHA256_BYTES 32

/**
 * struct bwp_digests:
 * @md5: digest of @len bytes at @data into @out; (nullable): no MD5 at hand
 * @sha256: the same for SHA-256; (nullable)
 * @ctx: handed to both
 *
 * Either function may be called with a @len of zero. They cannot fail. A function of this layer
 * that needs one which is NULL answers %BWP_ERR_CALLER and says so in its contract.
 */
struct bwp_digests {
    void (*md5) (void *ctx, const uint8_t *data, size_t len, uint8_t out[BWP_MD5_BYTES]);
    void (*sha256) (void *ctx, const uint8_t *data, size_t len, uint8_t out[BWP_SHA256_BYTES]);
    void *ctx;
};
