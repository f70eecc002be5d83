/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/* Finds what differs between a flash region and its wanted content by asking the chip for digests,
 * without the old file. Equal stretches are recognised whole; those that differ are halved down to
 * single sectors, as long as that is likely to pay: a content that is new throughout is told by a
 * few samples, so it costs a few questions and not one per sector. No I/O of its own.
 * Threads: none shared. */

#define BW_ESP_MD5_BYTES 16

/**
 * BwEspDigestFunc:
 * @user_data: as given
 * @offset: first byte in flash
 * @size: bytes
 * @ret_md5: (out): digest of that stretch of the flash
 * @error: why there is none
 *
 * Returns: %TRUE when @ret_md5 is set
 */
typedef gboolean (*BwEspDigestFunc) (gpointer user_data,
                                     uint32_t offset,
                                     uint32_t size,
                                     uint8_t ret_md5[BW_ESP_MD5_BYTES],
                                     GError **error);

/**
 * BwEspRun:
 * @offset: first byte in flash, sector-aligned
 * @size: bytes; whole sectors unless the region ends with it
 *
 * A stretch that differs.
 */
typedef struct {
    uint32_t offset;
    uint32_t size;
} BwEspRun;

/**
 * bw_esp_diff_find:
 * @offset: where the region begins in flash, sector-aligned
 * @data: what shall be there
 * @size: its length, at least 1
 * @digest: asks the chip
 * @user_data: for @digest
 * @runs: (element-type BwEspRun): what differs is appended, by offset, neighbours joined
 * @error: of @digest
 *
 * The region as a whole must be known to differ.
 *
 * Returns: %TRUE when every byte outside of the new runs is on the chip already; at least one run
 * was appended then
 */
gboolean bw_esp_diff_find (uint32_t offset,
                           const uint8_t *data,
                           uint32_t size,
                           BwEspDigestFunc digest,
                           gpointer user_data,
                           GArray *runs,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_md5:
 * @data: bytes
 * @size: how many
 * @ret_md5: (out): their digest
 */
void bw_esp_md5 (const uint8_t *data, size_t size, uint8_t ret_md5[BW_ESP_MD5_BYTES]);

G_END_DECLS
