/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-console"
#include "config.h"

#include <gio/gunixinputstream.h>
#include <glib/gi18n.h>
#include <string.h>

#include "bw-cli-number.h"
#include "bw-cli-run.h"
#include "bw-cli-symbols.h"
#include "bw-cli-terminal.h"

enum {
    KEY_LEAVE = 0x1d, /* Ctrl-] */
    INPUT_MAX = 4096,
    STDIN = 0,
};

static gboolean has_timestamps;
static char *baud_text;
static char *elf_path;
static BwCliSymbols *symbols; /* (nullable): of --elf */

static const GOptionEntry entries[] = {
    { "timestamps", 't', 0, G_OPTION_ARG_NONE, &has_timestamps,
      N_ ("Begin each line with the time it came"), NULL },
    { "baud", 'b', 0, G_OPTION_ARG_FILENAME, &baud_text,
      N_ ("Rate of the board's log (default: 115200)"), N_ ("N") },
    { "elf", 'e', 0, G_OPTION_ARG_FILENAME, &elf_path,
      N_ ("Below the lines of a crash, say which functions of this program they name"),
      N_ ("FILE") },
    { NULL },
};

/* --- from the board --- */

static void
on_received (BwJob *job, GBytes *bytes, gpointer data)
{
    BwCli *cli = data;

    if (symbols != NULL)
        bw_cli_symbols_write (symbols, cli->output, bytes);
    else
        bw_cli_output_write_bytes (cli->output, bytes);
    if (bw_cli_output_is_broken (cli->output))
        bw_job_request_cancel (job);
}

/* What stands on the terminal of a line that is not finished. */
static struct {
    uint64_t number;
    char *text; /* (nullable) */
} open_line;

static char *
dup_stamp (const BwLogLine *line)
{
    g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (line->time_us / G_USEC_PER_SEC);
    g_autofree char *time = g_date_time_format (when, "%H:%M:%S");

    return g_strdup_printf ("%s.%03d  ", time, (int) (line->time_us % G_USEC_PER_SEC / 1000));
}

/* A line that goes on is written on; any other begins with its time. */
static void
show_line (BwCli *cli, const BwLogLine *line, gboolean is_open)
{
    gboolean goes_on = open_line.text != NULL && open_line.number == line->number
                       && g_str_has_prefix (line->text, open_line.text);
    g_autofree char *stamp = dup_stamp (line);
    g_autofree char *text =
        g_strconcat (open_line.text != NULL && !goes_on ? "\n" : "", goes_on ? "" : stamp,
                     line->text + (goes_on ? strlen (open_line.text) : 0), is_open ? "" : "\n",
                     NULL);

    bw_cli_output_write (cli->output, text);
    g_free (open_line.text);
    open_line.text = is_open ? g_strdup (line->text) : NULL;
    open_line.number = line->number;
}

static void
on_event (BwJob *job, const BwJobEvent *event, gpointer data)
{
    BwCli *cli = data;

    if (event->kind != BW_JOB_EVENT_LOG && event->kind != BW_JOB_EVENT_OPEN_LINE)
        return;
    if (event->line == NULL)
        return;
    if (!bw_cli_output_is_json (cli->output))
        show_line (cli, event->line, event->kind == BW_JOB_EVENT_OPEN_LINE);
    if (symbols != NULL && event->kind == BW_JOB_EVENT_LOG)
        bw_cli_symbols_explain (symbols, cli->output, bw_job_get_address (job), event->line);
}

/* --- from the keyboard --- */

/* What is typed, and to whom; a command runs once in a process. */
static struct {
    BwJob *job;
    GInputStream *keys;
} typing;

static void read_keys (void);

/* What was typed before Ctrl-] still goes out. A board that does not listen: as at any terminal the
 * bell says that a key was for nothing. */
static void
take_typed (GBytes *bytes)
{
    gsize len = 0;
    const char *data = g_bytes_get_data (bytes, &len);
    const char *leave = memchr (data, KEY_LEAVE, len);
    gsize n = leave != NULL ? (gsize) (leave - data) : len;
    g_autoptr (GBytes) part = g_bytes_new_from_bytes (bytes, 0, n);

    if (n > 0 && !bw_job_send (typing.job, part))
        bw_cli_terminal_ring ();
    if (leave != NULL)
        bw_job_request_cancel (typing.job);
    else if (bw_job_get_result (typing.job) == BW_JOB_NONE)
        read_keys ();
}

/* A pipe has to wait until the board has taken what it said; keys are always read, so that the one
 * that leaves is not stuck behind others. The end of the input is not the end of the console: a
 * pipe sends a command and goes on reading. */
static void
on_keys (GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (typing.keys, result, NULL);

    if (bytes == NULL || g_bytes_get_size (bytes) == 0)
        return;
    if (bw_cli_terminal_has_keyboard ())
        take_typed (bytes);
    else if (!bw_job_send (typing.job, bytes)) /* one piece at a time always has room */
        g_debug ("the job was over before the input");
}

static void
on_sent (BwJob *job, gpointer data)
{
    read_keys ();
}

static void
read_keys (void)
{
    g_input_stream_read_bytes_async (typing.keys, INPUT_MAX, G_PRIORITY_DEFAULT, NULL, on_keys,
                                     NULL);
}

static void
start_typing (BwJob *job)
{
    typing.job = g_object_ref (job);
    typing.keys = g_unix_input_stream_new (STDIN, FALSE);
    if (!bw_cli_terminal_has_keyboard ())
        g_signal_connect (job, "sent", G_CALLBACK (on_sent), NULL);
    read_keys ();
}

static void
begin (BwCli *cli, BwJob *job)
{
    if (has_timestamps || (symbols != NULL && bw_cli_output_is_json (cli->output)))
        g_signal_connect (job, "event", G_CALLBACK (on_event), cli);
    else if (!bw_cli_output_is_json (cli->output))
        g_signal_connect (job, "received", G_CALLBACK (on_received), cli);
    bw_cli_terminal_set_raw (TRUE);
    start_typing (job);
}

static void
end (BwCli *cli, BwBoard *board, BwJob *job, cJSON *result)
{
    bw_cli_terminal_set_raw (FALSE);
}

/* --- the command --- */

static int
run_console (BwCli *cli)
{
    static const BwCliRunStyle style = {
        .started = begin, .succeeded = end, .is_endless = TRUE, .is_quiet = TRUE
    };
    g_autoptr (GError) error = NULL;
    g_autoptr (BwPlan) plan = NULL;
    int status = 0;

    if (!bw_cli_parse_option ("baud", baud_text, BW_CLI_BAUD_MIN, BW_CLI_BAUD_MAX,
                              &cli->options.plan.console_baud, &error))
        return bw_cli_fail (cli, error);
    if (elf_path != NULL) {
        symbols = bw_cli_symbols_load (cli, elf_path, &error);
        if (symbols == NULL)
            return bw_cli_fail (cli, error);
    }
    plan = bw_plan_new (BW_ACTION_CONSOLE, &cli->options.plan);
    if (bw_cli_terminal_has_keyboard ())
        bw_cli_output_warn (cli->output, _ ("Ctrl-] leaves."));
    status = bw_cli_run_plan (cli, plan, &style);
    g_clear_pointer (&symbols, bw_cli_symbols_free);
    return status;
}

const BwCliCommand bw_cli_console_command = {
    .name = "console",
    .arguments = "",
    .summary = N_ ("Show what a board prints, send what is typed"),
    .details = N_ ("On a terminal every key goes to the board; Ctrl-] leaves. In a pipe, standard "
                   "input is sent, and the console goes on until --timeout or a signal."),
    .groups = BW_CLI_OPTIONS_PORT | BW_CLI_OPTIONS_TIMEOUT,
    .entries = entries,
    .run = run_console,
};
