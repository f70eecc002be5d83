/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-reset"
#include "config.h"

#include <glib/gi18n.h>

#include "bw-cli-run.h"

static gboolean is_bootloader;

static const GOptionEntry entries[] = {
    { "bootloader", 0, 0, G_OPTION_ARG_NONE, &is_bootloader,
      N_ ("Start the loader, not the application"), NULL },
    { NULL },
};

static int
run_reset (BwCli *cli)
{
    g_autoptr (BwPlan) plan = NULL;

    cli->options.plan.stay = is_bootloader;
    plan = bw_plan_new (BW_ACTION_RESET, &cli->options.plan);
    return bw_cli_run_plan (cli, plan, NULL);
}

const BwCliCommand bw_cli_reset_command = {
    .name = "reset",
    .arguments = "",
    .summary = N_ ("Start a board's application, or its loader"),
    .groups = BW_CLI_OPTIONS_PORTS | BW_CLI_OPTIONS_CONNECT | BW_CLI_OPTIONS_TIMEOUT,
    .entries = entries,
    .run = run_reset,
};
