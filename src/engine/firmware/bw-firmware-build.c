/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-firmware"
#include "config.h"

#include "bw-firmware-private.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "bw-error.h"

static void
draft_free (BwFirmwareDraft *draft)
{
    g_free (draft->part.name);
    g_clear_pointer (&draft->part.data, g_bytes_unref);
    g_free (draft->part.sha256);
    g_free (draft->part.partition);
    g_free (draft->origin);
    g_free (draft->app_name);
    g_free (draft->app_version);
    g_free (draft);
}

static BwFirmwareDraft *
draft_copy (const BwFirmwareDraft *draft)
{
    BwFirmwareDraft *copy = g_new (BwFirmwareDraft, 1);

    *copy = *draft;
    copy->part.name = g_strdup (draft->part.name);
    copy->part.data = g_bytes_ref (draft->part.data);
    copy->part.sha256 = g_strdup (draft->part.sha256);
    copy->part.partition = g_strdup (draft->part.partition);
    copy->origin = g_strdup (draft->origin);
    copy->app_name = g_strdup (draft->app_name);
    copy->app_version = g_strdup (draft->app_version);
    return copy;
}

uint64_t
bw_firmware_part_get_end (const BwFirmwarePart *self)
{
    return (uint64_t) self->offset + g_bytes_get_size (self->data);
}

BwFirmwareBuild *
bw_firmware_build_new (void)
{
    BwFirmwareBuild *self = g_new0 (BwFirmwareBuild, 1);

    self->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) draft_free);
    self->partitions = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_partition_free);
    return self;
}

void
bw_firmware_build_free (BwFirmwareBuild *self)
{
    if (self == NULL)
        return;
    g_free (self->chip_key);
    g_free (self->serial_type);
    g_free (self->name);
    g_free (self->version);
    g_free (self->flash_mode);
    g_free (self->flash_freq);
    g_free (self->flash_size);
    g_ptr_array_unref (self->parts);
    g_ptr_array_unref (self->partitions);
    g_free (self);
}

GPtrArray *
bw_firmware_builds_new (void)
{
    return g_ptr_array_new_with_free_func ((GDestroyNotify) bw_firmware_build_free);
}

gboolean
bw_firmware_build_set_chip (BwFirmwareBuild *self,
                            const struct bwp_esp_chip *chip,
                            const char *origin,
                            GError **error)
{
    if (self->chip_key == NULL)
        self->chip_key = g_strdup (chip->key);
    if (g_str_equal (self->chip_key, chip->key))
        return TRUE;
    bw_set_error (error, BW_CAUSE_BAD_FIRMWARE, _ ("%s: is for %s, the rest is for %s"), origin,
                  chip->name, bwp_esp_chip_by_name (self->chip_key)->name);
    return FALSE;
}

uint64_t
bw_firmware_build_get_size (const BwFirmwareBuild *build)
{
    uint64_t total = 0;

    for (unsigned i = 0; i < build->parts->len; i++) {
        const BwFirmwarePart *part = g_ptr_array_index (build->parts, i);

        total += g_bytes_get_size (part->data);
    }
    return total;
}

static gboolean
check_room (const BwFirmwareBuild *self, const BwFirmwarePlace *place, size_t len, GError **error)
{
    if (self->parts->len >= BW_FIRMWARE_PARTS_MAX) {
        bw_set_error (error, BW_CAUSE_TOO_LARGE, _ ("%s: more than %u parts"), place->origin,
                      BW_FIRMWARE_PARTS_MAX);
        return FALSE;
    }
    if (bw_firmware_build_get_size (self) + len > BW_FIRMWARE_SIZE_MAX
        || (uint64_t) MAX (place->offset, 0) + len > BW_FIRMWARE_SIZE_MAX) {
        bw_set_error (error, BW_CAUSE_TOO_LARGE,
                      _ ("%s: %zu bytes at 0x%" PRIx64 " are more than any flash holds"),
                      place->origin, len, MAX (place->offset, 0));
        return FALSE;
    }
    return TRUE;
}

static char *
dup_text_or_null (const char *text)
{
    return text[0] != 0 ? g_utf8_make_valid (text, -1) : NULL;
}

static BwFirmwareDraft *
draft_new (const BwFirmwarePlace *place, const BwFirmwareProbe *probe, GBytes *bytes)
{
    BwFirmwareDraft *draft = g_new0 (BwFirmwareDraft, 1);

    draft->part.name = place->name != NULL ? g_strdup (place->name) : NULL;
    draft->part.offset = (uint32_t) MAX (place->offset, 0);
    draft->part.data = g_bytes_ref (bytes);
    draft->part.is_encrypted = place->is_encrypted;
    draft->part.partition =
        place->partition != NULL ? g_utf8_make_valid (place->partition, -1) : NULL;
    draft->part.is_open = place->partition != NULL;
    draft->kind = probe->kind;
    draft->chip = probe->chip;
    draft->has_offset = place->offset != BW_FIRMWARE_NO_OFFSET;
    draft->origin = g_strdup (place->origin);
    draft->app_name = dup_text_or_null (probe->app_name);
    draft->app_version = dup_text_or_null (probe->app_version);
    return draft;
}

gboolean
bw_firmware_build_add (BwFirmwareBuild *self,
                       const BwFirmwarePlace *place,
                       GBytes *bytes,
                       GError **error)
{
    BwFirmwareProbe probe;
    size_t len;
    const uint8_t *data = g_bytes_get_data (bytes, &len);

    if (!check_room (self, place, len, error))
        return FALSE;
    if (!bw_firmware_probe (data, len, &probe, error)) {
        g_prefix_error (error, "%s: ", place->origin);
        return FALSE;
    }
    if (probe.chip != NULL && !bw_firmware_build_set_chip (self, probe.chip, place->origin, error))
        return FALSE;
    g_ptr_array_add (self->parts, draft_new (place, &probe, bytes));
    return TRUE;
}

const BwFirmwarePart *
bw_firmware_build_find_part (const BwFirmwareBuild *self, uint32_t address)
{
    for (unsigned i = 0; i < self->parts->len; i++) {
        const BwFirmwarePart *part = g_ptr_array_index (self->parts, i);

        if (address >= part->offset
            && address - part->offset < (uint64_t) g_bytes_get_size (part->data))
            return part;
    }
    return NULL;
}

/* ---- combining -------------------------------------------------------------------------------- */

static void
take_text (char **to, const char *from)
{
    if (*to == NULL)
        *to = g_strdup (from);
}

static void
build_join (BwFirmwareBuild *self, const BwFirmwareBuild *other)
{
    take_text (&self->chip_key, other->chip_key);
    take_text (&self->serial_type, other->serial_type);
    take_text (&self->name, other->name);
    take_text (&self->version, other->version);
    take_text (&self->flash_mode, other->flash_mode);
    take_text (&self->flash_freq, other->flash_freq);
    take_text (&self->flash_size, other->flash_size);
    self->should_erase = self->should_erase || other->should_erase;
    for (unsigned i = 0; i < other->parts->len; i++)
        g_ptr_array_add (self->parts, draft_copy (g_ptr_array_index (other->parts, i)));
}

BwFirmwareBuild *
bw_firmware_build_copy (const BwFirmwareBuild *self)
{
    BwFirmwareBuild *copy = bw_firmware_build_new ();

    build_join (copy, self);
    for (unsigned i = 0; i < self->partitions->len; i++)
        g_ptr_array_add (copy->partitions, bw_partition_copy (self->partitions->pdata[i]));
    copy->table_offset = self->table_offset;
    copy->is_open = self->is_open;
    return copy;
}

static gboolean
is_same_or_open (const char *a, const char *b)
{
    return a == NULL || b == NULL || g_str_equal (a, b);
}

static gboolean
builds_go_together (const BwFirmwareBuild *a, const BwFirmwareBuild *b)
{
    return is_same_or_open (a->chip_key, b->chip_key)
           && is_same_or_open (a->serial_type, b->serial_type);
}

static gboolean
has_room_for_both (const BwFirmwareBuild *a, const BwFirmwareBuild *b)
{
    return a->parts->len + b->parts->len <= BW_FIRMWARE_PARTS_MAX
           && bw_firmware_build_get_size (a) + bw_firmware_build_get_size (b)
                  <= BW_FIRMWARE_SIZE_MAX;
}

static gboolean
combine_one (GPtrArray *both, const BwFirmwareBuild *a, const BwFirmwareBuild *b, GError **error)
{
    BwFirmwareBuild *joint = NULL;

    if (!builds_go_together (a, b))
        return TRUE;
    if (both->len >= BW_FIRMWARE_BUILDS_MAX || !has_room_for_both (a, b)) {
        bw_set_error (error, BW_CAUSE_TOO_LARGE,
                      _ ("the files together are more than any flash holds"));
        return FALSE;
    }
    joint = bw_firmware_build_new ();
    build_join (joint, a);
    build_join (joint, b);
    g_ptr_array_add (both, joint);
    return TRUE;
}

GPtrArray *
bw_firmware_builds_combine (GPtrArray *a, GPtrArray *b, GError **error)
{
    g_autoptr (GPtrArray) both = bw_firmware_builds_new ();
    const BwFirmwareBuild *first_a = g_ptr_array_index (a, 0);
    const BwFirmwareBuild *first_b = g_ptr_array_index (b, 0);

    for (unsigned i = 0; i < a->len; i++)
        for (unsigned j = 0; j < b->len; j++)
            if (!combine_one (both, g_ptr_array_index (a, i), g_ptr_array_index (b, j), error))
                return NULL;
    if (both->len > 0)
        return g_steal_pointer (&both);
    if (is_same_or_open (first_a->chip_key, first_b->chip_key))
        bw_set_error (error, BW_CAUSE_BAD_FIRMWARE,
                      _ ("no build of one file goes with one of the other"));
    else
        bw_set_error (error, BW_CAUSE_BAD_FIRMWARE,
                      _ ("the files are for different chips: %s and %s"), first_a->chip_key,
                      first_b->chip_key);
    return NULL;
}
