/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kernel's terminal calls, on ptys. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <pty.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "bw-tty-settings.h"

struct pty {
    int master;
    int slave;
};

static void
open_pty (struct pty *pty)
{
    g_assert_cmpint (openpty (&pty->master, &pty->slave, NULL, NULL, NULL), ==, 0);
}

static void
close_pty (struct pty *pty)
{
    close (pty->master);
    close (pty->slave);
}

static void
test_raw (void)
{
    struct pty pty = { 0 };
    struct termios settings = { 0 };

    open_pty (&pty);
    g_assert_cmpint (tcgetattr (pty.slave, &settings), ==, 0);
    settings.c_cflag |= HUPCL | CRTSCTS | CSTOPB | PARENB;
    settings.c_iflag |= IXON | ISTRIP;
    g_assert_cmpint (tcsetattr (pty.slave, TCSANOW, &settings), ==, 0);
    g_assert_cmpint (_bw_tty_set_raw (pty.slave, 115200), ==, 0);
    g_assert_cmpint (tcgetattr (pty.slave, &settings), ==, 0);
    g_assert_cmpuint (cfgetospeed (&settings), ==, B115200);
    g_assert_cmpuint (settings.c_lflag & (ICANON | ECHO | ISIG | IEXTEN), ==, 0);
    g_assert_cmpuint (settings.c_iflag & (IXON | ICRNL | INLCR | ISTRIP), ==, 0);
    g_assert_cmpuint (settings.c_oflag & OPOST, ==, 0);
    g_assert_cmpuint (settings.c_cflag & (CSIZE | CSTOPB | PARENB | HUPCL | CRTSCTS | CREAD), ==,
                      CS8 | CREAD);
    close_pty (&pty);
}

static void
test_baud (void)
{
    struct pty pty = { 0 };
    uint32_t in_force = 0;

    open_pty (&pty);
    g_assert_cmpint (_bw_tty_set_baud (pty.slave, 74880, &in_force), ==, 0);
    g_assert_cmpuint (in_force, ==, 74880);
    close_pty (&pty);
}

static gboolean
is_exclusive (int fd)
{
    int exclusive = 0;

    g_assert_cmpint (ioctl (fd, TIOCGEXCL, &exclusive), ==, 0);
    return exclusive != 0;
}

/* Against those that open without asking (the superuser opens all the same), and those that lock. */
static void
test_taken_is_taken_twice (void)
{
    struct pty pty = { 0 };
    int other = -1;

    open_pty (&pty);
    other = open (ttyname (pty.slave), O_RDWR | O_NOCTTY);
    g_assert_cmpint (other, >=, 0);
    g_assert_cmpint (_bw_tty_take (pty.slave), ==, 0);
    g_assert_true (is_exclusive (other));
    g_assert_cmpint (flock (other, LOCK_SH | LOCK_NB), ==, -1);
    g_assert_cmpint (errno, ==, EWOULDBLOCK);
    _bw_tty_release (pty.slave);
    g_assert_false (is_exclusive (other));
    close_pty (&pty);
    g_assert_cmpint (flock (other, LOCK_EX | LOCK_NB), ==, 0);
    close (other);
}

static void
test_locked_by_another (void)
{
    struct pty pty = { 0 };
    int other = -1;

    open_pty (&pty);
    other = open (ttyname (pty.slave), O_RDWR | O_NOCTTY);
    g_assert_cmpint (flock (other, LOCK_SH | LOCK_NB), ==, 0);
    g_assert_cmpint (_bw_tty_take (pty.slave), ==, EBUSY);
    g_assert_false (is_exclusive (other));
    close (other);
    close_pty (&pty);
}

static void
test_no_tty (void)
{
    int fd = open ("/dev/null", O_RDWR);
    uint32_t value = 7;

    g_assert_cmpint (_bw_tty_set_raw (fd, 9600), ==, ENOTTY);
    g_assert_cmpint (_bw_tty_set_baud (fd, 9600, &value), ==, ENOTTY);
    g_assert_cmpint (_bw_tty_set_lines (fd, TRUE, TRUE), ==, ENOTTY);
    g_assert_cmpint (_bw_tty_set_break (fd, TRUE), ==, ENOTTY);
    g_assert_cmpint (_bw_tty_take (fd), ==, ENOTTY);
    g_assert_cmpint (_bw_tty_flush_input (fd), ==, ENOTTY);
    g_assert_cmpuint (value, ==, 7);
    close (fd);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/tty/raw", test_raw);
    g_test_add_func ("/engine/tty/any-baud", test_baud);
    g_test_add_func ("/engine/tty/taken-is-taken-twice", test_taken_is_taken_twice);
    g_test_add_func ("/engine/tty/locked-by-another", test_locked_by_another);
    g_test_add_func ("/engine/tty/what-is-no-tty", test_no_tty);
    return g_test_run ();
}
