/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-preview"
#include "config.h"

#include "bw-cli-preview.h"

#include <glib/gi18n.h>

#include "bw-cli-json.h"
#include "bw-cli-run.h"

/* What is looked at; a command runs once in a process. */
static BwPlan *shown;

static cJSON *
new_line (const BwPlanLine *line)
{
    cJSON *object = cJSON_CreateObject ();

    bw_cli_json_add_text (object, "text", line->text);
    bw_cli_json_add_text (object, "detail", line->detail);
    cJSON_AddBoolToObject (object, "loss", line->is_loss ? 1 : 0);
    return object;
}

static void
print_line (BwCli *cli, const BwPlanLine *line)
{
    g_autofree char *text =
        bw_cli_output_dup_styled (cli->output, line->is_loss ? BW_CLI_BAD : BW_CLI_PLAIN,
                                  line->text);

    bw_cli_output_print (cli->output, "  %s %s%s%s", line->is_loss ? "!" : "-", text,
                         line->detail != NULL ? "  " : "",
                         line->detail != NULL ? line->detail : "");
}

static void
show_findings (BwCli *cli, BwJob *job, cJSON *result)
{
    g_autoptr (GPtrArray) findings = bw_plan_list_findings (shown, bw_job_get_info (job));

    for (unsigned i = 0; i < findings->len; i++) {
        const BwFinding *finding = g_ptr_array_index (findings, i);
        g_autofree char *text = bw_cli_output_dup_styled (cli->output, BW_CLI_BAD, finding->text);

        bw_cli_output_print (cli->output, "  ? %s", text);
    }
    cJSON_AddItemToObject (result, "findings", bw_cli_json_new_findings (findings));
}

static BwFirmwareBuild *
find_build (const BwBoardInfo *info)
{
    return bw_plan_get_firmware (shown) == NULL ? NULL : bw_plan_choose_build (shown, info, NULL);
}

static void
show_plan (BwCli *cli, BwBoard *board, BwJob *job, cJSON *result)
{
    g_autoptr (GPtrArray) lines = bw_plan_describe (shown, bw_job_get_info (job));
    g_autoptr (BwFirmwareBuild) build = find_build (bw_job_get_info (job));
    cJSON *array = cJSON_AddArrayToObject (result, "plan");

    bw_cli_output_print (cli->output, "%s:", bw_board_get_address (board));
    for (unsigned i = 0; i < lines->len; i++) {
        print_line (cli, g_ptr_array_index (lines, i));
        cJSON_AddItemToArray (array, new_line (g_ptr_array_index (lines, i)));
    }
    bw_cli_json_add_parts (result, build);
    show_findings (cli, job, result);
}

/* What the job itself would ask before it writes. */
static gboolean
check_plan (BwJob *job, GError **error)
{
    return bw_plan_check (shown, bw_job_get_info (job), error);
}

int
bw_cli_preview (BwCli *cli, BwPlan *plan)
{
    static const BwCliRunStyle style = { .succeeded = show_plan,
                                         .check = check_plan,
                                         .is_answer = TRUE };
    g_autoptr (BwPlan) look = bw_plan_new (BW_ACTION_IDENTIFY, &cli->options.plan);

    shown = plan;
    return bw_cli_run_plan (cli, look, &style);
}
