/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-main"
#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <signal.h>
#include <string.h>

#include "bw-cli-clean.h"
#include "bw-cli-command.h"
#include "bw-cli-settings.h"
#include "bw-cli-suggest.h"
#include "bw-cli-terminal.h"
#include "bw-cli-text.h"
#include "bw-cli-work.h"

enum {
    HELP_COLUMNS = 78,
};

/* In the order of --help. A new command is a new file and a row here. */
static const BwCliCommand *const commands[] = {
    &bw_cli_list_command,           &bw_cli_info_command,
    &bw_cli_flash_command,          &bw_cli_verify_command,
    &bw_cli_read_command,           &bw_cli_erase_command,
    &bw_cli_reset_command,          &bw_cli_console_command,
    &bw_cli_firmware_show_command,  &bw_cli_firmware_convert_command,
    &bw_cli_partition_make_command, &bw_cli_partition_show_command,
};

static const char *const nothing[] = { NULL };
static gboolean is_verbose;

/* --- what the engine logs --- */

/* Standard output belongs to the results, so every message goes to standard error. */
static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
    g_autofree char *text = NULL;
    g_autofree char *clean = NULL;

    if ((level & G_LOG_LEVEL_INFO) != 0 && !is_verbose)
        return G_LOG_WRITER_HANDLED;
    if ((level & (G_LOG_LEVEL_DEBUG | G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL)) != 0)
        return g_log_writer_default (level, fields, n_fields, data);
    text = g_log_writer_format_fields (level, fields, n_fields, FALSE);
    clean = bw_cli_dup_clean (text, nothing);
    g_printerr ("%s\n", clean);
    return G_LOG_WRITER_HANDLED;
}

/* --- finding the command --- */

/* Two words beat one: "firmware show" is no argument of a command "firmware". */
static const BwCliCommand *
find_command (int argc, char **argv, int *ret_n_words)
{
    g_autofree char *pair = argc > 2 ? g_strdup_printf ("%s %s", argv[1], argv[2]) : NULL;

    for (size_t i = 0; i < G_N_ELEMENTS (commands); i++) {
        *ret_n_words = strchr (commands[i]->name, ' ') != NULL ? 2 : 1;
        if (g_strcmp0 (commands[i]->name, *ret_n_words == 2 ? pair : argv[1]) == 0)
            return commands[i];
    }
    return NULL;
}

static gboolean
is_group (const char *word)
{
    g_autofree char *head = g_strconcat (word, " ", NULL);

    for (size_t i = 0; i < G_N_ELEMENTS (commands); i++)
        if (g_str_has_prefix (commands[i]->name, head))
            return TRUE;
    return FALSE;
}

static const char *
suggest (const char *typed)
{
    const char *names[G_N_ELEMENTS (commands) + 1] = { NULL };

    for (size_t i = 0; i < G_N_ELEMENTS (commands); i++)
        names[i] = commands[i]->name;
    return bw_cli_suggest (typed, names);
}

static int
refuse_command (int argc, char **argv)
{
    g_autofree char *typed = is_group (argv[1]) && argc > 2
                                 ? g_strjoin (" ", argv[1], argv[2], NULL)
                                 : g_strdup (argv[1]);
    g_autofree char *clean = bw_cli_dup_clean (typed, nothing);
    const char *meant = suggest (typed);

    g_printerr (_ ("boardwalk: there is no command “%s”"), clean);
    if (meant != NULL)
        g_printerr (_ (". Did you mean “%s”?"), meant);
    g_printerr ("\n%s\n", _ ("Try “boardwalk --help”."));
    return bw_cause_get_exit_status (BW_CAUSE_USAGE);
}

/* --- help --- */

static void
print_command_list (void)
{
    for (size_t i = 0; i < G_N_ELEMENTS (commands); i++)
        g_print ("  %-18s %s\n", commands[i]->name, _ (commands[i]->summary));
}

static int
print_help (void)
{
    g_print ("%s\n  boardwalk %s\n\n%s\n\n%s\n", _ ("Usage:"), _ ("COMMAND [OPTION…] [ARGUMENT…]"),
             _ ("Takes microcontroller boards from blank to shipped."), _ ("Commands:"));
    print_command_list ();
    g_print (
        "\n%s\n",
        _ ("“boardwalk COMMAND --help” says more. Exit status: 0 done, 1 the board or the work\n"
           "failed, 2 wrong usage or file, 3 no such board or no answer, 4 refused, 5 cancelled,\n"
           "6 the station's own data or set-up is at fault."));
    return 0;
}

static int
print_version (void)
{
    g_print ("boardwalk %s\n", BW_VERSION);
    return 0;
}

/* --- running a command --- */

static GOptionContext *
new_context (const BwCliCommand *command)
{
    GOptionContext *context = g_option_context_new (_ (command->arguments));

    g_option_context_set_summary (context, _ (command->summary));
    if (command->details != NULL) {
        g_autofree char *details = bw_cli_text_dup_wrapped (_ (command->details), HELP_COLUMNS);

        g_option_context_set_description (context, details);
    }
    if (command->entries != NULL)
        g_option_context_add_main_entries (context, command->entries, GETTEXT_PACKAGE);
    bw_cli_options_add (context, command->groups | BW_CLI_OPTIONS_OUTPUT);
    return context;
}

static gboolean
check_args (const BwCliCommand *command, unsigned n, GError **error)
{
    if (n < command->args_min) {
        bw_set_error (error, BW_CAUSE_USAGE, "something is missing: %s", command->arguments);
        return FALSE;
    }
    if (n > command->args_max) {
        bw_set_error (error, BW_CAUSE_USAGE, "too many arguments");
        return FALSE;
    }
    return TRUE;
}

/* GOption leaves a "--" that ended the options. */
static void
take_args (BwCli *cli, int argc, char **argv)
{
    int skip = argc > 1 && strcmp (argv[1], "--") == 0 ? 2 : 1;

    cli->args = (const char *const *) argv + MIN (skip, argc);
    cli->n_args = (unsigned) MAX (argc - skip, 0);
}

/* GOption takes everything back when it fails, but how to say so still has to be known. */
static gboolean
wants_json (int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp (argv[i], "--") != 0; i++)
        if (strcmp (argv[i], "--json") == 0)
            return TRUE;
    return FALSE;
}

static gboolean
parse (BwCli *cli, int *argc, char ***argv, GError **error)
{
    g_autoptr (GOptionContext) context = new_context (cli->command);
    g_autoptr (GError) foreign = NULL;
    gboolean is_parsed = g_option_context_parse (context, argc, argv, &foreign);
    gboolean is_sound = bw_cli_options_collect (&cli->options, is_parsed ? error : NULL);

    if (!is_parsed) {
        cli->options.is_json = wants_json (*argc, *argv);
        bw_set_error (error, BW_CAUSE_USAGE, "%s", foreign->message);
    }
    if (!is_parsed || !is_sound)
        return FALSE;
    take_args (cli, *argc, *argv);
    return check_args (cli->command, cli->n_args, error);
}

static BwCliOutput *
new_output (const BwCliOptions *options)
{
    gboolean has_colour = !options->no_colour && bw_cli_terminal_has_colour ();

    return bw_cli_output_new (options->is_json, has_colour, bw_cli_terminal_is_live ());
}

static int
run_command (BwCli *cli, int argc, char **argv)
{
    g_autoptr (GError) error = NULL;
    gboolean is_parsed = parse (cli, &argc, &argv, &error);

    is_verbose = cli->options.is_verbose;
    cli->output = new_output (&cli->options);
    if (!is_parsed)
        return bw_cli_fail (cli, error);
    if (!bw_cli_settings_apply (cli, &error))
        return bw_cli_fail (cli, error);
    bw_cli_stop_install (cli);
    return cli->command->run (cli);
}

static int
run (const BwCliCommand *command, int argc, char **argv)
{
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autofree char *name = g_strconcat ("boardwalk ", command->name, NULL);
    BwCli cli = { .command = command, .cancellable = cancellable };
    int status = 0;

    g_set_prgname (name);
    status = run_command (&cli, argc, argv);
    bw_cli_terminal_set_raw (FALSE);
    status = bw_cli_output_finish (cli.output, status);
    bw_cli_output_free (cli.output);
    return status;
}

static int
dispatch (int argc, char **argv)
{
    int n_words = 0;
    const BwCliCommand *command = NULL;

    if (argc < 2) {
        g_printerr ("%s\n", _ ("boardwalk: what shall be done? Try “boardwalk --help”."));
        return bw_cause_get_exit_status (BW_CAUSE_USAGE);
    }
    if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0
        || strcmp (argv[1], "help") == 0)
        return print_help ();
    if (strcmp (argv[1], "--version") == 0)
        return print_version ();
    command = find_command (argc, argv, &n_words);
    if (command == NULL)
        return refuse_command (argc, argv);
    return run (command, argc - n_words, argv + n_words);
}

int
main (int argc, char **argv)
{
    setlocale (LC_ALL, "");
    bindtextdomain (GETTEXT_PACKAGE, BW_LOCALEDIR);
    bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
    textdomain (GETTEXT_PACKAGE);
    /* a reader that goes away is an error of writing, not the end of a flash */
    signal (SIGPIPE, SIG_IGN);
    g_log_set_writer_func (write_log, NULL, NULL);
    return dispatch (argc, argv);
}
