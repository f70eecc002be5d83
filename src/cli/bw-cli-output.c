/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-output"
#include "config.h"

#include "bw-cli-output.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "bw-cli-clean.h"
#include "bw-cli-json.h"
#include "bw-cli-terminal.h"

struct BwCliOutput {
    gboolean is_json;
    gboolean has_colour;
    gboolean is_live;
    gboolean warns_in_colour;
    gboolean is_utf8;
    const char *charset;
    int error_number;     /* of standard output; 0 = all is well */
    BwCliLinesFunc lines; /* (nullable) */
    gpointer lines_data;
};

#define STYLE_END "\033[0m"

/* the first one ends all others */
static const char *const sequences[] = {
    [BW_CLI_PLAIN] = STYLE_END, [BW_CLI_GOOD] = "\033[32m", [BW_CLI_BAD] = "\033[31m",
    [BW_CLI_DIM] = "\033[2m",   [BW_CLI_BOLD] = "\033[1m",  NULL,
};

BwCliOutput *
bw_cli_output_new (gboolean is_json, gboolean has_colour, gboolean is_live)
{
    BwCliOutput *self = g_new0 (BwCliOutput, 1);

    self->is_json = is_json;
    self->has_colour = has_colour && !is_json;
    self->is_live = is_live && !is_json;
    self->warns_in_colour = self->has_colour && bw_cli_terminal_shows_errors ();
    self->is_utf8 = g_get_charset (&self->charset);
    return self;
}

void
bw_cli_output_free (BwCliOutput *self)
{
    g_free (self);
}

void
bw_cli_output_set_lines (BwCliOutput *self, BwCliLinesFunc func, gpointer data)
{
    self->lines = func;
    self->lines_data = data;
}

gboolean
bw_cli_output_is_json (BwCliOutput *self)
{
    return self->is_json;
}

gboolean
bw_cli_output_is_live (BwCliOutput *self)
{
    return self->is_live;
}

gboolean
bw_cli_output_is_broken (BwCliOutput *self)
{
    return self->error_number != 0;
}

gboolean
bw_cli_output_is_utf8 (BwCliOutput *self)
{
    return self->is_utf8;
}

static void
write_out (BwCliOutput *self, const void *bytes, size_t len)
{
    if (self->error_number == 0)
        self->error_number = bw_cli_terminal_write (bytes, len);
}

/* A sentence must get through in any character set: what it lacks becomes what comes near, quotes
 * of typewriters for those of books, or a question mark. */
static char *
dup_for_charset (BwCliOutput *self, const char *text)
{
    g_autofree char *near_set = g_strconcat (self->charset, "//TRANSLIT", NULL);
    char *converted = NULL;

    if (!self->is_utf8)
        converted = g_convert_with_fallback (text, -1, near_set, "UTF-8", "?", NULL, NULL, NULL);
    return converted != NULL ? converted : g_strdup (text);
}

void
bw_cli_output_write (BwCliOutput *self, const char *text)
{
    g_autofree char *converted = dup_for_charset (self, text);

    write_out (self, converted, strlen (converted));
}

void
bw_cli_output_write_bytes (BwCliOutput *self, GBytes *bytes)
{
    gsize len = 0;
    const void *data = g_bytes_get_data (bytes, &len);

    if (len > 0)
        write_out (self, data, len);
}

void
bw_cli_output_print (BwCliOutput *self, const char *format, ...)
{
    g_autofree char *text = NULL;
    g_autofree char *clean = NULL;
    g_autofree char *line = NULL;
    va_list args;

    if (self->is_json)
        return;
    va_start (args, format);
    text = g_strdup_vprintf (format, args);
    va_end (args);
    clean = bw_cli_output_dup_clean (self, text);
    line = g_strconcat (clean, "\n", NULL);
    bw_cli_output_write (self, line);
}

static char *
dup_without_colours (const char *text)
{
    GString *plain = g_string_new (text);

    for (size_t i = 0; sequences[i] != NULL; i++)
        g_string_replace (plain, sequences[i], "", 0);
    return g_string_free (plain, FALSE);
}

void
bw_cli_output_warn (BwCliOutput *self, const char *format, ...)
{
    g_autofree char *text = NULL;
    g_autofree char *shown = NULL;
    g_autofree char *clean = NULL;
    g_autofree char *converted = NULL;
    va_list args;

    va_start (args, format);
    text = g_strdup_vprintf (format, args);
    va_end (args);
    shown = self->warns_in_colour ? g_strdup (text) : dup_without_colours (text);
    clean = bw_cli_output_dup_clean (self, shown);
    converted = dup_for_charset (self, clean);
    if (self->lines != NULL)
        self->lines (FALSE, self->lines_data);
    fprintf (stderr, "%s\n", converted);
    if (self->lines != NULL)
        self->lines (TRUE, self->lines_data);
}

static char *
dup_time (int64_t time_us)
{
    g_autoptr (GDateTime) seconds = NULL;
    g_autofree char *text = NULL;
    int64_t us = time_us != 0 ? time_us : g_get_real_time ();

    seconds = g_date_time_new_from_unix_utc (us / G_USEC_PER_SEC);
    text = g_date_time_format (seconds, "%Y-%m-%dT%H:%M:%S");
    return g_strdup_printf ("%s.%03dZ", text, (int) (us % G_USEC_PER_SEC / 1000));
}

/* cJSON has no way to append the members of one object to another: take them one by one. A name
 * stands in an object once. */
static void
move_members (cJSON *to, cJSON *from)
{
    while (from->child != NULL) {
        cJSON *member = cJSON_DetachItemViaPointer (from, from->child);
        g_autofree char *name = g_strdup (member->string);

        cJSON_DeleteItemFromObjectCaseSensitive (to, name);
        cJSON_AddItemToObject (to, name, member);
    }
}

void
bw_cli_output_event (BwCliOutput *self,
                     const char *event,
                     int64_t time_us,
                     const char *board,
                     const char *port,
                     cJSON *fields)
{
    g_autofree char *time = dup_time (time_us);
    cJSON *object = cJSON_CreateObject ();
    char *text = NULL;

    cJSON_AddStringToObject (object, "event", event);
    cJSON_AddStringToObject (object, "time", time);
    bw_cli_json_add_text (object, "board", board);
    bw_cli_json_add_text (object, "port", port);
    move_members (object, fields);
    text = cJSON_PrintUnformatted (object);
    if (self->is_json && text != NULL) {
        g_autofree char *line = g_strconcat (text, "\n", NULL);

        write_out (self, line, strlen (line));
    }
    cJSON_free (text);
    cJSON_Delete (object);
    cJSON_Delete (fields);
}

char *
bw_cli_output_dup_styled (BwCliOutput *self, BwCliStyle style, const char *text)
{
    if (!self->has_colour || style == BW_CLI_PLAIN)
        return g_strdup (text);
    return g_strconcat (sequences[style], text, STYLE_END, NULL);
}

char *
bw_cli_output_dup_clean (BwCliOutput *self, const char *text)
{
    static const char *const none[] = { NULL };

    return bw_cli_dup_clean (text, self->has_colour ? sequences : none);
}

int
bw_cli_output_finish (BwCliOutput *self, int status)
{
    int station = bw_cause_get_exit_status (BW_CAUSE_NO_SPACE);

    /* nobody reads, or nobody did when a signal came: nobody would read a complaint either */
    if (self->error_number == 0 || self->error_number == EPIPE || self->error_number == EINTR)
        return status;
    bw_cli_output_warn (self, _ ("boardwalk: cannot write the output: %s"),
                        g_strerror (self->error_number));
    return MAX (status, station);
}
