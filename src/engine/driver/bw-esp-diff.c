/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-diff"
#include "config.h"

#include "bw-esp-diff.h"

#include <openssl/evp.h>
#include <string.h>

#include "bw-esp-flash-map.h"

/* If none of so many sectors, spread evenly, is as wanted, the stretch counts as new throughout. A
 * few come first: where one of them is equal already, the rest need not be asked for. */
#define FIRST_SAMPLES 3
#define MORE_SAMPLES 8
/* Stretches of no more sectors than this are not worth samples. */
#define SMALL_SECTORS 16
/* Pieces a stretch that differs is cut into. */
#define FAN BW_ESP_QUESTIONS_MAX

typedef struct {
    uint32_t offset;
    const uint8_t *data;
    uint32_t size;
    BwEspDigestFunc digest;
    gpointer user_data;
    GArray *runs;
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

static uint32_t
count_sectors (const Search *self)
{
    return (self->size + BW_ESP_SECTOR - 1) / BW_ESP_SECTOR;
}

/* Bytes of a stretch, less where the region ends inside. */
static uint32_t
stretch_bytes (const Search *self, const Stretch *stretch)
{
    return MIN (stretch->n * BW_ESP_SECTOR, self->size - stretch->first * BW_ESP_SECTOR);
}

/* Asks about up to eight stretches at once. */
static gboolean
compare (Search *self, Stretch *stretches, size_t n, GError **error)
{
    BwEspQuestion questions[BW_ESP_QUESTIONS_MAX] = { 0 };

    for (size_t i = 0; i < n; i++) {
        questions[i].offset = self->offset + stretches[i].first * BW_ESP_SECTOR;
        questions[i].size = stretch_bytes (self, &stretches[i]);
    }
    if (!self->digest (self->user_data, questions, n, error))
        return FALSE;
    for (size_t i = 0; i < n; i++) {
        uint8_t wanted[BW_ESP_MD5_BYTES];

        bw_esp_md5 (self->data + stretches[i].first * BW_ESP_SECTOR, questions[i].size, wanted);
        stretches[i].is_equal = memcmp (questions[i].md5, wanted, sizeof wanted) == 0;
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

static void
append_run (Search *self, const Stretch *stretch)
{
    BwEspRun run = { self->offset + stretch->first * BW_ESP_SECTOR, stretch_bytes (self, stretch) };

    if (self->runs->len > 0) {
        BwEspRun *last = &g_array_index (self->runs, BwEspRun, self->runs->len - 1);

        if (last->offset + last->size == run.offset) {
            last->size += run.size;
            return;
        }
    }
    g_array_append_val (self->runs, run);
}

/* Whether one of @count sectors, spread evenly over a stretch, is as wanted. */
static gboolean
has_equal_sample (Search *self,
                  const Stretch *whole,
                  unsigned count,
                  gboolean *ret_found,
                  GError **error)
{
    Stretch samples[BW_ESP_QUESTIONS_MAX] = { 0 };

    for (unsigned i = 0; i < count; i++) {
        uint64_t at = (uint64_t) whole->n * (2 * i + 1) / (2 * count);

        samples[i] = (Stretch){ whole->first + (uint32_t) at, 1, FALSE };
    }
    if (!compare (self, samples, count, error))
        return FALSE;
    *ret_found = has_equal (samples, count);
    return TRUE;
}

static gboolean
is_new (Search *self, const Stretch *whole, gboolean *ret_is_new, GError **error)
{
    gboolean is_found = FALSE;

    if (!has_equal_sample (self, whole, FIRST_SAMPLES, &is_found, error)
        || (!is_found && !has_equal_sample (self, whole, MORE_SAMPLES, &is_found, error)))
        return FALSE;
    *ret_is_new = !is_found;
    return TRUE;
}

static size_t
cut (const Stretch *whole, Stretch pieces[FAN])
{
    uint32_t count = MIN (FAN, whole->n);

    for (uint32_t i = 0; i < count; i++) {
        uint32_t from = (uint32_t) ((uint64_t) whole->n * i / count);
        uint32_t to = (uint32_t) ((uint64_t) whole->n * (i + 1) / count);

        pieces[i] = (Stretch){ whole->first + from, to - from, FALSE };
    }
    return count;
}

/* The stretch is known to differ somewhere. The depth of the recursion is the logarithm to base
 * eight of the number of sectors, at most 6 for the largest flash. */
static gboolean
refine (Search *self, const Stretch *whole, gboolean is_suspect, GError **error)
{
    Stretch pieces[FAN] = { 0 };
    gboolean is_worth_it = TRUE;
    size_t n;

    if (is_suspect && whole->n > SMALL_SECTORS
        && !has_equal_sample (self, whole, MORE_SAMPLES, &is_worth_it, error))
        return FALSE;
    if (whole->n == 1 || !is_worth_it) {
        append_run (self, whole);
        return TRUE;
    }
    n = cut (whole, pieces);
    if (!compare (self, pieces, n, error))
        return FALSE;
    /* where all pieces differ, the content may well be new throughout */
    is_suspect = !has_equal (pieces, n);
    for (size_t i = 0; i < n; i++) {
        if (!pieces[i].is_equal && !refine (self, &pieces[i], is_suspect, error))
            return FALSE;
    }
    return TRUE;
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
    Search self = { offset, data, size, digest, user_data, runs };
    Stretch whole = { 0, count_sectors (&self), FALSE };
    unsigned before = runs->len;

    g_return_val_if_fail (size > 0 && offset % BW_ESP_SECTOR == 0, FALSE);
    if (!refine (&self, &whole, FALSE, error))
        return FALSE;
    /* every piece equal although the whole differs: somebody was misheard */
    if (runs->len == before)
        append_run (&self, &whole);
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
    Stretch whole = { 0, count_sectors (&self), FALSE };

    g_return_val_if_fail (size > 0 && offset % BW_ESP_SECTOR == 0, FALSE);
    *ret_is_new = FALSE;
    return whole.n <= SMALL_SECTORS || is_new (&self, &whole, ret_is_new, error);
}
