/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-port.h"

G_BEGIN_DECLS

/**
 * _bw_socket_connect:
 * @address: "scheme://host:port", a number of a port is required
 * @cancellable: (nullable): ends the wait
 * @error: where to put the reason: %BW_CAUSE_USAGE for an address that cannot be,
 * %BW_CAUSE_BUSY when another job of this machine talks to it, by whatever name,
 * %BW_CAUSE_NO_SUCH_PORT when nobody is there, %BW_CAUSE_CANCELLED
 *
 * Connects over TCP, within 5 s, with Nagle's delay off. The server belongs to the caller until the
 * connection is freed. Threads: any but the interface's.
 *
 * Returns: (transfer full) (nullable): a non-blocking socket.
 */
GSocketConnection *
_bw_socket_connect (const char *address, GCancellable *cancellable, GError **error);

/**
 * _bw_socket_explain_hangup:
 * @address: the server's
 * @said: (array length=len) (nullable): what came before it hung up
 * @len: bytes of @said
 * @error: where to put the reason: %BW_CAUSE_BUSY when the server kept quiet or said so,
 * %BW_CAUSE_NO_SERIAL_PORT with its words when it said anything else
 *
 * Names the reason when a server hangs up on a caller it has only just taken, before anything of a
 * board can have come. Threads: any.
 */
void
_bw_socket_explain_hangup (const char *address, const uint8_t *said, size_t len, GError **error);

G_END_DECLS
