/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "boardwalk.h"

G_BEGIN_DECLS

/* What one plan does to one board or several: where boards differ, what is lost on which of them
 * comes first, then one list for each group of boards treated alike. Threads: main thread. */

#define BW_UI_TYPE_PLANS (bw_ui_plans_get_type ())
G_DECLARE_FINAL_TYPE (BwUiPlans, bw_ui_plans, BW_UI, PLANS, AdwBin)

/**
 * bw_ui_plans_show:
 * @self: the lists
 * @plan: what to list
 * @boards: (transfer none) (element-type BwBoard): for which boards
 */
void bw_ui_plans_show (BwUiPlans *self, BwPlan *plan, GPtrArray *boards);

/**
 * bw_ui_plans_has_loss:
 * @self: the lists
 *
 * Returns: %TRUE when something would be lost on any of the boards
 */
gboolean bw_ui_plans_has_loss (BwUiPlans *self);

G_END_DECLS
