/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "bw-board.h"
#include "bw-store.h"

G_BEGIN_DECLS

/* All boards in front of this machine: a #GListModel of #BwBoard that lives. Cards keep their place:
 * a new board is appended, one that went stays (state GONE) until it is dismissed or its place is
 * taken again. Threads: main thread only. */

/**
 * BwStationFlags:
 * @BW_STATION_USB: find boards on USB
 * @BW_STATION_VIRTUAL: find virtual boards of this machine
 * @BW_STATION_IDENTIFY: look at every board once when it appears
 * @BW_STATION_LISTEN: open the console of a board that was flashed and is good
 */
typedef enum {
    BW_STATION_USB = 1 << 0,
    BW_STATION_VIRTUAL = 1 << 1,
    BW_STATION_IDENTIFY = 1 << 2,
    BW_STATION_LISTEN = 1 << 3,
} BwStationFlags;

#define BW_TYPE_STATION (bw_station_get_type ())
/* Signals: "settled" (no argument): the first look around is over. "batch-finished" (guint good,
 * guint done, guint failed, guint open): the last running job of two or more ended; good are those
 * that ended well and whose firmware was proved, done those that ended well without such a proof,
 * open those that were stopped. */
G_DECLARE_FINAL_TYPE (BwStation, bw_station, BW, STATION, GObject)

/**
 * bw_station_new:
 * @store: (nullable) (transfer none): where boards and jobs are kept; %NULL keeps nothing
 * @flags: what to look for
 *
 * Returns: (transfer full): a station that does not look yet
 */
BwStation *bw_station_new (BwStore *store, BwStationFlags flags);

/**
 * bw_station_explain_no_store:
 * @self: a station without a store that was not started
 * @why: (nullable) (transfer none): why there is none, as bw_store_open_sync() said
 *
 * What jobs then say of themselves: why they are not recorded.
 */
void bw_station_explain_no_store (BwStation *self, const GError *why);

/**
 * bw_station_set_habits:
 * @self: a station
 * @habits: %BW_STATION_IDENTIFY and %BW_STATION_LISTEN, or neither; other bits are ignored
 *
 * Changes what it does by itself from now on.
 */
void bw_station_set_habits (BwStation *self, BwStationFlags habits);

/**
 * bw_station_start:
 * @self: a station; begins to look; "settled" follows
 */
void bw_station_start (BwStation *self);

/**
 * bw_station_is_settled:
 * @self: a station
 *
 * Returns: %TRUE after the first look around
 */
gboolean bw_station_is_settled (BwStation *self);

/**
 * bw_station_get_store:
 * @self: a station
 *
 * Returns: (transfer none) (nullable): its store
 */
BwStore *bw_station_get_store (BwStation *self);

/**
 * bw_station_add_address:
 * @self: a station
 * @typed: endpoint address of DESIGN.md, or "board:MAC" for a board that is present
 * @error: cause usage (no such form; no MAC address; board:MAC is here more than once), no-such-port
 *   (board:MAC is not here)
 *
 * Returns: (transfer none) (nullable): the board with that address; added when it is new
 */
BwBoard *bw_station_add_address (BwStation *self,
                                 const char *typed,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_station_dismiss:
 * @self: a station
 * @board: a board that is gone or was added by address and is not busy; leaves the list
 */
void bw_station_dismiss (BwStation *self, BwBoard *board);

/**
 * bw_station_count_busy:
 * @self: a station
 *
 * Returns: how many boards have a job running or waiting
 */
unsigned bw_station_count_busy (BwStation *self);

/**
 * bw_station_stop_async:
 * @self: a station that is left for good
 * @limit_ms: milliseconds after which nothing is waited for any more, 1 to %G_MAXINT
 * @callback: called once no job runs any more, or the time is up
 * @user_data: for it
 *
 * Finds no more boards and cancels every job, first looks and consoles included: they let go of their
 * boards' lines and close their ports.
 */
void bw_station_stop_async (BwStation *self,
                            unsigned limit_ms,
                            GAsyncReadyCallback callback,
                            gpointer user_data);

/**
 * bw_station_stop_finish:
 * @self: a station
 * @result: what the callback was given
 *
 * Returns: %FALSE when the time was up
 */
gboolean bw_station_stop_finish (BwStation *self, GAsyncResult *result);

/**
 * bw_station_cancel_all:
 * @self: a station; every job is asked to stop
 */
void bw_station_cancel_all (BwStation *self);

/**
 * bw_station_dup_interrupted:
 * @self: a station
 *
 * Returns: (transfer full) (element-type BwStoredJob): jobs the last run of the station did not
 *   live to finish, newest first; empty mostly
 */
GPtrArray *bw_station_dup_interrupted (BwStation *self);

G_END_DECLS
