/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-station-stop"
#include "config.h"

#include "bw-board-private.h"
#include "bw-station-private.h"

/* A thread that ends with the program ends anywhere: in the middle of a reset it leaves its board held
 * there. So whoever leaves waits until every one has let go of its port. */

typedef struct {
    GPtrArray *jobs; /* that ran when it began */
    unsigned n_running;
    guint timer;
} Stop;

static void
stop_free (gpointer data)
{
    Stop *self = data;

    g_clear_handle_id (&self->timer, g_source_remove);
    g_ptr_array_unref (self->jobs);
    g_free (self);
}

static void
end (GTask *task, gboolean is_still)
{
    Stop *self = g_task_get_task_data (task);

    for (unsigned i = 0; i < self->jobs->len; i++)
        g_signal_handlers_disconnect_by_data (self->jobs->pdata[i], task);
    g_clear_handle_id (&self->timer, g_source_remove);
    g_task_return_boolean (task, is_still);
    g_object_unref (task);
}

static void
on_finished (BwJob *job, GTask *task)
{
    Stop *self = g_task_get_task_data (task);

    g_signal_handlers_disconnect_by_data (job, task);
    self->n_running--;
    /* one that has not begun ends as soon as it is cancelled, before the time is set */
    if (self->n_running == 0 && self->timer != 0)
        end (task, TRUE);
}

static gboolean
on_limit (gpointer task)
{
    Stop *self = g_task_get_task_data (task);

    self->timer = 0;
    end (task, FALSE);
    return G_SOURCE_REMOVE;
}

void
bw_station_stop_async (BwStation *self,
                       unsigned limit_ms,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
    GTask *task = g_task_new (self, NULL, callback, user_data);
    Stop *stop = g_new0 (Stop, 1);
    GListModel *boards = G_LIST_MODEL (self);

    g_task_set_source_tag (task, bw_station_stop_async);
    g_task_set_task_data (task, stop, stop_free);
    stop->jobs = g_ptr_array_new_with_free_func (g_object_unref);
    _bw_station_drop_finders (self);
    bw_station_set_habits (self, 0);
    for (unsigned i = 0; i < g_list_model_get_n_items (boards); i++) {
        g_autoptr (BwBoard) board = g_list_model_get_item (boards, i);

        _bw_board_wind_up (board, stop->jobs);
    }
    stop->n_running = stop->jobs->len;
    for (unsigned i = 0; i < stop->jobs->len; i++) {
        g_signal_connect (stop->jobs->pdata[i], "finished", G_CALLBACK (on_finished), task);
        bw_job_request_cancel (stop->jobs->pdata[i]);
    }
    if (stop->n_running == 0)
        end (task, TRUE);
    else
        stop->timer = g_timeout_add (limit_ms, on_limit, task);
}

gboolean
bw_station_stop_finish (BwStation *self, GAsyncResult *result)
{
    g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

    return g_task_propagate_boolean (G_TASK (result), NULL);
}
