/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-window-follow"
#include "config.h"

#include "bw-ui-window-private.h"

/* Who takes one board out and puts the next one in means the next one: as long as nothing that is
 * selected is there any more, whatever appears is selected. */

static gboolean
is_choosing (BwUiWindow *self)
{
    g_autoptr (GVariant) state =
                   g_action_group_get_action_state (G_ACTION_GROUP (self), "selecting");

    return g_variant_get_boolean (state);
}

gboolean
_bw_ui_window_has_board_at_hand (BwUiWindow *self)
{
    g_autoptr (GPtrArray) boards = bw_ui_board_list_dup_selected (self->list);

    for (unsigned i = 0; i < boards->len; i++)
        if (bw_board_get_state (boards->pdata[i]) != BW_BOARD_GONE)
            return TRUE;
    return FALSE;
}

static void
on_presence (BwBoard *board, GParamSpec *pspec, BwUiWindow *self)
{
    if (bw_board_is_present (board) && !is_choosing (self)
        && !_bw_ui_window_has_board_at_hand (self))
        bw_ui_board_list_select (self->list, board);
}

static void
on_added (GListModel *station,
          unsigned position,
          unsigned removed,
          unsigned added,
          BwUiWindow *self)
{
    for (unsigned i = position; i < position + added; i++) {
        g_autoptr (BwBoard) board = g_list_model_get_item (station, i);

        g_signal_connect_object (board, "notify::is-present", G_CALLBACK (on_presence), self, 0);
        on_presence (board, NULL, self);
    }
}

void
_bw_ui_window_follow (BwUiWindow *self)
{
    g_signal_connect_object (self->station, "items-changed", G_CALLBACK (on_added), self,
                             G_CONNECT_AFTER);
    on_added (G_LIST_MODEL (self->station), 0, 0,
              g_list_model_get_n_items (G_LIST_MODEL (self->station)), self);
}
