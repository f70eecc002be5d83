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
    COLUMNS_MIN = 60, /* below that the options leave no room for words */
    COLUMNS_MAX = 100,
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

/* --- one command --- */

/* Where the words of a line like "  --json     One object" begin; 0: not such a line. */
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
    size_t indent = find_words (line);
    g_autofree char *wrapped = NULL;
    g_auto (GStrv) rows = NULL;

    if (indent == 0 || indent + 20 > columns) {
        g_string_append_printf (text, "%s\n", line);
        return;
    }
    wrapped = bw_cli_text_dup_wrapped (line + indent, columns - (unsigned) indent);
    rows = g_strsplit (wrapped, "\n", -1);
    g_string_append_printf (text, "%.*s%s\n", (int) indent, line, rows[0]);
    for (char **row = rows + 1; *row != NULL; row++)
        g_string_append_printf (text, "%*s%s\n", (int) indent, "", *row);
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
        g_autofree char *details = bw_cli_text_dup_wrapped (_ (command->details), columns);

        g_string_append_printf (text, "\n%s\n", details);
    }
    return g_string_free (text, FALSE);
}

/* --- all commands --- */

static void
append_commands (GString *text, const char *group)
{
    const BwCliCommand *const *commands = bw_cli_commands_get ();
    g_autofree char *head = group != NULL ? g_strconcat (group, " ", NULL) : g_strdup ("");

    for (size_t i = 0; commands[i] != NULL; i++)
        if (g_str_has_prefix (commands[i]->name, head))
            g_string_append_printf (text, "  %-18s %s\n", commands[i]->name,
                                    _ (commands[i]->summary));
}

char *
bw_cli_help_dup_program (const char *group)
{
    GString *text = g_string_new (NULL);
    g_autofree char *more = bw_cli_text_dup_wrapped (
        _ ("“boardwalk COMMAND --help” says more, “boardwalk --version” which version this is. "
           "Exit status: 0 done, 1 the board or the work "
           "failed, 2 wrong usage or file, 3 no such board or no answer, 4 refused, 5 cancelled, 6 "
           "the station's own data or set-up is at fault."),
        get_columns ());

    g_string_append_printf (text, "%s\n  boardwalk %s%s%s\n\n", _ ("Usage:"),
                            group != NULL ? group : "", group != NULL ? " " : "",
                            _ ("COMMAND [OPTION…] [ARGUMENT…]"));
    if (group == NULL)
        g_string_append_printf (text, "%s\n\n",
                                _ ("Takes microcontroller boards from blank to shipped."));
    g_string_append_printf (text, "%s\n", _ ("Commands:"));
    append_commands (text, group);
    g_string_append_printf (text, "\n%s\n", more);
    return g_string_free (text, FALSE);
}
