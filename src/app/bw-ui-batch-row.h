/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "boardwalk.h"

G_BEGIN_DECLS

/* One board among several: its name, its state and its bar on one line. Threads: main thread. */

#define BW_UI_TYPE_BATCH_ROW (bw_ui_batch_row_get_type ())
G_DECLARE_FINAL_TYPE (BwUiBatchRow, bw_ui_batch_row, BW_UI, BATCH_ROW, AdwBin)

/**
 * bw_ui_batch_row_new:
 *
 * Returns: (transfer floating): a row that shows nothing yet
 */
GtkWidget *bw_ui_batch_row_new (void);

/**
 * bw_ui_batch_row_set_board:
 * @self: a row
 * @board: (nullable): what to show
 */
void bw_ui_batch_row_set_board (BwUiBatchRow *self, BwBoard *board);

G_END_DECLS
