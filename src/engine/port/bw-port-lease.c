/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-port"
#include "config.h"

#include "bw-port-lease.h"

#include <glib/gi18n-lib.h>

static GMutex lock;
static GHashTable *taken; /* set of names; guarded by lock */

static gboolean
is_taken (const char *name)
{
    return taken != NULL && g_hash_table_contains (taken, name);
}

gboolean
bw_port_lease_take (const char *name, GError **error)
{
    gboolean is_free = FALSE;

    g_mutex_lock (&lock);
    if (taken == NULL)
        taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    is_free = !is_taken (name);
    if (is_free)
        g_hash_table_add (taken, g_strdup (name));
    g_mutex_unlock (&lock);
    if (!is_free)
        bw_set_error (error, BW_CAUSE_BUSY, _ ("%s is in use by another job of this program"),
                      name);
    return is_free;
}

void
bw_port_lease_give_back (const char *name)
{
    g_mutex_lock (&lock);
    if (name != NULL && taken != NULL)
        g_hash_table_remove (taken, name);
    g_mutex_unlock (&lock);
}
