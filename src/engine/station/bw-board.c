/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-board"
#include "config.h"

#include "bw-board.h"

#include "bw-board-private.h"
#include "bw-board-text.h"
#include "bw-error.h"
#include "bw-job-private.h"

struct _BwBoard {
    GObject parent_instance;
    BwBoardGroup group;
    BwStore *store;
    GPtrArray *endpoints; /* of BwEndpoint; the first one is used; empty: gone */
    char *last_place;
    char *place_text;
    char *address;
    char *bridge;
    char *likely_board;
    char *known_name;
    char *chip_name;
    char *mac;
    char *running;
    gboolean is_virtual;
    BwBoardInfo *info;
    BwLog *log;

    BwJob *job;           /* running or last, also a first look */
    BwJob *console;       /* running */
    BwPlan *console_plan; /* to come back to */
    gboolean is_waiting;  /* the job starts when the console or the first look has ended */
    BwJob *look;          /* the station's own identification, while it runs */

    BwBoardState rest; /* state while no job runs */
    char *rest_text;
    int64_t interrupted_id;

    /* what views see */
    BwBoardState state;
    char *state_text;
    char *progress_text;
    double fraction;
};

enum {
    PROP_0,
    PROP_NAME,
    PROP_PLACE,
    PROP_ADDRESS,
    PROP_CHIP_NAME,
    PROP_MAC,
    PROP_RUNNING,
    PROP_STATE,
    PROP_STATE_TEXT,
    PROP_STATE_ICON,
    PROP_FRACTION,
    PROP_PROGRESS_TEXT,
    PROP_IS_VIRTUAL,
    PROP_IS_PRESENT,
    PROP_IS_BUSY,
    PROP_BRIDGE,
    PROP_INFO,
    PROP_JOB,
    PROP_CONSOLE,
    N_PROPS
};

enum {
    JOB_STARTED,
    JOB_FINISHED,
    N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BwBoard, bw_board, G_TYPE_OBJECT)

static void
notify (BwBoard *self, unsigned id)
{
    g_object_notify_by_pspec (G_OBJECT (self), props[id]);
}

static gboolean
replace_text (char **text, const char *value)
{
    if (g_strcmp0 (*text, value) == 0)
        return FALSE;
    g_free (*text);
    *text = g_strdup (value);
    return TRUE;
}

static void
set_text (BwBoard *self, char **text, unsigned id, const char *value)
{
    if (replace_text (text, value))
        notify (self, id);
}

/* What views see, from what is so */

static gboolean
is_running (BwJob *job)
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
    if (is_running (self->job))
        return find_job_state (self);
    return self->endpoints->len == 0 ? BW_BOARD_GONE : self->rest;
}

static const char *
find_state_text (BwBoard *self, BwBoardState state)
{
    if (state == BW_BOARD_NEEDS_HAND)
        return _bw_board_text_get_hand (bw_job_get_needs_hand (self->job));
    if (state == BW_BOARD_WORKING)
        return bw_job_state_get_word (bw_job_get_state (self->job));
    if (state == self->rest && self->rest_text != NULL && !is_running (self->job))
        return self->rest_text;
    return _bw_board_text_get_word (state);
}

static void
update_progress (BwBoard *self)
{
    BwJobProgress progress = { 0 };
    g_autofree char *text = NULL;

    if (is_running (self->job)) {
        bw_job_get_progress (self->job, &progress);
        text = _bw_board_text_dup_progress (&progress);
    }
    set_text (self, &self->progress_text, PROP_PROGRESS_TEXT, text);
    if (progress.fraction < self->fraction || progress.fraction > self->fraction) {
        self->fraction = progress.fraction;
        notify (self, PROP_FRACTION);
    }
}

static void
update (BwBoard *self)
{
    BwBoardState state = find_state (self);
    gboolean has_changed = state != self->state;

    g_object_freeze_notify (G_OBJECT (self));
    self->state = state;
    set_text (self, &self->state_text, PROP_STATE_TEXT, find_state_text (self, state));
    if (has_changed) {
        notify (self, PROP_STATE);
        notify (self, PROP_STATE_ICON);
        notify (self, PROP_IS_BUSY);
    }
    update_progress (self);
    g_object_thaw_notify (G_OBJECT (self));
}

static void
set_rest (BwBoard *self, BwBoardState rest, const char *text)
{
    self->rest = rest;
    replace_text (&self->rest_text, text);
}

/* What is known of the board */

static const char *
find_name (BwBoard *self)
{
    if (self->known_name != NULL)
        return self->known_name;
    if (self->likely_board != NULL)
        return self->likely_board;
    if (self->place_text != NULL && *self->place_text != '\0')
        return self->place_text;
    return self->address == NULL ? "?" : self->address;
}

static void
take_info (BwBoard *self, BwBoardInfo *info)
{
    g_autofree char *running = NULL;

    if (info == NULL || info == self->info)
        return;
    bw_board_info_unref (self->info);
    self->info = bw_board_info_ref (info);
    if (info->app_name != NULL)
        running = g_strjoin (" ", info->app_name, info->app_version, NULL);
    g_object_freeze_notify (G_OBJECT (self));
    notify (self, PROP_INFO);
    set_text (self, &self->running, PROP_RUNNING, running);
    if (info->chip_name != NULL)
        set_text (self, &self->chip_name, PROP_CHIP_NAME, info->chip_name);
    g_object_thaw_notify (G_OBJECT (self));
    /* last: the station may find that this board has another card */
    if (info->mac != NULL)
        set_text (self, &self->mac, PROP_MAC, info->mac);
}

static void
forget_board (BwBoard *self)
{
    g_clear_pointer (&self->info, bw_board_info_unref);
    notify (self, PROP_INFO);
    set_text (self, &self->running, PROP_RUNNING, NULL);
    set_text (self, &self->chip_name, PROP_CHIP_NAME, NULL);
    set_text (self, &self->mac, PROP_MAC, NULL);
    set_text (self, &self->known_name, PROP_NAME, NULL);
    self->interrupted_id = 0;
}

static void
use_endpoint (BwBoard *self)
{
    const BwEndpoint *endpoint = NULL;

    if (self->endpoints->len == 0)
        return;
    endpoint = self->endpoints->pdata[0];
    replace_text (&self->last_place, endpoint->place);
    set_text (self, &self->place_text, PROP_PLACE, endpoint->place_text);
    set_text (self, &self->address, PROP_ADDRESS, endpoint->address);
    set_text (self, &self->bridge, PROP_BRIDGE, endpoint->bridge);
    if (replace_text (&self->likely_board, endpoint->likely_board))
        notify (self, PROP_NAME);
    if (self->chip_name == NULL)
        set_text (self, &self->chip_name, PROP_CHIP_NAME, endpoint->chip_name);
    if (self->is_virtual != endpoint->is_virtual) {
        self->is_virtual = endpoint->is_virtual;
        notify (self, PROP_IS_VIRTUAL);
    }
    notify (self, PROP_NAME);
}

static int
find_endpoint (BwBoard *self, const char *place, const char *address)
{
    for (unsigned i = 0; i < self->endpoints->len; i++) {
        const BwEndpoint *endpoint = self->endpoints->pdata[i];

        if (g_strcmp0 (endpoint->place, place) == 0 || g_strcmp0 (endpoint->address, address) == 0)
            return (int) i;
    }
    return -1;
}

/* A verdict stays until the board is taken out; what was torn off stays until it is made good. */
static void
come_back (BwBoard *self, const BwEndpoint *endpoint)
{
    if (endpoint->mac != NULL && self->mac != NULL && g_strcmp0 (endpoint->mac, self->mac) != 0)
        forget_board (self);
    if (self->rest != BW_BOARD_INTERRUPTED)
        set_rest (self, BW_BOARD_READY, NULL);
}

void
_bw_board_add_endpoint (BwBoard *self, const BwEndpoint *endpoint)
{
    int old = find_endpoint (self, endpoint->place, endpoint->address);
    gboolean was_gone = self->endpoints->len == 0;

    g_object_freeze_notify (G_OBJECT (self));
    if (old >= 0)
        g_ptr_array_remove_index (self->endpoints, (unsigned) old);
    else if (was_gone && self->last_place != NULL && !is_running (self->job))
        come_back (self, endpoint);
    g_ptr_array_insert (self->endpoints,
                        MAX (old, 0) < (int) self->endpoints->len && old >= 0 ? old : -1,
                        bw_endpoint_copy (endpoint));
    use_endpoint (self);
    if (was_gone)
        notify (self, PROP_IS_PRESENT);
    update (self);
    g_object_thaw_notify (G_OBJECT (self));
    if (endpoint->mac != NULL && self->mac == NULL)
        set_text (self, &self->mac, PROP_MAC, endpoint->mac);
}

void
_bw_board_remove_endpoint (BwBoard *self, const char *address)
{
    int index = find_endpoint (self, NULL, address);

    if (index < 0)
        return;
    g_object_freeze_notify (G_OBJECT (self));
    g_ptr_array_remove_index (self->endpoints, (unsigned) index);
    use_endpoint (self);
    if (self->endpoints->len == 0)
        notify (self, PROP_IS_PRESENT);
    update (self);
    g_object_thaw_notify (G_OBJECT (self));
}

void
_bw_board_move_endpoints (BwBoard *self, BwBoard *from)
{
    g_autoptr (GPtrArray) moved = g_steal_pointer (&from->endpoints);

    from->endpoints = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_endpoint_free);
    for (unsigned i = 0; i < moved->len; i++)
        _bw_board_add_endpoint (self, moved->pdata[i]);
    take_info (self, from->info);
    update (self);
}

gboolean
_bw_board_has_place (BwBoard *self, const char *place)
{
    return find_endpoint (self, place, NULL) >= 0
           || (self->endpoints->len == 0 && g_strcmp0 (self->last_place, place) == 0);
}

gboolean
_bw_board_has_address (BwBoard *self, const char *address)
{
    return find_endpoint (self, NULL, address) >= 0;
}

void
_bw_board_set_known_name (BwBoard *self, const char *name)
{
    set_text (self, &self->known_name, PROP_NAME, name);
}

const char *
_bw_board_get_known_name (BwBoard *self)
{
    return self->known_name;
}

void
_bw_board_set_interrupted (BwBoard *self, const BwStoredJob *job)
{
    g_autofree char *text = _bw_board_text_dup_interrupted (job->fraction);

    self->interrupted_id = job->id;
    set_rest (self, BW_BOARD_INTERRUPTED, text);
    update (self);
}

/* Jobs */

static void start_job (BwBoard *self);
static void start_console (BwBoard *self);

static void
on_progress (BwJob *job, BwBoard *self)
{
    if (job == self->job)
        update_progress (self);
}

static void
on_changed (BwJob *job, GParamSpec *pspec, BwBoard *self)
{
    if (job != self->job)
        return;
    /* what a first look finds may show that this card is one too many: only when it is over */
    if (job != self->look)
        take_info (self, bw_job_get_info (job));
    update (self);
}

/* A board is good only when what is on it was proved. */
static BwBoardState
find_good_state (BwJob *job)
{
    BwAction action = bw_plan_get_action (bw_job_get_plan (job));
    gboolean is_verdict = action == BW_ACTION_FLASH || action == BW_ACTION_VERIFY;

    return is_verdict && bw_job_is_proved (job) ? BW_BOARD_PASSED : BW_BOARD_READY;
}

/* Torn off in the middle: stopped by a person, or by the cable. */
static void
judge_interrupted (BwBoard *self, BwJob *job)
{
    BwJobProgress progress;
    g_autofree char *text = NULL;

    bw_job_get_progress (job, &progress);
    text = _bw_board_text_dup_interrupted (progress.fraction);
    set_rest (self, BW_BOARD_INTERRUPTED, text);
}

static void
judge (BwBoard *self, BwJob *job)
{
    BwCause cause = bw_error_get_cause (bw_job_get_error (job));

    switch (bw_job_get_result (job)) {
    case BW_JOB_SUCCESS:
        set_rest (self, find_good_state (job), NULL);
        break;
    case BW_JOB_CANCELLED:
        if (_bw_job_was_changed (job))
            judge_interrupted (self, job);
        else
            set_rest (self, BW_BOARD_READY, NULL);
        break;
    case BW_JOB_FAILED:
        if (_bw_job_was_changed (job) && cause == BW_CAUSE_UNPLUGGED)
            judge_interrupted (self, job);
        else
            set_rest (self, BW_BOARD_FAILED, bw_cause_get_title (cause));
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
    update (self);
}

/* Another board at the place of one that went: nothing of the old one holds for it. */
static void
check_identity (BwBoard *self, const BwBoardInfo *info)
{
    if (info == NULL || info->mac == NULL || self->mac == NULL
        || g_ascii_strcasecmp (info->mac, self->mac) == 0)
        return;
    forget_board (self);
    set_rest (self, BW_BOARD_READY, NULL);
}

static void
end_look (BwBoard *self, BwJob *job)
{
    g_clear_object (&self->look);
    check_identity (self, bw_job_get_info (job));
    judge_look (self, job);
    take_info (self, bw_job_get_info (job));
}

/* A console that made room for a job comes back; one that failed or was closed does not. */
static void
end_console (BwBoard *self)
{
    if (!self->is_waiting)
        g_clear_object (&self->console_plan);
    g_clear_object (&self->console);
    notify (self, PROP_CONSOLE);
}

static void
on_finished (BwJob *job, BwBoard *self)
{
    g_autoptr (BwJob) held = g_object_ref (job);
    g_autoptr (BwBoard) alive = g_object_ref (self);

    disconnect (self, job);
    if (job == self->console) {
        end_console (self);
    } else if (job == self->look) {
        end_look (self, job);
    } else {
        take_info (self, bw_job_get_info (job));
        judge (self, job);
        self->interrupted_id = 0;
        update (self);
        g_signal_emit (self, signals[JOB_FINISHED], 0, job);
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
    const BwEndpoint *endpoint = self->endpoints->len == 0 ? NULL : self->endpoints->pdata[0];

    _bw_job_set_board (job, self->last_place, self->mac, endpoint != NULL && endpoint->is_cdc);
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
    notify (self, PROP_CONSOLE);
}

void
_bw_board_look (BwBoard *self)
{
    g_autoptr (BwPlan) plan = NULL;

    if (is_running (self->job) || self->console != NULL || self->endpoints->len == 0)
        return;
    plan = bw_plan_new (BW_ACTION_IDENTIFY, NULL);
    g_clear_object (&self->job);
    self->job = make_job (self, plan);
    self->look = g_object_ref (self->job);
    if (self->rest != BW_BOARD_INTERRUPTED)
        set_rest (self, BW_BOARD_LOOKING, NULL);
    bw_job_start (self->job);
    update (self);
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
        bw_set_error (error, BW_CAUSE_BUSY, "a job runs on this board already");
        return NULL;
    }
    if (self->endpoints->len == 0) {
        bw_set_error (error, BW_CAUSE_UNPLUGGED, "%s is not there", self->address);
        return NULL;
    }
    if (bw_plan_get_action (plan) == BW_ACTION_CONSOLE)
        return open_console (self, plan);
    g_clear_object (&self->job);
    self->job = make_job (self, plan);
    notify (self, PROP_JOB);
    g_signal_emit (self, signals[JOB_STARTED], 0, self->job);
    self->is_waiting = self->console != NULL || self->look != NULL;
    if (self->console != NULL)
        bw_job_request_cancel (self->console);
    if (!self->is_waiting)
        start_job (self);
    update (self);
    return self->job;
}

void
bw_board_cancel (BwBoard *self)
{
    if (is_running (self->job))
        bw_job_request_cancel (self->job);
    else if (self->console != NULL) {
        g_clear_object (&self->console_plan);
        bw_job_request_cancel (self->console);
    }
}

void
bw_board_acknowledge (BwBoard *self)
{
    if (self->interrupted_id != 0 && self->store != NULL)
        bw_store_acknowledge_job (self->store, self->interrupted_id);
    self->interrupted_id = 0;
    set_rest (self, BW_BOARD_READY, NULL);
    update (self);
}

/* Properties */

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    BwBoard *self = BW_BOARD (object);

    switch (id) {
    case PROP_NAME:
        g_value_set_string (value, bw_board_get_name (self));
        break;
    case PROP_PLACE:
        g_value_set_string (value, bw_board_get_place (self));
        break;
    case PROP_ADDRESS:
        g_value_set_string (value, self->address);
        break;
    case PROP_CHIP_NAME:
        g_value_set_string (value, self->chip_name);
        break;
    case PROP_MAC:
        g_value_set_string (value, self->mac);
        break;
    case PROP_RUNNING:
        g_value_set_string (value, self->running);
        break;
    case PROP_STATE:
        g_value_set_int (value, (int) self->state);
        break;
    case PROP_STATE_TEXT:
        g_value_set_string (value, self->state_text);
        break;
    case PROP_STATE_ICON:
        g_value_set_string (value, bw_board_get_state_icon (self));
        break;
    case PROP_FRACTION:
        g_value_set_double (value, self->fraction);
        break;
    case PROP_PROGRESS_TEXT:
        g_value_set_string (value, self->progress_text);
        break;
    case PROP_IS_VIRTUAL:
        g_value_set_boolean (value, self->is_virtual);
        break;
    case PROP_IS_PRESENT:
        g_value_set_boolean (value, bw_board_is_present (self));
        break;
    case PROP_IS_BUSY:
        g_value_set_boolean (value, bw_board_is_busy (self));
        break;
    case PROP_BRIDGE:
        g_value_set_string (value, self->bridge);
        break;
    case PROP_INFO:
        g_value_set_boxed (value, self->info);
        break;
    case PROP_JOB:
        g_value_set_object (value, self->job);
        break;
    case PROP_CONSOLE:
        g_value_set_object (value, self->console);
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
stop_job (BwBoard *self, BwJob *job)
{
    if (job == NULL)
        return;
    disconnect (self, job);
    if (is_running (job))
        bw_job_request_cancel (job);
}

static void
bw_board_dispose (GObject *object)
{
    BwBoard *self = BW_BOARD (object);

    stop_job (self, self->job);
    stop_job (self, self->look);
    stop_job (self, self->console);
    g_clear_object (&self->job);
    g_clear_object (&self->look);
    g_clear_object (&self->console);
    g_clear_object (&self->console_plan);
    g_clear_object (&self->store);
    G_OBJECT_CLASS (bw_board_parent_class)->dispose (object);
}

static void
bw_board_finalize (GObject *object)
{
    BwBoard *self = BW_BOARD (object);

    g_ptr_array_unref (self->endpoints);
    bw_board_info_unref (self->info);
    g_object_unref (self->log);
    g_free (self->last_place);
    g_free (self->place_text);
    g_free (self->address);
    g_free (self->bridge);
    g_free (self->likely_board);
    g_free (self->known_name);
    g_free (self->chip_name);
    g_free (self->mac);
    g_free (self->running);
    g_free (self->rest_text);
    g_free (self->state_text);
    g_free (self->progress_text);
    G_OBJECT_CLASS (bw_board_parent_class)->finalize (object);
}

static void
install_texts (GParamFlags flags)
{
    static const struct {
        unsigned id;
        const char *name;
    } texts[] = {
        { PROP_NAME, "name" },
        { PROP_PLACE, "place" },
        { PROP_ADDRESS, "address" },
        { PROP_CHIP_NAME, "chip-name" },
        { PROP_MAC, "mac" },
        { PROP_RUNNING, "running" },
        { PROP_STATE_TEXT, "state-text" },
        { PROP_STATE_ICON, "state-icon" },
        { PROP_PROGRESS_TEXT, "progress-text" },
        { PROP_BRIDGE, "bridge" },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS (texts); i++)
        props[texts[i].id] = g_param_spec_string (texts[i].name, NULL, NULL, NULL, flags);
}

static void
bw_board_class_init (BwBoardClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS (klass);
    const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

    object_class->get_property = get_property;
    object_class->dispose = bw_board_dispose;
    object_class->finalize = bw_board_finalize;
    install_texts (flags);
    props[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, 0, BW_BOARD_GONE, 0, flags);
    props[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, flags);
    props[PROP_IS_VIRTUAL] = g_param_spec_boolean ("is-virtual", NULL, NULL, FALSE, flags);
    props[PROP_IS_PRESENT] = g_param_spec_boolean ("is-present", NULL, NULL, FALSE, flags);
    props[PROP_IS_BUSY] = g_param_spec_boolean ("is-busy", NULL, NULL, FALSE, flags);
    props[PROP_INFO] = g_param_spec_boxed ("info", NULL, NULL, BW_TYPE_BOARD_INFO, flags);
    props[PROP_JOB] = g_param_spec_object ("job", NULL, NULL, BW_TYPE_JOB, flags);
    props[PROP_CONSOLE] = g_param_spec_object ("console", NULL, NULL, BW_TYPE_JOB, flags);
    g_object_class_install_properties (object_class, N_PROPS, props);
    signals[JOB_STARTED] = g_signal_new ("job-started", BW_TYPE_BOARD, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 1, BW_TYPE_JOB);
    signals[JOB_FINISHED] = g_signal_new ("job-finished", BW_TYPE_BOARD, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 1, BW_TYPE_JOB);
}

static void
bw_board_init (BwBoard *self)
{
    self->endpoints = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_endpoint_free);
    self->log = bw_log_new ();
    self->rest = BW_BOARD_READY;
    self->state = BW_BOARD_GONE;
    self->state_text = g_strdup (_bw_board_text_get_word (BW_BOARD_GONE));
}

BwBoard *
_bw_board_new (BwBoardGroup group, BwStore *store)
{
    BwBoard *self = g_object_new (BW_TYPE_BOARD, NULL);

    self->group = group;
    self->store = store == NULL ? NULL : g_object_ref (store);
    return self;
}

const char *
bw_board_get_name (BwBoard *self)
{
    return find_name (self);
}

gboolean
bw_board_set_name (BwBoard *self, const char *name)
{
    if (self->mac == NULL)
        return FALSE;
    if (self->store != NULL)
        bw_store_rename_board (self->store, self->mac, name);
    _bw_board_set_known_name (self, name == NULL || *name == '\0' ? NULL : name);
    return TRUE;
}

const char *
bw_board_get_place (BwBoard *self)
{
    return self->place_text == NULL ? "" : self->place_text;
}

const char *
bw_board_get_address (BwBoard *self)
{
    return self->address == NULL ? "" : self->address;
}

const char *
bw_board_get_bridge (BwBoard *self)
{
    return self->bridge;
}

const char *
bw_board_get_chip_name (BwBoard *self)
{
    return self->chip_name;
}

const char *
bw_board_get_mac (BwBoard *self)
{
    return self->mac;
}

const char *
bw_board_get_running (BwBoard *self)
{
    return self->running;
}

BwBoardState
bw_board_get_state (BwBoard *self)
{
    return self->state;
}

const char *
bw_board_get_state_text (BwBoard *self)
{
    return self->state_text;
}

const char *
bw_board_get_state_icon (BwBoard *self)
{
    return _bw_board_text_get_icon (self->state);
}

const char *
bw_board_get_progress_text (BwBoard *self)
{
    return self->progress_text;
}

double
bw_board_get_fraction (BwBoard *self)
{
    return self->fraction;
}

gboolean
bw_board_is_virtual (BwBoard *self)
{
    return self->is_virtual;
}

BwBoardGroup
bw_board_get_group (BwBoard *self)
{
    return self->group;
}

gboolean
bw_board_is_present (BwBoard *self)
{
    return self->endpoints->len > 0;
}

BwBoardInfo *
bw_board_get_info (BwBoard *self)
{
    return self->info;
}

BwLog *
bw_board_get_log (BwBoard *self)
{
    return self->log;
}

BwJob *
bw_board_get_job (BwBoard *self)
{
    return self->job;
}

BwJob *
bw_board_get_console (BwBoard *self)
{
    return self->console;
}

gboolean
bw_board_is_busy (BwBoard *self)
{
    return is_running (self->job) && self->job != self->look;
}
