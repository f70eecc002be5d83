/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-ui-board-item.h"

G_BEGIN_DECLS

/* A board as a card of the grid: readable from two metres. Threads: main thread. */

#define BW_UI_TYPE_BOARD_CARD (bw_ui_board_card_get_type ())
G_DECLARE_FINAL_TYPE (BwUiBoardCard, bw_ui_board_card, BW_UI, BOARD_CARD, BwUiBoardItem)

/**
 * bw_ui_board_card_new:
 *
 * Returns: (transfer floating): a card that shows nothing yet
 */
GtkWidget *bw_ui_board_card_new (void);

G_END_DECLS
