/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "bwp-digest.h"
#include "bwp-result.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* UF2: files of self-contained 512-byte blocks, each with its own flash address.
 * Sources: the UF2 specification, esptool uf2_writer.py; vectors image/merge*.uf2.
 * Block numbers restart at 0 for each file inside a file, so no global count is relied upon.
 * Threads: no state, any thread. */

#define BWP_UF2_BLOCK_BYTES 512
#define BWP_UF2_PAYLOAD_MAX 476
#define BWP_UF2_PAYLOAD_MD5_MAX 452 /* leaves room for the MD5 part */

#define BWP_UF2_NOT_MAIN_FLASH 0x00000001u
#define BWP_UF2_FILE_CONTAINER 0x00001000u
#define BWP_UF2_FAMILY_PRESENT 0x00002000u
#define BWP_UF2_MD5_PRESENT 0x00004000u

struct bwp_uf2_block {
    uint32_t flags;
    uint32_t address;
    uint32_t number;
    uint32_t total;
    uint32_t family;        /* 0 unless BWP_UF2_FAMILY_PRESENT */
    const uint8_t *payload; /* borrowed */
    uint32_t payload_len;
};

#ifdef __cplusplus
extern "C" {
#endif

/**
 * bwp_uf2_is_block:
 * @data: start of a file
 * @len: bytes at hand
 *
 * Returns: whether it starts like a UF2 file
 */
bool bwp_uf2_is_block (const uint8_t *data, size_t len);

/**
 * bwp_uf2_parse:
 * @data: one block
 * @len: bytes at hand, at least 512
 * @digests: (nullable): without md5 an MD5 part is not checked
 * @ret_block: set on %BWP_OK only; borrows from @data
 *
 * The caller steps through a file 512 bytes at a time and skips blocks with
 * %BWP_UF2_NOT_MAIN_FLASH or %BWP_UF2_FILE_CONTAINER.
 *
 * Returns: %BWP_OK; %BWP_ERR_CUT; %BWP_ERR_CORRUPT magics, lengths or MD5 are wrong
 */
enum bwp_result bwp_uf2_parse (const uint8_t *data,
                               size_t len,
                               const struct bwp_digests *digests,
                               struct bwp_uf2_block *ret_block);

/**
 * bwp_uf2_put:
 * @block: what to write. flags: FAMILY_PRESENT and MD5_PRESENT are honoured; payload_len at most
 *   %BWP_UF2_PAYLOAD_MAX, or %BWP_UF2_PAYLOAD_MD5_MAX with MD5
 * @digests: (nullable): md5 is needed for an MD5 part
 * @out: (out): one block
 *
 * Returns: %BWP_OK, %BWP_ERR_CALLER
 */
enum bwp_result bwp_uf2_put (const struct bwp_uf2_block *block,
                             const struct bwp_digests *digests,
                             uint8_t out[BWP_UF2_BLOCK_BYTES]);

#ifdef __cplusplus
}
#endif
