/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-port.h"

G_BEGIN_DECLS

/**
 * _bw_socket_connect:
 * @address: "scheme://host:port", a number of a port is required
 * @cancellable: (nullable): ends the wait
 * @error: where to put the reason: %BW_CAUSE_USAGE for an address that cannot be,
 * %BW_CAUSE_NO_SUCH_PORT when nobody is there, %BW_CAUSE_CANCELLED
 *
 * Connects over TCP, within 5 s, with Nagle's delay off. Threads: any but the interface's.
 *
 * Returns: (transfer full) (nullable): a non-blocking socket.
 */
GSocketConnection *
_bw_socket_connect (const char *address, GCancellable *cancellable, GError **error);

G_END_DECLS
