/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "boardwalk.h"

G_BEGIN_DECLS

/* All boards, as a list with headings or as a grid of cards: filtered, sorted, selectable one by
 * one or many at once. Boards are sorted when the order is chosen and when one is added, never
 * because work goes on. Threads: main thread. */

#define BW_UI_TYPE_BOARD_LIST (bw_ui_board_list_get_type ())
G_DECLARE_FINAL_TYPE (BwUiBoardList, bw_ui_board_list, BW_UI, BOARD_LIST, AdwBin)

/**
 * bw_ui_board_list_set_station:
 * @self: a list
 * @station: whose boards to show, once and for good
 */
void bw_ui_board_list_set_station (BwUiBoardList *self, BwStation *station);

/**
 * bw_ui_board_list_get_selection:
 * @self: a list
 *
 * Returns: (transfer none): the boards shown and which of them are selected
 */
GtkSelectionModel *bw_ui_board_list_get_selection (BwUiBoardList *self);

/**
 * bw_ui_board_list_dup_selected:
 * @self: a list
 *
 * Returns: (transfer full) (element-type BwBoard): the selected boards in the order shown
 */
GPtrArray *bw_ui_board_list_dup_selected (BwUiBoardList *self);

/**
 * bw_ui_board_list_select:
 * @self: a list
 * @board: (nullable): the only one to be selected; %NULL selects none
 */
void bw_ui_board_list_select (BwUiBoardList *self, BwBoard *board);

/**
 * bw_ui_board_list_focus:
 * @self: a list of boards on screen
 *
 * Gives the keyboard to the list.
 *
 * Returns: %FALSE as long as it has no rows on screen
 */
gboolean bw_ui_board_list_focus (BwUiBoardList *self);

/**
 * bw_ui_board_list_set_grid:
 * @self: a list
 * @is_grid: cards instead of rows
 */
void bw_ui_board_list_set_grid (BwUiBoardList *self, gboolean is_grid);

/**
 * bw_ui_board_list_set_selecting:
 * @self: a list
 * @is_selecting: a click picks boards one by one
 */
void bw_ui_board_list_set_selecting (BwUiBoardList *self, gboolean is_selecting);

/**
 * bw_ui_board_list_set_filter:
 * @self: a list
 * @text: (nullable): only boards that have this in name, place, chip, MAC, application or state;
 *   what comes to have it joins them, and none of them leaves before the text changes
 */
void bw_ui_board_list_set_filter (BwUiBoardList *self, const char *text);

/**
 * bw_ui_board_list_set_order:
 * @self: a list
 * @order: "place", "name" or "state"
 */
void bw_ui_board_list_set_order (BwUiBoardList *self, const char *order);

G_END_DECLS
