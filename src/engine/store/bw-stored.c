/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-stored"
#include "config.h"

#include "bw-store.h"

void
bw_stored_board_free (BwStoredBoard *self)
{
    if (self == NULL)
        return;
    g_free (self->mac);
    g_free (self->name);
    g_free (self->chip_name);
    g_free (self->app_name);
    g_free (self->app_version);
    g_free (self->last_place);
    g_free (self);
}

BwStoredJob *
bw_stored_job_copy (const BwStoredJob *self)
{
    BwStoredJob *copy = g_memdup2 (self, sizeof *self);

    copy->mac = g_strdup (self->mac);
    copy->address = g_strdup (self->address);
    copy->place = g_strdup (self->place);
    copy->title = g_strdup (self->title);
    copy->firmware = g_strdup (self->firmware);
    copy->state = g_strdup (self->state);
    copy->result = g_strdup (self->result);
    copy->cause = g_strdup (self->cause);
    copy->message = g_strdup (self->message);
    copy->action = g_strdup (self->action);
    copy->partition = g_strdup (self->partition);
    copy->files = g_strdupv (self->files);
    copy->good_elsewhere = g_strdupv (self->good_elsewhere);
    return copy;
}

gboolean
bw_stored_job_is_same_work (const BwStoredJob *self, const BwStoredJob *other)
{
    return g_strcmp0 (self->action, other->action) == 0
           && g_strcmp0 (self->partition, other->partition) == 0 && self->offset == other->offset
           && self->size == other->size;
}

void
bw_stored_job_free (BwStoredJob *self)
{
    if (self == NULL)
        return;
    g_free (self->mac);
    g_free (self->address);
    g_free (self->place);
    g_free (self->title);
    g_free (self->firmware);
    g_free (self->state);
    g_free (self->result);
    g_free (self->cause);
    g_free (self->message);
    g_free (self->action);
    g_free (self->partition);
    g_strfreev (self->files);
    g_strfreev (self->good_elsewhere);
    g_free (self);
}
