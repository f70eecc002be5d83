/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <zlib.h>

#include "bw-error.h"
#include "bw-esp-deflate.h"

static GBytes *
make_content (size_t size)
{
    g_autoptr (GRand) rand = g_rand_new_with_seed (9);
    uint8_t *bytes = g_malloc0 (size);

    for (size_t i = 0; i < size; i += 1 + g_rand_int (rand) % 4)
        bytes[i] = (uint8_t) (g_rand_int (rand) % 50);
    return g_bytes_new_take (bytes, size);
}

static void
test_inflates_back (void)
{
    static const size_t sizes[] = { 1, 100, 4096, 300000 };

    for (size_t i = 0; i < G_N_ELEMENTS (sizes); i++) {
        g_autoptr (GBytes) content = make_content (sizes[i]);
        g_autoptr (GError) error = NULL;
        g_autoptr (BwEspDeflated) deflated =
                       bw_esp_deflate (content, BW_ESP_DEFLATE_SMALL, NULL, &error);
        g_autofree uint8_t *back = g_malloc (sizes[i]);
        uLongf len = sizes[i];
        uint64_t sum = 0;

        g_assert_no_error (error);
        g_assert_cmpint (uncompress (back, &len, deflated->stream, deflated->len), ==, Z_OK);
        g_assert_cmpmem (back, len, g_bytes_get_data (content, NULL), sizes[i]);
        for (size_t at = 0; at < deflated->len; at += 0x4000)
            sum += bw_esp_deflated_measure (deflated, at, MIN (0x4000, deflated->len - at));
        g_assert_cmpuint (sum, ==, sizes[i]);
    }
}

/* Four megabytes of FF are a few kilobytes: the time a block may take follows from this number. */
static void
test_measures_expansion (void)
{
    uint8_t *blank = g_malloc (4u << 20);
    g_autoptr (GBytes) content = g_bytes_new_take (blank, 4u << 20);
    g_autoptr (BwEspDeflated) deflated = NULL;

    memset (blank, 0xff, 4u << 20);
    deflated = bw_esp_deflate (content, BW_ESP_DEFLATE_SMALL, NULL, NULL);
    g_assert_cmpuint (deflated->len, <, 0x4000);
    g_assert_cmpuint (bw_esp_deflated_measure (deflated, 0, deflated->len), ==, 4u << 20);
}

static gpointer
deflate_in_thread (gpointer data)
{
    return bw_esp_deflate (data, BW_ESP_DEFLATE_SMALL, NULL, NULL);
}

static void
test_shared (void)
{
    g_autoptr (GBytes) content = make_content (400000);
    GThread *threads[8];
    BwEspDeflated *first = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS (threads); i++)
        threads[i] = g_thread_new ("deflate", deflate_in_thread, content);
    for (size_t i = 0; i < G_N_ELEMENTS (threads); i++) {
        g_autoptr (BwEspDeflated) one = g_thread_join (threads[i]);

        if (first == NULL)
            first = one;
        g_assert_true (one == first);
    }
}

static void
test_cancelled (void)
{
    g_autoptr (GBytes) content = make_content (300000);
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (GError) error = NULL;
    g_autoptr (BwEspDeflated) later = NULL;

    g_cancellable_cancel (cancellable);
    g_assert_null (bw_esp_deflate (content, BW_ESP_DEFLATE_SMALL, cancellable, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_CANCELLED);
    later = bw_esp_deflate (content, BW_ESP_DEFLATE_SMALL, NULL, NULL);
    g_assert_nonnull (later);
}

static void
on_gone (gpointer data)
{
    g_atomic_int_inc ((int *) data);
}

/* Blank contents of megabytes compress to next to nothing, but they are held, too. */
static void
test_contents_are_bounded (void)
{
    enum {
        SIZE = 8 << 20,
        N = BW_ESP_DEFLATE_CACHE_BYTES / SIZE + 2
    };
    static uint8_t blank[SIZE + N];
    static int n_gone;

    for (size_t i = 0; i < N; i++) {
        /* each at an address of its own */
        g_autoptr (GBytes) content = g_bytes_new_with_free_func (blank + i, SIZE, on_gone, &n_gone);
        g_autoptr (BwEspDeflated) deflated =
                       bw_esp_deflate (content, BW_ESP_DEFLATE_QUICK, NULL, NULL);

        g_assert_nonnull (deflated);
    }
    g_assert_cmpint (N - n_gone, <=, BW_ESP_DEFLATE_CACHE_BYTES / SIZE);
    g_assert_cmpint (N - n_gone, >, 0);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/driver/deflate/inflates-back", test_inflates_back);
    g_test_add_func ("/driver/deflate/measures-expansion", test_measures_expansion);
    g_test_add_func ("/driver/deflate/shared", test_shared);
    g_test_add_func ("/driver/deflate/cancelled", test_cancelled);
    g_test_add_func ("/driver/deflate/contents-are-bounded", test_contents_are_bounded);
    return g_test_run ();
}
