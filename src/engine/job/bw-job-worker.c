/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-job-worker"
#include "config.h"

#include "bw-job-worker.h"

#include <glib/gi18n-lib.h>

#include "bw-error.h"
#include "bw-log-private.h"
#include "bw-port-owner.h"

/* A port may be held for a moment by our own console that just ends, or by udev's first look. */
#define OPEN_PATIENCE_US (2 * 1000 * 1000)
#define OPEN_PAUSE_MS 100
/* A flash that was torn off starts again by itself so often. */
#define REPLUGS_MAX 2u
/* So often it looks whether the board is somewhere else. */
#define REOPEN_SLICE_US (250 * 1000)
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

static void
post_hand (BwJobWorker *self, const GError *why, unsigned seconds)
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

/* What the driver tells */

static void
note_baud (BwJobWorker *self)
{
    if (self->port != NULL)
        self->top_baud = MAX (self->top_baud, bw_port_get_baud (self->port));
}

static void
on_step (gpointer user_data, BwDriverStep step)
{
    static const BwJobTrigger triggers[] = {
        [BW_STEP_CONNECT] = BW_JOB_TRIGGER_CONNECT, [BW_STEP_IDENTIFY] = BW_JOB_TRIGGER_IDENTIFY,
        [BW_STEP_CHECK] = BW_JOB_TRIGGER_CHECK,     [BW_STEP_ERASE] = BW_JOB_TRIGGER_ERASE,
        [BW_STEP_WRITE] = BW_JOB_TRIGGER_WRITE,     [BW_STEP_READ] = BW_JOB_TRIGGER_READ,
        [BW_STEP_VERIFY] = BW_JOB_TRIGGER_VERIFY,   [BW_STEP_RESET] = BW_JOB_TRIGGER_CONFIRM,
        [BW_STEP_LISTEN] = BW_JOB_TRIGGER_LISTEN,
    };

    note_baud (user_data);
    _bw_job_worker_fire (user_data, triggers[step]);
}

static void
on_expect (gpointer user_data, BwDriverStep step, uint32_t expected_ms)
{
    static const BwJobState states[] = {
        [BW_STEP_CONNECT] = BW_JOB_CONNECTING, [BW_STEP_IDENTIFY] = BW_JOB_IDENTIFYING,
        [BW_STEP_CHECK] = BW_JOB_CHECKING,     [BW_STEP_ERASE] = BW_JOB_ERASING,
        [BW_STEP_WRITE] = BW_JOB_WRITING,      [BW_STEP_READ] = BW_JOB_READING,
        [BW_STEP_VERIFY] = BW_JOB_VERIFYING,   [BW_STEP_RESET] = BW_JOB_CONFIRMING,
        [BW_STEP_LISTEN] = BW_JOB_LISTENING,
    };
    BwJobWorker *self = user_data;

    _bw_job_meter_expect (&self->meter, states[step], expected_ms);
}

static void
on_progress (gpointer user_data, uint64_t done, uint64_t total)
{
    BwJobWorker *self = user_data;
    int64_t now_us = g_get_monotonic_time ();

    note_baud (self);
    _bw_job_meter_update (&self->meter, done, total, now_us);
    post_progress (self);
    if (now_us - self->journaled_us >= JOURNAL_US
        && self->meter.fraction - self->journaled_fraction >= JOURNAL_STEP)
        journal (self);
}

static void
on_part (gpointer user_data, uint32_t offset, uint32_t size, BwDriverPart how_far)
{
    BwJobWorker *self = user_data;
    BwJobPost *post = _bw_job_post_new (BW_JOB_POST_PART);

    post->part = (BwJobPart){ offset, size, how_far };
    _bw_job_events_post (self->events, post);
}

static void
on_note (gpointer user_data, const char *text)
{
    _bw_job_worker_note (user_data, "%s", text);
}

static void
on_console (gpointer user_data, const uint8_t *bytes, size_t len)
{
    _bw_job_worker_take_console (user_data, bytes, len);
}

static void
on_needs_hand (gpointer user_data, const GError *why, unsigned seconds)
{
    post_hand (user_data, why, seconds);
}

/* Ports */

static gboolean
wait_ms (BwJobWorker *self, int ms)
{
    GPollFD fd;

    if (!g_cancellable_make_pollfd (self->cancellable, &fd))
        return FALSE;
    g_poll (&fd, 1, ms);
    g_cancellable_release_fd (self->cancellable);
    return !g_cancellable_is_cancelled (self->cancellable);
}

static gboolean
may_pass (BwCause cause)
{
    return cause == BW_CAUSE_BUSY || cause == BW_CAUSE_PERMISSION
           || cause == BW_CAUSE_MODEM_MANAGER;
}

static gboolean
open_port (BwJobWorker *self, GError **error)
{
    int64_t deadline_us = g_get_monotonic_time () + OPEN_PATIENCE_US;

    for (;;) {
        g_autoptr (GError) reason = NULL;

        self->port =
            self->factory.open_port (self->address, self->cancellable, &reason, self->factory.data);
        if (reason == NULL)
            return TRUE;
        if (!may_pass (bw_error_get_cause (reason)) || g_get_monotonic_time () >= deadline_us
            || !wait_ms (self, OPEN_PAUSE_MS)) {
            g_propagate_error (error, g_steal_pointer (&reason));
            return FALSE;
        }
    }
}

static gboolean
moves_data (BwAction action)
{
    return action == BW_ACTION_FLASH || action == BW_ACTION_VERIFY || action == BW_ACTION_READ;
}

static void
make_driver (BwJobWorker *self)
{
    const BwPlanOptions *plan = bw_plan_get_options (self->plan);
    const BwDriverOptions options = {
        .baud = plan->baud,
        .connect_attempts = plan->connect_attempts,
        .moves_data = moves_data (bw_plan_get_action (self->plan)),
        .use_stub = !plan->no_stub,
        .stub_dir = plan->stub_dir,
        .reset_sequence = plan->reset_sequence,
        .wait_for_hand = plan->wait_for_hand,
    };
    const BwDriverEvents events = {
        .step = on_step,
        .progress = on_progress,
        .expect = on_expect,
        .part = on_part,
        .note = on_note,
        .console = on_console,
        .needs_hand = on_needs_hand,
        .user_data = self,
    };

    self->driver = self->factory.make_driver (self->port, &options, self->factory.data);
    bw_driver_set_events (self->driver, &events);
}

static void
drop_driver (BwJobWorker *self)
{
    if (self->driver != NULL)
        bw_driver_set_events (self->driver, NULL);
    g_clear_object (&self->driver);
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
    drop_driver (self);
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

/* A line without reset wires: the work is done and proved, only the start is left to a person. */
static gboolean
needs_finger (BwJobWorker *self, const GError *error)
{
    if (bw_error_get_cause (error) != BW_CAUSE_NO_RESET_LINES || bw_port_has_lines (self->port))
        return FALSE;
    _bw_job_worker_sum_up (self, _ ("press RESET on the board to start it"));
    _bw_job_worker_note (self, "%s", error->message);
    return TRUE;
}

static gboolean
finish_board (BwJobWorker *self, GError **error)
{
    const BwPlanOptions *options = bw_plan_get_options (self->plan);
    g_autoptr (GError) reason = NULL;

    if (options->stay)
        return TRUE;
    if (!reset (self, FALSE, &reason)) {
        if (needs_finger (self, reason))
            return TRUE;
        g_propagate_error (error, g_steal_pointer (&reason));
        return FALSE;
    }
    if (bw_plan_get_action (self->plan) != BW_ACTION_FLASH || options->no_listen)
        return TRUE;
    return _bw_job_worker_listen (self, error);
}

static gboolean
converse (BwJobWorker *self, GError **error)
{
    const BwPlanOptions *options = bw_plan_get_options (self->plan);
    BwAction action = bw_plan_get_action (self->plan);

    if (action == BW_ACTION_CONSOLE)
        return _bw_job_worker_console (self, error);
    make_driver (self);
    if (action == BW_ACTION_RESET)
        return reset (self, options->stay, error);
    return identify (self, error) && do_work (self, error) && finish_board (self, error);
}

/* Losing the port and finding it again */

static gboolean
is_lost (const BwJobWorker *self, const GError *error)
{
    return bw_error_get_cause (error) == BW_CAUSE_UNPLUGGED
           || (self->port != NULL && bw_port_is_lost (self->port));
}

/* What is worth waiting for: a flash that has begun, and a console. A plug makes and breaks contact
 * more than once: who was waited for already may go away again before it has said a word. */
static gboolean
may_wait (const BwJobWorker *self, unsigned n_replugs)
{
    switch (bw_plan_get_action (self->plan)) {
    case BW_ACTION_FLASH:
        return n_replugs < REPLUGS_MAX && self->info != NULL
               && (n_replugs > 0 || self->state != BW_JOB_CONNECTING);
    case BW_ACTION_CONSOLE:
        return self->state == BW_JOB_LISTENING;
    case BW_ACTION_IDENTIFY:
    case BW_ACTION_VERIFY:
    case BW_ACTION_READ:
    case BW_ACTION_ERASE:
    case BW_ACTION_RESET:
    default:
        return FALSE;
    }
}

/* Only the driver knows it, so it has to be asked before it goes. One that changed nothing has
 * nothing to say about what an earlier one left. */
static void
take_left_behind (BwJobWorker *self)
{
    if (self->driver == NULL || (self->was_changed && !bw_driver_has_changed (self->driver)))
        return;
    g_free (self->left_behind);
    self->left_behind = bw_driver_dup_left_behind (self->driver);
    self->was_changed = bw_driver_has_changed (self->driver);
}

static char *
take_new_address (BwJobWorker *self)
{
    char *address = NULL;

    g_mutex_lock (&self->console_lock);
    address = g_steal_pointer (&self->new_address);
    g_mutex_unlock (&self->console_lock);
    return address;
}

/* The board is back at its place, but is reached in another way now. */
static gboolean
open_elsewhere (BwJobWorker *self, const char *address)
{
    g_autoptr (GError) error = NULL;
    BwPort *port = self->factory.open_port (address, self->cancellable, &error, self->factory.data);

    if (error != NULL) {
        _bw_job_worker_note (self, "%s: %s", address, error->message);
        return FALSE;
    }
    /* translators: the address of a port */
    _bw_job_worker_note (self, _ ("back as %s"), address);
    g_clear_object (&self->port);
    self->port = port;
    return TRUE;
}

/* Whether the board is back and something else keeps it from us. Of one behind a network the server
 * does not tell. */
static gboolean
is_withheld (const BwJobWorker *self, const GError *reason)
{
    BwCause cause = bw_error_get_cause (reason);

    return (may_pass (cause) || cause == BW_CAUSE_BRLTTY)
           && (self->port == NULL || bw_port_is_local (self->port));
}

/* What a person has to do changes when the board is back and cannot be opened. */
static void
tell_hand (BwJobWorker *self, const GError *reason, BwCause *told, int64_t deadline_us)
{
    BwCause cause = bw_error_get_cause (reason);
    int64_t left_us = deadline_us - g_get_monotonic_time ();

    if (*told == cause || !is_withheld (self, reason))
        return;
    *told = cause;
    post_hand (self, reason, (unsigned) (MAX (0, left_us) / G_USEC_PER_SEC));
}

static gboolean
reopen (BwJobWorker *self, int64_t deadline_us, GError **error)
{
    BwCause told = BW_CAUSE_UNPLUGGED;

    for (;;) {
        int64_t now_us = g_get_monotonic_time ();
        g_autofree char *address = take_new_address (self);
        g_autoptr (GError) reason = NULL;

        if (address != NULL && open_elsewhere (self, address))
            return TRUE;
        if (self->factory.reopen_port (self->port, MIN (deadline_us, now_us + REOPEN_SLICE_US),
                                       self->cancellable, &reason, self->factory.data))
            return TRUE;
        if (g_cancellable_is_cancelled (self->cancellable) || now_us >= deadline_us) {
            g_propagate_error (error, g_steal_pointer (&reason));
            return FALSE;
        }
        tell_hand (self, reason, &told, deadline_us);
    }
}

/* What happened before a board came back does not explain how it is lost again. */
static void
take_down_place (BwJobWorker *self)
{
    _bw_job_blame_free (self->blame);
    self->blame = _bw_job_blame_new (BW_PORT_OWNER_PROC, BW_PORT_OWNER_SYS, self->address);
}

/* @error is set where the board is back, but may not be used. */
static gboolean
wait_for_replug (BwJobWorker *self, GError **error)
{
    unsigned ms = (unsigned) g_atomic_int_get (&self->replug_ms);
    int64_t deadline_us = g_get_monotonic_time () + (int64_t) ms * 1000;
    g_autoptr (GError) gone = NULL;
    g_autoptr (GError) reason = NULL;
    gboolean is_back = FALSE;

    if (!_bw_job_worker_fire (self, BW_JOB_TRIGGER_LOST))
        return FALSE;
    take_left_behind (self);
    drop_driver (self);
    _bw_job_worker_note (self, _ ("the port is gone, waiting for it to come back"));
    /* translators: the port of a board: "/dev/ttyUSB0" */
    bw_set_error (&gone, BW_CAUSE_UNPLUGGED, _ ("%s went away while it was in use."),
                  self->address);
    gone = _bw_job_blame_name (self->blame, g_steal_pointer (&gone), self->top_baud);
    if (bw_error_get_cause (gone) != BW_CAUSE_UNPLUGGED)
        _bw_job_worker_note (self, "%s", gone->message);
    post_hand (self, gone, ms / 1000);
    is_back = reopen (self, deadline_us, &reason);
    post_hand (self, NULL, 0);
    if (!is_back)
        _bw_job_worker_note (self, _ ("not back: %s"), reason->message);
    else
        take_down_place (self);
    if (!is_back && is_withheld (self, reason))
        g_propagate_error (error, g_steal_pointer (&reason));
    g_string_truncate (self->summary, 0);
    self->is_proved = FALSE;
    return is_back;
}

/* Whether a port is taken may show only when it is used: nobody has heard anything then. */
static gboolean
let_go_if_taken (BwJobWorker *self, const GError *reason)
{
    if (self->info != NULL || bw_error_get_cause (reason) != BW_CAUSE_BUSY)
        return FALSE;
    drop_driver (self);
    if (self->port != NULL)
        bw_port_close (self->port);
    g_clear_object (&self->port);
    return TRUE;
}

static gboolean
carry_out (BwJobWorker *self, GError **error)
{
    int64_t patient_until_us = g_get_monotonic_time () + OPEN_PATIENCE_US;
    gboolean is_open = FALSE;

    for (unsigned n_replugs = 0;;) {
        g_autoptr (GError) reason = NULL;
        g_autoptr (GError) withheld = NULL;

        if (!_bw_job_worker_fire (self, BW_JOB_TRIGGER_CONNECT))
            return FALSE;
        is_open = is_open || open_port (self, &reason);
        if (is_open && converse (self, &reason))
            return TRUE;
        if (reason != NULL && is_open && let_go_if_taken (self, reason)
            && g_get_monotonic_time () < patient_until_us && wait_ms (self, OPEN_PAUSE_MS)) {
            is_open = FALSE;
            continue;
        }
        if (reason != NULL && is_lost (self, reason) && may_wait (self, n_replugs)
            && wait_for_replug (self, &withheld)) {
            n_replugs++;
            continue;
        }
        if (withheld != NULL) {
            g_clear_error (&reason);
            reason = g_steal_pointer (&withheld);
        }
        /* stopped while it waited: that, and not the lost port, is how it ends */
        if (reason != NULL && !g_cancellable_set_error_if_cancelled (self->cancellable, error))
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
        take_left_behind (self);
    }
    /* of a first try that was torn off */
    if (is_ok)
        g_clear_pointer (&self->left_behind, g_free);
    drop_driver (self);
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
    take_down_place (self);
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
    drop_driver (self);
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
