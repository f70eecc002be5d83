/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-layout"
#include "config.h"

#include "bw-esp-layout.h"

#include <string.h>

#include "bw-digests.h"
#include "bw-esp-flash.h"
#include "bw-partition-entry.h"
#include "bwp-esp-app-desc.h"
#include "bwp-esp-image.h"
#include "bwp-esp-otadata.h"
#include "bwp-esp-partition.h"

/* Tables are short: six entries and their digest fit the first read. */
#define TABLE_PIECE 256u
/* A build may move its table; up to here it is looked for where it is not in its usual place. */
#define TABLE_SEARCH_END 0x20000u
/* Everything that is shown of an application lies in this stretch of its image. */
#define APP_START BWP_ESP_DESC_OFFSET
#define APP_BYTES 0xc0u
/* Boards with more slots than this show the first ones only. */
#define APPS_MAX 4

typedef struct {
    struct bwp_esp_partition entries[BWP_ESP_PARTITION_MAX];
    size_t count;
} Table;

static gboolean
is_table_over (const uint8_t *bytes, uint32_t len)
{
    static const uint8_t blank[BWP_ESP_PARTITION_ENTRY_BYTES] = {
        [0 ... BWP_ESP_PARTITION_ENTRY_BYTES - 1] = 0xff
    };

    for (uint32_t at = 0; at + sizeof blank <= len; at += sizeof blank) {
        if (memcmp (bytes + at, blank, sizeof blank) == 0)
            return TRUE;
    }
    return bytes[0] != 0xaa && bytes[0] != 0xeb;
}

/* Reads as much of a table as there is. A place without one gives no entries. */
static gboolean
read_table (BwEspSession *session, uint32_t offset, Table *table, GError **error)
{
    uint8_t bytes[BWP_ESP_PARTITION_TABLE_BYTES];
    uint32_t len = 0;

    memset (bytes, 0xff, sizeof bytes);
    table->count = 0;
    do {
        if (!bw_esp_flash_peek (session, offset + len, TABLE_PIECE, bytes + len, error))
            return FALSE;
        len += TABLE_PIECE;
    } while (len < sizeof bytes && !is_table_over (bytes, len));
    if (bwp_esp_partition_parse (bytes, sizeof bytes, bw_digests_get (), table->entries,
                                 BWP_ESP_PARTITION_MAX, &table->count, NULL)
        != BWP_OK)
        table->count = 0;
    return TRUE;
}

static gboolean
is_at (BwEspSession *session,
       uint32_t offset,
       const uint8_t *magic,
       uint32_t len,
       gboolean *ret_found,
       GError **error)
{
    uint8_t bytes[4] = { 0 };

    if (!bw_esp_flash_peek (session, offset, sizeof bytes, bytes, error))
        return FALSE;
    *ret_found = memcmp (bytes, magic, len) == 0;
    return TRUE;
}

/* A board without a boot image has no use for a table: a blank one is not searched. */
static gboolean
has_boot_image (BwEspSession *session, gboolean *ret_found, GError **error)
{
    static const uint8_t magic = BWP_ESP_IMAGE_MAGIC;

    return is_at (session, session->chip->bootloader_offset, &magic, sizeof magic, ret_found,
                  error);
}

static gboolean
search_table (BwEspSession *session, Table *table, uint32_t *ret_offset, GError **error)
{
    static const uint8_t magic[] = { 0xaa, 0x50 };
    gboolean is_found = FALSE;
    uint64_t end = MIN (TABLE_SEARCH_END, session->flash_bytes);

    if (!has_boot_image (session, &is_found, error))
        return FALSE;
    if (!is_found)
        return TRUE;
    for (uint32_t at = session->chip->bootloader_offset + BWP_ESP_PARTITION_SECTOR;
         at + BWP_ESP_PARTITION_SECTOR <= end && table->count == 0;
         at += BWP_ESP_PARTITION_SECTOR) {
        if (!is_at (session, at, magic, sizeof magic, &is_found, error)
            || (is_found && !read_table (session, at, table, error)))
            return FALSE;
        *ret_offset = at;
    }
    return TRUE;
}

static gboolean
find_table (BwEspSession *session, Table *table, uint32_t *ret_offset, GError **error)
{
    *ret_offset = BWP_ESP_PARTITION_TABLE_OFFSET;
    if (!read_table (session, BWP_ESP_PARTITION_TABLE_OFFSET, table, error))
        return FALSE;
    return table->count > 0 || search_table (session, table, ret_offset, error);
}

static void
add_partitions (BwBoardInfo *info, const Table *table)
{
    for (size_t i = 0; i < table->count; i++)
        g_ptr_array_add (info->partitions, bw_partition_from_entry (&table->entries[i]));
}

static gboolean
read_otadata (BwEspSession *session,
              const struct bwp_esp_partition *otadata,
              struct bwp_esp_ota_entry entries[2],
              GError **error)
{
    g_autofree uint8_t *bytes = g_malloc (BWP_ESP_OTADATA_BYTES);

    memset (bytes, 0xff, BWP_ESP_OTADATA_BYTES);
    for (uint32_t i = 0; i < BWP_ESP_OTADATA_COPIES; i++) {
        if (!bw_esp_flash_peek (session, otadata->offset + i * BWP_ESP_OTADATA_SECTOR,
                                BWP_ESP_OTADATA_ENTRY_BYTES, bytes + i * BWP_ESP_OTADATA_SECTOR,
                                error))
            return FALSE;
    }
    return bwp_esp_otadata_parse (bytes, BWP_ESP_OTADATA_BYTES, entries) == BWP_OK;
}

static const struct bwp_esp_partition *
find_slot (const Table *table, uint32_t slot)
{
    return bwp_esp_partition_find (table->entries, table->count, BWP_ESP_TYPE_APP,
                                   (uint8_t) (BWP_ESP_APP_OTA_0 + slot));
}

/* Which partition boots; %NULL when that cannot be told. */
static gboolean
choose_active (BwEspSession *session,
               const Table *table,
               const struct bwp_esp_partition **ret_active,
               GError **error)
{
    const struct bwp_esp_partition *otadata =
        bwp_esp_partition_find (table->entries, table->count, BWP_ESP_TYPE_DATA, BWP_ESP_DATA_OTA);
    gboolean has_factory =
        bwp_esp_partition_find (table->entries, table->count, BWP_ESP_TYPE_APP, BWP_ESP_APP_FACTORY)
        != NULL;
    struct bwp_esp_ota_entry entries[2];
    struct bwp_esp_ota_choice choice;

    *ret_active = bwp_esp_partition_find_boot (table->entries, table->count);
    if (otadata == NULL)
        return TRUE;
    if (!read_otadata (session, otadata, entries, error))
        return FALSE;
    if (bwp_esp_otadata_choose (entries, bwp_esp_partition_ota_slots (table->entries, table->count),
                                has_factory, &choice)
            == BWP_OK
        && choice.boot == BWP_ESP_BOOT_SLOT)
        *ret_active = find_slot (table, choice.slot);
    return TRUE;
}

static gboolean
read_app (BwEspSession *session,
          uint32_t offset,
          gboolean *ret_found,
          struct bwp_esp_app_desc *ret_desc,
          GError **error)
{
    uint8_t image[BWP_ESP_DESC_OFFSET + BWP_ESP_APP_DESC_BYTES] = { 0 };

    if (!bw_esp_flash_peek (session, offset + APP_START, APP_BYTES, image + APP_START, error))
        return FALSE;
    *ret_found = bwp_esp_app_desc_parse (image, sizeof image, ret_desc) == BWP_OK;
    return TRUE;
}

static void
show_active (BwBoardInfo *info, int index, const struct bwp_esp_app_desc *desc)
{
    if (index != info->active_partition)
        return;
    info->app_name = g_strdup (desc->project);
    info->app_version = g_strdup (desc->version);
    info->app_sdk = g_strdup (desc->idf_version);
    info->app_built = g_strdup_printf ("%s %s", desc->date, desc->time);
}

static gboolean
read_apps (BwEspSession *session, BwBoardInfo *info, GError **error)
{
    unsigned seen = 0;

    for (unsigned i = 0; i < info->partitions->len && seen < APPS_MAX; i++) {
        BwPartition *partition = g_ptr_array_index (info->partitions, i);
        struct bwp_esp_app_desc desc;
        gboolean is_found = FALSE;

        if (partition->type != BWP_ESP_TYPE_APP)
            continue;
        seen++;
        if (!read_app (session, partition->offset, &is_found, &desc, error))
            return FALSE;
        if (!is_found)
            continue;
        partition->app_name = g_strdup (desc.project);
        partition->app_version = g_strdup (desc.version);
        show_active (info, (int) i, &desc);
    }
    return TRUE;
}

gboolean
bw_esp_layout_read (BwEspSession *session, BwBoardInfo *info, GError **error)
{
    g_autofree Table *table = g_new0 (Table, 1);
    const struct bwp_esp_partition *active = NULL;
    uint32_t offset = 0;

    info->active_partition = -1;
    /* old chips without an extended image header have no such tables in their common SDK */
    if (!bw_esp_flash_can_peek (session)
        || (!bwp_esp_chip_supports (session->chip, BWP_ESP_CAN_EXTENDED_HEADER)
            && !session->is_stub))
        return TRUE;
    if (!find_table (session, table, &offset, error))
        return FALSE;
    if (table->count == 0)
        return TRUE;
    info->partition_table_offset = offset;
    add_partitions (info, table);
    if (!choose_active (session, table, &active, error))
        return FALSE;
    if (active != NULL)
        info->active_partition = (int) (active - table->entries);
    return read_apps (session, info, error);
}
