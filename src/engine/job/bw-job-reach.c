/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-job-reach"
#include "config.h"

#include "bw-job-reach.h"

/* A firmware has a handful; what a broken driver tells beyond that is of no use. */
#define PARTS_MAX 1024u

void
_bw_job_trail_init (BwJobTrail *self)
{
    *self = (BwJobTrail){ .parts = g_array_new (FALSE, FALSE, sizeof (BwJobPart)) };
}

void
_bw_job_trail_clear (BwJobTrail *self)
{
    g_clear_pointer (&self->parts, g_array_unref);
}

void
_bw_job_trail_enter (BwJobTrail *self, BwJobState state)
{
    if (self->state == BW_JOB_WAITING_REPLUG && state == BW_JOB_CONNECTING)
        g_array_set_size (self->parts, 0);
    self->state = state;
    if (state != BW_JOB_WAITING_REPLUG && state != BW_JOB_FINISHED)
        self->step = state;
}

void
_bw_job_trail_take_part (BwJobTrail *self, const BwJobPart *part)
{
    for (unsigned i = 0; i < self->parts->len; i++) {
        BwJobPart *old = &g_array_index (self->parts, BwJobPart, i);

        if (old->offset == part->offset) {
            *old = *part;
            return;
        }
    }
    if (self->parts->len < PARTS_MAX)
        g_array_append_val (self->parts, *part);
}

/* Neighbours that share a sector are one stretch for the driver. */
static const BwJobPart *
find_part (const BwJobTrail *self, const BwPlanLine *line)
{
    for (unsigned i = 0; line->bytes > 0 && i < self->parts->len; i++) {
        const BwJobPart *part = &g_array_index (self->parts, BwJobPart, i);

        if (line->offset >= part->offset && line->offset - part->offset < part->size)
            return part;
    }
    return NULL;
}

static BwJobReach
get_reach_of_work (const BwJobTrail *self)
{
    if (self->state == BW_JOB_WAITING_REPLUG)
        return BW_JOB_REACH_TORN;
    return self->result == BW_JOB_NONE ? BW_JOB_REACH_NOW : BW_JOB_REACH_STOPPED;
}

static BwJobReach
get_reach_of_rest (const BwJobTrail *self)
{
    return self->result == BW_JOB_NONE ? BW_JOB_REACH_TODO : BW_JOB_REACH_MISSED;
}

static BwJobReach
get_reach_of_part (const BwJobTrail *self, const BwJobPart *part)
{
    switch (part->how_far) {
    case BW_PART_NOW:
        return get_reach_of_work (self);
    case BW_PART_DONE:
        return BW_JOB_REACH_DONE;
    case BW_PART_TODO:
    default:
        return get_reach_of_rest (self);
    }
}

BwJobReach
_bw_job_trail_get_reach (const BwJobTrail *self, const BwPlanLine *line)
{
    const BwJobPart *part = find_part (self, line);

    if (line->job_state < 0)
        return BW_JOB_REACH_REMARK;
    /* states are in the order of the work */
    if (self->result == BW_JOB_SUCCESS || line->job_state < (int) self->step)
        return BW_JOB_REACH_DONE;
    if (line->is_promise)
        return BW_JOB_REACH_REMARK;
    if (part != NULL)
        return get_reach_of_part (self, part);
    /* of a part nothing is done before the driver says so */
    return line->job_state == (int) self->step && line->bytes == 0 ? get_reach_of_work (self)
                                                                   : get_reach_of_rest (self);
}
