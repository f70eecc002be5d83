/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-cli-command.h"

G_BEGIN_DECLS

/* Which boards a command is about: -p, --all, or the only one that is there.
 * Threads: main thread. */

/* A station for one run of a command. Members may be read. */
typedef struct {
    BwCli *cli;
    BwStore *store;   /* (nullable): without it nothing is recorded */
    GError *no_store; /* (nullable): why there is none */
    BwStation *station;
    GPtrArray *boards; /* of BwBoard, in the order they were named; empty until chosen */
} BwCliBoards;

/**
 * bw_cli_boards_new:
 * @cli: the run
 * @error: cause store-from-future
 *
 * Opens what the station remembers. A store that cannot be opened is said on standard error, and as
 * a "log" with --json, and done without, for a board can be flashed all the same; one of a newer
 * station is not passed by.
 *
 * Returns: (transfer full) (nullable): a station that does not look yet, no boards chosen
 */
BwCliBoards *bw_cli_boards_new (BwCli *cli, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_cli_boards_free:
 * @self: (nullable) (transfer full): what bw_cli_boards_new() gave; what is posted gets written
 */
void bw_cli_boards_free (BwCliBoards *self);

/**
 * bw_cli_boards_look:
 * @self: a station
 * @cli: the run
 * @flags: what to look for
 *
 * Looks around once, no longer than --timeout says; what takes longer than people wait is said on
 * standard error.
 */
void bw_cli_boards_look (BwCliBoards *self, BwCli *cli, BwStationFlags flags);

/**
 * bw_cli_boards_choose:
 * @self: a station
 * @cli: the run, with its options
 * @plan: what will be done with them
 * @error: cause usage (no such address, named twice; none named and several there, or, where @plan
 *   writes, perhaps others than those found), no-such-port, charge-only-or-unplugged (nothing
 *   there), timeout, cancelled
 *
 * Fills in the boards the options name.
 *
 * Returns: TRUE when there is at least one.
 */
gboolean bw_cli_boards_choose (BwCliBoards *self, BwCli *cli, BwPlan *plan, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwCliBoards, bw_cli_boards_free)

G_END_DECLS
