/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-partition"
#include "config.h"

#include <glib/gi18n.h>

#include "bw-cli-json.h"
#include "bw-cli-number.h"
#include "bw-cli-text.h"
#include "bw-cli-work.h"

enum {
    USUAL_OFFSET = 0x8000,
};

static char *offset_given;
static char *secure_given;

/* What only making takes stands first. */
static const GOptionEntry entries[] = {
    { "secure", 0, 0, G_OPTION_ARG_FILENAME, &secure_given,
      N_ ("Check the applications' partitions for this secure boot: v1 or v2"), N_ ("VERSION") },
    { "table-offset", 0, 0, G_OPTION_ARG_FILENAME, &offset_given,
      N_ ("Where the table lies in flash, for empty offsets (default: 0x8000)"), N_ ("OFFSET") },
    { NULL },
};

struct table_work {
    const char *from;
    const char *to; /* (nullable): only to be read */
    BwPartitionRules rules;
};

static gpointer
load_table (gpointer data, GCancellable *cancellable, GError **error)
{
    const struct table_work *work = data;

    return bw_partition_table_load_sync (work->from, &work->rules, error);
}

static gpointer
make_table (gpointer data, GCancellable *cancellable, GError **error)
{
    const struct table_work *work = data;
    gboolean is_binary = !g_str_has_suffix (work->to, ".csv");
    g_autoptr (GPtrArray) rows = load_table (data, cancellable, error);

    if (rows == NULL || !bw_target_check_source (work->to, work->from, error)
        || !bw_partition_table_save_sync (rows, work->to, &work->rules, is_binary, error))
        return NULL;
    return g_steal_pointer (&rows);
}

/* The second secure boot asks for no more than what holds for every table. */
static gboolean
parse_secure (gboolean *ret_is_v1, GError **error)
{
    *ret_is_v1 = g_strcmp0 (secure_given, "v1") == 0;
    if (secure_given == NULL || *ret_is_v1 || g_strcmp0 (secure_given, "v2") == 0)
        return TRUE;
    bw_set_error (error, BW_CAUSE_USAGE, _ ("--secure: “%s” is neither v1 nor v2"), secure_given);
    return FALSE;
}

static GPtrArray *
run_work (BwCli *cli, BwCliWorkFunc func, const char *to, GError **error)
{
    struct table_work work = { cli->args[0], to, { .table_offset = USUAL_OFFSET } };

    if (!parse_secure (&work.rules.is_secure_boot_v1, error))
        return NULL;
    if (offset_given != NULL && !bw_cli_parse_u32 (offset_given, &work.rules.table_offset, error)) {
        g_prefix_error (error, "--%s: ", "table-offset");
        return NULL;
    }
    return bw_cli_work (cli, func, &work, error);
}

static cJSON *
new_fields (GPtrArray *rows)
{
    cJSON *fields = cJSON_CreateObject ();

    cJSON_AddItemToObject (fields, "partitions", bw_cli_json_new_partitions (rows));
    return fields;
}

static int
run_show (BwCli *cli)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) rows = run_work (cli, load_table, NULL, &error);
    g_autofree char *table = NULL;

    if (rows == NULL)
        return bw_cli_fail (cli, error);
    table = bw_cli_text_dup_partitions (rows, -1);
    bw_cli_output_print (cli->output, "%s", table);
    return bw_cli_succeed (cli, new_fields (rows));
}

static int
run_make (BwCli *cli)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) rows = NULL;

    if (bw_cli_check_target (cli->args[1], &error))
        rows = run_work (cli, make_table, cli->args[1], &error);
    if (rows == NULL)
        return bw_cli_fail (cli, error);
    bw_cli_output_print (cli->output,
                         g_dngettext (GETTEXT_PACKAGE, "%s written, %u partition",
                                      "%s written, %u partitions", rows->len),
                         cli->args[1], rows->len);
    return bw_cli_succeed (cli, new_fields (rows));
}

const BwCliCommand bw_cli_partition_show_command = {
    .name = "partition show",
    .arguments = N_ ("FILE"),
    .summary = N_ ("Show a partition table, binary or CSV"),
    .entries = &entries[1],
    .args_min = 1,
    .args_max = 1,
    .run = run_show,
};

const BwCliCommand bw_cli_partition_make_command = {
    .name = "partition make",
    .arguments = N_ ("CSV BIN"),
    .summary = N_ ("Make a binary partition table from CSV"),
    .details = N_ ("The other way round when the second name ends in .csv. The second file is "
                   "replaced only when everything is right."),
    .entries = entries,
    .args_min = 2,
    .args_max = 2,
    .run = run_make,
};
