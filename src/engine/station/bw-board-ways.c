/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-board-ways"
#include "config.h"

#include "bw-board-self.h"

/* The ways to a board: what comes and goes with them, and whether two lead to one board or to two. */

static void
use_endpoint (BwBoard *self)
{
    const BwEndpoint *endpoint = NULL;

    if (self->endpoints->len == 0)
        return;
    endpoint = self->endpoints->pdata[0];
    g_free (self->last_place);
    self->last_place = g_strdup (endpoint->place);
    _bw_board_use_wire (self, endpoint);
    _bw_board_set_text (self, &self->place_text, BW_BOARD_PROP_PLACE, endpoint->place_text);
    _bw_board_set_text (self, &self->address, BW_BOARD_PROP_ADDRESS, endpoint->address);
    _bw_board_set_text (self, &self->bridge, BW_BOARD_PROP_BRIDGE, endpoint->bridge);
    _bw_board_set_text (self, &self->likely_board, BW_BOARD_PROP_NAME, endpoint->likely_board);
    if (self->chip_name == NULL)
        _bw_board_set_text (self, &self->chip_name, BW_BOARD_PROP_CHIP_NAME, endpoint->chip_name);
    if (self->is_virtual != endpoint->is_virtual) {
        self->is_virtual = endpoint->is_virtual;
        _bw_board_notify (self, BW_BOARD_PROP_IS_VIRTUAL);
    }
    _bw_board_notify (self, BW_BOARD_PROP_NAME);
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

/* Who restarts is away no longer than this, and leaves so soon after the reset. Nobody changes boards
 * in that time while a job is at one. */
#define RESTART_US (3 * G_USEC_PER_SEC)
#define CHIP_VENDOR 0x303a

static void
note_leaving (BwBoard *self, const BwEndpoint *endpoint)
{
    self->left_us = g_get_monotonic_time ();
    if (endpoint->vid != CHIP_VENDOR)
        self->leaving = BW_BOARD_LEFT;
    else if (_bw_board_job_runs (self->job))
        self->leaving = BW_BOARD_LEFT_IN_JOB;
    else if (self->worked_until_us != 0 && self->left_us - self->worked_until_us < RESTART_US)
        self->leaving = BW_BOARD_LEFT_BEHIND_JOB;
    else
        self->leaving = BW_BOARD_LEFT;
}

/* How it had left, of a board that returns so soon that it only restarted. */
static BwBoardLeaving
get_return (BwBoard *self, const BwEndpoint *endpoint)
{
    if (g_get_monotonic_time () - self->left_us >= RESTART_US
        || (endpoint->mac != NULL && self->mac != NULL
            && g_ascii_strcasecmp (endpoint->mac, self->mac) != 0))
        return BW_BOARD_LEFT;
    return self->leaving;
}

/* A verdict stays until the board is taken out; what was torn off stays until it is made good. */
static void
come_back (BwBoard *self, const BwEndpoint *endpoint)
{
    if (endpoint->mac != NULL && self->mac != NULL && g_strcmp0 (endpoint->mac, self->mac) != 0)
        _bw_board_forget (self);
    else
        _bw_board_keep_interrupted (self);
    if (self->rest != BW_BOARD_INTERRUPTED)
        _bw_board_rest (self);
}

void
_bw_board_add_endpoint (BwBoard *self, const BwEndpoint *endpoint)
{
    int old = find_endpoint (self, endpoint->place, endpoint->address);
    gboolean was_gone = self->endpoints->len == 0;

    if (was_gone)
        self->leaving = get_return (self, endpoint);
    g_object_freeze_notify (G_OBJECT (self));
    if (old >= 0)
        g_ptr_array_remove_index (self->endpoints, (unsigned) old);
    else if (was_gone && self->last_place != NULL && !_bw_board_job_runs (self->job)
             && self->leaving != BW_BOARD_LEFT_IN_JOB)
        come_back (self, endpoint);
    g_ptr_array_insert (self->endpoints,
                        MAX (old, 0) < (int) self->endpoints->len && old >= 0 ? old : -1,
                        bw_endpoint_copy (endpoint));
    use_endpoint (self);
    if (was_gone)
        _bw_board_tell_jobs (self);
    if (was_gone)
        _bw_board_notify (self, BW_BOARD_PROP_IS_PRESENT);
    _bw_board_update (self);
    g_object_thaw_notify (G_OBJECT (self));
    if (endpoint->mac != NULL && self->mac == NULL)
        _bw_board_set_text (self, &self->mac, BW_BOARD_PROP_MAC, endpoint->mac);
}

void
_bw_board_remove_endpoint (BwBoard *self, const char *address)
{
    int index = find_endpoint (self, NULL, address);

    if (index < 0)
        return;
    note_leaving (self, self->endpoints->pdata[index]);
    g_object_freeze_notify (G_OBJECT (self));
    g_ptr_array_remove_index (self->endpoints, (unsigned) index);
    use_endpoint (self);
    if (self->endpoints->len == 0)
        _bw_board_notify (self, BW_BOARD_PROP_IS_PRESENT);
    _bw_board_update (self);
    g_object_thaw_notify (G_OBJECT (self));
}

gboolean
_bw_board_has_just_restarted (BwBoard *self)
{
    return self->leaving != BW_BOARD_LEFT;
}

void
_bw_board_move_endpoints (BwBoard *self, BwBoard *from)
{
    g_autoptr (GPtrArray) moved = g_steal_pointer (&from->endpoints);

    from->endpoints = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_endpoint_free);
    for (unsigned i = 0; i < moved->len; i++)
        _bw_board_add_endpoint (self, moved->pdata[i]);
    _bw_board_take_info (self, from->info);
    _bw_board_update (self);
}

gboolean
_bw_board_has_mac (BwBoard *self, const char *mac)
{
    return self->mac != NULL && mac != NULL && g_ascii_strcasecmp (self->mac, mac) == 0;
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

/* One board or two: cheap copies carry one MAC among them */

enum way {
    WAY_ADAPTER,
    WAY_OWN_USB,
    WAY_VIRTUAL,
    WAY_ADDRESS,
};

static enum way
get_way (const BwEndpoint *endpoint)
{
    if (endpoint->is_virtual)
        return WAY_VIRTUAL;
    if (endpoint->is_cdc)
        return WAY_OWN_USB;
    return endpoint->vid != 0 ? WAY_ADAPTER : WAY_ADDRESS;
}

/* A chip has one line that an adapter is on and one USB of its own; an address that a person named
 * may lead to any board, but two of them to two. */
static gboolean
may_lead_to_one (const BwEndpoint *a, const BwEndpoint *b)
{
    enum way one = get_way (a);
    enum way other = get_way (b);

    if (one == WAY_ADDRESS || other == WAY_ADDRESS)
        return one != other;
    return (one == WAY_ADAPTER && other == WAY_OWN_USB)
           || (one == WAY_OWN_USB && other == WAY_ADAPTER);
}

gboolean
_bw_board_may_be_reached_by (BwBoard *self, const BwEndpoint *endpoint)
{
    for (unsigned i = 0; i < self->endpoints->len; i++)
        if (!may_lead_to_one (self->endpoints->pdata[i], endpoint))
            return FALSE;
    return TRUE;
}

gboolean
_bw_board_may_be (BwBoard *self, BwBoard *other)
{
    for (unsigned i = 0; i < other->endpoints->len; i++)
        if (!_bw_board_may_be_reached_by (self, other->endpoints->pdata[i]))
            return FALSE;
    return TRUE;
}

void
_bw_board_set_shares_mac (BwBoard *self, gboolean shares)
{
    if (shares && !self->is_told_by_place && self->store != NULL)
        bw_store_remember_copies (self->store, self->mac);
    if (shares)
        self->is_told_by_place = TRUE;
    if (shares == self->shares_mac)
        return;
    self->shares_mac = shares;
    _bw_board_notify (self, BW_BOARD_PROP_SHARES_MAC);
}

gboolean
_bw_board_is_told_by_place (BwBoard *self)
{
    return self->is_told_by_place;
}

gboolean
bw_board_shares_mac (BwBoard *self)
{
    return self->shares_mac;
}
