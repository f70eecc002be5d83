/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-station"
#include "config.h"

#include "bw-station.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bw-board-private.h"
#include "bw-error.h"
#include "bw-finder.h"
#include "bw-port.h"
#include "bw-station-private.h"
#include "bw-station-twins.h"

/* "24:6f:28:00:00:01" */
#define MAC_CHARS 17u

struct _BwStation {
    GObject parent_instance;
    BwStore *store;
    GError *no_store; /* (nullable): why there is none */
    BwStationFlags flags;
    GPtrArray *boards;
    GPtrArray *finders;
    GHashTable *names;      /* MAC → given name */
    GPtrArray *interrupted; /* of BwStoredJob */
    GHashTable *applied; /* those of them that a card shows or has shown → that card, not owned */
    gboolean is_started;
    gboolean is_settled;
    unsigned n_running;
    unsigned n_batch;
    unsigned n_good; /* proved */
    unsigned n_done; /* ended well, and there was nothing to prove or it was left out */
    unsigned n_failed;
};

enum {
    SETTLED,
    BATCH_FINISHED,
    N_SIGNALS
};

static guint signals[N_SIGNALS];

static void bw_station_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BwStation,
                               bw_station,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, bw_station_iface_init))

/* The model */

static GType
get_item_type (GListModel *model)
{
    return BW_TYPE_BOARD;
}

static guint
get_n_items (GListModel *model)
{
    return BW_STATION (model)->boards->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
    BwStation *self = BW_STATION (model);

    return position < self->boards->len ? g_object_ref (self->boards->pdata[position]) : NULL;
}

static void
bw_station_iface_init (GListModelInterface *iface)
{
    iface->get_item_type = get_item_type;
    iface->get_n_items = get_n_items;
    iface->get_item = get_item;
}

/* Finding boards in the list */

static gboolean
has_mac (BwBoard *board, const char *mac)
{
    const char *other = bw_board_get_mac (board);

    return other != NULL && mac != NULL && g_ascii_strcasecmp (other, mac) == 0;
}

/* A place may be no more than a name, and two virtual boards may have the same. */
static gboolean
is_taken_by_another (BwBoard *board, const BwEndpoint *endpoint)
{
    if (!bw_board_is_present (board) || _bw_board_has_address (board, endpoint->address)
        || bw_board_get_mac (board) == NULL || endpoint->mac == NULL)
        return FALSE;
    return !has_mac (board, endpoint->mac) || !_bw_board_may_be_reached_by (board, endpoint);
}

static BwBoard *
find_by_place (BwStation *self, const BwEndpoint *endpoint)
{
    for (unsigned i = 0; i < self->boards->len; i++) {
        BwBoard *board = self->boards->pdata[i];

        if (_bw_board_has_place (board, endpoint->place) && !is_taken_by_another (board, endpoint))
            return board;
    }
    return NULL;
}

static BwBoard *
find_by_address (BwStation *self, const char *address)
{
    for (unsigned i = 0; i < self->boards->len; i++)
        if (_bw_board_has_address (self->boards->pdata[i], address))
            return self->boards->pdata[i];
    return NULL;
}

/* The MAC of @endpoint belongs to @board; that may yet be another board, at another place. */
static gboolean
is_way_to (BwBoard *board, const BwEndpoint *endpoint)
{
    if (_bw_board_has_address (board, endpoint->address))
        return TRUE;
    if (_bw_board_is_told_by_place (board))
        return FALSE;
    return !bw_board_is_present (board) || _bw_board_may_be_reached_by (board, endpoint);
}

static BwBoard *
find_by_mac (BwStation *self, const BwEndpoint *endpoint)
{
    for (unsigned i = 0; i < self->boards->len; i++) {
        BwBoard *board = self->boards->pdata[i];

        if (has_mac (board, endpoint->mac) && is_way_to (board, endpoint))
            return board;
    }
    return NULL;
}

/* Another card of the same board, which is away there or reached in another way. */
static BwBoard *
find_other_card (BwStation *self, BwBoard *board)
{
    for (unsigned i = 0; !_bw_board_is_told_by_place (board) && i < self->boards->len; i++) {
        BwBoard *other = self->boards->pdata[i];

        if (other != board && has_mac (other, bw_board_get_mac (board))
            && !_bw_board_is_told_by_place (other)
            && (!bw_board_is_present (other) || _bw_board_may_be (board, other)))
            return other;
    }
    return NULL;
}

static void
drop_board (BwStation *self, BwBoard *board)
{
    guint index = 0;

    if (!g_ptr_array_find (self->boards, board, &index))
        return;
    g_signal_handlers_disconnect_by_data (board, self);
    g_ptr_array_remove_index (self->boards, index);
    g_list_model_items_changed (G_LIST_MODEL (self), index, 1, 0);
    _bw_station_twins_update (self->boards);
}

/* What the store remembers of a board */

/* Not interrupted any more, and not proved either. */
static gboolean
is_written (const BwStoredJob *job)
{
    return g_strcmp0 (job->result, "success") == 0;
}

static gboolean
is_shown (BwStation *self, BwStoredJob *job)
{
    return g_hash_table_contains (self->applied, job);
}

/* Of boards with one MAC the first to come is taken for the one that was torn off, until there is one
 * at the very place of it. */
static gboolean
is_misplaced (BwStation *self, BwStoredJob *job)
{
    BwBoard *first = g_hash_table_lookup (self->applied, job);

    return g_ptr_array_find (self->boards, first, NULL) && bw_board_is_present (first)
           && has_mac (first, job->mac) && !_bw_board_has_place (first, job->place);
}

static gboolean
is_at_its_place (BwBoard *board, const BwStoredJob *job)
{
    return job->place != NULL && _bw_board_has_place (board, job->place);
}

/* At this place is another board with its MAC. */
static gboolean
is_place_of_another (BwBoard *board, const BwStoredJob *job)
{
    for (char **place = job->good_elsewhere; place != NULL && *place != NULL; place++)
        if (_bw_board_has_place (board, *place))
            return TRUE;
    return FALSE;
}

static gboolean
was_torn_off (BwStation *self, BwBoard *board, BwStoredJob *job)
{
    if (is_shown (self, job) && !(is_at_its_place (board, job) && is_misplaced (self, job)))
        return FALSE;
    if (job->mac == NULL)
        return is_at_its_place (board, job);
    return has_mac (board, job->mac) && !is_place_of_another (board, job);
}

/* Of several the one at its own place is meant before one that only has its MAC. */
static BwStoredJob *
find_interrupted (BwStation *self, BwBoard *board)
{
    BwStoredJob *found = NULL;

    for (unsigned i = 0; self->interrupted != NULL && i < self->interrupted->len; i++) {
        BwStoredJob *job = self->interrupted->pdata[i];

        if (!was_torn_off (self, board, job))
            continue;
        if (is_at_its_place (board, job))
            return job;
        if (found == NULL)
            found = job;
    }
    return found;
}

static void
apply_interrupted (BwStation *self, BwBoard *board)
{
    BwStoredJob *job = find_interrupted (self, board);

    if (job == NULL)
        return;
    g_hash_table_insert (self->applied, job, board);
    if (is_written (job))
        _bw_board_set_unproved (board);
    else
        _bw_board_set_interrupted (board, job);
}

static void
apply_memory (BwStation *self, BwBoard *board)
{
    const char *mac = bw_board_get_mac (board);

    if (mac != NULL && g_hash_table_contains (self->names, mac))
        _bw_board_set_known_name (board, g_hash_table_lookup (self->names, mac));
    apply_interrupted (self, board);
}

/* One board, two cards: it came back at another place, or can be reached in two ways. */
static void
merge_cards (BwStation *self, BwBoard *board)
{
    BwBoard *other = find_other_card (self, board);

    if (other == NULL || bw_board_is_busy (board) || bw_board_is_busy (other))
        return;
    if (!bw_board_is_present (other)) {
        _bw_board_take_interrupted (board, other);
        drop_board (self, other);
    } else {
        _bw_board_move_endpoints (other, board);
        _bw_board_take_interrupted (other, board);
        _bw_board_take_verdict (other, board);
        drop_board (self, board);
    }
}

static void
on_mac (BwBoard *board, GParamSpec *pspec, BwStation *self)
{
    apply_memory (self, board);
    merge_cards (self, board);
    _bw_station_twins_update (self->boards);
}

static void
on_present (BwBoard *board, GParamSpec *pspec, BwStation *self)
{
    _bw_station_twins_update (self->boards);
}

/* It is kept by MAC: whichever card of several it was given on, the next start would show it on all. */
static void
share_name (BwStation *self, const char *mac, const char *name)
{
    for (unsigned i = 0; i < self->boards->len; i++)
        if (has_mac (self->boards->pdata[i], mac))
            _bw_board_set_known_name (self->boards->pdata[i], name);
}

static void
on_name (BwBoard *board, GParamSpec *pspec, BwStation *self)
{
    const char *mac = bw_board_get_mac (board);
    const char *name = _bw_board_get_known_name (board);

    if (mac == NULL)
        return;
    if (name != NULL)
        g_hash_table_insert (self->names, g_strdup (mac), g_strdup (name));
    else
        g_hash_table_remove (self->names, mac);
    share_name (self, mac, name);
}

/* Batches */

static void
on_job_started (BwBoard *board, BwJob *job, BwStation *self)
{
    self->n_running++;
    self->n_batch++;
}

static gboolean
open_console (gpointer data)
{
    BwBoard *board = data;
    g_autoptr (BwPlan) plan = bw_plan_new (BW_ACTION_CONSOLE, NULL);
    g_autoptr (GError) error = NULL;

    if (bw_board_is_present (board) && bw_board_get_console (board) == NULL
        && !bw_board_is_busy (board) && bw_board_start (board, plan, &error) == NULL)
        g_debug ("no console after flashing: %s", error->message);
    return G_SOURCE_REMOVE;
}

/* Whoever has flashed a board wants to see it live; one that stays in its loader says nothing.
 * Later: the board is still busy with the end of its job. */
static void
listen_after (BwStation *self, BwBoard *board, BwJob *job)
{
    BwPlan *plan = bw_job_get_plan (job);

    if ((self->flags & BW_STATION_LISTEN) == 0 || bw_plan_get_action (plan) != BW_ACTION_FLASH
        || bw_plan_get_options (plan)->stay || !bw_job_is_proved (job))
        return;
    g_idle_add_full (G_PRIORITY_DEFAULT, open_console, g_object_ref (board), g_object_unref);
}

static void
count (BwStation *self, BwJob *job)
{
    if (bw_job_get_result (job) == BW_JOB_FAILED)
        self->n_failed++;
    else if (bw_job_is_proved (job))
        self->n_good++;
    else if (bw_job_get_result (job) == BW_JOB_SUCCESS)
        self->n_done++;
}

static void
end_batch (BwStation *self)
{
    unsigned good = self->n_good;
    unsigned done = self->n_done;
    unsigned failed = self->n_failed;
    unsigned n = self->n_batch;

    self->n_good = self->n_done = self->n_failed = self->n_batch = 0;
    if (n >= 2)
        g_signal_emit (self, signals[BATCH_FINISHED], 0, good, done, failed,
                       n - good - done - failed);
}

static void
on_job_finished (BwBoard *board, BwJob *job, BwStation *self)
{
    g_autoptr (BwBoard) held G_GNUC_UNUSED = g_object_ref (board);

    self->n_running--;
    merge_cards (self, board);
    listen_after (self, board, job);
    count (self, job);
    if (self->n_running == 0)
        end_batch (self);
}

/* Endpoints */

static BwBoard *
append_board (BwStation *self, BwBoardGroup group, const BwEndpoint *endpoint)
{
    BwBoard *board = _bw_board_new (group, self->store, self->no_store);

    g_signal_connect (board, "job-started", G_CALLBACK (on_job_started), self);
    g_signal_connect (board, "job-finished", G_CALLBACK (on_job_finished), self);
    _bw_board_add_endpoint (board, endpoint);
    apply_memory (self, board);
    g_signal_connect (board, "notify::mac", G_CALLBACK (on_mac), self);
    g_signal_connect (board, "notify::name", G_CALLBACK (on_name), self);
    g_signal_connect (board, "notify::is-present", G_CALLBACK (on_present), self);
    g_ptr_array_add (self->boards, board);
    g_list_model_items_changed (G_LIST_MODEL (self), self->boards->len - 1, 0, 1);
    _bw_station_twins_update (self->boards);
    return board;
}

static BwBoard *
find_for_endpoint (BwStation *self, const BwEndpoint *endpoint)
{
    BwBoard *board = find_by_mac (self, endpoint);

    return board != NULL ? board : find_by_place (self, endpoint);
}

static void
on_appeared (BwFinder *finder, const BwEndpoint *endpoint, BwStation *self)
{
    BwBoardGroup group = endpoint->is_virtual ? BW_BOARD_GROUP_VIRTUAL : BW_BOARD_GROUP_USB;
    BwBoard *board = find_for_endpoint (self, endpoint);

    if (board != NULL)
        _bw_board_add_endpoint (board, endpoint);
    else
        board = append_board (self, group, endpoint);
    if ((self->flags & BW_STATION_IDENTIFY) != 0 && endpoint->is_known
        && !_bw_board_has_just_restarted (board))
        _bw_board_look (board);
}

static void
on_disappeared (BwFinder *finder, const char *place, const char *address, BwStation *self)
{
    BwBoard *board = find_by_address (self, address);

    if (board != NULL)
        _bw_board_remove_endpoint (board, address);
}

static void
on_settled (BwFinder *finder, BwStation *self)
{
    for (unsigned i = 0; i < self->finders->len; i++)
        if (!bw_finder_is_settled (self->finders->pdata[i]))
            return;
    if (self->is_settled)
        return;
    self->is_settled = TRUE;
    g_signal_emit (self, signals[SETTLED], 0);
}

void
_bw_station_add_finder (BwStation *self, BwFinder *finder)
{
    g_signal_connect_object (finder, "appeared", G_CALLBACK (on_appeared), self, 0);
    g_signal_connect_object (finder, "disappeared", G_CALLBACK (on_disappeared), self, 0);
    g_signal_connect_object (finder, "settled", G_CALLBACK (on_settled), self, 0);
    g_ptr_array_add (self->finders, g_object_ref (finder));
}

static void
start_finders (BwStation *self)
{
    for (unsigned i = 0; i < self->finders->len; i++)
        bw_finder_start (self->finders->pdata[i]);
    if (self->finders->len == 0)
        on_settled (NULL, self);
}

/* Starting: what is remembered is read first, so that no card changes its name under the eye */

struct memory {
    GPtrArray *boards;
    GPtrArray *interrupted;
};

static void
memory_free (struct memory *memory)
{
    g_clear_pointer (&memory->boards, g_ptr_array_unref);
    g_clear_pointer (&memory->interrupted, g_ptr_array_unref);
    g_free (memory);
}

static void
read_memory (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
    BwStore *store = task_data;
    struct memory *memory = g_new0 (struct memory, 1);
    g_autoptr (GError) error = NULL;

    memory->boards = bw_store_list_boards_sync (store, &error);
    if (memory->boards != NULL)
        memory->interrupted = bw_store_list_interrupted_sync (store, &error);
    if (error != NULL)
        g_warning ("what is known of boards cannot be read: %s, ignoring", error->message);
    g_task_return_pointer (task, memory, (GDestroyNotify) memory_free);
}

static void
take_memory (BwStation *self, struct memory *memory)
{
    for (unsigned i = 0; memory->boards != NULL && i < memory->boards->len; i++) {
        const BwStoredBoard *board = memory->boards->pdata[i];

        if (board->name != NULL)
            g_hash_table_insert (self->names, g_strdup (board->mac), g_strdup (board->name));
    }
    self->interrupted = g_steal_pointer (&memory->interrupted);
    memory_free (memory);
    for (unsigned i = 0; i < self->boards->len; i++)
        apply_memory (self, self->boards->pdata[i]);
}

static void
on_memory (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (BwStation) self = user_data;

    take_memory (self, g_task_propagate_pointer (G_TASK (result), NULL));
    start_finders (self);
}

void
bw_station_start (BwStation *self)
{
    g_autoptr (GTask) task = NULL;

    g_return_if_fail (!self->is_started);
    self->is_started = TRUE;
    if (self->store == NULL) {
        start_finders (self);
        return;
    }
    /* not the task's source: its last reference might be dropped in the pool's thread */
    task = g_task_new (NULL, NULL, on_memory, g_object_ref (self));
    g_task_set_task_data (task, g_object_ref (self->store), g_object_unref);
    g_task_run_in_thread (task, read_memory);
}

/* The object */

static void
bw_station_dispose (GObject *object)
{
    BwStation *self = BW_STATION (object);

    for (unsigned i = 0; i < self->boards->len; i++)
        g_signal_handlers_disconnect_by_data (self->boards->pdata[i], self);
    g_ptr_array_set_size (self->boards, 0);
    g_ptr_array_set_size (self->finders, 0);
    g_clear_object (&self->store);
    g_clear_error (&self->no_store);
    G_OBJECT_CLASS (bw_station_parent_class)->dispose (object);
}

static void
bw_station_finalize (GObject *object)
{
    BwStation *self = BW_STATION (object);

    g_ptr_array_unref (self->boards);
    g_ptr_array_unref (self->finders);
    g_hash_table_unref (self->names);
    g_hash_table_unref (self->applied);
    g_clear_pointer (&self->interrupted, g_ptr_array_unref);
    G_OBJECT_CLASS (bw_station_parent_class)->finalize (object);
}

static void
bw_station_class_init (BwStationClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS (klass);

    object_class->dispose = bw_station_dispose;
    object_class->finalize = bw_station_finalize;
    signals[SETTLED] = g_signal_new ("settled", BW_TYPE_STATION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                     NULL, G_TYPE_NONE, 0);
    signals[BATCH_FINISHED] =
        g_signal_new ("batch-finished", BW_TYPE_STATION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 4, G_TYPE_UINT, G_TYPE_UINT, G_TYPE_UINT, G_TYPE_UINT);
}

static void
bw_station_init (BwStation *self)
{
    self->boards = g_ptr_array_new_with_free_func (g_object_unref);
    self->finders = g_ptr_array_new_with_free_func (g_object_unref);
    self->applied = g_hash_table_new (NULL, NULL);
    self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

BwStation *
bw_station_new (BwStore *store, BwStationFlags flags)
{
    BwStation *self = g_object_new (BW_TYPE_STATION, NULL);

    self->store = store == NULL ? NULL : g_object_ref (store);
    self->flags = flags;
    if ((flags & BW_STATION_USB) != 0) {
        g_autoptr (BwFinder) usb = bw_usb_finder_new ();

        _bw_station_add_finder (self, usb);
    }
    if ((flags & BW_STATION_VIRTUAL) != 0) {
        g_autoptr (BwFinder) virtual = bw_virtual_finder_new ();

        _bw_station_add_finder (self, virtual);
    }
    return self;
}

void
bw_station_explain_no_store (BwStation *self, const GError *why)
{
    g_return_if_fail (!self->is_started && self->no_store == NULL);
    self->no_store = why == NULL ? NULL : g_error_copy (why);
}

void
bw_station_set_habits (BwStation *self, BwStationFlags habits)
{
    const BwStationFlags changeable = BW_STATION_IDENTIFY | BW_STATION_LISTEN;

    self->flags = (self->flags & ~changeable) | (habits & changeable);
}

gboolean
bw_station_is_settled (BwStation *self)
{
    return self->is_settled;
}

BwStore *
bw_station_get_store (BwStation *self)
{
    return self->store;
}

/* Adding by address */

static gboolean
is_serial_form (const char *address)
{
    static const char *const heads[] = { "/", "serial://", "tcp://", "rfc2217://" };

    for (unsigned i = 0; i < G_N_ELEMENTS (heads); i++)
        if (g_str_has_prefix (address, heads[i]) && strlen (address) > strlen (heads[i]))
            return TRUE;
    return FALSE;
}

/* Servers of serial lines have no usual port. */
static gboolean
check_names_port (const char *address, GError **error)
{
    g_autofree char *host = NULL;
    int port = -1;

    if (strstr (address, "://") == NULL || g_str_has_prefix (address, "serial://")
        || !g_uri_split_network (address, G_URI_FLAGS_NONE, NULL, &host, &port, NULL) || port != -1)
        return TRUE;
    /* translators: an address as typed, and the same again as an example of a whole one */
    bw_set_error (error, BW_CAUSE_USAGE, _ ("%s names no port: write it as %s:4000"), address,
                  address);
    return FALSE;
}

static BwBoard *
find_by_other_name (BwStation *self, const char *address)
{
    for (unsigned i = 0; i < self->boards->len; i++)
        if (bw_board_is_present (self->boards->pdata[i])
            && bw_port_address_is_same (bw_board_get_address (self->boards->pdata[i]), address))
            return self->boards->pdata[i];
    return NULL;
}

static BwBoard *
find_present (BwStation *self, const char *mac)
{
    for (unsigned i = 0; i < self->boards->len; i++)
        if (bw_board_is_present (self->boards->pdata[i]) && has_mac (self->boards->pdata[i], mac))
            return self->boards->pdata[i];
    return NULL;
}

/* Six pairs of digits with colons between them. */
static gboolean
is_mac (const char *text)
{
    for (unsigned i = 0; i < MAC_CHARS; i++)
        if (i % 3 == 2 ? text[i] != ':' : !g_ascii_isxdigit (text[i]))
            return FALSE;
    return text[MAC_CHARS] == '\0';
}

static BwBoard *
find_known_board (BwStation *self, const char *mac, GError **error)
{
    BwBoard *board = find_present (self, mac);

    if (!is_mac (mac)) {
        bw_set_error (error, BW_CAUSE_USAGE, _ ("%s is no MAC address such as 24:6f:28:00:00:01"),
                      mac);
        return NULL;
    }
    if (board != NULL && bw_board_shares_mac (board)) {
        bw_set_error (error, BW_CAUSE_USAGE,
                      _ ("more than one board here has the MAC address %s: name it by its port"),
                      mac);
        return NULL;
    }
    if (board != NULL) {
        _bw_board_insist (board);
        return board;
    }
    bw_set_error (error, BW_CAUSE_NO_SUCH_PORT, _ ("no board with the MAC address %s is here"),
                  mac);
    return NULL;
}

BwBoard *
bw_station_add_address (BwStation *self, const char *typed, GError **error)
{
    g_autofree char *plain = bw_port_address_dup_plain (typed);
    const char *address = plain;
    BwBoard *board = NULL;
    BwEndpoint endpoint = { 0 };

    if (g_str_has_prefix (address, "board:"))
        return find_known_board (self, address + strlen ("board:"), error);
    if (!is_serial_form (address)) {
        bw_set_error (error, BW_CAUSE_USAGE, _ ("%s is no address of a board"), typed);
        return NULL;
    }
    if (!check_names_port (address, error))
        return NULL;
    if (g_str_has_prefix (address, "serial:///"))
        address += strlen ("serial://");
    board = find_by_address (self, address);
    if (board == NULL)
        board = find_by_other_name (self, address);
    if (board != NULL)
        return board;
    endpoint.address = endpoint.place = endpoint.place_text = (char *) address;
    board = append_board (self, BW_BOARD_GROUP_ADDRESS, &endpoint);
    if ((self->flags & BW_STATION_IDENTIFY) != 0)
        _bw_board_look (board);
    return board;
}

void
bw_station_dismiss (BwStation *self, BwBoard *board)
{
    gboolean may_go =
        !bw_board_is_present (board) || bw_board_get_group (board) == BW_BOARD_GROUP_ADDRESS;

    if (may_go && !bw_board_is_busy (board))
        drop_board (self, board);
}

unsigned
bw_station_count_busy (BwStation *self)
{
    unsigned n = 0;

    for (unsigned i = 0; i < self->boards->len; i++)
        if (bw_board_is_busy (self->boards->pdata[i]))
            n++;
    return n;
}

void
_bw_station_drop_finders (BwStation *self)
{
    g_ptr_array_set_size (self->finders, 0);
}

void
bw_station_cancel_all (BwStation *self)
{
    for (unsigned i = 0; i < self->boards->len; i++)
        if (bw_board_is_busy (self->boards->pdata[i]))
            bw_board_cancel (self->boards->pdata[i]);
}

GPtrArray *
bw_station_dup_interrupted (BwStation *self)
{
    GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_stored_job_free);

    for (unsigned i = 0; self->interrupted != NULL && i < self->interrupted->len; i++)
        if (!is_written (self->interrupted->pdata[i]))
            g_ptr_array_add (copy, bw_stored_job_copy (self->interrupted->pdata[i]));
    return copy;
}
