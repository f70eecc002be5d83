/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-job-reach.h"

G_BEGIN_DECLS

/* From a job's thread to the main thread: posts come in order and none is lost; progress is thinned
 * to ten times a second. Threads: post from any, delivered on the main context. */

/**
 * BwJobVerdict:
 * @result: how it ended
 * @error: (nullable): why it failed
 * @left_behind: (nullable): what state the board is in
 * @summary: (nullable): what was done
 * @is_proved: every part was compared after the last write
 * @was_changed: something on the board may have been changed
 * @has_lost_port: it ended because its port went away and did not come back
 * @is_unrecorded: a job that belongs into the records is not in them
 * @record_error: (nullable): why it is not
 * @store_id: its row in the store; 0 = none
 */
typedef struct {
    BwJobResult result;
    GError *error;
    char *left_behind;
    char *summary;
    gboolean is_proved;
    gboolean was_changed;
    gboolean has_lost_port;
    gboolean is_unrecorded;
    GError *record_error;
    int64_t store_id;
} BwJobVerdict;

/**
 * _bw_job_verdict_free:
 * @self: (nullable) (transfer full): a verdict
 */
void _bw_job_verdict_free (BwJobVerdict *self);

typedef enum {
    BW_JOB_POST_STATE,
    BW_JOB_POST_INFO,
    BW_JOB_POST_HAND,
    BW_JOB_POST_PART,
    BW_JOB_POST_RECEIVED,
    BW_JOB_POST_SENT,
    BW_JOB_POST_RESULT,
    BW_JOB_POST_PROGRESS,
} BwJobPostKind;

/* One message; only the members of its kind are set. */
typedef struct {
    BwJobPostKind kind;
    int64_t time_us;
    BwJobState state;
    GError *hand; /* why a person is needed; NULL: no longer */
    int64_t hand_until_us;
    BwJobPart part;
    BwBoardInfo *info;
    GBytes *bytes;
    BwJobVerdict *verdict;
    BwJobProgress progress;
} BwJobPost;

/**
 * BwJobPostFunc:
 * @owner: the job
 * @post: what happened; valid during the call, members may be stolen
 */
typedef void (*BwJobPostFunc) (gpointer owner, BwJobPost *post);

typedef struct _BwJobEvents BwJobEvents;

/**
 * _bw_job_events_new:
 * @owner: (not nullable): a #GObject; kept alive while something is on its way
 * @func: called on the main context for each post
 *
 * Returns: (transfer full): an empty queue
 */
BwJobEvents *_bw_job_events_new (gpointer owner, BwJobPostFunc func);

/**
 * _bw_job_events_free:
 * @self: (nullable) (transfer full): a queue nobody posts to any more
 */
void _bw_job_events_free (BwJobEvents *self);

/**
 * _bw_job_post_new:
 * @kind: what happened
 *
 * Returns: (transfer full): a post of now
 */
BwJobPost *_bw_job_post_new (BwJobPostKind kind);

/**
 * _bw_job_events_post:
 * @self: a queue
 * @post: (transfer full): message
 */
void _bw_job_events_post (BwJobEvents *self, BwJobPost *post);

/**
 * _bw_job_events_is_full:
 * @self: a queue
 *
 * Returns: whether more bytes for consoles wait than the main thread is likely to want; their
 * source should wait as well
 */
gboolean _bw_job_events_is_full (BwJobEvents *self);

/**
 * _bw_job_events_progress:
 * @self: a queue
 * @progress: replaces the last one if that was not delivered yet
 *
 * Told ten times a second at most; the last one before a %BW_JOB_POST_STATE always is, before it.
 */
void _bw_job_events_progress (BwJobEvents *self, const BwJobProgress *progress);

G_END_DECLS
