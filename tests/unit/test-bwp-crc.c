/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bwp-bytes.h"
#include "bwp-crc.h"
#include "bwp-vectors.h"

static void
test_crc_zip (void)
{
    const uint8_t *text = (const uint8_t *) "123456789";

    g_assert_cmphex (bwp_crc32_zip (0, text, 9), ==, 0xcbf43926);
    g_assert_cmphex (bwp_crc32_zip (0, NULL, 0), ==, 0);
    for (size_t cut = 0; cut <= 9; cut++)
        g_assert_cmphex (bwp_crc32_zip (bwp_crc32_zip (0, text, cut), text + cut, 9 - cut), ==,
                         0xcbf43926);
}

static void
test_crc_esp (void)
{
    g_auto (GStrv) lines = vectors_lines ("otadata/crc_of_seq.tsv");

    for (guint i = 1; lines[i] != NULL; i++) {
        g_auto (GStrv) fields = g_strsplit (lines[i], "\t", 2);
        uint8_t word[4];

        bwp_put_u32le (word, (uint32_t) g_ascii_strtoull (fields[0], NULL, 16));
        g_assert_cmphex (bwp_crc32_esp (word, 4), ==, g_ascii_strtoull (fields[1], NULL, 16));
    }
}

static void
test_crc8 (void)
{
    static const uint8_t text[] = "123456789";

    g_assert_cmphex (bwp_crc8 (text, 9), ==, 0xa1);
    g_assert_cmphex (bwp_crc8 (NULL, 0), ==, 0);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/protocol/crc/zip-in-pieces", test_crc_zip);
    g_test_add_func ("/protocol/crc/esp-vectors", test_crc_esp);
    g_test_add_func ("/protocol/crc/one-byte", test_crc8);
    return g_test_run ();
}
