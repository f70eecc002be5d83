/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-main"
#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <signal.h>
#include <string.h>

#include "bw-cli-commands.h"
#include "bw-cli-help.h"
#include "bw-cli-line.h"
#include "bw-cli-log.h"
#include "bw-cli-settings.h"
#include "bw-cli-terminal.h"
#include "bw-cli-work.h"

/* --- words about the program itself --- */

static int
print_help (const BwCli *cli, const BwCliLine *line)
{
    g_autofree char *text = line->command != NULL
                                ? bw_cli_help_dup_command (line->command)
                                : bw_cli_help_dup_program (line->is_group ? line->typed : NULL);

    bw_cli_output_write (cli->output, text);
    return 0;
}

static int
print_version (const BwCli *cli)
{
    bw_cli_output_write (cli->output, "boardwalk " BW_VERSION "\n");
    return 0;
}

/* --- running a command --- */

static gboolean
check_args (const BwCliCommand *command, unsigned n, GError **error)
{
    if (n < command->args_min) {
        bw_set_error (error, BW_CAUSE_USAGE, _ ("something is missing: %s"),
                      _ (command->arguments));
        return FALSE;
    }
    if (n > command->args_max) {
        bw_set_error (error, BW_CAUSE_USAGE, "%s", _ ("too many arguments"));
        return FALSE;
    }
    return TRUE;
}

/* What GOption has left of the words it read, and the words it must not read. */
static void
take_args (BwCli *cli, const BwCliLine *line, int n_left)
{
    int n_rest = line->argc - line->n_read;

    memmove (line->argv + n_left, line->argv + line->n_read,
             ((size_t) n_rest + 1) * sizeof *line->argv);
    cli->args = (const char *const *) line->argv + MIN (n_left, 1);
    cli->n_args = (unsigned) MAX (n_left - 1, 0) + (unsigned) n_rest;
}

/* The line was checked before: what is left for GOption to find is a value that is missing. */
static gboolean
parse (BwCli *cli, const BwCliLine *line, GError **error)
{
    g_autoptr (GOptionContext) context = bw_cli_help_new_context (cli->command);
    g_autoptr (GError) foreign = NULL;
    char **argv = line->argv;
    int argc = line->n_read;

    if (!g_option_context_parse (context, &argc, &argv, &foreign)) {
        bw_set_error (error, BW_CAUSE_USAGE, "%s", foreign->message);
        return FALSE;
    }
    if (!bw_cli_options_collect (&cli->options, error))
        return FALSE;
    take_args (cli, line, argc);
    return cli->options.wants_help || check_args (cli->command, cli->n_args, error);
}

static int
run_command (BwCli *cli, const BwCliLine *line)
{
    g_autoptr (GError) error = NULL;

    if (!bw_cli_line_check (line, &error) || !parse (cli, line, &error))
        return bw_cli_fail (cli, error);
    if (cli->options.wants_help)
        return print_help (cli, line);
    if (!bw_cli_settings_apply (cli, &error))
        return bw_cli_fail (cli, error);
    if (cli->options.timeout_s != 0)
        cli->deadline_us = bw_cli_seconds_from_now (cli->options.timeout_s);
    return cli->command->run (cli);
}

static int
dispatch (BwCli *cli, const BwCliLine *line)
{
    gboolean is_known = line->command != NULL || line->is_group || line->typed == NULL;

    if (line->wants_help && is_known)
        return print_help (cli, line);
    if (line->wants_version && line->typed == NULL)
        return print_version (cli);
    return run_command (cli, line);
}

static void
set_name (const BwCliCommand *command)
{
    g_autofree char *name = g_strconcat ("boardwalk", command != NULL ? " " : "",
                                         command != NULL ? command->name : "", NULL);

    g_set_prgname (name);
}

static int
run (const BwCliLine *line)
{
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    gboolean has_colour = !line->no_colour && bw_cli_terminal_has_colour ();
    BwCli cli = { .command = line->command, .cancellable = cancellable };
    int status = 0;

    set_name (line->command);
    cli.output = bw_cli_output_new (line->is_json, has_colour, bw_cli_terminal_is_live ());
    bw_cli_log_set_output (cli.output);
    bw_cli_stop_install (&cli);
    status = dispatch (&cli, line);
    bw_cli_terminal_set_raw (FALSE);
    status = bw_cli_output_finish (cli.output, status);
    bw_cli_log_set_output (NULL);
    bw_cli_output_free (cli.output);
    return status;
}

/* What programs read is the same everywhere: with --json words, numbers and dates are those of the
 * C locale, only file names keep their character set. */
static void
choose_language (gboolean is_json)
{
    /* from a build folder, as ./start does, the texts lie elsewhere */
    const char *folder = g_getenv ("BOARDWALK_LOCALE_DIR");

    setlocale (is_json ? LC_CTYPE : LC_ALL, "");
    bindtextdomain (GETTEXT_PACKAGE, folder != NULL ? folder : BW_LOCALEDIR);
    bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
    textdomain (GETTEXT_PACKAGE);
}

int
main (int argc, char **argv)
{
    BwCliLine line;
    int status = 0;

    bw_cli_terminal_hold_streams ();
    bw_folder_ignore_relative_homes ();
    /* a reader that goes away is an error of writing, not the end of a flash; so is a file that may
     * not grow */
    signal (SIGPIPE, SIG_IGN);
    signal (SIGXFSZ, SIG_IGN);
    bw_cli_log_install ();
    bw_cli_line_init (&line, argc, argv);
    choose_language (line.is_json);
    status = run (&line);
    bw_cli_line_clear (&line);
    return status;
}
