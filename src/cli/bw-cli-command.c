/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-command"
#include "config.h"

#include "bw-cli-command.h"

#include <glib/gi18n.h>

#include "bw-cli-json.h"

/* A cause speaks for itself; what was seen is added where it says more. */
static void
say_failure (BwCli *cli, const GError *error)
{
    BwCause cause = bw_error_get_cause (error);
    const char *remedy = bw_cause_get_remedy (cause);

    if (cause == BW_CAUSE_CANCELLED) {
        /* what was begun on a board has a verdict of its own */
        bw_cli_output_warn (cli->output, "boardwalk: %s", _ ("stopped before anything was done"));
        return;
    }
    if (cause == BW_CAUSE_NONE || cause == BW_CAUSE_USAGE) {
        bw_cli_output_warn (cli->output, "boardwalk: %s", error->message);
        return;
    }
    bw_cli_output_warn (cli->output, "boardwalk: %s: %s", bw_cause_get_title (cause),
                        error->message);
    if (*remedy != '\0')
        bw_cli_output_warn (cli->output, "%s", remedy);
    if (bw_error_get_offer (error) != NULL)
        bw_cli_output_warn (cli->output, "%s", bw_error_get_offer (error));
}

static void
say_where_to_read (BwCli *cli)
{
    if (cli->command != NULL)
        bw_cli_output_warn (cli->output, _ ("Try “boardwalk %s --help”."), cli->command->name);
    else
        bw_cli_output_warn (cli->output, "%s", _ ("Try “boardwalk --help”."));
}

int
bw_cli_fail (BwCli *cli, const GError *error)
{
    int status = bw_error_get_exit_status (error);

    say_failure (cli, error);
    if (bw_error_get_cause (error) == BW_CAUSE_USAGE)
        say_where_to_read (cli);
    bw_cli_output_event (cli->output, "result", 0, NULL, NULL,
                         bw_cli_json_new_failure (error, status));
    return status;
}

gboolean
bw_cli_check_target (const char *path, GError **error)
{
    if (*path != '\0' && g_strcmp0 (path, "-") != 0)
        return bw_target_check (path, error);
    bw_set_error (error, BW_CAUSE_USAGE, _ ("“%s” names no file to write to"), path);
    return FALSE;
}

int
bw_cli_succeed (BwCli *cli, cJSON *fields)
{
    cJSON *object = fields != NULL ? fields : cJSON_CreateObject ();

    cJSON_AddTrueToObject (object, "ok");
    cJSON_AddNumberToObject (object, "exit", 0);
    bw_cli_output_event (cli->output, "result", 0, NULL, NULL, object);
    return 0;
}
