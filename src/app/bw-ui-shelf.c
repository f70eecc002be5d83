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
    GCancellable *loading; /* of the load that counts; NULL when none runs */
    GPtrArray *monitors;   /* GFileMonitor: what the firmware was read from */
    gboolean is_stale;
    char *path; /* (nullable) */
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

/* --- files that change after they were read -------------------------------------------------- */

static gboolean
is_firmware_file (GFile *file)
{
    static const char *const ends[] = { ".bin", ".json", ".hex", ".uf2", ".gz" };
    g_autofree char *name = g_file_get_basename (file);

    for (gsize i = 0; i < G_N_ELEMENTS (ends); i++)
        if (g_str_has_suffix (name, ends[i]))
            return TRUE;
    return FALSE;
}

static void
on_file_event (GFileMonitor *monitor,
               GFile *file,
               GFile *other,
               GFileMonitorEvent event,
               BwUiShelf *self)
{
    gboolean is_change =
        event == G_FILE_MONITOR_EVENT_CHANGED || event == G_FILE_MONITOR_EVENT_CREATED
        || event == G_FILE_MONITOR_EVENT_RENAMED || event == G_FILE_MONITOR_EVENT_MOVED_IN;

    if (!is_change || self->is_stale || self->firmware == NULL
        || !is_firmware_file (other != NULL ? other : file))
        return;
    self->is_stale = TRUE;
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

struct watch {
    BwUiShelf *shelf; /* borrowed from the load that waits for it */
    BwFirmware *firmware;
    GPtrArray *monitors;
};

static void
watch_free (struct watch *watch)
{
    g_clear_object (&watch->firmware);
    g_clear_pointer (&watch->monitors, g_ptr_array_unref);
    g_free (watch);
}

static void
watch_file (struct watch *watch, GFile *file)
{
    GFileMonitor *monitor = g_file_monitor (file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);

    if (monitor == NULL)
        return;
    g_signal_connect_object (monitor, "changed", G_CALLBACK (on_file_event), watch->shelf, 0);
    g_ptr_array_add (watch->monitors, monitor);
}

/* A build folder, or the folder of a file that names others: what they name lies in or right below
 * it. */
static void
watch_folder (struct watch *watch, GFile *folder)
{
    static const char *const below[] = { "bootloader", "partition_table" };

    watch_file (watch, folder);
    for (gsize i = 0; i < G_N_ELEMENTS (below); i++) {
        g_autoptr (GFile) child = g_file_get_child (folder, below[i]);

        watch_file (watch, child);
    }
}

/* What of it may be put somewhere else; nothing here waits for a disk. */
static char *
dup_path (const char *spec)
{
    const char *at = strrchr (spec, '@');

    return at != NULL && g_ascii_isdigit (at[1]) ? g_strndup (spec, (gsize) (at - spec))
                                                 : g_strdup (spec);
}

static void
watch_spec (struct watch *watch, const char *spec)
{
    g_autofree char *path = bw_firmware_spec_dup_path (spec);
    g_autoptr (GFile) file = g_file_new_for_path (path);
    g_autoptr (GFile) parent = g_file_get_parent (file);

    if (parent != NULL && g_str_has_suffix (path, ".json"))
        watch_folder (watch, parent);
    else if (is_firmware_file (file))
        watch_file (watch, file);
    else
        watch_folder (watch, file);
}

/* Finding the files to watch waits for their disk; events come to the main thread all the same. */
static void
watch_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    struct watch *watch = data;
    const char *const *specs = bw_firmware_get_specs (watch->firmware);

    for (gsize i = 0; specs[i] != NULL; i++)
        watch_spec (watch, specs[i]);
    g_task_return_boolean (task, TRUE);
}

static void
watch_files (BwUiShelf *self,
             BwFirmware *firmware,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
    /* not the task's source: its last reference might be dropped in the pool's thread */
    g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
    struct watch *watch = g_new0 (struct watch, 1);

    watch->shelf = self;
    watch->firmware = g_object_ref (firmware);
    watch->monitors = g_ptr_array_new_with_free_func (g_object_unref);
    g_task_set_task_data (task, watch, (GDestroyNotify) watch_free);
    g_task_run_in_thread (task, watch_in_thread);
}

static void
forget_files (BwUiShelf *self)
{
    self->is_stale = FALSE;
    g_ptr_array_set_size (self->monitors, 0);
}

/* --- loading -------------------------------------------------------------------------------- */

static void
remember (BwUiShelf *self)
{
    const char *const *specs = bw_firmware_get_specs (self->firmware);
    g_autofree char *spec = g_strjoinv (" ", (char **) specs);

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
on_watched (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) load = user_data;
    BwUiShelf *self = g_task_get_source_object (load);
    struct watch *watch = g_task_get_task_data (G_TASK (result));
    g_autoptr (GPtrArray) monitors = g_steal_pointer (&watch->monitors);

    if (!is_current (self, load)) {
        g_task_return_boolean (load, FALSE);
        return;
    }
    g_set_object (&self->firmware, watch->firmware);
    g_ptr_array_extend_and_steal (self->monitors, g_steal_pointer (&monitors));
    remember (self);
    end_load (self, load);
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
    if (firmware != NULL) {
        watch_files (self, firmware, on_watched, g_steal_pointer (&load));
        return;
    }
    self->error = g_steal_pointer (&error);
    end_load (self, load);
}

void
bw_ui_shelf_load (BwUiShelf *self,
                  const char *const *specs,
                  GAsyncReadyCallback callback,
                  gpointer user_data)
{
    GTask *task = NULL;

    bw_ui_shelf_clear (self);
    if (specs[0] != NULL && specs[1] == NULL)
        self->path = dup_path (specs[0]);
    self->loading = g_cancellable_new ();
    task = g_task_new (self, self->loading, callback, user_data);
    g_task_set_check_cancellable (task, FALSE);
    bw_firmware_load_async (specs, self->loading, on_loaded, task);
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

const char *
bw_ui_shelf_get_path (BwUiShelf *self)
{
    return self->path;
}

void
bw_ui_shelf_reload (BwUiShelf *self)
{
    g_auto (GStrv) specs = g_strdupv ((char **) bw_firmware_get_specs (self->firmware));

    bw_ui_shelf_load (self, (const char *const *) specs, NULL, NULL);
}

gboolean
bw_ui_shelf_is_stale (BwUiShelf *self)
{
    return self->is_stale;
}

void
bw_ui_shelf_clear (BwUiShelf *self)
{
    stop_loading (self);
    forget_files (self);
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
    g_clear_pointer (&self->path, g_free);
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
