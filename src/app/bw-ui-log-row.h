/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "boardwalk.h"

G_BEGIN_DECLS

/* One line of a board's log, in the colour of its level. Threads: main thread. */

#define BW_UI_TYPE_LOG_ROW (bw_ui_log_row_get_type ())
G_DECLARE_FINAL_TYPE (BwUiLogRow, bw_ui_log_row, BW_UI, LOG_ROW, GtkBox)

/**
 * bw_ui_log_row_new:
 *
 * Returns: (transfer floating): a row that shows nothing yet
 */
GtkWidget *bw_ui_log_row_new (void);

/**
 * bw_ui_log_row_show:
 * @self: a row
 * @line: the line to show
 * @has_time: whether its time stands before it
 * @needle: (nullable): text to mark wherever it occurs, capital letters or not
 */
void
bw_ui_log_row_show (BwUiLogRow *self, const BwLogLine *line, gboolean has_time, const char *needle);

G_END_DECLS
