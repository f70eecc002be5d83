/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A udev rule that keeps brltty from one adapter and from nothing else. brltty is how blind people
 * read their screen: who removes it, or all of its rules, may take the screen from somebody.
 * Threads: any but the interface's; reads files only. */

/* Behind brltty's own rules, 85-brltty.rules and 90-brltty-*.rules. */
#define BW_BRLTTY_RULE_FILE "/etc/udev/rules.d/95-boardwalk-no-braille.rules"

/**
 * bw_brltty_rule_dup:
 * @sys: folder of the kernel's devices, "/sys" outside tests
 * @place: (nullable): where the adapter is on the bus: "1-2.3"
 *
 * The adapter is told by its serial number if that is one of its own, else by its socket. What the
 * rule undoes is the start of brltty by systemd, which udev is asked for when the adapter appears; a
 * brltty that was started by hand or at boot leaves adapters alone that do not say that they are
 * Braille displays (since 5.5).
 *
 * Returns: (transfer full) (nullable): text of the file, with comments; %NULL if the adapter is not
 *   there
 */
char *bw_brltty_rule_dup (const char *sys, const char *place);

G_END_DECLS
