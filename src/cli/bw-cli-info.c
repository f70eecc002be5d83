/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-info"
#include "config.h"

#include <glib/gi18n.h>

#include "bw-cli-json.h"
#include "bw-cli-run.h"
#include "bw-cli-text.h"

static unsigned n_shown;

static void
show_interrupted (BwCli *cli, BwBoard *board)
{
    /* Translators: the state of a board, and what the job was to do: "Flash weather 1.5.0" */
    bw_cli_output_print (cli->output, _ ("%s (“%s” was not finished)"),
                         bw_board_get_state_text (board), bw_board_get_interrupted (board)->title);
}

static void
show_info (BwCli *cli, BwBoard *board, BwJob *job, cJSON *result)
{
    const BwBoardInfo *info = bw_job_get_info (job);
    g_autofree char *heading = NULL;
    g_autofree char *text = NULL;

    cJSON_AddItemToObject (result, "info", bw_cli_json_new_info (info));
    cJSON_AddItemToObject (result, "interrupted", bw_cli_json_new_interrupted (board));
    if (info == NULL)
        return;
    heading = bw_cli_output_dup_styled (cli->output, BW_CLI_BOLD, bw_board_get_address (board));
    text = bw_cli_text_dup_info (info);
    bw_cli_output_print (cli->output, "%s%s\n%s", n_shown++ > 0 ? "\n" : "", heading, text);
    if (bw_board_get_interrupted (board) != NULL)
        show_interrupted (cli, board);
}

static int
run_info (BwCli *cli)
{
    static const BwCliRunStyle style = { .succeeded = show_info, .is_answer = TRUE };
    g_autoptr (BwPlan) plan = bw_plan_new (BW_ACTION_IDENTIFY, &cli->options.plan);

    return bw_cli_run_plan (cli, plan, &style);
}

const BwCliCommand bw_cli_info_command = {
    .name = "info",
    .arguments = "",
    .summary = N_ ("Ask a board what it is and what it runs"),
    .details =
        N_ ("The board restarts: its loader is asked, then its application is started again."),
    .groups = BW_CLI_OPTIONS_PORTS | BW_CLI_OPTIONS_CONNECT | BW_CLI_OPTIONS_TIMEOUT,
    .run = run_info,
};
