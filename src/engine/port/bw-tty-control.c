/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-port"
#include "config.h"

#include "bw-tty-control.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bw-port-poll.h"

#define CONTROL_SUFFIX ".ctl"
#define ANSWER "ok\n"
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

static gboolean
read_answer (BwPort *port, int fd, GCancellable *cancellable, GError **error)
{
    int64_t deadline_us = g_get_monotonic_time () + ANSWER_TIMEOUT_US;
    char answer[sizeof ANSWER] = { 0 };
    size_t used = 0;

    while (used < strlen (ANSWER)) {
        ssize_t n = _bw_port_read_fd (port, fd, BW_CAUSE_LOST, answer + used,
                                      strlen (ANSWER) - used, deadline_us, cancellable, error);

        if (n == 0)
            bw_set_error (error, BW_CAUSE_PROTOCOL, "the control socket does not answer");
        if (n <= 0)
            return FALSE;
        used += (size_t) n;
    }
    if (strcmp (answer, ANSWER) == 0)
        return TRUE;
    bw_set_error (error, BW_CAUSE_PROTOCOL, "the control socket answers something else than ok");
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
        bw_set_error (error, BW_CAUSE_LOST, "the control socket takes no order");
        return FALSE;
    }
    return read_answer (port, fd, cancellable, error);
}
