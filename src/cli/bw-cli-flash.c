/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-flash"
#include "config.h"

#include <glib/gi18n.h>

#include "bw-cli-preview.h"
#include "bw-cli-run.h"
#include "bw-cli-work.h"

static int
run_firmware (BwCli *cli, BwAction action)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (BwFirmware) firmware = bw_cli_load_firmware (cli, cli->args, &error);
    g_autoptr (BwPlan) plan = NULL;

    if (firmware == NULL)
        return bw_cli_fail (cli, error);
    plan = bw_plan_new_firmware (action, firmware, &cli->options.plan);
    if (cli->options.is_preview)
        return bw_cli_preview (cli, plan);
    return bw_cli_run_plan (cli, plan, NULL);
}

static int
run_flash (BwCli *cli)
{
    return run_firmware (cli, BW_ACTION_FLASH);
}

static int
run_verify (BwCli *cli)
{
    return run_firmware (cli, BW_ACTION_VERIFY);
}

#define FIRMWARE_FORMS                                                                             \
    N_ ("FIRMWARE is file.bin@0x10000 (the offset may be left out where the file says it), "       \
        "file.bin@nvs to put it into a partition by its name, an ESP-IDF build folder or its "     \
        "flasher_args.json, an Arduino build folder, an ESP Web Tools manifest.json, a merged "    \
        "image, UF2, Intel HEX, or gzip of any of these; one file may lie at "                     \
        "https://host/file.bin#sha256=DIGEST.")

const BwCliCommand bw_cli_flash_command = {
    .name = "flash",
    .arguments = N_ ("FIRMWARE…"),
    .summary = N_ ("Write a firmware, prove it by digest and start it"),
    .details = FIRMWARE_FORMS,
    .groups = BW_CLI_OPTIONS_PORTS | BW_CLI_OPTIONS_CONNECT | BW_CLI_OPTIONS_TIMEOUT
              | BW_CLI_OPTIONS_WRITE | BW_CLI_OPTIONS_AFTER | BW_CLI_OPTIONS_PREVIEW,
    .args_min = 1,
    .args_max = BW_CLI_ARGS_ANY,
    .run = run_flash,
};

const BwCliCommand bw_cli_verify_command = {
    .name = "verify",
    .arguments = N_ ("FIRMWARE…"),
    .summary = N_ ("Compare what is on a board with a firmware"),
    .details = FIRMWARE_FORMS,
    .groups = BW_CLI_OPTIONS_PORTS | BW_CLI_OPTIONS_CONNECT | BW_CLI_OPTIONS_TIMEOUT
              | BW_CLI_OPTIONS_AFTER,
    .args_min = 1,
    .args_max = BW_CLI_ARGS_ANY,
    .run = run_verify,
};
