/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <sys/resource.h>
#include <time.h>

#include "bw-port-lease.h"
#include "bw-port.h"

/* What stands at the other end of a port in tests. */

#define SECOND_US G_USEC_PER_SEC
/* How long to wait for what comes soon. */
#define PATIENCE_MS (120 * 1000)
/* Who is not woken waits for that long or for ever; who is may have to wait for a processor. */
#define CANCEL_LIMIT_US (20 * G_USEC_PER_SEC)

static inline int64_t
in_ms (int64_t ms)
{
    return g_get_monotonic_time () + ms * 1000;
}

/* Processor time of this process so far. */
static inline int64_t
get_cpu_us (void)
{
    struct rusage usage = { 0 };

    getrusage (RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * SECOND_US + usage.ru_utime.tv_usec
           + usage.ru_stime.tv_usec;
}

/* Processor time of this thread so far. */
static inline int64_t
get_thread_cpu_us (void)
{
    struct timespec spent = { 0 };

    clock_gettime (CLOCK_THREAD_CPUTIME_ID, &spent);
    return spent.tv_sec * SECOND_US + spent.tv_nsec / 1000;
}

/* Reads exactly LEN bytes or fails the test. */
static inline void
assert_reads (BwPort *port, const void *expected, size_t len)
{
    g_autofree uint8_t *got = g_malloc (len);
    g_autoptr (GError) error = NULL;
    size_t used = 0;

    while (used < len) {
        ssize_t n = bw_port_read (port, got + used, len - used, in_ms (PATIENCE_MS), NULL, &error);

        g_assert_no_error (error);
        g_assert_cmpint (n, >, 0);
        used += (size_t) n;
    }
    g_assert_cmpmem (got, len, expected, len);
}

static inline void
assert_cause (const GError *error, BwCause cause)
{
    g_assert_nonnull (error);
    g_assert_cmpstr (bw_cause_get_id (bw_error_get_cause (error)), ==, bw_cause_get_id (cause));
}

static inline gboolean
is_leased (const char *name)
{
    if (!bw_port_lease_take (name, NULL))
        return TRUE;
    bw_port_lease_give_back (name);
    return FALSE;
}

/* Ends what would never end by itself, so that a test fails instead of hanging. */
#define WATCHDOG_US (60 * G_USEC_PER_SEC)

struct watchdog {
    GCancellable *cancellable;
    GThread *thread;
    GMutex lock;
    GCond is_done_cond;
    gboolean is_done;
};

static inline gpointer
run_watchdog (gpointer data)
{
    struct watchdog *self = data;
    int64_t end_us = g_get_monotonic_time () + WATCHDOG_US;

    g_mutex_lock (&self->lock);
    while (!self->is_done && g_cond_wait_until (&self->is_done_cond, &self->lock, end_us))
        continue;
    if (!self->is_done)
        g_cancellable_cancel (self->cancellable);
    g_mutex_unlock (&self->lock);
    return NULL;
}

static inline void
start_watchdog (struct watchdog *self)
{
    self->cancellable = g_cancellable_new ();
    g_mutex_init (&self->lock);
    g_cond_init (&self->is_done_cond);
    self->is_done = FALSE;
    self->thread = g_thread_new ("watchdog", run_watchdog, self);
}

/* Fails the test if it had to bite. */
static inline void
stop_watchdog (struct watchdog *self)
{
    g_mutex_lock (&self->lock);
    self->is_done = TRUE;
    g_cond_signal (&self->is_done_cond);
    g_mutex_unlock (&self->lock);
    g_thread_join (self->thread);
    g_assert_false (g_cancellable_is_cancelled (self->cancellable));
    g_clear_object (&self->cancellable);
    g_mutex_clear (&self->lock);
    g_cond_clear (&self->is_done_cond);
}

/* Threads that do something in a moment give back when they did it. */
static inline gpointer
cancel_soon (gpointer data)
{
    int64_t when_us = 0;

    g_usleep (30 * 1000);
    when_us = g_get_monotonic_time ();
    g_cancellable_cancel (data);
    return (gpointer) (intptr_t) when_us;
}

static inline void
assert_ended_soon (GThread *thread, int64_t ended_us)
{
    int64_t when_us = (int64_t) (intptr_t) g_thread_join (thread);

    g_assert_cmpint (ended_us, >=, when_us);
    g_assert_cmpint (ended_us - when_us, <, CANCEL_LIMIT_US);
}
