/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The real path of a USB serial port, through libserialport, on devices that umockdev pretends.
 * Runs under umockdev-wrapper. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/serial.h>
#include <linux/tty_flags.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <umockdev.h>
#include <unistd.h>

#include "bw-port.h"
#include "bw-reset.h"
#include "port-peer.h"

/* One pretended adapter. umockdev cannot make the same node twice: each test takes a new number. */
struct adapter {
    UMockdevIoctlBase *ioctls;
    unsigned place; /* socket of the hub */
    char *path;
    int master;
    /* what the driver was told; written by umockdev's thread while the caller waits */
    GMutex lock;
    int lines;
    GString *trace;
    struct serial_struct serial;
    gboolean has_serial_rights;
    gboolean has_no_lines;
};

static UMockdevTestbed *bed;

static void
trace_lines (struct adapter *adapter, int lines)
{
    if (((lines ^ adapter->lines) & (TIOCM_DTR | TIOCM_RTS)) != 0)
        g_string_append_printf (adapter->trace, "%d%d ", (lines & TIOCM_DTR) != 0,
                                (lines & TIOCM_RTS) != 0);
    adapter->lines = lines;
}

static gboolean
take_lines (struct adapter *adapter, unsigned long request, int *value)
{
    switch (request) {
    case TIOCMGET:
        *value = adapter->lines;
        return TRUE;
    case TIOCMSET:
        trace_lines (adapter, *value);
        return TRUE;
    case TIOCMBIS:
        trace_lines (adapter, adapter->lines | *value);
        return TRUE;
    case TIOCMBIC:
        trace_lines (adapter, adapter->lines & ~*value);
        return TRUE;
    default:
        return FALSE;
    }
}

/* As the kernel does: changing closing_wait takes more rights than changing the flag. */
static int
take_serial (struct adapter *adapter, unsigned long request, struct serial_struct *serial)
{
    if (request == TIOCGSERIAL) {
        *serial = adapter->serial;
        return 0;
    }
    if (!adapter->has_serial_rights && serial->closing_wait != adapter->serial.closing_wait)
        return EPERM;
    adapter->serial = *serial;
    return 0;
}

static gboolean
on_ioctl (UMockdevIoctlBase *base, UMockdevIoctlClient *client, gpointer data)
{
    struct adapter *adapter = data;
    unsigned long request = umockdev_ioctl_client_get_request (client) & 0xffffffffUL;
    UMockdevIoctlData *arg = umockdev_ioctl_client_get_arg (client);
    g_autoptr (UMockdevIoctlData) value = NULL;
    int error_number = 0;
    int result = 0;

    g_mutex_lock (&adapter->lock);
    if (request == TIOCMGET && adapter->has_no_lines) {
        error_number = ENOTTY;
        result = -1;
    } else if (request == TIOCMGET || request == TIOCMSET || request == TIOCMBIS
               || request == TIOCMBIC) {
        value = umockdev_ioctl_data_resolve (arg, 0, sizeof (int), NULL);
        take_lines (adapter, request, (gpointer) value->data);
    } else if (request == TIOCGSERIAL || request == TIOCSSERIAL) {
        value = umockdev_ioctl_data_resolve (arg, 0, sizeof (struct serial_struct), NULL);
        error_number = take_serial (adapter, request, (gpointer) value->data);
        result = error_number == 0 ? 0 : -1;
    } else {
        if (request == TIOCSBRK || request == TIOCCBRK)
            g_string_append (adapter->trace, request == TIOCSBRK ? "break " : "release ");
        result = umockdev_ioctl_client_execute (client, &error_number, NULL);
    }
    g_mutex_unlock (&adapter->lock);
    umockdev_ioctl_client_complete (client, result, error_number);
    return TRUE;
}

static char *
describe_usb (unsigned place, unsigned vendor, unsigned product)
{
    g_autofree char *usb = g_strdup_printf ("/devices/pci0000:00/0000:00:14.0/usb1/1-%u", place);

    return g_strdup_printf ("P: %s\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\n"
                            "A: idVendor=%04x\\n\nA: idProduct=%04x\\n\n"
                            "A: busnum=1\\n\nA: devnum=%u\\n\n\n"
                            "P: %s/1-%u:1.0\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_interface\n\n",
                            usb, vendor, product, place, usb, place);
}

static char *
describe_tty (unsigned place, unsigned n)
{
    g_autofree char *port =
        g_strdup_printf ("/devices/pci0000:00/0000:00:14.0/usb1/1-%u/1-%u:1.0/ttyUSB%u", place,
                         place, n);

    return g_strdup_printf ("P: %s\nE: SUBSYSTEM=usb-serial\n\n"
                            "P: %s/tty/ttyUSB%u\nN: ttyUSB%u\nE: SUBSYSTEM=tty\n"
                            "E: DEVNAME=/dev/ttyUSB%u\nE: MAJOR=188\nE: MINOR=%u\n"
                            "A: dev=188:%u\\n\nL: device=../../../ttyUSB%u\n\n",
                            port, port, n, n, n, n, n, n);
}

static void
add_devices (char *text)
{
    g_autofree char *owned = text;
    g_autoptr (GError) error = NULL;

    g_assert_true (umockdev_testbed_add_from_string (bed, owned, &error));
    g_assert_no_error (error);
}

static void
add_tty (struct adapter *adapter, unsigned place)
{
    static unsigned number;
    unsigned n = number++;
    g_autoptr (GError) error = NULL;

    adapter->place = place;
    adapter->path = g_strdup_printf ("/dev/ttyUSB%u", n);
    adapter->trace = g_string_new (NULL);
    adapter->lines = TIOCM_DTR | TIOCM_RTS; /* the kernel raises both on open */
    adapter->ioctls = umockdev_ioctl_base_new ();
    g_signal_connect (adapter->ioctls, "handle-ioctl", G_CALLBACK (on_ioctl), adapter);
    umockdev_testbed_attach_ioctl (bed, adapter->path, adapter->ioctls, &error);
    g_assert_no_error (error);
    add_devices (describe_tty (place, n));
    adapter->master = umockdev_testbed_get_dev_fd (bed, adapter->path);
    g_assert_cmpint (adapter->master, >=, 0);
}

static void
plug (struct adapter *adapter, unsigned vendor, unsigned product)
{
    static unsigned place;

    place++;
    add_devices (describe_usb (place, vendor, product));
    add_tty (adapter, place);
}

static void
unplug (struct adapter *adapter)
{
    g_clear_object (&adapter->ioctls);
    g_string_free (adapter->trace, TRUE);
    g_free (adapter->path);
}

static BwPort *
open_adapter (struct adapter *adapter)
{
    g_autoptr (GError) error = NULL;
    BwPort *port = bw_port_open (adapter->path, NULL, &error);

    g_assert_no_error (error);
    g_assert_nonnull (port);
    return port;
}

static void
test_identity (void)
{
    struct adapter adapter = { 0 };
    g_autoptr (BwPort) port = NULL;

    plug (&adapter, 0x303a, 0x1001);
    port = open_adapter (&adapter);
    g_assert_cmphex (bw_port_get_usb_vendor (port), ==, 0x303a);
    g_assert_cmphex (bw_port_get_usb_product (port), ==, 0x1001);
    g_assert_true (bw_port_is_local (port));
    g_assert_true (bw_port_has_lines (port));
    g_assert_true (bw_port_has_atomic_lines (port));
    g_assert_true (bw_port_has_baud (port));
    unplug (&adapter);
}

/* Neither opening, nor a change of rate, nor closing passes the state that holds a board in reset
 * (RTS without DTR), and closing leaves the lines alone. */
static void
test_opening_does_not_reset (void)
{
    struct adapter adapter = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;

    plug (&adapter, 0x10c4, 0xea60);
    port = open_adapter (&adapter);
    g_assert_true (bw_port_set_baud (port, 460800, NULL, &error));
    g_assert_true (bw_port_set_baud (port, 921600, NULL, &error));
    bw_port_close (port);
    g_assert_null (strstr (adapter.trace->str, "01"));
    g_assert_true (g_str_has_suffix (adapter.trace->str, "00 "));
    unplug (&adapter);
}

static void
test_reset (void)
{
    struct adapter adapter = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;
    size_t n = 0;
    const struct BwResetStrategy *strategies = NULL;

    plug (&adapter, 0x10c4, 0xea60);
    port = open_adapter (&adapter);
    strategies = bw_reset_strategies_for_port (port, &n);
    g_assert_cmpuint (n, ==, 4);
    g_string_truncate (adapter.trace, 0);
    g_assert_true (bw_reset_run (port, strategies[0].steps, NULL, &error));
    g_assert_no_error (error);
    /* (0,1) to (1,0) in one step */
    g_assert_cmpstr (adapter.trace->str, ==, "11 01 10 00 ");
    unplug (&adapter);
}

static void
test_break (void)
{
    struct adapter adapter = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;

    plug (&adapter, 0x10c4, 0xea60);
    port = open_adapter (&adapter);
    g_string_truncate (adapter.trace, 0);
    g_assert_true (bw_port_send_break (port, 5, NULL, &error));
    g_assert_cmpstr (adapter.trace->str, ==, "break release ");
    unplug (&adapter);
}

static void
test_rates (void)
{
    static const uint32_t rates[] = { 9600,   74880,   115200,  230400,  460800,
                                      921600, 1500000, 2000000, 3000000, 250001 };
    struct adapter adapter = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;

    plug (&adapter, 0x10c4, 0xea60);
    port = open_adapter (&adapter);
    for (size_t i = 0; i < G_N_ELEMENTS (rates); i++) {
        g_assert_true (bw_port_set_baud (port, rates[i], NULL, &error));
        g_assert_no_error (error);
        g_assert_cmpuint (bw_port_get_baud (port), ==, rates[i]);
    }
    unplug (&adapter);
}

static void
test_bytes (void)
{
    struct adapter adapter = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;
    char buf[16] = { 0 };

    plug (&adapter, 0x10c4, 0xea60);
    port = open_adapter (&adapter);
    g_assert_true (bw_port_write (port, "\xc0\r\n\x11", 4, in_ms (PATIENCE_MS), NULL, &error));
    g_assert_cmpint (read (adapter.master, buf, sizeof buf), ==, 4);
    g_assert_cmpmem (buf, 4, "\xc0\r\n\x11", 4);
    g_assert_cmpint (write (adapter.master, "\r\x03\xff", 3), ==, 3);
    assert_reads (port, "\r\x03\xff", 3);
    unplug (&adapter);
}

static void
test_low_latency (gconstpointer data)
{
    struct adapter adapter = { .has_serial_rights = GPOINTER_TO_INT (data) };
    g_autoptr (BwPort) port = NULL;

    plug (&adapter, 0x0403, 0x6001);
    adapter.serial.closing_wait = 3000;
    port = open_adapter (&adapter);
    g_assert_true ((adapter.serial.flags & (int) ASYNC_LOW_LATENCY) != 0);
    g_assert_cmpuint (adapter.serial.closing_wait, ==,
                      adapter.has_serial_rights ? ASYNC_CLOSING_WAIT_NONE : 3000);
    unplug (&adapter);
}

static gpointer
pull_soon (gpointer data)
{
    struct adapter *adapter = data;
    int64_t when_us = 0;

    g_usleep (30 * 1000);
    when_us = g_get_monotonic_time ();
    close (adapter->master);
    return (gpointer) (intptr_t) when_us;
}

static void
test_unplug (void)
{
    struct adapter adapter = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;
    int64_t ended = 0;
    int64_t cpu_us = 0;
    GThread *thread = NULL;
    char c = 0;

    plug (&adapter, 0x10c4, 0xea60);
    port = open_adapter (&adapter);
    cpu_us = get_cpu_us ();
    thread = g_thread_new ("pull", pull_soon, &adapter);
    g_assert_cmpint (bw_port_read (port, &c, 1, in_ms (PATIENCE_MS), NULL, &error), ==, -1);
    ended = g_get_monotonic_time ();
    g_assert_cmpint (get_cpu_us () - cpu_us, <, 25 * 1000);
    assert_cause (error, BW_CAUSE_UNPLUGGED);
    g_assert_error (error, BW_ERROR, BW_ERROR_REPLUG);
    assert_ended_soon (thread, ended);
    unplug (&adapter);
}

static void
test_busy (void)
{
    struct adapter adapter = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;
    struct termios mode = { 0 };
    int told[2] = { -1, -1 };
    pid_t child = -1;
    char c = 0;

    plug (&adapter, 0x10c4, 0xea60);
    g_assert_cmpint (tcgetattr (adapter.master, &mode), ==, 0);
    mode.c_lflag |= ECHO;
    g_assert_cmpint (tcsetattr (adapter.master, TCSANOW, &mode), ==, 0);
    g_assert_cmpint (pipe (told), ==, 0);
    child = fork ();
    if (child == 0) {
        int fd = open (adapter.path, O_RDWR | O_NOCTTY | O_NONBLOCK);

        c = fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) == 0 ? 'y' : 'n';
        if (write (told[1], &c, 1) == 1)
            pause ();
        _exit (0);
    }
    g_assert_cmpint (read (told[0], &c, 1), ==, 1);
    g_assert_cmpint (c, ==, 'y');
    g_assert_null (bw_port_open (adapter.path, NULL, &error));
    assert_cause (error, BW_CAUSE_BUSY);
    /* nor has its holder's mode been changed on the way */
    g_assert_cmpint (tcgetattr (adapter.master, &mode), ==, 0);
    g_assert_cmpuint (mode.c_lflag & ECHO, ==, ECHO);
    g_assert_cmpint (kill (child, SIGKILL), ==, 0);
    g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
    port = open_adapter (&adapter);
    close (told[0]);
    close (told[1]);
    unplug (&adapter);
}

/* libserialport refuses such a tty; it is a port all the same. */
static void
test_no_lines (void)
{
    struct adapter adapter = { .has_no_lines = TRUE };
    g_autoptr (BwPort) port = NULL;

    plug (&adapter, 0x10c4, 0xea60);
    port = open_adapter (&adapter);
    g_assert_false (bw_port_has_lines (port));
    g_assert_cmphex (bw_port_get_usb_vendor (port), ==, 0x10c4);
    g_assert_cmpint (write (adapter.master, "x", 1), ==, 1);
    assert_reads (port, "x", 1);
    unplug (&adapter);
}

/* A board that leaves the bus and returns under another name is found where it was. */
static void
test_returns_renamed (void)
{
    struct adapter before = { 0 };
    struct adapter after = { 0 };
    g_autofree char *node = NULL;
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;

    plug (&before, 0x303a, 0x1001);
    port = open_adapter (&before);
    node = g_strdup_printf ("/sys/devices/pci0000:00/0000:00:14.0/usb1/1-%u/1-%u:1.0/%s",
                            before.place, before.place, strrchr (before.path, '/') + 1);
    umockdev_testbed_remove_device (bed, node);
    add_tty (&after, before.place);
    g_assert_true (bw_port_reopen (port, in_ms (PATIENCE_MS), NULL, &error));
    g_assert_no_error (error);
    g_assert_cmpstr (bw_port_get_address (port), ==, after.path);
    g_assert_cmpint (write (after.master, "here", 4), ==, 4);
    assert_reads (port, "here", 4);
    bw_port_close (port);
    unplug (&before);
    unplug (&after);
}

/* In sysfs: from now on the tty belongs to the adapter at another place. */
static void
move_tty (const struct adapter *adapter, unsigned place)
{
    const char *name = strrchr (adapter->path, '/') + 1;
    g_autofree char *root = umockdev_testbed_get_root_dir (bed);
    g_autofree char *bus =
        g_build_filename (root, "sys", "devices", "pci0000:00", "0000:00:14.0", "usb1", NULL);
    g_autofree char *link = g_strdup_printf ("%s/1-%u/1-%u:1.0/%s/tty/%s/device", bus,
                                             adapter->place, adapter->place, name, name);
    g_autofree char *interface = g_strdup_printf ("%s/1-%u/1-%u:1.0", bus, place, place);

    g_assert_cmpint (unlink (link), ==, 0);
    g_assert_cmpint (symlink (interface, link), ==, 0);
}

/* The name went to an adapter at another place: that is another board. */
static void
test_name_taken_by_another (void)
{
    const unsigned other_place = 77;
    struct adapter before = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;

    plug (&before, 0x10c4, 0xea60);
    port = open_adapter (&before);
    add_devices (describe_usb (other_place, 0x10c4, 0xea60));
    move_tty (&before, other_place);
    g_string_truncate (before.trace, 0);
    g_assert_false (bw_port_reopen (port, in_ms (200), NULL, &error));
    assert_cause (error, BW_CAUSE_UNPLUGGED);
    /* the other board was not touched */
    g_assert_cmpstr (before.trace->str, ==, "");
    bw_port_close (port);
    unplug (&before);
}

int
main (int argc, char **argv)
{
    const char *preload = g_getenv ("LD_PRELOAD");
    int result = 0;

    g_test_init (&argc, &argv, NULL);
    /* not umockdev_in_mock_environment(): before the first bed it says no and remembers that */
    g_assert_nonnull (preload);
    g_assert_nonnull (strstr (preload, "umockdev"));
    bed = umockdev_testbed_new ();
    g_test_add_func ("/engine/port-usb/identity", test_identity);
    g_test_add_func ("/engine/port-usb/opening-does-not-reset", test_opening_does_not_reset);
    g_test_add_func ("/engine/port-usb/reset-changes-both-lines-at-once", test_reset);
    g_test_add_func ("/engine/port-usb/break", test_break);
    g_test_add_func ("/engine/port-usb/rates-are-read-back", test_rates);
    g_test_add_func ("/engine/port-usb/bytes-go-through-unchanged", test_bytes);
    g_test_add_data_func ("/engine/port-usb/low-latency", GINT_TO_POINTER (TRUE), test_low_latency);
    g_test_add_data_func ("/engine/port-usb/low-latency-with-few-rights", GINT_TO_POINTER (FALSE),
                          test_low_latency);
    g_test_add_func ("/engine/port-usb/tty-without-lines", test_no_lines);
    g_test_add_func ("/engine/port-usb/busy", test_busy);
    g_test_add_func ("/engine/port-usb/returns-under-another-name", test_returns_renamed);
    g_test_add_func ("/engine/port-usb/name-taken-by-another", test_name_taken_by_another);
    /* the last: umockdev cannot make a node on a pty number that comes back */
    g_test_add_func ("/engine/port-usb/unplug-is-seen-at-once", test_unplug);
    result = g_test_run ();
    g_object_unref (bed);
    return result;
}
