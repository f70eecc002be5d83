/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-station"
#include "config.h"

#include "bw-station.h"

#include "bw-board-private.h"
#include "bw-finder.h"
#include "bw-station-self.h"
#include "bw-station-twins.h"

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

/* A place may be no more than a name, and two virtual boards may have the same. */
static gboolean
is_taken_by_another (BwBoard *board, const BwEndpoint *endpoint)
{
    if (!bw_board_is_present (board) || _bw_board_has_address (board, endpoint->address)
        || bw_board_get_mac (board) == NULL || endpoint->mac == NULL)
        return FALSE;
    return !_bw_board_has_mac (board, endpoint->mac)
           || !_bw_board_may_be_reached_by (board, endpoint);
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

BwBoard *
_bw_station_find_by_address (BwStation *self, const char *address)
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

        if (_bw_board_has_mac (board, endpoint->mac) && is_way_to (board, endpoint))
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

        if (other != board && _bw_board_has_mac (other, bw_board_get_mac (board))
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

/* What becomes of cards */

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
    _bw_station_apply_memory (self, board);
    merge_cards (self, board);
    _bw_station_twins_update (self->boards);
}

static void
on_present (BwBoard *board, GParamSpec *pspec, BwStation *self)
{
    _bw_station_twins_update (self->boards);
}

static void
on_name (BwBoard *board, GParamSpec *pspec, BwStation *self)
{
    _bw_station_take_name (self, board);
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

BwBoard *
_bw_station_append_board (BwStation *self, BwBoardGroup group, const BwEndpoint *endpoint)
{
    BwBoard *board = _bw_board_new (group, self->store, self->no_store);

    g_signal_connect (board, "job-started", G_CALLBACK (on_job_started), self);
    g_signal_connect (board, "job-finished", G_CALLBACK (on_job_finished), self);
    _bw_board_add_endpoint (board, endpoint);
    _bw_station_apply_memory (self, board);
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
        board = _bw_station_append_board (self, group, endpoint);
    if ((self->flags & BW_STATION_IDENTIFY) != 0 && endpoint->is_known
        && !_bw_board_has_just_restarted (board))
        _bw_board_look (board);
}

static void
on_disappeared (BwFinder *finder, const char *place, const char *address, BwStation *self)
{
    BwBoard *board = _bw_station_find_by_address (self, address);

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

void
_bw_station_start_finders (BwStation *self)
{
    for (unsigned i = 0; i < self->finders->len; i++)
        bw_finder_start (self->finders->pdata[i]);
    if (self->finders->len == 0)
        on_settled (NULL, self);
}

void
bw_station_start (BwStation *self)
{
    g_return_if_fail (!self->is_started);
    self->is_started = TRUE;
    if (self->store != NULL)
        _bw_station_recall (self);
    else
        _bw_station_start_finders (self);
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

/* All boards */

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
