/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-symbols"
#include "config.h"

#include "bw-cli-symbols.h"

#include <string.h>

#include "bw-cli-work.h"

struct BwCliSymbols {
    BwSymbols *symbols;
    GString *line; /* of the board, not complete; its begin, where it is too long */
};

static gpointer
load (gpointer data, GCancellable *cancellable, GError **error)
{
    return bw_symbols_load_sync (data, cancellable, error);
}

BwCliSymbols *
bw_cli_symbols_load (BwCli *cli, const char *path, GError **error)
{
    BwSymbols *symbols = bw_cli_work (cli, load, (gpointer) path, error);
    BwCliSymbols *self = NULL;

    if (symbols == NULL)
        return NULL;
    self = g_new0 (BwCliSymbols, 1);
    self->symbols = symbols;
    self->line = g_string_new (NULL);
    return self;
}

void
bw_cli_symbols_free (BwCliSymbols *self)
{
    if (self == NULL)
        return;
    bw_symbols_free (self->symbols);
    g_string_free (self->line, TRUE);
    g_free (self);
}

/* Marked, so that nobody takes them for words of the board. */
static void
write_lines (BwCliOutput *output, char **lines)
{
    for (; lines != NULL && *lines != NULL; lines++) {
        g_autofree char *marked = g_strconcat ("--- ", *lines, NULL);
        g_autofree char *text = bw_cli_output_dup_styled (output, BW_CLI_DIM, marked);

        bw_cli_output_print (output, "%s", text);
    }
}

static char **
explain (BwCliSymbols *self, const char *text, size_t len)
{
    return bw_symbols_explain (self->symbols, text, len, g_get_monotonic_time ());
}

static void
write_part (BwCliOutput *output, GBytes *bytes, size_t start, size_t end)
{
    g_autoptr (GBytes) part = g_bytes_new_from_bytes (bytes, start, end - start);

    if (end > start)
        bw_cli_output_write_bytes (output, part);
}

static void
collect (BwCliSymbols *self, const char *text, size_t len)
{
    g_string_append_len (self->line, text,
                         (gssize) MIN (len, BW_LOG_LINE_BYTES_MAX - self->line->len));
}

void
bw_cli_symbols_write (BwCliSymbols *self, BwCliOutput *output, GBytes *bytes)
{
    size_t len = 0;
    const char *data = g_bytes_get_data (bytes, &len);
    size_t written = 0;
    size_t start = 0;

    while (start < len) {
        const char *newline = memchr (data + start, '\n', len - start);
        size_t end = newline == NULL ? len : (size_t) (newline - data) + 1;
        g_auto (GStrv) lines = NULL;

        collect (self, data + start, end - start);
        start = end;
        if (newline == NULL)
            break;
        lines = explain (self, self->line->str, self->line->len);
        g_string_truncate (self->line, 0);
        if (lines == NULL)
            continue;
        write_part (output, bytes, written, end);
        written = end;
        write_lines (output, lines);
    }
    write_part (output, bytes, written, len);
}

static void
tell_lines (BwCliOutput *output, const char *port, const BwLogLine *line, char **lines)
{
    for (; lines != NULL && *lines != NULL; lines++) {
        cJSON *fields = cJSON_CreateObject ();

        cJSON_AddStringToObject (fields, "level", bw_log_level_get_id (BW_LOG_STATION));
        cJSON_AddStringToObject (fields, "line", *lines);
        bw_cli_output_event (output, "log", line->time_us, NULL, port, fields);
    }
}

void
bw_cli_symbols_explain (BwCliSymbols *self,
                        BwCliOutput *output,
                        const char *port,
                        const BwLogLine *line)
{
    g_auto (GStrv) lines = explain (self, line->text, strlen (line->text));

    write_lines (output, lines);
    tell_lines (output, port, line, lines);
}
