/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sys/stat.h>

#include "bw-firmware-meter.h"
#include "bw-firmware.h"

G_BEGIN_DECLS

/* Which files a firmware was read from, and whether they are still what was read. Private to the
 * firmware folder.
 * Threads: one loading fills it; from then on it is only read, by any thread. What ends in _sync or
 * adds blocks on the disk. */

typedef struct BwFirmwareFiles BwFirmwareFiles;

/**
 * bw_firmware_files_new:
 *
 * Returns: (transfer full): no files yet
 */
BwFirmwareFiles *bw_firmware_files_new (void);

/**
 * bw_firmware_files_free:
 * @self: (nullable) (transfer full): files
 */
void bw_firmware_files_free (BwFirmwareFiles *self);

/**
 * bw_firmware_files_add:
 * @self: files
 * @path: one that is being read, as it was opened
 * @st: what the system says of it, asked before the first byte was read
 *
 * Takes note of a file and of the symbolic links on the way to it; once, however often it is read.
 */
void bw_firmware_files_add (BwFirmwareFiles *self, const char *path, const struct stat *st);

/**
 * bw_firmware_files_set_meter:
 * @self: files
 * @meter: (nullable): is told how far those are that come from the network
 */
void bw_firmware_files_set_meter (BwFirmwareFiles *self, BwFirmwareMeter *meter);

/**
 * bw_firmware_files_get_meter:
 * @self: files
 *
 * Returns: (transfer none) (nullable): the meter, while they are being read
 */
BwFirmwareMeter *bw_firmware_files_get_meter (const BwFirmwareFiles *self);

/**
 * bw_firmware_files_get_names:
 * @self: files
 *
 * Returns: (transfer none) (array zero-terminated=1): as bw_firmware_get_files()
 */
const char *const *bw_firmware_files_get_names (const BwFirmwareFiles *self);

/**
 * bw_firmware_files_check_sync:
 * @self: files
 *
 * Returns: as bw_firmware_check_files_sync()
 */
BwFirmwareFilesState bw_firmware_files_check_sync (const BwFirmwareFiles *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwFirmwareFiles, bw_firmware_files_free)

G_END_DECLS
