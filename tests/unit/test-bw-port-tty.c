/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ports on real ptys: what needs no USB device. The rest is in test-bw-port-usb.c. */
#include "config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <pty.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bw-port.h"
#include "port-peer.h"

struct pty {
    int master;
    char *dir;
    char *link;  /* what a user would name */
    char *slave; /* the device */
};

static void
open_pty (struct pty *pty)
{
    char name[256] = { 0 };
    int slave = -1;

    g_assert_cmpint (openpty (&pty->master, &slave, name, NULL, NULL), ==, 0);
    pty->slave = g_strdup (name);
    pty->dir = g_dir_make_tmp ("bw-port-XXXXXX", NULL);
    pty->link = g_build_filename (pty->dir, "board", NULL);
    g_assert_cmpint (symlink (name, pty->link), ==, 0);
    close (slave);
}

static void
close_pty (struct pty *pty)
{
    if (pty->master >= 0)
        close (pty->master);
    g_unlink (pty->link);
    g_rmdir (pty->dir);
    g_free (pty->dir);
    g_free (pty->link);
    g_free (pty->slave);
}

static BwPort *
open_port (const struct pty *pty)
{
    g_autoptr (GError) error = NULL;
    BwPort *port = bw_port_open (pty->link, NULL, &error);

    g_assert_no_error (error);
    g_assert_nonnull (port);
    return port;
}

static void
test_bytes (void)
{
    struct pty pty = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;
    char buf[16] = { 0 };

    open_pty (&pty);
    port = open_port (&pty);
    /* every byte goes through as it is: no echo, no line discipline */
    g_assert_cmpint (write (pty.master, "\x03\r\n\xc0\xdb\x11\x13\0", 8), ==, 8);
    assert_reads (port, "\x03\r\n\xc0\xdb\x11\x13\0", 8);
    g_assert_true (bw_port_write (port, "\r\n\x04\xff", 4, in_ms (PATIENCE_MS), NULL, &error));
    g_assert_no_error (error);
    g_assert_cmpint (read (pty.master, buf, sizeof buf), ==, 4);
    g_assert_cmpmem (buf, 4, "\r\n\x04\xff", 4);
    g_assert_true (bw_port_is_local (port));
    g_assert_cmphex (bw_port_get_usb_vendor (port), ==, 0);
    close_pty (&pty);
}

static void
test_deadline (void)
{
    struct pty pty = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;
    int64_t start = 0;
    char c = 'x';

    open_pty (&pty);
    port = open_port (&pty);
    g_assert_cmpint (bw_port_read (port, &c, 1, 0, NULL, &error), ==, 0);
    start = g_get_monotonic_time ();
    g_assert_cmpint (bw_port_read (port, &c, 1, in_ms (30), NULL, &error), ==, 0);
    g_assert_no_error (error);
    g_assert_cmpint (g_get_monotonic_time () - start, >=, 30 * 1000);
    g_assert_cmpint (c, ==, 'x');
    close_pty (&pty);
}

/* A port that another program holds is refused, and that program notices nothing. */
static void
test_busy (void)
{
    struct pty pty = { 0 };
    g_autoptr (GError) error = NULL;
    char buf[8] = { 0 };
    int is_exclusive = 0;
    int holder = -1;

    open_pty (&pty);
    holder = open (pty.slave, O_RDWR | O_NOCTTY | O_CLOEXEC);
    g_assert_cmpint (flock (holder, LOCK_EX | LOCK_NB), ==, 0);
    g_assert_cmpint (ioctl (holder, TIOCEXCL), ==, 0);
    g_assert_cmpint (write (pty.master, "reply\n", 6), ==, 6);
    /* the kernel carries it over when it has time */
    g_assert_cmpint (poll (&(struct pollfd){ .fd = holder, .events = POLLIN }, 1, 60000), ==, 1);
    g_assert_null (bw_port_open (pty.link, NULL, &error));
    assert_cause (error, BW_CAUSE_BUSY);
    g_assert_cmpint (ioctl (holder, TIOCGEXCL, &is_exclusive), ==, 0);
    g_assert_cmpint (is_exclusive, ==, 1);
    g_assert_cmpint (ioctl (holder, FIONREAD, &is_exclusive), ==, 0);
    g_assert_cmpint (is_exclusive, ==, 6);
    g_assert_cmpint (read (holder, buf, sizeof buf), ==, 6);
    close (holder);
    close_pty (&pty);
}

static void
test_discard (void)
{
    struct pty pty = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;

    open_pty (&pty);
    port = open_port (&pty);
    g_assert_cmpint (write (pty.master, "old", 3), ==, 3);
    assert_reads (port, "o", 1);
    g_assert_true (bw_port_discard_input (port, NULL, &error));
    g_assert_cmpint (write (pty.master, "new", 3), ==, 3);
    assert_reads (port, "new", 3);
    close_pty (&pty);
}

enum wait_in {
    IN_READ,
    IN_WRITE,
    IN_WAIT,
};

static void
wait_cancelled (BwPort *port, enum wait_in where, GCancellable *cancellable, GError **error)
{
    g_autofree char *much = g_malloc0 (1 << 20);

    switch (where) {
    case IN_READ:
        g_assert_cmpint (bw_port_read (port, much, 1, BW_PORT_NO_DEADLINE, cancellable, error), ==,
                         -1);
        break;
    case IN_WRITE:
        g_assert_false (
            bw_port_write (port, much, 1 << 20, BW_PORT_NO_DEADLINE, cancellable, error));
        break;
    case IN_WAIT:
        g_assert_false (bw_port_wait (port, 60 * 1000, cancellable, error));
        break;
    default:
        g_assert_not_reached ();
    }
}

static void
test_cancel (gconstpointer data)
{
    struct pty pty = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (GError) error = NULL;
    int64_t ended = 0;
    GThread *thread = NULL;

    open_pty (&pty);
    port = open_port (&pty);
    thread = g_thread_new ("cancel", cancel_soon, cancellable);
    wait_cancelled (port, GPOINTER_TO_INT (data), cancellable, &error);
    ended = g_get_monotonic_time ();
    assert_cause (error, BW_CAUSE_CANCELLED);
    assert_ended_soon (thread, ended);
    close_pty (&pty);
}

static gpointer
hang_up_soon (gpointer data)
{
    struct pty *pty = data;
    int64_t when_us = 0;

    g_usleep (30 * 1000);
    when_us = g_get_monotonic_time ();
    close (pty->master);
    pty->master = -1;
    return (gpointer) (intptr_t) when_us;
}

static void
test_unplug (void)
{
    struct pty pty = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (GError) again = NULL;
    int64_t ended = 0;
    int64_t cpu_us = 0;
    GThread *thread = NULL;
    char c = 0;

    open_pty (&pty);
    port = open_port (&pty);
    cpu_us = get_cpu_us ();
    thread = g_thread_new ("unplug", hang_up_soon, &pty);
    g_assert_cmpint (bw_port_read (port, &c, 1, in_ms (PATIENCE_MS), NULL, &error), ==, -1);
    ended = g_get_monotonic_time ();
    g_assert_cmpint (get_cpu_us () - cpu_us, <, 25 * 1000);
    assert_cause (error, BW_CAUSE_UNPLUGGED);
    assert_ended_soon (thread, ended);
    g_assert_true (bw_port_is_lost (port));
    g_assert_false (bw_port_write (port, "x", 1, in_ms (100), NULL, &again));
    assert_cause (again, BW_CAUSE_UNPLUGGED);
    close_pty (&pty);
}

static void
test_baud (void)
{
    static const uint32_t rates[] = {
        9600, 74880, 115200, 460800, 921600, 1500000, 3000000, 12345
    };
    struct pty pty = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;

    open_pty (&pty);
    port = open_port (&pty);
    g_assert_true (bw_port_has_baud (port));
    g_assert_cmpuint (bw_port_get_baud (port), ==, 115200);
    for (size_t i = 0; i < G_N_ELEMENTS (rates); i++) {
        g_assert_true (bw_port_set_baud (port, rates[i], NULL, &error));
        g_assert_no_error (error);
        g_assert_cmpuint (bw_port_get_baud (port), ==, rates[i]);
    }
    close_pty (&pty);
}

static void
test_no_lines (void)
{
    struct pty pty = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;

    open_pty (&pty);
    port = open_port (&pty);
    g_assert_false (bw_port_has_lines (port));
    g_assert_false (bw_port_set_lines (port, BW_PORT_LINE_DTR, NULL, &error));
    assert_cause (error, BW_CAUSE_USAGE);
    close_pty (&pty);
}

static void
test_lease (void)
{
    struct pty pty = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (BwPort) second = NULL;
    g_autoptr (GError) error = NULL;

    open_pty (&pty);
    port = open_port (&pty);
    g_assert_true (is_leased (pty.slave));
    /* by its other name, too */
    second = bw_port_open (pty.slave, NULL, &error);
    g_assert_null (second);
    assert_cause (error, BW_CAUSE_BUSY);
    bw_port_close (port);
    g_assert_false (is_leased (pty.slave));
    second = open_port (&pty);
    close_pty (&pty);
}

/* A virtual board's control socket: writes down the orders, answers each. */
struct control {
    int listener;
    const char *answer;
    GString *orders;
};

static gpointer
serve_control (gpointer data)
{
    struct control *control = data;
    int fd = accept (control->listener, NULL, NULL);
    char buf[64] = { 0 };
    ssize_t n = 0;

    while ((n = read (fd, buf, sizeof buf)) > 0) {
        g_string_append_len (control->orders, buf, n);
        g_assert_cmpint (write (fd, control->answer, strlen (control->answer)), >, 0);
    }
    close (fd);
    return NULL;
}

static GThread *
start_control (struct control *control, const struct pty *pty, const char *answer)
{
    g_autofree char *name = g_strconcat (pty->link, ".ctl", NULL);
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    g_assert_cmpuint (g_strlcpy (address.sun_path, name, sizeof address.sun_path), <,
                      sizeof address.sun_path);
    control->answer = answer;
    control->orders = g_string_new (NULL);
    control->listener = socket (AF_UNIX, SOCK_STREAM, 0);
    g_assert_cmpint (bind (control->listener, (struct sockaddr *) &address, sizeof address), ==, 0);
    g_assert_cmpint (listen (control->listener, 1), ==, 0);
    return g_thread_new ("control", serve_control, control);
}

static void
finish_control (struct control *control,
                const struct pty *pty,
                GThread *thread,
                const char *expected)
{
    g_autofree char *name = g_strconcat (pty->link, ".ctl", NULL);

    g_thread_join (thread);
    g_assert_cmpstr (control->orders->str, ==, expected);
    close (control->listener);
    g_string_free (control->orders, TRUE);
    g_unlink (name);
}

static void
test_control_socket (void)
{
    struct pty pty = { 0 };
    struct control control = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;
    GThread *thread = NULL;

    open_pty (&pty);
    thread = start_control (&control, &pty, "ok\n");
    port = open_port (&pty);
    g_assert_true (bw_port_has_lines (port));
    g_assert_true (bw_port_set_lines (port, BW_PORT_LINE_RTS, NULL, &error));
    g_assert_true (bw_port_set_lines (port, BW_PORT_LINE_DTR, NULL, &error));
    g_assert_cmpint (bw_port_get_lines (port), ==, BW_PORT_LINE_DTR);
    g_assert_true (bw_port_send_break (port, 1, NULL, &error));
    g_assert_no_error (error);
    bw_port_close (port);
    finish_control (&control, &pty, thread, "lines 0 0\nlines 0 1\nlines 1 0\nbreak 1\nbreak 0\n");
    close_pty (&pty);
}

static void
test_bad_control_socket (void)
{
    struct pty pty = { 0 };
    struct control control = { 0 };
    g_autoptr (GError) error = NULL;
    GThread *thread = NULL;

    open_pty (&pty);
    thread = start_control (&control, &pty, "no\n");
    g_assert_null (bw_port_open (pty.link, NULL, &error));
    assert_cause (error, BW_CAUSE_PROTOCOL);
    finish_control (&control, &pty, thread, "lines 0 0\n");
    close_pty (&pty);
}

static void
test_reopen (void)
{
    struct pty pty = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;
    char c = 0;

    open_pty (&pty);
    port = open_port (&pty);
    g_assert_true (bw_port_set_baud (port, 460800, NULL, &error));
    g_assert_true (bw_port_reopen (port, in_ms (PATIENCE_MS), NULL, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (bw_port_get_baud (port), ==, 115200);
    g_assert_cmpint (write (pty.master, "abc", 3), ==, 3);
    assert_reads (port, "abc", 3);
    /* the name goes; closing the pty would let another test have its number */
    g_assert_cmpint (g_unlink (pty.link), ==, 0);
    g_assert_false (bw_port_reopen (port, in_ms (60), NULL, &error));
    assert_cause (error, BW_CAUSE_NO_SUCH_PORT);
    g_clear_error (&error);
    g_assert_cmpint (bw_port_read (port, &c, 1, 0, NULL, &error), ==, -1);
    assert_cause (error, BW_CAUSE_INTERNAL);
    close_pty (&pty);
}

/* A stranger that has got the number of a pty that is gone is left alone. */
static void
test_reopen_of_a_number (void)
{
    struct pty pty = { 0 };
    struct pty stranger = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (GError) again = NULL;

    open_pty (&pty);
    port = bw_port_open (pty.slave, NULL, &error);
    g_assert_no_error (error);
    close (pty.master);
    pty.master = -1;
    g_assert_false (bw_port_reopen (port, 0, NULL, &error));
    /* who waits holds nothing: the name may be another board's by now */
    g_assert_false (is_leased (pty.slave));
    open_pty (&stranger);
    g_assert_false (bw_port_reopen (port, in_ms (60), NULL, &again));
    if (g_str_equal (pty.slave, stranger.slave))
        assert_cause (again, BW_CAUSE_UNPLUGGED);
    g_assert_false (is_leased (stranger.slave));
    close_pty (&stranger);
    close_pty (&pty);
}

/* A link that was left behind leads to a stranger as well; made anew it leads to the board. */
static void
test_reopen_of_a_link (void)
{
    struct pty pty = { 0 };
    struct pty stranger = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (GError) again = NULL;

    open_pty (&pty);
    port = open_port (&pty);
    close (pty.master);
    pty.master = -1;
    g_assert_false (bw_port_reopen (port, 0, NULL, &error));
    open_pty (&stranger);
    if (g_str_equal (pty.slave, stranger.slave)) {
        g_assert_false (bw_port_reopen (port, in_ms (60), NULL, &again));
        assert_cause (again, BW_CAUSE_UNPLUGGED);
        g_clear_error (&again);
    }
    g_assert_cmpint (g_unlink (pty.link), ==, 0);
    g_assert_cmpint (symlink (stranger.slave, pty.link), ==, 0);
    g_assert_true (bw_port_reopen (port, in_ms (PATIENCE_MS), NULL, &again));
    g_assert_no_error (again);
    g_clear_object (&port);
    close_pty (&stranger);
    close_pty (&pty);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/port-tty/bytes-go-through-unchanged", test_bytes);
    g_test_add_func ("/engine/port-tty/deadline-ends-a-read", test_deadline);
    g_test_add_func ("/engine/port-tty/holder-of-a-busy-port-notices-nothing", test_busy);
    g_test_add_func ("/engine/port-tty/discard-drops-what-arrived", test_discard);
    g_test_add_data_func ("/engine/port-tty/cancel-ends-a-read", GINT_TO_POINTER (IN_READ),
                          test_cancel);
    g_test_add_data_func ("/engine/port-tty/cancel-ends-a-write", GINT_TO_POINTER (IN_WRITE),
                          test_cancel);
    g_test_add_data_func ("/engine/port-tty/cancel-ends-a-wait", GINT_TO_POINTER (IN_WAIT),
                          test_cancel);
    g_test_add_func ("/engine/port-tty/unplug-is-seen-at-once", test_unplug);
    g_test_add_func ("/engine/port-tty/any-baud", test_baud);
    g_test_add_func ("/engine/port-tty/pty-has-no-lines", test_no_lines);
    g_test_add_func ("/engine/port-tty/one-port-one-user", test_lease);
    g_test_add_func ("/engine/port-tty/control-socket-has-lines", test_control_socket);
    g_test_add_func ("/engine/port-tty/control-socket-that-says-no", test_bad_control_socket);
    g_test_add_func ("/engine/port-tty/reopen", test_reopen);
    g_test_add_func ("/engine/port-tty/reopen-of-a-number", test_reopen_of_a_number);
    g_test_add_func ("/engine/port-tty/reopen-of-a-link", test_reopen_of_a_link);
    return g_test_run ();
}
