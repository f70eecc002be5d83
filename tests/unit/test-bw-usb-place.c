/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Places of USB devices. */
#include "bw-usb-place.h"

static void
test_text (void)
{
    static const struct {
        const char *name;
        unsigned interface;
        const char *place;
        const char *text;
    } rows[] = {
        { "1-2", 0, "1-2", "USB 1, place 2" },
        { "1-2.3", 0, "1-2.3", "USB 1, hub place 2, place 3" },
        { "10-1.4.2", 1, "10-1.4.2:1", "USB 10, hub place 1, hub place 4, place 2, port 1" },
        { "odd", 0, "odd", "odd" },
        { "", 0, "", "" },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autofree char *place = _bw_usb_place_make (rows[i].name, rows[i].interface);
        g_autofree char *text = _bw_usb_place_dup_text (rows[i].name, rows[i].interface);

        g_assert_cmpstr (place, ==, rows[i].place);
        g_assert_cmpstr (text, ==, rows[i].text);
    }
}

static void
test_mac (void)
{
    static const char *const wrong[] = { "",
                                         "0001",
                                         "24:6F:28:00:00",
                                         "24:6F:28:00:00:0G",
                                         "24:6F:28:00:00:01:02",
                                         "246:F:28:00:00:01",
                                         "00:00:00:00:00:00",
                                         "ff:ff:ff:ff:ff:ff",
                                         "01:00:5e:00:00:01" };
    g_autofree char *mac = _bw_usb_place_dup_mac ("24:6F:28:00:00:0A");

    g_assert_cmpstr (mac, ==, "24:6f:28:00:00:0a");
    g_assert_null (_bw_usb_place_dup_mac (NULL));
    for (unsigned i = 0; i < G_N_ELEMENTS (wrong); i++)
        g_assert_null (_bw_usb_place_dup_mac (wrong[i]));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/usb-place/text", test_text);
    g_test_add_func ("/engine/usb-place/mac", test_mac);
    return g_test_run ();
}
