/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "boardwalk.h"

G_BEGIN_DECLS

/* The log of one board: a virtual list with search, levels, times, and a place to answer from.
 * Threads: main thread. */

#define BW_UI_TYPE_LOG_VIEW (bw_ui_log_view_get_type ())
G_DECLARE_FINAL_TYPE (BwUiLogView, bw_ui_log_view, BW_UI, LOG_VIEW, AdwBin)

/**
 * bw_ui_log_view_set_board:
 * @self: a view
 * @board: (nullable): whose log to show
 */
void bw_ui_log_view_set_board (BwUiLogView *self, BwBoard *board);

/**
 * bw_ui_log_view_set_settings:
 * @self: a view
 * @settings: (transfer none): keeps whether times are shown
 */
void bw_ui_log_view_set_settings (BwUiLogView *self, BwSettings *settings);

/**
 * bw_ui_log_view_update:
 * @self: a view; shows the state its board has now
 */
void bw_ui_log_view_update (BwUiLogView *self);

/**
 * bw_ui_log_view_focus_search:
 * @self: a view; the next key typed goes into its search entry
 */
void bw_ui_log_view_focus_search (BwUiLogView *self);

/**
 * bw_ui_log_view_focus_send:
 * @self: a view; the next key typed goes to the line to send
 */
void bw_ui_log_view_focus_send (BwUiLogView *self);

G_END_DECLS
