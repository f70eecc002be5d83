/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-line"
#include "config.h"

#include "bw-cli-line.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bw-cli-commands.h"

static gboolean
is_option (const char *word)
{
    return word[0] == '-' && word[1] != '\0';
}

static gboolean
takes_value (const GOptionEntry *entry)
{
    return entry != NULL && entry->arg != G_OPTION_ARG_NONE;
}

/* What stands behind the letter that takes a value, as "X" in "-tpX"; NULL: no letter does. */
static const char *
find_attached (const char *word)
{
    char letter[] = "-?";

    while (*++word != '\0') {
        letter[1] = *word;
        if (takes_value (bw_cli_commands_find_option (NULL, letter)))
            return word + 1;
    }
    return NULL;
}

/* Whether the word behind belongs to it: "-p", "--port", "-tb", but neither "-pX" nor "--port=X". */
static gboolean
takes_next (const char *word)
{
    const char *attached = NULL;

    if (word[1] == '-')
        return strchr (word, '=') == NULL && takes_value (bw_cli_commands_find_option (NULL, word));
    attached = find_attached (word);
    return attached != NULL && *attached == '\0';
}

static void
note_option (BwCliLine *self, const char *word)
{
    self->wants_help = self->wants_help || strcmp (word, "-h") == 0 || strcmp (word, "--help") == 0;
    self->wants_version =
        self->wants_version || strcmp (word, "-V") == 0 || strcmp (word, "--version") == 0;
    self->is_json = self->is_json || g_str_has_prefix (word, "--json");
    self->no_colour = self->no_colour || strcmp (word, "--no-color") == 0;
}

/* Takes a word as (part of) the name of the command, if it still lacks one. */
static gboolean
take_name (BwCliLine *self, const char *word)
{
    char *pair = NULL;

    if (self->typed == NULL && strcmp (word, "help") == 0) {
        self->wants_help = TRUE;
        return TRUE;
    }
    if (self->typed != NULL && !self->is_group)
        return FALSE;
    pair = self->is_group ? g_strjoin (" ", self->typed, word, NULL) : g_strdup (word);
    self->is_group = !self->is_group && bw_cli_commands_is_group (word);
    g_free (self->typed);
    self->typed = pair;
    return TRUE;
}

static void
add_word (BwCliLine *self, const char *word)
{
    self->argv[self->argc++] = (char *) word;
}

/* GLib reads "-p X", but not "-pX". */
static void
add_option (BwCliLine *self, const char *word)
{
    const char *attached = word[1] == '-' ? NULL : find_attached (word);
    g_autofree char *head = NULL;

    if (attached == NULL || *attached == '\0') {
        add_word (self, word);
        return;
    }
    head = g_strndup (word, (size_t) (attached - word));
    add_word (self, g_intern_string (head));
    add_word (self, attached);
}

void
bw_cli_line_init (BwCliLine *self, int argc, char **argv)
{
    int i = 0;

    /* room for options that are parted from their values */
    *self = (BwCliLine){ .argv = g_new0 (char *, 2 * (size_t) argc + 1) };
    if (argc > 0)
        add_word (self, argv[i++]);
    for (; i < argc && strcmp (argv[i], "--") != 0; i++) {
        if (!is_option (argv[i])) {
            if (!take_name (self, argv[i]))
                add_word (self, argv[i]);
            continue;
        }
        note_option (self, argv[i]);
        add_option (self, argv[i]);
        if (takes_next (argv[i]) && i + 1 < argc)
            add_word (self, argv[++i]);
    }
    self->n_read = self->argc;
    for (i++; i < argc; i++)
        add_word (self, argv[i]);
    if (self->typed != NULL && !self->is_group)
        self->command = bw_cli_commands_find (self->typed);
}

void
bw_cli_line_clear (BwCliLine *self)
{
    g_clear_pointer (&self->typed, g_free);
    g_clear_pointer (&self->argv, g_free);
}

/* --- what is wrong with it --- */

/* What may follow the first word that was typed: "show, convert". */
static char *
dup_members (const char *typed)
{
    size_t len = strcspn (typed, " ");
    g_autofree char *head = g_strndup (typed, len);
    g_autofree char *group = g_strconcat (head, " ", NULL);
    GString *members = g_string_new (NULL);

    for (const BwCliCommand *const *i = bw_cli_commands_get (); *i != NULL; i++)
        if (g_str_has_prefix ((*i)->name, group))
            g_string_append_printf (members, "%s%s", members->len > 0 ? ", " : "", (*i)->name);
    return g_string_free (members, FALSE);
}

static void
set_no_command_error (const BwCliLine *self, GError **error)
{
    const char *meant = NULL;
    g_autofree char *members = NULL;

    if (self->typed == NULL) {
        bw_set_error (error, BW_CAUSE_USAGE, "%s", _ ("what shall be done? Name a command."));
        return;
    }
    members = dup_members (self->typed);
    meant = bw_cli_commands_suggest (self->typed);
    if (meant != NULL)
        bw_set_error (error, BW_CAUSE_USAGE, _ ("there is no command “%s”. Did you mean “%s”?"),
                      self->typed, meant);
    else if (*members != '\0')
        /* translators: what was typed, commands: "firmware x", "firmware show, firmware convert" */
        bw_set_error (error, BW_CAUSE_USAGE, _ ("there is no command “%s”, but: %s"), self->typed,
                      members);
    else
        bw_set_error (error, BW_CAUSE_USAGE, _ ("there is no command “%s”"), self->typed);
}

static void
set_unknown_option_error (const BwCliLine *self, const char *word, GError **error)
{
    const char *meant = bw_cli_commands_suggest_option (self->command, word);

    if (meant != NULL)
        bw_set_error (error, BW_CAUSE_USAGE, _ ("Unknown option %s. Did you mean --%s?"), word,
                      meant);
    else
        bw_set_error (error, BW_CAUSE_USAGE, _ ("Unknown option %s"), word);
}

static gboolean
check_letters (const BwCliLine *self, const char *word, GError **error)
{
    char letter[] = "-?";

    for (const char *at = word + 1; *at != '\0'; at++) {
        const GOptionEntry *entry = NULL;

        letter[1] = *at;
        entry = bw_cli_commands_find_option (self->command, letter);
        if (entry == NULL) {
            set_unknown_option_error (self, at == word + 1 ? word : letter, error);
            return FALSE;
        }
        if (takes_value (entry))
            return TRUE;
    }
    return TRUE;
}

static gboolean
check_option (const BwCliLine *self, const char *word, GError **error)
{
    const GOptionEntry *entry = NULL;

    if (word[1] != '-')
        return check_letters (self, word, error);
    entry = bw_cli_commands_find_option (self->command, word);
    if (entry == NULL) {
        set_unknown_option_error (self, word, error);
        return FALSE;
    }
    if (takes_value (entry) || strchr (word, '=') == NULL)
        return TRUE;
    bw_set_error (error, BW_CAUSE_USAGE, _ ("--%s takes no value"), entry->long_name);
    return FALSE;
}

gboolean
bw_cli_line_check (const BwCliLine *self, GError **error)
{
    if (self->typed != NULL && self->command == NULL) {
        set_no_command_error (self, error);
        return FALSE;
    }
    for (int i = 1; i < self->n_read; i++) {
        if (!is_option (self->argv[i]))
            continue;
        if (!check_option (self, self->argv[i], error))
            return FALSE;
        i += takes_next (self->argv[i]) ? 1 : 0;
    }
    if (self->command == NULL)
        set_no_command_error (self, error);
    return self->command != NULL;
}
