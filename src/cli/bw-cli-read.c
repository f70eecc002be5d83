/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-read"
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bw-cli-number.h"
#include "bw-cli-run.h"

static gboolean
parse_size (const char *text, uint32_t *ret_size, GError **error)
{
    if (strcmp (text, "all") == 0) {
        *ret_size = 0; /* the plan's word for "to the end" */
        return TRUE;
    }
    if (!bw_cli_parse_u32 (text, ret_size, error))
        return FALSE;
    if (*ret_size == 0)
        bw_set_error (error, BW_CAUSE_USAGE, "%s", _ ("nothing to read: SIZE is 0"));
    return *ret_size != 0;
}

static BwPlan *
make_plan (BwCli *cli, GError **error)
{
    const char *path = cli->args[cli->n_args - 1];
    uint32_t offset = 0;
    uint32_t size = 0;

    if (cli->n_args == 2)
        return bw_cli_check_name (cli->args[0], error) && bw_cli_check_target (path, error)
                   ? bw_plan_new_read_partition (cli->args[0], path, &cli->options.plan)
                   : NULL;
    if (!bw_cli_parse_u32 (cli->args[0], &offset, error) || !parse_size (cli->args[1], &size, error)
        || !bw_cli_check_target (path, error))
        return NULL;
    return bw_plan_new_read (offset, size, path, &cli->options.plan);
}

static int
run_read (BwCli *cli)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (BwPlan) plan = make_plan (cli, &error);

    return plan == NULL ? bw_cli_fail (cli, error) : bw_cli_run_plan (cli, plan, NULL);
}

const BwCliCommand bw_cli_read_command = {
    .name = "read",
    .arguments = N_ ("OFFSET SIZE FILE | PARTITION FILE"),
    .summary = N_ ("Copy flash into a file"),
    .details = N_ (
        "SIZE may be \"all\": to the end of the flash. Numbers may be 0x1000, 64k or 4M. "
        "PARTITION is a name in the partition table of the board, such as nvs. FILE is replaced "
        "only when everything was read."),
    .groups = BW_CLI_OPTIONS_PORT | BW_CLI_OPTIONS_CONNECT | BW_CLI_OPTIONS_TIMEOUT
              | BW_CLI_OPTIONS_AFTER,
    .args_min = 2,
    .args_max = 3,
    .run = run_read,
};
