/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all finders have in common: nothing is told twice, nothing goes that never came. */
#include "bw-finder-private.h"
#include "fake-finder.h"

static void
on_appeared (BwFinder *finder, const BwEndpoint *endpoint, GString *seen)
{
    g_string_append_printf (seen, "+%s", endpoint->address);
}

static void
on_disappeared (BwFinder *finder, const char *place, const char *address, GString *seen)
{
    g_string_append_printf (seen, "-%s@%s", address, place);
}

static void
on_settled (BwFinder *finder, GString *seen)
{
    g_string_append_c (seen, '!');
}

static BwEndpoint *
make (const char *address)
{
    const BwEndpoint endpoint = { .address = (char *) address,
                                  .place = (char *) "p",
                                  .vid = 7,
                                  .is_known = TRUE,
                                  .mac = (char *) "m" };

    return bw_endpoint_copy (&endpoint);
}

static void
test_signals (void)
{
    BwFinder *finder = fake_finder_new ();
    GString *seen = g_string_new (NULL);

    g_signal_connect (finder, "appeared", G_CALLBACK (on_appeared), seen);
    g_signal_connect (finder, "disappeared", G_CALLBACK (on_disappeared), seen);
    g_signal_connect (finder, "settled", G_CALLBACK (on_settled), seen);
    g_assert_false (bw_finder_is_settled (finder));
    bw_finder_start (finder);
    g_assert_true (bw_finder_is_settled (finder));
    _bw_finder_add (finder, make ("a"));
    _bw_finder_add (finder, make ("a"));
    _bw_finder_remove (finder, "b");
    _bw_finder_remove (finder, "a");
    _bw_finder_remove (finder, "a");
    _bw_finder_add (finder, make ("a"));
    g_assert_cmpstr (seen->str, ==, "!+a-a@p+a");
    g_string_free (seen, TRUE);
    g_signal_handlers_disconnect_matched (finder, G_SIGNAL_MATCH_DATA, 0, 0, NULL, NULL, seen);
    g_assert_finalize_object (finder);
}

/* A name that another device has now: that the first one went was missed. */
static void
test_replaced (void)
{
    BwFinder *finder = fake_finder_new ();
    GString *seen = g_string_new (NULL);
    BwEndpoint *other = make ("a");

    g_signal_connect (finder, "appeared", G_CALLBACK (on_appeared), seen);
    g_signal_connect (finder, "disappeared", G_CALLBACK (on_disappeared), seen);
    g_free (other->place);
    other->place = g_strdup ("q");
    _bw_finder_add (finder, make ("a"));
    _bw_finder_add (finder, other);
    _bw_finder_remove (finder, "a");
    g_assert_cmpstr (seen->str, ==, "+a-a@p+a-a@q");
    g_string_free (seen, TRUE);
    g_signal_handlers_disconnect_matched (finder, G_SIGNAL_MATCH_DATA, 0, 0, NULL, NULL, seen);
    g_assert_finalize_object (finder);
}

static void
test_copy (void)
{
    g_autoptr (BwEndpoint) one = make ("a");
    g_autoptr (BwEndpoint) two = bw_endpoint_copy (one);

    g_assert_true (one->address != two->address);
    g_assert_cmpstr (two->mac, ==, "m");
    g_assert_cmpuint (two->vid, ==, 7);
    g_assert_true (two->is_known);
    g_assert_null (two->serial);
    bw_endpoint_free (NULL);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/finder/signals", test_signals);
    g_test_add_func ("/engine/finder/replaced", test_replaced);
    g_test_add_func ("/engine/finder/copy", test_copy);
    return g_test_run ();
}
