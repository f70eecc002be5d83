/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "boardwalk.h"
#include "bw-ui-log-view.h"
#include "bw-ui-shelf.h"

G_BEGIN_DECLS

/* One board: its state above, its facts, firmware, log and history on four pages. Threads: main
 * thread. */

#define BW_UI_TYPE_BOARD_PAGE (bw_ui_board_page_get_type ())
G_DECLARE_FINAL_TYPE (BwUiBoardPage, bw_ui_board_page, BW_UI, BOARD_PAGE, AdwBin)

/**
 * bw_ui_board_page_setup:
 * @self: a page
 * @shelf: (transfer none): the firmware that is chosen, and the settings
 */
void bw_ui_board_page_setup (BwUiBoardPage *self, BwUiShelf *shelf);

/**
 * bw_ui_board_page_set_board:
 * @self: a page
 * @board: (nullable): the board to show
 * @store: (nullable): where its history is kept
 */
void bw_ui_board_page_set_board (BwUiBoardPage *self, BwBoard *board, BwStore *store);

/**
 * bw_ui_board_page_show_page:
 * @self: a page
 * @name: "overview", "firmware", "log" or "history"
 */
void bw_ui_board_page_show_page (BwUiBoardPage *self, const char *name);

/**
 * bw_ui_board_page_get_page:
 * @self: a page
 *
 * Returns: (transfer none): name of the page on screen
 */
const char *bw_ui_board_page_get_page (BwUiBoardPage *self);

/**
 * bw_ui_board_page_get_log_view:
 * @self: a page
 *
 * Returns: (transfer none): its log page
 */
BwUiLogView *bw_ui_board_page_get_log_view (BwUiBoardPage *self);

/**
 * bw_ui_board_page_set_alone:
 * @self: a page
 * @is_alone: no list stands beside it: there has to be a way back
 */
void bw_ui_board_page_set_alone (BwUiBoardPage *self, gboolean is_alone);

/**
 * bw_ui_board_page_get_header:
 * @self: a page
 *
 * Returns: (transfer none): its header bar, which is as high as the one beside it
 */
GtkWidget *bw_ui_board_page_get_header (BwUiBoardPage *self);

/**
 * bw_ui_board_page_get_flash:
 * @self: a page
 *
 * Returns: (transfer none): its button that flashes
 */
GtkWidget *bw_ui_board_page_get_flash (BwUiBoardPage *self);

G_END_DECLS
