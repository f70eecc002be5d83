/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "boardwalk.h"
#include "bw-ui-state-mark.h"
#include "bw-ui-watch.h"

G_BEGIN_DECLS

/* One board in the list or the grid: what rows and cards have in common. A subclass brings a
 * template with these children and binds them with bw_ui_board_item_class_bind().
 * Threads: main thread. */

#define BW_UI_TYPE_BOARD_ITEM (bw_ui_board_item_get_type ())
G_DECLARE_DERIVABLE_TYPE (BwUiBoardItem, bw_ui_board_item, BW_UI, BOARD_ITEM, GtkBox)

struct _BwUiBoardItemClass {
    GtkBoxClass parent_class;
};

/**
 * bw_ui_board_item_class_bind:
 * @widget_class: class of a subclass whose template is set already
 *
 * Binds the template's children: heading, frame, check, mark, name, chip, state, running, place, mac,
 * amount, time_left, note, progress.
 */
void bw_ui_board_item_class_bind (GtkWidgetClass *widget_class);

/**
 * bw_ui_board_item_attach:
 * @self: an item whose template is set up; called once by the subclass
 */
void bw_ui_board_item_attach (BwUiBoardItem *self);

/**
 * bw_ui_board_item_bind:
 * @self: an item
 * @list_item: the place in the list it shows from now on; its item is a #BwBoard
 */
void bw_ui_board_item_bind (BwUiBoardItem *self, GtkListItem *list_item);

/**
 * bw_ui_board_item_unbind:
 * @self: an item; shows nothing from now on
 */
void bw_ui_board_item_unbind (BwUiBoardItem *self);

/**
 * bw_ui_board_item_get_list_item:
 * @self: an item
 *
 * Returns: (transfer none) (nullable): the place it shows
 */
GtkListItem *bw_ui_board_item_get_list_item (BwUiBoardItem *self);

/**
 * bw_ui_board_item_set_heading:
 * @self: an item
 * @heading: (nullable): name of the group that begins with this item
 */
void bw_ui_board_item_set_heading (BwUiBoardItem *self, const char *heading);

/**
 * bw_ui_board_item_set_selecting:
 * @self: an item
 * @is_selecting: whether a click picks boards one by one, with a check mark to show it
 */
void bw_ui_board_item_set_selecting (BwUiBoardItem *self, gboolean is_selecting);

G_END_DECLS
