/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Keeps ModemManager away from an adapter while it is worked on: where the daemon runs, it is asked
 * on the system bus to leave the device alone, and told when the work is over. Nothing waits for its
 * answer and nothing fails for it: without bus, daemon or right to ask, all is as it was.
 * Threads: any; the asking itself is done on the main context. Should the process end, the daemon
 * takes the request back by itself. */

/* It has to find the device first, and does so a moment after it was plugged in. */
#define BW_MODEM_GUARD_TRIES 10u
#define BW_MODEM_GUARD_PAUSE_MS 1000u

typedef struct BwModemGuard BwModemGuard;

/**
 * bw_modem_guard_new:
 * @address: address of a port
 *
 * Reads sysfs, so not on the interface's thread.
 *
 * Returns: (transfer full) (nullable): freed with bw_modem_guard_free(); %NULL for what is no serial
 *   port on USB
 */
BwModemGuard *bw_modem_guard_new (const char *address);

/**
 * bw_modem_guard_new_for_device:
 * @device: what ModemManager calls the device: its folder in sysfs
 *
 * Several may be kept for one device, such as an adapter with two ports.
 *
 * Returns: (transfer full): freed with bw_modem_guard_free()
 */
BwModemGuard *bw_modem_guard_new_for_device (const char *device);

/**
 * bw_modem_guard_free:
 * @self: (nullable) (transfer full): with the last one of its device ModemManager may come back
 */
void bw_modem_guard_free (BwModemGuard *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwModemGuard, bw_modem_guard_free)

G_END_DECLS
