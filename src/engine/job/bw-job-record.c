/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-job-record"
#include "config.h"

#include <glib/gi18n-lib.h>

#include "bw-error.h"
#include "bw-job-worker.h"
#include "bw-log-private.h"

/* What is kept of a job: its row in the store, its verdict, its conversation. */

static gboolean
is_to_be_recorded (const BwJobWorker *self)
{
    BwAction action = bw_plan_get_action (self->plan);

    return action != BW_ACTION_IDENTIFY && action != BW_ACTION_CONSOLE;
}

/* The title, and offset and digest of each part of @build. */
static char *
dup_firmware_words (BwFirmware *firmware, const BwFirmwareBuild *build)
{
    GString *words = g_string_new (bw_firmware_get_title (firmware));

    for (unsigned i = 0; build != NULL && i < build->parts->len; i++) {
        const BwFirmwarePart *part = build->parts->pdata[i];

        g_string_append_printf (words, "\n0x%x %s", part->offset, part->sha256);
    }
    return g_string_free (words, FALSE);
}

/* Which of several builds a board gets is known once it has told what it is. */
static char *
dup_planned_words (BwPlan *plan)
{
    BwFirmware *firmware = bw_plan_get_firmware (plan);
    GPtrArray *builds = firmware == NULL ? NULL : bw_firmware_get_builds (firmware);

    if (builds == NULL)
        return NULL;
    if (builds->len == 1 && !((const BwFirmwareBuild *) builds->pdata[0])->is_open)
        return dup_firmware_words (firmware, builds->pdata[0]);
    return dup_firmware_words (firmware, NULL);
}

void
_bw_job_worker_record_build (BwJobWorker *self, const BwFirmwareBuild *build)
{
    g_autofree char *words = dup_firmware_words (bw_plan_get_firmware (self->plan), build);

    if (self->store_id != 0)
        bw_store_job_firmware (self->store, self->store_id, words);
}

gboolean
_bw_job_worker_begin_record (BwJobWorker *self, GError **error)
{
    g_autofree char *title = bw_plan_dup_title (self->plan);
    g_autofree char *firmware = dup_planned_words (self->plan);
    g_auto (GStrv) files = NULL;
    BwStoredJob job = {
        .mac = self->mac,
        .address = self->address,
        .place = self->place,
        .title = title,
        .firmware = firmware,
        .state = (char *) bw_job_state_get_id (self->state),
    };

    if (self->store == NULL || !is_to_be_recorded (self))
        return TRUE;
    _bw_plan_fill_stored (self->plan, &job);
    files = job.files;
    if (bw_store_job_begin_sync (self->store, &job, self->cancellable, &self->store_id,
                                 &self->record_error))
        return TRUE;
    g_propagate_error (error, g_error_copy (self->record_error));
    return FALSE;
}

/* Where it is not in the records, though it belongs there. */
static GError *
dup_record_error (BwJobWorker *self)
{
    const GError *why = self->store == NULL ? self->no_store : self->record_error;

    return why == NULL ? NULL : g_error_copy (why);
}

static BwJobResult
get_result (BwJobWorker *self, gboolean is_ok, const GError *error)
{
    if (self->has_fault)
        return BW_JOB_FAILED;
    if (is_ok)
        return BW_JOB_SUCCESS;
    return bw_error_get_cause (error) == BW_CAUSE_CANCELLED ? BW_JOB_CANCELLED : BW_JOB_FAILED;
}

static BwJobVerdict *
make_verdict (BwJobWorker *self, gboolean is_ok, GError *error)
{
    BwJobVerdict *verdict = g_new0 (BwJobVerdict, 1);

    verdict->result = get_result (self, is_ok, error);
    if (self->has_fault || (error == NULL && !is_ok)) {
        g_clear_error (&error);
        error = bw_error_new (BW_CAUSE_INTERNAL, _ ("undeclared step in state %s"),
                              bw_job_state_get_id (self->state));
    }
    verdict->error = error;
    if (verdict->result != BW_JOB_SUCCESS)
        verdict->left_behind = g_steal_pointer (&self->left_behind);
    /* stopped before there was anybody to ask; a console has nothing to leave behind */
    if (verdict->result == BW_JOB_CANCELLED && verdict->left_behind == NULL
        && bw_plan_get_action (self->plan) != BW_ACTION_CONSOLE)
        verdict->left_behind = g_strdup (_ ("Nothing was changed on the board."));
    verdict->summary = self->summary->len > 0 ? g_strdup (self->summary->str) : NULL;
    verdict->is_proved = verdict->result == BW_JOB_SUCCESS && self->is_proved;
    verdict->was_changed = self->was_changed;
    verdict->has_lost_port = self->state == BW_JOB_WAITING_REPLUG
                             || (self->port != NULL && bw_port_is_lost (self->port));
    verdict->is_unrecorded = is_to_be_recorded (self) && self->store_id == 0;
    verdict->record_error = verdict->is_unrecorded ? dup_record_error (self) : NULL;
    verdict->store_id = self->store_id;
    return verdict;
}

static void
note_end (BwJobWorker *self, const char *word, const char *more)
{
    if (more != NULL)
        _bw_job_worker_note (self, "%s: %s", word, more);
    else
        _bw_job_worker_note (self, "%s", word);
}

static void
note_verdict (BwJobWorker *self, const BwJobVerdict *verdict)
{
    _bw_log_finish_line (self->log);
    if (verdict->result == BW_JOB_SUCCESS)
        note_end (self, _ ("done"), verdict->summary);
    else if (verdict->result == BW_JOB_CANCELLED)
        note_end (self, _ ("cancelled"), verdict->left_behind);
    else
        /* translators: what was seen, and the name of the cause as in JSON: "no-answer" */
        _bw_job_worker_note (self, _ ("failed: %s (%s)"), verdict->error->message,
                             bw_cause_get_id (bw_error_get_cause (verdict->error)));
}

/* Good is what will still be known tomorrow. */
static void
refuse_good (BwJobVerdict *verdict)
{
    if (!verdict->is_unrecorded || !verdict->is_proved)
        return;
    verdict->result = BW_JOB_FAILED;
    bw_set_error (&verdict->error, BW_CAUSE_NOT_RECORDED, "%s",
                  verdict->record_error != NULL ? verdict->record_error->message
                                                : _ ("there are no records"));
}

/* Of a job that was cancelled the end is to be known; who says it now does not want to wait. */
static GCancellable *
get_cancellable_of_end (const BwJobWorker *self)
{
    return g_cancellable_is_cancelled (self->cancellable) ? NULL : self->cancellable;
}

static void
record (BwJobWorker *self, BwJobVerdict *verdict)
{
    BwCause cause = bw_error_get_cause (verdict->error);
    const BwStoredJob end = {
        .result = (char *) bw_job_result_get_id (verdict->result),
        .cause = cause == BW_CAUSE_NONE ? NULL : (char *) bw_cause_get_id (cause),
        .message = verdict->error != NULL ? verdict->error->message : verdict->summary,
        .is_proved = verdict->is_proved,
        .was_changed = verdict->was_changed,
    };

    if (self->store_id == 0
        || bw_store_job_end_sync (self->store, self->store_id, &end, get_cancellable_of_end (self),
                                  &verdict->record_error))
        return;
    _bw_job_worker_note (self, _ ("the result is not recorded: %s"),
                         verdict->record_error->message);
    verdict->is_unrecorded = TRUE;
}

static void
keep_recording (BwJobWorker *self, const BwJobVerdict *verdict)
{
    g_autoptr (GBytes) recording = NULL;
    g_autofree char *path = NULL;

    if (self->port == NULL || verdict->result != BW_JOB_FAILED)
        return;
    recording = bw_port_get_recording (self->port);
    path = _bw_log_file_save_recording (self->file, recording);
    if (path != NULL)
        _bw_job_worker_note (self, _ ("the conversation is kept in %s"), path);
}

BwJobVerdict *
_bw_job_worker_end_record (BwJobWorker *self, gboolean is_ok, GError *error)
{
    BwJobVerdict *verdict = make_verdict (self, is_ok, error);

    /* what is said, also in the log, is what will still be known after a power cut */
    record (self, verdict);
    refuse_good (verdict);
    note_verdict (self, verdict);
    keep_recording (self, verdict);
    return verdict;
}
