/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-watch"
#include "config.h"

#include "bw-ui-watch.h"

/* Before GTK lays out and draws, after what is more urgent. */
#define UPDATE_PRIORITY (G_PRIORITY_HIGH_IDLE + 5)

struct _BwUiWatch {
    BwUiWatchFunc func;
    gpointer owner;
    GObject *object;
    gulong handler;
    guint source;
};

static gboolean
on_idle (gpointer data)
{
    BwUiWatch *self = data;

    self->source = 0;
    self->func (self->owner);
    return G_SOURCE_REMOVE;
}

static void
on_notify (BwUiWatch *self)
{
    if (self->source == 0)
        self->source = g_idle_add_full (UPDATE_PRIORITY, on_idle, self, NULL);
}

BwUiWatch *
bw_ui_watch_new (BwUiWatchFunc func, gpointer owner)
{
    BwUiWatch *self = g_new0 (BwUiWatch, 1);

    self->func = func;
    self->owner = owner;
    return self;
}

void
bw_ui_watch_set_object (BwUiWatch *self, gpointer object)
{
    if (self->object == object)
        return;
    if (self->object != NULL)
        g_clear_signal_handler (&self->handler, self->object);
    g_set_object (&self->object, object);
    if (object != NULL)
        self->handler = g_signal_connect_swapped (object, "notify", G_CALLBACK (on_notify), self);
}

void
bw_ui_watch_free (BwUiWatch *self)
{
    if (self == NULL)
        return;
    bw_ui_watch_set_object (self, NULL);
    g_clear_handle_id (&self->source, g_source_remove);
    g_free (self);
}
