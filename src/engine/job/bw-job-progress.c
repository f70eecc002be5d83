/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-job-progress"
#include "config.h"

#include "bw-job-progress.h"

#include "bw-job-table.h"

/* Speed is looked at so often, and an older value still counts for so much. */
#define SPEED_WINDOW_US (250 * 1000)
#define SPEED_MEMORY 0.7
/* What a weight of 1 in the table stands for where some states are known by their time. */
#define WEIGHT_MS 100.0
/* Nobody plans by more than this. */
#define SECONDS_MAX (24.0 * 3600)

void
_bw_job_meter_init (BwJobMeter *self, BwAction action, const BwPlanOptions *options)
{
    *self = (BwJobMeter){ .path = _bw_job_table_get_path (action, options) };
}

static double
weigh (const BwJobMeter *self, unsigned state)
{
    if (self->expected_ms[state] > 0)
        return self->expected_ms[state] / WEIGHT_MS;
    return _bw_job_table_get_facts ((BwJobState) state)->weight;
}

static double
sum_weights (const BwJobMeter *self, unsigned states)
{
    double sum = 0;

    for (unsigned state = 0; state < BW_JOB_N_STATES; state++)
        if ((states & (1u << state)) != 0)
            sum += weigh (self, state);
    return sum;
}

static void
measure_fraction (BwJobMeter *self)
{
    unsigned bit = 1u << self->state;
    double sum = sum_weights (self, self->path);
    double done = sum_weights (self, self->passed & self->path & ~bit);

    if (sum <= 0)
        return;
    if (self->total > 0 && (self->path & bit) != 0)
        done += weigh (self, self->state)
                * ((double) MIN (self->done, self->total) / (double) self->total);
    self->fraction = CLAMP (done / sum, self->fraction, 1.0);
}

void
_bw_job_meter_enter (BwJobMeter *self, BwJobState state, int64_t now_us)
{
    if (self->state == BW_JOB_WAITING_REPLUG && state == BW_JOB_CONNECTING) {
        self->passed = 0;
        self->fraction = 0;
    }
    /* a pause inside a step does not end it */
    if (state != BW_JOB_WAITING_REPLUG)
        self->passed |= 1u << self->state;
    self->state = state;
    self->done = 0;
    self->total = 0;
    self->speed = 0;
    self->entered_us = now_us;
    self->mark_us = now_us;
    self->mark_done = 0;
    measure_fraction (self);
}

void
_bw_job_meter_expect (BwJobMeter *self, BwJobState state, uint32_t expected_ms)
{
    g_return_if_fail ((unsigned) state < BW_JOB_N_STATES);
    self->expected_ms[state] = expected_ms;
    measure_fraction (self);
}

static void
measure_speed (BwJobMeter *self, int64_t now_us)
{
    int64_t span_us = now_us - self->mark_us;
    double speed = 0;

    if (self->done < self->mark_done) {
        /* the step began anew */
        self->mark_done = self->done;
        self->mark_us = now_us;
        return;
    }
    if (span_us < SPEED_WINDOW_US)
        return;
    speed = (double) (self->done - self->mark_done) * G_USEC_PER_SEC / (double) span_us;
    self->speed =
        self->speed <= 0 ? speed : SPEED_MEMORY * self->speed + (1 - SPEED_MEMORY) * speed;
    self->mark_us = now_us;
    self->mark_done = self->done;
}

void
_bw_job_meter_update (BwJobMeter *self, uint64_t done, uint64_t total, int64_t now_us)
{
    self->done = done;
    self->total = total;
    measure_speed (self, now_us);
    measure_fraction (self);
}

/* The rest of this step by its speed; what comes after in proportion to the weights. */
static int
estimate_left (const BwJobMeter *self, int64_t now_us)
{
    double weight = weigh (self, self->state);
    unsigned later = self->path & ~self->passed & ~(1u << self->state);
    double left = 0;
    double spent = (double) (now_us - self->entered_us) / G_USEC_PER_SEC;

    if (self->speed <= 0 || self->total == 0 || weight <= 0)
        return -1;
    left = (double) (self->total - MIN (self->done, self->total)) / self->speed;
    left += (spent + left) * sum_weights (self, later) / weight;
    return (int) (MIN (left, SECONDS_MAX) + 0.5);
}

void
_bw_job_meter_get (const BwJobMeter *self, int64_t now_us, BwJobProgress *ret_progress)
{
    ret_progress->state = self->state;
    ret_progress->done = self->done;
    ret_progress->total = self->total;
    ret_progress->fraction = self->fraction;
    ret_progress->bytes_per_second = self->speed;
    ret_progress->seconds_left = estimate_left (self, now_us);
}
