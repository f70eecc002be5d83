/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-firmware"
#include "config.h"

#include "bw-firmware-private.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "bw-digests.h"
#include "bw-error.h"
#include "bw-partition-entry.h"

/* What the parts together say about the flash. */
typedef struct {
    struct bwp_esp_partition entries[BWP_ESP_PARTITION_MAX];
    size_t count;
} Table;

static BwFirmwareDraft *
draft_at (BwFirmwareBuild *build, unsigned index)
{
    return g_ptr_array_index (build->parts, index);
}

/* Every table part was read by the probe already: this cannot fail on one. Returns the part of the
 * table, or NULL. */
static const BwFirmwarePart *
find_table (BwFirmwareBuild *self, Table *table)
{
    const BwFirmwarePart *part = NULL;

    for (unsigned i = 0; i < self->parts->len && table->count == 0; i++) {
        const BwFirmwareDraft *draft = draft_at (self, i);
        size_t len;
        const uint8_t *data = g_bytes_get_data (draft->part.data, &len);

        if (draft->kind == BW_FIRMWARE_PARTITION_TABLE
            && bwp_esp_partition_parse (data, MIN (len, BWP_ESP_PARTITION_SECTOR),
                                        bw_digests_get (), table->entries, BWP_ESP_PARTITION_MAX,
                                        &table->count, NULL)
                   == BWP_OK)
            part = &draft->part;
    }
    return part;
}

/* ---- where it goes ---------------------------------------------------------------------------- */

static gboolean
is_8266 (const BwFirmwareDraft *draft)
{
    return draft->chip->image_id == BWP_ESP_NO_IMAGE_ID;
}

/* An ESP8266 of the two-part kind ("user1.bin") lies behind a boot loader, in one of two places
 * that the file does not tell. */
static gboolean
needs_a_word (const BwFirmwareDraft *draft)
{
    const uint8_t *data = g_bytes_get_data (draft->part.data, NULL);

    return draft->kind == BW_FIRMWARE_DATA
           || (draft->kind == BW_FIRMWARE_APP && data[0] == BWP_ESP_IMAGE_MAGIC_V2);
}

static uint32_t
app_offset (const BwFirmwareDraft *draft, const Table *table)
{
    const struct bwp_esp_partition *slot =
        bwp_esp_partition_find_boot (table->entries, table->count);

    if (is_8266 (draft))
        return 0;
    return slot != NULL ? slot->offset : BW_FIRMWARE_APP_OFFSET;
}

static gboolean
place_by_name (BwFirmwareDraft *draft, GPtrArray *partitions, GError **error)
{
    size_t len = g_bytes_get_size (draft->part.data);
    const BwPartition *row = bw_partitions_find (partitions, draft->part.partition, error);

    if (row == NULL) {
        g_prefix_error (error, "%s: ", draft->origin);
        return FALSE;
    }
    if (len > row->size) {
        bw_set_error (error, BW_CAUSE_TOO_LARGE,
                      _ ("%s has %u bytes, the partition %s has room for %u."), draft->origin,
                      (unsigned) len, row->label, row->size);
        return FALSE;
    }
    draft->part.offset = row->offset;
    draft->part.is_open = FALSE;
    draft->has_offset = TRUE;
    return TRUE;
}

/* What a name promises must be in the file: a place would only write its text into the flash. */
static gboolean
keeps_its_name (const BwFirmwareDraft *draft, GError **error)
{
    static const struct {
        const char *end;
        const char *format;
    } promises[] = {
        { ".hex", "Intel HEX" },
        { ".ihex", "Intel HEX" },
        { ".uf2", "UF2" },
    };
    g_autofree char *name = g_ascii_strdown (draft->origin, -1);

    for (size_t i = 0; i < G_N_ELEMENTS (promises); i++)
        if (g_str_has_suffix (name, promises[i].end)) {
            /* translators: a file and a format: "a.uf2: is not UF2, whatever its name says" */
            bw_set_error (error, BW_CAUSE_BAD_FIRMWARE, _ ("%s: is not %s, whatever its name says"),
                          draft->origin, promises[i].format);
            return FALSE;
        }
    return TRUE;
}

static gboolean
place_part (BwFirmwareBuild *build, BwFirmwareDraft *draft, const Table *table, GError **error)
{
    if (draft->has_offset)
        return TRUE;
    if (draft->part.is_open && build->partitions->len == 0) {
        build->is_open = TRUE;
        return TRUE;
    }
    if (draft->part.is_open)
        return place_by_name (draft, build->partitions, error);
    if (needs_a_word (draft)) {
        if (!keeps_its_name (draft, error))
            return FALSE;
        bw_set_error (
            error, BW_CAUSE_BAD_FIRMWARE,
            _ ("%s: is no firmware that says where it goes; name the place, as in %s@0x10000"),
            draft->origin, draft->origin);
        return FALSE;
    }
    if (draft->kind == BW_FIRMWARE_BOOTLOADER)
        draft->part.offset = draft->chip->bootloader_offset;
    else if (draft->kind == BW_FIRMWARE_PARTITION_TABLE)
        draft->part.offset = BWP_ESP_PARTITION_TABLE_OFFSET;
    else
        draft->part.offset = app_offset (draft, table);
    draft->has_offset = TRUE;
    return TRUE;
}

/* ---- no two in one place ---------------------------------------------------------------------- */

static int
compare_parts (const void *a, const void *b)
{
    const BwFirmwarePart *left = *(BwFirmwarePart *const *) a;
    const BwFirmwarePart *right = *(BwFirmwarePart *const *) b;

    if (left->is_open != right->is_open)
        return left->is_open ? 1 : -1;
    return left->offset < right->offset ? -1 : left->offset > right->offset;
}

static gboolean
check_place (const BwFirmwareDraft *draft, GError **error)
{
    const BwFirmwarePart *part = &draft->part;

    if (bw_firmware_part_get_end (part) > BW_FIRMWARE_SIZE_MAX) {
        bw_set_error (error, BW_CAUSE_TOO_LARGE, _ ("%s: ends at 0x%" PRIx64 ", behind any flash"),
                      draft->origin, bw_firmware_part_get_end (part));
        return FALSE;
    }
    if (part->offset % BW_FIRMWARE_SECTOR != 0) {
        bw_set_error (error, BW_CAUSE_BAD_FIRMWARE,
                      _ ("%s: offset 0x%x is no multiple of 0x%x, flash is erased in such sectors"),
                      draft->origin, part->offset, BW_FIRMWARE_SECTOR);
        return FALSE;
    }
    return TRUE;
}

static gboolean
check_no_overlap (const BwFirmwareDraft *before, const BwFirmwareDraft *after, GError **error)
{
    if (bw_firmware_part_get_end (&before->part) <= after->part.offset)
        return TRUE;
    bw_set_error (error, BW_CAUSE_OVERLAP, _ ("%s (0x%x to 0x%" PRIx64 ") overlaps %s (from 0x%x)"),
                  before->origin, before->part.offset, bw_firmware_part_get_end (&before->part),
                  after->origin, after->part.offset);
    return FALSE;
}

static gboolean
check_places (BwFirmwareBuild *self, GError **error)
{
    g_ptr_array_sort (self->parts, compare_parts);
    for (unsigned i = 0; i < self->parts->len && !draft_at (self, i)->part.is_open; i++) {
        if (!check_place (draft_at (self, i), error))
            return FALSE;
        if (i > 0 && !check_no_overlap (draft_at (self, i - 1), draft_at (self, i), error))
            return FALSE;
    }
    return TRUE;
}

/* ---- what it is called ------------------------------------------------------------------------ */

static const char *
label_at (const Table *table, uint32_t address)
{
    for (size_t i = 0; i < table->count; i++)
        if (address >= table->entries[i].offset
            && address - table->entries[i].offset < table->entries[i].size)
            return table->entries[i].label;
    return NULL;
}

static char *
dup_app_name (const BwFirmwareDraft *draft)
{
    g_autofree char *file = g_path_get_basename (draft->origin);
    g_autofree char *what =
        g_strjoin (" ", draft->app_name != NULL ? draft->app_name : file, draft->app_version, NULL);

    /* translators: a part of a firmware: the application with its name and version */
    return g_strdup_printf (_ ("app %s"), what);
}

static char *
dup_data_name (const BwFirmwareDraft *draft, const Table *table)
{
    const char *label = draft->part.partition != NULL ? draft->part.partition
                                                      : label_at (table, draft->part.offset);

    if (label != NULL && label[0] != 0)
        return g_utf8_make_valid (label, -1);
    if (draft->part.name != NULL)
        return g_strdup (draft->part.name);
    return g_path_get_basename (draft->origin);
}

static void
name_part (BwFirmwareDraft *draft, const Table *table)
{
    char *name = NULL;

    if (draft->kind == BW_FIRMWARE_BOOTLOADER)
        name = g_strdup (_ ("bootloader"));
    else if (draft->kind == BW_FIRMWARE_PARTITION_TABLE)
        name = g_strdup (_ ("partition table"));
    else if (draft->kind == BW_FIRMWARE_APP)
        name = dup_app_name (draft);
    else
        name = dup_data_name (draft, table);
    g_free (draft->part.name);
    draft->part.name = name;
}

static void
hash_part (BwFirmwarePart *part)
{
    size_t len;
    const uint8_t *data = g_bytes_get_data (part->data, &len);

    part->sha256 = bw_digests_dup_sha256_hex (data, len);
}

/* The first application is what the build is about, unless a manifest named it. */
static void
name_build (BwFirmwareBuild *self, const BwFirmwareDraft *draft)
{
    if (draft->kind != BW_FIRMWARE_APP || self->name != NULL || draft->app_name == NULL)
        return;
    self->name = g_strdup (draft->app_name);
    if (self->version == NULL)
        self->version = g_strdup (draft->app_version);
}

static void
name_partition (BwFirmwareBuild *self, BwPartition *row)
{
    for (unsigned i = 0; i < self->parts->len; i++) {
        const BwFirmwareDraft *draft = draft_at (self, i);

        if (draft->part.offset == row->offset && draft->kind == BW_FIRMWARE_APP) {
            row->app_name = g_strdup (draft->app_name);
            row->app_version = g_strdup (draft->app_version);
        }
    }
}

gboolean
bw_firmware_build_finish (BwFirmwareBuild *self, GError **error)
{
    g_autofree Table *table = g_new0 (Table, 1);
    const BwFirmwarePart *table_part = find_table (self, table);

    g_ptr_array_unref (self->partitions);
    self->partitions = bw_partitions_from_entries (table->entries, table->count);
    for (unsigned i = 0; i < self->parts->len; i++)
        if (!place_part (self, draft_at (self, i), table, error))
            return FALSE;
    if (!check_places (self, error))
        return FALSE;
    self->table_offset = table_part == NULL ? 0 : table_part->offset;
    for (unsigned i = 0; i < self->parts->len; i++) {
        name_part (draft_at (self, i), table);
        hash_part (&draft_at (self, i)->part);
        name_build (self, draft_at (self, i));
    }
    for (unsigned i = 0; i < self->partitions->len; i++)
        name_partition (self, g_ptr_array_index (self->partitions, i));
    return TRUE;
}

BwFirmwareBuild *
bw_firmware_build_place (const BwFirmwareBuild *build, GPtrArray *partitions, GError **error)
{
    g_autoptr (BwFirmwareBuild) placed = bw_firmware_build_copy (build);

    for (unsigned i = 0; i < placed->parts->len; i++) {
        BwFirmwareDraft *draft = draft_at (placed, i);

        if (draft->part.is_open && !place_by_name (draft, partitions, error))
            return NULL;
    }
    if (placed->is_open && !check_places (placed, error))
        return NULL;
    placed->is_open = FALSE;
    return g_steal_pointer (&placed);
}
