/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-board"
#include "config.h"

#include "bw-board.h"

#include <glib/gi18n-lib.h>

#include "bw-board-self.h"
#include "bw-board-text.h"
#include "bw-error.h"

enum {
    JOB_STARTED,
    JOB_FINISHED,
    N_SIGNALS
};

static GParamSpec *props[BW_BOARD_N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BwBoard, bw_board, G_TYPE_OBJECT)

void
_bw_board_notify (BwBoard *self, unsigned id)
{
    g_object_notify_by_pspec (G_OBJECT (self), props[id]);
}

void
_bw_board_set_text (BwBoard *self, char **text, unsigned id, const char *value)
{
    if (g_strcmp0 (*text, value) == 0)
        return;
    g_free (*text);
    *text = g_strdup (value);
    _bw_board_notify (self, id);
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

/* Of a half-written board nobody knows what it would run, whatever can be read on its flash. */
static BwBoardInfo *
dup_info (BwBoard *self)
{
    gboolean is_torn = self->rest == BW_BOARD_INTERRUPTED;

    if (self->told == NULL)
        return NULL;
    if (self->content == BW_BOARD_CONTENT_ERASED && !is_torn)
        return bw_board_info_copy_erased (self->told);
    return is_torn || self->content == BW_BOARD_CONTENT_CHANGED
               ? bw_board_info_copy_changed (self->told)
               : bw_board_info_ref (self->told);
}

static void
update_running (BwBoard *self)
{
    g_autofree char *running = NULL;

    if (self->info != NULL && self->info->app_name != NULL && !self->is_being_changed)
        running = g_strjoin (" ", self->info->app_name, self->info->app_version, NULL);
    _bw_board_set_text (self, &self->running, BW_BOARD_PROP_RUNNING, running);
}

static void
replace_info (BwBoard *self)
{
    bw_board_info_unref (self->info);
    self->info = dup_info (self);
    _bw_board_notify (self, BW_BOARD_PROP_INFO);
}

void
_bw_board_update_content (BwBoard *self)
{
    gboolean is_as_told =
        self->rest != BW_BOARD_INTERRUPTED && self->content == BW_BOARD_CONTENT_AS_TOLD;

    if (self->told != NULL && is_as_told != (self->info == self->told))
        replace_info (self);
    update_running (self);
}

void
_bw_board_set_content (BwBoard *self, BwBoardContent content)
{
    if (content == self->content)
        return;
    self->content = content;
    replace_info (self);
    update_running (self);
}

void
_bw_board_take_info (BwBoard *self, BwBoardInfo *info)
{
    if (info == NULL || info == self->told)
        return;
    bw_board_info_unref (self->told);
    self->told = bw_board_info_ref (info);
    self->content = BW_BOARD_CONTENT_AS_TOLD;
    g_object_freeze_notify (G_OBJECT (self));
    replace_info (self);
    update_running (self);
    if (info->chip_name != NULL)
        _bw_board_set_text (self, &self->chip_name, BW_BOARD_PROP_CHIP_NAME, info->chip_name);
    g_object_thaw_notify (G_OBJECT (self));
    /* last: the station may find that this board has another card */
    if (info->mac != NULL)
        _bw_board_set_text (self, &self->mac, BW_BOARD_PROP_MAC, info->mac);
}

void
_bw_board_forget (BwBoard *self)
{
    g_clear_pointer (&self->told, bw_board_info_unref);
    self->content = BW_BOARD_CONTENT_AS_TOLD;
    replace_info (self);
    update_running (self);
    _bw_board_set_text (self, &self->chip_name, BW_BOARD_PROP_CHIP_NAME, NULL);
    _bw_board_set_text (self, &self->mac, BW_BOARD_PROP_MAC, NULL);
    _bw_board_set_text (self, &self->known_name, BW_BOARD_PROP_NAME, NULL);
    self->is_told_by_place = FALSE;
    self->is_unproved = FALSE;
    g_clear_pointer (&self->only_mac, g_free);
    g_clear_pointer (&self->interrupted, bw_stored_job_free);
}

void
_bw_board_insist (BwBoard *self)
{
    g_free (self->only_mac);
    self->only_mac = g_strdup (self->mac);
}

void
_bw_board_use_wire (BwBoard *self, const BwEndpoint *endpoint)
{
    BwBoardInfo *told = NULL;

    if (self->told == NULL || endpoint->vid == 0 || self->told->is_cdc == endpoint->is_cdc)
        return;
    told = bw_board_info_copy (self->told);
    told->is_cdc = endpoint->is_cdc;
    bw_board_info_unref (self->told);
    self->told = told;
    replace_info (self);
}

void
_bw_board_set_known_name (BwBoard *self, const char *name)
{
    _bw_board_set_text (self, &self->known_name, BW_BOARD_PROP_NAME, name);
}

const char *
_bw_board_get_known_name (BwBoard *self)
{
    return self->known_name;
}

void
_bw_board_set_interrupted (BwBoard *self, const BwStoredJob *job)
{
    bw_stored_job_free (self->interrupted);
    self->interrupted = bw_stored_job_copy (job);
    self->is_unproved = FALSE;
    _bw_board_rest (self);
    _bw_board_update (self);
}

void
_bw_board_set_unproved (BwBoard *self)
{
    self->is_unproved = TRUE;
    _bw_board_update (self);
}

const BwStoredJob *
bw_board_get_interrupted (BwBoard *self)
{
    return self->interrupted;
}

/* Properties */

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    BwBoard *self = BW_BOARD (object);

    switch (id) {
    case BW_BOARD_PROP_NAME:
        g_value_set_string (value, bw_board_get_name (self));
        break;
    case BW_BOARD_PROP_PLACE:
        g_value_set_string (value, bw_board_get_place (self));
        break;
    case BW_BOARD_PROP_ADDRESS:
        g_value_set_string (value, self->address);
        break;
    case BW_BOARD_PROP_CHIP_NAME:
        g_value_set_string (value, self->chip_name);
        break;
    case BW_BOARD_PROP_MAC:
        g_value_set_string (value, self->mac);
        break;
    case BW_BOARD_PROP_RUNNING:
        g_value_set_string (value, self->running);
        break;
    case BW_BOARD_PROP_STATE:
        g_value_set_int (value, (int) self->state);
        break;
    case BW_BOARD_PROP_STATE_TEXT:
        g_value_set_string (value, self->state_text);
        break;
    case BW_BOARD_PROP_STATE_ICON:
        g_value_set_string (value, bw_board_get_state_icon (self));
        break;
    case BW_BOARD_PROP_FRACTION:
        g_value_set_double (value, self->fraction);
        break;
    case BW_BOARD_PROP_PROGRESS_TEXT:
        g_value_set_string (value, self->progress_text);
        break;
    case BW_BOARD_PROP_IS_VIRTUAL:
        g_value_set_boolean (value, self->is_virtual);
        break;
    case BW_BOARD_PROP_IS_PRESENT:
        g_value_set_boolean (value, bw_board_is_present (self));
        break;
    case BW_BOARD_PROP_IS_BUSY:
        g_value_set_boolean (value, bw_board_is_busy (self));
        break;
    case BW_BOARD_PROP_SHARES_MAC:
        g_value_set_boolean (value, self->shares_mac);
        break;
    case BW_BOARD_PROP_BRIDGE:
        g_value_set_string (value, self->bridge);
        break;
    case BW_BOARD_PROP_INFO:
        g_value_set_boxed (value, self->info);
        break;
    case BW_BOARD_PROP_JOB:
        g_value_set_object (value, self->job);
        break;
    case BW_BOARD_PROP_CONSOLE:
        g_value_set_object (value, self->console);
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_board_dispose (GObject *object)
{
    BwBoard *self = BW_BOARD (object);

    _bw_board_drop_jobs (self);
    g_clear_object (&self->store);
    g_clear_error (&self->no_store);
    G_OBJECT_CLASS (bw_board_parent_class)->dispose (object);
}

static void
bw_board_finalize (GObject *object)
{
    BwBoard *self = BW_BOARD (object);

    g_ptr_array_unref (self->endpoints);
    bw_board_info_unref (self->told);
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
    g_free (self->only_mac);
    g_free (self->running);
    g_free (self->rest_text);
    bw_stored_job_free (self->interrupted);
    g_free (self->state_text);
    g_free (self->progress_text);
    g_free (self->amount_text);
    g_free (self->time_left_text);
    G_OBJECT_CLASS (bw_board_parent_class)->finalize (object);
}

static void
install_texts (GParamFlags flags)
{
    static const struct {
        unsigned id;
        const char *name;
    } texts[] = {
        { BW_BOARD_PROP_NAME, "name" },
        { BW_BOARD_PROP_PLACE, "place" },
        { BW_BOARD_PROP_ADDRESS, "address" },
        { BW_BOARD_PROP_CHIP_NAME, "chip-name" },
        { BW_BOARD_PROP_MAC, "mac" },
        { BW_BOARD_PROP_RUNNING, "running" },
        { BW_BOARD_PROP_STATE_TEXT, "state-text" },
        { BW_BOARD_PROP_STATE_ICON, "state-icon" },
        { BW_BOARD_PROP_PROGRESS_TEXT, "progress-text" },
        { BW_BOARD_PROP_BRIDGE, "bridge" },
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
    props[BW_BOARD_PROP_STATE] = g_param_spec_int ("state", NULL, NULL, 0, BW_BOARD_GONE, 0, flags);
    props[BW_BOARD_PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, flags);
    props[BW_BOARD_PROP_IS_VIRTUAL] = g_param_spec_boolean ("is-virtual", NULL, NULL, FALSE, flags);
    props[BW_BOARD_PROP_IS_PRESENT] = g_param_spec_boolean ("is-present", NULL, NULL, FALSE, flags);
    props[BW_BOARD_PROP_IS_BUSY] = g_param_spec_boolean ("is-busy", NULL, NULL, FALSE, flags);
    props[BW_BOARD_PROP_SHARES_MAC] = g_param_spec_boolean ("shares-mac", NULL, NULL, FALSE, flags);
    props[BW_BOARD_PROP_INFO] = g_param_spec_boxed ("info", NULL, NULL, BW_TYPE_BOARD_INFO, flags);
    props[BW_BOARD_PROP_JOB] = g_param_spec_object ("job", NULL, NULL, BW_TYPE_JOB, flags);
    props[BW_BOARD_PROP_CONSOLE] = g_param_spec_object ("console", NULL, NULL, BW_TYPE_JOB, flags);
    g_object_class_install_properties (object_class, BW_BOARD_N_PROPS, props);
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
_bw_board_new (BwBoardGroup group, BwStore *store, const GError *no_store)
{
    BwBoard *self = g_object_new (BW_TYPE_BOARD, NULL);

    self->group = group;
    self->store = store == NULL ? NULL : g_object_ref (store);
    self->no_store = no_store == NULL ? NULL : g_error_copy (no_store);
    return self;
}

const char *
bw_board_get_name (BwBoard *self)
{
    return find_name (self);
}

gboolean
bw_board_set_name (BwBoard *self, const char *name, GError **error)
{
    if (self->mac == NULL) {
        bw_set_error (error, BW_CAUSE_USAGE,
                      _ ("Identify the board first: names are kept by MAC address"));
        return FALSE;
    }
    if (self->store == NULL) {
        g_propagate_error (error,
                           self->no_store != NULL
                               ? g_error_copy (self->no_store)
                               : bw_error_new (BW_CAUSE_STORE_CLOSED,
                                               _ ("There are no records: a name could not be "
                                                  "kept")));
        return FALSE;
    }
    if (name != NULL && g_utf8_strlen (name, -1) > BW_STORE_NAME_CHARACTERS_MAX) {
        bw_set_error (error, BW_CAUSE_USAGE, _ ("A name has at most %d characters"),
                      BW_STORE_NAME_CHARACTERS_MAX);
        return FALSE;
    }
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

const char *
bw_board_get_amount_text (BwBoard *self)
{
    return self->amount_text;
}

const char *
bw_board_get_time_left_text (BwBoard *self)
{
    return self->time_left_text;
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

gboolean
bw_board_is_likely (BwBoard *self)
{
    for (unsigned i = 0; i < self->endpoints->len; i++)
        if (((const BwEndpoint *) self->endpoints->pdata[i])->is_known)
            return TRUE;
    return FALSE;
}

BwBoardGroup
bw_board_get_group (BwBoard *self)
{
    return self->group;
}

int
bw_board_compare (BwBoard *a, BwBoard *b)
{
    const BwEndpoint one = { .place = a->last_place, .address = a->address };
    const BwEndpoint other = { .place = b->last_place, .address = b->address };
    int groups = (int) a->group - (int) b->group;

    return groups != 0 ? groups : bw_endpoint_compare (&one, &other);
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
    return _bw_board_job_runs (self->job) && self->job != self->look;
}
