/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include <stdint.h>

G_BEGIN_DECLS

/* What a driver learnt about one board. Threads: built by one thread, immutable once handed on,
 * then shared by reference. Memory: reference counted; every string belongs to the object. */

/**
 * BwPartition:
 * @label: name in the table, UTF-8
 * @type: type number (0 application, 1 data, …)
 * @subtype: subtype number
 * @kind: type and subtype in words ("app ota_0", "data nvs")
 * @offset: first byte in flash
 * @size: bytes
 * @is_encrypted: flag of the table
 * @is_readonly: flag of the table
 * @app_name: (nullable): name in the application description found there
 * @app_version: (nullable): version in that description
 *
 * One row of a board's partition table.
 */
typedef struct {
    char *label;
    uint8_t type;
    uint8_t subtype;
    char *kind;
    uint32_t offset;
    uint32_t size;
    gboolean is_encrypted;
    gboolean is_readonly;
    char *app_name;
    char *app_version;
} BwPartition;

/**
 * BwBoardInfo:
 * @chip_key: (nullable): "esp32c3"; %NULL while unknown
 * @chip_name: (nullable): "ESP32-C3"
 * @package: (nullable): "ESP32-C3 (QFN32)"
 * @revision: major * 100 + minor; -1 unknown
 * @features: (nullable): comma-separated words for people
 * @crystal_mhz: 0 unknown
 * @mac: (nullable): base address, lower case with colons
 * @is_mac_doubtful: the check byte that the chip keeps beside @mac does not fit it
 * @flash_size_bytes: 0 unknown
 * @flash_maker: (nullable): "Winbond"
 * @flash_id: manufacturer in bits 23:16, device in 15:0; 0 unknown
 * @is_secure_boot: secure boot is enabled
 * @is_flash_encrypted: flash encryption is enabled
 * @is_secure_download: the loader answers only a few commands
 * @partitions: (element-type BwPartition): in table order; empty when there is no table
 * @partition_table_offset: where the table was found; 0 when there is none
 * @active_partition: index of the partition that boots; -1 unknown
 * @app_name: (nullable): of the application that boots
 * @app_version: (nullable): its version
 * @app_sdk: (nullable): its SDK version
 * @app_built: (nullable): its build date and time
 * @loader: (nullable): what answered: "ROM", "stub 1", "stub 2"
 * @is_cdc: reached by the chip's own USB; some firmware has a build of its own for that
 */
typedef struct {
    /*< private >*/
    gatomicrefcount refs;
    /*< public >*/
    char *chip_key;
    char *chip_name;
    char *package;
    int revision;
    char *features;
    unsigned crystal_mhz;
    char *mac;
    uint32_t flash_size_bytes;
    char *flash_maker;
    uint32_t flash_id;
    gboolean is_secure_boot;
    gboolean is_flash_encrypted;
    gboolean is_secure_download;
    GPtrArray *partitions;
    uint32_t partition_table_offset;
    int active_partition;
    char *app_name;
    char *app_version;
    char *app_sdk;
    char *app_built;
    char *loader;
    gboolean is_cdc;
    gboolean is_mac_doubtful;
} BwBoardInfo;

#define BW_TYPE_BOARD_INFO (bw_board_info_get_type ())
/**
 * bw_board_info_get_type:
 *
 * Returns: the boxed type of #BwBoardInfo. Any thread.
 */
GType bw_board_info_get_type (void);

/**
 * bw_board_info_new:
 *
 * Returns: (transfer full): an empty description: nothing known, no partitions. Any thread.
 */
BwBoardInfo *bw_board_info_new (void);

/**
 * bw_board_info_ref:
 * @self: (nullable): a description
 *
 * Returns: (transfer full) (nullable): @self. Any thread.
 */
BwBoardInfo *bw_board_info_ref (BwBoardInfo *self);

/**
 * bw_board_info_unref:
 * @self: (nullable) (transfer full): a description; freed with the last reference. Any thread.
 */
void bw_board_info_unref (BwBoardInfo *self);

/**
 * bw_board_info_copy:
 * @self: a description
 *
 * Returns: (transfer full): a copy of its own, to be changed before it is handed on. Any thread.
 */
BwBoardInfo *bw_board_info_copy (const BwBoardInfo *self);

/**
 * bw_board_info_copy_changed:
 * @self: a description
 *
 * Returns: (transfer full): the same board after something was written to it that nobody has proved:
 *   its applications are not known any more
 */
BwBoardInfo *bw_board_info_copy_changed (const BwBoardInfo *self);

/**
 * bw_board_info_copy_erased:
 * @self: a description
 *
 * Returns: (transfer full): the same board with nothing on its flash
 */
BwBoardInfo *bw_board_info_copy_erased (const BwBoardInfo *self);

/**
 * bw_partitions_find:
 * @partitions: (element-type BwPartition): the rows of a table
 * @label: name of a partition
 * @error: cause no-partition: there is none of that name, or several, or no table
 *
 * Returns: (transfer none) (nullable): the only row of that name. Any thread.
 */
const BwPartition *bw_partitions_find (GPtrArray *partitions,
                                       const char *label,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_board_info_find_partition:
 * @self: a description
 * @label: name of a partition
 * @error: cause no-partition: there is none of that name, or several, or no table
 *
 * Returns: (transfer none) (nullable): the only row of that name. Any thread.
 */
const BwPartition *bw_board_info_find_partition (const BwBoardInfo *self,
                                                 const char *label,
                                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_partition_copy:
 * @self: a row
 *
 * Returns: (transfer full): a copy. Any thread.
 */
BwPartition *bw_partition_copy (const BwPartition *self);

/**
 * bw_partition_new:
 *
 * Returns: (transfer full): an empty row, freed with bw_partition_free(). Any thread.
 */
BwPartition *bw_partition_new (void);

/**
 * bw_partition_free:
 * @self: (nullable) (transfer full): a row. Any thread.
 */
void bw_partition_free (BwPartition *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwBoardInfo, bw_board_info_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwPartition, bw_partition_free)

G_END_DECLS
