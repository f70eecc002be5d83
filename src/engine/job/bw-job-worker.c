/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-job-worker"
#include "config.h"

#include "bw-job-worker.h"

#include <glib/gi18n-lib.h>

#include "bw-error.h"
#include "bw-log-private.h"

/* How often the journal learns how far a long state is. */
#define JOURNAL_US (1000 * 1000)
#define JOURNAL_STEP 0.05
#define FILE_US (1000 * 1000)

/* States, journal, log */

/* The start of a job is on disk before anything is done to the board, and its verdict before anybody
 * sees it; what is between goes to the journal without waiting. So the screen may be a moment ahead of
 * it, and it may say less than was done, but never more: whenever the station dies, the next one finds
 * a job without an end, and calls the board interrupted, or one whose end is true. */
static void
journal (BwJobWorker *self)
{
    if (self->store_id == 0)
        return;
    self->journaled_us = g_get_monotonic_time ();
    self->journaled_fraction = self->meter.fraction;
    bw_store_job_state (self->store, self->store_id, bw_job_state_get_id (self->state),
                        self->meter.fraction, self->mac);
}

static void
update_file (BwJobWorker *self)
{
    if (self->file == NULL)
        return;
    self->file_us = g_get_monotonic_time ();
    _bw_log_file_update (self->file, self->log, bw_job_state_get_id (self->state));
}

static void
post_progress (BwJobWorker *self)
{
    BwJobProgress progress;

    _bw_job_meter_get (&self->meter, g_get_monotonic_time (), &progress);
    _bw_job_events_progress (self->events, &progress);
}

void
_bw_job_worker_post_hand (BwJobWorker *self, const GError *why, unsigned seconds)
{
    BwJobPost *post = _bw_job_post_new (BW_JOB_POST_HAND);

    post->hand = why == NULL ? NULL : g_error_copy (why);
    post->hand_until_us = g_get_monotonic_time () + (int64_t) seconds * 1000 * 1000;
    _bw_job_events_post (self->events, post);
}

static void
enter (BwJobWorker *self, BwJobState state)
{
    BwJobPost *post = _bw_job_post_new (BW_JOB_POST_STATE);

    self->state = state;
    _bw_job_meter_enter (&self->meter, state, g_get_monotonic_time ());
    update_file (self);
    post->state = state;
    _bw_job_events_post (self->events, post);
    if (state != BW_JOB_FINISHED) {
        journal (self);
        post_progress (self);
    }
}

gboolean
_bw_job_worker_fire (BwJobWorker *self, BwJobTrigger trigger)
{
    BwJobState to = BW_JOB_FINISHED;

    if (!_bw_job_table_next (self->state, trigger, &to)) {
        g_critical ("no edge from state %s for trigger %d", bw_job_state_get_id (self->state),
                    (int) trigger);
        self->has_fault = TRUE;
        g_cancellable_cancel (self->cancellable);
        return FALSE;
    }
    if (to != self->state)
        enter (self, to);
    return TRUE;
}

void
_bw_job_worker_progress (BwJobWorker *self, uint64_t done, uint64_t total)
{
    int64_t now_us = g_get_monotonic_time ();

    _bw_job_meter_update (&self->meter, done, total, now_us);
    post_progress (self);
    if (now_us - self->journaled_us >= JOURNAL_US
        && self->meter.fraction - self->journaled_fraction >= JOURNAL_STEP)
        journal (self);
}

void
_bw_job_worker_sum_up (BwJobWorker *self, const char *text)
{
    if (self->summary->len > 0)
        g_string_append_printf (self->summary, "; %s", text);
    else if (*text != '\0') {
        g_string_append_unichar (self->summary, g_unichar_toupper (g_utf8_get_char (text)));
        g_string_append (self->summary, g_utf8_next_char (text));
    }
}

void
_bw_job_worker_note (BwJobWorker *self, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start (args, format);
    text = g_strdup_vprintf (format, args);
    va_end (args);
    bw_log_append_note (self->log, text);
    g_debug ("%s: %s", self->address, text);
}

void
_bw_job_worker_take_console (BwJobWorker *self, const uint8_t *bytes, size_t len)
{
    bw_log_append_bytes (self->log, bytes, len);
    if (g_get_monotonic_time () - self->file_us >= FILE_US)
        update_file (self);
}

/* The conversation */

void
_bw_job_worker_use_info (BwJobWorker *self, BwBoardInfo *info)
{
    BwJobPost *post = _bw_job_post_new (BW_JOB_POST_INFO);

    bw_board_info_unref (self->info);
    self->info = info;
    if (info->mac != NULL) {
        g_free (self->mac);
        self->mac = g_strdup (info->mac);
        if (self->store != NULL)
            bw_store_remember_board (self->store, info, self->place);
    }
    post->info = bw_board_info_ref (info);
    _bw_job_events_post (self->events, post);
}

/* The file is named by the board, so it can only be opened once the board is known. */
static void
open_file (BwJobWorker *self)
{
    const char *board =
        self->mac != NULL ? self->mac : (self->place != NULL ? self->place : self->address);

    if (self->file == NULL)
        self->file = _bw_log_file_new (board, self->address, self->first_line);
}

/* Behind a cable that was pulled and plugged in again another board may sit. One that cannot tell
 * who it is counts as another: what was begun on the first must not go on elsewhere. */
static gboolean
check_same_board (BwJobWorker *self, const BwBoardInfo *info, GError **error)
{
    const char *wanted = self->info != NULL ? self->info->mac : self->only_mac;

    if (self->info == NULL && self->only_mac == NULL)
        return TRUE;
    if (info->mac != NULL && wanted != NULL && g_ascii_strcasecmp (info->mac, wanted) == 0)
        return TRUE;
    bw_set_error (error, BW_CAUSE_OTHER_BOARD, _ ("%s answers instead of %s"),
                  info->mac == NULL ? _ ("a board without a name") : info->mac,
                  wanted == NULL ? _ ("a board without a name") : wanted);
    return FALSE;
}

/* It was only asked who it is: it gets its application back, and what is said at the end is about
 * the first board. */
static void
leave_other_board (BwJobWorker *self)
{
    bw_driver_set_events (self->driver, NULL);
    if (!bw_driver_reset (self->driver, FALSE, NULL, NULL))
        g_debug ("%s: the other board was not reset", self->address);
    _bw_job_worker_drop_driver (self);
}

static gboolean
identify (BwJobWorker *self, GError **error)
{
    BwBoardInfo *info = NULL;

    if (!bw_driver_connect (self->driver, self->cancellable, error)
        || !_bw_job_worker_fire (self, BW_JOB_TRIGGER_IDENTIFY))
        return FALSE;
    info = bw_driver_identify (self->driver, self->cancellable, error);
    if (info == NULL)
        return FALSE;
    if (!check_same_board (self, info, error)) {
        bw_board_info_unref (info);
        leave_other_board (self);
        return FALSE;
    }
    _bw_job_worker_use_info (self, info);
    open_file (self);
    return TRUE;
}

static gboolean
erase (BwJobWorker *self, GError **error)
{
    uint32_t offset = 0;
    uint32_t size = 0;

    if (!bw_plan_find_region (self->plan, self->info, &offset, &size, error)
        || !_bw_job_worker_fire (self, BW_JOB_TRIGGER_ERASE)
        || !bw_driver_erase (self->driver, offset, size, self->cancellable, error))
        return FALSE;
    g_string_append (self->summary, _ ("Erased"));
    return TRUE;
}

static gboolean
do_work (BwJobWorker *self, GError **error)
{
    switch (bw_plan_get_action (self->plan)) {
    case BW_ACTION_FLASH:
    case BW_ACTION_VERIFY:
        return _bw_job_worker_flash (self, error);
    case BW_ACTION_READ:
        return _bw_job_worker_read (self, error);
    case BW_ACTION_ERASE:
        return erase (self, error);
    case BW_ACTION_IDENTIFY:
    case BW_ACTION_RESET:
    case BW_ACTION_CONSOLE:
    default:
        return TRUE;
    }
}

/* A state that must not stop half-way hears no cancel; it counts right behind it. */
static GCancellable *
get_cancellable_of_state (const BwJobWorker *self)
{
    return _bw_job_table_get_facts (self->state)->is_cancellable ? self->cancellable : NULL;
}

static gboolean
reset (BwJobWorker *self, gboolean to_loader, GError **error)
{
    return _bw_job_worker_fire (self, BW_JOB_TRIGGER_CONFIRM)
           && bw_driver_reset (self->driver, to_loader, get_cancellable_of_state (self), error)
           && !g_cancellable_set_error_if_cancelled (self->cancellable, error);
}

/* A line without reset wires, or with none that the board feels: the work is done and proved, only
 * the start is left to a person. */
static gboolean
needs_finger (BwJobWorker *self, const GError *error)
{
    if (bw_error_get_cause (error) != BW_CAUSE_NO_RESET_LINES)
        return FALSE;
    _bw_job_worker_sum_up (self, _ ("press RESET on the board to start it"));
    _bw_job_worker_note (self, "%s", error->message);
    return TRUE;
}

static gboolean
start_board (BwJobWorker *self, GError **error)
{
    const BwPlanOptions *options = bw_plan_get_options (self->plan);

    return reset (self, FALSE, error)
           && (bw_plan_get_action (self->plan) != BW_ACTION_FLASH || options->no_listen
               || _bw_job_worker_listen (self, error));
}

static gboolean
finish_board (BwJobWorker *self, GError **error)
{
    g_autoptr (GError) reason = NULL;

    if (bw_plan_get_options (self->plan)->stay || start_board (self, &reason)
        || needs_finger (self, reason))
        return TRUE;
    g_propagate_error (error, g_steal_pointer (&reason));
    return FALSE;
}

static gboolean
converse (BwJobWorker *self, GError **error)
{
    const BwPlanOptions *options = bw_plan_get_options (self->plan);
    BwAction action = bw_plan_get_action (self->plan);

    if (action == BW_ACTION_CONSOLE)
        return _bw_job_worker_console (self, error);
    _bw_job_worker_make_driver (self);
    if (action == BW_ACTION_RESET)
        return reset (self, options->stay, error);
    return identify (self, error) && do_work (self, error) && finish_board (self, error);
}

static gboolean
carry_out (BwJobWorker *self, GError **error)
{
    int64_t began_us = g_get_monotonic_time ();
    gboolean is_open = FALSE;

    for (unsigned n_replugs = 0;;) {
        g_autoptr (GError) reason = NULL;

        if (!_bw_job_worker_fire (self, BW_JOB_TRIGGER_CONNECT))
            return FALSE;
        is_open = is_open || _bw_job_worker_open_port (self, &reason);
        if (is_open && converse (self, &reason))
            return TRUE;
        if (reason == NULL)
            return FALSE;
        if (is_open && _bw_job_worker_let_go_if_taken (self, reason, began_us)) {
            is_open = FALSE;
            continue;
        }
        if (_bw_job_worker_await_replug (self, n_replugs, &reason)) {
            n_replugs++;
            continue;
        }
        /* stopped while it waited: that, and not the lost port, is how it ends */
        if (!g_cancellable_set_error_if_cancelled (self->cancellable, error))
            g_propagate_error (error, _bw_job_blame_name (self->blame, g_steal_pointer (&reason),
                                                          self->top_baud));
        return FALSE;
    }
}

/* The end */

/* A board that was only looked at gets its application back, whatever came between. What an earlier
 * driver changed before the port was lost, this one does not know. */
static void
leave_board (BwJobWorker *self)
{
    if (!self->was_changed && !bw_driver_leave (self->driver))
        g_debug ("%s: not started again", self->address);
}

static void
tidy_up (BwJobWorker *self, gboolean is_ok)
{
    if (self->driver != NULL) {
        bw_driver_set_events (self->driver, NULL);
        if (!is_ok)
            leave_board (self);
        _bw_job_worker_take_left_behind (self);
    }
    /* of a first try that was torn off */
    if (is_ok)
        g_clear_pointer (&self->left_behind, g_free);
    _bw_job_worker_drop_driver (self);
}

static void
finish (BwJobWorker *self, BwJobVerdict *verdict)
{
    static const BwJobTrigger triggers[] = {
        [BW_JOB_NONE] = BW_JOB_TRIGGER_FAIL,
        [BW_JOB_SUCCESS] = BW_JOB_TRIGGER_DONE,
        [BW_JOB_FAILED] = BW_JOB_TRIGGER_FAIL,
        [BW_JOB_CANCELLED] = BW_JOB_TRIGGER_CANCEL,
    };
    BwJobPost *post = NULL;

    _bw_job_worker_fire (self, triggers[verdict->result]);
    update_file (self);
    /* closing waits for its disk: not left to whoever drops the job */
    g_clear_pointer (&self->file, _bw_log_file_free);
    post = _bw_job_post_new (BW_JOB_POST_RESULT);
    post->state = BW_JOB_FINISHED;
    post->verdict = verdict;
    _bw_job_events_post (self->events, post);
}

void
_bw_job_worker_run (BwJobWorker *self)
{
    g_autofree char *title = bw_plan_dup_title (self->plan);
    BwJobVerdict *verdict = NULL;
    GError *error = NULL;
    gboolean is_ok = FALSE;

    self->first_line = _bw_log_get_end (self->log);
    /* translators: a job, such as "Flash blink", and the address of a port */
    _bw_job_worker_note (self, _ ("%s on %s"), title, self->address);
    self->guard = bw_modem_guard_new (self->address);
    _bw_job_worker_take_down_place (self);
    is_ok = _bw_job_worker_begin_record (self, &error) && carry_out (self, &error);
    tidy_up (self, is_ok);
    open_file (self);
    verdict = _bw_job_worker_end_record (self, is_ok, error);
    if (self->port != NULL)
        bw_port_close (self->port);
    g_clear_object (&self->port);
    g_clear_pointer (&self->guard, bw_modem_guard_free);
    finish (self, verdict);
}

void
_bw_job_worker_abandon (BwJobWorker *self)
{
    GError *error = bw_error_new (BW_CAUSE_CANCELLED, _ ("before it began"));

    finish (self, _bw_job_worker_end_record (self, FALSE, error));
}

BwJobWorker *
_bw_job_worker_new (const char *address,
                    BwPlan *plan,
                    BwStore *store,
                    BwLog *log,
                    BwJobEvents *events)
{
    BwJobWorker *self = g_new0 (BwJobWorker, 1);

    self->address = g_strdup (address);
    self->plan = g_object_ref (plan);
    self->store = store == NULL ? NULL : g_object_ref (store);
    self->log = g_object_ref (log);
    self->events = events;
    self->cancellable = g_cancellable_new ();
    self->wake = g_cancellable_new ();
    self->replug_ms = _bw_job_table_get_facts (BW_JOB_WAITING_REPLUG)->timeout_ms;
    self->summary = g_string_new (NULL);
    g_mutex_init (&self->console_lock);
    g_queue_init (&self->to_send);
    _bw_job_meter_init (&self->meter, bw_plan_get_action (plan), bw_plan_get_options (plan));
    return self;
}

void
_bw_job_worker_free (BwJobWorker *self)
{
    if (self == NULL)
        return;
    _bw_job_worker_drop_driver (self);
    g_clear_object (&self->port);
    bw_modem_guard_free (self->guard);
    _bw_job_blame_free (self->blame);
    bw_board_info_unref (self->info);
    _bw_log_file_free (self->file);
    if (self->received != NULL)
        g_byte_array_unref (self->received);
    g_queue_clear_full (&self->to_send, (GDestroyNotify) g_bytes_unref);
    g_mutex_clear (&self->console_lock);
    g_string_free (self->summary, TRUE);
    g_object_unref (self->cancellable);
    g_object_unref (self->wake);
    g_object_unref (self->log);
    g_clear_object (&self->store);
    g_clear_error (&self->no_store);
    g_clear_error (&self->record_error);
    g_object_unref (self->plan);
    g_free (self->left_behind);
    g_free (self->new_address);
    g_free (self->address);
    g_free (self->place);
    g_free (self->mac);
    g_free (self->only_mac);
    g_free (self);
}
