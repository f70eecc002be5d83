/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the hubs above an adapter say of the current it takes: the kernel counts, for each port of
 * each hub, how often the hub reported over-current there (Documentation/ABI/testing/sysfs-bus-usb,
 * over_current_count). Reads files only. Threads: any but the interface's; one object, one thread. */

typedef struct BwHubPower BwHubPower;

/**
 * bw_hub_power_new:
 * @sys: folder of the kernel's devices, "/sys" outside tests
 * @address: address of a port
 *
 * Takes down the counts of all hub ports between the adapter and the computer.
 *
 * Returns: (transfer full) (nullable): freed with bw_hub_power_free(); %NULL for what is no serial
 *   port on USB
 */
BwHubPower *bw_hub_power_new (const char *sys, const char *address);

/**
 * bw_hub_power_dup_trip:
 * @self: (nullable): what was counted
 *
 * Works as well when the adapter has gone.
 *
 * Returns: (transfer full) (nullable): what a hub has reported since, for people: "over-current at
 *   port 2 of USB hub 1-1", of the hub next to the adapter if there are several; %NULL: nothing
 */
char *bw_hub_power_dup_trip (const BwHubPower *self);

/**
 * bw_hub_power_free:
 * @self: (nullable) (transfer full): what was counted
 */
void bw_hub_power_free (BwHubPower *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwHubPower, bw_hub_power_free)

G_END_DECLS
