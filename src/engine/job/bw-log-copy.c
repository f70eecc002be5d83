/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-log-copy"
#include "config.h"

#include "bw-log-copy.h"

#include "bw-log-private.h"

struct range {
    uint64_t first;
    uint64_t last;
};

struct BwLogPick {
    unsigned levels;
    gboolean with_times;
    GArray *ranges; /* of struct range, in the order of the log */

    /* of the thread that copies */
    GString *text;
    unsigned n_lines;
    int64_t second; /* whose text is in clock */
    char clock[16];
};

BwLogPick *
bw_log_pick_new (unsigned levels, gboolean with_times)
{
    BwLogPick *self = g_new0 (BwLogPick, 1);

    self->levels = levels;
    self->with_times = with_times;
    self->ranges = g_array_new (FALSE, FALSE, sizeof (struct range));
    self->text = g_string_new (NULL);
    self->second = -1;
    return self;
}

void
bw_log_pick_free (BwLogPick *self)
{
    if (self == NULL)
        return;
    g_array_unref (self->ranges);
    if (self->text != NULL)
        g_string_free (self->text, TRUE);
    g_free (self);
}

void
bw_log_pick_add (BwLogPick *self, uint64_t first, uint64_t last)
{
    struct range range = { first, last };

    g_return_if_fail (self != NULL && first <= last);
    g_array_append_val (self->ranges, range);
}

/* Many lines come in one second: a time zone is asked once for all of them. */
static void
append_time (BwLogPick *self, int64_t time_us)
{
    int64_t second = time_us / G_USEC_PER_SEC;

    if (second != self->second) {
        g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (second);
        g_autofree char *clock = time == NULL ? NULL : g_date_time_format (time, "%H:%M:%S");

        g_strlcpy (self->clock, clock == NULL ? "" : clock, sizeof self->clock);
        self->second = second;
    }
    g_string_append_printf (self->text, "%s.%03d ", self->clock,
                            (int) (time_us % G_USEC_PER_SEC / 1000));
}

static void
on_line (const BwLogLine *line, gpointer user_data)
{
    BwLogPick *self = user_data;

    if (((self->levels >> line->level) & 1u) == 0)
        return;
    if (self->with_times)
        append_time (self, line->time_us);
    g_string_append (self->text, line->text);
    g_string_append_c (self->text, '\n');
    self->n_lines++;
}

static gpointer
copy_in_thread (gpointer data)
{
    g_autoptr (GTask) task = data;
    BwLog *log = g_task_get_source_object (task);
    BwLogPick *pick = g_task_get_task_data (task);

    for (unsigned i = 0; i < pick->ranges->len; i++) {
        const struct range *range = &g_array_index (pick->ranges, struct range, i);

        if (g_task_return_error_if_cancelled (task))
            return NULL;
        _bw_log_visit (log, range->first, range->last + 1, on_line, pick);
    }
    g_task_return_boolean (task, TRUE);
    return NULL;
}

void
bw_log_copy_async (BwLog *self,
                   BwLogPick *pick,
                   GCancellable *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

    g_return_if_fail (BW_IS_LOG (self) && pick != NULL);
    g_task_set_task_data (task, pick, (GDestroyNotify) bw_log_pick_free);
    g_thread_unref (g_thread_new ("bw-log-copy", copy_in_thread, g_object_ref (task)));
}

char *
bw_log_copy_finish (BwLog *self, GAsyncResult *result, unsigned *ret_lines, GError **error)
{
    BwLogPick *pick = NULL;

    g_return_val_if_fail (g_task_is_valid (result, self), NULL);
    if (!g_task_propagate_boolean (G_TASK (result), error))
        return NULL;
    pick = g_task_get_task_data (G_TASK (result));
    *ret_lines = pick->n_lines;
    /* the task is not asked twice; what is left of the pick goes with it */
    return g_string_free (g_steal_pointer (&pick->text), FALSE);
}
