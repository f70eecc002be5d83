/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-job-table.h"
#include "bw-job.h"

G_BEGIN_DECLS

/* How far a job is: weights of its states, speed and time left. Plain values, no clock of its own:
 * times are microseconds of one monotonic clock. Threads: the owner's. */

typedef struct {
    unsigned path; /* bits of the states the job goes through */
    unsigned passed;
    BwJobState state;
    uint64_t done;
    uint64_t total;
    uint32_t expected_ms[BW_JOB_N_STATES]; /* where the driver knows; 0: by the table */
    double fraction;                       /* never goes back, except when the job starts again */
    double speed;                          /* bytes per second */
    int64_t entered_us;
    int64_t mark_us; /* last look at the speed */
    uint64_t mark_done;
} BwJobMeter;

/**
 * _bw_job_meter_init:
 * @self: a meter
 * @action: what the plan does
 * @options: how
 */
void _bw_job_meter_init (BwJobMeter *self, BwAction action, const BwPlanOptions *options);

/**
 * _bw_job_meter_enter:
 * @self: a meter
 * @state: the state the job enters
 * @now_us: now
 */
void _bw_job_meter_enter (BwJobMeter *self, BwJobState state, int64_t now_us);

/**
 * _bw_job_meter_expect:
 * @self: a meter
 * @state: a state of the job
 * @expected_ms: how long it will take; at least 1
 *
 * In place of its share in the table.
 */
void _bw_job_meter_expect (BwJobMeter *self, BwJobState state, uint32_t expected_ms);

/**
 * _bw_job_meter_update:
 * @self: a meter
 * @done: bytes of this step
 * @total: bytes of this step; 0 unknown
 * @now_us: now
 */
void _bw_job_meter_update (BwJobMeter *self, uint64_t done, uint64_t total, int64_t now_us);

/**
 * _bw_job_meter_get:
 * @self: a meter
 * @now_us: now
 * @ret_progress: filled in
 */
void _bw_job_meter_get (const BwJobMeter *self, int64_t now_us, BwJobProgress *ret_progress);

G_END_DECLS
