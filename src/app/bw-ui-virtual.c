/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-virtual"
#include "config.h"

#include "bw-ui-virtual.h"

#include <glib/gi18n.h>

#define PROGRAM "boardwalk-vboard"

/* Where it lies in a build folder, as seen from the folder of this program. */
#define BUILD_PATH "../../firmware/ports/host/" PROGRAM

static char *
find_beside_us (const char *relative)
{
    g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
    g_autofree char *folder = self == NULL ? NULL : g_path_get_dirname (self);
    g_autofree char *path = folder == NULL ? NULL : g_build_filename (folder, relative, NULL);

    if (path == NULL || !g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
        return NULL;
    return g_canonicalize_filename (path, NULL);
}

/* Named by the environment (tests, packages), beside us, in the build folder, or in PATH. */
static char *
find_program (void)
{
    const char *named = g_getenv ("BOARDWALK_VBOARD");
    char *path = NULL;

    if (named != NULL && *named != '\0')
        return g_strdup (named);
    path = find_beside_us (PROGRAM);
    if (path == NULL)
        path = find_beside_us (BUILD_PATH);
    return path != NULL ? path : g_find_program_in_path (PROGRAM);
}

/* Flash and lines live where the session's short-lived files live. */
static char *
make_folder (GError **error)
{
    g_autofree char *folder =
        g_build_filename (g_get_user_runtime_dir (), "boardwalk", "playground", NULL);
    g_autoptr (GFile) file = g_file_new_for_path (folder);
    g_autoptr (GError) local = NULL;

    if (!g_file_make_directory_with_parents (file, NULL, &local)
        && !g_error_matches (local, G_IO_ERROR, G_IO_ERROR_EXISTS)) {
        g_propagate_error (error, g_steal_pointer (&local));
        return NULL;
    }
    return g_steal_pointer (&folder);
}

static GSubprocess *
start (unsigned first, unsigned count, GError **error)
{
    g_autofree char *program = find_program ();
    g_autofree char *folder = NULL;
    g_autofree char *flash = NULL;
    g_autofree char *serial = NULL;
    g_autofree char *mac = NULL;
    g_autofree char *number = g_strdup_printf ("%u", count);

    if (program == NULL) {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                     _ ("The program that plays boards (%s) is not installed"), PROGRAM);
        return NULL;
    }
    folder = make_folder (error);
    if (folder == NULL)
        return NULL;
    flash = g_strdup_printf ("%s/flash-%u-%%d.bin", folder, first);
    serial = g_strdup_printf ("pty:%s/serial-%u-%%d", folder, first);
    mac = g_strdup_printf ("24:6f:28:b0:%02x:01", first & 0xff);
    return g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, error, program, "--chip", "esp32",
                             "--mac", mac, "--count", number, "--flash", flash, "--serial", serial,
                             "--name", _ ("Virtual board"), "--speed", "real", "--parent-exit",
                             NULL);
}

struct request {
    unsigned first;
    unsigned count;
};

/* The kernel ends the program with the thread that started it. */
static gpointer
play (gpointer data)
{
    GTask *task = data;
    const struct request *request = g_task_get_task_data (task);
    GError *error = NULL;
    g_autoptr (GSubprocess) player = start (request->first, request->count, &error);

    if (player == NULL)
        g_task_return_error (task, error);
    else
        g_task_return_pointer (task, g_object_ref (player), g_object_unref);
    g_object_unref (task);
    if (player != NULL)
        g_subprocess_wait (player, NULL, NULL);
    return NULL;
}

void
bw_ui_virtual_start_async (unsigned first,
                           unsigned count,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
    GTask *task = g_task_new (NULL, NULL, callback, user_data);
    struct request *request = g_new0 (struct request, 1);

    request->first = first;
    request->count = count;
    g_task_set_task_data (task, request, g_free);
    g_thread_unref (g_thread_new ("bw-ui-virtual", play, task));
}

GSubprocess *
bw_ui_virtual_start_finish (GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer (G_TASK (result), error);
}
