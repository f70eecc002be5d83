/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The person's settings: a key file in the XDG configuration directory with a version number. A
 * file from a newer station is refused and left alone; unknown keys are kept. Threads: main thread;
 * saving is done by a worker, in one step. */

#define BW_SETTINGS_VERSION 1
#define BW_SETTINGS_RECENT_MAX 10u

#define BW_TYPE_SETTINGS (bw_settings_get_type ())
/* Properties, read-write, notified: "identify-on-plug" (TRUE), "console-after-flash" (TRUE),
 * "confirm-flash" (TRUE), "stub-dir" (nullable string), "baud" (guint, 0 = found by the station),
 * "grid-view" (FALSE), "order" ("place", how the list is sorted), "log-timestamps" (FALSE). */
G_DECLARE_FINAL_TYPE (BwSettings, bw_settings, BW, SETTINGS, GObject)

/**
 * bw_settings_load_sync:
 * @path: (nullable): %NULL = the user's own file
 * @error: cause config-from-future, config-damaged
 *
 * Returns: (transfer full) (nullable): the settings; defaults where there is no file yet
 */
BwSettings *bw_settings_load_sync (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_settings_new_unkept:
 *
 * Returns: (transfer full): defaults whose changes last as long as the object, for a person whose
 *   file cannot be read and has to stay as it is
 */
BwSettings *bw_settings_new_unkept (void);

/**
 * bw_settings_load_async:
 * @self: settings from bw_settings_new_unkept(), for the one time
 * @path: (nullable): %NULL = the user's own file
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Reads the file in a worker. The settings have their defaults meanwhile and can be used and
 * changed; of what was changed the change counts.
 */
void bw_settings_load_async (BwSettings *self,
                             const char *path,
                             GAsyncReadyCallback callback,
                             gpointer user_data);

/**
 * bw_settings_load_finish:
 * @self: the settings
 * @result: what the callback was given
 * @error: as of bw_settings_load_sync(); the settings stay unkept then
 *
 * Returns: %TRUE when @self has what the file says, told by notifications, and is kept in it
 */
gboolean bw_settings_load_finish (BwSettings *self,
                                  GAsyncResult *result,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_settings_get_recent:
 * @self: settings
 *
 * Returns: (transfer none) (array zero-terminated=1): firmware used last, newest first
 */
const char *const *bw_settings_get_recent (BwSettings *self);

/**
 * bw_settings_add_recent:
 * @self: settings
 * @spec: a firmware that was used; moves to the front
 */
void bw_settings_add_recent (BwSettings *self, const char *spec);

/**
 * bw_settings_flush_sync:
 * @self: settings; returns when the last change is on disk
 */
void bw_settings_flush_sync (BwSettings *self);

G_END_DECLS
