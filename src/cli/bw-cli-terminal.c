/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-terminal"
#include "config.h"

#include "bw-cli-terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "boardwalk.h"

enum {
    DEFAULT_COLUMNS = 80,
    DEFAULT_ROWS = 24,
    NUMBER_MAX = 10000,
    PIECE_BYTES = 4096, /* a pipe that has room takes so many at once */
    PATIENCE_MS = 2000, /* with a reader that does not read, in all, once a signal has come */
};

static struct termios saved_mode;
static gboolean is_mode_saved;

void
bw_cli_terminal_hold_streams (void)
{
    static const int modes[] = {
        [STDIN_FILENO] = O_WRONLY, [STDOUT_FILENO] = O_RDONLY, [STDERR_FILENO] = O_RDONLY
    };

    for (int fd = 0; fd < (int) G_N_ELEMENTS (modes); fd++)
        if (fcntl (fd, F_GETFD) < 0 && open ("/dev/null", modes[fd]) != fd)
            g_warning ("stream %d is closed and stays so, ignoring", fd);
}

gboolean
bw_cli_terminal_is_live (void)
{
    const char *term = g_getenv ("TERM");

    return isatty (STDOUT_FILENO) && term != NULL && *term != '\0' && g_strcmp0 (term, "dumb") != 0;
}

gboolean
bw_cli_terminal_has_colour (void)
{
    const char *no_colour = g_getenv ("NO_COLOR");

    return bw_cli_terminal_is_live () && (no_colour == NULL || *no_colour == '\0');
}

gboolean
bw_cli_terminal_shows_errors (void)
{
    return isatty (STDERR_FILENO);
}

gboolean
bw_cli_terminal_has_person (void)
{
    return isatty (STDIN_FILENO) && bw_cli_terminal_shows_errors ();
}

gboolean
bw_cli_terminal_has_keyboard (void)
{
    return isatty (STDIN_FILENO);
}

static unsigned
get_number (const char *variable, unsigned fallback)
{
    const char *text = g_getenv (variable);
    uint64_t value = 0;

    if (text == NULL || !bw_number_parse (text, 10, 1, NUMBER_MAX, &value))
        return fallback;
    return (unsigned) value;
}

void
bw_cli_terminal_get_size (unsigned *ret_columns, unsigned *ret_rows)
{
    struct winsize size = { 0 };

    if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
        size.ws_col = size.ws_row = 0;
    *ret_columns = size.ws_col > 0 ? size.ws_col : get_number ("COLUMNS", DEFAULT_COLUMNS);
    *ret_rows = size.ws_row > 0 ? size.ws_row : get_number ("LINES", DEFAULT_ROWS);
}

/* Until somebody reads: 0, or the number of an error. A signal wants the program to end, but not
 * to end in the middle of a line where the reader is only slow. */
static int
wait_for_reader (void)
{
    static int64_t patience_us = (int64_t) PATIENCE_MS * 1000;
    static gboolean is_interrupted;
    GPollFD reader = { .fd = STDOUT_FILENO, .events = G_IO_OUT };

    for (;;) {
        int64_t begin_us = g_get_monotonic_time ();
        int n = g_poll (&reader, 1, is_interrupted ? (int) (patience_us / 1000) : -1);
        int error_number = n < 0 ? errno : 0;

        if (is_interrupted)
            patience_us = MAX (0, patience_us - (g_get_monotonic_time () - begin_us));
        if (n > 0)
            return 0;
        if (n < 0 && error_number != EINTR)
            return error_number;
        if (n == 0 || patience_us == 0)
            return EINTR;
        is_interrupted = TRUE;
    }
}

/* Only once there is room, and not more than fits into a pipe then: a write that has begun cannot be
 * interrupted, and somebody may want to stop a program whose output nobody reads. */
int
bw_cli_terminal_write (const void *bytes, size_t len)
{
    const char *at = bytes;

    while (len > 0) {
        int waited = wait_for_reader ();
        ssize_t n = 0;

        if (waited != 0)
            return waited;
        n = write (STDOUT_FILENO, at, MIN (len, PIECE_BYTES));
        if (n >= 0) {
            at += n;
            len -= (size_t) n;
        } else if (errno != EAGAIN && errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

static void
enter_raw (void)
{
    struct termios mode;

    if (is_mode_saved || tcgetattr (STDIN_FILENO, &saved_mode) != 0)
        return;
    mode = saved_mode;
    cfmakeraw (&mode);
    mode.c_oflag |= OPOST; /* a board that ends lines with \n alone must not walk to the right */
    is_mode_saved = tcsetattr (STDIN_FILENO, TCSADRAIN, &mode) == 0;
}

void
bw_cli_terminal_set_raw (gboolean is_raw)
{
    if (is_raw) {
        enter_raw ();
    } else if (is_mode_saved) {
        (void) tcsetattr (STDIN_FILENO, TCSADRAIN, &saved_mode);
        is_mode_saved = FALSE;
    }
}

void
bw_cli_terminal_ring (void)
{
    /* a bell that is not heard is no failure */
    if (bw_cli_terminal_shows_errors () && write (STDERR_FILENO, "\a", 1) < 0)
        return;
}
