/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names and places in the order a person counts. */
#include "bw-text-order.h"

static void
test_order (void)
{
    static const char *const sorted[] = { NULL, "1-2", "1-2.3", "1-10", "board 2", "board 10" };

    for (unsigned i = 0; i < G_N_ELEMENTS (sorted); i++) {
        for (unsigned k = 0; k < G_N_ELEMENTS (sorted); k++) {
            int order = bw_text_compare (sorted[i], sorted[k]);

            g_test_message ("%s %s", sorted[i], sorted[k]);
            g_assert_cmpint ((order > 0) - (order < 0), ==, (i > k) - (i < k));
        }
    }
    g_assert_cmpint (bw_text_compare (NULL, ""), ==, 0);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/text-order/counts", test_order);
    return g_test_run ();
}
