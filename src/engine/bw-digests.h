/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "bwp-digest.h"

G_BEGIN_DECLS

/* The host's digests for the wire layer, by OpenSSL. Threads: any; nothing is shared. */

/**
 * bw_digests_get:
 *
 * Returns: (transfer none): MD5 and SHA-256 for the functions of the wire layer; lives for ever
 */
const struct bwp_digests *bw_digests_get (void);

/**
 * bw_digests_dup_sha256_hex:
 * @data: (nullable): bytes; may be %NULL when @len is 0
 * @len: how many
 *
 * Returns: (transfer full): SHA-256 of @data, 64 lower-case hex digits
 */
char *bw_digests_dup_sha256_hex (const uint8_t *data, size_t len);

G_END_DECLS
