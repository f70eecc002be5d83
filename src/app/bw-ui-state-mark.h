/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "boardwalk.h"

G_BEGIN_DECLS

/* The state of a board as shape and colour: its icon, or a ring that fills while it works.
 * Decoration for the eye: the word stands beside it. Threads: main thread. */

#define BW_UI_TYPE_STATE_MARK (bw_ui_state_mark_get_type ())
/* Property "pixel-size": edge length in pixels, 16 by default. */
G_DECLARE_FINAL_TYPE (BwUiStateMark, bw_ui_state_mark, BW_UI, STATE_MARK, GtkWidget)

/**
 * bw_ui_state_mark_show:
 * @self: a mark
 * @board: (nullable): whose state to show; %NULL shows nothing
 */
void bw_ui_state_mark_show (BwUiStateMark *self, BwBoard *board);

/**
 * bw_ui_state_add_class:
 * @widget: gets the style class of @state and loses those of all others
 * @state: a state
 */
void bw_ui_state_add_class (GtkWidget *widget, BwBoardState state);

/**
 * bw_ui_state_went_wrong:
 * @state: a state
 *
 * Returns: %TRUE for what ended and has to be seen to: failed, interrupted
 */
gboolean bw_ui_state_went_wrong (BwBoardState state);

G_END_DECLS
