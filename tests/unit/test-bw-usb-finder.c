/* SPDX-License-Identifier: GPL-3.0-or-later */
/* USB adapters that umockdev pretends: there already, coming, going, alike. Runs under
 * umockdev-wrapper. */
#include <string.h>
#include <umockdev.h>

#include "bw-finder.h"
#include "engine-wait.h"

/* One pretended device; umockdev cannot make the same node twice. */
typedef struct {
    const char *port; /* "3", "3.1" */
    const char *tty;
    const char *vid;
    const char *pid;
    const char *product;
    const char *serial;
    unsigned interface;
} Device;

static UMockdevTestbed *bed;
static BwFinder *finder;
static GPtrArray *present; /* of BwEndpoint, as told */
static unsigned n_told;

static char *
dup_path (const Device *device, const char *rest)
{
    return g_strdup_printf ("/devices/pci0000:00/0000:00:14.0/usb1/1-%s%s", device->port, rest);
}

static void
plug (const Device *device)
{
    g_autofree char *usb = dup_path (device, "");
    g_autofree char *text = g_strdup_printf (
        "P: %s\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\nA: idVendor=%s\\n\nA: idProduct=%s\\n\n"
        "A: product=%s\\n\nA: serial=%s\\n\nA: busnum=1\\n\nA: devnum=3\\n\n\n"
        "P: %s/1-%s:1.%u\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_interface\nA: "
        "bInterfaceNumber=0%u\\n\n\n"
        "P: %s/1-%s:1.%u/tty/%s\nE: SUBSYSTEM=tty\nE: DEVNAME=/dev/%s\nE: MAJOR=166\nE: "
        "MINOR=0\n\n",
        usb, device->vid, device->pid, device->product, device->serial, usb, device->port,
        device->interface, device->interface, usb, device->port, device->interface, device->tty,
        device->tty);
    g_autoptr (GError) error = NULL;

    umockdev_testbed_add_from_string (bed, text, &error);
    g_assert_no_error (error);
}

static void
remove_one (const Device *device, const char *rest)
{
    g_autofree char *path = dup_path (device, rest);
    g_autofree char *sysfs = g_strconcat ("/sys", path, NULL);

    umockdev_testbed_uevent (bed, sysfs, "remove");
    umockdev_testbed_remove_device (bed, sysfs);
}

static void
unplug (const Device *device)
{
    g_autofree char *interface = g_strdup_printf ("/1-%s:1.%u", device->port, device->interface);
    g_autofree char *tty = g_strdup_printf ("%s/tty/%s", interface, device->tty);

    remove_one (device, tty);
    remove_one (device, interface);
    remove_one (device, "");
}

static void
on_appeared (BwFinder *source, const BwEndpoint *endpoint, gpointer data)
{
    g_ptr_array_add (present, bw_endpoint_copy (endpoint));
    n_told++;
}

static const BwEndpoint *
look_for (const char *address)
{
    for (unsigned i = 0; i < present->len; i++) {
        BwEndpoint *endpoint = present->pdata[i];

        if (g_strcmp0 (endpoint->address, address) == 0)
            return endpoint;
    }
    return NULL;
}

static const BwEndpoint *
find (const char *address)
{
    const BwEndpoint *endpoint = look_for (address);

    g_assert_nonnull (endpoint);
    return endpoint;
}

static void
on_disappeared (BwFinder *source, const char *place, const char *address, gpointer data)
{
    const BwEndpoint *endpoint = find (address);

    g_assert_cmpstr (endpoint->place, ==, place);
    g_ptr_array_remove (present, (gpointer) endpoint);
    n_told++;
}

static void
set_up (void)
{
    present = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_endpoint_free);
    n_told = 0;
    finder = bw_usb_finder_new ();
    g_signal_connect (finder, "appeared", G_CALLBACK (on_appeared), NULL);
    g_signal_connect (finder, "disappeared", G_CALLBACK (on_disappeared), NULL);
}

static gboolean
is_settled (gpointer data)
{
    return bw_finder_is_settled (finder);
}

/* Nothing is read on the way: how it is with a disk that does not answer, the ui test "disk" tells. */
static void
start (void)
{
    bw_finder_start (finder);
    g_assert_cmpuint (n_told, ==, 0);
    g_assert_false (bw_finder_is_settled (finder));
    engine_wait_until (is_settled, NULL, 60000);
}

static void
tear_down (void)
{
    g_assert_finalize_object (finder);
    g_ptr_array_unref (present);
}

static gboolean
is_told (gpointer data)
{
    return n_told >= GPOINTER_TO_UINT (data);
}

static void
wait_told (unsigned n)
{
    engine_wait_until (is_told, GUINT_TO_POINTER (n), 5000);
}

static const Device cp2102 = { "3",    "ttyUSB0", "10c4", "ea60", "CP2102 USB to UART Bridge",
                               "0001", 0 };
static const Device twin = { "4.2",  "ttyUSB1", "10c4", "ea60", "CP2102 USB to UART Bridge",
                             "0001", 0 };
static const Device jtag = {
    "5", "ttyACM0", "303a", "1001", "USB JTAG/serial debug unit", "24:6F:28:00:00:0A", 0
};
static const Device second_port = { "6", "ttyUSB2", "0403", "6010", "Dual RS232", "x", 1 };
static const Device modem = { "7", "ttyACM1", "1199", "9999", "Modem\\x1b[31m", "", 0 };
static const Device renamed = { "3",    "ttyUSB7", "10c4", "ea60", "CP2102 USB to UART Bridge",
                                "0001", 0 };

static void
test_there_already (void)
{
    plug (&cp2102);
    set_up ();
    start ();
    g_assert_cmpuint (present->len, ==, 1);
    g_assert_cmpstr (find ("/dev/ttyUSB0")->place, ==, "1-3");
    g_assert_cmpstr (find ("/dev/ttyUSB0")->bridge, ==, "CP2102");
    g_assert_cmphex (find ("/dev/ttyUSB0")->vid, ==, 0x10c4);
    g_assert_true (find ("/dev/ttyUSB0")->is_known);
    g_assert_false (find ("/dev/ttyUSB0")->is_virtual);
    tear_down ();
}

static void
test_come_and_go (void)
{
    set_up ();
    start ();
    g_assert_cmpuint (present->len, ==, 1);
    plug (&twin);
    wait_told (2);
    /* the serial numbers are the same, the places are not */
    g_assert_cmpstr (find ("/dev/ttyUSB0")->serial, ==, find ("/dev/ttyUSB1")->serial);
    g_assert_cmpstr (find ("/dev/ttyUSB1")->place, ==, "1-4.2");
    g_assert_cmpstr (find ("/dev/ttyUSB1")->place_text, ==, "USB 1, hub place 4, place 2");
    unplug (&twin);
    wait_told (3);
    g_assert_null (look_for ("/dev/ttyUSB1"));
    /* and again under another name at the place of the first */
    unplug (&cp2102);
    wait_told (4);
    plug (&renamed);
    wait_told (5);
    g_assert_cmpstr (find ("/dev/ttyUSB7")->place, ==, "1-3");
    unplug (&renamed);
    wait_told (6);
    tear_down ();
}

static void
test_kinds (void)
{
    set_up ();
    start ();
    plug (&jtag);
    wait_told (1);
    g_assert_cmpstr (find ("/dev/ttyACM0")->mac, ==, "24:6f:28:00:00:0a");
    g_assert_true (find ("/dev/ttyACM0")->is_cdc);
    plug (&second_port);
    wait_told (2);
    g_assert_cmpstr (find ("/dev/ttyUSB2")->place, ==, "1-6:1");
    plug (&modem);
    wait_told (3);
    g_assert_false (find ("/dev/ttyACM1")->is_known);
    g_assert_null (strchr (find ("/dev/ttyACM1")->bridge, '\033'));
    tear_down ();
}

int
main (int argc, char **argv)
{
    const char *preload = g_getenv ("LD_PRELOAD");
    int status = 0;

    engine_init (&argc, &argv);
    if (preload == NULL || strstr (preload, "umockdev") == NULL)
        return 77;
    bed = umockdev_testbed_new ();
    g_test_add_func ("/engine/usb-finder/there-already", test_there_already);
    g_test_add_func ("/engine/usb-finder/come-and-go", test_come_and_go);
    g_test_add_func ("/engine/usb-finder/kinds", test_kinds);
    status = engine_run ();
    g_object_unref (bed);
    return status;
}
