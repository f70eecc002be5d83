/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <stdint.h>

G_BEGIN_DECLS

/* A file that appears whole or not at all: written beside its place, synced, then renamed.
 * Private to the firmware folder. Threads: worker threads only, one writer per thread. */

typedef struct BwFirmwareWriter BwFirmwareWriter;

/**
 * bw_firmware_writer_new:
 * @path: the file to be; an old one stays until bw_firmware_writer_commit()
 * @cancellable: (nullable): stops every later call
 * @error: unwritable-file or no-space
 *
 * Returns: (transfer full) (nullable): a writer, %NULL on error
 */
BwFirmwareWriter *bw_firmware_writer_new (const char *path,
                                          GCancellable *cancellable,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_firmware_writer_put:
 * @self: a writer
 * @data: bytes
 * @len: how many
 * @error: no-space, unwritable-file or cancelled
 *
 * Returns: %TRUE when they were taken
 */
gboolean bw_firmware_writer_put (BwFirmwareWriter *self,
                                 const void *data,
                                 size_t len,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_firmware_writer_commit:
 * @self: a writer; of no further use
 * @error: no-space, unwritable-file or cancelled
 *
 * Returns: %TRUE when the file is in its place, on the disk
 */
gboolean bw_firmware_writer_commit (BwFirmwareWriter *self,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_firmware_writer_free:
 * @self: (nullable) (transfer full): a writer; without a commit nothing of it remains
 */
void bw_firmware_writer_free (BwFirmwareWriter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwFirmwareWriter, bw_firmware_writer_free)

G_END_DECLS
