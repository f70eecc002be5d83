/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-driver.h"
#include "bw-job.h"
#include "bw-port.h"

G_BEGIN_DECLS

/* For the station and for tests. */

/**
 * BwJobFactory:
 * @open_port: as bw_port_open(); may give %NULL without an error where no port is needed
 * @reopen_port: as bw_port_reopen()
 * @make_driver: as bw_esp_driver_new()
 * @data: last argument of each
 *
 * Where ports and drivers come from. Called in the job's thread.
 */
typedef struct {
    BwPort *(*open_port) (const char *address,
                          GCancellable *cancellable,
                          GError **error,
                          gpointer data);
    gboolean (*reopen_port) (BwPort *port,
                             int64_t deadline_us,
                             GCancellable *cancellable,
                             GError **error,
                             gpointer data);
    BwDriver *(*make_driver) (BwPort *port, const BwDriverOptions *options, gpointer data);
    gpointer data;
} BwJobFactory;

/**
 * _bw_job_set_driver_factory:
 * @factory: (nullable): used by all jobs made from now on; %NULL = the real ones. Borrowed
 */
void _bw_job_set_driver_factory (const BwJobFactory *factory);

/**
 * _bw_job_set_board:
 * @self: a job in state QUEUED
 * @place: (nullable): where the board is attached, for the journal
 * @mac: (nullable): the board, as far as it is known
 */
void _bw_job_set_board (BwJob *self, const char *place, const char *mac);

/**
 * _bw_job_explain_no_store:
 * @self: a job in state QUEUED
 * @why: (nullable) (transfer none): why it has no store, where it has none
 */
void _bw_job_explain_no_store (BwJob *self, const GError *why);

/**
 * _bw_job_agree:
 * @self: a job in state QUEUED
 * @info: (nullable) (transfer none): what is known of the board as a person agrees to the plan
 *
 * Keeps the plan's lines as they read now: what the job learns or changes does not change them.
 */
void _bw_job_agree (BwJob *self, const BwBoardInfo *info);

/**
 * _bw_job_set_only_mac:
 * @self: a job in state QUEUED
 * @mac: (nullable): the only board it may touch; another one that answers is refused
 */
void _bw_job_set_only_mac (BwJob *self, const char *mac);

/**
 * _bw_job_set_new_address:
 * @self: a running job
 * @address: where its board is reached now; used when the job waits for it to come back
 */
void _bw_job_set_new_address (BwJob *self, const char *address);

/**
 * _bw_job_set_replug_time:
 * @self: a job that does not wait for its port yet
 * @replug_ms: how long it waits for a lost port to return
 */
void _bw_job_set_replug_time (BwJob *self, unsigned replug_ms);

/**
 * _bw_job_was_changed:
 * @self: a finished job
 *
 * Returns: %TRUE when it may have changed what is on the board
 */
gboolean _bw_job_was_changed (BwJob *self);

/**
 * _bw_job_has_lost_port:
 * @self: a finished job
 *
 * Returns: %TRUE when its port had gone and did not come back: an adapter or a server in the network
 */
gboolean _bw_job_has_lost_port (BwJob *self);

/**
 * _bw_plan_fill_stored:
 * @self: a plan
 * @job: gets what of it is kept in the store: its @files are (transfer full), the rest is borrowed
 *   from @self
 */
void _bw_plan_fill_stored (BwPlan *self, BwStoredJob *job);

/**
 * _bw_job_dup_stored:
 * @self: a finished job
 *
 * Returns: (transfer full): what a later station would read of it in the store; times are left out
 */
BwStoredJob *_bw_job_dup_stored (BwJob *self);

G_END_DECLS
