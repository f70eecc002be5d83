/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bw-gzip.h"
#include "bw-line-pack.h"

#define PACKED_MAX (2 * BW_LINE_PACK_BLOCK_BYTES)
#define TEXT_MAX (100 * BW_LINE_PACK_BLOCK_BYTES)

/* Packs up, checks the limits, and gives the lines. */
static char **
dup_lines (const BwLinePack *pack, size_t text_max)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) packed = bw_line_pack_dup (pack, "head\n", "cut\n", "tail\n");
    g_autoptr (GBytes) text = bw_gzip_unpack (packed, text_max, NULL, &error);
    g_autofree char *copy = NULL;

    g_assert_no_error (error);
    g_assert_cmpuint (g_bytes_get_size (packed), <=, PACKED_MAX);
    copy = g_strndup (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
    return g_strsplit (copy, "\n", -1);
}

static void
test_few (void)
{
    g_autoptr (BwLinePack) pack = bw_line_pack_new (PACKED_MAX, TEXT_MAX);
    g_auto (GStrv) empty = dup_lines (pack, TEXT_MAX);
    g_auto (GStrv) one = NULL;

    bw_line_pack_add (pack, "one\n");
    one = dup_lines (pack, TEXT_MAX);
    g_assert_cmpuint (g_strv_length (empty), ==, 3);
    g_assert_cmpstr (empty[1], ==, "tail");
    g_assert_cmpuint (g_strv_length (one), ==, 4);
    g_assert_cmpstr (one[0], ==, "head");
    g_assert_cmpstr (one[1], ==, "one");
    g_assert_cmpstr (one[2], ==, "tail");
    bw_line_pack_free (NULL);
}

/* @from, and all that follow up to the last one, in order. */
static void
assert_numbers (char **lines, unsigned from, unsigned to)
{
    for (unsigned n = from; n < to; n++, lines++) {
        g_assert_nonnull (*lines);
        g_assert_cmpuint ((unsigned) g_ascii_strtoull (*lines, NULL, 10), ==, n);
    }
    g_assert_cmpstr (*lines, ==, "tail");
}

static void
test_alike (void)
{
    g_autoptr (BwLinePack) pack = bw_line_pack_new (PACKED_MAX, TEXT_MAX);
    g_auto (GStrv) lines = NULL;

    for (unsigned n = 0; n < 4000; n++) {
        g_autofree char *line = g_strdup_printf ("%u is a line like all the others\n", n);

        bw_line_pack_add (pack, line);
    }
    lines = dup_lines (pack, TEXT_MAX);
    assert_numbers (lines + 1, 0, 4000);
}

/* Hardly packable: what is dropped comes first, and is told of. */
static void
test_too_much (void)
{
    g_autoptr (BwLinePack) pack = bw_line_pack_new (PACKED_MAX, TEXT_MAX);
    g_autoptr (GRand) rand = g_rand_new_with_seed (1);

    for (unsigned n = 0; n < 4000; n++) {
        g_autofree char *line =
            g_strdup_printf ("%u %08x%08x%08x%08x\n", n, g_rand_int (rand), g_rand_int (rand),
                             g_rand_int (rand), g_rand_int (rand));

        bw_line_pack_add (pack, line);
        if (n % 997 == 0 || n == 3999) {
            g_auto (GStrv) lines = dup_lines (pack, TEXT_MAX);
            gboolean is_cut = g_str_equal (lines[1], "cut");
            char **first = lines + (is_cut ? 2 : 1);

            assert_numbers (first, (unsigned) g_ascii_strtoull (*first, NULL, 10), n + 1);
            g_assert_cmpint (is_cut, ==, !g_str_has_prefix (*first, "0 "));
            g_assert_true (is_cut || n < 3999);
        }
    }
}

/* Lines that pack to nothing have a limit as well. */
static void
test_too_long (void)
{
    size_t text_max = 3 * BW_LINE_PACK_BLOCK_BYTES;
    g_autoptr (BwLinePack) pack = bw_line_pack_new (PACKED_MAX, text_max);

    for (unsigned n = 0; n < 10000; n++) {
        bw_line_pack_add (pack, "all the same\n");
        if (n % 2499 == 0) {
            g_auto (GStrv) lines = dup_lines (pack, text_max);

            g_assert_cmpuint (g_strv_length (lines), >, MIN (n, 2000));
        }
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/line-pack/few-lines", test_few);
    g_test_add_func ("/engine/line-pack/lines-alike-fit", test_alike);
    g_test_add_func ("/engine/line-pack/the-oldest-go-first", test_too_much);
    g_test_add_func ("/engine/line-pack/text-is-limited", test_too_long);
    return g_test_run ();
}
