/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-layout"
#include "config.h"

#include "bw-esp-layout.h"

#include <string.h>

#include "bw-digests.h"
#include "bw-esp-encryption.h"
#include "bw-esp-flash.h"
#include "bw-partition-entry.h"
#include "bwp-bytes.h"
#include "bwp-esp-app-desc.h"
#include "bwp-esp-image.h"
#include "bwp-esp-otadata.h"
#include "bwp-esp-partition.h"

/* A digest stands behind the last entry and begins so. */
#define DIGEST_MARK 0xeb
/* Tables are short: six entries and their digest fit the first read. */
#define TABLE_PIECE BW_ESP_LOOK_TABLE_BYTES
/* A build may move its table; up to here it is looked for where it is not in its usual place. */
#define TABLE_SEARCH_END 0x20000u
/* Everything that is shown of an application lies in this stretch of its image; the first piece
 * says whether the rest is worth asking for. */
#define APP_START BWP_ESP_DESC_OFFSET
#define APP_FIRST 0x40u
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
    return !bwp_esp_partition_has_magic (bytes, len) && bytes[0] != DIGEST_MARK;
}

/* Reads as much of a table as there is, or goes on behind its first @piece, if that is known. A
 * place without one gives no entries. */
static gboolean
read_table (BwEspSession *session,
            uint32_t offset,
            const uint8_t *piece,
            Table *table,
            GError **error)
{
    uint8_t bytes[BWP_ESP_PARTITION_TABLE_BYTES];
    uint32_t len = piece != NULL ? TABLE_PIECE : 0;

    memset (bytes, 0xff, sizeof bytes);
    if (piece != NULL)
        memcpy (bytes, piece, TABLE_PIECE);
    table->count = 0;
    while (len == 0 || (len < sizeof bytes && !is_table_over (bytes, len))) {
        BwEspPeek peek = { offset + len, TABLE_PIECE, bytes + len, NULL };

        if (!bw_esp_flash_peek (session, &peek, 1, error))
            return FALSE;
        len += TABLE_PIECE;
    }
    if (bwp_esp_partition_parse (bytes, sizeof bytes, bw_digests_get (), table->entries,
                                 BWP_ESP_PARTITION_MAX, &table->count, NULL)
        != BWP_OK)
        table->count = 0;
    return TRUE;
}

static gboolean
is_table_at (BwEspSession *session, uint32_t offset, gboolean *ret_found, GError **error)
{
    uint8_t bytes[4] = { 0 };
    BwEspPeek peek = { offset, sizeof bytes, bytes, NULL };

    if (!bw_esp_flash_peek (session, &peek, 1, error))
        return FALSE;
    *ret_found = bwp_esp_partition_has_magic (bytes, sizeof bytes);
    return TRUE;
}

/* Mostly it has been read already, with the attaching. */
static gboolean
look (BwEspSession *session, BwEspLook *ret_look, GError **error)
{
    BwEspPeek peeks[] = {
        { BWP_ESP_PARTITION_TABLE_OFFSET, sizeof ret_look->table, ret_look->table, NULL },
        { session->chip->bootloader_offset, sizeof ret_look->boot, ret_look->boot, NULL },
    };

    if (!session->has_look)
        return bw_esp_flash_peek (session, peeks, G_N_ELEMENTS (peeks), error);
    *ret_look = session->look;
    session->has_look = FALSE;
    return TRUE;
}

static gboolean
search_table (BwEspSession *session, Table *table, uint32_t *ret_offset, GError **error)
{
    gboolean is_found = FALSE;
    uint64_t end = MIN (TABLE_SEARCH_END, session->flash_bytes);

    for (uint32_t at = session->chip->bootloader_offset + BWP_ESP_PARTITION_SECTOR;
         at + BWP_ESP_PARTITION_SECTOR <= end && table->count == 0;
         at += BWP_ESP_PARTITION_SECTOR) {
        if (!is_table_at (session, at, &is_found, error)
            || (is_found && !read_table (session, at, NULL, table, error)))
            return FALSE;
        *ret_offset = at;
    }
    return TRUE;
}

/* What is encrypted looks like anything. */
static void
note_boot (BwEspSession *session, const BwEspLook *first)
{
    if (bw_esp_encryption_is_on (session))
        return;
    session->boot = first->boot[0] == BWP_ESP_IMAGE_MAGIC ? BW_ESP_BOOT_THERE : BW_ESP_BOOT_MISSING;
}

static gboolean
find_table (BwEspSession *session, Table *table, uint32_t *ret_offset, GError **error)
{
    BwEspLook first;

    *ret_offset = BWP_ESP_PARTITION_TABLE_OFFSET;
    if (!look (session, &first, error))
        return FALSE;
    note_boot (session, &first);
    if (!read_table (session, BWP_ESP_PARTITION_TABLE_OFFSET, first.table, table, error))
        return FALSE;
    /* A board without a boot image has no use for a table: a blank one is not searched. Most boards
     * with old chips have none at all. */
    return table->count > 0 || first.boot[0] != BWP_ESP_IMAGE_MAGIC
           || !bwp_esp_chip_supports (session->chip, BWP_ESP_CAN_EXTENDED_HEADER)
           || search_table (session, table, ret_offset, error);
}

static void
add_partitions (BwBoardInfo *info, const Table *table)
{
    for (size_t i = 0; i < table->count; i++)
        g_ptr_array_add (info->partitions, bw_partition_from_entry (&table->entries[i]));
}

/* What is read of the applications and of the choice between them. */
typedef struct {
    uint8_t images[APPS_MAX][BWP_ESP_DESC_OFFSET + BWP_ESP_APP_DESC_BYTES];
    BwPartition *partitions[APPS_MAX];
    int indices[APPS_MAX];
    size_t count;
    uint8_t otadata[BWP_ESP_OTADATA_BYTES];
} Apps;

/* A table may be of a build for a larger flash, or none at all that has the right digest by chance. */
static gboolean
is_within_flash (const BwEspSession *session, uint32_t offset, uint32_t len)
{
    uint64_t end = session->flash_bytes != 0 ? session->flash_bytes : UINT64_C (1) << 32;

    return (uint64_t) offset + len <= end;
}

static void
list_apps (Apps *self, const BwBoardInfo *info)
{
    for (unsigned i = 0; i < info->partitions->len && self->count < APPS_MAX; i++) {
        BwPartition *partition = g_ptr_array_index (info->partitions, i);

        if (partition->type != BWP_ESP_TYPE_APP)
            continue;
        self->partitions[self->count] = partition;
        self->indices[self->count++] = (int) i;
    }
}

static BwEspPeek
peek_at_app (Apps *self, size_t index, uint32_t from, uint32_t to)
{
    uint32_t offset = self->partitions[index]->offset;

    return (BwEspPeek){ offset + APP_START + from, to - from,
                        self->images[index] + APP_START + from, NULL };
}

/* The first piece of each application, and the OTA data where there are any. */
static gboolean
read_firsts (BwEspSession *session,
             Apps *self,
             const struct bwp_esp_partition *otadata,
             GError **error)
{
    BwEspPeek peeks[APPS_MAX + BWP_ESP_OTADATA_COPIES];
    size_t n = 0;

    gboolean has_otadata =
        otadata != NULL && is_within_flash (session, otadata->offset, BWP_ESP_OTADATA_BYTES);

    for (uint32_t i = 0; has_otadata && i < BWP_ESP_OTADATA_COPIES; i++)
        peeks[n++] =
            (BwEspPeek){ otadata->offset + i * BWP_ESP_OTADATA_SECTOR, BWP_ESP_OTADATA_ENTRY_BYTES,
                         self->otadata + i * BWP_ESP_OTADATA_SECTOR, NULL };
    for (size_t i = 0; i < self->count; i++) {
        if (is_within_flash (session, self->partitions[i]->offset, APP_START + APP_BYTES))
            peeks[n++] = peek_at_app (self, i, 0, APP_FIRST);
    }
    return n == 0 || bw_esp_flash_peek (session, peeks, n, error);
}

static gboolean
is_described (const Apps *self, size_t index)
{
    return bwp_get_u32le (self->images[index] + APP_START) == BWP_ESP_APP_DESC_MAGIC;
}

static gboolean
read_rest (BwEspSession *session, Apps *self, GError **error)
{
    BwEspPeek peeks[APPS_MAX];
    size_t n = 0;

    for (size_t i = 0; i < self->count; i++) {
        if (is_described (self, i))
            peeks[n++] = peek_at_app (self, i, APP_FIRST, APP_BYTES);
    }
    return n == 0 || bw_esp_flash_peek (session, peeks, n, error);
}

static const struct bwp_esp_partition *
find_slot (const Table *table, uint32_t slot)
{
    return bwp_esp_partition_find (table->entries, table->count, BWP_ESP_TYPE_APP,
                                   (uint8_t) (BWP_ESP_APP_OTA_0 + slot));
}

/* Which partition boots; %NULL when that cannot be told. */
static const struct bwp_esp_partition *
choose_active (const Table *table, const struct bwp_esp_partition *otadata, const Apps *apps)
{
    gboolean has_factory =
        bwp_esp_partition_find (table->entries, table->count, BWP_ESP_TYPE_APP, BWP_ESP_APP_FACTORY)
        != NULL;
    struct bwp_esp_ota_entry entries[BWP_ESP_OTADATA_COPIES];
    struct bwp_esp_ota_choice choice;

    if (otadata != NULL
        && bwp_esp_otadata_parse (apps->otadata, sizeof apps->otadata, entries) == BWP_OK
        && bwp_esp_otadata_choose (entries,
                                   bwp_esp_partition_ota_slots (table->entries, table->count),
                                   has_factory, &choice)
               == BWP_OK
        && choice.boot == BWP_ESP_BOOT_SLOT)
        return find_slot (table, choice.slot);
    return bwp_esp_partition_find_boot (table->entries, table->count);
}

static void
show_active (BwBoardInfo *info, const struct bwp_esp_app_desc *desc)
{
    info->app_name = g_strdup (desc->project);
    info->app_version = g_strdup (desc->version);
    info->app_sdk = g_strdup (desc->idf_version);
    info->app_built = g_strdup_printf ("%s %s", desc->date, desc->time);
}

static void
show_apps (BwBoardInfo *info, const Apps *apps)
{
    for (size_t i = 0; i < apps->count; i++) {
        struct bwp_esp_app_desc desc;

        if (bwp_esp_app_desc_parse (apps->images[i], sizeof apps->images[i], &desc) != BWP_OK)
            continue;
        apps->partitions[i]->app_name = g_strdup (desc.project);
        apps->partitions[i]->app_version = g_strdup (desc.version);
        if (apps->indices[i] == info->active_partition)
            show_active (info, &desc);
    }
}

static gboolean
read_apps (BwEspSession *session, const Table *table, BwBoardInfo *info, GError **error)
{
    const struct bwp_esp_partition *otadata =
        bwp_esp_partition_find (table->entries, table->count, BWP_ESP_TYPE_DATA, BWP_ESP_DATA_OTA);
    g_autofree Apps *apps = g_new0 (Apps, 1);
    const struct bwp_esp_partition *active;

    memset (apps->otadata, 0xff, sizeof apps->otadata);
    list_apps (apps, info);
    if (!read_firsts (session, apps, otadata, error) || !read_rest (session, apps, error))
        return FALSE;
    active = choose_active (table, otadata, apps);
    if (active != NULL)
        info->active_partition = (int) (active - table->entries);
    show_apps (info, apps);
    return TRUE;
}

gboolean
bw_esp_layout_read (BwEspSession *session, BwBoardInfo *info, GError **error)
{
    g_autofree Table *table = g_new0 (Table, 1);
    uint32_t offset = 0;

    info->active_partition = -1;
    if (!bw_esp_flash_can_peek (session))
        return TRUE;
    if (!find_table (session, table, &offset, error))
        return FALSE;
    if (table->count == 0)
        return TRUE;
    info->partition_table_offset = offset;
    add_partitions (info, table);
    return read_apps (session, table, info, error);
}
