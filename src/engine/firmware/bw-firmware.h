/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "bw-board-info.h"
#include "bw-cause.h"
#include "bw-firmware-meter.h"

G_BEGIN_DECLS

/* What can be loaded onto a board, read from any of the file forms of DESIGN.md.
 * Threads: loading blocks on the disk (worker threads only); a loaded #BwFirmware is immutable and
 * may be shared by any number of threads. Memory: parts are mapped, not copied; gzip and text forms
 * are unpacked once, at most %BW_FIRMWARE_SIZE_MAX bytes. */

/* More than the largest flash any chip of the table addresses in practice. */
#define BW_FIRMWARE_SIZE_MAX (128u * 1024 * 1024)

#define BW_TYPE_FIRMWARE (bw_firmware_get_type ())
G_DECLARE_FINAL_TYPE (BwFirmware, bw_firmware, BW, FIRMWARE, GObject)

/**
 * BwFirmwarePart:
 * @name: what it is, for people: "bootloader", "partition table", "app weather 1.4.2", a file name
 * @offset: first byte in flash
 * @data: content, usually mapped from the file
 * @sha256: digest of @data, lower-case hex
 * @is_encrypted: to be written with the encrypted flag (ESP-IDF's "encrypted": "true")
 * @partition: (nullable): the partition it was put into by name
 * @is_open: where that partition lies is not known yet, @offset means nothing
 */
typedef struct {
    char *name;
    uint32_t offset;
    GBytes *data;
    char *sha256;
    gboolean is_encrypted;
    char *partition;
    gboolean is_open;
} BwFirmwarePart;

/**
 * bw_firmware_part_get_end:
 * @self: a part whose place is known
 *
 * Returns: the first address behind it
 */
uint64_t bw_firmware_part_get_end (const BwFirmwarePart *self);

/**
 * BwFirmwareBuild:
 * @chip_key: (nullable): the only chip it is for ("esp32c3"); %NULL when no file says so
 * @serial_type: (nullable): "cdc" or "uart" where a manifest tells builds apart by it
 * @name: (nullable): name of the application
 * @version: (nullable): version of the application
 * @flash_mode: (nullable): "dio" …, where a build folder says it; %NULL = keep what the image has
 * @flash_freq: (nullable): "80m" …; %NULL = keep
 * @flash_size: (nullable): "4MB", "detect"; %NULL = keep
 * @should_erase: the manifest wants the whole flash erased first
 * @parts: (element-type BwFirmwarePart): sorted by offset, no two overlap; open ones come last
 * @partitions: (element-type BwPartition): the partition layout among the parts; empty if none
 * @table_offset: where that layout goes; 0 if there is none
 * @is_open: a part is for a partition whose place only the table of a board tells
 *
 * What goes onto one kind of chip. Borrowed from its #BwFirmware.
 */
typedef struct {
    char *chip_key;
    char *serial_type;
    char *name;
    char *version;
    char *flash_mode;
    char *flash_freq;
    char *flash_size;
    gboolean should_erase;
    GPtrArray *parts;
    GPtrArray *partitions;
    uint32_t table_offset;
    gboolean is_open;
} BwFirmwareBuild;

/**
 * BwFinding:
 * @cause: what is wrong
 * @text: the same with the numbers of this case, one sentence
 * @is_overridable: the person may go on all the same
 *
 * One mismatch between a firmware and the board in front of it.
 */
typedef struct {
    BwCause cause;
    char *text;
    gboolean is_overridable;
} BwFinding;

/**
 * BwFirmwareFilesState:
 * @BW_FIRMWARE_FILES_SAME: all of them are as they were when they were read
 * @BW_FIRMWARE_FILES_CHANGED: all are there, and at least one was written since
 * @BW_FIRMWARE_FILES_GONE: at least one is not there, or cannot be looked at
 *
 * What has become of the files a firmware was read from. The firmware itself stays what was read.
 */
typedef enum {
    BW_FIRMWARE_FILES_SAME,
    BW_FIRMWARE_FILES_CHANGED,
    BW_FIRMWARE_FILES_GONE,
} BwFirmwareFilesState;

/**
 * bw_firmware_load_sync:
 * @specs: (array zero-terminated=1): FIRMWARE arguments: "file.bin@0x10000", "file.bin@nvs",
 *   "file.bin", a build folder, flasher_args.json, manifest.json, UF2, Intel HEX, or gzip of any of
 *   these
 * @cancellable: (nullable): stops the reading
 * @error: cause bad-firmware, unreadable-file, overlap, too-large, no-partition, usage or cancelled;
 *   of what lies in the network also fetch-failed, untrusted-server or wrong-digest
 *
 * Reads and checks everything: a truncated or damaged file is refused here, before any board is
 * touched. Blocks: worker threads only.
 *
 * Returns: (transfer full) (nullable): the firmware, %NULL on error
 */
BwFirmware *bw_firmware_load_sync (const char *const *specs,
                                   GCancellable *cancellable,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_firmware_load_async:
 * @specs: (array zero-terminated=1): as bw_firmware_load_sync()
 * @meter: (nullable): is told how far what comes from the network is
 * @cancellable: (nullable): stops the reading
 * @callback: called on the thread-default main context
 * @user_data: for @callback
 *
 * The same on a worker thread; for the main thread.
 */
void bw_firmware_load_async (const char *const *specs,
                             BwFirmwareMeter *meter,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);

/**
 * bw_firmware_load_finish:
 * @result: what the callback was given
 * @error: as bw_firmware_load_sync()
 *
 * Returns: (transfer full) (nullable): the firmware, %NULL on error
 */
BwFirmware *bw_firmware_load_finish (GAsyncResult *result,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_firmware_get_title:
 * @self: a firmware
 *
 * Returns: (transfer none): name and version, or the file name where nothing better is known
 */
const char *bw_firmware_get_title (BwFirmware *self);

/**
 * bw_firmware_get_specs:
 * @self: a firmware
 *
 * Returns: (transfer none) (array zero-terminated=1): the arguments it was loaded from
 */
const char *const *bw_firmware_get_specs (BwFirmware *self);

/**
 * bw_firmware_get_files:
 * @self: a firmware
 *
 * Every file that was opened while it was loaded, and so decided what it is: whoever watches these
 * names sees each change. Absolute; a file that was reached through symbolic links stands there as
 * each of the links and as the file behind them, without links.
 *
 * Returns: (transfer none) (array zero-terminated=1): names, each once; none for what came from the
 *   network
 */
const char *const *bw_firmware_get_files (BwFirmware *self);

/**
 * bw_firmware_check_files_sync:
 * @self: a firmware
 *
 * Looks at its files, without reading them. Blocks: worker threads only.
 *
 * Returns: what has become of them
 */
BwFirmwareFilesState bw_firmware_check_files_sync (BwFirmware *self);

/**
 * bw_firmware_get_format:
 * @self: a firmware
 *
 * Returns: (transfer none): id of the file form: "arduino", "bin", "idf", "manifest", "merged", "uf2",
 *   "ihex"
 */
const char *bw_firmware_get_format (BwFirmware *self);

/**
 * bw_firmware_dup_chip_names:
 * @self: a firmware
 *
 * Returns: (transfer full): names of the chips it has builds for, each once: "ESP32, ESP32-C3"; ""
 *   when no file names one
 */
char *bw_firmware_dup_chip_names (BwFirmware *self);

/**
 * bw_firmware_get_builds:
 * @self: a firmware
 *
 * Returns: (transfer none) (element-type BwFirmwareBuild): one or more
 */
GPtrArray *bw_firmware_get_builds (BwFirmware *self);

/**
 * bw_firmware_choose_build:
 * @self: a firmware
 * @chip_key: chip in front of us, "esp32c3"
 * @is_cdc: the port is the chip's own USB (ESP Web Tools' "cdc")
 * @error: %BW_ERROR_REJECTED with cause wrong-chip and evidence naming both chips
 *
 * Returns: (transfer none) (nullable): the build for this chip, %NULL when there is none
 */
const BwFirmwareBuild *bw_firmware_choose_build (BwFirmware *self,
                                                 const char *chip_key,
                                                 gboolean is_cdc,
                                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_firmware_spec_dup_path_sync:
 * @spec: a FIRMWARE argument
 *
 * Returns: (transfer full): the file or folder without the place behind it. Looks at the disk,
 *   because a file may be called "home@9.bin": worker threads only.
 */
char *bw_firmware_spec_dup_path_sync (const char *spec);

/**
 * bw_firmware_spec_is_address:
 * @spec: a FIRMWARE argument
 *
 * Returns: whether it means something in the network. Any thread.
 */
gboolean bw_firmware_spec_is_address (const char *spec);

/**
 * bw_firmware_spec_check_address:
 * @spec: a FIRMWARE argument that is one
 * @error: cause usage: not https, no server, a name or password in it, no digest or none that is one
 *
 * Returns: whether it may be asked for. Nobody is asked. Any thread.
 */
gboolean bw_firmware_spec_check_address (const char *spec,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_firmware_spec_dup_shown:
 * @spec: a FIRMWARE argument
 *
 * Returns: (transfer full): the same for people, UTF-8: an address without its digest, and without its
 *   query, which may hold a key. Any thread.
 */
char *bw_firmware_spec_dup_shown (const char *spec);

/**
 * bw_firmware_dup_build:
 * @self: a firmware
 * @info: the board in front of us, its chip known
 * @error: as bw_firmware_choose_build(); cause no-partition, too-large or overlap, with the file and
 *   the numbers, where a part goes into a partition of the board
 *
 * Chooses the build for a board, and finds the places that only its partition table tells.
 *
 * Returns: (transfer full) (nullable): the build as it goes onto that board, never open
 */
BwFirmwareBuild *bw_firmware_dup_build (BwFirmware *self,
                                        const BwBoardInfo *info,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_firmware_build_copy:
 * @self: a build
 *
 * Returns: (transfer full): a copy that needs no #BwFirmware; contents are shared. Any thread.
 */
BwFirmwareBuild *bw_firmware_build_copy (const BwFirmwareBuild *self);

/**
 * bw_firmware_build_free:
 * @self: (nullable) (transfer full): a build that was handed over. Any thread.
 */
void bw_firmware_build_free (BwFirmwareBuild *self);

/**
 * bw_firmware_build_check:
 * @build: a build that is not open
 * @info: the board in front of us
 *
 * Compares chip, revision limits of every image, flash size, partition sizes, flash size in the
 * image header, a missing boot image, and regions secure boot or encryption forbids.
 *
 * Returns: (transfer full) (element-type BwFinding): empty when everything fits
 */
GPtrArray *bw_firmware_build_check (const BwFirmwareBuild *build, const BwBoardInfo *info);

/**
 * bw_firmware_build_get_size:
 * @build: a build
 *
 * Returns: sum of all parts in bytes
 */
uint64_t bw_firmware_build_get_size (const BwFirmwareBuild *build);

/**
 * bw_firmware_convert_sync:
 * @self: a firmware
 * @build: which of its builds
 * @format: "merged", "uf2" or "ihex"
 * @path: file to write; replaced in one step, an old one stays whole on failure
 * @cancellable: (nullable): stops the writing
 * @error: cause unwritable-file or no-space; cancelled; usage, also where @path is a file of the
 *   firmware; no-partition where the build is open
 *
 * Returns: %TRUE when @path holds the converted firmware. Blocks: worker threads only.
 */
gboolean bw_firmware_convert_sync (BwFirmware *self,
                                   const BwFirmwareBuild *build,
                                   const char *format,
                                   const char *path,
                                   GCancellable *cancellable,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * BwPartitionRules:
 * @table_offset: where the table will lie in flash, for empty offsets in a CSV (0x8000 usual)
 * @is_secure_boot_v1: the first secure boot of ESP32 is on: the size of application partitions is a
 *   multiple of 64 KB
 *
 * What the partitions of a table have to fit.
 */
typedef struct {
    uint32_t table_offset;
    gboolean is_secure_boot_v1;
} BwPartitionRules;

/**
 * bw_partition_table_load_sync:
 * @path: binary or CSV partition table, told apart by content
 * @rules: what the partitions have to fit
 * @error: cause bad-firmware with the line and the rule, or unreadable-file
 *
 * Returns: (transfer full) (element-type BwPartition) (nullable): the rows. Worker threads only.
 */
GPtrArray *bw_partition_table_load_sync (const char *path,
                                         const BwPartitionRules *rules,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_partition_table_save_sync:
 * @partitions: (element-type BwPartition): rows
 * @path: file to write in one step
 * @rules: what the partitions have to fit
 * @is_binary: %TRUE the 0xC00 bytes for the flash, %FALSE CSV
 * @error: cause bad-firmware (a rule is broken), no-space or unwritable-file
 *
 * Returns: %TRUE when written. Worker threads only.
 */
gboolean bw_partition_table_save_sync (GPtrArray *partitions,
                                       const char *path,
                                       const BwPartitionRules *rules,
                                       gboolean is_binary,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_finding_free:
 * @self: (nullable) (transfer full): a finding. Any thread.
 */
void bw_finding_free (BwFinding *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwFirmwareBuild, bw_firmware_build_free)

G_END_DECLS
