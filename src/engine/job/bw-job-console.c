/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-job-console"
#include "config.h"

#include <glib/gi18n-lib.h>

#include "bw-error.h"
#include "bw-job-worker.h"
#include "bw-reset.h"

#define CONSOLE_BAUD 115200u
/* What arrives within this time is handed on together. */
#define GATHER_US (50 * 1000)
#define GATHER_BYTES (64u * 1024)
/* While nobody takes what arrives. */
#define FULL_PAUSE_MS 20
#define IDLE_US (1000 * 1000)
/* Sent in pieces, so that the board is listened to in between: one that answers while it is spoken
 * to may wait for its answer to be taken. */
#define SEND_PIECE 256u
#define SEND_US (2 * 1000 * 1000)
#define BITS_PER_BYTE 10u

static void
hand_on (BwJobWorker *self)
{
    BwJobPost *post = NULL;

    if (self->received == NULL || self->received->len == 0)
        return;
    post = _bw_job_post_new (BW_JOB_POST_RECEIVED);
    post->bytes = g_byte_array_free_to_bytes (g_steal_pointer (&self->received));
    _bw_job_events_post (self->events, post);
}

static void
gather (BwJobWorker *self, const uint8_t *bytes, size_t len)
{
    if (self->received == NULL) {
        self->received = g_byte_array_new ();
        self->received_us = g_get_monotonic_time ();
    }
    g_byte_array_append (self->received, bytes, (guint) len);
}

static GBytes *
take_piece (BwJobWorker *self)
{
    g_autoptr (GBytes) bytes = g_queue_pop_head (&self->to_send);
    size_t len = bytes == NULL ? 0 : g_bytes_get_size (bytes);

    self->n_to_send -= MIN (len, SEND_PIECE);
    if (len <= SEND_PIECE)
        return g_steal_pointer (&bytes);
    g_queue_push_head (&self->to_send,
                       g_bytes_new_from_bytes (bytes, SEND_PIECE, len - SEND_PIECE));
    return g_bytes_new_from_bytes (bytes, 0, SEND_PIECE);
}

static GBytes *
take_to_send (BwJobWorker *self, unsigned *ret_baud)
{
    GBytes *bytes = NULL;

    g_mutex_lock (&self->console_lock);
    /* before looking: whatever is queued from now on wakes the next read */
    g_cancellable_reset (self->wake);
    bytes = take_piece (self);
    *ret_baud = self->new_baud;
    self->new_baud = 0;
    g_mutex_unlock (&self->console_lock);
    return bytes;
}

static gboolean
has_to_send (BwJobWorker *self)
{
    gboolean has = FALSE;

    g_mutex_lock (&self->console_lock);
    has = !g_queue_is_empty (&self->to_send);
    g_mutex_unlock (&self->console_lock);
    return has;
}

static gboolean
send_bytes (BwJobWorker *self, GBytes *bytes, GError **error)
{
    size_t len = 0;
    const void *data = g_bytes_get_data (bytes, &len);
    /* what went before may still stand in the way, a whole piece of it */
    int64_t line_us = (int64_t) SEND_PIECE * BITS_PER_BYTE * G_USEC_PER_SEC
                      / MAX (bw_port_get_baud (self->port), 1);

    gboolean is_sent =
        bw_port_write (self->port, data, len, g_get_monotonic_time () + SEND_US + line_us,
                       self->cancellable, error);

    /* also when it was lost with the board: whoever has more goes on once the board is back */
    if (!has_to_send (self))
        _bw_job_events_post (self->events, _bw_job_post_new (BW_JOB_POST_SENT));
    return is_sent;
}

/* A rate the adapter refuses is no reason to end the console. */
static void
change_baud (BwJobWorker *self, unsigned baud)
{
    g_autoptr (GError) error = NULL;

    if (bw_port_set_baud (self->port, baud, self->cancellable, &error))
        _bw_job_worker_note (self, _ ("console at %u baud"), baud);
    else
        _bw_job_worker_note (self, _ ("%u baud: %s"), baud, error->message);
}

static gboolean
serve_person (BwJobWorker *self, GError **error)
{
    unsigned baud = 0;
    g_autoptr (GBytes) bytes = NULL;

    /* nobody takes the answers: no more questions */
    if (_bw_job_events_is_full (self->events))
        return TRUE;
    bytes = take_to_send (self, &baud);
    /* only behind it: it forgets who woke us, and a later cancel wakes the next read */
    if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
        return FALSE;
    if (baud != 0)
        change_baud (self, baud);
    return bytes == NULL || send_bytes (self, bytes, error);
}

static int64_t
get_deadline (BwJobWorker *self)
{
    if (has_to_send (self))
        return 0;
    return self->received != NULL ? self->received_us + GATHER_US
                                  : g_get_monotonic_time () + IDLE_US;
}

static gboolean
is_gathered (const BwJobWorker *self)
{
    return self->received != NULL
           && (self->received->len >= GATHER_BYTES
               || g_get_monotonic_time () - self->received_us >= GATHER_US);
}

/* The window or terminal is behind: the board has to wait, not the memory to grow. */
static gboolean
let_others_catch_up (BwJobWorker *self, GError **error)
{
    return bw_port_wait (self->port, FULL_PAUSE_MS, self->cancellable, error);
}

/* Woken to send is no error. */
static gboolean
is_wake (BwJobWorker *self, const GError *error)
{
    return bw_error_get_cause (error) == BW_CAUSE_CANCELLED
           && !g_cancellable_is_cancelled (self->cancellable);
}

static gboolean
serve_board (BwJobWorker *self, GError **error)
{
    g_autoptr (GError) reason = NULL;
    uint8_t bytes[4096];
    ssize_t n = 0;

    if (_bw_job_events_is_full (self->events))
        return let_others_catch_up (self, error);
    n = bw_port_read (self->port, bytes, sizeof bytes, get_deadline (self), self->wake, &reason);
    if (n < 0 && !is_wake (self, reason)) {
        g_propagate_error (error, g_steal_pointer (&reason));
        return FALSE;
    }
    if (n > 0) {
        gather (self, bytes, (size_t) n);
        _bw_job_worker_take_console (self, bytes, (size_t) n);
        if (_bw_job_blame_hear (self->blame, bytes, (size_t) n))
            _bw_job_worker_note (self, "%s: %s", bw_cause_get_title (BW_CAUSE_BROWNOUT),
                                 bw_cause_get_remedy (BW_CAUSE_BROWNOUT));
    }
    if (is_gathered (self))
        hand_on (self);
    return TRUE;
}

static gboolean
let_it_talk (BwJobWorker *self, GError **error)
{
    BwPortLines rest = bw_reset_get_rest_lines (self->port);

    return rest == bw_port_get_lines (self->port)
           || bw_port_set_lines (self->port, rest, self->cancellable, error);
}

gboolean
_bw_job_worker_console (BwJobWorker *self, GError **error)
{
    unsigned baud = bw_plan_get_options (self->plan)->console_baud;

    if (!bw_port_set_baud (self->port, baud == 0 ? CONSOLE_BAUD : baud, self->cancellable, error)
        || !let_it_talk (self, error) || !_bw_job_worker_fire (self, BW_JOB_TRIGGER_LISTEN))
        return FALSE;
    while (serve_person (self, error) && serve_board (self, error))
        continue;
    hand_on (self);
    return FALSE;
}
