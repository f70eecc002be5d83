/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why a port cannot be opened: every reason is played, on real ptys and processes where that is
 * possible without a machine of its own, else with pretended /proc and /sys. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <grp.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bw-port-lease.h"
#include "bw-port-missing.h"
#include "bw-port-owner.h"
#include "bw-port.h"
#include "port-peer.h"
#include "pretended-machine.h"

#define NOBODY 65534

static void
begin_world (struct world *world)
{
    make_world (world);
    put (world, "proc/uptime", "1\n");
    put (world, "sys/class/tty/console/dev", "5:1\n");
}

static void
plug (const struct world *world, const char *vendor, const char *product, gboolean has_port)
{
    put (world, "sys/devices/usb1/1-2/idVendor", vendor);
    put (world, "sys/devices/usb1/1-2/idProduct", product);
    put_link (world, "sys/bus/usb/devices/1-2", "../../../devices/usb1/1-2");
    put (world, "sys/devices/usb1/1-2/1-2:1.0/bInterfaceNumber", "00\n");
    if (has_port)
        put_link (world, "sys/class/tty/ttyUSB0/device", "../../../devices/usb1/1-2/1-2:1.0");
}

static void
test_holder (void)
{
    static const struct {
        const char *comm;
        BwCause cause;
    } cases[] = {
        { "minicom", BW_CAUSE_BUSY },
        { "ModemManager", BW_CAUSE_MODEM_MANAGER },
        { "brltty", BW_CAUSE_BRLTTY },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        struct world world = { 0 };
        g_autoptr (GError) error = NULL;

        begin_world (&world);
        plug (&world, "10c4\n", "ea60\n", FALSE);
        put_link (&world, "sys/class/tty/ttyUSB99/device", "../../../devices/usb1/1-2/1-2:1.0");
        put (&world, "proc/4242/comm", cases[i].comm);
        put_link (&world, "proc/4242/fd/0", "/dev/null");
        put_link (&world, "proc/4242/fd/7", "/dev/ttyUSB99");
        error = bw_port_explain_open_failure (world.proc, world.sys, "/dev/ttyUSB99", EBUSY);
        assert_cause (error, cases[i].cause);
        g_assert_nonnull (strstr (error->message, cases[i].comm));
        g_assert_nonnull (strstr (error->message, "pid 4242"));
        if (cases[i].cause == BW_CAUSE_BRLTTY)
            g_assert_nonnull (strstr (bw_error_get_offer (error), "10c4"));
        else
            g_assert_null (bw_error_get_offer (error));
        end_world (&world);
    }
}

/* A program may call itself anything; people and JSON get text. */
static void
test_strange_holder (void)
{
    struct world world = { 0 };
    g_autoptr (GError) error = NULL;

    begin_world (&world);
    put (&world, "proc/4242/comm", "caf\xe9\n");
    put_link (&world, "proc/4242/fd/7", "/dev/ttyUSB99");
    error = bw_port_explain_open_failure (world.proc, world.sys, "/dev/ttyUSB99", EBUSY);
    assert_cause (error, BW_CAUSE_BUSY);
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
    end_world (&world);
}

/* The holder belongs to another user, so its descriptors cannot be seen. */
static void
test_unseen_holder (void)
{
    struct world world = { 0 };
    g_autoptr (GError) error = NULL;

    begin_world (&world);
    error = bw_port_explain_open_failure (world.proc, world.sys, "/dev/ttyUSB99", EAGAIN);
    assert_cause (error, BW_CAUSE_BUSY);
    g_clear_error (&error);
    put (&world, "proc/77/comm", "ModemManager\n");
    error = bw_port_explain_open_failure (world.proc, world.sys, "/dev/ttyUSB99", EBUSY);
    assert_cause (error, BW_CAUSE_MODEM_MANAGER);
    g_assert_nonnull (strstr (error->message, "pid 77"));
    end_world (&world);
}

static void
test_missing (void)
{
    static const struct {
        const char *vendor;
        const char *product;
        gboolean has_port;
        gboolean has_brltty;
        const char *device;
        BwCause cause;
    } cases[] = {
        { NULL, NULL, FALSE, FALSE, "/dev/ttyUSB5", BW_CAUSE_CHARGE_ONLY_OR_UNPLUGGED },
        { NULL, NULL, FALSE, TRUE, "/dev/ttyACM0", BW_CAUSE_CHARGE_ONLY_OR_UNPLUGGED },
        { NULL, NULL, FALSE, FALSE, "/dev/serial/by-id/x", BW_CAUSE_CHARGE_ONLY_OR_UNPLUGGED },
        { NULL, NULL, FALSE, FALSE, "/dev/ttyS99", BW_CAUSE_NO_SUCH_PORT },
        { "1a86\n", "7523\n", TRUE, TRUE, "/dev/ttyUSB5", BW_CAUSE_NO_SUCH_PORT },
        { "1a86\n", "7523\n", FALSE, TRUE, "/dev/ttyUSB0", BW_CAUSE_BRLTTY },
        { "1a86\n", "7523\n", FALSE, FALSE, "/dev/ttyUSB0", BW_CAUSE_CHARGE_ONLY_OR_UNPLUGGED },
        { "0000\n", "7523\n", FALSE, TRUE, "/dev/ttyUSB0", BW_CAUSE_CHARGE_ONLY_OR_UNPLUGGED },
        { "zz\n", "99999999\n", FALSE, TRUE, "/dev/ttyUSB0", BW_CAUSE_CHARGE_ONLY_OR_UNPLUGGED },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        struct world world = { 0 };
        g_autoptr (GError) error = NULL;

        begin_world (&world);
        if (cases[i].vendor != NULL)
            plug (&world, cases[i].vendor, cases[i].product, cases[i].has_port);
        if (cases[i].has_brltty)
            put (&world, "proc/88/comm", "brltty\n");
        error = bw_port_explain_open_failure (world.proc, world.sys, cases[i].device, ENOENT);
        assert_cause (error, cases[i].cause);
        g_assert_nonnull (strstr (error->message, cases[i].device));
        if (cases[i].has_port)
            g_assert_nonnull (strstr (error->message, "there are /dev/ttyUSB0"));
        if (cases[i].cause == BW_CAUSE_BRLTTY)
            g_assert_nonnull (strstr (bw_error_get_offer (error), "KERNEL==\"1-2\""));
        else
            g_assert_null (bw_error_get_offer (error));
        end_world (&world);
    }
}

/* What a person whose board does not appear is told, without a port being opened. */
static GPtrArray *
survey (const struct world *world, const char *expected_ports)
{
    g_autofree char *dev = g_build_filename (world->root, "dev", NULL);
    g_autofree char *ports = NULL;
    GPtrArray *found = bw_port_survey (world->proc, world->sys, dev, &ports);

    g_assert_true (*expected_ports == '\0' ? *ports == '\0'
                                           : g_str_has_suffix (ports, expected_ports));
    return found;
}

static void
test_survey (void)
{
    struct world world = { 0 };
    g_autofree char *device = NULL;
    g_autoptr (GPtrArray) nothing = NULL;
    g_autoptr (GPtrArray) robbed = NULL;
    g_autoptr (GPtrArray) ready = NULL;
    g_autoptr (GPtrArray) gone = NULL;
    g_autoptr (GPtrArray) held = NULL;

    begin_world (&world);
    nothing = survey (&world, "");
    g_assert_cmpuint (nothing->len, ==, 1);
    assert_cause (nothing->pdata[0], BW_CAUSE_CHARGE_ONLY_OR_UNPLUGGED);
    plug (&world, "1a86\n", "7523\n", FALSE);
    put (&world, "proc/88/comm", "brltty\n");
    robbed = survey (&world, "");
    g_assert_cmpuint (robbed->len, ==, 1);
    assert_cause (robbed->pdata[0], BW_CAUSE_BRLTTY);
    g_assert_nonnull (strstr (bw_error_get_offer (robbed->pdata[0]), "KERNEL==\"1-2\""));
    put_link (&world, "sys/class/tty/ttyUSB0/device", "../../../devices/usb1/1-2/1-2:1.0");
    gone = survey (&world, "");
    g_assert_cmpuint (gone->len, ==, 1);
    put (&world, "dev/ttyUSB0", "");
    ready = survey (&world, "/dev/ttyUSB0");
    g_assert_cmpuint (ready->len, ==, 0);
    device = g_build_filename (world.root, "dev", "ttyUSB0", NULL);
    put (&world, "proc/77/comm", "ModemManager\n");
    put_link (&world, "proc/77/fd/5", device);
    held = survey (&world, "");
    g_assert_cmpuint (held->len, ==, 1);
    assert_cause (held->pdata[0], BW_CAUSE_MODEM_MANAGER);
    end_world (&world);
}

static void
test_rights (void)
{
    struct world world = { 0 };
    g_autofree char *device = NULL;
    g_autoptr (GError) error = NULL;

    begin_world (&world);
    put (&world, "device", "");
    device = g_build_filename (world.root, "device", NULL);
    g_assert_cmpint (chmod (device, 0600), ==, 0);
    error = bw_port_explain_open_failure (world.proc, world.sys, device, EACCES);
    assert_cause (error, BW_CAUSE_PERMISSION);
    g_assert_nonnull (strstr (error->message, "has mode 600"));
    g_clear_error (&error);
    g_assert_cmpint (chmod (device, 0660), ==, 0);
    error = bw_port_explain_open_failure (world.proc, world.sys, device, EACCES);
    assert_cause (error, BW_CAUSE_PERMISSION);
    g_assert_nonnull (strstr (error->message, "you are in it"));
    g_clear_error (&error);
    /* only root can give a file away */
    if (chown (device, (uid_t) -1, 54321) == 0) {
        error = bw_port_explain_open_failure (world.proc, world.sys, device, EPERM);
        assert_cause (error, BW_CAUSE_PERMISSION);
        g_assert_nonnull (strstr (error->message, "group 54321, you are not in it"));
        g_assert_nonnull (strstr (error->message, "usermod -aG 54321"));
    }
    end_world (&world);
}

/* A device of root's group, seen by somebody who is not in it. One is on every machine, and root can
 * leave its group. */
static void
test_group_of_root (void)
{
    struct world world = { 0 };
    gboolean is_root = geteuid () == 0;
    g_autoptr (GError) error = NULL;

    begin_world (&world);
    g_assert_true (!is_root || (setgroups (0, NULL) == 0 && setegid (NOBODY) == 0));
    error = bw_port_explain_open_failure (world.proc, world.sys, "/dev/null", EACCES);
    g_assert_true (!is_root || setegid (0) == 0);
    assert_cause (error, BW_CAUSE_PERMISSION);
    g_assert_nonnull (strstr (error->message, "udev"));
    g_assert_null (strstr (error->message, "usermod"));
    g_assert_null (strstr (bw_cause_get_remedy (BW_CAUSE_PERMISSION), "group"));
    end_world (&world);
}

/* Runs in a process of its own; what comes out is the cause. */
static BwCause
open_as_nobody (const char *path)
{
    pid_t child = fork ();
    int status = 0;

    if (child == 0) {
        g_autoptr (GError) error = NULL;
        g_autoptr (BwPort) port = NULL;

        if (getuid () == 0 && (setgid (NOBODY) != 0 || setuid (NOBODY) != 0))
            _exit (255);
        /* the lease is of the process that this one was copied from */
        bw_port_lease_give_back (path);
        port = bw_port_open (path, NULL, &error);
        _exit ((int) bw_error_get_cause (error));
    }
    g_assert_cmpint (waitpid (child, &status, 0), ==, child);
    g_assert_true (WIFEXITED (status));
    return (BwCause) WEXITSTATUS (status);
}

static void
test_permission (void)
{
    char name[256] = { 0 };
    int master = -1;
    int slave = -1;

    g_assert_cmpint (openpty (&master, &slave, name, NULL, NULL), ==, 0);
    g_assert_cmpint (fchmod (slave, 0), ==, 0);
    g_assert_cmpstr (bw_cause_get_id (open_as_nobody (name)), ==, "permission");
    g_assert_cmpint (fchmod (slave, 0666), ==, 0);
    g_assert_cmpstr (bw_cause_get_id (open_as_nobody (name)), ==, "none");
    close (slave);
    close (master);
}

/* Nobody sees which program of another user holds it: one that takes new ports is suspected where it
 * runs, also if that is one of another test. */
static gboolean
is_held (BwCause cause)
{
    return cause == BW_CAUSE_BUSY || cause == BW_CAUSE_MODEM_MANAGER || cause == BW_CAUSE_BRLTTY;
}

/* A pty that somebody else keeps open would stay exclusive: only root could open it then. */
static void
test_given_back (void)
{
    char name[256] = { 0 };
    int master = -1;
    int slave = -1;
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;

    g_assert_cmpint (openpty (&master, &slave, name, NULL, NULL), ==, 0);
    g_assert_cmpint (fchmod (slave, 0666), ==, 0);
    port = bw_port_open (name, NULL, &error);
    g_assert_no_error (error);
    g_assert_true (is_held (open_as_nobody (name)));
    bw_port_close (port);
    g_assert_cmpstr (bw_cause_get_id (open_as_nobody (name)), ==, "none");
    close (slave);
    close (master);
}

static pid_t
hold (const char *path)
{
    int told[2] = { -1, -1 };
    pid_t child = -1;
    char c = 0;

    g_assert_cmpint (pipe (told), ==, 0);
    child = fork ();
    if (child == 0) {
        int fd = open (path, O_RDWR | O_NOCTTY);

        c = flock (fd, LOCK_EX | LOCK_NB) == 0 ? 'y' : 'n';
        if (write (told[1], &c, 1) == 1)
            pause ();
        _exit (0);
    }
    g_assert_cmpint (read (told[0], &c, 1), ==, 1);
    g_assert_cmpint (c, ==, 'y');
    close (told[0]);
    close (told[1]);
    return child;
}

static void
test_busy (void)
{
    char name[256] = { 0 };
    int master = -1;
    int slave = -1;
    pid_t child = -1;
    g_autofree char *who = NULL;
    g_autoptr (GError) error = NULL;

    g_assert_cmpint (openpty (&master, &slave, name, NULL, NULL), ==, 0);
    close (slave);
    child = hold (name);
    g_assert_null (bw_port_open (name, NULL, &error));
    assert_cause (error, BW_CAUSE_BUSY);
    who = g_strdup_printf ("%s is held by test-bw-port-ow (pid %d)", name, (int) child);
    g_assert_cmpstr (error->message, ==, who);
    kill (child, SIGKILL);
    waitpid (child, NULL, 0);
    close (master);
}

static void
test_no_proc (void)
{
    g_autofree char *name = NULL;
    pid_t pid = 0;

    g_assert_false (bw_port_owner_find ("/nowhere", "/dev/null", &pid, &name));
    g_assert_cmpint (bw_port_owner_find_program ("/nowhere", "init"), ==, 0);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/port-owner/holder-decides-the-cause", test_holder);
    g_test_add_func ("/engine/port-owner/holder-with-a-strange-name", test_strange_holder);
    g_test_add_func ("/engine/port-owner/holder-that-cannot-be-seen", test_unseen_holder);
    g_test_add_func ("/engine/port-owner/missing-device", test_missing);
    g_test_add_func ("/engine/port-owner/survey", test_survey);
    g_test_add_func ("/engine/port-owner/rights-name-the-group", test_rights);
    g_test_add_func ("/engine/port-owner/nobody-joins-the-group-of-root", test_group_of_root);
    g_test_add_func ("/engine/port-owner/permission-denied", test_permission);
    g_test_add_func ("/engine/port-owner/closed-is-free-for-others", test_given_back);
    g_test_add_func ("/engine/port-owner/busy-names-the-process", test_busy);
    g_test_add_func ("/engine/port-owner/no-process-list", test_no_proc);
    return g_test_run ();
}
