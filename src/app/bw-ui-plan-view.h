/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "boardwalk.h"

G_BEGIN_DECLS

/* A plan in plain words: before the work the list of what will happen and what will be lost, during
 * the work the same list ticked off line by line, afterwards the record. Threads: main thread. */

#define BW_UI_TYPE_PLAN_VIEW (bw_ui_plan_view_get_type ())
G_DECLARE_FINAL_TYPE (BwUiPlanView, bw_ui_plan_view, BW_UI, PLAN_VIEW, AdwBin)

/**
 * bw_ui_plan_view_new:
 *
 * Returns: (transfer floating): an empty list
 */
GtkWidget *bw_ui_plan_view_new (void);

/**
 * bw_ui_plan_view_show:
 * @self: a list
 * @plan: (nullable): what to list
 * @info: (nullable): the board, where it is known
 * @job: (nullable): the job that carries it out
 */
void bw_ui_plan_view_show (BwUiPlanView *self, BwPlan *plan, BwBoardInfo *info, BwJob *job);

G_END_DECLS
