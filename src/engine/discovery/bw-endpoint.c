/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-endpoint"
#include "config.h"

#include "bw-finder.h"
#include "bw-text-order.h"

BwEndpoint *
bw_endpoint_copy (const BwEndpoint *self)
{
    BwEndpoint *copy = g_memdup2 (self, sizeof *self);

    copy->address = g_strdup (self->address);
    copy->place = g_strdup (self->place);
    copy->place_text = g_strdup (self->place_text);
    copy->bridge = g_strdup (self->bridge);
    copy->likely_board = g_strdup (self->likely_board);
    copy->chip_name = g_strdup (self->chip_name);
    copy->mac = g_strdup (self->mac);
    copy->serial = g_strdup (self->serial);
    return copy;
}

void
bw_endpoint_free (BwEndpoint *self)
{
    if (self == NULL)
        return;
    g_free (self->address);
    g_free (self->place);
    g_free (self->place_text);
    g_free (self->bridge);
    g_free (self->likely_board);
    g_free (self->chip_name);
    g_free (self->mac);
    g_free (self->serial);
    g_free (self);
}

int
bw_endpoint_compare (const BwEndpoint *a, const BwEndpoint *b)
{
    int places = bw_text_compare (a->place, b->place);

    return places != 0 ? places : bw_text_compare (a->address, b->address);
}
