/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-plan"
#include "config.h"

#include "bw-esp-plan.h"

#include <string.h>

#include "bw-esp-diff.h"
#include "bw-esp-erase.h"
#include "bw-esp-recover.h"

/* What the first glance at a span saw. */
typedef struct {
    unsigned n;       /* questions */
    unsigned n_equal; /* answers as they shall be */
    unsigned n_blank; /* answers of erased flash */
} Glance;

typedef struct {
    BwEspAsker asker;
    const BwEspFlashMap *map;
    GArray *todo;
    uint64_t checked;
} Search;

static gboolean
ask_all (Search *self, GArray *questions, GError **error)
{
    BwEspQuestion *list = (BwEspQuestion *) (gpointer) questions->data;

    for (size_t at = 0; at < questions->len; at += BW_ESP_QUESTIONS_MAX) {
        size_t n = MIN (questions->len - at, BW_ESP_QUESTIONS_MAX);

        if (!bw_esp_asker_ask (&self->asker, list + at, n, error))
            return FALSE;
    }
    return TRUE;
}

static const uint8_t *
span_bytes (const BwEspSpan *span, uint32_t *ret_size)
{
    gsize len = 0;
    const uint8_t *data = g_bytes_get_data (span->data, &len);

    *ret_size = (uint32_t) len;
    return data;
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

/* ---- the first glance, at all spans at once ---- */

static gboolean
is_blank_answer (const BwEspQuestion *question)
{
    uint8_t blank[BW_ESP_MD5_BYTES];

    bw_esp_erase_blank_md5 (question->size, blank);
    return memcmp (question->md5, blank, sizeof blank) == 0;
}

static void
judge (const BwEspSpan *span, const BwEspQuestion *answers, Glance *glance)
{
    uint32_t size = 0;
    const uint8_t *data = span_bytes (span, &size);

    for (unsigned i = 0; i < glance->n; i++) {
        glance->n_equal += bw_esp_diff_is_equal (&answers[i], span->offset, data) ? 1 : 0;
        glance->n_blank += is_blank_answer (&answers[i]) ? 1 : 0;
    }
}

/* One for each span; none of them looks at what is written encrypted. */
static gboolean
glance_at_all (Search *self, Glance *glances, GError **error)
{
    GPtrArray *spans = self->map->spans;
    g_autoptr (GArray) questions = g_array_new (FALSE, FALSE, sizeof (BwEspQuestion));
    unsigned at = 0;

    for (unsigned i = 0; i < spans->len; i++) {
        const BwEspSpan *span = g_ptr_array_index (spans, i);
        BwEspQuestion list[BW_ESP_GLANCE_MAX] = { 0 };
        uint32_t size = 0;

        span_bytes (span, &size);
        glances[i].n =
            span->is_encrypted ? 0 : (unsigned) bw_esp_diff_glance (span->offset, size, list);
        g_array_append_vals (questions, list, glances[i].n);
    }
    if (!ask_all (self, questions, error))
        return FALSE;
    for (unsigned i = 0; i < spans->len; i++) {
        judge (g_ptr_array_index (spans, i), &g_array_index (questions, BwEspQuestion, at),
               &glances[i]);
        at += glances[i].n;
    }
    return TRUE;
}

/* ---- span by span ---- */

static gboolean
is_there (Search *self,
          uint32_t offset,
          const uint8_t *data,
          uint32_t size,
          gboolean *ret_is_there,
          GError **error)
{
    BwEspQuestion question = { .offset = offset, .size = size, .is_proof = TRUE };

    bw_esp_question_want (&question, data);
    if (!bw_esp_asker_ask (&self->asker, &question, 1, error))
        return FALSE;
    *ret_is_there = bw_esp_question_is_met (&question);
    return TRUE;
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

static gboolean
search_region (Search *self, const BwEspRegion *region, GError **error)
{
    g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (BwEspRun));
    const uint8_t *data = bw_esp_flash_map_get_bytes (self->map, region);
    gboolean is_done = FALSE;

    if (region->is_blank) {
        if (!is_there (self, region->offset, data, region->size, &is_done, error))
            return FALSE;
        if (!is_done)
            g_array_append_val (self->todo, *region);
        return TRUE;
    }
    if (!bw_esp_diff_find (region->offset, data, region->size, bw_esp_asker_ask, &self->asker, runs,
                           error))
        return FALSE;
    append_runs (self, region, runs);
    return TRUE;
}

/* How the regions of one span are found to be done or not. */
typedef enum {
    TAKE,   /* all are to be done */
    CHECK,  /* only what is blank may be done already */
    SEARCH, /* sector by sector */
} Manner;

static gboolean
go_through (Search *self, unsigned index, Manner manner, GError **error)
{
    for (unsigned i = 0; i < self->map->regions->len; i++) {
        const BwEspRegion *region = &g_array_index (self->map->regions, BwEspRegion, i);

        if (region->span != index)
            continue;
        if (manner == TAKE || (manner == CHECK && !region->is_blank))
            g_array_append_val (self->todo, *region);
        else if (!search_region (self, region, error))
            return FALSE;
    }
    return TRUE;
}

/* The span as a whole differs: somewhere it must. */
static gboolean
search_span (Search *self, unsigned index, GError **error)
{
    unsigned before = self->todo->len;

    if (!go_through (self, index, SEARCH, error))
        return FALSE;
    /* every piece equal although the whole is not: somebody was misheard */
    return self->todo->len > before || go_through (self, index, TAKE, error);
}

static gboolean
is_erased (const Glance *glance)
{
    return glance->n_equal == 0 && glance->n_blank == glance->n;
}

/* Large spans: whether all of it is new, and if not, whether it is all there. */
static gboolean
choose_manner (Search *self,
               const BwEspSpan *span,
               const Glance *glance,
               gboolean *ret_is_new,
               gboolean *ret_is_there,
               GError **error)
{
    uint32_t size = 0;
    const uint8_t *data = span_bytes (span, &size);

    *ret_is_new = is_erased (glance);
    *ret_is_there = FALSE;
    if (glance->n_equal == glance->n)
        return is_there (self, span->offset, data, size, ret_is_there, error);
    if (glance->n_equal > 0 || *ret_is_new)
        return TRUE;
    return bw_esp_diff_is_new (span->offset, data, size, bw_esp_asker_ask, &self->asker, ret_is_new,
                               error);
}

static gboolean
check_span (Search *self, unsigned index, const Glance *glance, GError **error)
{
    const BwEspSpan *span = bw_esp_flash_map_get_span (self->map, index);
    gboolean is_new = is_erased (glance);
    gboolean is_done = glance->n_equal == glance->n;

    if (span->is_encrypted)
        return go_through (self, index, TAKE, error);
    if (glance->n > 1 && !choose_manner (self, span, glance, &is_new, &is_done, error))
        return FALSE;
    if (is_done)
        return TRUE;
    return is_new ? go_through (self, index, CHECK, error) : search_span (self, index, error);
}

GArray *
bw_esp_plan_differences (BwEspSession *session,
                         const BwEspFlashMap *map,
                         unsigned *troubles,
                         GError **error)
{
    g_autoptr (GArray) todo = g_array_new (FALSE, FALSE, sizeof (BwEspRegion));
    g_autofree Glance *glances = g_new0 (Glance, map->spans->len);
    Search self = { { session, troubles }, map, todo, 0 };

    if (!glance_at_all (&self, glances, error))
        return NULL;
    for (unsigned i = 0; i < map->spans->len; i++) {
        if (!check_span (&self, i, &glances[i], error))
            return NULL;
        self.checked += g_bytes_get_size (bw_esp_flash_map_get_span (map, i)->data);
        bw_esp_session_progress (session, self.checked, map->bytes_total);
    }
    bw_esp_regions_sort (todo);
    return g_steal_pointer (&todo);
}

/* Asks about as many spans from @first on as go together. */
static gboolean
prove_some (Search *self, unsigned first, unsigned n, unsigned *ret_n_good, GError **error)
{
    BwEspQuestion questions[BW_ESP_QUESTIONS_MAX] = { 0 };
    unsigned i = 0;

    for (i = 0; i < n; i++) {
        const BwEspSpan *span = bw_esp_flash_map_get_span (self->map, first + i);

        const uint8_t *data = span_bytes (span, &questions[i].size);

        questions[i].offset = span->offset;
        questions[i].is_proof = TRUE;
        bw_esp_question_want (&questions[i], data);
    }
    if (!bw_esp_asker_ask (&self->asker, questions, n, error))
        return FALSE;
    for (i = 0; i < n && bw_esp_question_is_met (&questions[i]); i++)
        self->checked += questions[i].size;
    *ret_n_good = i;
    return TRUE;
}

gboolean
bw_esp_plan_find_bad_span (BwEspSession *session,
                           const BwEspFlashMap *map,
                           unsigned *troubles,
                           unsigned *ret_index,
                           GError **error)
{
    Search self = { { session, troubles }, map, NULL, 0 };
    unsigned at = 0;

    while (at < map->spans->len) {
        unsigned n = MIN (map->spans->len - at, BW_ESP_QUESTIONS_MAX);
        unsigned n_good = 0;

        if (!prove_some (&self, at, n, &n_good, error))
            return FALSE;
        bw_esp_session_progress (session, self.checked, map->bytes_total);
        at += n_good;
        if (n_good < n)
            break;
    }
    *ret_index = at;
    return TRUE;
}
