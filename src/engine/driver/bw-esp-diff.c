/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-diff"
#include "config.h"

#include "bw-esp-diff.h"

#include <openssl/evp.h>
#include <string.h>

#include "bw-esp-flash-map.h"

/* If none of so many sectors, spread evenly, is as wanted, the stretch counts as new throughout. */
#define SAMPLES 8
/* Halvings in a row in which both halves differed, before samples are taken again. */
#define STREAK_MAX 3
/* Stretches of no more sectors than this are not worth samples: asked sector by sector. */
#define SMALL_SECTORS 8

typedef struct {
    uint32_t offset;
    const uint8_t *data;
    uint32_t size;
    BwEspDigestFunc digest;
    gpointer user_data;
    GArray *runs;
} Search;

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

/* Bytes of sectors @first … @first + @n - 1, less where the region ends inside. */
static uint32_t
stretch_bytes (const Search *self, uint32_t first, uint32_t n)
{
    return MIN (n * BW_ESP_SECTOR, self->size - first * BW_ESP_SECTOR);
}

static gboolean
is_equal (Search *self, uint32_t first, uint32_t n, gboolean *ret_equal, GError **error)
{
    uint32_t start = first * BW_ESP_SECTOR;
    uint32_t bytes = stretch_bytes (self, first, n);
    uint8_t found[BW_ESP_MD5_BYTES];
    uint8_t wanted[BW_ESP_MD5_BYTES];

    if (!self->digest (self->user_data, self->offset + start, bytes, found, error))
        return FALSE;
    bw_esp_md5 (self->data + start, bytes, wanted);
    *ret_equal = memcmp (found, wanted, sizeof found) == 0;
    return TRUE;
}

static void
append_run (Search *self, uint32_t first, uint32_t n)
{
    BwEspRun run = { self->offset + first * BW_ESP_SECTOR, stretch_bytes (self, first, n) };

    if (self->runs->len > 0) {
        BwEspRun *last = &g_array_index (self->runs, BwEspRun, self->runs->len - 1);

        if (last->offset + last->size == run.offset) {
            last->size += run.size;
            return;
        }
    }
    g_array_append_val (self->runs, run);
}

static gboolean
has_equal_sample (Search *self, uint32_t first, uint32_t n, gboolean *ret_found, GError **error)
{
    *ret_found = FALSE;
    for (uint32_t i = 0; i < SAMPLES && !*ret_found; i++) {
        uint32_t at = first + (uint32_t) (((uint64_t) n * (2 * i + 1)) / (2 * SAMPLES));

        if (!is_equal (self, at, 1, ret_found, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean halve (Search *self, uint32_t first, uint32_t n, unsigned streak, GError **error);

/* The stretch is known to differ somewhere. The depth of the recursion is the logarithm of the
 * number of sectors, at most 17 for the largest flash. */
static gboolean
refine (Search *self, uint32_t first, uint32_t n, unsigned streak, GError **error)
{
    gboolean is_worth_it = TRUE;

    if (n > SMALL_SECTORS && streak >= STREAK_MAX) {
        if (!has_equal_sample (self, first, n, &is_worth_it, error))
            return FALSE;
        streak = 0;
    }
    if (n == 1 || !is_worth_it) {
        append_run (self, first, n);
        return TRUE;
    }
    return halve (self, first, n, streak, error);
}

static gboolean
halve (Search *self, uint32_t first, uint32_t n, unsigned streak, GError **error)
{
    uint32_t half = n / 2;
    gboolean is_left_equal = FALSE;
    gboolean is_right_equal = FALSE;

    if (!is_equal (self, first, half, &is_left_equal, error))
        return FALSE;
    /* what differs and is not on the left must be on the right: no need to ask */
    if (is_left_equal)
        return refine (self, first + half, n - half, 0, error);
    if (!is_equal (self, first + half, n - half, &is_right_equal, error))
        return FALSE;
    streak = is_right_equal ? 0 : streak + 1;
    if (!refine (self, first, half, streak, error))
        return FALSE;
    return is_right_equal || refine (self, first + half, n - half, streak, error);
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
    uint32_t n = count_sectors (&self);

    g_return_val_if_fail (size > 0 && offset % BW_ESP_SECTOR == 0, FALSE);
    return refine (&self, 0, n, n > SMALL_SECTORS ? STREAK_MAX : 0, error);
}
