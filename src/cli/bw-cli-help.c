/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-help"
#include "config.h"

#include "bw-cli-help.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bw-cli-commands.h"
#include "bw-cli-terminal.h"
#include "bw-cli-text.h"

enum {
    COLUMNS_MIN = 40, /* the longest word, an address with its digest, still fits into one line */
    COLUMNS_MAX = 100,
    WORDS_MIN = 20, /* with less room beside its name a thing is explained below it */
    INDENT_BELOW = 6,
};

static unsigned
get_columns (void)
{
    unsigned columns = 0, rows = 0;

    bw_cli_terminal_get_size (&columns, &rows);
    return CLAMP (columns, COLUMNS_MIN, COLUMNS_MAX) - 1;
}

static const char *
get_arguments (const BwCliCommand *command)
{
    /* gettext gives the catalogue's header for an empty text */
    return *command->arguments == '\0' ? NULL : _ (command->arguments);
}

GOptionContext *
bw_cli_help_new_context (const BwCliCommand *command)
{
    GOptionContext *context = g_option_context_new (get_arguments (command));

    g_option_context_set_help_enabled (context, FALSE);
    g_option_context_set_summary (context, _ (command->summary));
    if (command->entries != NULL)
        g_option_context_add_main_entries (context, command->entries, GETTEXT_PACKAGE);
    bw_cli_options_add (context, command->groups | BW_CLI_OPTIONS_OUTPUT);
    return context;
}

/* --- lines as wide as the terminal --- */

/* What stands at @head, explained beside it or below: "  --json    One object a line". */
static void
append_entry (GString *text, const char *head, const char *words, unsigned columns)
{
    unsigned indent = (unsigned) g_utf8_strlen (head, -1);
    gboolean is_beside = indent + WORDS_MIN <= columns;
    g_autofree char *name = g_strchomp (g_strdup (head));
    g_autofree char *wrapped = NULL;
    g_auto (GStrv) rows = NULL;

    indent = is_beside ? indent : INDENT_BELOW;
    wrapped = bw_cli_text_dup_wrapped (words, columns - indent);
    rows = g_strsplit (wrapped, "\n", -1);
    if (is_beside)
        g_string_append (text, head);
    else
        g_string_append_printf (text, "%s\n%*s", name, INDENT_BELOW, "");
    g_string_append_printf (text, "%s\n", rows[0]);
    for (char **row = rows + 1; *row != NULL; row++)
        g_string_append_printf (text, "%*s%s\n", (int) indent, "", *row);
}

static void
append_paragraph (GString *text, const char *words, unsigned columns)
{
    g_autofree char *wrapped = bw_cli_text_dup_wrapped (words, columns);

    g_string_append_printf (text, "%s\n", wrapped);
}

/* --- one command --- */

/* Where what GLib says of an option begins: behind two blanks. 0: the line is of another kind. */
static size_t
find_words (const char *line)
{
    const char *gap = NULL;

    if (!g_str_has_prefix (line, "  -"))
        return 0;
    gap = strstr (line + 2, "  ");
    return gap == NULL ? 0 : (size_t) (gap - line) + strspn (gap, " ");
}

/* GLib writes each option on one line, however long it gets. */
static void
append_line (GString *text, const char *line, unsigned columns)
{
    size_t n_head = find_words (line);
    g_autofree char *head = g_strndup (line, n_head);

    if (n_head > 0)
        append_entry (text, head, line + n_head, columns);
    else if (*line == ' ')
        append_entry (text, "  ", line + strspn (line, " "), columns);
    else
        append_paragraph (text, line, columns);
}

char *
bw_cli_help_dup_command (const BwCliCommand *command)
{
    g_autoptr (GOptionContext) context = bw_cli_help_new_context (command);
    g_autofree char *raw = g_option_context_get_help (context, TRUE, NULL);
    g_auto (GStrv) lines = g_strsplit (g_strchomp (raw), "\n", -1);
    GString *text = g_string_new (NULL);
    unsigned columns = get_columns ();

    for (char **line = lines; *line != NULL; line++)
        append_line (text, *line, columns);
    if (command->details != NULL) {
        g_string_append_c (text, '\n');
        append_paragraph (text, _ (command->details), columns);
    }
    return g_string_free (text, FALSE);
}

/* --- all commands --- */

static void
append_commands (GString *text, const char *group, unsigned columns)
{
    const BwCliCommand *const *commands = bw_cli_commands_get ();
    g_autofree char *head = group != NULL ? g_strconcat (group, " ", NULL) : g_strdup ("");

    for (size_t i = 0; commands[i] != NULL; i++)
        if (g_str_has_prefix (commands[i]->name, head)) {
            g_autofree char *name = g_strdup_printf ("  %-18s ", commands[i]->name);

            append_entry (text, name, _ (commands[i]->summary), columns);
        }
}

static void
append_usage (GString *text, const char *group, unsigned columns)
{
    const char *rest = _ ("COMMAND [OPTION…] [ARGUMENT…]");
    g_autofree char *usage = group != NULL ? g_strjoin (" ", "boardwalk", group, rest, NULL)
                                           : g_strjoin (" ", "boardwalk", rest, NULL);

    g_string_append_printf (text, "%s\n", _ ("Usage:"));
    append_entry (text, "  ", usage, columns);
    g_string_append_c (text, '\n');
}

char *
bw_cli_help_dup_program (const char *group)
{
    GString *text = g_string_new (NULL);
    unsigned columns = get_columns ();

    append_usage (text, group, columns);
    if (group == NULL) {
        append_paragraph (text, _ ("Takes microcontroller boards from blank to shipped."), columns);
        g_string_append_c (text, '\n');
    }
    g_string_append_printf (text, "%s\n", _ ("Commands:"));
    append_commands (text, group, columns);
    g_string_append_c (text, '\n');
    append_paragraph (
        text,
        _ ("“boardwalk COMMAND --help” says more, “boardwalk --version” which version this is. "
           "Exit status: 0 done, 1 the board or the work "
           "failed, 2 wrong usage or file, 3 no such board or no answer, 4 refused, 5 cancelled, 6 "
           "the station's own data or set-up is at fault."),
        columns);
    return g_string_free (text, FALSE);
}
