/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-port"
#include "config.h"

#include "bw-tty-settings.h"

#include <asm/termbits.h>
#include <errno.h>
#include <linux/serial.h>
#include <linux/tty_flags.h>
#include <stddef.h>
#include <sys/file.h>
#include <sys/ioctl.h>

static int
get_result (int returned)
{
    return returned < 0 ? errno : 0;
}

/* Rates with a constant of their own: other programs, and peers on a pty, know these only. */
static const struct {
    uint32_t baud;
    tcflag_t constant;
} usual[] = {
    { 9600, B9600 },       { 19200, B19200 },     { 38400, B38400 },     { 57600, B57600 },
    { 115200, B115200 },   { 230400, B230400 },   { 460800, B460800 },   { 500000, B500000 },
    { 921600, B921600 },   { 1000000, B1000000 }, { 1500000, B1500000 }, { 2000000, B2000000 },
    { 3000000, B3000000 },
};

static tcflag_t
get_constant (uint32_t baud)
{
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++)
        if (usual[i].baud == baud)
            return usual[i].constant;
    return BOTHER;
}

static void
put_baud (struct termios2 *settings, uint32_t baud)
{
    tcflag_t constant = get_constant (baud);

    settings->c_cflag &= ~(tcflag_t) (CBAUD | (CBAUD << IBSHIFT));
    settings->c_cflag |= constant | (constant << IBSHIFT);
    settings->c_ispeed = baud;
    settings->c_ospeed = baud;
}

int
_bw_tty_set_raw (int fd, uint32_t baud)
{
    struct termios2 settings = { 0 };

    if (ioctl (fd, TCGETS2, &settings) < 0)
        return errno;
    settings.c_iflag = IGNBRK;
    settings.c_oflag = 0;
    settings.c_lflag &= (tcflag_t) EXTPROC;
    settings.c_cflag &= ~(tcflag_t) (CSIZE | PARENB | CSTOPB | CRTSCTS | HUPCL);
    settings.c_cflag |= CS8 | CREAD | CLOCAL;
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
    put_baud (&settings, baud);
    return get_result (ioctl (fd, TCSETS2, &settings));
}

int
_bw_tty_set_baud (int fd, uint32_t baud, uint32_t *ret_in_force)
{
    struct termios2 settings = { 0 };

    if (ioctl (fd, TCGETS2, &settings) < 0)
        return errno;
    put_baud (&settings, baud);
    if (ioctl (fd, TCSETS2, &settings) < 0 || ioctl (fd, TCGETS2, &settings) < 0)
        return errno;
    *ret_in_force = settings.c_ospeed;
    return 0;
}

int
_bw_tty_set_lines (int fd, bool has_dtr, bool has_rts)
{
    int bits = 0;

    if (ioctl (fd, TIOCMGET, &bits) < 0)
        return errno;
    bits &= ~(TIOCM_DTR | TIOCM_RTS);
    bits |= (has_dtr ? TIOCM_DTR : 0) | (has_rts ? TIOCM_RTS : 0);
    return get_result (ioctl (fd, TIOCMSET, &bits));
}

int
_bw_tty_set_break (int fd, bool is_on)
{
    return get_result (ioctl (fd, is_on ? TIOCSBRK : TIOCCBRK));
}

static void
hurry (int fd)
{
    struct serial_struct serial = { 0 };
    int old_flags = 0;

    if (ioctl (fd, TIOCGSERIAL, &serial) < 0)
        return;
    old_flags = serial.flags;
    serial.flags = old_flags | (int) ASYNC_LOW_LATENCY;
    serial.closing_wait = ASYNC_CLOSING_WAIT_NONE;
    if (ioctl (fd, TIOCSSERIAL, &serial) == 0)
        return;
    /* changing closing_wait takes more rights than the flag does */
    if (ioctl (fd, TIOCGSERIAL, &serial) < 0)
        return;
    serial.flags |= (int) ASYNC_LOW_LATENCY;
    ioctl (fd, TIOCSSERIAL, &serial);
}

int
_bw_tty_take (int fd)
{
    if (flock (fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK)
        return EBUSY;
    if (ioctl (fd, TIOCEXCL) < 0)
        return errno;
    hurry (fd);
    return 0;
}

void
_bw_tty_release (int fd)
{
    ioctl (fd, TCFLSH, TCIOFLUSH);
    ioctl (fd, TIOCNXCL);
}

int
_bw_tty_flush_input (int fd)
{
    return get_result (ioctl (fd, TCFLSH, TCIFLUSH));
}
