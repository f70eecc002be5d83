/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>
#include <stdint.h>

#include "bw-firmware.h"

G_BEGIN_DECLS

/* From parts of a firmware to what is done on a flash chip: spans that are proved by one digest
 * each, and inside them regions that are erased, written or left blank, in the order in which an
 * interruption does least harm. No I/O. Threads: a map belongs to one thread; immutable once made.
 * Memory: contents are shared with the firmware, never copied, except where two parts share a
 * sector, a part begins inside one, or one to be encrypted ends inside a unit of the cipher. */

#define BW_ESP_SECTOR 4096u

/* Where a key manager holds the key of the flash, what it needs for that lies below this address:
 * neither to be written nor erased. */
#define BW_ESP_KEY_MANAGER_BELOW 0x2000u

/* Blank stretches of at least this many bytes are not sent. Shorter ones cost less than a command
 * of their own would. */
#define BW_ESP_BLANK_MIN (4 * BW_ESP_SECTOR)

/**
 * BwEspRank:
 * @BW_ESP_RANK_ORDINARY: programs and data
 * @BW_ESP_RANK_TABLE: the partition table, after all of those
 * @BW_ESP_RANK_BOOT: the boot image, last of all
 *
 * When a region is written.
 */
typedef enum {
    BW_ESP_RANK_ORDINARY,
    BW_ESP_RANK_TABLE,
    BW_ESP_RANK_BOOT,
} BwEspRank;

/**
 * BwEspSpan:
 * @name: of the first part in it, for messages
 * @offset: first byte in flash, sector-aligned
 * @data: every byte that shall be there
 * @is_encrypted: written with the encrypted flag; no digest can be compared
 *
 * What one digest proves.
 */
typedef struct {
    char *name;
    uint32_t offset;
    GBytes *data;
    gboolean is_encrypted;
} BwEspSpan;

/**
 * BwEspRegion:
 * @span: index of the span it lies in
 * @offset: first byte in flash, sector-aligned
 * @size: bytes; whole sectors unless the span ends with it
 * @is_blank: nothing but FF: erased where it is not blank already, never sent
 * @rank: when it is written
 *
 * What one erase or one write command sequence does.
 */
typedef struct {
    unsigned span;
    uint32_t offset;
    uint32_t size;
    gboolean is_blank;
    BwEspRank rank;
} BwEspRegion;

/**
 * BwEspFlashLimits:
 * @flash_bytes: size of the chip; 0 = unknown, only the 32-bit address space counts
 * @boot_offset: where the chip's boot image lies
 * @protected_below: nothing may be written below this address (secure boot V1: 0x8000); 0 = no limit
 *
 * What the parts have to fit.
 */
typedef struct {
    uint64_t flash_bytes;
    uint32_t boot_offset;
    uint32_t protected_below;
} BwEspFlashLimits;

/**
 * BwEspFlashMap:
 * @spans: (element-type BwEspSpan): by offset
 * @regions: (element-type BwEspRegion): by rank, then by offset
 * @bytes_total: sum of all spans
 */
typedef struct {
    GPtrArray *spans;
    GArray *regions;
    uint64_t bytes_total;
} BwEspFlashMap;

/**
 * bw_esp_regions_sort:
 * @regions: (inout) (element-type BwEspRegion): any order
 *
 * Puts them into the order in which they are written: by rank, then by offset.
 */
void bw_esp_regions_sort (GArray *regions);

/**
 * bw_esp_flash_map_sort_parts:
 * @parts: (element-type BwFirmwarePart): any order
 * @boot_offset: where the chip's boot image lies
 *
 * Returns: (transfer container) (element-type BwFirmwarePart): the same parts in the order in which
 * the last byte of each is written
 */
GPtrArray *bw_esp_flash_map_sort_parts (GPtrArray *parts, uint32_t boot_offset);

/**
 * bw_esp_flash_map_new:
 * @parts: (element-type BwFirmwarePart): any order; empty parts are left out
 * @limits: what they have to fit
 * @error: cause overlap, too-large (beyond the chip), refused (protected) or usage (no part has a
 *   byte; parts with and without encryption in one sector)
 *
 * Returns: (transfer full) (nullable): the map
 */
BwEspFlashMap *bw_esp_flash_map_new (GPtrArray *parts,
                                     const BwEspFlashLimits *limits,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_flash_map_free:
 * @self: (nullable) (transfer full): a map
 */
void bw_esp_flash_map_free (BwEspFlashMap *self);

/**
 * bw_esp_flash_map_get_span:
 * @self: a map
 * @index: below the number of spans
 *
 * Returns: (transfer none): the span
 */
const BwEspSpan *bw_esp_flash_map_get_span (const BwEspFlashMap *self, unsigned index);

/**
 * bw_esp_flash_map_get_bytes:
 * @self: a map
 * @region: one of its regions, or a piece of one
 *
 * Returns: (transfer none): what belongs there, as long as @region is
 */
const uint8_t *bw_esp_flash_map_get_bytes (const BwEspFlashMap *self, const BwEspRegion *region);

/**
 * bw_esp_flash_map_dup_bytes:
 * @self: a map
 * @region: one of its regions, or a piece of one
 *
 * Returns: (transfer full): the content of @region, sharing the memory of its span
 */
GBytes *bw_esp_flash_map_dup_bytes (const BwEspFlashMap *self, const BwEspRegion *region);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwEspFlashMap, bw_esp_flash_map_free)

G_END_DECLS
