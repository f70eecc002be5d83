/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-survey"
#include "config.h"

#include "bw-survey.h"

#include "bw-port-missing.h"
#include "bw-port-owner.h"

static void
look (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    char *ports = NULL;
    GPtrArray *found = bw_port_survey (BW_PORT_OWNER_PROC, BW_PORT_OWNER_SYS, "/dev", &ports);

    g_task_set_task_data (task, ports, g_free);
    g_task_return_pointer (task, found, (GDestroyNotify) g_ptr_array_unref);
}

void
bw_survey_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

    g_task_run_in_thread (task, look);
}

GPtrArray *
bw_survey_finish (GAsyncResult *result, char **ret_ports, GError **error)
{
    GPtrArray *found = g_task_propagate_pointer (G_TASK (result), error);

    *ret_ports = found == NULL ? NULL : g_strdup (g_task_get_task_data (G_TASK (result)));
    return found;
}
