/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-virtual"
#include "config.h"

#include "bw-ui-virtual.h"

#include <glib/gi18n.h>
#include <signal.h>

#define PROGRAM "boardwalk-vboard"
#define LINE_BYTES_MAX 1024u

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
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, local->message);
        return NULL;
    }
    return g_steal_pointer (&folder);
}

struct player {
    unsigned first;
    unsigned count;
    char *name;
    BwUiVirtualFunc func;
    gpointer user_data;
    GString *line; /* that is being read */
    char *last;    /* what it said besides that boards are ready */
    unsigned n_ready;
};

static GSubprocess *
spawn (const struct player *self, const char *program, const char *folder, GError **error)
{
    g_autofree char *flash = g_strdup_printf ("%s/flash-%u-%%d.bin", folder, self->first);
    g_autofree char *serial = g_strdup_printf ("pty:%s/serial-%u-%%d", folder, self->first);
    g_autofree char *mac = g_strdup_printf ("24:6f:28:b0:%02x:01", self->first & 0xff);
    g_autofree char *number = g_strdup_printf ("%u", self->count);

    return g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE,
                             error, program, "--chip", "esp32", "--mac", mac, "--count", number,
                             "--flash", flash, "--serial", serial, "--name", self->name, "--speed",
                             "real", "--parent-exit", NULL);
}

static GSubprocess *
start (const struct player *self, GError **error)
{
    g_autofree char *program = find_program ();
    g_autofree char *folder = NULL;
    g_autoptr (GSubprocess) process = NULL;
    g_autoptr (GError) reason = NULL;

    if (program == NULL) {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                     _ ("The program that plays boards (%s) is not installed"), PROGRAM);
        return NULL;
    }
    folder = make_folder (error);
    if (folder == NULL)
        return NULL;
    process = spawn (self, program, folder, &reason);
    if (process == NULL)
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, reason->message);
    return g_steal_pointer (&process);
}

/* --- news ----------------------------------------------------------------------------------- */

struct news {
    unsigned first;
    BwUiVirtualFunc func;
    gpointer user_data;
    GError *error;
};

static gboolean
tell (gpointer data)
{
    const struct news *news = data;

    news->func (news->error, news->first, news->user_data);
    return G_SOURCE_REMOVE;
}

static void
news_free (gpointer data)
{
    struct news *news = data;

    g_clear_error (&news->error);
    g_free (news);
}

/* Takes the error. */
static void
post (const struct player *self, GError *error)
{
    struct news *news = g_new0 (struct news, 1);

    news->first = self->first;
    news->func = self->func;
    news->user_data = self->user_data;
    news->error = error;
    g_idle_add_full (G_PRIORITY_DEFAULT, tell, news, news_free);
}

static void
post_text (const struct player *self, const char *text)
{
    post (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, text));
}

/* --- what it says --------------------------------------------------------------------------- */

/* A line for each board that is ready; whatever else it says is a trouble. */
static void
take_line (struct player *self)
{
    if (g_str_has_prefix (self->line->str, "ready ")) {
        self->n_ready++;
        if (self->n_ready == self->count && self->last == NULL)
            post (self, NULL);
    } else if (self->line->len > 0) {
        g_free (self->last);
        self->last = g_utf8_make_valid (self->line->str, (gssize) self->line->len);
        g_printerr ("%s\n", self->last);
        post_text (self, self->last);
    }
    g_string_truncate (self->line, 0);
}

static void
take_bytes (struct player *self, const char *bytes, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        if (bytes[i] == '\n')
            take_line (self);
        else if (self->line->len < LINE_BYTES_MAX)
            g_string_append_c (self->line, bytes[i]);
    }
}

static void
hear (struct player *self, GSubprocess *process)
{
    GInputStream *stream = g_subprocess_get_stdout_pipe (process);
    char bytes[512];
    gssize n = 0;

    while ((n = g_input_stream_read (stream, bytes, sizeof bytes, NULL, NULL)) > 0)
        take_bytes (self, bytes, (gsize) n);
    take_line (self);
}

/* Whoever kills it has a reason, and its boards are seen to go. */
static gboolean
is_expected (const struct player *self, GSubprocess *process)
{
    if (self->n_ready < self->count)
        return FALSE;
    return g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process) == 0
                                                : g_subprocess_get_term_sig (process) == SIGKILL;
}

static void
judge_end (const struct player *self, GSubprocess *process)
{
    g_autofree char *text = NULL;

    if (self->last != NULL || is_expected (self, process))
        return;
    if (g_subprocess_get_if_exited (process))
        /* translators: a program, its exit status */
        text = g_strdup_printf (_ ("%s ended with status %d"), PROGRAM,
                                g_subprocess_get_exit_status (process));
    else
        /* translators: a program, the name of a signal */
        text = g_strdup_printf (_ ("%s was ended by a signal: %s"), PROGRAM,
                                g_strsignal (g_subprocess_get_term_sig (process)));
    post_text (self, text);
}

/* The kernel ends the program with the thread that started it. */
static gpointer
play (gpointer data)
{
    struct player *self = data;
    GError *error = NULL;
    g_autoptr (GSubprocess) process = start (self, &error);

    if (process == NULL) {
        post (self, error);
    } else {
        hear (self, process);
        g_subprocess_wait (process, NULL, NULL);
        judge_end (self, process);
    }
    g_string_free (self->line, TRUE);
    g_free (self->last);
    g_free (self->name);
    g_free (self);
    return NULL;
}

void
bw_ui_virtual_start (unsigned first,
                     unsigned count,
                     const char *name,
                     BwUiVirtualFunc func,
                     gpointer user_data)
{
    struct player *self = g_new0 (struct player, 1);

    self->first = first;
    self->count = count;
    self->name = g_strdup (name);
    self->func = func;
    self->user_data = user_data;
    self->line = g_string_new (NULL);
    g_thread_unref (g_thread_new ("bw-ui-virtual", play, self));
}
