/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-screen"
#include "config.h"

#include "bw-cli-screen.h"

#include <glib/gi18n.h>

#include "bw-cli-terminal.h"
#include "bw-cli-text.h"

struct BwCliScreen {
    BwCliOutput *output; /* borrowed */
    char **lines;        /* a hole for each that is gone */
    unsigned n_lines;
    unsigned n_drawn;
    char *drawn; /* (nullable): the lines as they stand there */
};

static void
append_erase (BwCliScreen *self, GString *frame)
{
    if (self->n_drawn > 0)
        g_string_append_printf (frame, "\r\033[%uA\033[J", self->n_drawn);
    self->n_drawn = 0;
    g_clear_pointer (&self->drawn, g_free);
}

static void
erase (BwCliScreen *self)
{
    g_autoptr (GString) frame = g_string_new (NULL);

    append_erase (self, frame);
    if (frame->len > 0)
        bw_cli_output_write (self->output, frame->str);
}

static void
show_lines (gboolean are_shown, gpointer data)
{
    if (are_shown)
        bw_cli_screen_draw (data);
    else
        erase (data);
}

BwCliScreen *
bw_cli_screen_new (BwCliOutput *output, unsigned n_lines)
{
    BwCliScreen *self = g_new0 (BwCliScreen, 1);

    self->output = output;
    self->n_lines = n_lines;
    self->lines = g_new0 (char *, n_lines);
    bw_cli_output_set_lines (output, show_lines, self);
    return self;
}

void
bw_cli_screen_free (BwCliScreen *self)
{
    if (self == NULL)
        return;
    bw_cli_output_set_lines (self->output, NULL, NULL);
    erase (self);
    for (unsigned i = 0; i < self->n_lines; i++)
        g_free (self->lines[i]);
    g_free (self->lines);
    g_free (self);
}

void
bw_cli_screen_take_line (BwCliScreen *self, unsigned index, char *text)
{
    g_return_if_fail (index < self->n_lines);
    g_free (self->lines[index]);
    self->lines[index] = text != NULL ? bw_cli_output_dup_clean (self->output, text) : NULL;
    g_free (text);
}

static unsigned
count_lines (BwCliScreen *self)
{
    unsigned n = 0;

    for (unsigned i = 0; i < self->n_lines; i++)
        n += self->lines[i] != NULL;
    return n;
}

/* An ellipsis that the character set lacks becomes three points, and would be too long by two. */
static void
append_line (BwCliScreen *self, GString *lines, const char *text, unsigned columns)
{
    const char *mark = bw_cli_output_is_utf8 (self->output) ? "…" : "...";
    g_autofree char *cut = bw_cli_text_dup_cut (text, columns - 1, mark);

    g_string_append_printf (lines, "%s\n", cut);
}

static void
append_rest (BwCliScreen *self, GString *lines, unsigned n_hidden, unsigned columns)
{
    g_autofree char *text = NULL;

    if (n_hidden == 0)
        return;
    text =
        g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "… and %u more", "… and %u more", n_hidden),
                         n_hidden);
    append_line (self, lines, text, columns);
}

/* What does not fit is counted, not shown: lines that scrolled away cannot be drawn again. */
static char *
dup_lines (BwCliScreen *self, unsigned *ret_n)
{
    unsigned columns = 0, rows = 0, room = 0, n_shown = 0;
    unsigned n = count_lines (self);
    GString *lines = g_string_new (NULL);

    bw_cli_terminal_get_size (&columns, &rows);
    room = rows > 3 ? rows - 2 : 1;
    for (unsigned i = 0; i < self->n_lines && n_shown < room; i++)
        if (self->lines[i] != NULL) {
            append_line (self, lines, self->lines[i], columns);
            n_shown++;
        }
    append_rest (self, lines, n - n_shown, columns);
    *ret_n = n_shown + (n > n_shown);
    return g_string_free (lines, FALSE);
}

static void
append_lines (BwCliScreen *self, GString *frame)
{
    self->drawn = dup_lines (self, &self->n_drawn);
    g_string_append (frame, self->drawn);
}

/* What stands there already is not drawn again: nothing may flicker. */
void
bw_cli_screen_draw (BwCliScreen *self)
{
    g_autoptr (GString) frame = g_string_new (NULL);
    g_autofree char *lines = NULL;
    unsigned n = 0;

    if (!bw_cli_output_is_live (self->output))
        return;
    lines = dup_lines (self, &n);
    if (g_strcmp0 (lines, self->drawn != NULL ? self->drawn : "") == 0)
        return;
    append_erase (self, frame);
    append_lines (self, frame);
    bw_cli_output_write (self->output, frame->str);
}

void
bw_cli_screen_print (BwCliScreen *self, const char *text)
{
    g_autoptr (GString) frame = g_string_new (NULL);
    g_autofree char *clean = bw_cli_output_dup_clean (self->output, text);

    if (bw_cli_output_is_json (self->output))
        return;
    append_erase (self, frame);
    g_string_append_printf (frame, "%s\n", clean);
    if (bw_cli_output_is_live (self->output))
        append_lines (self, frame);
    bw_cli_output_write (self->output, frame->str);
}
