/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-board-view"
#include "config.h"

#include <glib/gi18n-lib.h>

#include "bw-board-self.h"
#include "bw-board-text.h"

/* What views see of a board, from what is so. */

gboolean
_bw_board_job_runs (BwJob *job)
{
    return job != NULL && bw_job_get_result (job) == BW_JOB_NONE;
}

static BwBoardState
find_job_state (BwBoard *self)
{
    if (bw_job_get_needs_hand (self->job) != BW_CAUSE_NONE)
        return BW_BOARD_NEEDS_HAND;
    if (self->job == self->look)
        return BW_BOARD_LOOKING;
    return bw_job_get_state (self->job) == BW_JOB_QUEUED ? BW_BOARD_QUEUED : BW_BOARD_WORKING;
}

static BwBoardState
find_state (BwBoard *self)
{
    if (_bw_board_job_runs (self->job))
        return find_job_state (self);
    /* what was torn off is the greater news: the board is not as it should be, wherever it is */
    return self->endpoints->len == 0 && self->rest != BW_BOARD_INTERRUPTED ? BW_BOARD_GONE
                                                                           : self->rest;
}

static const char *
find_state_text (BwBoard *self, BwBoardState state)
{
    if (state == BW_BOARD_NEEDS_HAND)
        return _bw_board_text_get_hand (bw_job_get_needs_hand (self->job));
    if (state == BW_BOARD_WORKING)
        return bw_job_state_get_word (bw_job_get_state (self->job));
    if (state == self->rest && self->rest_text != NULL && !_bw_board_job_runs (self->job))
        return self->rest_text;
    if (state == BW_BOARD_READY && self->is_unproved)
        return _ ("Written, not verified");
    return _bw_board_text_get_word (state);
}

static void
set_progress_text (BwBoard *self, const BwJobProgress *progress)
{
    char *amount = _bw_board_text_dup_amount (progress);
    char *left = _bw_board_text_dup_time_left (progress);
    g_autofree char *text =
        left == NULL ? g_strdup (amount) : g_strjoin (" · ", amount, left, NULL);

    g_free (self->amount_text);
    self->amount_text = amount;
    g_free (self->time_left_text);
    self->time_left_text = left;
    _bw_board_set_text (self, &self->progress_text, BW_BOARD_PROP_PROGRESS_TEXT, text);
}

void
_bw_board_update_progress (BwBoard *self)
{
    BwJobProgress progress = { 0 };

    if (_bw_board_job_runs (self->job))
        bw_job_get_progress (self->job, &progress);
    set_progress_text (self, &progress);
    if (progress.fraction < self->fraction || progress.fraction > self->fraction) {
        self->fraction = progress.fraction;
        _bw_board_notify (self, BW_BOARD_PROP_FRACTION);
    }
}

void
_bw_board_update (BwBoard *self)
{
    BwBoardState state = find_state (self);
    gboolean has_changed = state != self->state;

    g_object_freeze_notify (G_OBJECT (self));
    _bw_board_update_content (self);
    self->state = state;
    _bw_board_set_text (self, &self->state_text, BW_BOARD_PROP_STATE_TEXT,
                        find_state_text (self, state));
    if (has_changed) {
        _bw_board_notify (self, BW_BOARD_PROP_STATE);
        _bw_board_notify (self, BW_BOARD_PROP_STATE_ICON);
        _bw_board_notify (self, BW_BOARD_PROP_IS_BUSY);
    }
    _bw_board_update_progress (self);
    g_object_thaw_notify (G_OBJECT (self));
}

void
_bw_board_set_rest (BwBoard *self, BwBoardState rest, const char *text)
{
    self->rest = rest;
    g_free (self->rest_text);
    self->rest_text = g_strdup (text);
}

void
_bw_board_rest (BwBoard *self)
{
    g_autofree char *text = self->interrupted == NULL
                                ? NULL
                                : _bw_board_text_dup_interrupted (self->interrupted->fraction);

    _bw_board_set_rest (self, text == NULL ? BW_BOARD_READY : BW_BOARD_INTERRUPTED, text);
}
