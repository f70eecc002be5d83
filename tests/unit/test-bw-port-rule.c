/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <unistd.h>

#include "bw-error.h"
#include "bw-port-owner.h"
#include "bw-port-rule.h"
#include "firmware-make.h"

#define DEVICE "devices/usb1/1-2"

static void
put_adapter (MakeFixture *f, const char *vendor)
{
    g_autofree char *link = g_build_filename (f->folder, "class/tty/ttyUSB5/device", NULL);

    g_free (make_text (f->folder, DEVICE "/idVendor", vendor));
    g_free (make_text (f->folder, DEVICE "/idProduct", "ea60\n"));
    g_free (make_text (f->folder, DEVICE "/1-2:1.0/ttyUSB5/port_number", "0\n"));
    g_free (make_text (f->folder, "class/tty/ttyUSB5/dev", "188:5\n"));
    g_assert_cmpint (symlink ("../../../" DEVICE "/1-2:1.0/ttyUSB5", link), ==, 0);
}

static void
test_rule (MakeFixture *f, gconstpointer data)
{
    g_autofree char *rule = NULL;

    put_adapter (f, "10c4\n");
    rule = bw_port_rule_dup (f->folder, "/dev/ttyUSB5");
    g_assert_cmpstr (rule, ==,
                     "# /etc/udev/rules.d/70-boardwalk-port.rules\n"
                     "# whoever sits at this machine may use USB adapters 10c4:ea60\n"
                     "SUBSYSTEM==\"tty\", ATTRS{idVendor}==\"10c4\", ATTRS{idProduct}==\"ea60\", "
                     "ENV{ID_MM_DEVICE_IGNORE}=\"1\", TAG+=\"uaccess\"\n");
}

static void
test_no_rule (MakeFixture *f, gconstpointer data)
{
    put_adapter (f, "\", RUN+=\"x\n");
    g_assert_null (bw_port_rule_dup (f->folder, "/dev/ttyUSB5"));
    g_assert_null (bw_port_rule_dup (f->folder, "/dev/ttyS0"));
}

/* Who may not open a port is not only told so. */
static void
test_offered (MakeFixture *f, gconstpointer data)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *rule = NULL;

    put_adapter (f, "10c4\n");
    rule = bw_port_rule_dup (f->folder, "/dev/ttyUSB5");
    error = bw_port_explain_open_failure (f->folder, f->folder, "/dev/ttyUSB5", EACCES);
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_PERMISSION);
    g_assert_cmpstr (bw_error_get_offer (error), ==, rule);
    g_clear_error (&error);
    error = bw_port_explain_open_failure (f->folder, f->folder, "/dev/ttyS0", EACCES);
    g_assert_null (bw_error_get_offer (error));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add ("/engine/port-rule/names-the-adapter", MakeFixture, NULL, make_set_up, test_rule,
                make_tear_down);
    g_test_add ("/engine/port-rule/only-of-usb-adapters", MakeFixture, NULL, make_set_up,
                test_no_rule, make_tear_down);
    g_test_add ("/engine/port-rule/offered-with-the-refusal", MakeFixture, NULL, make_set_up,
                test_offered, make_tear_down);
    return g_test_run ();
}
