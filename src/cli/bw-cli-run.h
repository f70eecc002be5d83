/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-cli-command.h"

G_BEGIN_DECLS

/* One plan on one or many boards, with progress, until every board has its verdict.
 * Threads: main thread. */

/* What a command adds to the verdict of a board that succeeded: members of the result, text of its
 * own (through bw_cli_output_print()). @job is finished. */
typedef void (*BwCliSucceeded) (BwCli *cli, BwBoard *board, BwJob *job, cJSON *result);

/* What a command still asks of a board whose job succeeded: %FALSE and an error make it fail. */
typedef gboolean (*BwCliCheck) (BwJob *job, GError **error);

/* What a command does with a job just begun. */
typedef void (*BwCliStarted) (BwCli *cli, BwJob *job);

/* How the verdicts are shown. */
typedef struct {
    BwCliStarted started;     /* (nullable) */
    BwCliSucceeded succeeded; /* (nullable): prints the verdict instead of the usual line */
    BwCliCheck check;         /* (nullable): a refusal is printed behind what @succeeded prints */
    gboolean is_endless;      /* --timeout and a reader that went away are normal ends */
    gboolean is_quiet;        /* no states, no progress: what the board says is all */
    gboolean is_answer;       /* in a pipe only the answer, not the way to it */
} BwCliRunStyle;

/**
 * bw_cli_run_plan:
 * @cli: the run
 * @plan: what to do
 * @style: (nullable): how to show it
 *
 * The usual course of a command: chooses the boards of the options, starts a job on every one and
 * waits for all. A cancel asks every job to stop and waits for what each leaves behind. When nobody
 * reads the output any more the work goes on to its end.
 *
 * Returns: the exit status: the highest of all boards.
 */
int bw_cli_run_plan (BwCli *cli, BwPlan *plan, const BwCliRunStyle *style);

G_END_DECLS
