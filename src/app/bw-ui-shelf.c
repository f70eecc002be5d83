/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-shelf"
#include "config.h"

#include "bw-ui-shelf.h"

struct _BwUiShelf {
    GObject parent_instance;

    BwSettings *settings;
    BwFirmware *firmware;
    GError *error;
    GCancellable *loading; /* of the load that counts; NULL when none runs */
};

enum {
    SIGNAL_CHANGED,
    N_SIGNALS,
};

static unsigned signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BwUiShelf, bw_ui_shelf, G_TYPE_OBJECT)

static void
stop_loading (BwUiShelf *self)
{
    if (self->loading != NULL)
        g_cancellable_cancel (self->loading);
    g_clear_object (&self->loading);
}

static void
remember (BwUiShelf *self)
{
    const char *const *specs = bw_firmware_get_specs (self->firmware);
    g_autofree char *spec = g_strjoinv (" ", (char **) specs);

    if (g_strv_length ((char **) specs) == 1)
        bw_settings_add_recent (self->settings, spec);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    BwUiShelf *self = g_task_get_source_object (task);
    g_autoptr (GError) error = NULL;
    g_autoptr (BwFirmware) firmware = bw_firmware_load_finish (result, &error);

    if (self->loading != g_task_get_cancellable (task)) {
        g_task_return_boolean (task, FALSE);
        return;
    }
    g_clear_object (&self->loading);
    if (firmware != NULL) {
        g_set_object (&self->firmware, firmware);
        remember (self);
    }
    self->error = g_steal_pointer (&error);
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
    g_task_return_boolean (task, firmware != NULL);
}

void
bw_ui_shelf_load (BwUiShelf *self,
                  const char *const *specs,
                  GAsyncReadyCallback callback,
                  gpointer user_data)
{
    GTask *task = NULL;

    bw_ui_shelf_clear (self);
    self->loading = g_cancellable_new ();
    task = g_task_new (self, self->loading, callback, user_data);
    g_task_set_check_cancellable (task, FALSE);
    bw_firmware_load_async (specs, self->loading, on_loaded, task);
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

void
bw_ui_shelf_clear (BwUiShelf *self)
{
    stop_loading (self);
    g_clear_object (&self->firmware);
    g_clear_error (&self->error);
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

BwFirmware *
bw_ui_shelf_get_firmware (BwUiShelf *self)
{
    return self->firmware;
}

const GError *
bw_ui_shelf_get_error (BwUiShelf *self)
{
    return self->error;
}

gboolean
bw_ui_shelf_is_loading (BwUiShelf *self)
{
    return self->loading != NULL;
}

BwSettings *
bw_ui_shelf_get_settings (BwUiShelf *self)
{
    return self->settings;
}

BwUiShelf *
bw_ui_shelf_new (BwSettings *settings)
{
    BwUiShelf *self = g_object_new (BW_UI_TYPE_SHELF, NULL);

    self->settings = g_object_ref (settings);
    return self;
}

static void
bw_ui_shelf_dispose (GObject *object)
{
    BwUiShelf *self = BW_UI_SHELF (object);

    stop_loading (self);
    g_clear_object (&self->firmware);
    g_clear_object (&self->settings);
    g_clear_error (&self->error);
    G_OBJECT_CLASS (bw_ui_shelf_parent_class)->dispose (object);
}

static void
bw_ui_shelf_class_init (BwUiShelfClass *klass)
{
    G_OBJECT_CLASS (klass)->dispose = bw_ui_shelf_dispose;
    signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                            0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
bw_ui_shelf_init (BwUiShelf *self)
{
}
