/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-job"
#include "config.h"

#include "bw-job.h"

#include <string.h>

#include "bw-error.h"
#include "bw-job-worker.h"
#include "bw-log-private.h"

#define CONSOLE_BAUD_MIN 300u
#define CONSOLE_BAUD_MAX 5000000u
/* So much may be sent ahead of a board that does not listen. */
#define TO_SEND_BYTES_MAX (64u * 1024)

struct _BwJob {
    GObject parent_instance;
    BwJobWorker *worker;
    BwJobEvents *events;
    GThread *thread;
    BwLog *log;
    gulong lines_handler;
    gulong open_line_handler;

    /* as told on the main thread */
    BwJobTrail trail;
    BwJobProgress progress;
    GError *hand; /* why a person is needed */
    int64_t hand_until_us;
    GPtrArray *lines; /* of BwPlanLine: the plan as it was agreed to; NULL: nobody was asked */
    BwBoardInfo *info;
    BwJobVerdict *verdict;
};

enum {
    PROP_0,
    PROP_STATE,
    PROP_RESULT,
    PROP_NEEDS_HAND,
    N_PROPS
};

enum {
    EVENT,
    PROGRESS,
    RECEIVED,
    SENT,
    FINISHED,
    N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BwJob, bw_job, G_TYPE_OBJECT)

/* Where ports and drivers come from */

static BwPort *
open_real_port (const char *address, GCancellable *cancellable, GError **error, gpointer data)
{
    return bw_port_open (address, cancellable, error);
}

static gboolean
reopen_real_port (BwPort *port,
                  int64_t deadline_us,
                  GCancellable *cancellable,
                  GError **error,
                  gpointer data)
{
    return bw_port_reopen (port, deadline_us, cancellable, error);
}

static BwDriver *
make_real_driver (BwPort *port, const BwDriverOptions *options, gpointer data)
{
    return bw_esp_driver_new (port, options);
}

static const BwJobFactory real_factory = { open_real_port, reopen_real_port, make_real_driver,
                                           NULL };
static const BwJobFactory *factory = &real_factory;

void
_bw_job_set_driver_factory (const BwJobFactory *new_factory)
{
    factory = new_factory == NULL ? &real_factory : new_factory;
}

/* From the thread */

static void
emit_event (BwJob *self, BwJobEvent *event)
{
    event->state = self->trail.state;
    g_signal_emit (self, signals[EVENT], 0, event);
}

static void
emit_line (BwJob *self, BwJobEventKind kind, guint position)
{
    g_autoptr (BwLogItem) item = g_list_model_get_item (G_LIST_MODEL (self->log), position);
    BwJobEvent event = { .kind = kind };

    if (item == NULL)
        return;
    event.line = bw_log_item_get_line (item);
    event.time_us = event.line->time_us;
    emit_event (self, &event);
}

static void
on_lines (BwLog *log, guint first, guint n, BwJob *self)
{
    if (!g_signal_has_handler_pending (self, signals[EVENT], 0, FALSE))
        return;
    for (guint i = first; i < first + n; i++)
        emit_line (self, BW_JOB_EVENT_LOG, i);
}

static void
on_open_line (BwLog *log, guint position, BwJob *self)
{
    if (g_signal_has_handler_pending (self, signals[EVENT], 0, FALSE))
        emit_line (self, BW_JOB_EVENT_OPEN_LINE, position);
}

static void
set_state (BwJob *self, BwJobState state)
{
    _bw_job_trail_enter (&self->trail, state);
    self->progress.state = state;
    self->progress.done = 0;
    self->progress.total = 0;
    self->progress.bytes_per_second = 0;
    self->progress.seconds_left = -1;
}

static void
take_state (BwJob *self, const BwJobPost *post)
{
    BwJobEvent event = { .kind = BW_JOB_EVENT_STATE, .time_us = post->time_us };

    /* the end is told together with its result */
    if (post->state == BW_JOB_FINISHED)
        return;
    set_state (self, post->state);
    emit_event (self, &event);
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

static void
take_progress (BwJob *self, const BwJobPost *post)
{
    BwJobEvent event = { .kind = BW_JOB_EVENT_PROGRESS, .time_us = post->time_us };

    /* of a state that is not told yet, or over */
    if (post->progress.state != self->trail.state || self->trail.state == BW_JOB_FINISHED)
        return;
    self->progress = post->progress;
    event.done = post->progress.done;
    event.total = post->progress.total;
    if (event.total > 0)
        emit_event (self, &event);
    g_signal_emit (self, signals[PROGRESS], 0);
}

static void
take_hand (BwJob *self, BwJobPost *post)
{
    if (self->hand == NULL && post->hand == NULL)
        return;
    g_clear_error (&self->hand);
    self->hand = g_steal_pointer (&post->hand);
    self->hand_until_us = post->hand_until_us;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NEEDS_HAND]);
}

static void
end_thread (BwJob *self)
{
    g_clear_signal_handler (&self->lines_handler, self->log);
    g_clear_signal_handler (&self->open_line_handler, self->log);
    if (self->thread == NULL)
        return;
    /* its last post is this one: it is over, or about to be */
    g_thread_join (g_steal_pointer (&self->thread));
    g_object_unref (self);
}

static void
take_result (BwJob *self, BwJobPost *post)
{
    BwJobEvent event = { .kind = BW_JOB_EVENT_STATE, .time_us = post->time_us };

    g_object_ref (self);
    set_state (self, BW_JOB_FINISHED);
    self->verdict = g_steal_pointer (&post->verdict);
    self->trail.result = self->verdict->result;
    g_clear_error (&self->hand);
    if (self->verdict->result == BW_JOB_SUCCESS)
        self->progress.fraction = 1;
    emit_event (self, &event);
    event.kind = BW_JOB_EVENT_RESULT;
    emit_event (self, &event);
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RESULT]);
    end_thread (self);
    g_signal_emit (self, signals[FINISHED], 0);
    g_object_unref (self);
}

static void
on_post (gpointer owner, BwJobPost *post)
{
    BwJob *self = owner;

    /* lines written before a change of state are told before it */
    if (post->kind == BW_JOB_POST_STATE || post->kind == BW_JOB_POST_RESULT)
        _bw_log_flush (self->log);
    switch (post->kind) {
    case BW_JOB_POST_STATE:
        take_state (self, post);
        break;
    case BW_JOB_POST_PROGRESS:
        take_progress (self, post);
        break;
    case BW_JOB_POST_HAND:
        take_hand (self, post);
        break;
    case BW_JOB_POST_PART:
        _bw_job_trail_take_part (&self->trail, &post->part);
        break;
    case BW_JOB_POST_INFO:
        bw_board_info_unref (self->info);
        self->info = g_steal_pointer (&post->info);
        break;
    case BW_JOB_POST_RECEIVED:
        g_signal_emit (self, signals[RECEIVED], 0, post->bytes);
        break;
    case BW_JOB_POST_SENT:
        g_signal_emit (self, signals[SENT], 0);
        break;
    case BW_JOB_POST_RESULT:
        take_result (self, post);
        break;
    default:
        g_return_if_reached ();
    }
}

/* The object */

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    BwJob *self = BW_JOB (object);

    switch (id) {
    case PROP_STATE:
        g_value_set_int (value, (int) self->trail.state);
        break;
    case PROP_RESULT:
        g_value_set_int (value, (int) bw_job_get_result (self));
        break;
    case PROP_NEEDS_HAND:
        g_value_set_int (value, (int) bw_error_get_cause (self->hand));
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_job_finalize (GObject *object)
{
    BwJob *self = BW_JOB (object);

    _bw_job_worker_free (self->worker);
    _bw_job_events_free (self->events);
    g_clear_error (&self->hand);
    g_clear_pointer (&self->lines, g_ptr_array_unref);
    bw_board_info_unref (self->info);
    _bw_job_verdict_free (self->verdict);
    _bw_job_trail_clear (&self->trail);
    g_clear_object (&self->log);
    G_OBJECT_CLASS (bw_job_parent_class)->finalize (object);
}

static guint
make_signal (const char *name, guint n, GType type)
{
    return g_signal_new (name, BW_TYPE_JOB, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, n,
                         type);
}

static void
bw_job_class_init (BwJobClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS (klass);
    const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

    object_class->get_property = get_property;
    object_class->finalize = bw_job_finalize;
    props[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, 0, BW_JOB_FINISHED, 0, flags);
    props[PROP_RESULT] = g_param_spec_int ("result", NULL, NULL, 0, BW_JOB_CANCELLED, 0, flags);
    props[PROP_NEEDS_HAND] =
        g_param_spec_int ("needs-hand", NULL, NULL, 0, BW_CAUSE_N - 1, 0, flags);
    g_object_class_install_properties (object_class, N_PROPS, props);
    signals[EVENT] = make_signal ("event", 1, G_TYPE_POINTER);
    signals[PROGRESS] = make_signal ("progress", 0, G_TYPE_NONE);
    signals[RECEIVED] = make_signal ("received", 1, G_TYPE_BYTES);
    signals[SENT] = make_signal ("sent", 0, G_TYPE_NONE);
    signals[FINISHED] = make_signal ("finished", 0, G_TYPE_NONE);
}

static void
bw_job_init (BwJob *self)
{
    self->events = _bw_job_events_new (self, on_post);
    _bw_job_trail_init (&self->trail);
    self->progress.seconds_left = -1;
}

BwJob *
bw_job_new (const char *address, BwPlan *plan, BwStore *store, BwLog *log)
{
    BwJob *self = g_object_new (BW_TYPE_JOB, NULL);

    self->log = log != NULL ? g_object_ref (log) : bw_log_new ();
    self->worker = _bw_job_worker_new (address, plan, store, self->log, self->events);
    self->worker->factory = *factory;
    return self;
}

void
_bw_job_set_board (BwJob *self, const char *place, const char *mac)
{
    g_free (self->worker->place);
    g_free (self->worker->mac);
    self->worker->place = g_strdup (place);
    self->worker->mac = g_strdup (mac);
}

void
_bw_job_explain_no_store (BwJob *self, const GError *why)
{
    g_clear_error (&self->worker->no_store);
    self->worker->no_store = why == NULL ? NULL : g_error_copy (why);
}

void
_bw_job_set_only_mac (BwJob *self, const char *mac)
{
    g_free (self->worker->only_mac);
    self->worker->only_mac = g_strdup (mac);
}

void
_bw_job_agree (BwJob *self, const BwBoardInfo *info)
{
    g_clear_pointer (&self->lines, g_ptr_array_unref);
    self->lines = bw_plan_describe (self->worker->plan, info);
}

GPtrArray *
bw_job_get_lines (BwJob *self)
{
    return self->lines;
}

void
_bw_job_set_new_address (BwJob *self, const char *address)
{
    g_mutex_lock (&self->worker->console_lock);
    g_free (self->worker->new_address);
    self->worker->new_address = g_strdup (address);
    g_mutex_unlock (&self->worker->console_lock);
}

void
_bw_job_set_replug_time (BwJob *self, unsigned replug_ms)
{
    g_atomic_int_set (&self->worker->replug_ms, replug_ms);
}

static gpointer
run (gpointer data)
{
    _bw_job_worker_run (data);
    return NULL;
}

void
bw_job_start (BwJob *self)
{
    g_autofree char *name = g_path_get_basename (self->worker->address);
    g_autofree char *thread_name = g_strconcat ("bw-", name, NULL);

    g_return_if_fail (self->thread == NULL && self->trail.state == BW_JOB_QUEUED);
    if (g_cancellable_is_cancelled (self->worker->cancellable))
        return;
    /* lines of earlier jobs on this log are not ours */
    _bw_log_flush (self->log);
    self->lines_handler = g_signal_connect (self->log, "lines", G_CALLBACK (on_lines), self);
    self->open_line_handler =
        g_signal_connect (self->log, "open-line", G_CALLBACK (on_open_line), self);
    g_object_ref (self);
    self->thread = g_thread_new (thread_name, run, self->worker);
}

static void
wake (BwJob *self)
{
    g_mutex_lock (&self->worker->console_lock);
    g_cancellable_cancel (self->worker->wake);
    g_mutex_unlock (&self->worker->console_lock);
}

void
bw_job_request_cancel (BwJob *self)
{
    if (self->verdict != NULL || g_cancellable_is_cancelled (self->worker->cancellable))
        return;
    g_cancellable_cancel (self->worker->cancellable);
    if (self->thread == NULL)
        _bw_job_worker_abandon (self->worker);
    else
        wake (self);
}

gboolean
bw_job_send (BwJob *self, GBytes *bytes)
{
    size_t len = g_bytes_get_size (bytes);
    gboolean fits = FALSE;

    if (self->verdict != NULL)
        return FALSE;
    g_mutex_lock (&self->worker->console_lock);
    fits = len <= TO_SEND_BYTES_MAX && self->worker->n_to_send <= TO_SEND_BYTES_MAX - len;
    if (fits) {
        g_queue_push_tail (&self->worker->to_send, g_bytes_ref (bytes));
        self->worker->n_to_send += len;
        g_cancellable_cancel (self->worker->wake);
    }
    g_mutex_unlock (&self->worker->console_lock);
    return fits;
}

void
bw_job_set_console_baud (BwJob *self, unsigned baud)
{
    g_return_if_fail (baud >= CONSOLE_BAUD_MIN && baud <= CONSOLE_BAUD_MAX);
    g_mutex_lock (&self->worker->console_lock);
    self->worker->new_baud = baud;
    g_cancellable_cancel (self->worker->wake);
    g_mutex_unlock (&self->worker->console_lock);
}

const char *
bw_job_get_address (BwJob *self)
{
    return self->worker->address;
}

BwPlan *
bw_job_get_plan (BwJob *self)
{
    return self->worker->plan;
}

BwJobState
bw_job_get_state (BwJob *self)
{
    return self->trail.state;
}

BwJobReach
bw_job_get_reach (BwJob *self, const BwPlanLine *line)
{
    g_return_val_if_fail (BW_IS_JOB (self), BW_JOB_REACH_REMARK);

    return _bw_job_trail_get_reach (&self->trail, line);
}

BwJobResult
bw_job_get_result (BwJob *self)
{
    return self->verdict == NULL ? BW_JOB_NONE : self->verdict->result;
}

void
bw_job_get_progress (BwJob *self, BwJobProgress *ret_progress)
{
    *ret_progress = self->progress;
}

BwCause
bw_job_get_needs_hand (BwJob *self)
{
    return bw_error_get_cause (self->hand);
}

const char *
bw_job_get_hand_evidence (BwJob *self)
{
    return self->hand == NULL ? NULL : bw_error_get_evidence (self->hand);
}

unsigned
bw_job_get_hand_seconds (BwJob *self)
{
    int64_t left_us = self->hand_until_us - g_get_monotonic_time ();

    return self->hand == NULL || left_us <= 0 ? 0 : (unsigned) ((left_us + 999999) / 1000000);
}

const GError *
bw_job_get_error (BwJob *self)
{
    if (self->verdict == NULL || self->verdict->result == BW_JOB_SUCCESS)
        return NULL;
    return self->verdict->error;
}

const char *
bw_job_get_left_behind (BwJob *self)
{
    return self->verdict == NULL ? NULL : self->verdict->left_behind;
}

const char *
bw_job_get_summary (BwJob *self)
{
    return self->verdict == NULL ? NULL : self->verdict->summary;
}

BwBoardInfo *
bw_job_get_info (BwJob *self)
{
    return self->info;
}

gboolean
bw_job_is_proved (BwJob *self)
{
    return self->verdict != NULL && self->verdict->is_proved;
}

gboolean
bw_job_is_unrecorded (BwJob *self)
{
    return self->verdict != NULL && self->verdict->is_unrecorded;
}

const GError *
bw_job_get_record_error (BwJob *self)
{
    return self->verdict == NULL ? NULL : self->verdict->record_error;
}

gboolean
_bw_job_was_changed (BwJob *self)
{
    return self->verdict != NULL && self->verdict->was_changed;
}

gboolean
_bw_job_has_lost_port (BwJob *self)
{
    return self->verdict != NULL && self->verdict->has_lost_port;
}

BwStoredJob *
_bw_job_dup_stored (BwJob *self)
{
    g_autofree char *title = bw_plan_dup_title (self->worker->plan);
    const GError *error = bw_job_get_error (self);
    g_auto (GStrv) files = NULL;
    BwStoredJob stored = {
        .id = self->verdict == NULL ? 0 : self->verdict->store_id,
        .mac = self->info == NULL ? NULL : self->info->mac,
        .address = self->worker->address,
        .place = self->worker->place,
        .title = title,
        .state = (char *) bw_job_state_get_id (self->trail.step),
        .result = (char *) bw_job_result_get_id (bw_job_get_result (self)),
        .cause = error == NULL ? NULL : (char *) bw_cause_get_id (bw_error_get_cause (error)),
        .message = error == NULL ? NULL : error->message,
        .fraction = self->progress.fraction,
        .is_proved = bw_job_is_proved (self),
        .was_changed = _bw_job_was_changed (self),
    };

    _bw_plan_fill_stored (self->worker->plan, &stored);
    files = stored.files;
    return bw_stored_job_copy (&stored);
}
