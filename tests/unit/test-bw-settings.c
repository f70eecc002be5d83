/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings: defaults, saving, what others wrote, files from the future and broken ones. */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bw-error.h"
#include "bw-settings.h"
#include "engine-wait.h"

static char *folder;
static char *path;

static void
set_up (void)
{
    folder = engine_make_folder ();
    path = g_build_filename (folder, "sub", "settings.ini", NULL);
}

static void
tear_down (void)
{
    g_clear_pointer (&path, g_free);
    engine_remove_folder (g_steal_pointer (&folder));
}

static void
put (const char *text)
{
    g_autofree char *sub = g_path_get_dirname (path);

    g_assert_cmpint (g_mkdir_with_parents (sub, 0700), ==, 0);
    g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static BwSettings *
load (void)
{
    g_autoptr (GError) error = NULL;
    BwSettings *settings = bw_settings_load_sync (path, &error);

    g_assert_no_error (error);
    return settings;
}

static void
test_defaults (void)
{
    g_autoptr (BwSettings) settings = NULL;
    gboolean identify = FALSE;
    gboolean grid = TRUE;
    guint baud = 1;

    set_up ();
    settings = load ();
    g_object_get (settings, "identify-on-plug", &identify, "grid-view", &grid, "baud", &baud, NULL);
    g_assert_true (identify);
    g_assert_false (grid);
    g_assert_cmpuint (baud, ==, 0);
    g_assert_null (bw_settings_get_recent (settings)[0]);
    g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
    tear_down ();
}

static gboolean
is_there (gpointer data)
{
    return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
test_saved_by_itself (void)
{
    g_autoptr (BwSettings) settings = NULL;

    set_up ();
    settings = load ();
    g_object_set (settings, "grid-view", TRUE, NULL);
    engine_wait_until (is_there, NULL, 5000);
    bw_settings_flush_sync (settings);
    tear_down ();
}

static void
test_kept (void)
{
    g_autoptr (BwSettings) settings = NULL;
    g_autoptr (BwSettings) again = NULL;
    g_autofree char *stubs = NULL;
    g_autofree char *text = NULL;
    guint baud = 0;

    set_up ();
    put ("# a remark\n[boardwalk]\nversion=1\nlater-key=7\nbaud=99999999\n[other]\na=b\n");
    settings = load ();
    g_object_get (settings, "baud", &baud, NULL);
    g_assert_cmpuint (baud, ==, 0);
    g_object_set (settings, "baud", 921600, "stub-dir", "/a b", "grid-view", TRUE, NULL);
    for (unsigned i = 0; i < 12; i++) {
        g_autofree char *spec = g_strdup_printf ("fw;%u.bin", i);

        bw_settings_add_recent (settings, spec);
    }
    bw_settings_add_recent (settings, "fw;5.bin");
    bw_settings_flush_sync (settings);
    again = load ();
    g_object_get (again, "baud", &baud, "stub-dir", &stubs, NULL);
    g_assert_cmpuint (baud, ==, 921600);
    g_assert_cmpstr (stubs, ==, "/a b");
    g_assert_cmpuint (g_strv_length ((char **) bw_settings_get_recent (again)), ==,
                      BW_SETTINGS_RECENT_MAX);
    g_assert_cmpstr (bw_settings_get_recent (again)[0], ==, "fw;5.bin");
    g_assert_cmpstr (bw_settings_get_recent (again)[1], ==, "fw;11.bin");
    g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
    g_assert_nonnull (strstr (text, "later-key=7"));
    g_assert_nonnull (strstr (text, "a=b"));
    g_assert_nonnull (strstr (text, "# a remark"));
    engine_wait_unheld (settings);
    tear_down ();
}

static void
refuse (const char *text, BwCause cause)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *after = NULL;

    set_up ();
    put (text);
    g_assert_null (bw_settings_load_sync (path, &error));
    g_assert_cmpstr (bw_cause_get_id (bw_error_get_cause (error)), ==, bw_cause_get_id (cause));
    g_assert_nonnull (strstr (error->message, path));
    g_assert_true (g_file_get_contents (path, &after, NULL, NULL));
    g_assert_cmpstr (after, ==, text);
    tear_down ();
}

/* File names are any bytes, the file is text: one that is none takes no other with it. */
static void
test_any_bytes (void)
{
    g_autoptr (BwSettings) settings = NULL;
    g_autoptr (BwSettings) again = NULL;

    set_up ();
    settings = load ();
    bw_settings_add_recent (settings, "a.bin");
    bw_settings_add_recent (settings, "\xff.bin");
    bw_settings_add_recent (settings, "b.bin");
    g_assert_cmpstr (bw_settings_get_recent (settings)[1], ==, "\xff.bin");
    bw_settings_flush_sync (settings);
    again = load ();
    g_assert_cmpuint (g_strv_length ((char **) bw_settings_get_recent (again)), ==, 2);
    g_assert_cmpstr (bw_settings_get_recent (again)[1], ==, "a.bin");
    engine_wait_unheld (settings);
    tear_down ();
}

static void
test_refused (void)
{
    refuse ("[boardwalk]\nversion=2\n", BW_CAUSE_CONFIG_FROM_FUTURE);
    refuse ("[boardwalk]\n", BW_CAUSE_CONFIG_DAMAGED);
    refuse ("[boardwalk]\nversion=many\n", BW_CAUSE_CONFIG_DAMAGED);
    refuse ("no key file", BW_CAUSE_CONFIG_DAMAGED);
}

/* Who keeps settings elsewhere and lets others read them. */
static void
test_linked (void)
{
    g_autoptr (BwSettings) settings = NULL;
    g_autofree char *elsewhere = NULL;
    g_autofree char *to = NULL;
    g_autofree char *text = NULL;
    struct stat status;

    set_up ();
    put ("[boardwalk]\nversion=1\n");
    elsewhere = g_build_filename (folder, "elsewhere.ini", NULL);
    g_assert_cmpint (g_rename (path, elsewhere), ==, 0);
    g_assert_cmpint (g_chmod (elsewhere, 0644), ==, 0);
    g_assert_cmpint (symlink (elsewhere, path), ==, 0);
    settings = load ();
    g_object_set (settings, "grid-view", TRUE, NULL);
    bw_settings_flush_sync (settings);
    to = g_file_read_link (path, NULL);
    g_assert_cmpstr (to, ==, elsewhere);
    g_assert_true (g_file_get_contents (elsewhere, &text, NULL, NULL));
    g_assert_nonnull (strstr (text, "grid-view=true"));
    g_assert_cmpint (g_stat (elsewhere, &status), ==, 0);
    g_assert_cmpuint (status.st_mode & 0777, ==, 0644);
    engine_wait_unheld (settings);
    tear_down ();
}

/* A change is a change, whether it can be kept or not. */
static void
test_unkept (void)
{
    g_autoptr (BwSettings) settings = bw_settings_new_unkept ();
    gboolean grid = FALSE;

    g_object_set (settings, "grid-view", TRUE, "order", "name", NULL);
    bw_settings_add_recent (settings, "a.bin@0");
    engine_wait_unheld (settings);
    bw_settings_flush_sync (settings);
    g_object_get (settings, "grid-view", &grid, NULL);
    g_assert_true (grid);
    g_assert_cmpstr (bw_settings_get_recent (settings)[0], ==, "a.bin@0");
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr (GError) error = NULL;
    gboolean is_ok = bw_settings_load_finish (BW_SETTINGS (source), result, &error);

    g_assert_cmpint (is_ok, ==, error == NULL);
    *(int *) data = is_ok ? 0 : (int) bw_error_get_cause (error);
}

static gboolean
is_told (gpointer data)
{
    return *(int *) data != -1;
}

/* Read beside the main thread: what a person changes meanwhile is not taken back, and saved. */
static void
test_read_later (void)
{
    g_autoptr (BwSettings) settings = bw_settings_new_unkept ();
    g_autoptr (BwSettings) again = NULL;
    g_autofree char *order = NULL;
    gboolean grid = FALSE;
    gboolean identify = TRUE;
    guint baud = 0;
    int end = -1;

    set_up ();
    put ("[boardwalk]\nversion=1\ngrid-view=true\nidentify-on-plug=false\norder=name\n"
         "recent=a.bin;b.bin;\nunknown=kept\n");
    bw_settings_load_async (settings, path, on_loaded, &end);
    g_object_set (settings, "order", "state", "baud", 115200u, NULL);
    bw_settings_add_recent (settings, "c.bin");
    engine_wait_until (is_told, &end, 60000);
    g_assert_cmpint (end, ==, 0);
    bw_settings_flush_sync (settings);
    again = load ();
    for (int i = 0; i < 2; i++) {
        BwSettings *each = i == 0 ? settings : again;

        g_clear_pointer (&order, g_free);
        g_object_get (each, "grid-view", &grid, "identify-on-plug", &identify, "order", &order,
                      "baud", &baud, NULL);
        g_assert_true (grid);
        g_assert_false (identify);
        g_assert_cmpstr (order, ==, "state");
        g_assert_cmpuint (baud, ==, 115200);
        g_assert_cmpstr (bw_settings_get_recent (each)[0], ==, "c.bin");
        g_assert_cmpstr (bw_settings_get_recent (each)[1], ==, "a.bin");
        g_assert_cmpstr (bw_settings_get_recent (each)[2], ==, "b.bin");
    }
    engine_wait_unheld (settings);
    tear_down ();
}

/* One that is refused stays as it is, whatever is changed before or after. */
static void
test_refused_later (void)
{
    g_autoptr (BwSettings) settings = bw_settings_new_unkept ();
    const char *text = "[boardwalk]\nversion=2\n";
    g_autofree char *there = NULL;
    int end = -1;

    set_up ();
    put (text);
    bw_settings_load_async (settings, path, on_loaded, &end);
    g_object_set (settings, "grid-view", TRUE, NULL);
    engine_wait_until (is_told, &end, 60000);
    g_assert_cmpint (end, ==, BW_CAUSE_CONFIG_FROM_FUTURE);
    g_object_set (settings, "order", "name", NULL);
    engine_wait_unheld (settings);
    bw_settings_flush_sync (settings);
    g_assert_true (g_file_get_contents (path, &there, NULL, NULL));
    g_assert_cmpstr (there, ==, text);
    tear_down ();
}

int
main (int argc, char **argv)
{
    engine_init (&argc, &argv);
    g_test_add_func ("/engine/settings/defaults", test_defaults);
    g_test_add_func ("/engine/settings/saved-by-itself", test_saved_by_itself);
    g_test_add_func ("/engine/settings/kept", test_kept);
    g_test_add_func ("/engine/settings/any-bytes", test_any_bytes);
    g_test_add_func ("/engine/settings/refused", test_refused);
    g_test_add_func ("/engine/settings/linked", test_linked);
    g_test_add_func ("/engine/settings/unkept", test_unkept);
    g_test_add_func ("/engine/settings/read-later", test_read_later);
    g_test_add_func ("/engine/settings/refused-later", test_refused_later);
    return engine_run ();
}
