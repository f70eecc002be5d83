/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-board-ways"
#include "config.h"

#include "bw-board-self.h"

/* One board that is reached in two ways, or two boards: cheap copies carry one MAC among them. */

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
