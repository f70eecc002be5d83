/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-firmware"
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bw-cli-json.h"
#include "bw-cli-run.h"
#include "bw-cli-text.h"
#include "bw-cli-work.h"

/* --- show --- */

/* What is shown; a command runs once in a process. */
static BwFirmware *shown;

static cJSON *
new_firmware (BwFirmware *firmware)
{
    GPtrArray *builds = bw_firmware_get_builds (firmware);
    cJSON *object = cJSON_CreateObject ();
    cJSON *array = NULL;

    bw_cli_json_add_text (object, "title", bw_firmware_get_title (firmware));
    bw_cli_json_add_text (object, "format", bw_firmware_get_format (firmware));
    array = cJSON_AddArrayToObject (object, "builds");
    for (unsigned i = 0; i < builds->len; i++)
        cJSON_AddItemToArray (array, bw_cli_json_new_build (g_ptr_array_index (builds, i)));
    return object;
}

static void
print_firmware (BwCli *cli, BwFirmware *firmware)
{
    GPtrArray *builds = bw_firmware_get_builds (firmware);

    bw_cli_output_print (cli->output, "%s (%s)", bw_firmware_get_title (firmware),
                         bw_firmware_get_format (firmware));
    for (unsigned i = 0; i < builds->len; i++) {
        const BwFirmwareBuild *build = g_ptr_array_index (builds, i);
        g_autofree char *text = bw_cli_text_dup_build (build);
        g_autofree char *table = NULL;

        bw_cli_output_print (cli->output, "\n%s", text);
        if (build->partitions->len == 0)
            continue;
        table = bw_cli_text_dup_partitions (build->partitions, -1);
        bw_cli_output_print (cli->output, "\n%s", table);
    }
}

static GPtrArray *
find_mismatches (const BwFirmwareBuild *build, const BwBoardInfo *info, const GError *error)
{
    GPtrArray *findings = NULL;
    BwFinding *finding = NULL;

    if (build != NULL)
        return bw_firmware_build_check (build, info);
    findings = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_finding_free);
    finding = g_new0 (BwFinding, 1);
    finding->cause = bw_error_get_cause (error);
    finding->text = g_strdup (error->message);
    g_ptr_array_add (findings, finding);
    return findings;
}

static void
print_findings (BwCli *cli, BwBoard *board, GPtrArray *findings)
{
    if (findings->len == 0)
        bw_cli_output_print (cli->output, _ ("\n%s: fits"), bw_board_get_address (board));
    else
        bw_cli_output_print (cli->output, "\n%s:", bw_board_get_address (board));
    for (unsigned i = 0; i < findings->len; i++) {
        const BwFinding *finding = g_ptr_array_index (findings, i);

        bw_cli_output_print (cli->output, "  %s: %s%s", bw_cause_get_title (finding->cause),
                             finding->text,
                             finding->is_overridable ? _ (" (--force overrides)") : "");
    }
}

/* What a partition is called was shown before. */
static void
print_places (BwCli *cli, const BwFirmwareBuild *build)
{
    for (unsigned i = 0; build != NULL && i < build->parts->len; i++) {
        const BwFirmwarePart *part = g_ptr_array_index (build->parts, i);

        if (part->partition != NULL)
            /* translators: name of a partition, where in flash */
            bw_cli_output_print (cli->output, _ ("  The partition %s is at 0x%x"), part->partition,
                                 part->offset);
    }
}

static gboolean
is_open (BwFirmware *firmware)
{
    GPtrArray *builds = bw_firmware_get_builds (firmware);

    for (unsigned i = 0; i < builds->len; i++)
        if (((const BwFirmwareBuild *) g_ptr_array_index (builds, i))->is_open)
            return TRUE;
    return FALSE;
}

static void
show_fit (BwCli *cli, BwBoard *board, BwJob *job, cJSON *result)
{
    const BwBoardInfo *info = bw_job_get_info (job);
    g_autoptr (GError) error = NULL;
    g_autoptr (BwFirmwareBuild) build = NULL;
    g_autoptr (GPtrArray) findings = NULL;

    cJSON_AddItemToObject (result, "firmware", new_firmware (shown));
    if (info == NULL || info->chip_key == NULL)
        return;
    build = bw_firmware_dup_build (shown, info, &error);
    findings = find_mismatches (build, info, error);
    print_findings (cli, board, findings);
    print_places (cli, build);
    bw_cli_json_add_parts (result, build);
    cJSON_AddBoolToObject (result, "fits", findings->len == 0);
    cJSON_AddItemToObject (result, "findings", bw_cli_json_new_findings (findings));
}

static int
run_show (BwCli *cli)
{
    static const BwCliRunStyle style = { .succeeded = show_fit, .is_answer = TRUE };
    g_autoptr (GError) error = NULL;
    g_autoptr (BwFirmware) firmware = bw_cli_load_firmware (cli, cli->args, &error);
    g_autoptr (BwPlan) plan = NULL;
    cJSON *fields = NULL;

    if (firmware == NULL)
        return bw_cli_fail (cli, error);
    print_firmware (cli, firmware);
    if (cli->options.ports == NULL && !cli->options.is_all) {
        fields = cJSON_CreateObject ();
        cJSON_AddItemToObject (fields, "firmware", new_firmware (firmware));
        if (is_open (firmware))
            bw_cli_output_print (cli->output, "\n%s",
                                 _ ("Where a partition lies is known with its table: name the file "
                                    "of one as well, or a board with -p."));
        return bw_cli_succeed (cli, fields);
    }
    shown = firmware;
    plan = bw_plan_new (BW_ACTION_IDENTIFY, &cli->options.plan);
    return bw_cli_run_plan (cli, plan, &style);
}

const BwCliCommand bw_cli_firmware_show_command = {
    .name = "firmware show",
    .arguments = N_ ("FIRMWARE…"),
    .summary = N_ ("Show what a firmware is made of, and whether it fits"),
    .details = N_ ("With -p the board is asked what it is, and every mismatch is named."),
    .groups = BW_CLI_OPTIONS_PORTS | BW_CLI_OPTIONS_CONNECT | BW_CLI_OPTIONS_TIMEOUT,
    .args_min = 1,
    .args_max = BW_CLI_ARGS_ANY,
    .run = run_show,
};

/* --- convert --- */

static char *format_given;
static char *chip_given;
static gboolean is_forced;

static const GOptionEntry convert_entries[] = {
    { "format", 'f', 0, G_OPTION_ARG_FILENAME, &format_given,
      N_ ("merged, uf2 or ihex (default: what the name of FILE says)"), N_ ("FORMAT") },
    { "chip", 'c', 0, G_OPTION_ARG_FILENAME, &chip_given,
      N_ ("Which of the builds, where there are several: esp32, esp32c3 …"), N_ ("CHIP") },
    { "force", 0, 0, G_OPTION_ARG_NONE, &is_forced,
      N_ ("Replace FILE even if it is a firmware like those that are read"), NULL },
    { NULL },
};

struct conversion {
    BwFirmware *firmware;
    const BwFirmwareBuild *build;
    const char *format;
    const char *path;
};

static const char *
find_format (const char *path, GError **error)
{
    static const struct {
        const char *ending;
        const char *format;
    } rows[] = {
        { ".bin", "merged" },
        { ".uf2", "uf2" },
        { ".hex", "ihex" },
        { ".ihex", "ihex" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        if (format_given != NULL && strcmp (format_given, rows[i].format) == 0)
            return rows[i].format;
        if (format_given == NULL && g_str_has_suffix (path, rows[i].ending))
            return rows[i].format;
    }
    if (format_given != NULL)
        bw_set_error (error, BW_CAUSE_USAGE, _ ("--format: “%s” is none of merged, uf2, ihex"),
                      format_given);
    else
        bw_set_error (error, BW_CAUSE_USAGE, _ ("%s: which form? name it with --format"), path);
    return NULL;
}

/* No board is involved, so it does not matter how one would be attached. */
static const BwFirmwareBuild *
choose_given (BwFirmware *firmware, GError **error)
{
    const BwFirmwareBuild *build = bw_firmware_choose_build (firmware, chip_given, FALSE, NULL);
    g_autofree char *names = NULL;

    if (build == NULL)
        build = bw_firmware_choose_build (firmware, chip_given, TRUE, NULL);
    if (build != NULL)
        return build;
    names = bw_firmware_dup_chip_names (firmware);
    bw_set_error (error, BW_CAUSE_WRONG_CHIP, _ ("%s is for %s, not for %s"),
                  bw_firmware_get_title (firmware), names, chip_given);
    return NULL;
}

static const BwFirmwareBuild *
choose_build (BwFirmware *firmware, GError **error)
{
    GPtrArray *builds = bw_firmware_get_builds (firmware);

    if (chip_given != NULL)
        return choose_given (firmware, error);
    if (builds->len == 1)
        return g_ptr_array_index (builds, 0);
    bw_set_error (error, BW_CAUSE_USAGE, _ ("there are %u builds: choose one with --chip"),
                  builds->len);
    return NULL;
}

/* Whoever forgets the name of the file to write names the last one to read. What was written by an
 * earlier run is of another form, and replaced as every file that is written. */
static gboolean
check_is_no_source (const struct conversion *job, GCancellable *cancellable, GError **error)
{
    const char *specs[] = { job->path, NULL };
    g_autoptr (BwFirmware) there = NULL;

    if (is_forced || !g_file_test (job->path, G_FILE_TEST_EXISTS))
        return TRUE;
    there = bw_firmware_load_sync (specs, cancellable, NULL);
    if (there == NULL
        || strcmp (bw_firmware_get_format (there), bw_firmware_get_format (job->firmware)) != 0)
        return TRUE;
    bw_set_error (error, BW_CAUSE_USAGE,
                  _ ("%s is a firmware itself: is the name of the file to write missing? --force "
                     "replaces it"),
                  job->path);
    return FALSE;
}

static gpointer
convert (gpointer data, GCancellable *cancellable, GError **error)
{
    const struct conversion *job = data;

    return check_is_no_source (job, cancellable, error)
                   && bw_firmware_convert_sync (job->firmware, job->build, job->format, job->path,
                                                cancellable, error)
               ? data
               : NULL;
}

static int
finish_convert (BwCli *cli, const struct conversion *job)
{
    cJSON *fields = cJSON_CreateObject ();

    bw_cli_json_add_text (fields, "format", job->format);
    bw_cli_json_add_text (fields, "file", job->path);
    bw_cli_output_print (cli->output, _ ("%s written as %s"), job->path, job->format);
    return bw_cli_succeed (cli, fields);
}

static int
run_convert (BwCli *cli)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (BwFirmware) firmware = NULL;
    g_autofree const char **specs = g_new0 (const char *, cli->n_args);
    struct conversion job = { .path = cli->args[cli->n_args - 1] };

    for (unsigned i = 0; i + 1 < cli->n_args; i++)
        specs[i] = cli->args[i];
    if (!bw_cli_check_target (job.path, &error))
        return bw_cli_fail (cli, error);
    job.format = find_format (job.path, &error);
    if (job.format != NULL)
        job.firmware = firmware = bw_cli_load_firmware (cli, specs, &error);
    if (firmware != NULL)
        job.build = choose_build (firmware, &error);
    if (job.build == NULL || bw_cli_work (cli, convert, &job, &error) == NULL)
        return bw_cli_fail (cli, error);
    return finish_convert (cli, &job);
}

const BwCliCommand bw_cli_firmware_convert_command = {
    .name = "firmware convert",
    .arguments = N_ ("FIRMWARE… FILE"),
    .summary = N_ ("Write a firmware as one merged image, UF2 or Intel HEX"),
    .details = N_ ("FILE is replaced only when everything was written."),
    .entries = convert_entries,
    .args_min = 2,
    .args_max = BW_CLI_ARGS_ANY,
    .run = run_convert,
};
