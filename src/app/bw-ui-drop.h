/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Firmware files, or the address of one as a text, dropped on a widget. Threads: main thread. */

/**
 * BwUiDropBoardsFunc:
 * @owner: the widget given to bw_ui_drop_attach()
 *
 * Returns: (transfer full) (element-type BwBoard): the boards that a drop here is meant for
 */
typedef GPtrArray *(*BwUiDropBoardsFunc) (GtkWidget *owner);

/**
 * bw_ui_drop_attach:
 * @owner: activates the action "win.load" with the files and the addresses of the boards
 * @target: where files may be dropped: @owner or a part of it
 * @boards: which boards a drop is meant for
 *
 * Lets files be dropped on @target.
 */
void bw_ui_drop_attach (GtkWidget *owner, GtkWidget *target, BwUiDropBoardsFunc boards);

G_END_DECLS
