/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "boardwalk.h"

G_BEGIN_DECLS

/* Talks to a board: a line to send, what was sent before, the rate of the line, and whether to
 * listen. Threads: main thread. */

#define BW_UI_TYPE_LOG_SEND (bw_ui_log_send_get_type ())
G_DECLARE_FINAL_TYPE (BwUiLogSend, bw_ui_log_send, BW_UI, LOG_SEND, AdwBin)

/**
 * bw_ui_log_send_set_board:
 * @self: the bar
 * @board: (nullable): whom to talk to
 */
void bw_ui_log_send_set_board (BwUiLogSend *self, BwBoard *board);

/**
 * bw_ui_log_send_update:
 * @self: the bar; shows the state its board has now
 */
void bw_ui_log_send_update (BwUiLogSend *self);

/**
 * bw_ui_log_send_focus:
 * @self: the bar; the next key typed goes into its entry
 */
void bw_ui_log_send_focus (BwUiLogSend *self);

G_END_DECLS
