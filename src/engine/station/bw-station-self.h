/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-station-private.h"

G_BEGIN_DECLS

/* The inside of a station, for bw-station*.c only. */

struct _BwStation {
    GObject parent_instance;
    BwStore *store;
    GError *no_store; /* (nullable): why there is none */
    BwStationFlags flags;
    GPtrArray *boards;
    GPtrArray *finders;
    GHashTable *names;      /* MAC → given name */
    GPtrArray *interrupted; /* of BwStoredJob */
    GHashTable *applied; /* those of them that a card shows or has shown → that card, not owned */
    gboolean is_started;
    gboolean is_settled;
    unsigned n_running;
    unsigned n_batch;
    unsigned n_good; /* proved */
    unsigned n_done; /* ended well, and there was nothing to prove or it was left out */
    unsigned n_failed;
};

/**
 * _bw_station_find_by_address:
 * @self: a station
 * @address: address of an endpoint
 *
 * Returns: (transfer none) (nullable): the board that is reached there
 */
BwBoard *_bw_station_find_by_address (BwStation *self, const char *address);

/**
 * _bw_station_append_board:
 * @self: a station
 * @group: where it belongs
 * @endpoint: (transfer none): the way to it
 *
 * Returns: (transfer none): a new board at the end of the list
 */
BwBoard *_bw_station_append_board (BwStation *self, BwBoardGroup group, const BwEndpoint *endpoint);

/**
 * _bw_station_start_finders:
 * @self: a station; boards appear from now on
 */
void _bw_station_start_finders (BwStation *self);

/**
 * _bw_station_recall:
 * @self: a station with a store
 *
 * Reads what the store remembers in a thread, and starts the finders behind it: no card changes its
 * name under the eye.
 */
void _bw_station_recall (BwStation *self);

/**
 * _bw_station_apply_memory:
 * @self: a station
 * @board: a board that may just have said who it is; gets its name, and the job that was torn off
 */
void _bw_station_apply_memory (BwStation *self, BwBoard *board);

/**
 * _bw_station_take_name:
 * @self: a station
 * @board: a board that was just given a name, or lost it
 *
 * The name is kept by MAC: whichever card of several it was given on, the next start would show it on
 * all, and so they get it now.
 */
void _bw_station_take_name (BwStation *self, BwBoard *board);

G_END_DECLS
