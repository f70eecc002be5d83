/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <stdint.h>

#include "bw-firmware-files.h"

G_BEGIN_DECLS

/* Bytes of a file that somebody else made. Private to the firmware folder.
 * Threads: worker threads only, everything here blocks on the disk.
 *
 * What is returned never changes afterwards: a build that rewrites the file while it is being
 * flashed can neither swap what was checked nor cut it short under a mapping. Small files are read;
 * large ones are copied to an unlinked file (shared extents where the file system can) and mapped,
 * so that they take no memory that cannot be given back. */

/* From here on a file is mapped instead of read. */
#define BW_FIRMWARE_MAP_FROM (1024u * 1024)
/* Manifests and build descriptions are a few kilobytes; a hostile one stays this small. */
#define BW_FIRMWARE_JSON_MAX (1024u * 1024)

/**
 * bw_firmware_source_is_folder:
 * @path: any path
 *
 * Returns: %TRUE for an existing folder
 */
gboolean bw_firmware_source_is_folder (const char *path);

/**
 * bw_firmware_source_read:
 * @path: a regular file; gzip is unpacked
 * @size_max: most bytes accepted, before and after unpacking
 * @files: (nullable): takes note of it
 * @cancellable: (nullable): stops the reading
 * @error: unreadable-file (missing, no rights, not a regular file), bad-firmware (empty, damaged
 *   gzip) or too-large; the message names @path
 *
 * Returns: (transfer full) (nullable): at least one byte, %NULL on error
 */
GBytes *bw_firmware_source_read (const char *path,
                                 size_t size_max,
                                 BwFirmwareFiles *files,
                                 GCancellable *cancellable,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_firmware_source_unpack:
 * @bytes: (transfer none): a file, gzip or not
 * @size_max: most bytes accepted after unpacking
 * @cancellable: (nullable): stops the unpacking
 * @error: bad-firmware (damaged, nothing in it) or too-large
 *
 * Returns: (transfer full) (nullable): what is in it; @bytes itself when it is no gzip
 */
GBytes *bw_firmware_source_unpack (GBytes *bytes,
                                   size_t size_max,
                                   GCancellable *cancellable,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_firmware_source_first_char:
 * @bytes: content of a file
 *
 * Returns: the first byte that is neither a blank nor a byte-order mark; 0 if there is none within
 * the first 256. Tells JSON and Intel HEX from binary forms.
 */
char bw_firmware_source_first_char (GBytes *bytes);

G_END_DECLS
