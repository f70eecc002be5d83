/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-diff"
#include "config.h"

#include "bw-esp-diff.h"

#include <openssl/evp.h>
#include <string.h>

#include "bw-esp-flash-map.h"
#include "bwp-esp-command.h"

/* If none of so many sectors, spread evenly, is as wanted, the stretch counts as new throughout. */
#define SAMPLES BW_ESP_QUESTIONS_MAX
/* A region of no more sectors than this is looked at as a whole. */
#define SMALL_SECTORS 16
/* Pieces a stretch that differs is cut into. */
#define FAN 32

typedef struct {
    uint32_t offset;
    const uint8_t *data;
    uint32_t size;
    BwEspDigestFunc digest;
    gpointer user_data;
    GArray *found; /* of Stretch, in no order */
} Search;

/* Some sectors in a row, and whether the chip has them as wanted. */
typedef struct {
    uint32_t first;
    uint32_t n;
    gboolean is_equal;
} Stretch;

void
bw_esp_md5 (const uint8_t *data, size_t size, uint8_t ret_md5[BW_ESP_MD5_BYTES])
{
    unsigned len = BW_ESP_MD5_BYTES;

    if (EVP_Digest (data, size, ret_md5, &len, EVP_md5 (), NULL) != 1)
        g_critical ("no MD5 in this OpenSSL");
}

/* Bytes of a stretch, less where the region ends inside. */
static uint32_t
stretch_bytes (const Search *self, const Stretch *stretch)
{
    return MIN (stretch->n * BW_ESP_SECTOR, self->size - stretch->first * BW_ESP_SECTOR);
}

gboolean
bw_esp_diff_is_equal (const BwEspQuestion *question, uint32_t offset, const uint8_t *data)
{
    uint8_t wanted[BW_ESP_MD5_BYTES];

    bw_esp_md5 (data + (question->offset - offset), question->size, wanted);
    return memcmp (question->md5, wanted, sizeof wanted) == 0;
}

void
bw_esp_question_want (BwEspQuestion *self, const uint8_t *data)
{
    bw_esp_md5 (data, self->size, self->wanted);
    self->has_wanted = TRUE;
}

gboolean
bw_esp_question_is_met (const BwEspQuestion *self)
{
    return memcmp (self->md5, self->wanted, sizeof self->wanted) == 0;
}

static gboolean
compare_some (Search *self, Stretch *stretches, size_t n, GError **error)
{
    BwEspQuestion questions[BW_ESP_QUESTIONS_MAX] = { 0 };

    for (size_t i = 0; i < n; i++) {
        questions[i].offset = self->offset + stretches[i].first * BW_ESP_SECTOR;
        questions[i].size = stretch_bytes (self, &stretches[i]);
        bw_esp_question_want (&questions[i], self->data + stretches[i].first * BW_ESP_SECTOR);
    }
    if (!self->digest (self->user_data, questions, n, error))
        return FALSE;
    for (size_t i = 0; i < n; i++)
        stretches[i].is_equal = bw_esp_question_is_met (&questions[i]);
    return TRUE;
}

static gboolean
compare (Search *self, Stretch *stretches, size_t n, GError **error)
{
    for (size_t at = 0; at < n; at += BW_ESP_QUESTIONS_MAX) {
        if (!compare_some (self, stretches + at, MIN (n - at, BW_ESP_QUESTIONS_MAX), error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
has_equal (const Stretch *stretches, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (stretches[i].is_equal)
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_new (Search *self, const Stretch *whole, gboolean *ret_is_new, GError **error)
{
    Stretch samples[SAMPLES] = { 0 };

    for (unsigned i = 0; i < SAMPLES; i++) {
        uint64_t at = (uint64_t) whole->n * (2 * i + 1) / (2 * SAMPLES);

        samples[i] = (Stretch){ whole->first + (uint32_t) at, 1, FALSE };
    }
    if (!compare_some (self, samples, SAMPLES, error))
        return FALSE;
    *ret_is_new = !has_equal (samples, SAMPLES);
    return TRUE;
}

static uint32_t
count_pieces (const Stretch *whole)
{
    return MIN (FAN, whole->n);
}

static void
cut (const Stretch *whole, GArray *pieces)
{
    uint32_t count = count_pieces (whole);

    for (uint32_t i = 0; i < count; i++) {
        uint32_t from = (uint32_t) ((uint64_t) whole->n * i / count);
        uint32_t to = (uint32_t) ((uint64_t) whole->n * (i + 1) / count);
        Stretch piece = { whole->first + from, to - from, FALSE };

        g_array_append_val (pieces, piece);
    }
}

/* What to do with the @pieces of @whole: those that differ are found or go on to @next. */
static gboolean
sift (Search *self, const Stretch *whole, const Stretch *pieces, GArray *next, GError **error)
{
    uint32_t count = count_pieces (whole);
    gboolean is_whole_new = FALSE;

    /* where all pieces differ, the content may well be new throughout */
    if (whole->n > FAN && !has_equal (pieces, count) && !is_new (self, whole, &is_whole_new, error))
        return FALSE;
    if (is_whole_new) {
        g_array_append_val (self->found, *whole);
        return TRUE;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!pieces[i].is_equal)
            g_array_append_val (pieces[i].n == 1 ? self->found : next, pieces[i]);
    }
    return TRUE;
}

/* Cuts all of @stretches, asks about all pieces, and leaves what has to be cut further. */
static gboolean
refine (Search *self, GArray *stretches, GError **error)
{
    g_autoptr (GArray) pieces = g_array_new (FALSE, FALSE, sizeof (Stretch));
    g_autoptr (GArray) next = g_array_new (FALSE, FALSE, sizeof (Stretch));
    unsigned at = 0;

    for (unsigned i = 0; i < stretches->len; i++)
        cut (&g_array_index (stretches, Stretch, i), pieces);
    if (!compare (self, (Stretch *) (gpointer) pieces->data, pieces->len, error))
        return FALSE;
    for (unsigned i = 0; i < stretches->len; i++) {
        const Stretch *whole = &g_array_index (stretches, Stretch, i);

        if (!sift (self, whole, &g_array_index (pieces, Stretch, at), next, error))
            return FALSE;
        at += count_pieces (whole);
    }
    g_array_set_size (stretches, 0);
    g_array_append_vals (stretches, next->data, next->len);
    return TRUE;
}

static int
compare_stretches (gconstpointer a, gconstpointer b)
{
    const Stretch *left = a;
    const Stretch *right = b;

    return (left->first > right->first) - (left->first < right->first);
}

static void
append_run (const Search *self, const Stretch *stretch, GArray *runs)
{
    BwEspRun run = { self->offset + stretch->first * BW_ESP_SECTOR, stretch_bytes (self, stretch) };

    if (runs->len > 0) {
        BwEspRun *last = &g_array_index (runs, BwEspRun, runs->len - 1);

        if (last->offset + last->size == run.offset) {
            last->size += run.size;
            return;
        }
    }
    g_array_append_val (runs, run);
}

gboolean
bw_esp_diff_find (uint32_t offset,
                  const uint8_t *data,
                  uint32_t size,
                  BwEspDigestFunc digest,
                  gpointer user_data,
                  GArray *runs,
                  GError **error)
{
    g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Stretch));
    g_autoptr (GArray) stretches = g_array_new (FALSE, FALSE, sizeof (Stretch));
    Search self = { offset, data, size, digest, user_data, found };
    Stretch whole = { 0, bwp_esp_block_count (size, BW_ESP_SECTOR), FALSE };

    g_return_val_if_fail (size > 0 && offset % BW_ESP_SECTOR == 0, FALSE);
    g_array_append_val (stretches, whole);
    while (stretches->len > 0) {
        if (!refine (&self, stretches, error))
            return FALSE;
    }
    g_array_sort (found, compare_stretches);
    for (unsigned i = 0; i < found->len; i++)
        append_run (&self, &g_array_index (found, Stretch, i), runs);
    return TRUE;
}

gboolean
bw_esp_diff_is_new (uint32_t offset,
                    const uint8_t *data,
                    uint32_t size,
                    BwEspDigestFunc digest,
                    gpointer user_data,
                    gboolean *ret_is_new,
                    GError **error)
{
    Search self = { offset, data, size, digest, user_data, NULL };
    Stretch whole = { 0, bwp_esp_block_count (size, BW_ESP_SECTOR), FALSE };

    g_return_val_if_fail (size > 0 && offset % BW_ESP_SECTOR == 0, FALSE);
    return is_new (&self, &whole, ret_is_new, error);
}

static BwEspQuestion
make_sample (uint32_t offset, uint32_t size, uint32_t sector)
{
    BwEspQuestion question = { .offset = offset + sector * BW_ESP_SECTOR };

    question.size = MIN (BW_ESP_SECTOR, size - sector * BW_ESP_SECTOR);
    return question;
}

size_t
bw_esp_diff_glance (uint32_t offset, uint32_t size, BwEspQuestion ret_questions[BW_ESP_GLANCE_MAX])
{
    uint32_t n = bwp_esp_block_count (size, BW_ESP_SECTOR);

    if (n <= SMALL_SECTORS) {
        ret_questions[0] = (BwEspQuestion){ .offset = offset, .size = size, .is_proof = TRUE };
        return 1;
    }
    ret_questions[0] = make_sample (offset, size, 0);
    ret_questions[1] = make_sample (offset, size, n / 2);
    ret_questions[2] = make_sample (offset, size, n - 1);
    return BW_ESP_GLANCE_MAX;
}
