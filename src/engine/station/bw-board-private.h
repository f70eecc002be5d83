/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-board.h"
#include "bw-finder.h"
#include "bw-store.h"

G_BEGIN_DECLS

/* For the station. Private signals of a board: "job-started" (BwJob) and "job-finished" (BwJob), of
 * every job but consoles and first looks. */

/**
 * _bw_board_new:
 * @group: how it is reached
 * @store: (nullable): journal of its jobs
 * @no_store: (nullable) (transfer none): why there is none
 *
 * Returns: (transfer full): a board without an endpoint
 */
BwBoard *_bw_board_new (BwBoardGroup group, BwStore *store, const GError *no_store);

/**
 * _bw_board_add_endpoint:
 * @self: a board
 * @endpoint: where it can be reached now; replaces one at the same place
 */
void _bw_board_add_endpoint (BwBoard *self, const BwEndpoint *endpoint);

/**
 * _bw_board_remove_endpoint:
 * @self: a board
 * @address: which endpoint went
 */
void _bw_board_remove_endpoint (BwBoard *self, const char *address);

/**
 * _bw_board_move_endpoints:
 * @self: a board
 * @from: another card of the same board; it is left without endpoints
 */
void _bw_board_move_endpoints (BwBoard *self, BwBoard *from);

/**
 * _bw_board_take_interrupted:
 * @self: the card that stays
 * @from: a card of the same board that goes
 *
 * What was torn off on @from was torn off on @self, wherever the board is plugged in now.
 */
void _bw_board_take_interrupted (BwBoard *self, BwBoard *from);

/**
 * _bw_board_keep_interrupted:
 * @self: a board whose last job may go
 *
 * What that job left on the board in part stays known: it is interrupted until it is made good or a
 * person says that it is dealt with.
 */
void _bw_board_keep_interrupted (BwBoard *self);

/**
 * _bw_board_take_verdict:
 * @self: the card that stays
 * @from: a card of the same board that goes
 *
 * What the last job on @from found out holds for @self; a first look is no job.
 */
void _bw_board_take_verdict (BwBoard *self, BwBoard *from);

/**
 * _bw_board_insist:
 * @self: a board that was named by its address; jobs from now on refuse any other at its port
 */
void _bw_board_insist (BwBoard *self);

/**
 * _bw_board_has_mac:
 * @self: a board
 * @mac: (nullable): a MAC address
 *
 * Returns: %TRUE if it is known to be that of the board
 */
gboolean _bw_board_has_mac (BwBoard *self, const char *mac);

/**
 * _bw_board_has_place:
 * @self: a board
 * @place: place of an endpoint
 *
 * Returns: %TRUE if it is, or was last, attached there
 */
gboolean _bw_board_has_place (BwBoard *self, const char *place);

/**
 * _bw_board_has_address:
 * @self: a board
 * @address: of an endpoint
 *
 * Returns: %TRUE if it can be reached there now
 */
gboolean _bw_board_has_address (BwBoard *self, const char *address);

/**
 * _bw_board_may_be_reached_by:
 * @self: a board
 * @endpoint: one that leads to a board with its MAC
 *
 * Returns: %TRUE if that may be one more way to @self, %FALSE if it is another board
 */
gboolean _bw_board_may_be_reached_by (BwBoard *self, const BwEndpoint *endpoint);

/**
 * _bw_board_may_be:
 * @self: a board
 * @other: another card with its MAC
 *
 * Returns: %TRUE if both may be one board that is reached in two ways
 */
gboolean _bw_board_may_be (BwBoard *self, BwBoard *other);

/**
 * _bw_board_set_shares_mac:
 * @self: a board
 * @shares: another board with its MAC is present
 */
void _bw_board_set_shares_mac (BwBoard *self, gboolean shares);

/**
 * _bw_board_is_told_by_place:
 * @self: a board
 *
 * Returns: %TRUE if its MAC does not tell which board it is: it has been present beside another one
 *   with the same, and is the one at its place from then on
 */
gboolean _bw_board_is_told_by_place (BwBoard *self);

/**
 * _bw_board_wind_up:
 * @self: a board
 * @running: (element-type BwJob): takes the jobs that still run: of a person, a first look, the console
 *
 * No console comes back by itself any more. To be called before the jobs are cancelled.
 */
void _bw_board_wind_up (BwBoard *self, GPtrArray *running);

/**
 * _bw_board_has_just_restarted:
 * @self: a board whose endpoint has just been added
 *
 * Returns: %TRUE if it is on its chip's own USB and had left the bus because of a job: to look at it
 *   would restart it again, without end
 */
gboolean _bw_board_has_just_restarted (BwBoard *self);

/**
 * _bw_board_look:
 * @self: a board; it is asked what it is, unless a job runs
 */
void _bw_board_look (BwBoard *self);

/**
 * _bw_board_set_known_name:
 * @self: a board
 * @name: (nullable): as the store knows it
 */
void _bw_board_set_known_name (BwBoard *self, const char *name);

/**
 * _bw_board_get_known_name:
 * @self: a board
 *
 * Returns: (transfer none) (nullable): the name a person gave
 */
const char *_bw_board_get_known_name (BwBoard *self);

/**
 * _bw_board_set_unproved:
 * @self: a board that an earlier run of the station has written whole without a proof
 */
void _bw_board_set_unproved (BwBoard *self);

/**
 * _bw_board_set_interrupted:
 * @self: a board
 * @job: what the last run of the station did not live to finish
 */
void _bw_board_set_interrupted (BwBoard *self, const BwStoredJob *job);

G_END_DECLS
