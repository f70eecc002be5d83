/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-port.h"

/* What stands at the other end of a port in tests. */

#define SECOND_US G_USEC_PER_SEC
#define CANCEL_LIMIT_US (100 * 1000)

static inline int64_t
in_ms (int64_t ms)
{
    return g_get_monotonic_time () + ms * 1000;
}

/* Reads exactly LEN bytes or fails the test. */
static inline void
assert_reads (BwPort *port, const void *expected, size_t len)
{
    g_autofree uint8_t *got = g_malloc (len);
    g_autoptr (GError) error = NULL;
    size_t used = 0;

    while (used < len) {
        ssize_t n = bw_port_read (port, got + used, len - used, in_ms (5000), NULL, &error);

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
