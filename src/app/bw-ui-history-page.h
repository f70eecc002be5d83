/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "boardwalk.h"

G_BEGIN_DECLS

/* What was done with one board before, newest first. Threads: main thread. */

#define BW_UI_TYPE_HISTORY_PAGE (bw_ui_history_page_get_type ())
G_DECLARE_FINAL_TYPE (BwUiHistoryPage, bw_ui_history_page, BW_UI, HISTORY_PAGE, AdwBin)

/**
 * bw_ui_history_page_set_board:
 * @self: a page
 * @board: (nullable): whose jobs to list
 * @store: (nullable): where they are kept
 */
void bw_ui_history_page_set_board (BwUiHistoryPage *self, BwBoard *board, BwStore *store);

/**
 * bw_ui_history_page_update:
 * @self: a page; looks again if a job began or ended meanwhile
 */
void bw_ui_history_page_update (BwUiHistoryPage *self);

G_END_DECLS
