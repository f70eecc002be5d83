/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hubs that report over-current, in a pretended sysfs. */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "bw-hub-power.h"
#include "bw-tty-usb.h"
#include "firmware-make.h"

#define CARD "devices/pci0000:00/0000:00:14.0/usb1"
#define OUTER "bus/usb/devices/1-0:1.0/usb1-port2"
#define INNER "bus/usb/devices/1-2:1.0/1-2-port3"

struct world {
    char *sys;
};

static void
put (const struct world *world, const char *name, const char *text)
{
    g_free (make_text (world->sys, name, text));
}

static void
put_link (const struct world *world, const char *name, const char *target)
{
    g_autofree char *path = g_build_filename (world->sys, name, NULL);
    g_autofree char *folder = g_path_get_dirname (path);

    g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
    g_assert_cmpint (symlink (target, path), ==, 0);
}

static void
put_count (const struct world *world, const char *port, const char *count)
{
    g_autofree char *name = g_build_filename (port, "over_current_count", NULL);

    put (world, name, count);
}

/* An adapter at port 3 of a hub at port 2 of the computer, and one that is the chip's own. */
static void
begin_world (struct world *world)
{
    world->sys = make_folder ();
    put (world, CARD "/1-2/1-2.3/1-2.3:1.0/ttyUSB0/port_number", "0\n");
    put (world, CARD "/1-2/1-2.3/1-2.3:1.0/uevent", "DEVTYPE=usb_interface\nDRIVER=cp210x\n");
    put (world, CARD "/1-2/1-2.3/uevent", "DEVTYPE=usb_device\nDRIVER=usb\n");
    put (world, CARD "/1-4/1-4:1.0/bInterfaceNumber", "00\n");
    put (world, "devices/platform/serial8250/driver", "");
    put_link (world, "class/tty/ttyUSB0/device", "../../../" CARD "/1-2/1-2.3/1-2.3:1.0/ttyUSB0");
    put_link (world, "class/tty/ttyACM0/device", "../../../" CARD "/1-4/1-4:1.0");
    put_link (world, "class/tty/ttyS0/device", "../../../devices/platform/serial8250");
    put_count (world, OUTER, "0\n");
    put_count (world, INNER, "7\n");
}

static void
end_world (struct world *world)
{
    make_folder_remove (world->sys);
}

static void
check_device (const struct world *world, const char *address, const char *name)
{
    g_autofree char *found = bw_tty_usb_dup_device (world->sys, address);
    g_autofree char *last = found == NULL ? NULL : g_path_get_basename (found);

    g_assert_cmpstr (last, ==, name);
}

static void
test_device (void)
{
    struct world world = { 0 };
    g_autofree char *link = NULL;

    begin_world (&world);
    check_device (&world, "/dev/ttyUSB0", "1-2.3");
    check_device (&world, "serial:///dev/ttyUSB0", "1-2.3");
    check_device (&world, "/dev/ttyACM0", "1-4");
    check_device (&world, "/dev/ttyS0", NULL);
    check_device (&world, "/dev/ttyUSB9", NULL);
    check_device (&world, "rfc2217://127.0.0.1:4000", NULL);
    check_device (&world, "", NULL);
    /* a link such as those of /dev/serial/by-path */
    put (&world, "dev/ttyUSB0", "");
    put_link (&world, "dev/by-path", "ttyUSB0");
    link = g_build_filename (world.sys, "dev", "by-path", NULL);
    check_device (&world, link, "1-2.3");
    end_world (&world);
}

static void
check_driver (const struct world *world, const char *address, const char *expected)
{
    g_autofree char *driver = bw_tty_usb_dup_driver (world->sys, address);

    g_assert_cmpstr (driver, ==, expected);
}

static void
test_driver (void)
{
    struct world world = { 0 };

    begin_world (&world);
    check_driver (&world, "/dev/ttyUSB0", "cp210x");
    check_driver (&world, "/dev/ttyACM0", NULL);
    put (&world, CARD "/1-4/1-4:1.0/uevent", "DRIVER=cdc\xff");
    check_driver (&world, "/dev/ttyACM0", "cdc\357\277\275");
    check_driver (&world, "/dev/ttyS0", NULL);
    check_driver (&world, "tcp://127.0.0.1:1", NULL);
    end_world (&world);
}

static void
test_trips (void)
{
    static const struct {
        const char *outer; /* what is there afterwards */
        const char *inner;
        const char *said;
    } cases[] = {
        { "0\n", "7\n", NULL },
        { "0\n", "8\n", "over-current at port 3 of USB hub 1-2" },
        { "1\n", "7\n", "over-current at port 2 of USB hub usb1" },
        { "1\n", "8\n", "over-current at port 3 of USB hub 1-2" },
        /* the hub itself left, or came back and counts anew */
        { "1\n", NULL, "over-current at port 2 of USB hub usb1" },
        { "0\n", "0\n", NULL },
        /* nothing of a kernel */
        { "x\n", "-8\n", NULL },
        { "99999999999\n", "", NULL },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        struct world world = { 0 };
        g_autoptr (BwHubPower) power = NULL;
        g_autofree char *said = NULL;

        begin_world (&world);
        power = bw_hub_power_new (world.sys, "/dev/ttyUSB0");
        g_assert_nonnull (power);
        put_count (&world, OUTER, cases[i].outer);
        if (cases[i].inner != NULL)
            put_count (&world, INNER, cases[i].inner);
        else
            make_folder_remove (g_build_filename (world.sys, INNER, NULL));
        said = bw_hub_power_dup_trip (power);
        g_assert_cmpstr (said, ==, cases[i].said);
        end_world (&world);
    }
}

static void
test_wraps_round (void)
{
    struct world world = { 0 };
    g_autoptr (BwHubPower) power = NULL;
    g_autofree char *said = NULL;

    begin_world (&world);
    put_count (&world, INNER, "4294967295\n");
    power = bw_hub_power_new (world.sys, "/dev/ttyUSB0");
    put_count (&world, INNER, "0\n");
    said = bw_hub_power_dup_trip (power);
    g_assert_nonnull (said);
    end_world (&world);
}

/* Kernels that do not count, ports that are on no hub. */
static void
test_nothing_to_count (void)
{
    struct world world = { 0 };
    g_autoptr (BwHubPower) power = NULL;

    begin_world (&world);
    g_assert_null (bw_hub_power_new (world.sys, "/dev/ttyS0"));
    g_assert_null (bw_hub_power_new (world.sys, "tcp://127.0.0.1:1"));
    power = bw_hub_power_new (world.sys, "/dev/ttyACM0");
    g_assert_nonnull (power);
    g_assert_null (bw_hub_power_dup_trip (power));
    /* one that only begins to count is no evidence */
    put_count (&world, "bus/usb/devices/1-0:1.0/usb1-port4", "3\n");
    g_assert_null (bw_hub_power_dup_trip (power));
    g_assert_null (bw_hub_power_dup_trip (NULL));
    end_world (&world);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/port/hub-power/device-of-a-port", test_device);
    g_test_add_func ("/port/hub-power/driver-of-a-port", test_driver);
    g_test_add_func ("/port/hub-power/trips", test_trips);
    g_test_add_func ("/port/hub-power/wraps-round", test_wraps_round);
    g_test_add_func ("/port/hub-power/nothing-to-count", test_nothing_to_count);
    return g_test_run ();
}
