/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-port.h"

G_BEGIN_DECLS

/* The kinds of port that an address can name. Each opener takes the whole address, and what is
 * left of it behind the scheme; see bw_port_open() for the rest. */

/**
 * _bw_port_tty_open:
 * @address: the whole address
 * @path: path of a device or of a link to one
 * @cancellable: (nullable): stops the opening
 * @error: where to put the reason
 *
 * Returns: (transfer full) (nullable): an open port.
 */
BwPort *_bw_port_tty_open (const char *address,
                           const char *path,
                           GCancellable *cancellable,
                           GError **error);

/**
 * _bw_port_tcp_open:
 * @address: the whole address
 * @place: host:port
 * @cancellable: (nullable): stops the opening
 * @error: where to put the reason
 *
 * Returns: (transfer full) (nullable): an open port.
 */
BwPort *_bw_port_tcp_open (const char *address,
                           const char *place,
                           GCancellable *cancellable,
                           GError **error);

/**
 * _bw_port_rfc2217_open:
 * @address: the whole address
 * @place: host:port
 * @cancellable: (nullable): stops the opening
 * @error: where to put the reason
 *
 * Returns: (transfer full) (nullable): an open port.
 */
BwPort *_bw_port_rfc2217_open (const char *address,
                               const char *place,
                               GCancellable *cancellable,
                               GError **error);

G_END_DECLS
