/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-ui-board-item.h"

G_BEGIN_DECLS

/* A board as a row of the list. Threads: main thread. */

#define BW_UI_TYPE_BOARD_ROW (bw_ui_board_row_get_type ())
G_DECLARE_FINAL_TYPE (BwUiBoardRow, bw_ui_board_row, BW_UI, BOARD_ROW, BwUiBoardItem)

/**
 * bw_ui_board_row_new:
 *
 * Returns: (transfer floating): a row that shows nothing yet
 */
GtkWidget *bw_ui_board_row_new (void);

G_END_DECLS
