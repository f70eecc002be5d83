/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-job-events"
#include "config.h"

#include "bw-job-events.h"

#define PROGRESS_US (100 * 1000)
/* So much of what a board says may wait for the main thread. */
#define BYTES_MAX (1024u * 1024)

struct _BwJobEvents {
    GObject *owner; /* not owned; a source on its way owns it */
    BwJobPostFunc func;
    GMutex lock; /* guards what follows */
    GQueue posts;
    size_t n_bytes; /* in posts */
    gboolean is_scheduled;
    BwJobProgress progress;
    gboolean is_progress_new; /* not told yet */
    gboolean is_progress_scheduled;
    int64_t last_progress_us;
};

void
_bw_job_verdict_free (BwJobVerdict *self)
{
    if (self == NULL)
        return;
    g_clear_error (&self->error);
    g_clear_error (&self->record_error);
    g_free (self->left_behind);
    g_free (self->summary);
    g_free (self);
}

BwJobPost *
_bw_job_post_new (BwJobPostKind kind)
{
    BwJobPost *post = g_new0 (BwJobPost, 1);

    post->kind = kind;
    post->time_us = g_get_real_time ();
    return post;
}

static void
post_free (BwJobPost *post)
{
    g_clear_error (&post->hand);
    bw_board_info_unref (post->info);
    g_clear_pointer (&post->bytes, g_bytes_unref);
    _bw_job_verdict_free (post->verdict);
    g_free (post);
}

BwJobEvents *
_bw_job_events_new (gpointer owner, BwJobPostFunc func)
{
    BwJobEvents *self = g_new0 (BwJobEvents, 1);

    self->owner = owner;
    self->func = func;
    g_mutex_init (&self->lock);
    g_queue_init (&self->posts);
    return self;
}

void
_bw_job_events_free (BwJobEvents *self)
{
    if (self == NULL)
        return;
    g_queue_clear_full (&self->posts, (GDestroyNotify) post_free);
    g_mutex_clear (&self->lock);
    g_free (self);
}

static void
release (gpointer data)
{
    BwJobEvents *self = data;

    g_object_unref (self->owner);
}

/* The source keeps the owner alive, and with it the queue. */
static void
attach (BwJobEvents *self, GSource *source, GSourceFunc func)
{
    g_source_set_priority (source, G_PRIORITY_DEFAULT);
    g_object_ref (self->owner);
    g_source_set_callback (source, func, self, release);
    g_source_attach (source, NULL);
    g_source_unref (source);
}

static size_t
count_bytes (const BwJobPost *post)
{
    return post->bytes == NULL ? 0 : g_bytes_get_size (post->bytes);
}

static BwJobPost *
take_post (BwJobEvents *self)
{
    BwJobPost *post = NULL;

    g_mutex_lock (&self->lock);
    post = g_queue_pop_head (&self->posts);
    if (post == NULL)
        self->is_scheduled = FALSE;
    else
        self->n_bytes -= count_bytes (post);
    g_mutex_unlock (&self->lock);
    return post;
}

static gboolean
on_posts (gpointer user_data)
{
    BwJobEvents *self = user_data;

    for (BwJobPost *post = take_post (self); post != NULL; post = take_post (self)) {
        self->func (self->owner, post);
        post_free (post);
    }
    return G_SOURCE_REMOVE;
}

/* The last progress of a step is told before its end, however short ago another one was. */
static void
push_progress (BwJobEvents *self)
{
    BwJobPost *post = NULL;

    if (!self->is_progress_new)
        return;
    self->is_progress_new = FALSE;
    post = _bw_job_post_new (BW_JOB_POST_PROGRESS);
    post->progress = self->progress;
    g_queue_push_tail (&self->posts, post);
}

void
_bw_job_events_post (BwJobEvents *self, BwJobPost *post)
{
    g_mutex_lock (&self->lock);
    if (post->kind == BW_JOB_POST_STATE)
        push_progress (self);
    g_queue_push_tail (&self->posts, post);
    self->n_bytes += count_bytes (post);
    if (!self->is_scheduled) {
        self->is_scheduled = TRUE;
        attach (self, g_idle_source_new (), on_posts);
    }
    g_mutex_unlock (&self->lock);
}

static gboolean
on_progress (gpointer user_data)
{
    BwJobEvents *self = user_data;
    BwJobPost post = { .kind = BW_JOB_POST_PROGRESS, .time_us = g_get_real_time () };
    gboolean is_new = FALSE;

    g_mutex_lock (&self->lock);
    is_new = self->is_progress_new;
    self->is_progress_new = FALSE;
    self->is_progress_scheduled = FALSE;
    self->last_progress_us = g_get_monotonic_time ();
    post.progress = self->progress;
    g_mutex_unlock (&self->lock);
    /* posts before it may still wait: of a new step nothing is told before its beginning */
    on_posts (self);
    if (is_new)
        self->func (self->owner, &post);
    return G_SOURCE_REMOVE;
}

void
_bw_job_events_progress (BwJobEvents *self, const BwJobProgress *progress)
{
    g_mutex_lock (&self->lock);
    self->progress = *progress;
    self->is_progress_new = TRUE;
    if (!self->is_progress_scheduled) {
        int64_t wait_us = self->last_progress_us + PROGRESS_US - g_get_monotonic_time ();

        self->is_progress_scheduled = TRUE;
        attach (self, g_timeout_source_new ((guint) (MAX (wait_us, 0) / 1000)), on_progress);
    }
    g_mutex_unlock (&self->lock);
}

gboolean
_bw_job_events_is_full (BwJobEvents *self)
{
    gboolean is_full = FALSE;

    g_mutex_lock (&self->lock);
    is_full = self->n_bytes >= BYTES_MAX;
    g_mutex_unlock (&self->lock);
    return is_full;
}
