/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Boards without hardware, played by the program boardwalk-vboard. Threads: main thread. */

/**
 * bw_ui_virtual_start:
 * @first: number of the first board, from 1; two boards with the same number are the same board
 * @count: how many
 * @error: set when the program is not there or does not start
 *
 * Starts the program; it ends when this one does. Its boards are found like any others.
 *
 * Returns: (transfer full) (nullable): the running program
 */
GSubprocess *
bw_ui_virtual_start (unsigned first, unsigned count, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
