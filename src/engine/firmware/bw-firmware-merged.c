/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-firmware"
#include "config.h"

#include "bw-firmware-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bw-error.h"

/* A merged image is taken apart at the borders its partition table draws, and between those at
 * sectors that are blank: what was only filled up is not written, and what is kept there on the
 * board (settings, files) survives. Never thinned out are images, whose blank sectors are content;
 * the record of the active slot, because a blank one means "start anew"; and data that the file
 * brings: old pages left between new ones would be read as well. */

typedef struct {
    BwFirmwareBuild *build;
    const BwFirmwarePlace *place;
    const BwFirmwareLayout *layout;
    GBytes *bytes;
    const uint8_t *data;
    size_t len;
} Splitter;

static gboolean
is_blank (const uint8_t *data, size_t len)
{
    return len == 0 || (data[0] == 0xff && memcmp (data, data + 1, len - 1) == 0);
}

static gboolean
add_range (const Splitter *self, size_t start, size_t end, GError **error)
{
    BwFirmwarePlace place = *self->place;
    g_autoptr (GBytes) slice = g_bytes_new_from_bytes (self->bytes, start, end - start);

    place.offset = (gint64) self->layout->base + (gint64) start;
    if (bw_firmware_build_add (self->build, &place, slice, error))
        return TRUE;
    g_prefix_error (error, _ ("at 0x%x: "), (unsigned) place.offset);
    return FALSE;
}

static size_t
next_sector (size_t position, size_t end)
{
    return MIN ((position / BW_FIRMWARE_SECTOR + 1) * BW_FIRMWARE_SECTOR, end);
}

/* Adds the sectors of a region that hold something, neighbours together. */
static gboolean
add_used_sectors (const Splitter *self, size_t start, size_t end, GError **error)
{
    size_t used_from = start;

    for (size_t at = start; at < end; at = next_sector (at, end)) {
        size_t next = next_sector (at, end);

        if (!is_blank (self->data + at, next - at))
            continue;
        if (used_from < at && !add_range (self, used_from, at, error))
            return FALSE;
        used_from = next;
    }
    return used_from >= end || add_range (self, used_from, end, error);
}

static const struct bwp_esp_partition *
entry_at (const BwFirmwareLayout *layout, uint32_t address)
{
    for (size_t i = 0; i < layout->entry_count; i++)
        if (layout->entries[i].offset == address)
            return &layout->entries[i];
    return NULL;
}

static gboolean
is_slot_record (const struct bwp_esp_partition *entry)
{
    return entry != NULL && entry->type == BWP_ESP_TYPE_DATA && entry->subtype == BWP_ESP_DATA_OTA;
}

/* Data of which something is in the file, or what no table says anything about. */
static gboolean
is_one_piece (const Splitter *self, size_t start, size_t end)
{
    const struct bwp_esp_partition *entry =
        entry_at (self->layout, self->layout->base + (uint32_t) start);
    gboolean is_data = entry != NULL && entry->type != BWP_ESP_TYPE_APP;

    return is_slot_record (entry)
           || ((is_data || self->layout->entry_count == 0)
               && !is_blank (self->data + start, end - start));
}

/* How much at the start of a region is one thing: a whole image with its signature, or all. */
static gboolean
solid_length (const Splitter *self, size_t start, size_t end, size_t *ret_len, GError **error)
{
    uint32_t address = self->layout->base + (uint32_t) start;
    BwFirmwareProbe probe;

    *ret_len = 0;
    if (is_one_piece (self, start, end))
        *ret_len = end - start;
    if (*ret_len > 0)
        return TRUE;
    if (!bw_firmware_probe (self->data + start, end - start, &probe, error)) {
        g_prefix_error (error, _ ("%s: at 0x%x: "), self->place->origin, address);
        return FALSE;
    }
    if (probe.chip != NULL)
        *ret_len = probe.len;
    return TRUE;
}

/* The image and the sectors right behind it that are not blank (a signature) are one part. */
static size_t
solid_end (const Splitter *self, size_t start, size_t len, size_t end)
{
    size_t at =
        MIN ((start + len + BW_FIRMWARE_SECTOR - 1) / BW_FIRMWARE_SECTOR * BW_FIRMWARE_SECTOR, end);

    while (at < end && !is_blank (self->data + at, next_sector (at, end) - at))
        at = next_sector (at, end);
    return at;
}

static gboolean
add_region (const Splitter *self, size_t start, size_t end, GError **error)
{
    size_t solid;

    if (!solid_length (self, start, end, &solid, error))
        return FALSE;
    if (solid > 0) {
        size_t rest = solid_end (self, start, solid, end);

        if (!add_range (self, start, rest, error))
            return FALSE;
        start = rest;
    }
    return add_used_sectors (self, start, end, error);
}

/* ---- borders ---------------------------------------------------------------------------------- */

static int
compare_positions (const void *a, const void *b)
{
    size_t left = *(const size_t *) a;
    size_t right = *(const size_t *) b;

    return left < right ? -1 : left > right;
}

static void
add_border (const Splitter *self, GArray *borders, uint64_t address)
{
    uint64_t start = self->layout->base;
    size_t position;

    if (address <= start || address - start >= self->len || address % BW_FIRMWARE_SECTOR != 0)
        return;
    position = (size_t) (address - start);
    g_array_append_val (borders, position);
}

static GArray *
find_borders (const Splitter *self)
{
    const BwFirmwareLayout *layout = self->layout;
    GArray *borders = g_array_new (FALSE, FALSE, sizeof (size_t));
    size_t start = 0;

    g_array_append_val (borders, start);
    g_array_append_val (borders, self->len);
    add_border (self, borders, layout->boot_address);
    if (layout->table_address != 0) {
        add_border (self, borders, layout->table_address);
        add_border (self, borders, (uint64_t) layout->table_address + BWP_ESP_PARTITION_SECTOR);
    }
    for (size_t i = 0; i < layout->entry_count; i++) {
        add_border (self, borders, layout->entries[i].offset);
        add_border (self, borders, (uint64_t) layout->entries[i].offset + layout->entries[i].size);
    }
    g_array_sort (borders, compare_positions);
    return borders;
}

static gboolean
split (const Splitter *self, GError **error)
{
    g_autoptr (GArray) borders = find_borders (self);

    for (unsigned i = 1; i < borders->len; i++) {
        size_t start = g_array_index (borders, size_t, i - 1);
        size_t end = g_array_index (borders, size_t, i);

        if (start < end && !add_region (self, start, end, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
bw_firmware_build_add_flash (BwFirmwareBuild *self,
                             const BwFirmwarePlace *place,
                             GBytes *bytes,
                             gboolean *ret_is_merged,
                             GError **error)
{
    g_autofree BwFirmwareLayout *layout = bw_firmware_layout_find (bytes, place->offset);
    Splitter splitter = { .build = self, .place = place, .layout = layout, .bytes = bytes };

    if (ret_is_merged != NULL)
        *ret_is_merged = layout != NULL;
    if (layout == NULL)
        return bw_firmware_build_add (self, place, bytes, error);
    splitter.data = g_bytes_get_data (bytes, &splitter.len);
    return split (&splitter, error);
}

/* ---- the form --------------------------------------------------------------------------------- */

static gboolean
merged_matches (const BwFirmwareInput *input)
{
    g_autofree BwFirmwareLayout *layout = NULL;

    /* what goes into one partition is one thing */
    if (input->bytes != NULL && input->partition == NULL)
        layout = bw_firmware_layout_find (input->bytes, input->offset);
    return layout != NULL;
}

static GPtrArray *
merged_load (const BwFirmwareInput *input, GCancellable *cancellable, GError **error)
{
    g_autoptr (GPtrArray) builds = bw_firmware_builds_new ();
    BwFirmwareBuild *build = bw_firmware_build_new ();
    BwFirmwarePlace place = bw_firmware_input_get_place (input);

    g_ptr_array_add (builds, build);
    if (!bw_firmware_build_add_flash (build, &place, input->bytes, NULL, error))
        return NULL;
    return g_steal_pointer (&builds);
}

const BwFirmwareFormat bw_firmware_format_merged = { "merged", merged_matches, merged_load };
