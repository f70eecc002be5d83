/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "boardwalk.h"

G_BEGIN_DECLS

/* What one board is: its flash drawn to scale, the plan of its job, its identity. Threads: main
 * thread. */

#define BW_UI_TYPE_OVERVIEW (bw_ui_overview_get_type ())
G_DECLARE_FINAL_TYPE (BwUiOverview, bw_ui_overview, BW_UI, OVERVIEW, AdwBin)

/**
 * bw_ui_overview_show:
 * @self: a page
 * @board: (nullable): whose facts to show
 */
void bw_ui_overview_show (BwUiOverview *self, BwBoard *board);

G_END_DECLS
