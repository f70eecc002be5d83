/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-log-file"
#include "config.h"

#include "bw-log-file.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/stat.h>

#include "bw-folder.h"
#include "bw-log-private.h"

/* A line's text doubled by escapes, and the rest of the object. */
#define OBJECT_BYTES_MAX (2 * BW_LOG_LINE_BYTES_MAX + 1024)
/* Lines that are gathered while the log is locked, and go to the disk when it is not. */
#define LINES_AT_ONCE 100u

struct _BwLogFile {
    char *folder;
    char *board;
    char *port;
    uint64_t next;
    FILE *stream;
    gboolean is_broken; /* said once, then silent */
    const char *state;  /* during an update */
    GString *text;      /* gathered lines */
    char object[OBJECT_BYTES_MAX];
};

static char *
dup_file_name (const char *board)
{
    char *name = board[0] == '\0' ? g_strdup ("unknown") : g_strdup (board);

    g_strcanon (name, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS ":._-", '_');
    if (name[0] == '.')
        name[0] = '_';
    return name;
}

BwLogFile *
_bw_log_file_new (const char *board, const char *port, uint64_t from)
{
    BwLogFile *self = g_new0 (BwLogFile, 1);
    g_autofree char *name = dup_file_name (board);

    self->folder = g_build_filename (g_get_user_state_dir (), "boardwalk", "log", name, NULL);
    self->board = g_strdup (board);
    self->port = g_strdup (port);
    self->next = from;
    self->text = g_string_new (NULL);
    return self;
}

static void
close_stream (BwLogFile *self)
{
    if (self->stream != NULL)
        fclose (self->stream);
    self->stream = NULL;
}

void
_bw_log_file_free (BwLogFile *self)
{
    if (self == NULL)
        return;
    close_stream (self);
    g_string_free (self->text, TRUE);
    g_free (self->folder);
    g_free (self->board);
    g_free (self->port);
    g_free (self);
}

static void
give_up (BwLogFile *self, int reason)
{
    g_warning ("log of %s is not written: %s, ignoring", self->board, g_strerror (reason));
    self->is_broken = TRUE;
    close_stream (self);
}

static void
open_stream (BwLogFile *self)
{
    g_autofree char *path = g_build_filename (self->folder, "log.jsonl", NULL);
    int fd = -1;

    if (g_mkdir_with_parents (self->folder, 0700) == 0)
        fd = g_open (path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd >= 0)
        self->stream = fdopen (fd, "a");
    if (self->stream == NULL)
        give_up (self, errno);
}

static void
rotate (BwLogFile *self)
{
    g_autofree char *path = g_build_filename (self->folder, "log.jsonl", NULL);
    g_autofree char *old = g_build_filename (self->folder, "log.jsonl.1", NULL);
    struct stat status;

    if (self->stream == NULL || fstat (fileno (self->stream), &status) != 0
        || status.st_size < (off_t) BW_LOG_FILE_BYTES_MAX)
        return;
    close_stream (self);
    /* somebody may have taken the file away; what stays would grow for ever */
    if (g_rename (path, old) == 0 || errno == ENOENT)
        open_stream (self);
    else
        give_up (self, errno);
}

static void
on_line (const BwLogLine *line, gpointer user_data)
{
    BwLogFile *self = user_data;
    cJSON *object = cJSON_CreateObject ();

    cJSON_AddNumberToObject (object, "time", (double) line->time_us / G_USEC_PER_SEC);
    cJSON_AddItemToObject (object, "board", cJSON_CreateStringReference (self->board));
    cJSON_AddItemToObject (object, "port", cJSON_CreateStringReference (self->port));
    cJSON_AddItemToObject (object, "state", cJSON_CreateStringReference (self->state));
    cJSON_AddItemToObject (object, "level",
                           cJSON_CreateStringReference (bw_log_level_get_id (line->level)));
    cJSON_AddItemToObject (object, "text", cJSON_CreateStringReference (line->text));
    if (cJSON_PrintPreallocated (object, self->object, sizeof self->object, FALSE))
        g_string_append_printf (self->text, "%s\n", self->object);
    cJSON_Delete (object);
}

/* A disk may hang: views and other threads want the log meanwhile. */
static void
write_lines (BwLogFile *self, BwLog *log, uint64_t end)
{
    while (self->next < end) {
        self->next =
            _bw_log_visit (log, self->next, MIN (self->next + LINES_AT_ONCE, end), on_line, self);
        fputs (self->text->str, self->stream);
        g_string_truncate (self->text, 0);
    }
}

void
_bw_log_file_update (BwLogFile *self, BwLog *log, const char *state)
{
    uint64_t end = _bw_log_get_end (log);

    if (self->is_broken || end <= self->next)
        return;
    if (self->stream == NULL)
        open_stream (self);
    rotate (self);
    if (self->stream == NULL)
        return;
    self->state = state;
    write_lines (self, log, end);
    if (fflush (self->stream) != 0)
        give_up (self, errno);
}

/* Names begin with the time, so the first ones are the oldest; by a clock that was put back the new one
 * may seem to be. */
static void
drop_old_recordings (const char *folder, const char *new_name)
{
    g_autoptr (GPtrArray) names = bw_folder_list (folder, ".replay");
    unsigned n = names->len;

    for (unsigned i = 0; i < names->len && n > BW_LOG_FILE_RECORDINGS_MAX; i++) {
        g_autofree char *path = g_build_filename (folder, names->pdata[i], NULL);

        if (g_strcmp0 (names->pdata[i], new_name) == 0)
            continue;
        g_unlink (path);
        n--;
    }
}

char *
_bw_log_file_save_recording (BwLogFile *self, GBytes *recording)
{
    g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
    g_autofree char *stamp = g_date_time_format (now, "%Y%m%dT%H%M%S.%fZ");
    g_autofree char *name = g_strconcat (stamp, ".replay", NULL);
    g_autofree char *path = g_build_filename (self->folder, name, NULL);
    g_autoptr (GError) error = NULL;
    size_t len = 0;
    const char *text = g_bytes_get_data (recording, &len);

    if (g_mkdir_with_parents (self->folder, 0700) != 0
        || !g_file_set_contents_full (path, len == 0 ? "" : text, (gssize) len,
                                      G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error)) {
        g_warning ("recording of %s is not kept: %s, ignoring", self->board,
                   error != NULL ? error->message : g_strerror (errno));
        return NULL;
    }
    drop_old_recordings (self->folder, name);
    return g_steal_pointer (&path);
}
