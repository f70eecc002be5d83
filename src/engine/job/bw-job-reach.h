/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-driver.h"
#include "bw-job.h"

G_BEGIN_DECLS

/* How far a job is with each line of its plan: from what its driver told, nothing is reckoned from
 * shares of bytes. Plain values. Threads: the owner's. */

typedef struct {
    uint32_t offset;
    uint32_t size;
    BwDriverPart how_far;
} BwJobPart;

/**
 * BwJobTrail:
 * @state: where the job is
 * @step: the state in which something was done last
 * @result: %BW_JOB_NONE until it is over
 * @parts: (element-type BwJobPart): what the driver told of stretches of flash in this try
 */
typedef struct {
    BwJobState state;
    BwJobState step;
    BwJobResult result;
    GArray *parts;
} BwJobTrail;

/**
 * _bw_job_trail_init:
 * @self: a trail
 */
void _bw_job_trail_init (BwJobTrail *self);

/**
 * _bw_job_trail_clear:
 * @self: a trail; what it owns is freed
 */
void _bw_job_trail_clear (BwJobTrail *self);

/**
 * _bw_job_trail_enter:
 * @self: a trail
 * @state: the state the job enters; work that begins anew after a lost port leaves an empty trail
 */
void _bw_job_trail_enter (BwJobTrail *self, BwJobState state);

/**
 * _bw_job_trail_take_part:
 * @self: a trail
 * @part: how far a stretch is; replaces what was told of it before
 */
void _bw_job_trail_take_part (BwJobTrail *self, const BwJobPart *part);

/**
 * _bw_job_trail_get_reach:
 * @self: a trail
 * @line: a line of the job's plan
 *
 * Returns: how far the job is with it
 */
BwJobReach _bw_job_trail_get_reach (const BwJobTrail *self, const BwPlanLine *line);

G_END_DECLS
