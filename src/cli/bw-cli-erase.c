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

static gboolean
parse_region (BwCli *cli, uint32_t *ret_offset, uint32_t *ret_size, GError **error)
{
    if (cli->n_args == 0)
        return TRUE;
    if (cli->n_args == 1) {
        bw_set_error (error, BW_CAUSE_USAGE, "%s",
                      _ ("SIZE is missing; without both, everything is erased"));
        return FALSE;
    }
    if (!bw_cli_parse_u32 (cli->args[0], ret_offset, error)
        || !bw_cli_parse_u32 (cli->args[1], ret_size, error))
        return FALSE;
    if (*ret_offset % SECTOR_BYTES == 0 && *ret_size % SECTOR_BYTES == 0 && *ret_size != 0)
        return TRUE;
    bw_set_error (error, BW_CAUSE_USAGE, _ ("OFFSET and SIZE have to be multiples of %d"),
                  SECTOR_BYTES);
    return FALSE;
}

static int
run_erase (BwCli *cli)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (BwPlan) plan = NULL;
    uint32_t offset = 0, size = 0;

    if (!parse_region (cli, &offset, &size, &error))
        return bw_cli_fail (cli, error);
    plan = bw_plan_new_erase (offset, size, &cli->options.plan);
    if (cli->options.is_preview)
        return bw_cli_preview (cli, plan);
    return bw_cli_run_plan (cli, plan, NULL);
}

const BwCliCommand bw_cli_erase_command = {
    .name = "erase",
    .arguments = N_ ("[OFFSET SIZE]"),
    .summary = N_ ("Erase the whole flash, or a region of it"),
    .groups = BW_CLI_OPTIONS_PORTS | BW_CLI_OPTIONS_CONNECT | BW_CLI_OPTIONS_TIMEOUT
              | BW_CLI_OPTIONS_AFTER | BW_CLI_OPTIONS_PREVIEW,
    .args_max = 2,
    .run = run_erase,
};
