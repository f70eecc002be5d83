/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-job-blame.h"
#include "bw-job-events.h"
#include "bw-job-private.h"
#include "bw-job-progress.h"
#include "bw-job-table.h"
#include "bw-log-file.h"
#include "bw-modem-guard.h"

G_BEGIN_DECLS

/* The job's thread: opens the port, talks through the driver, journals. Everything that blocks is
 * here. Threads: members above the line are set before the thread starts and then only read;
 * those below it belong to the thread; those that change meanwhile have a lock. */
typedef struct {
    char *address;
    char *place;
    char *mac;
    char *only_mac; /* (nullable): no other board may be touched */
    BwPlan *plan;
    BwStore *store;
    GError *no_store; /* (nullable): why there is none */
    BwLog *log;
    BwJobEvents *events;
    GCancellable *cancellable;
    BwJobFactory factory;
    unsigned replug_ms; /* atomic */

    GMutex console_lock; /* guards what follows */
    GQueue to_send;      /* of GBytes */
    size_t n_to_send;    /* bytes in it */
    unsigned new_baud;
    char *new_address;  /* where a lost board is now */
    GCancellable *wake; /* there is something to send, or the job is cancelled */

    /* ---- the thread's own ---- */
    BwJobState state;
    BwJobMeter meter;
    int64_t store_id;
    GError *record_error; /* (nullable): why the start was not recorded */
    int64_t journaled_us;
    double journaled_fraction;
    BwModemGuard *guard;
    BwJobBlame *blame;
    unsigned top_baud; /* highest rate at which something was moved */
    BwPort *port;
    BwDriver *driver;
    BwBoardInfo *info;
    BwLogFile *file;
    int64_t file_us;
    uint64_t first_line;  /* of the log that belongs to this job */
    GByteArray *received; /* of a console, not handed on yet */
    int64_t received_us;
    GString *summary;
    char *left_behind;
    gboolean is_proved;
    gboolean was_changed;
    gboolean has_fault; /* an undeclared edge: our own bug */
} BwJobWorker;

/**
 * _bw_job_worker_new:
 * @address: endpoint address
 * @plan: what to do
 * @store: (nullable): journal
 * @log: receives log lines
 * @events: borrowed: where to tell what happens
 *
 * Returns: (transfer full): a worker in state QUEUED
 */
BwJobWorker *_bw_job_worker_new (const char *address,
                                 BwPlan *plan,
                                 BwStore *store,
                                 BwLog *log,
                                 BwJobEvents *events);

/**
 * _bw_job_worker_free:
 * @self: (nullable) (transfer full): a worker whose thread is over
 */
void _bw_job_worker_free (BwJobWorker *self);

/**
 * _bw_job_worker_run:
 * @self: a worker in state QUEUED
 *
 * Carries the plan out; the last post is the result. The body of the thread.
 */
void _bw_job_worker_run (BwJobWorker *self);

/**
 * _bw_job_worker_abandon:
 * @self: a worker in state QUEUED that has no thread
 *
 * Ends it as cancelled.
 */
void _bw_job_worker_abandon (BwJobWorker *self);

/**
 * _bw_job_worker_fire:
 * @self: a worker
 * @trigger: what happened
 *
 * The one function that changes the state: checks the edge, journals, tells. An undeclared edge is
 * a critical warning, stops the conversation, and the job fails as internal.
 *
 * Returns: %FALSE when the edge is not declared
 */
gboolean _bw_job_worker_fire (BwJobWorker *self, BwJobTrigger trigger);

/**
 * _bw_job_worker_note:
 * @self: a worker
 * @format: printf form of one line for the log, already translated
 * @...: its arguments
 */
void _bw_job_worker_note (BwJobWorker *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

/**
 * _bw_job_worker_sum_up:
 * @self: a worker
 * @text: what came of the work, already translated: "12 kB written"
 *
 * Adds to the summary, which stands behind the verdict as a sentence of its own.
 */
void _bw_job_worker_sum_up (BwJobWorker *self, const char *text);

/**
 * _bw_job_worker_take_console:
 * @self: a worker
 * @bytes: what the board sent
 * @len: how many
 */
void _bw_job_worker_take_console (BwJobWorker *self, const uint8_t *bytes, size_t len);

/**
 * _bw_job_worker_use_info:
 * @self: a worker
 * @info: (transfer full): what the board is; remembered and told
 */
void _bw_job_worker_use_info (BwJobWorker *self, BwBoardInfo *info);

/**
 * _bw_job_worker_progress:
 * @self: a worker
 * @done: bytes of the step that are done
 * @total: of so many
 *
 * Tells how far the state is, and the journal now and then.
 */
void _bw_job_worker_progress (BwJobWorker *self, uint64_t done, uint64_t total);

/**
 * _bw_job_worker_post_hand:
 * @self: a worker
 * @why: (nullable): what a person has to do; %NULL: nothing any more
 * @seconds: how long there is time for it
 */
void _bw_job_worker_post_hand (BwJobWorker *self, const GError *why, unsigned seconds);

/**
 * _bw_job_worker_make_driver:
 * @self: a worker with an open port and no driver
 *
 * Makes a driver by the plan; what it tells becomes states, progress and notes.
 */
void _bw_job_worker_make_driver (BwJobWorker *self);

/**
 * _bw_job_worker_drop_driver:
 * @self: a worker; its driver, if there is one, tells nothing any more
 */
void _bw_job_worker_drop_driver (BwJobWorker *self);

/**
 * _bw_job_worker_take_left_behind:
 * @self: a worker
 *
 * Only the driver knows what is left on the board, so it has to be asked before it goes. One that
 * changed nothing has nothing to say about what an earlier one left.
 */
void _bw_job_worker_take_left_behind (BwJobWorker *self);

/**
 * _bw_job_worker_open_port:
 * @self: a worker without a port
 * @error: of the port
 *
 * Who holds the port gets a moment to let go of it.
 *
 * Returns: %TRUE when it is open
 */
gboolean _bw_job_worker_open_port (BwJobWorker *self, GError **error);

/**
 * _bw_job_worker_let_go_if_taken:
 * @self: a worker whose conversation failed
 * @reason: why
 * @began_us: monotonic time at which the port was first wanted
 *
 * Whether a port is taken may show only when it is used: nobody has heard anything then, and it is
 * closed.
 *
 * Returns: %TRUE when it is worth trying again
 */
gboolean _bw_job_worker_let_go_if_taken (BwJobWorker *self, const GError *reason, int64_t began_us);

/**
 * _bw_job_worker_await_replug:
 * @self: a worker whose conversation failed
 * @n_replugs: how often it was waited for the board already
 * @reason: (inout): why it failed; another one where the board is back and may not be used
 *
 * Waits for a board that was lost, where that is worth it.
 *
 * Returns: %TRUE when its port is open again
 */
gboolean _bw_job_worker_await_replug (BwJobWorker *self, unsigned n_replugs, GError **reason);

/**
 * _bw_job_worker_take_down_place:
 * @self: a worker
 *
 * Notes what is known of port and power from now on: what happened before a board came back does not
 * explain how it is lost again.
 */
void _bw_job_worker_take_down_place (BwJobWorker *self);

/**
 * _bw_job_worker_begin_record:
 * @self: a worker in state QUEUED
 * @error: cause no-space, store-damaged
 *
 * Returns: %TRUE when the journal knows that the job begins, or needs not know
 */
gboolean _bw_job_worker_begin_record (BwJobWorker *self, GError **error);

/**
 * _bw_job_worker_record_build:
 * @self: a worker whose board is identified
 * @build: what this board gets, or is compared with
 *
 * Journals the digests of that build, and of no other.
 */
void _bw_job_worker_record_build (BwJobWorker *self, const BwFirmwareBuild *build);

/**
 * _bw_job_worker_end_record:
 * @self: a worker whose conversation is over; its port may still be there
 * @is_ok: all was done
 * @error: (nullable) (transfer full): why not
 *
 * Notes and records how it ended. A good end that could not be recorded is none.
 *
 * Returns: (transfer full): the verdict
 */
BwJobVerdict *_bw_job_worker_end_record (BwJobWorker *self, gboolean is_ok, GError *error);

/**
 * _bw_job_worker_flash:
 * @self: an identified board and a connected driver
 * @error: why not
 *
 * Returns: %TRUE when a FLASH or VERIFY plan was carried out up to the reset
 */
gboolean _bw_job_worker_flash (BwJobWorker *self, GError **error);

/**
 * _bw_job_worker_listen:
 * @self: a worker whose board was just started after a FLASH
 * @error: the application does not come up
 *
 * Returns: %TRUE unless the boot log tells of a failure
 */
gboolean _bw_job_worker_listen (BwJobWorker *self, GError **error);

/**
 * _bw_job_worker_read:
 * @self: an identified board and a connected driver
 * @error: why not; no part of a file is left then
 *
 * Returns: %TRUE when a READ plan's file is there
 */
gboolean _bw_job_worker_read (BwJobWorker *self, GError **error);

/**
 * _bw_job_worker_console:
 * @self: a worker with an open port
 * @error: cancelled, or the port is lost
 *
 * Returns: %FALSE: a console only ends with an error
 */
gboolean _bw_job_worker_console (BwJobWorker *self, GError **error);

G_END_DECLS
