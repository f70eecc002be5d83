/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-firmware"

#include "bw-firmware-private.h"

#include "bw-digests.h"

/* Boot images lie at 0, 0x1000 or 0x2000, so a file that starts up to there still shows one. */
#define BOOT_SEARCH_END 0x2000u
/* Tables that moved stay near: their usual place is 0x8000. */
#define TABLE_SEARCH_END 0x20000u

typedef struct {
    const uint8_t *data;
    size_t len;
} View;

static gboolean
read_table_at (const View *view, size_t position, BwFirmwareLayout *layout)
{
    return position < view->len
           && bwp_esp_partition_parse (view->data + position,
                                       MIN (view->len - position, BWP_ESP_PARTITION_SECTOR),
                                       bw_digests_get (), layout->entries, BWP_ESP_PARTITION_MAX,
                                       &layout->entry_count, NULL)
                  == BWP_OK
           && layout->entry_count > 0;
}

/* Position of the table in the file; at the very start it is a plain table, not a merged image. */
static gboolean
find_table (const View *view, BwFirmwareLayout *layout, size_t *ret_position)
{
    for (size_t at = BW_FIRMWARE_SECTOR; at <= TABLE_SEARCH_END; at += BW_FIRMWARE_SECTOR)
        if (read_table_at (view, at, layout)) {
            *ret_position = at;
            return TRUE;
        }
    layout->entry_count = 0;
    return FALSE;
}

/* Position of a table that cannot be read; what an image brings itself is none. Handed out with the
 * rest, so that it is refused: without it the file would be one image with something behind it. */
static gboolean
find_damaged_table (const View *view,
                    const BwFirmwareLayout *layout,
                    size_t boot,
                    size_t *ret_position)
{
    struct bwp_esp_image image;
    size_t start;

    if (bwp_esp_image_scan (layout->chip, view->data + boot, view->len - boot, &image) != BWP_OK)
        return FALSE;
    start = boot + image.total_length + BW_FIRMWARE_SECTOR - 1;
    for (size_t at = start / BW_FIRMWARE_SECTOR * BW_FIRMWARE_SECTOR;
         at <= TABLE_SEARCH_END && at < view->len; at += BW_FIRMWARE_SECTOR)
        if (bw_firmware_probe_is_table (view->data + at, view->len - at)) {
            *ret_position = at;
            return TRUE;
        }
    return FALSE;
}

static gboolean
find_boot (const View *view, size_t end, BwFirmwareLayout *layout, size_t *ret_position)
{
    for (size_t at = 0; at <= BOOT_SEARCH_END && at < end; at += BW_FIRMWARE_SECTOR) {
        layout->chip = bw_firmware_probe_image_chip (view->data + at, view->len - at);
        if (layout->chip != NULL) {
            *ret_position = at;
            return TRUE;
        }
    }
    return FALSE;
}

/* The file says where it starts by the distance of what is found in it to where that has to be. */
static gboolean
find_base (const BwFirmwareLayout *layout,
           gboolean has_boot,
           size_t boot,
           gboolean has_table,
           size_t table,
           uint32_t *ret_base)
{
    size_t wanted = has_boot ? layout->chip->bootloader_offset : BWP_ESP_PARTITION_TABLE_OFFSET;
    size_t found = has_boot ? boot : table;

    if ((!has_boot && !has_table) || wanted < found)
        return FALSE;
    *ret_base = (uint32_t) (wanted - found);
    return TRUE;
}

BwFirmwareLayout *
bw_firmware_layout_find (GBytes *bytes, gint64 offset)
{
    g_autofree BwFirmwareLayout *layout = g_new0 (BwFirmwareLayout, 1);
    View view;
    size_t boot = 0;
    size_t table = 0;
    gboolean has_boot;
    gboolean has_table;

    view.data = g_bytes_get_data (bytes, &view.len);
    has_table = find_table (&view, layout, &table);
    has_boot = find_boot (&view, has_table ? table : view.len, layout, &boot);
    if (has_boot && !has_table)
        has_table = find_damaged_table (&view, layout, boot, &table);
    /* An image right at the start and no table behind it is that one image. */
    if (!has_table && (!has_boot || boot == 0))
        return NULL;
    if (offset != BW_FIRMWARE_NO_OFFSET)
        layout->base = (uint32_t) offset;
    else if (!find_base (layout, has_boot, boot, has_table, table, &layout->base))
        return NULL;
    layout->table_address = has_table ? layout->base + (uint32_t) table : 0;
    layout->boot_address = layout->base + (uint32_t) boot;
    return g_steal_pointer (&layout);
}
