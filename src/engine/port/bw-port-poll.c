/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-port"
#include "config.h"

#include "bw-port-poll.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <poll.h>
#include <unistd.h>

#include "bw-port-private.h"

#define US_PER_MS 1000

/* A cancellable without descriptor (out of descriptors) is looked at this often. */
#define BLIND_WAIT_MS 50

static int
get_timeout_ms (int64_t deadline_us)
{
    int64_t left_us = 0;

    if (deadline_us == BW_PORT_NO_DEADLINE)
        return -1;
    left_us = deadline_us - g_get_monotonic_time ();
    if (left_us <= 0)
        return 0;
    return (int) MIN ((left_us + US_PER_MS - 1) / US_PER_MS, INT_MAX);
}

static gboolean
is_cancelled (GCancellable *cancellable, GError **error)
{
    if (!g_cancellable_is_cancelled (cancellable))
        return FALSE;
    bw_set_error (error, BW_CAUSE_CANCELLED, _ ("cancelled on request"));
    return TRUE;
}

BwPollResult
_bw_port_poll (BwPort *self,
               int fd,
               short events,
               int64_t deadline_us,
               GCancellable *cancellable,
               GError **error)
{
    struct pollfd fds[2] = { { .fd = fd, .events = events }, { .fd = -1, .events = POLLIN } };
    gboolean is_blind = FALSE;

    fds[1].fd = _bw_port_get_cancel_fd (self, cancellable);
    is_blind = cancellable != NULL && fds[1].fd < 0;
    for (;;) {
        int timeout_ms = get_timeout_ms (deadline_us);
        int n = 0;

        if (is_cancelled (cancellable, error))
            return BW_POLL_FAILED;
        if (is_blind && (timeout_ms < 0 || timeout_ms > BLIND_WAIT_MS))
            timeout_ms = BLIND_WAIT_MS;
        n = poll (fds, G_N_ELEMENTS (fds), timeout_ms);
        if (n < 0 && errno != EINTR && errno != EAGAIN) {
            bw_set_error (error, BW_CAUSE_INTERNAL, _ ("poll: %s"), g_strerror (errno));
            return BW_POLL_FAILED;
        }
        if (is_cancelled (cancellable, error))
            return BW_POLL_FAILED;
        if (n > 0 && fds[0].revents != 0)
            return BW_POLL_READY;
        if (deadline_us != BW_PORT_NO_DEADLINE && g_get_monotonic_time () >= deadline_us)
            return BW_POLL_DEADLINE;
    }
}

static gboolean
is_transient (int error_number)
{
    return error_number == EAGAIN || error_number == EINTR;
}

ssize_t
_bw_port_read_fd (BwPort *self,
                  int fd,
                  BwCause gone,
                  void *ret_buf,
                  size_t len,
                  int64_t deadline_us,
                  GCancellable *cancellable,
                  GError **error)
{
    for (;;) {
        BwPollResult polled = _bw_port_poll (self, fd, POLLIN, deadline_us, cancellable, error);
        ssize_t n = 0;

        if (polled != BW_POLL_READY)
            return polled == BW_POLL_DEADLINE ? 0 : -1;
        n = read (fd, ret_buf, len);
        if (n > 0)
            return n;
        if (n == 0) {
            bw_set_error (error, gone, _ ("the other end has closed"));
            return -1;
        }
        if (!is_transient (errno)) {
            bw_set_error (error, gone, _ ("read: %s"), g_strerror (errno));
            return -1;
        }
    }
}

size_t
_bw_port_write_fd (BwPort *self,
                   int fd,
                   BwCause gone,
                   const void *buf,
                   size_t len,
                   int64_t deadline_us,
                   GCancellable *cancellable,
                   GError **error)
{
    size_t done = 0;

    if (is_cancelled (cancellable, error))
        return 0;
    while (done < len) {
        ssize_t n = write (fd, (const uint8_t *) buf + done, len - done);
        BwPollResult polled = BW_POLL_READY;

        if (n >= 0) {
            done += (size_t) n;
            continue;
        }
        if (!is_transient (errno)) {
            bw_set_error (error, gone, _ ("write: %s"), g_strerror (errno));
            break;
        }
        polled = _bw_port_poll (self, fd, POLLOUT, deadline_us, cancellable, error);
        if (polled == BW_POLL_DEADLINE)
            bw_set_error (error, BW_CAUSE_TIMEOUT, _ ("the system took no more bytes in time"));
        if (polled != BW_POLL_READY)
            break;
    }
    return done;
}
