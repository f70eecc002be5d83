/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-plan"
#include "config.h"

#include "bw-esp-plan.h"

#include <string.h>

#include "bw-esp-diff.h"
#include "bw-esp-erase.h"
#include "bw-esp-recover.h"

typedef struct {
    BwEspSession *session;
    const BwEspFlashMap *map;
    unsigned *troubles;
    GArray *todo;
    uint64_t checked;
} Search;

static gboolean
ask_digests (gpointer user_data, BwEspQuestion *questions, size_t n, GError **error)
{
    Search *self = user_data;

    return bw_esp_digests_surely (self->session, questions, n, self->troubles, error);
}

static gboolean
ask_digest (Search *self, uint32_t offset, uint32_t size, uint8_t ret_md5[16], GError **error)
{
    return bw_esp_digest_surely (self->session, offset, size, self->troubles, ret_md5, error);
}

GArray *
bw_esp_plan_all (const BwEspFlashMap *map, gboolean is_erased)
{
    GArray *todo = g_array_new (FALSE, FALSE, sizeof (BwEspRegion));

    for (unsigned i = 0; i < map->regions->len; i++) {
        const BwEspRegion *region = &g_array_index (map->regions, BwEspRegion, i);

        if (!region->is_blank || !is_erased)
            g_array_append_val (todo, *region);
    }
    return todo;
}

static const uint8_t *
region_bytes (const Search *self, const BwEspRegion *region)
{
    const BwEspSpan *span = bw_esp_flash_map_get_span (self->map, region->span);
    const uint8_t *data = g_bytes_get_data (span->data, NULL);

    return data + (region->offset - span->offset);
}

static void
append_runs (Search *self, const BwEspRegion *region, GArray *runs)
{
    for (unsigned i = 0; i < runs->len; i++) {
        const BwEspRun *run = &g_array_index (runs, BwEspRun, i);
        BwEspRegion piece = *region;

        piece.offset = run->offset;
        piece.size = run->size;
        g_array_append_val (self->todo, piece);
    }
}

/* The region is known to differ and @found is its digest on the chip. On a blank chip all of it is
 * new: one comparison saves the search. */
static gboolean
search_region (Search *self, const BwEspRegion *region, const uint8_t found[16], GError **error)
{
    g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (BwEspRun));
    uint8_t blank[16];

    bw_esp_erase_blank_md5 (region->size, blank);
    if (region->is_blank || memcmp (found, blank, sizeof blank) == 0) {
        g_array_append_val (self->todo, *region);
        return TRUE;
    }
    if (!bw_esp_diff_find (region->offset, region_bytes (self, region), region->size, ask_digests,
                           self, runs, error))
        return FALSE;
    append_runs (self, region, runs);
    return TRUE;
}

static gboolean
is_whole_span (const BwEspSpan *span, const BwEspRegion *region)
{
    return region->offset == span->offset && region->size == g_bytes_get_size (span->data);
}

static gboolean
check_region (Search *self, const BwEspRegion *region, GError **error)
{
    uint8_t found[16];
    uint8_t wanted[16];

    if (!ask_digest (self, region->offset, region->size, found, error))
        return FALSE;
    bw_esp_md5 (region_bytes (self, region), region->size, wanted);
    return memcmp (found, wanted, sizeof wanted) == 0 || search_region (self, region, found, error);
}

/* All of the span is new: only what is blank may be so already. */
static gboolean
take_all (Search *self, unsigned index, GError **error)
{
    for (unsigned i = 0; i < self->map->regions->len; i++) {
        const BwEspRegion *region = &g_array_index (self->map->regions, BwEspRegion, i);

        if (region->span != index)
            continue;
        if (!region->is_blank)
            g_array_append_val (self->todo, *region);
        else if (!check_region (self, region, error))
            return FALSE;
    }
    return TRUE;
}

/* Digest of a whole span; its regions are looked at only when it differs. */
static gboolean
check_span (Search *self, unsigned index, GError **error)
{
    const BwEspSpan *span = bw_esp_flash_map_get_span (self->map, index);
    gsize len = 0;
    const uint8_t *data = g_bytes_get_data (span->data, &len);
    gboolean is_new = FALSE;
    uint8_t found[16];
    uint8_t wanted[16];

    if (!span->is_encrypted) {
        if (!bw_esp_diff_is_new (span->offset, data, (uint32_t) len, ask_digests, self, &is_new,
                                 error))
            return FALSE;
        if (is_new)
            return take_all (self, index, error);
        if (!ask_digest (self, span->offset, (uint32_t) len, found, error))
            return FALSE;
        bw_esp_md5 (data, len, wanted);
        if (memcmp (found, wanted, sizeof wanted) == 0)
            return TRUE;
    }
    for (unsigned i = 0; i < self->map->regions->len; i++) {
        const BwEspRegion *region = &g_array_index (self->map->regions, BwEspRegion, i);

        if (region->span != index)
            continue;
        if (span->is_encrypted)
            g_array_append_val (self->todo, *region);
        else if (is_whole_span (span, region) ? !search_region (self, region, found, error)
                                              : !check_region (self, region, error))
            return FALSE;
    }
    return TRUE;
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

GArray *
bw_esp_plan_differences (BwEspSession *session,
                         const BwEspFlashMap *map,
                         unsigned *troubles,
                         GError **error)
{
    g_autoptr (GArray) todo = g_array_new (FALSE, FALSE, sizeof (BwEspRegion));
    Search self = { session, map, troubles, todo, 0 };

    for (unsigned i = 0; i < map->spans->len; i++) {
        if (!check_span (&self, i, error))
            return NULL;
        self.checked += g_bytes_get_size (bw_esp_flash_map_get_span (map, i)->data);
        bw_esp_session_progress (session, self.checked, map->bytes_total);
    }
    g_array_sort (todo, compare_regions);
    return g_steal_pointer (&todo);
}

gboolean
bw_esp_plan_find_bad_span (BwEspSession *session,
                           const BwEspFlashMap *map,
                           unsigned *troubles,
                           unsigned *ret_index,
                           GError **error)
{
    uint64_t checked = 0;
    unsigned i = 0;

    for (; i < map->spans->len; i++) {
        const BwEspSpan *span = bw_esp_flash_map_get_span (map, i);
        gsize len = 0;
        const uint8_t *data = g_bytes_get_data (span->data, &len);
        uint8_t found[16];
        uint8_t wanted[16];

        if (!bw_esp_digest_surely (session, span->offset, (uint32_t) len, troubles, found, error))
            return FALSE;
        bw_esp_md5 (data, len, wanted);
        if (memcmp (found, wanted, sizeof wanted) != 0)
            break;
        checked += len;
        bw_esp_session_progress (session, checked, map->bytes_total);
    }
    *ret_index = i;
    return TRUE;
}
