/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Boards without hardware, played by the program boardwalk-vboard. Threads: main thread. */

/**
 * bw_ui_virtual_start_async:
 * @first: number of the first board, from 1; two boards with the same number are the same board
 * @count: how many
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Starts the program, in a thread that stays until it ends; it ends when this one does. Its boards
 * are found like any others.
 */
void bw_ui_virtual_start_async (unsigned first,
                                unsigned count,
                                GAsyncReadyCallback callback,
                                gpointer user_data);

/**
 * bw_ui_virtual_start_finish:
 * @result: what the callback was given
 * @error: set when the program is not there or does not start
 *
 * Returns: (transfer full) (nullable): the running program
 */
GSubprocess *bw_ui_virtual_start_finish (GAsyncResult *result,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
