/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <cjson/cJSON.h>

#include "bw-cli-output.h"

G_BEGIN_DECLS

/* The verdict on one board, in words and as an object: what happened, why we think so, what to do,
 * and what was left on the board. Threads: main thread. */

/* How one board ended. Everything is borrowed. */
typedef struct {
    const char *label; /* how the person named it */
    BwAction action;
    BwJobResult result;         /* FAILED also when the job could not begin */
    gboolean is_proved;         /* a firmware whose digests were compared */
    gboolean has_job;           /* it could begin */
    gboolean is_unrecorded;     /* the records do not know of it, though they should */
    const GError *record_error; /* (nullable): why they do not */
    const GError *error;        /* (nullable): why it failed */
    const char *left;           /* (nullable): what is left on the board */
    const char *summary;        /* (nullable): what was done */
} BwCliVerdict;

/**
 * bw_cli_report_get_status:
 * @verdict: how it ended
 *
 * Returns: the exit status of a process that did only this.
 */
int bw_cli_report_get_status (const BwCliVerdict *verdict);

/**
 * bw_cli_report_new_result:
 * @verdict: how it ended
 *
 * Returns: (transfer full): the members of the "result" event
 */
cJSON *bw_cli_report_new_result (const BwCliVerdict *verdict);

/**
 * bw_cli_report_dup_text:
 * @verdict: how it ended
 * @output: (transfer none): decides about colours and signs
 *
 * Returns: (transfer full): one line for a success, up to four for a failure; no final newline
 */
char *bw_cli_report_dup_text (const BwCliVerdict *verdict, BwCliOutput *output);

G_END_DECLS
