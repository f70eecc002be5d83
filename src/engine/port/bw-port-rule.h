/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A udev rule that gives one kind of adapter to whoever sits at the machine: for those who run the
 * station without having installed it, and for adapters that no board is known for. Threads: any but
 * the interface's; reads files only. */

/* In front of 73-seat-late.rules, where seats are given their devices. */
#define BW_PORT_RULE_FILE "/etc/udev/rules.d/70-boardwalk-port.rules"

/**
 * bw_port_rule_dup:
 * @sys: folder of the kernel's devices, "/sys" outside tests
 * @path: of a serial port
 *
 * Returns: (transfer full) (nullable): text of the file, with comments; %NULL if it is not on USB
 */
char *bw_port_rule_dup (const char *sys, const char *path);

G_END_DECLS
