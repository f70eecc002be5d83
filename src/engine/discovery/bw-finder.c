/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-finder"
#include "config.h"

#include "bw-finder.h"

#include "bw-finder-private.h"

typedef struct {
    GHashTable *endpoints; /* address → BwEndpoint */
    gboolean is_settled;
} BwFinderPrivate;

enum {
    APPEARED,
    DISAPPEARED,
    SETTLED,
    N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_TYPE_WITH_PRIVATE (BwFinder, bw_finder, G_TYPE_OBJECT)

static BwFinderPrivate *
get_private (BwFinder *self)
{
    return bw_finder_get_instance_private (self);
}

static void
bw_finder_finalize (GObject *object)
{
    g_hash_table_unref (get_private (BW_FINDER (object))->endpoints);
    G_OBJECT_CLASS (bw_finder_parent_class)->finalize (object);
}

static void
bw_finder_class_init (BwFinderClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = bw_finder_finalize;
    signals[APPEARED] = g_signal_new ("appeared", BW_TYPE_FINDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                      NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
    signals[DISAPPEARED] = g_signal_new ("disappeared", BW_TYPE_FINDER, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
    signals[SETTLED] = g_signal_new ("settled", BW_TYPE_FINDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                     NULL, G_TYPE_NONE, 0);
}

static void
bw_finder_init (BwFinder *self)
{
    get_private (self)->endpoints =
        g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) bw_endpoint_free);
}

void
bw_finder_start (BwFinder *self)
{
    g_return_if_fail (BW_IS_FINDER (self));
    BW_FINDER_GET_CLASS (self)->start (self);
}

gboolean
bw_finder_is_settled (BwFinder *self)
{
    return get_private (self)->is_settled;
}

/* Whether the name still belongs to the same device: a removal may have been missed. */
static gboolean
is_same (const BwEndpoint *a, const BwEndpoint *b)
{
    gboolean has_serials = a->serial != NULL && b->serial != NULL;

    return g_strcmp0 (a->place, b->place) == 0 && a->vid == b->vid && a->pid == b->pid
           && (!has_serials || g_str_equal (a->serial, b->serial));
}

void
_bw_finder_add (BwFinder *self, BwEndpoint *endpoint)
{
    GHashTable *endpoints = get_private (self)->endpoints;
    const BwEndpoint *old = g_hash_table_lookup (endpoints, endpoint->address);

    if (old != NULL && is_same (old, endpoint)) {
        bw_endpoint_free (endpoint);
        return;
    }
    _bw_finder_remove (self, endpoint->address);
    g_hash_table_insert (endpoints, endpoint->address, endpoint);
    g_signal_emit (self, signals[APPEARED], 0, endpoint);
}

void
_bw_finder_remove (BwFinder *self, const char *address)
{
    GHashTable *endpoints = get_private (self)->endpoints;
    g_autoptr (BwEndpoint) endpoint = g_hash_table_lookup (endpoints, address);

    if (endpoint == NULL)
        return;
    g_hash_table_steal (endpoints, address);
    g_signal_emit (self, signals[DISAPPEARED], 0, endpoint->place, endpoint->address);
}

void
_bw_finder_settle (BwFinder *self)
{
    BwFinderPrivate *priv = get_private (self);

    if (priv->is_settled)
        return;
    priv->is_settled = TRUE;
    g_signal_emit (self, signals[SETTLED], 0);
}
