/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-station-twins"
#include "config.h"

#include "bw-station-twins.h"

static void
free_group (gpointer group)
{
    g_ptr_array_unref (group);
}

/* Lower-case MAC → boards that are present and have it. */
static GHashTable *
group_by_mac (GPtrArray *boards)
{
    GHashTable *groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_group);

    for (unsigned i = 0; i < boards->len; i++) {
        const char *mac = bw_board_get_mac (boards->pdata[i]);
        g_autofree char *key = mac == NULL ? NULL : g_ascii_strdown (mac, -1);
        GPtrArray *group = key == NULL ? NULL : g_hash_table_lookup (groups, key);

        if (key == NULL || !bw_board_is_present (boards->pdata[i]))
            continue;
        if (group == NULL) {
            group = g_ptr_array_new ();
            g_hash_table_insert (groups, g_steal_pointer (&key), group);
        }
        g_ptr_array_add (group, boards->pdata[i]);
    }
    return groups;
}

/* Another way to the same board, which only waits for its cards to become one, is no other board. */
static gboolean
has_twin (GPtrArray *group, BwBoard *board)
{
    for (unsigned i = 0; i < group->len; i++)
        if (group->pdata[i] != board && !_bw_board_may_be (board, group->pdata[i]))
            return TRUE;
    return FALSE;
}

void
_bw_station_twins_update (GPtrArray *boards)
{
    g_autoptr (GHashTable) groups = group_by_mac (boards);

    for (unsigned i = 0; i < boards->len; i++) {
        BwBoard *board = boards->pdata[i];
        const char *mac = bw_board_get_mac (board);
        g_autofree char *key = mac == NULL ? NULL : g_ascii_strdown (mac, -1);
        GPtrArray *group = key == NULL ? NULL : g_hash_table_lookup (groups, key);

        _bw_board_set_shares_mac (board, group != NULL && bw_board_is_present (board)
                                             && has_twin (group, board));
    }
}
