/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-port"
#include "config.h"

#include "bw-tty-control.h"

#include <glib/gi18n-lib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bw-port-poll.h"

#define CONTROL_SUFFIX ".ctl"
#define MAX_ANSWER_BYTES 256
#define ANSWER_TIMEOUT_US (2 * G_USEC_PER_SEC)

int
_bw_tty_control_connect (const char *path)
{
    g_autofree char *name = g_strconcat (path, CONTROL_SUFFIX, NULL);
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = -1;

    if (strlen (name) >= sizeof address.sun_path)
        return -1;
    memcpy (address.sun_path, name, strlen (name) + 1);
    fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && connect (fd, (struct sockaddr *) &address, sizeof address) < 0) {
        close (fd);
        return -1;
    }
    return fd;
}

/* Reads a line, without its end. */
static gboolean
read_line (BwPort *port, int fd, char *ret_line, GCancellable *cancellable, GError **error)
{
    int64_t deadline_us = g_get_monotonic_time () + ANSWER_TIMEOUT_US;

    for (size_t used = 0; used < MAX_ANSWER_BYTES; used++) {
        ssize_t n = _bw_port_read_fd (port, fd, BW_CAUSE_LOST, ret_line + used, 1, deadline_us,
                                      cancellable, error);

        if (n == 0)
            bw_set_error (error, BW_CAUSE_PROTOCOL, _ ("the control socket does not answer"));
        if (n <= 0)
            return FALSE;
        if (ret_line[used] == '\n') {
            ret_line[used] = '\0';
            return TRUE;
        }
    }
    bw_set_error (error, BW_CAUSE_PROTOCOL, _ ("the control socket answers without end"));
    return FALSE;
}

static gboolean
read_answer (BwPort *port, int fd, GCancellable *cancellable, GError **error)
{
    char answer[MAX_ANSWER_BYTES] = { 0 };
    g_autofree char *printable = NULL;

    if (!read_line (port, fd, answer, cancellable, error))
        return FALSE;
    if (strcmp (answer, "ok") == 0 || g_str_has_prefix (answer, "ok "))
        return TRUE;
    printable = g_strescape (answer, NULL);
    bw_set_error (error, BW_CAUSE_PROTOCOL, _ ("the control socket answers \"%s\""), printable);
    return FALSE;
}

gboolean
_bw_tty_control_order (BwPort *port,
                       int fd,
                       const char *order,
                       GCancellable *cancellable,
                       GError **error)
{
    /* an order fits into any socket buffer, so a send that would block is a dead board */
    if (send (fd, order, strlen (order), MSG_NOSIGNAL) != (ssize_t) strlen (order)) {
        bw_set_error (error, BW_CAUSE_LOST, _ ("the control socket takes no order"));
        return FALSE;
    }
    return read_answer (port, fd, cancellable, error);
}
