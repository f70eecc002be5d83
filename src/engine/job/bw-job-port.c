/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-job-port"
#include "config.h"

#include <glib/gi18n-lib.h>

#include "bw-error.h"
#include "bw-job-worker.h"
#include "bw-port-owner.h"

/* The port of a job: waiting for its turn, losing it and finding it again. */

/* A port may be held for a moment by our own console that just ends, or by udev's first look. */
#define OPEN_PATIENCE_US (2 * 1000 * 1000)
#define OPEN_PAUSE_MS 100
/* A flash that was torn off starts again by itself so often. */
#define REPLUGS_MAX 2u
/* So often it looks whether the board is somewhere else. */
#define REOPEN_SLICE_US (250 * 1000)

static gboolean
wait_ms (BwJobWorker *self, int ms)
{
    GPollFD fd;

    if (!g_cancellable_make_pollfd (self->cancellable, &fd))
        return FALSE;
    g_poll (&fd, 1, ms);
    g_cancellable_release_fd (self->cancellable);
    return !g_cancellable_is_cancelled (self->cancellable);
}

static gboolean
may_pass (BwCause cause)
{
    return cause == BW_CAUSE_BUSY || cause == BW_CAUSE_PERMISSION
           || cause == BW_CAUSE_MODEM_MANAGER;
}

gboolean
_bw_job_worker_open_port (BwJobWorker *self, GError **error)
{
    int64_t deadline_us = g_get_monotonic_time () + OPEN_PATIENCE_US;

    for (;;) {
        g_autoptr (GError) reason = NULL;

        self->port =
            self->factory.open_port (self->address, self->cancellable, &reason, self->factory.data);
        if (reason == NULL)
            return TRUE;
        if (!may_pass (bw_error_get_cause (reason)) || g_get_monotonic_time () >= deadline_us
            || !wait_ms (self, OPEN_PAUSE_MS)) {
            g_propagate_error (error, g_steal_pointer (&reason));
            return FALSE;
        }
    }
}

static gboolean
is_lost (const BwJobWorker *self, const GError *error)
{
    return bw_error_get_cause (error) == BW_CAUSE_UNPLUGGED
           || (self->port != NULL && bw_port_is_lost (self->port));
}

/* What is worth waiting for: a flash that has begun, and a console. A plug makes and breaks contact
 * more than once: who was waited for already may go away again before it has said a word. */
static gboolean
may_wait (const BwJobWorker *self, unsigned n_replugs)
{
    switch (bw_plan_get_action (self->plan)) {
    case BW_ACTION_FLASH:
        return n_replugs < REPLUGS_MAX && self->info != NULL
               && (n_replugs > 0 || self->state != BW_JOB_CONNECTING);
    case BW_ACTION_CONSOLE:
        return self->state == BW_JOB_LISTENING;
    case BW_ACTION_IDENTIFY:
    case BW_ACTION_VERIFY:
    case BW_ACTION_READ:
    case BW_ACTION_ERASE:
    case BW_ACTION_RESET:
    default:
        return FALSE;
    }
}

static char *
take_new_address (BwJobWorker *self)
{
    char *address = NULL;

    g_mutex_lock (&self->console_lock);
    address = g_steal_pointer (&self->new_address);
    g_mutex_unlock (&self->console_lock);
    return address;
}

/* The board is back at its place, but is reached in another way now. */
static gboolean
open_elsewhere (BwJobWorker *self, const char *address)
{
    g_autoptr (GError) error = NULL;
    BwPort *port = self->factory.open_port (address, self->cancellable, &error, self->factory.data);

    if (error != NULL) {
        _bw_job_worker_note (self, "%s: %s", address, error->message);
        return FALSE;
    }
    /* translators: the address of a port */
    _bw_job_worker_note (self, _ ("back as %s"), address);
    g_clear_object (&self->port);
    self->port = port;
    return TRUE;
}

/* Whether the board is back and something else keeps it from us. Of one behind a network the server
 * does not tell. */
static gboolean
is_withheld (const BwJobWorker *self, const GError *reason)
{
    BwCause cause = bw_error_get_cause (reason);

    return (may_pass (cause) || cause == BW_CAUSE_BRLTTY)
           && (self->port == NULL || bw_port_is_local (self->port));
}

/* What a person has to do changes when the board is back and cannot be opened. */
static void
tell_hand (BwJobWorker *self, const GError *reason, BwCause *told, int64_t deadline_us)
{
    BwCause cause = bw_error_get_cause (reason);
    int64_t left_us = deadline_us - g_get_monotonic_time ();

    if (*told == cause || !is_withheld (self, reason))
        return;
    *told = cause;
    _bw_job_worker_post_hand (self, reason, (unsigned) (MAX (0, left_us) / G_USEC_PER_SEC));
}

static gboolean
reopen (BwJobWorker *self, int64_t deadline_us, GError **error)
{
    BwCause told = BW_CAUSE_UNPLUGGED;

    for (;;) {
        int64_t now_us = g_get_monotonic_time ();
        g_autofree char *address = take_new_address (self);
        g_autoptr (GError) reason = NULL;

        if (address != NULL && open_elsewhere (self, address))
            return TRUE;
        if (self->factory.reopen_port (self->port, MIN (deadline_us, now_us + REOPEN_SLICE_US),
                                       self->cancellable, &reason, self->factory.data))
            return TRUE;
        if (g_cancellable_is_cancelled (self->cancellable) || now_us >= deadline_us) {
            g_propagate_error (error, g_steal_pointer (&reason));
            return FALSE;
        }
        tell_hand (self, reason, &told, deadline_us);
    }
}

void
_bw_job_worker_take_down_place (BwJobWorker *self)
{
    _bw_job_blame_free (self->blame);
    self->blame = _bw_job_blame_new (BW_PORT_OWNER_PROC, BW_PORT_OWNER_SYS, self->address);
}

/* @error is set where the board is back, but may not be used. */
static gboolean
wait_for_replug (BwJobWorker *self, GError **error)
{
    unsigned ms = (unsigned) g_atomic_int_get (&self->replug_ms);
    int64_t deadline_us = g_get_monotonic_time () + (int64_t) ms * 1000;
    g_autoptr (GError) gone = NULL;
    g_autoptr (GError) reason = NULL;
    gboolean is_back = FALSE;

    if (!_bw_job_worker_fire (self, BW_JOB_TRIGGER_LOST))
        return FALSE;
    _bw_job_worker_take_left_behind (self);
    _bw_job_worker_drop_driver (self);
    _bw_job_worker_note (self, _ ("the port is gone, waiting for it to come back"));
    /* translators: the port of a board: "/dev/ttyUSB0" */
    bw_set_error (&gone, BW_CAUSE_UNPLUGGED, _ ("%s went away while it was in use."),
                  self->address);
    gone = _bw_job_blame_name (self->blame, g_steal_pointer (&gone), self->top_baud);
    if (bw_error_get_cause (gone) != BW_CAUSE_UNPLUGGED)
        _bw_job_worker_note (self, "%s", gone->message);
    _bw_job_worker_post_hand (self, gone, ms / 1000);
    is_back = reopen (self, deadline_us, &reason);
    _bw_job_worker_post_hand (self, NULL, 0);
    if (!is_back)
        _bw_job_worker_note (self, _ ("not back: %s"), reason->message);
    else
        _bw_job_worker_take_down_place (self);
    if (!is_back && is_withheld (self, reason))
        g_propagate_error (error, g_steal_pointer (&reason));
    g_string_truncate (self->summary, 0);
    self->is_proved = FALSE;
    return is_back;
}

gboolean
_bw_job_worker_await_replug (BwJobWorker *self, unsigned n_replugs, GError **reason)
{
    g_autoptr (GError) withheld = NULL;

    if (!is_lost (self, *reason) || !may_wait (self, n_replugs))
        return FALSE;
    if (wait_for_replug (self, &withheld))
        return TRUE;
    if (withheld != NULL) {
        g_clear_error (reason);
        *reason = g_steal_pointer (&withheld);
    }
    return FALSE;
}

gboolean
_bw_job_worker_let_go_if_taken (BwJobWorker *self, const GError *reason, int64_t began_us)
{
    if (self->info != NULL || bw_error_get_cause (reason) != BW_CAUSE_BUSY)
        return FALSE;
    _bw_job_worker_drop_driver (self);
    if (self->port != NULL)
        bw_port_close (self->port);
    g_clear_object (&self->port);
    return g_get_monotonic_time () < began_us + OPEN_PATIENCE_US && wait_ms (self, OPEN_PAUSE_MS);
}
