/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-board-jobs"
#include "config.h"

#include <glib/gi18n-lib.h>

#include "bw-board-self.h"
#include "bw-board-text.h"
#include "bw-error.h"
#include "bw-job-private.h"

/* The jobs of a board: how they follow each other, and what their ends mean for it. */

static void start_job (BwBoard *self);
static void start_console (BwBoard *self);

static void
on_progress (BwJob *job, BwBoard *self)
{
    if (job == self->job)
        _bw_board_update_progress (self);
}

static void
on_changed (BwJob *job, GParamSpec *pspec, BwBoard *self)
{
    BwJobState state = bw_job_get_state (job);

    if (job != self->job)
        return;
    if (state == BW_JOB_ERASING || state == BW_JOB_WRITING)
        self->is_being_changed = TRUE;
    /* what a first look finds may show that this card is one too many: only when it is over */
    if (job != self->look)
        _bw_board_take_info (self, bw_job_get_info (job));
    _bw_board_update (self);
}

static gboolean
is_for_all (BwPlan *plan)
{
    return bw_plan_get_offset (plan) == 0 && bw_plan_get_size (plan) == 0
           && bw_plan_get_partition (plan) == NULL;
}

static gboolean
has_erased_all (BwJob *job)
{
    BwPlan *plan = bw_job_get_plan (job);

    return bw_plan_get_action (plan) == BW_ACTION_ERASE && bw_job_get_result (job) == BW_JOB_SUCCESS
           && is_for_all (plan);
}

/* All of a firmware, and nobody has compared it. */
static gboolean
has_written_unproved (BwJob *job)
{
    return bw_plan_get_action (bw_job_get_plan (job)) == BW_ACTION_FLASH
           && bw_job_get_result (job) == BW_JOB_SUCCESS && _bw_job_was_changed (job)
           && !bw_job_is_proved (job);
}

/* A line that is lost may be a cable in the network, which is as if the board were unplugged, or a
 * board that has died on a port that is still there, which has a remedy of its own. */
static gboolean
has_gone (BwJob *job)
{
    BwCause cause = bw_error_get_cause (bw_job_get_error (job));

    return cause == BW_CAUSE_UNPLUGGED || cause == BW_CAUSE_OTHER_BOARD
           || ((cause == BW_CAUSE_LOST || cause == BW_CAUSE_POWER) && _bw_job_has_lost_port (job));
}

static gboolean
is_torn (BwJob *job)
{
    BwJobResult result = bw_job_get_result (job);

    return _bw_job_was_changed (job)
           && (result == BW_JOB_CANCELLED || (result == BW_JOB_FAILED && has_gone (job)));
}

/* A job that failed after it had changed the board left no whole firmware on it, whatever can be read
 * there. One that was written and proved and then does not start is whole. */
static gboolean
is_left_in_part (BwJob *job)
{
    BwCause cause = bw_error_get_cause (bw_job_get_error (job));

    return bw_job_get_result (job) == BW_JOB_FAILED && _bw_job_was_changed (job)
           && !bw_job_is_proved (job) && !bw_cause_is_about_start (cause);
}

/* Whether it has made another thing of what is on the board. */
static gboolean
is_news (BwJob *job)
{
    return bw_job_is_proved (job) || has_written_unproved (job) || has_erased_all (job)
           || is_torn (job) || is_left_in_part (job);
}

/* The job goes, what it left behind does not. */
void
_bw_board_keep_interrupted (BwBoard *self)
{
    g_autofree char *text = NULL;

    if (self->interrupted != NULL || self->job == NULL
        || bw_job_get_result (self->job) == BW_JOB_NONE
        || (self->rest != BW_BOARD_INTERRUPTED && !is_left_in_part (self->job)))
        return;
    self->interrupted = _bw_job_dup_stored (self->job);
    if (self->rest == BW_BOARD_INTERRUPTED)
        return;
    text = _bw_board_text_dup_interrupted (self->interrupted->fraction);
    _bw_board_set_rest (self, BW_BOARD_INTERRUPTED, text);
}

void
_bw_board_take_interrupted (BwBoard *self, BwBoard *from)
{
    /* a job that failed goes over as the verdict it is */
    if (from->rest == BW_BOARD_INTERRUPTED)
        _bw_board_keep_interrupted (from);
    if (from->interrupted != NULL)
        _bw_board_set_interrupted (self, from->interrupted);
    else if (from->is_unproved)
        _bw_board_set_unproved (self);
}

void
_bw_board_take_verdict (BwBoard *self, BwBoard *from)
{
    if (from->job == NULL || bw_job_get_result (from->job) == BW_JOB_NONE
        || bw_plan_get_action (bw_job_get_plan (from->job)) == BW_ACTION_IDENTIFY)
        return;
    if (is_news (from->job)) {
        g_clear_pointer (&self->interrupted, bw_stored_job_free);
        self->is_unproved = from->is_unproved;
    }
    g_set_object (&self->job, from->job);
    _bw_board_notify (self, BW_BOARD_PROP_JOB);
    _bw_board_set_rest (self, from->rest, from->rest_text);
    _bw_board_update (self);
}

/* Torn off in the middle: stopped by a person, by the cable, or by who took its place. */
static void
judge_interrupted (BwBoard *self, BwJob *job)
{
    BwJobProgress progress;
    g_autofree char *text = NULL;

    bw_job_get_progress (job, &progress);
    text = _bw_board_text_dup_interrupted (progress.fraction);
    _bw_board_set_rest (self, BW_BOARD_INTERRUPTED, text);
}

/* Good only when what is on it was proved. */
static void
judge_success (BwBoard *self, BwJob *job)
{
    if (!bw_job_is_proved (job))
        _bw_board_rest (self);
    else
        _bw_board_set_rest (self, BW_BOARD_PASSED, NULL);
}

static void
judge (BwBoard *self, BwJob *job)
{
    BwCause cause = bw_error_get_cause (bw_job_get_error (job));

    switch (bw_job_get_result (job)) {
    case BW_JOB_SUCCESS:
        judge_success (self, job);
        break;
    case BW_JOB_CANCELLED:
        if (is_torn (job))
            judge_interrupted (self, job);
        else
            _bw_board_rest (self);
        break;
    case BW_JOB_FAILED:
        if (is_torn (job))
            judge_interrupted (self, job);
        else
            _bw_board_set_rest (self, BW_BOARD_FAILED, bw_cause_get_title (cause));
        break;
    case BW_JOB_NONE:
    default:
        g_return_if_reached ();
    }
}

/* A first look does not wipe out that something was torn off here. */
static void
judge_look (BwBoard *self, BwJob *job)
{
    if (self->rest != BW_BOARD_INTERRUPTED)
        judge (self, job);
}

static gboolean
is_look (BwPlan *plan)
{
    return bw_plan_get_action (plan) == BW_ACTION_IDENTIFY;
}

/* What was torn off has come to its end now. Of what is written only a proof says that. */
static gboolean
has_done_the_same (BwBoard *self, BwJob *job)
{
    g_autoptr (BwStoredJob) done = NULL;

    if (self->interrupted == NULL || bw_job_get_result (job) != BW_JOB_SUCCESS
        || bw_plan_get_action (bw_job_get_plan (job)) == BW_ACTION_FLASH)
        return FALSE;
    done = _bw_job_dup_stored (job);
    return bw_stored_job_is_same_work (done, self->interrupted);
}

/* The newest job leads. What was torn off before it holds until a job has made another thing of what
 * is on the board: a restart, a look, or one that found nobody at home does not. */
static void
judge_asked (BwBoard *self, BwJob *job)
{
    if (is_news (job) || has_done_the_same (self, job)) {
        g_clear_pointer (&self->interrupted, bw_stored_job_free);
        self->is_unproved = has_written_unproved (job);
    }
    if (is_look (bw_job_get_plan (job)))
        judge_look (self, job);
    else
        judge (self, job);
}

/* Until somebody looks again, only what was proved, or that nothing is left, is known of it. */
static void
judge_content (BwBoard *self, BwJob *job)
{
    self->is_being_changed = FALSE;
    if (has_erased_all (job))
        _bw_board_set_content (self, BW_BOARD_CONTENT_ERASED);
    else if (_bw_job_was_changed (job) && !bw_job_is_proved (job))
        _bw_board_set_content (self, BW_BOARD_CONTENT_CHANGED);
}

static void
disconnect (BwBoard *self, BwJob *job)
{
    g_signal_handlers_disconnect_by_data (job, self);
}

static void
go_on (BwBoard *self)
{
    if (self->is_waiting)
        start_job (self);
    else if (self->console != NULL && bw_job_get_state (self->console) == BW_JOB_QUEUED)
        bw_job_start (self->console);
    else if (self->console == NULL && self->console_plan != NULL && self->endpoints->len > 0)
        start_console (self);
    _bw_board_update (self);
}

/* Another board at the place of one that went: nothing of the old one holds for it. */
static void
check_identity (BwBoard *self, const BwBoardInfo *info)
{
    if (info == NULL || info->mac == NULL || self->mac == NULL
        || g_ascii_strcasecmp (info->mac, self->mac) == 0)
        return;
    _bw_board_forget (self);
    _bw_board_set_rest (self, BW_BOARD_READY, NULL);
}

static void
end_look (BwBoard *self, BwJob *job)
{
    g_clear_object (&self->look);
    check_identity (self, bw_job_get_info (job));
    judge_look (self, job);
    _bw_board_take_info (self, bw_job_get_info (job));
}

/* A console that made room for a job comes back; one that failed or was closed does not. */
static void
end_console (BwBoard *self)
{
    if (!self->is_waiting)
        g_clear_object (&self->console_plan);
    g_clear_object (&self->console);
    _bw_board_notify (self, BW_BOARD_PROP_CONSOLE);
}

static void
on_finished (BwJob *job, BwBoard *self)
{
    g_autoptr (BwJob) held G_GNUC_UNUSED = g_object_ref (job);
    g_autoptr (BwBoard) alive G_GNUC_UNUSED = g_object_ref (self);

    disconnect (self, job);
    if (job != self->console)
        self->worked_until_us = g_get_monotonic_time ();
    if (job == self->console) {
        end_console (self);
    } else if (job == self->look) {
        end_look (self, job);
    } else {
        _bw_board_take_info (self, bw_job_get_info (job));
        judge_asked (self, job);
        judge_content (self, job);
        _bw_board_update (self);
        g_signal_emit_by_name (self, "job-finished", job);
    }
    go_on (self);
}

static void
connect_job (BwBoard *self, BwJob *job)
{
    g_signal_connect_object (job, "progress", G_CALLBACK (on_progress), self, 0);
    g_signal_connect_object (job, "notify::state", G_CALLBACK (on_changed), self, 0);
    g_signal_connect_object (job, "notify::needs-hand", G_CALLBACK (on_changed), self, 0);
    g_signal_connect_object (job, "finished", G_CALLBACK (on_finished), self, 0);
}

static BwJob *
make_job (BwBoard *self, BwPlan *plan)
{
    BwJob *job = bw_job_new (self->address, plan, self->store, self->log);

    _bw_job_set_board (job, self->last_place, self->mac);
    _bw_job_explain_no_store (job, self->no_store);
    connect_job (self, job);
    return job;
}

static void
start_job (BwBoard *self)
{
    self->is_waiting = FALSE;
    bw_job_start (self->job);
}

/* It waits for a first look to end. */
static void
start_console (BwBoard *self)
{
    self->console = make_job (self, self->console_plan);
    if (self->look == NULL)
        bw_job_start (self->console);
    _bw_board_notify (self, BW_BOARD_PROP_CONSOLE);
}

void
_bw_board_look (BwBoard *self)
{
    g_autoptr (BwPlan) plan = NULL;

    if (_bw_board_job_runs (self->job) || self->console != NULL || self->endpoints->len == 0)
        return;
    plan = bw_plan_new (BW_ACTION_IDENTIFY, NULL);
    _bw_board_keep_interrupted (self);
    g_clear_object (&self->job);
    self->job = make_job (self, plan);
    self->look = g_object_ref (self->job);
    if (self->rest != BW_BOARD_INTERRUPTED)
        _bw_board_set_rest (self, BW_BOARD_LOOKING, NULL);
    bw_job_start (self->job);
    _bw_board_update (self);
}

static BwJob *
open_console (BwBoard *self, BwPlan *plan)
{
    g_set_object (&self->console_plan, plan);
    if (self->console == NULL)
        start_console (self);
    return self->console;
}

BwJob *
bw_board_start (BwBoard *self, BwPlan *plan, GError **error)
{
    if (bw_board_is_busy (self)) {
        bw_set_error (error, BW_CAUSE_BUSY, _ ("a job runs on this board already"));
        return NULL;
    }
    if (self->endpoints->len == 0) {
        bw_set_error (error, BW_CAUSE_UNPLUGGED, _ ("%s is not there"), self->address);
        return NULL;
    }
    if (bw_plan_get_action (plan) == BW_ACTION_CONSOLE)
        return open_console (self, plan);
    _bw_board_keep_interrupted (self);
    g_clear_object (&self->job);
    self->job = make_job (self, plan);
    _bw_job_set_only_mac (self->job, self->only_mac);
    _bw_job_agree (self->job, self->info);
    _bw_board_notify (self, BW_BOARD_PROP_JOB);
    g_signal_emit_by_name (self, "job-started", self->job);
    self->is_waiting = self->console != NULL || self->look != NULL;
    if (self->console != NULL)
        bw_job_request_cancel (self->console);
    if (!self->is_waiting)
        start_job (self);
    _bw_board_update (self);
    return self->job;
}

void
bw_board_cancel (BwBoard *self)
{
    if (_bw_board_job_runs (self->job))
        bw_job_request_cancel (self->job);
    else if (self->console != NULL) {
        g_clear_object (&self->console_plan);
        bw_job_request_cancel (self->console);
    }
}

void
bw_board_acknowledge (BwBoard *self)
{
    /* under a failure that was seen lies what was torn off before it, and has not been seen yet */
    if (self->rest == BW_BOARD_FAILED && self->interrupted != NULL) {
        _bw_board_rest (self);
        _bw_board_update (self);
        return;
    }
    _bw_board_keep_interrupted (self);
    if (self->interrupted != NULL && self->interrupted->id != 0 && self->store != NULL)
        bw_store_acknowledge_job (self->store, self->interrupted->id);
    g_clear_pointer (&self->interrupted, bw_stored_job_free);
    _bw_board_set_rest (self, BW_BOARD_READY, NULL);
    _bw_board_update (self);
}

void
_bw_board_wind_up (BwBoard *self, GPtrArray *running)
{
    BwJob *jobs[] = { self->look != self->job ? self->look : NULL, self->console, self->job };

    g_clear_object (&self->console_plan);
    for (unsigned i = 0; i < G_N_ELEMENTS (jobs); i++)
        if (_bw_board_job_runs (jobs[i]))
            g_ptr_array_add (running, g_object_ref (jobs[i]));
}

static void
stop_job (BwBoard *self, BwJob *job)
{
    if (job == NULL)
        return;
    disconnect (self, job);
    if (_bw_board_job_runs (job))
        bw_job_request_cancel (job);
}

void
_bw_board_drop_jobs (BwBoard *self)
{
    stop_job (self, self->job);
    stop_job (self, self->look);
    stop_job (self, self->console);
    g_clear_object (&self->job);
    g_clear_object (&self->look);
    g_clear_object (&self->console);
    g_clear_object (&self->console_plan);
}

static void
tell_job (BwBoard *self, BwJob *job)
{
    if (_bw_board_job_runs (job) && g_strcmp0 (bw_job_get_address (job), self->address) != 0)
        _bw_job_set_new_address (job, self->address);
}

void
_bw_board_tell_jobs (BwBoard *self)
{
    tell_job (self, self->job);
    tell_job (self, self->console);
}
