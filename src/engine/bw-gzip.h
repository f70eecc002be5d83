/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gio/gio.h>
#include <stdint.h>

G_BEGIN_DECLS

/* gzip data in memory. Threads: functions without state, callable anywhere. */

/**
 * bw_gzip_is_packed:
 * @data: bytes
 * @len: how many
 *
 * Returns: whether a gzip member starts here
 */
gboolean bw_gzip_is_packed (const uint8_t *data, size_t len);

/**
 * bw_gzip_pack:
 * @data: bytes
 * @len: how many, less than 2 GiB
 *
 * Returns: (transfer full): one gzip member without a name or a time; members in a row unpack to
 *   their contents in a row
 */
GBytes *bw_gzip_pack (const void *data, size_t len);

/**
 * bw_gzip_unpack:
 * @packed: gzip data, one or more members
 * @size_max: most bytes accepted after unpacking
 * @cancellable: (nullable): stops the unpacking
 * @error: bad-firmware (cut, wrong checksum, surplus bytes) or too-large
 *
 * Returns: (transfer full) (nullable): the content, %NULL on error
 */
GBytes *bw_gzip_unpack (GBytes *packed, size_t size_max, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
