/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-shelf"
#include "config.h"

#include "bw-ui-shelf.h"

#include <string.h>

struct _BwUiShelf {
    GObject parent_instance;

    BwSettings *settings;
    BwFirmware *firmware;
    GError *error;
    BwFirmwareMeter *meter; /* of that load */
    GCancellable *loading;  /* of the load that counts; NULL when none runs */
    GStrv specs;            /* what was asked for last; NULL when nothing is */
    char *address;          /* in the network that was asked for last, also after a clear */
    char *path;             /* of what was refused; NULL for several */
    GPtrArray *monitors;    /* GFileMonitor: of what the firmware was read from */
    BwFirmwareFilesState files;
    gboolean is_checking; /* what has become of the files */
    gboolean should_check;
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
    g_clear_pointer (&self->meter, bw_firmware_meter_unref);
}

/* --- files that change after they were read -------------------------------------------------- */

static void check_files (BwUiShelf *self);

static void
on_checked (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (BwUiShelf) self = user_data;
    BwFirmware *firmware = g_task_get_task_data (G_TASK (result));
    BwFirmwareFilesState state =
        (BwFirmwareFilesState) g_task_propagate_int (G_TASK (result), NULL);

    self->is_checking = FALSE;
    if (self->should_check || firmware != self->firmware) {
        check_files (self);
        return;
    }
    if (state == self->files)
        return;
    self->files = state;
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
check_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    g_task_return_int (task, bw_firmware_check_files_sync (data));
}

/* One look at a time: what happens meanwhile is looked at afterwards. */
static void
check_files (BwUiShelf *self)
{
    g_autoptr (GTask) task = NULL;

    self->should_check = self->is_checking;
    if (self->is_checking || self->firmware == NULL)
        return;
    self->is_checking = TRUE;
    /* not the task's source: its last reference might be dropped in the pool's thread */
    task = g_task_new (NULL, NULL, on_checked, g_object_ref (self));
    g_task_set_task_data (task, g_object_ref (self->firmware), g_object_unref);
    g_task_run_in_thread (task, check_in_thread);
}

static void
forget_files (BwUiShelf *self)
{
    self->files = BW_FIRMWARE_FILES_SAME;
    g_ptr_array_set_size (self->monitors, 0);
}

/* --- what is found out on the disk once a load is over ---------------------------------------- */

struct aftermath {
    BwUiShelf *shelf;     /* borrowed from the load that waits for it */
    BwFirmware *firmware; /* NULL: it was refused */
    char *spec;           /* the only argument; NULL when there were several */
    char *path;           /* the file in it, of one that was refused */
    GPtrArray *monitors;
};

static void
aftermath_free (struct aftermath *after)
{
    g_clear_object (&after->firmware);
    g_clear_pointer (&after->monitors, g_ptr_array_unref);
    g_free (after->spec);
    g_free (after->path);
    g_free (after);
}

static void
watch_file (struct aftermath *after, const char *path)
{
    g_autoptr (GFile) file = g_file_new_for_path (path);
    GFileMonitor *monitor = g_file_monitor_file (file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);

    if (monitor == NULL)
        return;
    /* an event only says when to look: what is true is what the disk says then */
    g_signal_connect_object (monitor, "changed", G_CALLBACK (check_files), after->shelf,
                             G_CONNECT_SWAPPED);
    g_ptr_array_add (after->monitors, monitor);
}

/* Events come to the main thread all the same. */
static void
look_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    struct aftermath *after = data;
    const char *const *files =
        after->firmware == NULL ? NULL : bw_firmware_get_files (after->firmware);

    for (gsize i = 0; files != NULL && files[i] != NULL; i++)
        watch_file (after, files[i]);
    if (after->firmware == NULL && after->spec != NULL)
        after->path = bw_firmware_spec_dup_path_sync (after->spec);
    /* a folder has no place in flash */
    if (after->path != NULL && g_file_test (after->path, G_FILE_TEST_IS_DIR))
        g_clear_pointer (&after->path, g_free);
    g_task_return_boolean (task, TRUE);
}

static void
look_around (BwUiShelf *self,
             BwFirmware *firmware,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
    /* not the task's source: its last reference might be dropped in the pool's thread */
    g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
    struct aftermath *after = g_new0 (struct aftermath, 1);

    after->shelf = self;
    after->firmware = firmware == NULL ? NULL : g_object_ref (firmware);
    after->spec = g_strv_length (self->specs) == 1 ? g_strdup (self->specs[0]) : NULL;
    after->monitors = g_ptr_array_new_with_free_func (g_object_unref);
    g_task_set_task_data (task, after, (GDestroyNotify) aftermath_free);
    g_task_run_in_thread (task, look_in_thread);
}

/* --- loading -------------------------------------------------------------------------------- */

static void
remember (BwUiShelf *self)
{
    const char *const *specs = bw_firmware_get_specs (self->firmware);
    g_autofree char *spec = g_strjoinv (" ", (char **) specs);

    /* what stands behind a ? may be a key, and is often good for one day */
    if (bw_firmware_spec_is_address (spec) && strchr (spec, '?') != NULL)
        return;
    if (g_strv_length ((char **) specs) == 1)
        bw_settings_add_recent (self->settings, spec);
}

static gboolean
is_current (BwUiShelf *self, GTask *load)
{
    return self->loading != NULL && self->loading == g_task_get_cancellable (load);
}

static void
end_load (BwUiShelf *self, GTask *load)
{
    g_clear_object (&self->loading);
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
    g_task_return_boolean (load, self->firmware != NULL);
}

static void
on_looked_around (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) load = user_data;
    BwUiShelf *self = g_task_get_source_object (load);
    struct aftermath *after = g_task_get_task_data (G_TASK (result));
    g_autoptr (GPtrArray) monitors = g_steal_pointer (&after->monitors);

    if (!is_current (self, load)) {
        g_task_return_boolean (load, FALSE);
        return;
    }
    g_set_object (&self->firmware, after->firmware);
    g_ptr_array_extend_and_steal (self->monitors, g_steal_pointer (&monitors));
    self->path = g_steal_pointer (&after->path);
    if (self->firmware != NULL)
        remember (self);
    end_load (self, load);
    /* between the reading and the watching nobody looked */
    check_files (self);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) load = user_data;
    BwUiShelf *self = g_task_get_source_object (load);
    g_autoptr (GError) error = NULL;
    g_autoptr (BwFirmware) firmware = bw_firmware_load_finish (result, &error);

    if (!is_current (self, load)) {
        g_task_return_boolean (load, FALSE);
        return;
    }
    self->error = g_steal_pointer (&error);
    look_around (self, firmware, on_looked_around, g_steal_pointer (&load));
}

void
bw_ui_shelf_load (BwUiShelf *self,
                  const char *const *specs,
                  GAsyncReadyCallback callback,
                  gpointer user_data)
{
    g_auto (GStrv) wanted = g_strdupv ((char **) specs);
    GTask *task = NULL;

    bw_ui_shelf_clear (self);
    self->specs = g_steal_pointer (&wanted);
    if (self->specs[0] != NULL && bw_firmware_spec_is_address (self->specs[0])) {
        g_free (self->address);
        self->address = g_strdup (self->specs[0]);
    }
    self->loading = g_cancellable_new ();
    self->meter = bw_firmware_meter_new ();
    task = g_task_new (self, self->loading, callback, user_data);
    g_task_set_check_cancellable (task, FALSE);
    bw_firmware_load_async ((const char *const *) self->specs, self->meter, self->loading,
                            on_loaded, task);
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

BwFirmwareMeter *
bw_ui_shelf_get_meter (BwUiShelf *self)
{
    return self->meter;
}

gboolean
bw_ui_shelf_is_address (BwUiShelf *self)
{
    return self->specs != NULL && self->specs[0] != NULL
           && bw_firmware_spec_is_address (self->specs[0]);
}

const char *
bw_ui_shelf_get_address (BwUiShelf *self)
{
    return self->address;
}

const char *
bw_ui_shelf_get_path (BwUiShelf *self)
{
    return self->path;
}

void
bw_ui_shelf_reload (BwUiShelf *self)
{
    if (self->specs != NULL)
        bw_ui_shelf_load (self, (const char *const *) self->specs, NULL, NULL);
}

BwFirmwareFilesState
bw_ui_shelf_get_files (BwUiShelf *self)
{
    return self->files;
}

void
bw_ui_shelf_clear (BwUiShelf *self)
{
    stop_loading (self);
    forget_files (self);
    g_clear_pointer (&self->specs, g_strfreev);
    g_clear_pointer (&self->path, g_free);
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
    g_clear_pointer (&self->monitors, g_ptr_array_unref);
    g_clear_pointer (&self->specs, g_strfreev);
    g_clear_pointer (&self->path, g_free);
    g_clear_pointer (&self->address, g_free);
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
    self->monitors = g_ptr_array_new_with_free_func (g_object_unref);
}
