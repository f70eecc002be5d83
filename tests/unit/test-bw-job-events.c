/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way from a job's thread to the main thread: nothing lost, all in order, progress thinned. */
#include "bw-job-events.h"
#include "engine-wait.h"

#define N_POSTS 20000

typedef struct {
    GObject *owner;
    BwJobEvents *events;
    GThread *main;
    int64_t next;
    unsigned n_progress;
    uint64_t last_done;
    gint has_enough; /* the other thread may end */
} Fixture;

static Fixture *fixture;

static void
on_post (gpointer owner, BwJobPost *post)
{
    Fixture *f = fixture;

    g_assert_true (owner == f->owner);
    g_assert_true (g_thread_self () == f->main);
    if (post->kind == BW_JOB_POST_PROGRESS) {
        f->n_progress++;
        f->last_done = post->progress.done;
        return;
    }
    g_assert_cmpint (post->time_us, ==, f->next);
    f->next++;
}

static void
set_up (Fixture *f, gconstpointer data)
{
    fixture = f;
    f->main = g_thread_self ();
    f->owner = g_object_new (G_TYPE_OBJECT, NULL);
    f->events = _bw_job_events_new (f->owner, on_post);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
    /* nothing on its way keeps the owner alive */
    engine_wait_unheld (f->owner);
    g_assert_finalize_object (f->owner);
    _bw_job_events_free (f->events);
}

static gpointer
post_many (gpointer data)
{
    Fixture *f = data;

    for (int64_t i = 0; i < N_POSTS; i++) {
        BwJobPost *post = _bw_job_post_new (i % 2 == 0 ? BW_JOB_POST_STATE : BW_JOB_POST_RECEIVED);

        /* the members travel with it and are freed */
        post->time_us = i;
        post->bytes = g_bytes_new ("x", 1);
        _bw_job_events_post (f->events, post);
    }
    return NULL;
}

static gboolean
have_all (gpointer data)
{
    return ((Fixture *) data)->next == N_POSTS;
}

static void
test_order (Fixture *f, gconstpointer data)
{
    GThread *thread = g_thread_new ("poster", post_many, f);

    engine_wait_until (have_all, f, 20000);
    g_thread_join (thread);
}

static gpointer
tell_progress (gpointer data)
{
    Fixture *f = data;
    BwJobProgress progress = { 0 };

    while (!g_atomic_int_get (&f->has_enough)) {
        progress.done++;
        _bw_job_events_progress (f->events, &progress);
        g_usleep (200);
    }
    progress.done = UINT64_MAX;
    _bw_job_events_progress (f->events, &progress);
    return NULL;
}

static gboolean
has_some_progress (gpointer data)
{
    return ((Fixture *) data)->n_progress >= 5;
}

/* Progress is told so often at most. */
#define PROGRESS_US (100 * 1000)

static void
test_thinned (Fixture *f, gconstpointer data)
{
    int64_t begin_us = g_get_monotonic_time ();
    GThread *thread = g_thread_new ("poster", tell_progress, f);
    int64_t periods = 0;

    engine_wait_until (has_some_progress, f, 0);
    g_atomic_int_set (&f->has_enough, TRUE);
    g_thread_join (thread);
    engine_wait_unheld (f->owner);
    periods = (g_get_monotonic_time () - begin_us) / PROGRESS_US;
    g_assert_cmpint (f->n_progress, <=, periods + 3);
    /* the last one is never thinned away */
    g_assert_cmpuint (f->last_done, ==, UINT64_MAX);
}

static gboolean
has_progress (gpointer data)
{
    return ((Fixture *) data)->n_progress > 0;
}

static gboolean
has_state (gpointer data)
{
    return ((Fixture *) data)->next > 0;
}

/* How far a step came is told before the next one begins, and not once more behind it. */
static void
test_step_ends (Fixture *f, gconstpointer data)
{
    BwJobProgress progress = { .done = 1 };
    BwJobPost *post = _bw_job_post_new (BW_JOB_POST_STATE);

    _bw_job_events_progress (f->events, &progress);
    engine_wait_until (has_progress, f, 5000);
    for (progress.done = 2; progress.done < 1000; progress.done++)
        _bw_job_events_progress (f->events, &progress);
    post->time_us = 0;
    _bw_job_events_post (f->events, post);
    engine_wait_until (has_state, f, 5000);
    g_assert_cmpuint (f->last_done, ==, 999);
    g_assert_cmpuint (f->n_progress, ==, 2);
    engine_wait_unheld (f->owner);
    g_assert_cmpuint (f->n_progress, ==, 2);
}

/* A queue keeps its owner alive only while something is on its way. */
static void
test_unused (Fixture *f, gconstpointer data)
{
    GObject *owner = g_object_new (G_TYPE_OBJECT, NULL);
    BwJobEvents *events = _bw_job_events_new (owner, on_post);

    _bw_job_events_free (events);
    g_assert_finalize_object (owner);
}

int
main (int argc, char **argv)
{
    engine_init (&argc, &argv);
    g_test_add ("/engine/job-events/order", Fixture, NULL, set_up, test_order, tear_down);
    g_test_add ("/engine/job-events/thinned", Fixture, NULL, set_up, test_thinned, tear_down);
    g_test_add ("/engine/job-events/step-ends", Fixture, NULL, set_up, test_step_ends, tear_down);
    g_test_add ("/engine/job-events/unused", Fixture, NULL, set_up, test_unused, tear_down);
    return engine_run ();
}
