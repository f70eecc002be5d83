/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-mac.h"

static void
test_own (void)
{
    static const struct {
        uint8_t mac[BW_MAC_BYTES];
        gboolean is_own;
    } cases[] = {
        { { 0x24, 0x6f, 0x28, 0x00, 0x00, 0x01 }, TRUE },
        { { 0x00, 0x00, 0x00, 0x00, 0x00, 0x01 }, TRUE },
        /* given by hand, but to one board */
        { { 0x02, 0x00, 0x00, 0x00, 0x00, 0x00 }, TRUE },
        { { 0x00, 0x00, 0x00, 0x00, 0x00, 0x00 }, FALSE },
        { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, FALSE },
        { { 0x01, 0x00, 0x5e, 0x00, 0x00, 0x01 }, FALSE },
        { { 0x33, 0x33, 0x00, 0x00, 0x00, 0x01 }, FALSE },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
        g_assert_cmpint (bw_mac_is_own (cases[i].mac), ==, cases[i].is_own);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/mac/belongs-to-one-board", test_own);
    return g_test_run ();
}
