/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "boardwalk.h"

G_BEGIN_DECLS

/* The sheet before the work: what will be done with which boards, what will be lost, how it fits.
 * Threads: main thread. */

#define BW_UI_TYPE_PLAN_DIALOG (bw_ui_plan_dialog_get_type ())
G_DECLARE_FINAL_TYPE (BwUiPlanDialog, bw_ui_plan_dialog, BW_UI, PLAN_DIALOG, AdwWindow)

/* Signal "confirmed" (BwPlan *, GPtrArray * of BwBoard): the person wants exactly this plan carried out
 * on exactly these boards: those it is for. The window closes afterwards. */

/**
 * bw_ui_plan_dialog_new:
 * @parent: the window it stands before
 * @settings: (transfer none): defaults of the options
 * @boards: (transfer none) (element-type BwBoard): for which boards
 * @action: %BW_ACTION_FLASH, %BW_ACTION_VERIFY or %BW_ACTION_ERASE
 * @firmware: (nullable): what to write or compare
 * @again: (nullable): the ERASE job that is done once more; %NULL = erase everything
 *
 * Returns: (transfer floating): the sheet, not yet shown
 */
GtkWidget *bw_ui_plan_dialog_new (GtkWindow *parent,
                                  BwSettings *settings,
                                  GPtrArray *boards,
                                  BwAction action,
                                  BwFirmware *firmware,
                                  const BwStoredJob *again);

/**
 * bw_ui_plan_dialog_needs_person:
 * @self: a sheet
 *
 * Returns: %TRUE when something would be lost, does not fit or has to be decided, so that a person
 *   has to see it
 */
gboolean bw_ui_plan_dialog_needs_person (BwUiPlanDialog *self);

/**
 * bw_ui_plan_dialog_confirm:
 * @self: a sheet; behaves as if its button had been pressed
 */
void bw_ui_plan_dialog_confirm (BwUiPlanDialog *self);

G_END_DECLS
