/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-port.h"

G_BEGIN_DECLS

/* Control lines of a virtual board on a pty. A pty has none, so the board listens on a Unix socket
 * named like the port with ".ctl" behind it. Each order is a line of text: "lines D R" (0 or 1
 * each: DTR, RTS) or "break 0|1". Each is answered by a line, "ok" or "ok …", once it has taken
 * effect. Threads: the one that owns the port. */

/**
 * _bw_tty_control_connect:
 * @path: path of the port as the user named it
 *
 * Returns: a socket; -1 if there is none or nobody listens.
 */
int _bw_tty_control_connect (const char *path);

/**
 * _bw_tty_control_order:
 * @port: the port, for its errors and cancels
 * @fd: the socket
 * @order: the line, with its end
 * @cancellable: (nullable): ends the wait
 * @error: where to put the reason: %BW_CAUSE_LOST if the board has gone, %BW_CAUSE_PROTOCOL if it
 * answers anything else or nothing within 2 s
 *
 * Returns: TRUE when the board did it.
 */
gboolean _bw_tty_control_order (BwPort *port,
                                int fd,
                                const char *order,
                                GCancellable *cancellable,
                                GError **error);

G_END_DECLS
