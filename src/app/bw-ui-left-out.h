/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "boardwalk.h"

G_BEGIN_DECLS

/* Which of several boards a plan is not for, and why; the rest goes on without them. A single board is
 * judged as well, and nothing is shown of it. Threads: main thread. */

#define BW_UI_TYPE_LEFT_OUT (bw_ui_left_out_get_type ())
G_DECLARE_FINAL_TYPE (BwUiLeftOut, bw_ui_left_out, BW_UI, LEFT_OUT, AdwBin)

/**
 * bw_ui_left_out_show:
 * @self: the list
 * @plan: what is to be done
 * @boards: (transfer none) (element-type BwBoard): to which boards
 */
void bw_ui_left_out_show (BwUiLeftOut *self, BwPlan *plan, GPtrArray *boards);

/**
 * bw_ui_left_out_get_rest:
 * @self: the list
 *
 * Returns: (transfer none) (element-type BwBoard): the boards it will be done to; the array stays as
 *   it is, others are shown by another one
 */
GPtrArray *bw_ui_left_out_get_rest (BwUiLeftOut *self);

/**
 * bw_ui_left_out_is_hopeless:
 * @self: the list
 *
 * Returns: %TRUE when something that nobody may override is wrong with every one of the boards
 */
gboolean bw_ui_left_out_is_hopeless (BwUiLeftOut *self);

/**
 * bw_ui_left_out_has_doubts:
 * @self: the list
 *
 * Returns: %TRUE when a person may override all that is wrong with one of the boards, whether that
 *   is done or not
 */
gboolean bw_ui_left_out_has_doubts (BwUiLeftOut *self);

/**
 * bw_ui_left_out_count_unproved:
 * @self: the list
 *
 * Returns: of how many boards it is known that nobody can compare what is written to them
 */
unsigned bw_ui_left_out_count_unproved (BwUiLeftOut *self);

G_END_DECLS
