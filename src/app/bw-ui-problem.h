/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "boardwalk.h"

G_BEGIN_DECLS

/* Why a board needs attention, in three lines: what happened, why we think so, what to do.
 * Threads: main thread. */

#define BW_UI_TYPE_PROBLEM (bw_ui_problem_get_type ())
G_DECLARE_FINAL_TYPE (BwUiProblem, bw_ui_problem, BW_UI, PROBLEM, AdwBin)

/**
 * bw_ui_problem_is_there:
 * @board: (nullable): a board
 *
 * Returns: %TRUE if a person has to do something about it, which its lines say
 */
gboolean bw_ui_problem_is_there (BwBoard *board);

/**
 * bw_ui_problem_show:
 * @self: the lines
 * @board: (nullable): whose trouble to show; nothing is shown when it has none
 */
void bw_ui_problem_show (BwUiProblem *self, BwBoard *board);

/**
 * bw_ui_problem_set_narrow:
 * @self: the card
 * @is_narrow: it has the width of a telephone: more lines of it are kept on screen where the window
 *   is low, and what matters less is a picture, so that the way on can be read
 */
void bw_ui_problem_set_narrow (BwUiProblem *self, gboolean is_narrow);

/**
 * bw_ui_problem_dup_details:
 * @board: a board
 *
 * Returns: (transfer full): everything a person would be asked for in a report about its last job
 */
char *bw_ui_problem_dup_details (BwBoard *board);

G_END_DECLS
