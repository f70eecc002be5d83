/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-number.h"

static void
test_parse (void)
{
    static const struct {
        const char *text;
        unsigned base;
        uint64_t min;
        uint64_t max;
        gboolean is_one;
        uint64_t value;
    } cases[] = {
        { "0", 10, 0, 9, TRUE, 0 },
        { "0403", 16, 0, 0xffff, TRUE, 0x403 },
        { "beEF", 16, 0, 0xffff, TRUE, 0xbeef },
        { "4096", 10, 4096, 4096, TRUE, 4096 },
        { "4097", 10, 0, 4096, FALSE, 0 },
        { "4095", 10, 4096, 9999, FALSE, 0 },
        { "18446744073709551614", 10, 0, UINT64_MAX - 1, TRUE, UINT64_MAX - 1 },
        { "18446744073709551615", 10, 0, UINT64_MAX - 1, FALSE, 0 },
        { "18446744073709551616", 10, 0, UINT64_MAX - 1, FALSE, 0 },
        { "99999999999999999999999", 10, 0, UINT64_MAX - 1, FALSE, 0 },
        { "fffffffffffffffe", 16, 0, UINT64_MAX - 1, TRUE, UINT64_MAX - 1 },
        { "ffffffffffffffff0", 16, 0, UINT64_MAX - 1, FALSE, 0 },
        { "", 10, 0, 9, FALSE, 0 },
        { " 1", 10, 0, 9, FALSE, 0 },
        { "1 ", 10, 0, 9, FALSE, 0 },
        { "+1", 10, 0, 9, FALSE, 0 },
        { "-1", 10, 0, 9, FALSE, 0 },
        { "0x1", 16, 0, 9, FALSE, 0 },
        { "a", 10, 0, 99, FALSE, 0 },
        { "g", 16, 0, 99, FALSE, 0 },
        { "\xd9\xa1", 10, 0, 9, FALSE, 0 }, /* a one, but an Arabic one */
    };

    for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++) {
        uint64_t value = 77;

        g_assert_cmpint (bw_number_parse (cases[i].text, cases[i].base, cases[i].min, cases[i].max,
                                          &value),
                         ==, cases[i].is_one);
        g_assert_cmpuint (value, ==, cases[i].is_one ? cases[i].value : 77);
    }
}

static void
test_scan (void)
{
    const char *text = "64k";
    const char *end = NULL;

    g_assert_cmpuint (bw_number_scan (text, 10, &end), ==, 64);
    g_assert_true (end == text + 2);
    g_assert_cmpuint (bw_number_scan ("k", 10, &end), ==, 0);
    g_assert_cmpstr (end, ==, "k");
    g_assert_cmpuint (bw_number_scan ("18446744073709551616M", 10, &end), ==, UINT64_MAX);
    g_assert_cmpstr (end, ==, "M");
    /* what is too large stays so, whatever follows */
    g_assert_cmpuint (bw_number_scan ("184467440737095516160", 10, &end), ==, UINT64_MAX);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/number/parse", test_parse);
    g_test_add_func ("/engine/number/scan", test_scan);
    return g_test_run ();
}
