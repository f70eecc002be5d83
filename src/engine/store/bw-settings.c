/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-settings"
#include "config.h"

#include "bw-settings.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdint.h>
#include <stdlib.h>

#include "bw-error.h"
#include "bw-target.h"

/* Of a new file. */
#define FILE_MODE 0600

#define GROUP "boardwalk"
#define KEY_VERSION "version"
#define KEY_RECENT "recent"

enum {
    PROP_0,
    PROP_IDENTIFY_ON_PLUG,
    PROP_CONSOLE_AFTER_FLASH,
    PROP_CONFIRM_FLASH,
    PROP_STUB_DIR,
    PROP_BAUD,
    PROP_GRID_VIEW,
    PROP_ORDER,
    PROP_LOG_TIMESTAMPS,
    N_PROPS
};

static GParamSpec *props[N_PROPS];

struct _BwSettings {
    GObject parent_instance;
    char *path;     /* NULL: kept nowhere */
    GKeyFile *file; /* what is on disk plus changes: keys of others stay */
    GValue values[N_PROPS];
    char **recent;
    gboolean is_touched[N_PROPS]; /* changed by a person: stays when the file is read afterwards */
    gboolean is_loading;
    gboolean is_scheduled;
    uint64_t serial; /* of the last change */

    GMutex save_lock; /* guards what follows: one writer at a time, never an old one last */
    uint64_t saved_serial;
};

G_DEFINE_FINAL_TYPE (BwSettings, bw_settings, G_TYPE_OBJECT)

/* Saving */

struct snapshot {
    char *text;
    size_t len;
    uint64_t serial;
};

static void
snapshot_free (struct snapshot *snapshot)
{
    g_free (snapshot->text);
    g_free (snapshot);
}

static struct snapshot *
make_snapshot (BwSettings *self)
{
    struct snapshot *snapshot = g_new0 (struct snapshot, 1);

    snapshot->text = g_key_file_to_data (self->file, &snapshot->len, NULL);
    snapshot->serial = self->serial;
    return snapshot;
}

/* Who keeps settings elsewhere and links to them keeps the link. */
static gboolean
write_file (const char *path, const struct snapshot *snapshot, GError **error)
{
    g_autofree char *folder = g_path_get_dirname (path);
    g_autofree char *linked = realpath (path, NULL);

    if (g_mkdir_with_parents (folder, 0700) != 0)
        return bw_target_set_error (path, errno, error);
    return bw_target_write (linked != NULL ? linked : path, snapshot->text, snapshot->len,
                            FILE_MODE, error);
}

/* Any thread. A setting that cannot be saved is no reason to stop anything. */
static void
save (BwSettings *self, const struct snapshot *snapshot)
{
    g_autoptr (GError) error = NULL;

    g_mutex_lock (&self->save_lock);
    if (snapshot->serial > self->saved_serial) {
        if (write_file (self->path, snapshot, &error))
            self->saved_serial = snapshot->serial;
        else
            g_warning ("settings are not saved: %s, ignoring", error->message);
    }
    g_mutex_unlock (&self->save_lock);
}

static void
save_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
    save (source, task_data);
    g_task_return_boolean (task, TRUE);
}

static gboolean
on_idle_save (gpointer user_data)
{
    BwSettings *self = user_data;
    g_autoptr (GTask) task = g_task_new (self, NULL, NULL, NULL);

    self->is_scheduled = FALSE;
    g_task_set_task_data (task, make_snapshot (self), (GDestroyNotify) snapshot_free);
    g_task_run_in_thread (task, save_in_thread);
    return G_SOURCE_REMOVE;
}

static void
schedule_save (BwSettings *self)
{
    self->serial++;
    if (self->is_scheduled || self->path == NULL)
        return;
    self->is_scheduled = TRUE;
    g_idle_add_full (G_PRIORITY_LOW, on_idle_save, g_object_ref (self), g_object_unref);
}

/* Properties */

static void
write_key (BwSettings *self, unsigned id)
{
    const GValue *value = &self->values[id];
    const char *key = props[id]->name;

    if (G_VALUE_HOLDS_BOOLEAN (value))
        g_key_file_set_boolean (self->file, GROUP, key, g_value_get_boolean (value));
    else if (G_VALUE_HOLDS_UINT (value))
        g_key_file_set_integer (self->file, GROUP, key, (int) g_value_get_uint (value));
    else if (g_value_get_string (value) != NULL)
        g_key_file_set_string (self->file, GROUP, key, g_value_get_string (value));
    else
        g_key_file_remove_key (self->file, GROUP, key, NULL);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
    BwSettings *self = BW_SETTINGS (object);

    if (g_param_values_cmp (pspec, value, &self->values[id]) == 0)
        return;
    g_value_copy (value, &self->values[id]);
    g_object_notify_by_pspec (object, pspec);
    if (self->is_loading)
        return;
    self->is_touched[id] = TRUE;
    write_key (self, id);
    schedule_save (self);
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    g_value_copy (&BW_SETTINGS (object)->values[id], value);
}

static void
bw_settings_finalize (GObject *object)
{
    BwSettings *self = BW_SETTINGS (object);

    for (unsigned i = 1; i < N_PROPS; i++)
        g_value_unset (&self->values[i]);
    g_strfreev (self->recent);
    g_key_file_unref (self->file);
    g_mutex_clear (&self->save_lock);
    g_free (self->path);
    G_OBJECT_CLASS (bw_settings_parent_class)->finalize (object);
}

static void
bw_settings_class_init (BwSettingsClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS (klass);
    const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

    object_class->finalize = bw_settings_finalize;
    object_class->set_property = set_property;
    object_class->get_property = get_property;
    props[PROP_IDENTIFY_ON_PLUG] =
        g_param_spec_boolean ("identify-on-plug", NULL, NULL, TRUE, flags);
    props[PROP_CONSOLE_AFTER_FLASH] =
        g_param_spec_boolean ("console-after-flash", NULL, NULL, TRUE, flags);
    props[PROP_CONFIRM_FLASH] = g_param_spec_boolean ("confirm-flash", NULL, NULL, TRUE, flags);
    props[PROP_STUB_DIR] = g_param_spec_string ("stub-dir", NULL, NULL, NULL, flags);
    props[PROP_BAUD] = g_param_spec_uint ("baud", NULL, NULL, 0, 5000000, 0, flags);
    props[PROP_GRID_VIEW] = g_param_spec_boolean ("grid-view", NULL, NULL, FALSE, flags);
    props[PROP_ORDER] = g_param_spec_string ("order", NULL, NULL, "place", flags);
    props[PROP_LOG_TIMESTAMPS] = g_param_spec_boolean ("log-timestamps", NULL, NULL, FALSE, flags);
    g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
bw_settings_init (BwSettings *self)
{
    g_mutex_init (&self->save_lock);
    self->file = g_key_file_new ();
    self->recent = g_new0 (char *, 1);
    for (unsigned i = 1; i < N_PROPS; i++)
        g_param_value_set_default (props[i], g_value_init (&self->values[i], props[i]->value_type));
}

/* Loading */

static guint
read_count (GKeyFile *file, const char *key, GError **error)
{
    int count = g_key_file_get_integer (file, GROUP, key, error);

    return (guint) MAX (0, count);
}

/* A value that does not fit counts as not there. */
static void
read_key (BwSettings *self, unsigned id)
{
    const char *key = props[id]->name;
    g_auto (GValue) value = G_VALUE_INIT;
    g_autoptr (GError) error = NULL;

    g_value_init (&value, props[id]->value_type);
    if (G_VALUE_HOLDS_BOOLEAN (&value))
        g_value_set_boolean (&value, g_key_file_get_boolean (self->file, GROUP, key, &error));
    else if (G_VALUE_HOLDS_UINT (&value))
        g_value_set_uint (&value, read_count (self->file, key, &error));
    else
        g_value_take_string (&value, g_key_file_get_string (self->file, GROUP, key, &error));
    if (error == NULL && !g_param_value_validate (props[id], &value))
        g_object_set_property (G_OBJECT (self), key, &value);
}

static void
read_recent (BwSettings *self)
{
    gsize n = 0;
    char **recent = g_key_file_get_string_list (self->file, GROUP, KEY_RECENT, &n, NULL);

    if (recent == NULL)
        return;
    for (gsize i = BW_SETTINGS_RECENT_MAX; i < n; i++)
        g_clear_pointer (&recent[i], g_free);
    g_strfreev (self->recent);
    self->recent = recent;
}

static gboolean
check_version (BwSettings *self, GError **error)
{
    g_autoptr (GError) reason = NULL;
    int version = g_key_file_get_integer (self->file, GROUP, KEY_VERSION, &reason);

    if (reason != NULL) {
        bw_set_error (error, BW_CAUSE_CONFIG_DAMAGED, _ ("%s: no version: %s"), self->path,
                      reason->message);
        return FALSE;
    }
    if (version > BW_SETTINGS_VERSION) {
        bw_set_error (error, BW_CAUSE_CONFIG_FROM_FUTURE,
                      _ ("%s has version %d, this program knows up to %d"), self->path, version,
                      BW_SETTINGS_VERSION);
        return FALSE;
    }
    return TRUE;
}

static gboolean
load (BwSettings *self, GError **error)
{
    g_autoptr (GError) reason = NULL;

    if (!g_key_file_load_from_file (self->file, self->path,
                                    G_KEY_FILE_KEEP_COMMENTS | G_KEY_FILE_KEEP_TRANSLATIONS,
                                    &reason)) {
        if (g_error_matches (reason, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
            g_key_file_set_integer (self->file, GROUP, KEY_VERSION, BW_SETTINGS_VERSION);
            return TRUE;
        }
        bw_set_error (error, BW_CAUSE_CONFIG_DAMAGED, "%s: %s", self->path, reason->message);
        return FALSE;
    }
    if (!check_version (self, error))
        return FALSE;
    for (unsigned i = 1; i < N_PROPS; i++)
        read_key (self, i);
    read_recent (self);
    return TRUE;
}

BwSettings *
bw_settings_load_sync (const char *path, GError **error)
{
    g_autoptr (BwSettings) self = g_object_new (BW_TYPE_SETTINGS, NULL);

    self->path = path != NULL ? g_strdup (path)
                              : g_build_filename (g_get_user_config_dir (), "boardwalk",
                                                  "settings.ini", NULL);
    self->is_loading = TRUE;
    if (!load (self, error))
        return NULL;
    self->is_loading = FALSE;
    return g_steal_pointer (&self);
}

BwSettings *
bw_settings_new_unkept (void)
{
    return g_object_new (BW_TYPE_SETTINGS, NULL);
}

static void
load_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
    GError *error = NULL;
    BwSettings *loaded = bw_settings_load_sync (task_data, &error);

    if (loaded != NULL)
        g_task_return_pointer (task, loaded, g_object_unref);
    else
        g_task_return_error (task, error);
}

void
bw_settings_load_async (BwSettings *self,
                        const char *path,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

    g_return_if_fail (self->path == NULL);
    g_task_set_task_data (task, g_strdup (path), g_free);
    g_task_run_in_thread (task, load_in_thread);
}

/* Of what was changed while the file was read the change counts. */
static void
take_value (BwSettings *self, unsigned id, const GValue *value)
{
    if (self->is_touched[id]) {
        write_key (self, id);
        return;
    }
    self->is_loading = TRUE;
    g_object_set_property (G_OBJECT (self), props[id]->name, value);
    self->is_loading = FALSE;
}

static void
take_recent (BwSettings *self, BwSettings *loaded)
{
    g_auto (GStrv) newer = g_steal_pointer (&self->recent);

    self->recent = g_steal_pointer (&loaded->recent);
    loaded->recent = g_new0 (char *, 1);
    for (unsigned i = g_strv_length (newer); i > 0; i--)
        bw_settings_add_recent (self, newer[i - 1]);
}

gboolean
bw_settings_load_finish (BwSettings *self, GAsyncResult *result, GError **error)
{
    g_autoptr (BwSettings) loaded = NULL;
    GKeyFile *file = self->file;

    g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
    loaded = g_task_propagate_pointer (G_TASK (result), error);
    if (loaded == NULL)
        return FALSE;
    self->path = g_steal_pointer (&loaded->path);
    self->file = loaded->file;
    loaded->file = file;
    for (unsigned i = 1; i < N_PROPS; i++)
        take_value (self, i, &loaded->values[i]);
    take_recent (self, loaded);
    if (self->serial > 0)
        schedule_save (self);
    return TRUE;
}

const char *const *
bw_settings_get_recent (BwSettings *self)
{
    return (const char *const *) self->recent;
}

/* A name that is no text could not be read back, nor any other of the list. */
static void
write_recent (BwSettings *self)
{
    g_autoptr (GPtrArray) texts = g_ptr_array_new ();

    for (char **spec = self->recent; *spec != NULL; spec++)
        if (g_utf8_validate (*spec, -1, NULL))
            g_ptr_array_add (texts, *spec);
    g_key_file_set_string_list (self->file, GROUP, KEY_RECENT, (const char *const *) texts->pdata,
                                texts->len);
}

void
bw_settings_add_recent (BwSettings *self, const char *spec)
{
    g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
    unsigned n = 1;

    g_strv_builder_add (builder, spec);
    for (char **old = self->recent; *old != NULL && n < BW_SETTINGS_RECENT_MAX; old++) {
        if (g_strcmp0 (*old, spec) == 0)
            continue;
        g_strv_builder_add (builder, *old);
        n++;
    }
    g_strfreev (self->recent);
    self->recent = g_strv_builder_end (builder);
    write_recent (self);
    schedule_save (self);
}

void
bw_settings_flush_sync (BwSettings *self)
{
    struct snapshot *snapshot = NULL;

    if (self->path == NULL)
        return;
    snapshot = make_snapshot (self);
    save (self, snapshot);
    snapshot_free (snapshot);
}
