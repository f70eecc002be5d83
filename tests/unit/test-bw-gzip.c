/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bw-error.h"
#include "bw-gzip.h"

/* Two members of different content in a row. */
static GBytes *
make_members (void)
{
    g_autoptr (GBytes) first = bw_gzip_pack ("first ", 6);
    g_autoptr (GBytes) second = bw_gzip_pack ("second", 6);
    GByteArray *both = g_byte_array_new ();

    g_byte_array_append (both, g_bytes_get_data (first, NULL), (guint) g_bytes_get_size (first));
    g_byte_array_append (both, g_bytes_get_data (second, NULL), (guint) g_bytes_get_size (second));
    return g_byte_array_free_to_bytes (both);
}

static void
assert_refused (GBytes *packed, size_t size_max, BwCause cause)
{
    g_autoptr (GError) error = NULL;

    g_assert_null (bw_gzip_unpack (packed, size_max, NULL, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, cause);
}

static void
test_there_and_back (void)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *same = g_strnfill (100000, 's');
    g_autoptr (GBytes) packed = bw_gzip_pack (same, 100000);
    g_autoptr (GBytes) plain = bw_gzip_unpack (packed, 100000, NULL, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (g_bytes_get_size (packed), <, 500);
    g_assert_cmpmem (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain), same, 100000);
    g_assert_true (bw_gzip_is_packed (g_bytes_get_data (packed, NULL), 3));
    g_assert_false (bw_gzip_is_packed (g_bytes_get_data (packed, NULL), 2));
    assert_refused (packed, 99999, BW_CAUSE_TOO_LARGE);
}

static void
test_nothing (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) packed = bw_gzip_pack ("", 0);
    g_autoptr (GBytes) plain = bw_gzip_unpack (packed, 0, NULL, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (g_bytes_get_size (plain), ==, 0);
}

static void
test_members (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) packed = make_members ();
    g_autoptr (GBytes) plain = bw_gzip_unpack (packed, 12, NULL, &error);

    g_assert_no_error (error);
    g_assert_cmpmem (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain), "first second", 12);
    assert_refused (packed, 11, BW_CAUSE_TOO_LARGE);
}

/* Only the end of a member is an end, and its last eight bytes check what is in front of them. */
static void
test_damage (void)
{
    g_autoptr (GBytes) first = bw_gzip_pack ("first ", 6);
    g_autoptr (GBytes) packed = make_members ();
    size_t len = g_bytes_get_size (packed);
    g_autofree uint8_t *bad = g_memdup2 (g_bytes_get_data (packed, NULL), len);

    for (size_t cut = 1; cut < len; cut++) {
        g_autoptr (GBytes) part = g_bytes_new_from_bytes (packed, 0, cut);

        if (cut != g_bytes_get_size (first))
            assert_refused (part, 100, BW_CAUSE_BAD_FIRMWARE);
    }
    for (size_t i = g_bytes_get_size (first) - 8; i < g_bytes_get_size (first); i++) {
        g_autoptr (GBytes) changed = NULL;

        bad[i] ^= 4;
        changed = g_bytes_new (bad, len);
        assert_refused (changed, 100, BW_CAUSE_BAD_FIRMWARE);
        bad[i] ^= 4;
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/gzip/there-and-back", test_there_and_back);
    g_test_add_func ("/engine/gzip/nothing-is-something-packed", test_nothing);
    g_test_add_func ("/engine/gzip/members-in-a-row", test_members);
    g_test_add_func ("/engine/gzip/damage-is-found", test_damage);
    return g_test_run ();
}
