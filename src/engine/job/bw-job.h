/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "bw-board-info.h"
#include "bw-cause.h"
#include "bw-log.h"
#include "bw-plan.h"
#include "bw-store.h"

G_BEGIN_DECLS

/* A plan being carried out on one board. The job owns one thread, which owns the port from open to
 * close. Threads: everything here is called on the main thread; properties change and signals are
 * emitted there only, progress at most ten times a second. */

/**
 * BwJobState:
 *
 * Where a job is. One function changes it, along declared edges only; every change is journaled.
 */
typedef enum {
    BW_JOB_QUEUED,
    BW_JOB_CONNECTING,
    BW_JOB_IDENTIFYING,
    BW_JOB_CHECKING,
    BW_JOB_ERASING,
    BW_JOB_WRITING,
    BW_JOB_READING,
    BW_JOB_VERIFYING,
    BW_JOB_CONFIRMING,
    BW_JOB_LISTENING,
    BW_JOB_WAITING_REPLUG,
    BW_JOB_FINISHED,
} BwJobState;

/**
 * BwJobResult:
 * @BW_JOB_NONE: not finished
 * @BW_JOB_SUCCESS: done and, for a firmware, proved by digest or by reading back
 * @BW_JOB_FAILED: see the cause
 * @BW_JOB_CANCELLED: stopped by a person; the left-behind sentence says what that means
 */
typedef enum {
    BW_JOB_NONE,
    BW_JOB_SUCCESS,
    BW_JOB_FAILED,
    BW_JOB_CANCELLED,
} BwJobResult;

/**
 * BwJobEventKind:
 *
 * What happened; see #BwJobEvent.
 */
typedef enum {
    BW_JOB_EVENT_STATE,
    BW_JOB_EVENT_PROGRESS,
    BW_JOB_EVENT_LOG,
    BW_JOB_EVENT_OPEN_LINE,
    BW_JOB_EVENT_RESULT,
} BwJobEventKind;

/**
 * BwJobEvent:
 * @kind: what happened
 * @time_us: wall clock, microseconds since 1970
 * @state: state at that time
 * @done: bytes of the step (PROGRESS)
 * @total: bytes of the step (PROGRESS)
 * @line: (nullable): a log line (LOG), or what there is of one (OPEN_LINE)
 *
 * A line without an end, such as a prompt, is told as OPEN_LINE once nothing follows for a moment,
 * and as LOG with the same number when it is finished.
 * States, log lines and the result are never dropped and come in order; progress is thinned.
 */
typedef struct {
    BwJobEventKind kind;
    int64_t time_us;
    BwJobState state;
    uint64_t done;
    uint64_t total;
    const BwLogLine *line;
} BwJobEvent;

/**
 * BwJobProgress:
 * @state: as bw_job_get_state()
 * @done: bytes done in this step
 * @total: bytes of this step; 0 = unknown
 * @fraction: of the whole job by weighted steps, 0 to 1
 * @bytes_per_second: of this step; 0 = unknown
 * @seconds_left: of the whole job; -1 unknown
 */
typedef struct {
    BwJobState state;
    uint64_t done;
    uint64_t total;
    double fraction;
    double bytes_per_second;
    int seconds_left;
} BwJobProgress;

/**
 * BwJobReach:
 * @BW_JOB_REACH_TODO: the job has not come to it
 * @BW_JOB_REACH_NOW: it is being done
 * @BW_JOB_REACH_DONE: it is done, or a promise that was kept
 * @BW_JOB_REACH_TORN: it was being done when the board went away; whether it comes back is open
 * @BW_JOB_REACH_STOPPED: the job ended in the middle of it
 * @BW_JOB_REACH_MISSED: the job ended before it
 * @BW_JOB_REACH_REMARK: nothing that is done, or a promise that may still be broken
 *
 * How far a job is with one line of its plan.
 */
typedef enum {
    BW_JOB_REACH_TODO,
    BW_JOB_REACH_NOW,
    BW_JOB_REACH_DONE,
    BW_JOB_REACH_TORN,
    BW_JOB_REACH_STOPPED,
    BW_JOB_REACH_MISSED,
    BW_JOB_REACH_REMARK,
} BwJobReach;

#define BW_TYPE_JOB (bw_job_get_type ())
/* Properties, read-only, notified on the main thread: "state", "result", "needs-hand" (gint, a
 * BwCause). Signals: "event" (const BwJobEvent *), "progress" (no argument, at most 10 Hz),
 * "received" (GBytes *, CONSOLE jobs only: what the board sent, untouched and in order, gathered for
 * at most 50 ms; the log gets the same bytes), "sent" (no argument, CONSOLE jobs only: the last of
 * what bw_job_send() took has gone to the port or was lost with it), "finished" (no argument, once,
 * last). */
G_DECLARE_FINAL_TYPE (BwJob, bw_job, BW, JOB, GObject)

/**
 * bw_job_new:
 * @address: endpoint address (DESIGN.md); a serial form
 * @plan: (transfer none): what to do
 * @store: (nullable) (transfer none): where the journal is kept; %NULL keeps none
 * @log: (nullable) (transfer none): receives the board's log lines; %NULL makes an own one
 *
 * Returns: (transfer full): a job in state QUEUED; bw_job_start() lets it go
 */
BwJob *bw_job_new (const char *address, BwPlan *plan, BwStore *store, BwLog *log);

/**
 * bw_job_start:
 * @self: a job in state QUEUED
 *
 * Starts the job's thread. The job keeps itself alive until it is finished.
 */
void bw_job_start (BwJob *self);

/**
 * bw_job_request_cancel:
 * @self: a job
 *
 * Asks it to stop where its state allows; it ends in FINISHED with CANCELLED. Harmless when over.
 */
void bw_job_request_cancel (BwJob *self);

/**
 * bw_job_send:
 * @self: a CONSOLE job
 * @bytes: (transfer none): to be sent to the board
 *
 * Queues bytes for the job's thread. What waits is limited to 64 KiB: who has more sends the next
 * piece at "sent".
 *
 * Returns: FALSE when it was not taken: too much waits, or the job is over
 */
gboolean bw_job_send (BwJob *self, GBytes *bytes) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_job_set_console_baud:
 * @self: a CONSOLE job
 * @baud: new rate, 300 to 5000000
 *
 * Changes the rate from the job's thread.
 */
void bw_job_set_console_baud (BwJob *self, unsigned baud);

/**
 * bw_job_get_address:
 * @self: a job
 *
 * Returns: (transfer none): the address it was made for
 */
const char *bw_job_get_address (BwJob *self);

/**
 * bw_job_get_lines:
 * @self: a job
 *
 * Returns: (transfer none) (nullable) (element-type BwPlanLine): its plan as a person agreed to it,
 *   with what was known of the board then; %NULL for one that nobody was asked about
 */
GPtrArray *bw_job_get_lines (BwJob *self);

/**
 * bw_job_get_plan:
 * @self: a job
 *
 * Returns: (transfer none): what it carries out
 */
BwPlan *bw_job_get_plan (BwJob *self);

/**
 * bw_job_get_state:
 * @self: a job
 *
 * Returns: as last notified
 */
BwJobState bw_job_get_state (BwJob *self);

/**
 * bw_job_get_reach:
 * @self: a job
 * @line: a line of bw_plan_describe() of its plan
 *
 * Returns: how far the job is with @line, as its driver told
 */
BwJobReach bw_job_get_reach (BwJob *self, const BwPlanLine *line);

/**
 * bw_job_get_result:
 * @self: a job
 *
 * Returns: %BW_JOB_NONE until it is finished
 */
BwJobResult bw_job_get_result (BwJob *self);

/**
 * bw_job_get_progress:
 * @self: a job
 * @ret_progress: filled in
 */
void bw_job_get_progress (BwJob *self, BwJobProgress *ret_progress);

/**
 * bw_job_get_needs_hand:
 * @self: a job
 *
 * Returns: what the person has to do now, %BW_CAUSE_NONE mostly
 */
BwCause bw_job_get_needs_hand (BwJob *self);

/**
 * bw_job_get_hand_evidence:
 * @self: a job
 *
 * Returns: (transfer none) (nullable): what was seen that makes the station ask for a hand
 */
const char *bw_job_get_hand_evidence (BwJob *self);

/**
 * bw_job_get_hand_seconds:
 * @self: a job
 *
 * Returns: how long it still waits for the person; 0 when nobody is needed
 */
unsigned bw_job_get_hand_seconds (BwJob *self);

/**
 * bw_job_get_error:
 * @self: a job
 *
 * Returns: (transfer none) (nullable): why it failed; its cause, message and remedy are for people
 */
const GError *bw_job_get_error (BwJob *self);

/**
 * bw_job_get_left_behind:
 * @self: a finished job
 *
 * Returns: (transfer none) (nullable): what state the board is in, when not simply done
 */
const char *bw_job_get_left_behind (BwJob *self);

/**
 * bw_job_get_summary:
 * @self: a finished job
 *
 * Returns: (transfer none) (nullable): one sentence: what was written, skipped, proved, and what
 *   the boot log said
 */
const char *bw_job_get_summary (BwJob *self);

/**
 * bw_job_get_info:
 * @self: a job
 *
 * Returns: (transfer none) (nullable): the board, once identified
 */
BwBoardInfo *bw_job_get_info (BwJob *self);

/**
 * bw_job_is_proved:
 * @self: a job
 *
 * Returns: %TRUE when its work ended well and every part was compared after the last write. It is
 *   so too for a job that failed only by #BW_CAUSE_NOT_RECORDED, so a board is good only if this
 *   and bw_job_get_result() say so.
 */
gboolean bw_job_is_proved (BwJob *self);

/**
 * bw_job_is_unrecorded:
 * @self: a finished job
 *
 * No board is called good of which nobody will know that it was: a job whose firmware was proved and
 * that is not in the records fails by %BW_CAUSE_NOT_RECORDED, whether there is no store, of which a
 * person is told at the start, or it did not take the result. What else is done keeps its result and
 * is unrecorded. With a store the start is on disk before anything is done to the board, or the job
 * fails there; the next station takes one without a result for interrupted.
 *
 * Returns: %TRUE when it belongs into the records and is not in them with its result. Looking at a
 *   board and listening to it is never recorded
 */
gboolean bw_job_is_unrecorded (BwJob *self);

/**
 * bw_job_get_record_error:
 * @self: a finished job
 *
 * Returns: (transfer none) (nullable): why it is not in the records with its result, or why there are
 *   none; %NULL where it is, where it belongs not there, and where nobody knows
 */
const GError *bw_job_get_record_error (BwJob *self);

/**
 * bw_job_state_get_id:
 * @state: a state
 *
 * Returns: (transfer none): fixed English id for journals and JSON: "writing"
 */
const char *bw_job_state_get_id (BwJobState state);

/**
 * bw_job_state_from_id:
 * @id: (nullable): what bw_job_state_get_id() says
 *
 * Returns: the state; %BW_JOB_QUEUED for what no state is called
 */
BwJobState bw_job_state_from_id (const char *id);

/**
 * bw_job_state_get_word:
 * @state: a state
 *
 * Returns: (transfer none): the word people see, translated: "Writing" (UI.md, section 3)
 */
const char *bw_job_state_get_word (BwJobState state);

/**
 * bw_job_result_get_id:
 * @result: a result
 *
 * Returns: (transfer none): "success", "failed", "cancelled" or "none"
 */
const char *bw_job_result_get_id (BwJobResult result);

G_END_DECLS
