/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-station-memory"
#include "config.h"

#include "bw-board-private.h"
#include "bw-station-self.h"

/* What the store remembers of boards: their names, and jobs that were torn off. */

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
           && _bw_board_has_mac (first, job->mac) && !_bw_board_has_place (first, job->place);
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
    return _bw_board_has_mac (board, job->mac) && !is_place_of_another (board, job);
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

void
_bw_station_apply_memory (BwStation *self, BwBoard *board)
{
    const char *mac = bw_board_get_mac (board);

    if (mac != NULL && g_hash_table_contains (self->names, mac))
        _bw_board_set_known_name (board, g_hash_table_lookup (self->names, mac));
    apply_interrupted (self, board);
}

static void
share_name (BwStation *self, const char *mac, const char *name)
{
    for (unsigned i = 0; i < self->boards->len; i++)
        if (_bw_board_has_mac (self->boards->pdata[i], mac))
            _bw_board_set_known_name (self->boards->pdata[i], name);
}

void
_bw_station_take_name (BwStation *self, BwBoard *board)
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

/* Reading it */

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
        _bw_station_apply_memory (self, self->boards->pdata[i]);
}

static void
on_memory (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (BwStation) self = user_data;

    take_memory (self, g_task_propagate_pointer (G_TASK (result), NULL));
    _bw_station_start_finders (self);
}

void
_bw_station_recall (BwStation *self)
{
    /* not the task's source: its last reference might be dropped in the pool's thread */
    g_autoptr (GTask) task = g_task_new (NULL, NULL, on_memory, g_object_ref (self));

    g_task_set_task_data (task, g_object_ref (self->store), g_object_unref);
    g_task_run_in_thread (task, read_memory);
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
