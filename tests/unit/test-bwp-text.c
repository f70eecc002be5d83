/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bwp-text-private.h"
#include <glib.h>
#include <string.h>

static void
test_appending_is_bounded (void)
{
    for (gsize capacity = 1; capacity < 32; capacity++) {
        g_autofree char *out = g_malloc (capacity);
        const char *whole = "ab0x1f4294967295 0 0x0";
        struct bwp_text text;

        _bwp_text_init (&text, out, capacity);
        _bwp_text_add (&text, "ab");
        _bwp_text_add_hex (&text, 0x1f);
        _bwp_text_add_decimal (&text, 4294967295u);
        _bwp_text_add (&text, " ");
        _bwp_text_add_decimal (&text, 0);
        _bwp_text_add (&text, " ");
        _bwp_text_add_hex (&text, 0);
        g_assert_cmpint (text.is_full, ==, capacity <= strlen (whole));
        g_assert_cmpuint (strlen (out), ==, text.len);
        g_assert_true (g_str_has_prefix (whole, out));
        g_assert_cmpuint (text.len, ==, MIN (capacity - 1, strlen (whole)));
    }
}

static void
test_comparing (void)
{
    g_assert_true (_bwp_equal_fold ("ABC", 3, "abc"));
    g_assert_true (_bwp_equal_fold ("abcd", 3, "abc"));
    g_assert_true (_bwp_equal_fold ("", 0, ""));
    g_assert_false (_bwp_equal_fold ("ab", 2, "abc"));
    g_assert_false (_bwp_equal_fold ("abcd", 4, "abc"));
    g_assert_false (_bwp_equal_fold ("a\0c", 3, "a"));
    g_assert_cmpint (_bwp_lower ('Z'), ==, 'z');
    g_assert_cmpint (_bwp_lower ('['), ==, '[');
}

static void
test_digits (void)
{
    for (guint c = 0; c < 256; c++) {
        int value = g_ascii_xdigit_value ((char) c);

        g_assert_cmpuint (_bwp_digit ((char) c), ==, value < 0 ? 255 : (guint) value);
    }
}

static void
test_decimal (void)
{
    const char *text = "12m";
    const char *large = "99999999999";
    const char *none = "m";
    uint32_t number = 7;

    g_assert_true (_bwp_take_decimal (&text, &number));
    g_assert_cmpuint (number, ==, 12);
    g_assert_cmpstr (text, ==, "m");
    g_assert_false (_bwp_take_decimal (&large, &number));
    g_assert_false (_bwp_take_decimal (&none, &number));
    g_assert_cmpuint (number, ==, 12);
    g_assert_cmpuint (_bwp_length ("four"), ==, 4);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/protocol/text/appending-is-bounded", test_appending_is_bounded);
    g_test_add_func ("/protocol/text/comparing", test_comparing);
    g_test_add_func ("/protocol/text/digits", test_digits);
    g_test_add_func ("/protocol/text/decimal", test_decimal);
    return g_test_run ();
}
