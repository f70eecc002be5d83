/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Boards without hardware, played by the program boardwalk-vboard. Threads: main thread. */

/**
 * BwUiVirtualFunc:
 * @error: (nullable): why there are fewer boards than were asked for, or why nobody finds them:
 *   %G_IO_ERROR_NOT_FOUND where the program itself is missing, else %G_IO_ERROR_FAILED with the last
 *   that was heard of it; %NULL when all boards are there
 * @first: which boards, as they were started
 * @user_data: as given
 *
 * Called on the main thread, whenever there is news.
 */
typedef void (*BwUiVirtualFunc) (const GError *error, unsigned first, gpointer user_data);

/**
 * bw_ui_virtual_start:
 * @first: number of the first board, from 1; two boards with the same number are the same board
 * @count: how many
 * @name: what they are called; several get numbers
 * @func: called with what comes of it
 * @user_data: for @func; lives as long as the main loop runs
 *
 * Starts the program, in a thread that stays until it ends; it ends when this one does. Its boards
 * are found like any others.
 */
void bw_ui_virtual_start (unsigned first,
                          unsigned count,
                          const char *name,
                          BwUiVirtualFunc func,
                          gpointer user_data);

G_END_DECLS
