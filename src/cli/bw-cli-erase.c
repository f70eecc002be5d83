/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-erase"
#include "config.h"

#include <glib/gi18n.h>

#include "bw-cli-number.h"
#include "bw-cli-preview.h"
#include "bw-cli-run.h"

enum {
    SECTOR_BYTES = 4096,
};

static BwPlan *
make_region_plan (BwCli *cli, GError **error)
{
    uint32_t offset = 0;
    uint32_t size = 0;

    if (!bw_cli_parse_u32 (cli->args[0], &offset, error)
        || !bw_cli_parse_u32 (cli->args[1], &size, error))
        return NULL;
    if (offset % SECTOR_BYTES == 0 && size % SECTOR_BYTES == 0 && size != 0)
        return bw_plan_new_erase (offset, size, &cli->options.plan);
    if (size == 0)
        bw_set_error (error, BW_CAUSE_USAGE, "%s", _ ("nothing to erase: SIZE is 0"));
    else
        bw_set_error (error, BW_CAUSE_USAGE, _ ("OFFSET and SIZE have to be multiples of %d"),
                      SECTOR_BYTES);
    return NULL;
}

static BwPlan *
make_plan (BwCli *cli, GError **error)
{
    if (cli->n_args == 0)
        return bw_plan_new_erase (0, 0, &cli->options.plan);
    if (cli->n_args == 2)
        return make_region_plan (cli, error);
    if (bw_cli_check_name (cli->args[0], error))
        return bw_plan_new_erase_partition (cli->args[0], &cli->options.plan);
    return NULL;
}

static int
run_erase (BwCli *cli)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (BwPlan) plan = make_plan (cli, &error);

    if (plan == NULL)
        return bw_cli_fail (cli, error);
    if (cli->options.is_preview)
        return bw_cli_preview (cli, plan);
    return bw_cli_run_plan (cli, plan, NULL);
}

const BwCliCommand bw_cli_erase_command = {
    .name = "erase",
    .arguments = N_ ("[OFFSET SIZE | PARTITION]"),
    .summary = N_ ("Erase the whole flash, or a region of it"),
    .details = N_ ("PARTITION is a name in the partition table of the board, such as nvs."),
    .groups = BW_CLI_OPTIONS_PORTS | BW_CLI_OPTIONS_CONNECT | BW_CLI_OPTIONS_TIMEOUT
              | BW_CLI_OPTIONS_AFTER | BW_CLI_OPTIONS_PREVIEW,
    .args_max = 2,
    .run = run_erase,
};
