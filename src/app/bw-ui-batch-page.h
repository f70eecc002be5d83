/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "boardwalk.h"

G_BEGIN_DECLS

/* Several boards at once: what they have in common, one button, one bar for each. Threads: main
 * thread. */

#define BW_UI_TYPE_BATCH_PAGE (bw_ui_batch_page_get_type ())
G_DECLARE_FINAL_TYPE (BwUiBatchPage, bw_ui_batch_page, BW_UI, BATCH_PAGE, AdwBin)

/**
 * bw_ui_batch_page_set_boards:
 * @self: a page
 * @boards: (transfer none) (element-type BwBoard): the selected boards
 */
void bw_ui_batch_page_set_boards (BwUiBatchPage *self, GListModel *boards);

/**
 * bw_ui_batch_page_set_alone:
 * @self: a page
 * @is_alone: no list stands beside it: there has to be a way back
 */
void bw_ui_batch_page_set_alone (BwUiBatchPage *self, gboolean is_alone);

/**
 * bw_ui_batch_page_get_header:
 * @self: a page
 *
 * Returns: (transfer none): its header bar, which is as high as the one beside it
 */
GtkWidget *bw_ui_batch_page_get_header (BwUiBatchPage *self);

/**
 * bw_ui_batch_page_get_flash:
 * @self: a page
 *
 * Returns: (transfer none): its button that flashes
 */
GtkWidget *bw_ui_batch_page_get_flash (BwUiBatchPage *self);

G_END_DECLS
