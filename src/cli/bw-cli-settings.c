/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-settings"
#include "config.h"

#include "bw-cli-settings.h"

gboolean
bw_cli_settings_apply (BwCli *cli, GError **error)
{
    g_autoptr (BwSettings) settings = bw_settings_load_sync (NULL, error);
    BwPlanOptions *plan = &cli->options.plan;
    g_autofree char *stub_dir = NULL;
    unsigned baud = 0;

    if (settings == NULL)
        return FALSE;
    g_object_get (settings, "stub-dir", &stub_dir, "baud", &baud, NULL);
    if (plan->baud == 0)
        plan->baud = baud;
    /* texts of the options live as long as the process */
    if (plan->stub_dir == NULL && stub_dir != NULL)
        plan->stub_dir = g_intern_string (stub_dir);
    return TRUE;
}
