/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-window-again"
#include "config.h"

#include <glib/gi18n.h>

#include "bw-ui-window-private.h"

/* "Try again": as long as the job is there, its plan runs once more; of one that went with an earlier
 * station the journal says what it was, and that is offered. */

static void
try_board_again (BwUiWindow *self, BwBoard *board)
{
    BwJob *job = bw_board_get_job (board);
    g_autoptr (GPtrArray) boards = g_ptr_array_new ();

    if (job == NULL || bw_board_is_busy (board))
        return;
    g_ptr_array_add (boards, board);
    _bw_ui_window_start (self, boards, bw_job_get_plan (job));
}

/* The board cannot be compared, and whether to write it all the same stands on the sheet. */
static gboolean
lacks_proof (BwBoard *board)
{
    BwJob *job = bw_board_get_job (board);

    return job != NULL && bw_plan_get_action (bw_job_get_plan (job)) == BW_ACTION_FLASH
           && bw_error_get_cause (bw_job_get_error (job)) == BW_CAUSE_NO_PROOF;
}

static gboolean
needs_sheet (BwBoard *board)
{
    /* under a job that failed since, what was torn off before it waits for its turn */
    return (bw_board_get_state (board) == BW_BOARD_INTERRUPTED
            && bw_board_get_interrupted (board) != NULL)
           || lacks_proof (board);
}

static gboolean
any_needs_sheet (GPtrArray *boards)
{
    for (unsigned i = 0; i < boards->len; i++)
        if (needs_sheet (boards->pdata[i]))
            return TRUE;
    return FALSE;
}

static gboolean
is_same_list (const char *const *a, const char *const *b)
{
    return a == b || (a != NULL && b != NULL && g_strv_equal (a, b));
}

static gboolean
is_same_work (const BwStoredJob *a, const BwStoredJob *b)
{
    return a != NULL && b != NULL && bw_stored_job_is_same_work (a, b)
           && is_same_list ((const char *const *) a->files, (const char *const *) b->files);
}

/* What all of them were at; NULL when that is not the same. */
static const BwStoredJob *
find_common (GPtrArray *boards)
{
    const BwStoredJob *job = bw_board_get_interrupted (boards->pdata[0]);

    for (unsigned i = 1; i < boards->len; i++)
        if (!is_same_work (job, bw_board_get_interrupted (boards->pdata[i])))
            return NULL;
    return job;
}

/* What an older station began is taken for a flash: it did not note what it was. */
static gboolean
is_flash (BwBoard *board)
{
    const BwStoredJob *job = bw_board_get_interrupted (board);

    return job == NULL || job->action == NULL
           || g_str_equal (job->action, bw_action_get_id (BW_ACTION_FLASH));
}

static gboolean
are_all_flash (GPtrArray *boards)
{
    for (unsigned i = 0; i < boards->len; i++)
        if (!is_flash (boards->pdata[i]))
            return FALSE;
    return TRUE;
}

static void
offer_firmware (BwUiWindow *self, BwAction action, const BwStoredJob *job, GPtrArray *boards)
{
    const char *name = action == BW_ACTION_VERIFY ? "verify" : "flash";

    if (job != NULL && job->files != NULL)
        _bw_ui_window_load_for (self, (const char *const *) job->files, action, boards);
    else
        g_action_group_activate_action (G_ACTION_GROUP (self), name, NULL);
}

static void
offer (BwUiWindow *self, const BwStoredJob *job, GPtrArray *boards)
{
    g_autoptr (BwPlan) plan = bw_plan_new_stored (job, NULL);
    BwAction action = BW_ACTION_FLASH;

    if (!bw_action_from_id (job->action, &action))
        action = BW_ACTION_FLASH;
    if (plan != NULL && action == BW_ACTION_ERASE)
        _bw_ui_window_show_plan (self, action, boards, job);
    else if (plan != NULL)
        _bw_ui_window_start (self, boards, plan);
    else
        offer_firmware (self, action, job, boards);
}

void
_bw_ui_window_try_again (BwUiWindow *self)
{
    g_autoptr (GPtrArray) boards = bw_ui_board_list_dup_selected (self->list);
    const BwStoredJob *job = NULL;

    if (boards->len == 0)
        return;
    if (!any_needs_sheet (boards)) {
        for (unsigned i = 0; i < boards->len; i++)
            try_board_again (self, boards->pdata[i]);
        _bw_ui_window_update_actions (self);
        return;
    }
    job = find_common (boards);
    if (job != NULL)
        offer (self, job, boards);
    else if (are_all_flash (boards))
        offer_firmware (self, BW_ACTION_FLASH, NULL, boards);
    else
        bw_ui_window_toast (self, _ ("These boards were at different work: try each by itself"));
}
