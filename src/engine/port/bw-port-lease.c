/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-port"
#include "config.h"

#include "bw-port-lease.h"

static GMutex lock;
static GHashTable *taken; /* set of names; guarded by lock */

gboolean
bw_port_lease_take (const char *name, GError **error)
{
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);

    if (taken == NULL)
        taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    if (g_hash_table_contains (taken, name)) {
        bw_set_error (error, BW_CAUSE_BUSY, "%s is in use by another job of this program", name);
        return FALSE;
    }
    g_hash_table_add (taken, g_strdup (name));
    return TRUE;
}

void
bw_port_lease_give_back (const char *name)
{
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);

    if (name != NULL && taken != NULL)
        g_hash_table_remove (taken, name);
}

gboolean
bw_port_lease_is_taken (const char *name)
{
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);

    return taken != NULL && g_hash_table_contains (taken, name);
}
