/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-compare"
#include "config.h"

#include "bw-esp-compare.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bw-error.h"
#include "bw-esp-flash.h"
#include "bw-esp-plan.h"
#include "bw-esp-recover.h"
#include "bw-esp-spi-read.h"

/* What is read at once: short enough to get across a noisy line. */
#define PIECE_BYTES 1024u
/* A piece that is never read twice alike is given up. */
#define READINGS_MAX 40
/* Looked at in three places of each span before all of it is read. */
#define GLANCE_BYTES 64u

/* What was read of one piece so far. */
typedef struct {
    uint8_t bytes[PIECE_BYTES];
    uint8_t before[PIECE_BYTES]; /* the last reading that differed */
    unsigned n_equal;
    unsigned n_other;
    gboolean is_doubtful; /* the line stumbled, or a reading differed */
} Piece;

typedef enum {
    UNDECIDED,
    EQUAL,
    OTHER,
} Verdict;

static Verdict
judge (Piece *piece, const uint8_t *data, uint32_t size)
{
    if (memcmp (piece->bytes, data, size) == 0)
        return ++piece->n_equal > (piece->is_doubtful ? 1 : 0) ? EQUAL : UNDECIDED;
    piece->is_doubtful = TRUE;
    if (piece->n_other++ > 0 && memcmp (piece->bytes, piece->before, size) == 0)
        return OTHER;
    memcpy (piece->before, piece->bytes, size);
    return UNDECIDED;
}

/* Headway pays for earlier trouble: only a line that gets nothing across is given up. */
static void
note_headway (BwEspCompare *self)
{
    if (*self->troubles > 0)
        --*self->troubles;
}

static gboolean
fail_unsteady (uint32_t offset, GError **error)
{
    bw_set_error (error, BW_CAUSE_NOISY_LINE, _ ("the flash at 0x%x reads differently each time"),
                  offset);
    return FALSE;
}

static gboolean
compare_piece (BwEspCompare *self,
               uint32_t offset,
               const uint8_t *data,
               uint32_t size,
               gboolean *ret_is_equal,
               GError **error)
{
    g_autofree Piece *piece = g_new0 (Piece, 1);
    BwEspPeek peek = { offset, size, piece->bytes, data };

    for (unsigned i = 0; i < READINGS_MAX; i++) {
        g_autoptr (GError) failure = NULL;
        Verdict verdict = UNDECIDED;

        if (bw_esp_flash_peek (self->session, &peek, 1, &failure)) {
            verdict = judge (piece, data, size);
        } else if (!bw_esp_recover (self->session, self->troubles, &failure)) {
            g_propagate_error (error, g_steal_pointer (&failure));
            return FALSE;
        } else {
            piece->is_doubtful = TRUE;
        }
        if (verdict != UNDECIDED) {
            note_headway (self);
            *ret_is_equal = verdict == EQUAL;
            return TRUE;
        }
    }
    return fail_unsteady (offset, error);
}

static void
note_compared (BwEspCompare *self, uint32_t bytes)
{
    self->done += bytes;
    bw_esp_session_progress (self->session, MIN (self->done, self->total), self->total);
}

gboolean
bw_esp_compare (BwEspCompare *self,
                uint32_t offset,
                const uint8_t *data,
                uint32_t size,
                uint32_t *ret_equal,
                GError **error)
{
    uint32_t at = 0;
    gboolean is_equal = TRUE;

    while (at < size && is_equal) {
        uint32_t len = MIN (PIECE_BYTES, size - at);

        if (!compare_piece (self, offset + at, data + at, len, &is_equal, error))
            return FALSE;
        note_compared (self, len);
        at += is_equal ? len : 0;
    }
    *ret_equal = at;
    return TRUE;
}

/* Reads until a reading is like the one before. */
static gboolean
read_piece (BwEspSession *self,
            uint32_t offset,
            uint32_t size,
            unsigned *troubles,
            uint8_t *ret_bytes,
            GError **error)
{
    uint8_t before[PIECE_BYTES];
    BwEspPeek peek = { .offset = offset, .size = size, .bytes = ret_bytes };
    unsigned n = 0;

    for (unsigned i = 0; i < READINGS_MAX; i++) {
        g_autoptr (GError) failure = NULL;

        if (bw_esp_flash_peek (self, &peek, 1, &failure)) {
            if (n++ > 0 && memcmp (before, ret_bytes, size) == 0)
                return TRUE;
            memcpy (before, ret_bytes, size);
        } else if (!bw_esp_recover (self, troubles, &failure)) {
            g_propagate_error (error, g_steal_pointer (&failure));
            return FALSE;
        }
    }
    return fail_unsteady (offset, error);
}

gboolean
bw_esp_compare_digest (BwEspSession *session,
                       uint32_t offset,
                       uint32_t size,
                       unsigned *troubles,
                       uint8_t ret_md5[16],
                       GError **error)
{
    g_autofree uint8_t *bytes = g_malloc (size);

    for (uint32_t at = 0; at < size; at += PIECE_BYTES) {
        if (!read_piece (session, offset + at, MIN (PIECE_BYTES, size - at), troubles, bytes + at,
                         error))
            return FALSE;
    }
    bw_esp_md5 (bytes, size, ret_md5);
    return TRUE;
}

static uint64_t
sum_sizes (GArray *regions)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < regions->len; i++)
        sum += g_array_index (regions, BwEspRegion, i).size;
    return sum;
}

static void
append_sector (GArray *found, const BwEspRegion *region, uint32_t at)
{
    BwEspRegion sector = *region;
    BwEspRegion *last = found->len > 0 ? &g_array_index (found, BwEspRegion, found->len - 1) : NULL;

    sector.offset = region->offset + at;
    sector.size = MIN (BW_ESP_SECTOR, region->size - at);
    if (last != NULL && last->span == sector.span && last->rank == sector.rank
        && last->is_blank == sector.is_blank && last->offset + last->size == sector.offset)
        last->size += sector.size;
    else
        g_array_append_val (found, sector);
}

static gboolean
compare_region (BwEspCompare *self,
                const BwEspFlashMap *map,
                const BwEspRegion *region,
                GArray *found,
                GError **error)
{
    const uint8_t *data = bw_esp_flash_map_get_bytes (map, region);
    uint64_t before = self->done;

    for (uint32_t at = 0; at < region->size;) {
        uint32_t equal = 0;

        if (!bw_esp_compare (self, region->offset + at, data + at, region->size - at, &equal,
                             error))
            return FALSE;
        at += equal;
        if (at < region->size) {
            /* the rest of a sector that differs is not of interest */
            at -= at % BW_ESP_SECTOR;
            append_sector (found, region, at);
            at += MIN (BW_ESP_SECTOR, region->size - at);
        }
        self->done = before + at;
    }
    return TRUE;
}

GArray *
bw_esp_compare_regions (BwEspSession *session,
                        const BwEspFlashMap *map,
                        GArray *regions,
                        unsigned *troubles,
                        GError **error)
{
    g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (BwEspRegion));
    BwEspCompare self = { session, troubles, 0, sum_sizes (regions) };

    for (unsigned i = 0; i < regions->len; i++) {
        const BwEspRegion *region = &g_array_index (regions, BwEspRegion, i);

        if (!compare_region (&self, map, region, found, error))
            return NULL;
    }
    return g_steal_pointer (&found);
}

GArray *
bw_esp_compare_map (BwEspSession *session,
                    const BwEspFlashMap *map,
                    unsigned *troubles,
                    GError **error)
{
    return bw_esp_compare_regions (session, map, map->regions, troubles, error);
}

/* ---- what to write ---- */

static gboolean
is_alike (BwEspCompare *self,
          const BwEspSpan *span,
          uint32_t at,
          gboolean *ret_is_alike,
          GError **error)
{
    gsize len = 0;
    const uint8_t *data = g_bytes_get_data (span->data, &len);

    return compare_piece (self, span->offset + at, data + at,
                          (uint32_t) MIN (GLANCE_BYTES, len - at), ret_is_alike, error);
}

/* Begin, middle and end: where a build shows. */
static gboolean
glance (BwEspCompare *self, const BwEspFlashMap *map, gboolean *ret_is_alike, GError **error)
{
    *ret_is_alike = TRUE;
    for (unsigned i = 0; i < map->spans->len && *ret_is_alike; i++) {
        const BwEspSpan *span = bw_esp_flash_map_get_span (map, i);
        uint32_t size = (uint32_t) g_bytes_get_size (span->data);
        uint32_t last = size - MIN (size, GLANCE_BYTES);

        if (!is_alike (self, span, 0, ret_is_alike, error)
            || (*ret_is_alike && !is_alike (self, span, last / 2, ret_is_alike, error))
            || (*ret_is_alike && !is_alike (self, span, last, ret_is_alike, error)))
            return FALSE;
    }
    return TRUE;
}

/* Everything behind what was found equal. */
static void
append_rest (const BwEspFlashMap *map, unsigned first, uint32_t equal, GArray *todo)
{
    for (unsigned i = first; i < map->regions->len; i++) {
        BwEspRegion region = g_array_index (map->regions, BwEspRegion, i);
        uint32_t skipped = i == first ? equal - equal % BW_ESP_SECTOR : 0;

        region.offset += skipped;
        region.size -= skipped;
        g_array_append_val (todo, region);
    }
}

static void
note_all (BwEspSession *session)
{
    bw_esp_session_note (session, _ ("the flash holds something else; to read which sectors differ "
                                     "takes longer than to write them, so all are written"));
}

/* If all is there, this is the proof. */
static void
expect_nothing_else (BwEspSession *session, const BwEspFlashMap *map)
{
    bw_esp_session_expect (session, BW_STEP_CHECK, bw_esp_spi_read_us (session, map->bytes_total));
    bw_esp_session_expect (session, BW_STEP_WRITE, 0);
    bw_esp_session_expect (session, BW_STEP_VERIFY, 0);
}

GArray *
bw_esp_compare_plan (BwEspSession *session,
                     const BwEspFlashMap *map,
                     unsigned *troubles,
                     GError **error)
{
    g_autoptr (GArray) todo = g_array_new (FALSE, FALSE, sizeof (BwEspRegion));
    BwEspCompare self = { session, troubles, 0, map->bytes_total };
    gboolean is_alike_so_far = FALSE;

    if (!glance (&self, map, &is_alike_so_far, error))
        return NULL;
    if (!is_alike_so_far) {
        note_all (session);
        return bw_esp_plan_all (map, FALSE);
    }
    expect_nothing_else (session, map);
    for (unsigned i = 0; i < map->regions->len && todo->len == 0; i++) {
        const BwEspRegion *region = &g_array_index (map->regions, BwEspRegion, i);
        uint32_t equal = 0;

        if (!bw_esp_compare (&self, region->offset, bw_esp_flash_map_get_bytes (map, region),
                             region->size, &equal, error))
            return NULL;
        if (equal < region->size) {
            note_all (session);
            append_rest (map, i, equal, todo);
        }
    }
    return g_steal_pointer (&todo);
}
