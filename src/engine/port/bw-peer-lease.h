/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gio/gio.h>
#include <stdint.h>

#include "bw-error.h"

G_BEGIN_DECLS

/* Who talks to a server in the network: one job at a time, of all programs of this machine. A device
 * has a lock of its own; of servers some take a second caller, who then talks to the same board, and
 * one server has many names. Threads: any but the interface's; a lease may be freed on any. */

typedef struct BwPeerLease BwPeerLease;

/**
 * bw_peer_lease_take:
 * @address: as a person named it, for the words of an error
 * @host: name or address of the server
 * @port: its TCP port
 * @cancellable: (nullable): ends the wait for its addresses
 * @error: %BW_CAUSE_BUSY with who has it, %BW_CAUSE_CANCELLED
 *
 * Takes every address that @host has; all addresses of this machine are one. Where none can be found
 * the name is taken. The kernel gives the lease back when this process ends.
 *
 * Returns: (transfer full) (nullable): the lease
 */
BwPeerLease *bw_peer_lease_take (const char *address,
                                 const char *host,
                                 uint16_t port,
                                 GCancellable *cancellable,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_peer_lease_free:
 * @self: (nullable) (transfer full): a lease, given back
 */
void bw_peer_lease_free (BwPeerLease *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwPeerLease, bw_peer_lease_free)

G_END_DECLS
