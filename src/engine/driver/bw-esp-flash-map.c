/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-flash-map"
#include "config.h"

#include "bw-esp-flash-map.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "bw-digests.h"
#include "bw-error.h"
#include "bwp-esp-partition.h"

#define TABLE_OFFSET BWP_ESP_PARTITION_TABLE_OFFSET
/* What a board encrypts comes in units of 16 bytes, on the first chip 32; what is behind a part in
 * its sector is erased anyway. */
#define CRYPT_UNIT 32u
/* Whole sectors that 32-bit addresses reach, so that the end of the last one is an address, too. */
#define ADDRESSES (UINT64_C (0x100000000) - BW_ESP_SECTOR)

static uint32_t
sector_floor (uint32_t address)
{
    return address / BW_ESP_SECTOR * BW_ESP_SECTOR;
}

static uint64_t
sector_ceil (uint64_t address)
{
    return (address + BW_ESP_SECTOR - 1) / BW_ESP_SECTOR * BW_ESP_SECTOR;
}

static void
span_free (BwEspSpan *self)
{
    g_free (self->name);
    g_bytes_unref (self->data);
    g_free (self);
}

static int
compare_parts (gconstpointer a, gconstpointer b)
{
    const BwFirmwarePart *left = *(const BwFirmwarePart *const *) a;
    const BwFirmwarePart *right = *(const BwFirmwarePart *const *) b;

    return (left->offset > right->offset) - (left->offset < right->offset);
}

static int
compare_regions (gconstpointer a, gconstpointer b)
{
    const BwEspRegion *left = a;
    const BwEspRegion *right = b;

    if (left->rank != right->rank)
        return (left->rank > right->rank) - (left->rank < right->rank);
    return (left->offset > right->offset) - (left->offset < right->offset);
}

static GPtrArray *
sort_parts (GPtrArray *parts)
{
    GPtrArray *sorted = g_ptr_array_new ();

    for (unsigned i = 0; i < parts->len; i++) {
        BwFirmwarePart *part = g_ptr_array_index (parts, i);

        if (g_bytes_get_size (part->data) > 0)
            g_ptr_array_add (sorted, part);
    }
    g_ptr_array_sort (sorted, compare_parts);
    return sorted;
}

static gboolean
check_part (const BwFirmwarePart *part, const BwEspFlashLimits *limits, GError **error)
{
    uint64_t room = MIN (limits->flash_bytes != 0 ? limits->flash_bytes : UINT64_MAX, ADDRESSES);

    if (bw_firmware_part_get_end (part) > room) {
        bw_set_error (error, BW_CAUSE_TOO_LARGE,
                      _ ("%s ends at 0x%" PRIx64 ", the flash at 0x%" PRIx64), part->name,
                      bw_firmware_part_get_end (part), room);
        return FALSE;
    }
    if (part->offset < limits->protected_below) {
        bw_set_error (error, BW_CAUSE_REFUSED,
                      _ ("%s begins at 0x%x; this board protects everything below 0x%x"),
                      part->name, part->offset, limits->protected_below);
        return FALSE;
    }
    return TRUE;
}

static gboolean
check_neighbours (const BwFirmwarePart *left, const BwFirmwarePart *right, GError **error)
{
    if (bw_firmware_part_get_end (left) > right->offset) {
        bw_set_error (error, BW_CAUSE_OVERLAP, _ ("%s ends at 0x%" PRIx64 ", %s begins at 0x%x"),
                      left->name, bw_firmware_part_get_end (left), right->name, right->offset);
        return FALSE;
    }
    if (sector_ceil (bw_firmware_part_get_end (left)) > right->offset
        && left->is_encrypted != right->is_encrypted) {
        bw_set_error (error, BW_CAUSE_USAGE,
                      _ ("%s and %s share a sector, but only one of them is to be encrypted"),
                      left->name, right->name);
        return FALSE;
    }
    return TRUE;
}

static gboolean
check_parts (GPtrArray *parts, const BwEspFlashLimits *limits, GError **error)
{
    if (parts->len == 0) {
        bw_set_error (error, BW_CAUSE_USAGE, _ ("nothing to write"));
        return FALSE;
    }
    for (unsigned i = 0; i < parts->len; i++) {
        if (!check_part (g_ptr_array_index (parts, i), limits, error))
            return FALSE;
        if (i > 0
            && !check_neighbours (g_ptr_array_index (parts, i - 1), g_ptr_array_index (parts, i),
                                  error))
            return FALSE;
    }
    return TRUE;
}

/* How many parts from @first on hang together because neighbours share a sector. */
static unsigned
count_sharing (GPtrArray *parts, unsigned first)
{
    unsigned n = 1;

    while (first + n < parts->len) {
        const BwFirmwarePart *left = g_ptr_array_index (parts, first + n - 1);
        const BwFirmwarePart *right = g_ptr_array_index (parts, first + n);

        if (sector_ceil (bw_firmware_part_get_end (left)) <= right->offset)
            break;
        n++;
    }
    return n;
}

/* The content of several parts, what is between them filled with FF as an erase leaves it. */
static GBytes *
join_parts (GPtrArray *parts, unsigned first, unsigned n, uint32_t start, size_t size)
{
    uint8_t *joined = g_malloc (size);

    memset (joined, 0xff, size);
    for (unsigned i = first; i < first + n; i++) {
        const BwFirmwarePart *part = g_ptr_array_index (parts, i);
        size_t len = 0;
        const void *data = g_bytes_get_data (part->data, &len);

        memcpy (joined + (part->offset - start), data, len);
    }
    return g_bytes_new_take (joined, size);
}

static BwEspSpan *
make_span (GPtrArray *parts, unsigned first, unsigned n)
{
    const BwFirmwarePart *part = g_ptr_array_index (parts, first);
    BwEspSpan *span = g_new0 (BwEspSpan, 1);
    size_t size;

    span->name = g_strdup (part->name);
    span->offset = sector_floor (part->offset);
    span->is_encrypted = part->is_encrypted;
    size = (size_t) (bw_firmware_part_get_end (g_ptr_array_index (parts, first + n - 1))
                     - span->offset);
    if (span->is_encrypted)
        size = (size + CRYPT_UNIT - 1) / CRYPT_UNIT * CRYPT_UNIT;
    if (n == 1 && span->offset == part->offset && size == g_bytes_get_size (part->data))
        span->data = g_bytes_ref (part->data);
    else
        span->data = join_parts (parts, first, n, span->offset, size);
    return span;
}

static gboolean
is_blank (const uint8_t *data, size_t len)
{
    return len == 0 || (data[0] == 0xff && memcmp (data, data + 1, len - 1) == 0);
}

static gboolean
has_table_magic (const BwEspSpan *span, uint32_t at)
{
    size_t len = 0;
    const uint8_t *data = g_bytes_get_data (span->data, &len);
    size_t skip = at - span->offset;

    return at >= span->offset && skip < len
           && bwp_esp_partition_has_magic (data + skip, len - skip);
}

static gboolean
is_whole_table (const BwEspSpan *span, uint32_t at)
{
    struct bwp_esp_partition entries[BWP_ESP_PARTITION_MAX];
    size_t len = 0;
    const uint8_t *data = g_bytes_get_data (span->data, &len);
    size_t skip = at - span->offset;
    size_t count = 0;

    return has_table_magic (span, at)
           && bwp_esp_partition_parse (data + skip, MIN (len - skip, BW_ESP_SECTOR),
                                       bw_digests_get (), entries, BWP_ESP_PARTITION_MAX, &count,
                                       NULL)
                  == BWP_OK
           && count > 0;
}

/* Where a partition table lies in @span, as an offset in flash; UINT32_MAX for none. At the usual
 * place, and where a part begins, its first bytes tell; where a build has moved it inside a merged
 * image, it has to be a whole one. */
static uint32_t
find_table (const BwEspSpan *span)
{
    uint64_t end = span->offset + (uint64_t) g_bytes_get_size (span->data);

    if (has_table_magic (span, TABLE_OFFSET))
        return TABLE_OFFSET;
    if (has_table_magic (span, span->offset))
        return span->offset;
    for (uint64_t at = span->offset; at < end; at += BW_ESP_SECTOR) {
        if (is_whole_table (span, (uint32_t) at))
            return (uint32_t) at;
    }
    return UINT32_MAX;
}

static void
add_region (BwEspFlashMap *self,
            unsigned span,
            uint32_t offset,
            uint32_t end,
            gboolean blank,
            BwEspRank rank)
{
    BwEspRegion region = { span, offset, end - offset, blank, rank };

    if (end > offset)
        g_array_append_val (self->regions, region);
}

/* Bytes from @from on that are blank, counted in whole sectors up to @end. */
static uint32_t
measure_blank (const uint8_t *data, uint32_t from, uint32_t end)
{
    uint32_t at = from;

    while (at < end) {
        uint32_t len = MIN (BW_ESP_SECTOR, end - at);

        if (!is_blank (data + at, len))
            break;
        at += len;
    }
    return at - from;
}

/* Splits one stretch of a span at long blank runs. @start and @end are offsets in flash. */
static void
split_stretch (BwEspFlashMap *self, unsigned index, uint32_t start, uint32_t end, BwEspRank rank)
{
    const BwEspSpan *span = g_ptr_array_index (self->spans, index);
    const uint8_t *data = g_bytes_get_data (span->data, NULL);
    uint32_t pending = start;
    uint32_t at = start;

    while (at < end && !span->is_encrypted) {
        uint32_t blank = measure_blank (data, at - span->offset, end - span->offset);

        if (blank >= BW_ESP_BLANK_MIN || (blank > 0 && blank == end - start)) {
            add_region (self, index, pending, at, FALSE, rank);
            add_region (self, index, at, at + blank, TRUE, rank);
            pending = at + blank;
        }
        at += MAX (blank, BW_ESP_SECTOR);
    }
    add_region (self, index, pending, end, FALSE, rank);
}

/* Cuts a span into what comes last (boot image, partition table) and the rest. */
static void
cut_span (BwEspFlashMap *self, unsigned index, uint32_t boot_offset)
{
    const BwEspSpan *span = g_ptr_array_index (self->spans, index);
    uint32_t start = span->offset;
    uint32_t end = start + (uint32_t) g_bytes_get_size (span->data);
    uint32_t table = find_table (span);
    uint32_t boot_end = MIN (end, table);

    if (boot_offset >= start && boot_offset < boot_end) {
        split_stretch (self, index, start, boot_offset, BW_ESP_RANK_ORDINARY);
        split_stretch (self, index, boot_offset, boot_end, BW_ESP_RANK_BOOT);
        start = boot_end;
    }
    if (table != UINT32_MAX) {
        uint32_t table_end = MIN (end, table + BW_ESP_SECTOR);

        split_stretch (self, index, start, table, BW_ESP_RANK_ORDINARY);
        split_stretch (self, index, table, table_end, BW_ESP_RANK_TABLE);
        start = table_end;
    }
    split_stretch (self, index, start, end, BW_ESP_RANK_ORDINARY);
}

/* Of what is written last. */
static BwEspRank
rank_part (const BwFirmwarePart *part, uint32_t boot_offset)
{
    const BwEspSpan span = { part->name, part->offset, part->data, part->is_encrypted };
    uint32_t table = find_table (&span);

    if (boot_offset >= part->offset && boot_offset < MIN (bw_firmware_part_get_end (part), table))
        return BW_ESP_RANK_BOOT;
    return table != UINT32_MAX ? BW_ESP_RANK_TABLE : BW_ESP_RANK_ORDINARY;
}

static void
append_rank (GPtrArray *sorted, GPtrArray *parts, BwEspRank rank, uint32_t boot_offset)
{
    for (unsigned i = 0; i < parts->len; i++)
        if (rank_part (parts->pdata[i], boot_offset) == rank)
            g_ptr_array_add (sorted, parts->pdata[i]);
}

GPtrArray *
bw_esp_flash_map_sort_parts (GPtrArray *parts, uint32_t boot_offset)
{
    GPtrArray *sorted = g_ptr_array_new ();
    g_autoptr (GPtrArray) by_offset = sort_parts (parts);

    append_rank (sorted, by_offset, BW_ESP_RANK_ORDINARY, boot_offset);
    append_rank (sorted, by_offset, BW_ESP_RANK_TABLE, boot_offset);
    append_rank (sorted, by_offset, BW_ESP_RANK_BOOT, boot_offset);
    return sorted;
}

void
bw_esp_regions_sort (GArray *regions)
{
    g_array_sort (regions, compare_regions);
}

BwEspFlashMap *
bw_esp_flash_map_new (GPtrArray *parts, const BwEspFlashLimits *limits, GError **error)
{
    g_autoptr (BwEspFlashMap) self = NULL;
    g_autoptr (GPtrArray) sorted = sort_parts (parts);

    if (!check_parts (sorted, limits, error))
        return NULL;
    self = g_new0 (BwEspFlashMap, 1);
    self->spans = g_ptr_array_new_with_free_func ((GDestroyNotify) span_free);
    self->regions = g_array_new (FALSE, FALSE, sizeof (BwEspRegion));
    for (unsigned i = 0; i < sorted->len;) {
        unsigned n = count_sharing (sorted, i);
        BwEspSpan *span = make_span (sorted, i, n);

        g_ptr_array_add (self->spans, span);
        self->bytes_total += g_bytes_get_size (span->data);
        cut_span (self, self->spans->len - 1, limits->boot_offset);
        i += n;
    }
    bw_esp_regions_sort (self->regions);
    return g_steal_pointer (&self);
}

void
bw_esp_flash_map_free (BwEspFlashMap *self)
{
    if (self == NULL)
        return;
    g_clear_pointer (&self->spans, g_ptr_array_unref);
    g_clear_pointer (&self->regions, g_array_unref);
    g_free (self);
}

const BwEspSpan *
bw_esp_flash_map_get_span (const BwEspFlashMap *self, unsigned index)
{
    g_return_val_if_fail (index < self->spans->len, NULL);
    return g_ptr_array_index (self->spans, index);
}

const uint8_t *
bw_esp_flash_map_get_bytes (const BwEspFlashMap *self, const BwEspRegion *region)
{
    const BwEspSpan *span = bw_esp_flash_map_get_span (self, region->span);
    const uint8_t *data = g_bytes_get_data (span->data, NULL);

    return data + (region->offset - span->offset);
}

GBytes *
bw_esp_flash_map_dup_bytes (const BwEspFlashMap *self, const BwEspRegion *region)
{
    const BwEspSpan *span = bw_esp_flash_map_get_span (self, region->span);

    if (region->offset == span->offset && region->size == g_bytes_get_size (span->data))
        return g_bytes_ref (span->data);
    return g_bytes_new_from_bytes (span->data, region->offset - span->offset, region->size);
}
