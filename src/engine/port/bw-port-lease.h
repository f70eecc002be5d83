/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-error.h"

G_BEGIN_DECLS

/* One place where ports are taken, so that two jobs of one process never talk to one board.
 * (Between processes the lock of the device does that.) Threads: any. */

/**
 * bw_port_lease_take:
 * @name: name of the port: the real path of a device, or an address
 * @error: where to put the reason: %BW_CAUSE_BUSY
 *
 * Returns: TRUE if the port is now taken by the caller.
 */
gboolean bw_port_lease_take (const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_port_lease_give_back:
 * @name: (nullable): a name that was taken
 */
void bw_port_lease_give_back (const char *name);

G_END_DECLS
