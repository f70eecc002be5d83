/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bwp-bytes.h"
#include "bwp-crc.h"
#include "bwp-result.h"
#include "bwp-vectors.h"

static void
test_every_result_has_a_text (void)
{
    for (int i = BWP_ERR_ABSENT; i <= BWP_AGAIN; i++) {
        g_assert_cmpstr (bwp_result_text (i), !=, "unknown result");
        for (int k = BWP_ERR_ABSENT; k < i; k++)
            g_assert_cmpstr (bwp_result_text (i), !=, bwp_result_text (k));
    }
    g_assert_cmpstr (bwp_result_text (77), ==, "unknown result");
}

static void
test_bytes_round_trip (void)
{
    uint8_t buf[8] = { 0 };

    bwp_put_u16le (buf, 0x1234);
    g_assert_cmphex (buf[0], ==, 0x34);
    g_assert_cmphex (bwp_get_u16le (buf), ==, 0x1234);
    bwp_put_u16be (buf, 0x1234);
    g_assert_cmphex (buf[0], ==, 0x12);
    g_assert_cmphex (bwp_get_u16be (buf), ==, 0x1234);
    bwp_put_u32le (buf, 0x89abcdef);
    g_assert_cmphex (buf[0], ==, 0xef);
    g_assert_cmphex (bwp_get_u32le (buf), ==, 0x89abcdef);
    g_assert_cmphex (bwp_get_u24le (buf), ==, 0xabcdef);
    bwp_put_u32be (buf, 0x89abcdef);
    g_assert_cmphex (buf[0], ==, 0x89);
    g_assert_cmphex (bwp_get_u32be (buf), ==, 0x89abcdef);
    bwp_put_u64le (buf, 0x8123456789abcdef);
    g_assert_cmphex (buf[7], ==, 0x81);
    g_assert_cmphex (bwp_get_u64le (buf), ==, 0x8123456789abcdef);
}

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

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/protocol/result/every-result-has-a-text", test_every_result_has_a_text);
    g_test_add_func ("/protocol/bytes/round-trip", test_bytes_round_trip);
    g_test_add_func ("/protocol/crc/zip-in-pieces", test_crc_zip);
    g_test_add_func ("/protocol/crc/esp-vectors", test_crc_esp);
    return g_test_run ();
}
