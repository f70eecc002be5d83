/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bwp-bytes.h"
#include "bwp-result.h"
#include <glib.h>

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
    uint8_t buf[4] = { 0 };

    bwp_put_u16le (buf, 0x1234);
    g_assert_cmphex (buf[0], ==, 0x34);
    g_assert_cmphex (bwp_get_u16le (buf), ==, 0x1234);
    bwp_put_u16be (buf, 0x1234);
    g_assert_cmphex (buf[0], ==, 0x12);
    g_assert_cmphex (bwp_get_u16be (buf), ==, 0x1234);
    bwp_put_u32le (buf, 0x89abcdef);
    g_assert_cmphex (buf[0], ==, 0xef);
    g_assert_cmphex (bwp_get_u32le (buf), ==, 0x89abcdef);
    bwp_put_u32be (buf, 0x89abcdef);
    g_assert_cmphex (buf[0], ==, 0x89);
    g_assert_cmphex (bwp_get_u32be (buf), ==, 0x89abcdef);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/protocol/result/every-result-has-a-text", test_every_result_has_a_text);
    g_test_add_func ("/protocol/bytes/round-trip", test_bytes_round_trip);
    return g_test_run ();
}
