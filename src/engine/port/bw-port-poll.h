/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-port.h"

G_BEGIN_DECLS

/* Waiting on a descriptor and on a cancel at once, and the transfers on top of it that tty and
 * socket share. Threads: the one that owns the port. Descriptors are non-blocking. */

typedef enum {
    BW_POLL_READY,
    BW_POLL_DEADLINE,
    BW_POLL_FAILED,
} BwPollResult;

/**
 * _bw_port_poll:
 * @self: the port the descriptor belongs to
 * @fd: a descriptor; -1 waits for time or cancel only
 * @events: POLLIN, POLLOUT
 * @deadline_us: until when
 * @cancellable: (nullable): ends the wait
 * @error: set with %BW_POLL_FAILED: cancelled, or the system refuses to poll
 *
 * A descriptor that hung up counts as ready: the transfer that follows finds out.
 *
 * Returns: what ended the wait.
 */
BwPollResult _bw_port_poll (BwPort *self,
                            int fd,
                            short events,
                            int64_t deadline_us,
                            GCancellable *cancellable,
                            GError **error);

/**
 * _bw_port_read_fd:
 * @self: the port
 * @fd: its descriptor
 * @gone: cause to report when the other end has gone
 * @ret_buf: where bytes go
 * @len: room
 * @deadline_us: until when
 * @cancellable: (nullable): ends the wait
 * @error: where to put the reason
 *
 * Returns: as bw_port_read().
 */
ssize_t _bw_port_read_fd (BwPort *self,
                          int fd,
                          BwCause gone,
                          void *ret_buf,
                          size_t len,
                          int64_t deadline_us,
                          GCancellable *cancellable,
                          GError **error);

/**
 * _bw_port_write_fd:
 * @self: the port
 * @fd: its descriptor
 * @gone: cause to report when the other end has gone
 * @buf: what to write
 * @len: how many bytes, 1 or more
 * @deadline_us: until when
 * @cancellable: (nullable): ends the wait
 * @error: where to put the reason
 *
 * Returns: how many bytes the system took; fewer than @len and @error set if it did not take all.
 */
size_t _bw_port_write_fd (BwPort *self,
                          int fd,
                          BwCause gone,
                          const void *buf,
                          size_t len,
                          int64_t deadline_us,
                          GCancellable *cancellable,
                          GError **error);

G_END_DECLS
