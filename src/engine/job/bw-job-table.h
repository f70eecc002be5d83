/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-job.h"

G_BEGIN_DECLS

/* The states of a job as tables: which events lead where, and what each state allows. Nothing here
 * does anything; the worker asks before every step. Threads: any. */

/**
 * BwJobTrigger:
 * @BW_JOB_TRIGGER_CONNECT: the conversation begins (again)
 * @BW_JOB_TRIGGER_IDENTIFY: the board is asked what it is
 * @BW_JOB_TRIGGER_CHECK: what is on the chip is compared with what shall be
 * @BW_JOB_TRIGGER_ERASE: erasing begins
 * @BW_JOB_TRIGGER_WRITE: writing begins
 * @BW_JOB_TRIGGER_READ: reading begins
 * @BW_JOB_TRIGGER_VERIFY: digests are compared
 * @BW_JOB_TRIGGER_CONFIRM: the board is started
 * @BW_JOB_TRIGGER_LISTEN: what it prints is read
 * @BW_JOB_TRIGGER_LOST: the port went away, and may come back
 * @BW_JOB_TRIGGER_DONE: all was done
 * @BW_JOB_TRIGGER_FAIL: it cannot be done
 * @BW_JOB_TRIGGER_CANCEL: somebody said stop, and it has stopped
 * @BW_JOB_TRIGGER_N: how many there are
 *
 * What can happen to a job.
 */
typedef enum {
    BW_JOB_TRIGGER_CONNECT,
    BW_JOB_TRIGGER_IDENTIFY,
    BW_JOB_TRIGGER_CHECK,
    BW_JOB_TRIGGER_ERASE,
    BW_JOB_TRIGGER_WRITE,
    BW_JOB_TRIGGER_READ,
    BW_JOB_TRIGGER_VERIFY,
    BW_JOB_TRIGGER_CONFIRM,
    BW_JOB_TRIGGER_LISTEN,
    BW_JOB_TRIGGER_LOST,
    BW_JOB_TRIGGER_DONE,
    BW_JOB_TRIGGER_FAIL,
    BW_JOB_TRIGGER_CANCEL,
    BW_JOB_TRIGGER_N,
} BwJobTrigger;

#define BW_JOB_N_STATES (BW_JOB_FINISHED + 1)

/**
 * BwJobStateFacts:
 * @id: fixed English id
 * @word: for people, to be translated
 * @timeout_ms: how long the state may last; 0 = the driver's own deadlines hold
 * @is_cancellable: a cancel ends it at once; otherwise the cancel counts when the state is over
 * @weight: share of a whole job's time, in the states a plan goes through
 */
typedef struct {
    const char *id;
    const char *word;
    unsigned timeout_ms;
    gboolean is_cancellable;
    unsigned weight;
} BwJobStateFacts;

/**
 * _bw_job_table_next:
 * @from: state
 * @trigger: what happened
 * @ret_to: set to the state it leads to, which may be @from
 *
 * Returns: %FALSE when no such edge is declared
 */
gboolean _bw_job_table_next (BwJobState from, BwJobTrigger trigger, BwJobState *ret_to);

/**
 * _bw_job_table_get_facts:
 * @state: state
 *
 * Returns: (transfer none): its row
 */
const BwJobStateFacts *_bw_job_table_get_facts (BwJobState state);

/**
 * _bw_job_table_get_path:
 * @action: what a plan does
 * @options: how
 *
 * Returns: bits (1 << state) of the states such a job goes through when all goes well
 */
unsigned _bw_job_table_get_path (BwAction action, const BwPlanOptions *options);

G_END_DECLS
