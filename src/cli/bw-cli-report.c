/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-report"
#include "config.h"

#include "bw-cli-report.h"

#include <glib/gi18n.h>

#include "bw-cli-json.h"

int
bw_cli_report_get_status (const BwCliVerdict *verdict)
{
    int status = 0;

    switch (verdict->result) {
    case BW_JOB_SUCCESS:
        return 0;
    case BW_JOB_CANCELLED:
        return bw_cause_get_exit_status (BW_CAUSE_CANCELLED);
    case BW_JOB_FAILED:
    case BW_JOB_NONE:
    default:
        status = bw_error_get_exit_status (verdict->error);
        return status != 0 ? status : 1;
    }
}

/* --- for programs --- */

static void
add_cause (cJSON *object, BwCause cause)
{
    bw_cli_json_add_text (object, "code", bw_cause_get_id (cause));
    bw_cli_json_add_text (object, "message", bw_cause_get_explanation (cause));
    bw_cli_json_add_text (object, "remedy", bw_cause_get_remedy (cause));
}

/* Who only looks or listens leaves no record. */
static gboolean
is_recorded (const BwCliVerdict *verdict)
{
    return verdict->action != BW_ACTION_IDENTIFY && verdict->action != BW_ACTION_CONSOLE
           && verdict->has_job && !verdict->is_unrecorded;
}

static void
add_record_error (cJSON *object, const GError *error)
{
    BwCause cause = bw_error_get_cause (error);

    bw_cli_json_add_text (object, "record_error", error != NULL ? error->message : NULL);
    bw_cli_json_add_text (object, "record_code", error != NULL ? bw_cause_get_id (cause) : NULL);
    bw_cli_json_add_text (object, "record_remedy",
                          error != NULL ? bw_cause_get_remedy (cause) : NULL);
}

cJSON *
bw_cli_report_new_result (const BwCliVerdict *verdict)
{
    int status = bw_cli_report_get_status (verdict);
    cJSON *object = NULL;

    if (verdict->result == BW_JOB_FAILED && verdict->error != NULL) {
        object = bw_cli_json_new_failure (verdict->error, status);
    } else {
        object = cJSON_CreateObject ();
        cJSON_AddBoolToObject (object, "ok", status == 0);
        cJSON_AddNumberToObject (object, "exit", status);
    }
    if (verdict->result == BW_JOB_CANCELLED)
        add_cause (object, BW_CAUSE_CANCELLED);
    bw_cli_json_add_text (object, "result", bw_job_result_get_id (verdict->result));
    bw_cli_json_add_text (object, "summary", verdict->summary);
    bw_cli_json_add_text (object, "left", verdict->left);
    cJSON_AddBoolToObject (object, "verified", verdict->is_proved);
    cJSON_AddBoolToObject (object, "recorded", is_recorded (verdict));
    add_record_error (object, verdict->record_error);
    return object;
}

/* --- for people --- */

static const char *
get_sign (const BwCliVerdict *verdict, BwCliOutput *output)
{
    gboolean is_utf8 = bw_cli_output_is_utf8 (output);

    switch (verdict->result) {
    case BW_JOB_SUCCESS:
        return is_utf8 ? "✔" : "ok";
    case BW_JOB_CANCELLED:
        return is_utf8 ? "◌" : "--";
    case BW_JOB_FAILED:
    case BW_JOB_NONE:
    default:
        return is_utf8 ? "✘" : "!!";
    }
}

/* "Good" is kept for a firmware that was proved. */
static const char *
get_word (const BwCliVerdict *verdict)
{
    if (verdict->result == BW_JOB_CANCELLED)
        return _ ("Stopped");
    if (verdict->result == BW_JOB_SUCCESS && verdict->is_unrecorded)
        return _ ("Done, not recorded");
    if (verdict->result == BW_JOB_SUCCESS)
        return verdict->is_proved ? _ ("Good") : _ ("Done");
    if (bw_error_get_cause (verdict->error) == BW_CAUSE_NONE)
        return _ ("Failed");
    return bw_cause_get_title (bw_error_get_cause (verdict->error));
}

static char *
dup_heading (const BwCliVerdict *verdict, BwCliOutput *output)
{
    BwCliStyle style = verdict->result == BW_JOB_SUCCESS ? BW_CLI_GOOD : BW_CLI_BAD;
    g_autofree char *word =
        g_strdup_printf ("%s %s", get_sign (verdict, output), get_word (verdict));
    g_autofree char *styled = bw_cli_output_dup_styled (output, style, word);

    if (verdict->result == BW_JOB_SUCCESS && verdict->summary != NULL)
        return g_strdup_printf ("%s: %s. %s", verdict->label, styled, verdict->summary);
    return g_strdup_printf ("%s: %s", verdict->label, styled);
}

static void
append_line (GString *text, const char *line)
{
    if (line != NULL && *line != '\0')
        g_string_append_printf (text, "\n  %s", line);
}

/* From the first column, as it is to be copied. */
static void
append_offer (GString *text, const char *offer)
{
    if (offer != NULL)
        g_string_append_printf (text, "\n%s", offer);
}

static void
append_failure (GString *text, const GError *error)
{
    BwCause cause = bw_error_get_cause (error);
    g_autofree char *evidence = NULL;

    append_line (text, bw_cause_get_explanation (cause));
    if (error == NULL)
        return;
    evidence = g_strdup_printf ("(%s)", error->message);
    append_line (text, evidence);
    append_line (text, bw_cause_get_remedy (cause));
    append_offer (text, bw_error_get_offer (error));
}

/* A failure that comes from the records has told of them already; what can be done about them it has
 * told only where it is their own. */
static void
append_record_error (GString *text, const BwCliVerdict *verdict)
{
    const GError *why = verdict->record_error;
    BwCause cause = bw_error_get_cause (verdict->error);
    g_autofree char *line = NULL;

    if (why == NULL || (verdict->result == BW_JOB_FAILED && cause == bw_error_get_cause (why)))
        return;
    line = g_strdup_printf (_ ("The result is not recorded: %s"), why->message);
    if (cause != BW_CAUSE_NOT_RECORDED)
        append_line (text, line);
    append_line (text, bw_cause_get_remedy (bw_error_get_cause (why)));
}

char *
bw_cli_report_dup_text (const BwCliVerdict *verdict, BwCliOutput *output)
{
    g_autofree char *heading = dup_heading (verdict, output);
    GString *text = g_string_new (heading);

    if (verdict->result == BW_JOB_FAILED)
        append_failure (text, verdict->error);
    append_line (text, verdict->left);
    append_record_error (text, verdict);
    return g_string_free (text, FALSE);
}
