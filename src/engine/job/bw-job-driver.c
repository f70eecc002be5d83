/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-job-driver"
#include "config.h"

#include "bw-job-worker.h"

/* The driver of a job: what it is told to do, what it tells, and what it leaves behind. */

static void
note_baud (BwJobWorker *self)
{
    if (self->port != NULL)
        self->top_baud = MAX (self->top_baud, bw_port_get_baud (self->port));
}

static void
on_step (gpointer user_data, BwDriverStep step)
{
    static const BwJobTrigger triggers[] = {
        [BW_STEP_CONNECT] = BW_JOB_TRIGGER_CONNECT, [BW_STEP_IDENTIFY] = BW_JOB_TRIGGER_IDENTIFY,
        [BW_STEP_CHECK] = BW_JOB_TRIGGER_CHECK,     [BW_STEP_ERASE] = BW_JOB_TRIGGER_ERASE,
        [BW_STEP_WRITE] = BW_JOB_TRIGGER_WRITE,     [BW_STEP_READ] = BW_JOB_TRIGGER_READ,
        [BW_STEP_VERIFY] = BW_JOB_TRIGGER_VERIFY,   [BW_STEP_RESET] = BW_JOB_TRIGGER_CONFIRM,
        [BW_STEP_LISTEN] = BW_JOB_TRIGGER_LISTEN,
    };

    note_baud (user_data);
    _bw_job_worker_fire (user_data, triggers[step]);
}

static void
on_expect (gpointer user_data, BwDriverStep step, uint32_t expected_ms)
{
    static const BwJobState states[] = {
        [BW_STEP_CONNECT] = BW_JOB_CONNECTING, [BW_STEP_IDENTIFY] = BW_JOB_IDENTIFYING,
        [BW_STEP_CHECK] = BW_JOB_CHECKING,     [BW_STEP_ERASE] = BW_JOB_ERASING,
        [BW_STEP_WRITE] = BW_JOB_WRITING,      [BW_STEP_READ] = BW_JOB_READING,
        [BW_STEP_VERIFY] = BW_JOB_VERIFYING,   [BW_STEP_RESET] = BW_JOB_CONFIRMING,
        [BW_STEP_LISTEN] = BW_JOB_LISTENING,
    };
    BwJobWorker *self = user_data;

    _bw_job_meter_expect (&self->meter, states[step], expected_ms);
}

static void
on_progress (gpointer user_data, uint64_t done, uint64_t total)
{
    note_baud (user_data);
    _bw_job_worker_progress (user_data, done, total);
}

static void
on_part (gpointer user_data, uint32_t offset, uint32_t size, BwDriverPart how_far)
{
    BwJobWorker *self = user_data;
    BwJobPost *post = _bw_job_post_new (BW_JOB_POST_PART);

    post->part = (BwJobPart){ offset, size, how_far };
    _bw_job_events_post (self->events, post);
}

static void
on_note (gpointer user_data, const char *text)
{
    _bw_job_worker_note (user_data, "%s", text);
}

static void
on_console (gpointer user_data, const uint8_t *bytes, size_t len)
{
    _bw_job_worker_take_console (user_data, bytes, len);
}

static void
on_needs_hand (gpointer user_data, const GError *why, unsigned seconds)
{
    _bw_job_worker_post_hand (user_data, why, seconds);
}

static gboolean
moves_data (BwAction action)
{
    return action == BW_ACTION_FLASH || action == BW_ACTION_VERIFY || action == BW_ACTION_READ;
}

void
_bw_job_worker_make_driver (BwJobWorker *self)
{
    const BwPlanOptions *plan = bw_plan_get_options (self->plan);
    const BwDriverOptions options = {
        .baud = plan->baud,
        .connect_attempts = plan->connect_attempts,
        .moves_data = moves_data (bw_plan_get_action (self->plan)),
        .use_stub = !plan->no_stub,
        .stub_dir = plan->stub_dir,
        .reset_sequence = plan->reset_sequence,
        .wait_for_hand = plan->wait_for_hand,
    };
    const BwDriverEvents events = {
        .step = on_step,
        .progress = on_progress,
        .expect = on_expect,
        .part = on_part,
        .note = on_note,
        .console = on_console,
        .needs_hand = on_needs_hand,
        .user_data = self,
    };

    self->driver = self->factory.make_driver (self->port, &options, self->factory.data);
    bw_driver_set_events (self->driver, &events);
}

void
_bw_job_worker_drop_driver (BwJobWorker *self)
{
    if (self->driver != NULL)
        bw_driver_set_events (self->driver, NULL);
    g_clear_object (&self->driver);
}

void
_bw_job_worker_take_left_behind (BwJobWorker *self)
{
    if (self->driver == NULL || (self->was_changed && !bw_driver_has_changed (self->driver)))
        return;
    g_free (self->left_behind);
    self->left_behind = bw_driver_dup_left_behind (self->driver);
    self->was_changed = bw_driver_has_changed (self->driver);
}
