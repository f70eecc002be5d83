/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-commands"
#include "config.h"

#include "bw-cli-commands.h"

#include <string.h>

#include "bw-cli-suggest.h"

/* In the order of --help. A new command is a new file and a row here. */
static const BwCliCommand *const commands[] = {
    &bw_cli_list_command,
    &bw_cli_info_command,
    &bw_cli_flash_command,
    &bw_cli_verify_command,
    &bw_cli_read_command,
    &bw_cli_erase_command,
    &bw_cli_reset_command,
    &bw_cli_console_command,
    &bw_cli_firmware_show_command,
    &bw_cli_firmware_convert_command,
    &bw_cli_partition_make_command,
    &bw_cli_partition_show_command,
    NULL,
};

const BwCliCommand *const *
bw_cli_commands_get (void)
{
    return commands;
}

const BwCliCommand *
bw_cli_commands_find (const char *name)
{
    for (size_t i = 0; commands[i] != NULL; i++)
        if (strcmp (commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

gboolean
bw_cli_commands_is_group (const char *word)
{
    g_autofree char *head = g_strconcat (word, " ", NULL);

    for (size_t i = 0; commands[i] != NULL; i++)
        if (g_str_has_prefix (commands[i]->name, head))
            return TRUE;
    return FALSE;
}

/* What other flashers call it; "_" counts as "-". */
static const struct {
    const char *theirs;
    const BwCliCommand *ours;
} foreign[] = {
    { "board-info", &bw_cli_info_command },
    { "chip-id", &bw_cli_info_command },
    { "devices", &bw_cli_list_command },
    { "dump-flash", &bw_cli_read_command },
    { "elf2image", &bw_cli_firmware_convert_command },
    { "erase-flash", &bw_cli_erase_command },
    { "erase-parts", &bw_cli_erase_command },
    { "erase-region", &bw_cli_erase_command },
    { "flash-id", &bw_cli_info_command },
    { "image-info", &bw_cli_firmware_show_command },
    { "list-ports", &bw_cli_list_command },
    { "ls", &bw_cli_list_command },
    { "merge-bin", &bw_cli_firmware_convert_command },
    { "monitor", &bw_cli_console_command },
    { "partition-table", &bw_cli_partition_show_command },
    { "ports", &bw_cli_list_command },
    { "read-flash", &bw_cli_read_command },
    { "read-mac", &bw_cli_info_command },
    { "run", &bw_cli_reset_command },
    { "save-image", &bw_cli_firmware_convert_command },
    { "upload", &bw_cli_flash_command },
    { "verify-flash", &bw_cli_verify_command },
    { "write", &bw_cli_flash_command },
    { "write-bin", &bw_cli_flash_command },
    { "write-flash", &bw_cli_flash_command },
};

const char *
bw_cli_commands_suggest (const char *typed)
{
    const char *names[G_N_ELEMENTS (commands)] = { NULL };
    g_autofree char *plain = g_strdup (typed);

    for (size_t i = 0; i < G_N_ELEMENTS (foreign); i++)
        if (strcmp (foreign[i].theirs, g_strdelimit (plain, "_", '-')) == 0)
            return foreign[i].ours->name;
    for (size_t i = 0; commands[i] != NULL; i++)
        names[i] = commands[i]->name;
    return bw_cli_suggest (typed, names);
}

/* --- options --- */

/* A call for each table of options that @command takes, until one says something. */
typedef gconstpointer (*TableFunc) (const GOptionEntry *entries, gpointer data);

static gconstpointer
ask_tables (const BwCliCommand *command, TableFunc func, gpointer data)
{
    BwCliOptionGroups groups =
        command != NULL ? command->groups | BW_CLI_OPTIONS_OUTPUT : BW_CLI_OPTIONS_ALL;
    const GOptionEntry *entries = NULL;
    gconstpointer found = NULL;

    for (unsigned i = 0; found == NULL && bw_cli_options_get_table (groups, i, &entries); i++)
        found = entries == NULL ? NULL : func (entries, data);
    for (size_t i = 0; found == NULL && commands[i] != NULL; i++)
        if ((command == NULL || command == commands[i]) && commands[i]->entries != NULL)
            found = func (commands[i]->entries, data);
    return found;
}

static gconstpointer
find_in_table (const GOptionEntry *entries, gpointer data)
{
    const char *word = data;
    gboolean is_long = word[1] == '-';
    size_t len = strcspn (word + 2, "=");

    for (; entries->long_name != NULL; entries++)
        if (is_long ? strlen (entries->long_name) == len
                          && strncmp (entries->long_name, word + 2, len) == 0
                    : entries->short_name != '\0' && entries->short_name == word[1])
            return entries;
    return NULL;
}

const GOptionEntry *
bw_cli_commands_find_option (const BwCliCommand *command, const char *word)
{
    if (word[0] != '-' || word[1] == '\0')
        return NULL;
    return ask_tables (command, find_in_table, (gpointer) word);
}

static gconstpointer
add_names (const GOptionEntry *entries, gpointer data)
{
    for (; entries->long_name != NULL; entries++)
        g_ptr_array_add (data, (gpointer) entries->long_name);
    return NULL;
}

const char *
bw_cli_commands_suggest_option (const BwCliCommand *command, const char *typed)
{
    g_autoptr (GPtrArray) names = g_ptr_array_new ();
    g_autofree char *name = NULL;

    if (!g_str_has_prefix (typed, "--"))
        return NULL;
    name = g_strndup (typed + 2, strcspn (typed + 2, "="));
    (void) ask_tables (command, add_names, names);
    g_ptr_array_add (names, NULL);
    return bw_cli_suggest (name, (const char *const *) names->pdata);
}
