/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-port.h"

G_BEGIN_DECLS

/* Resetting Espressif boards by DTR and RTS, as data (shared reference: reset sequences of the
 * serial download protocol). Sequences are text, the same form that users may give:
 * steps joined by "|": "D0" "D1" set DTR alone, "R0" "R1" set RTS alone, "U<dtr>,<rts>" both in one
 * step, "W<seconds>" waits. 1 asserts a line. Threads: the one that owns the port. */

/* A wait in a sequence may last this long, milliseconds. */
#define BW_RESET_MAX_WAIT_MS 10000u

/* A sequence may have this many steps. */
#define BW_RESET_MAX_STEPS 64u

/**
 * BwResetStrategy:
 * @name: stable name, for logs and options: "tight", "classic-slow", "usb-jtag"
 * @steps: the sequence
 *
 * One way to reset. Static data.
 */
struct BwResetStrategy {
    const char *name;
    const char *steps;
};

/**
 * bw_reset_strategies_for_port:
 * @port: an open port
 * @ret_n: set to how many; 0 for a port without lines
 *
 * Returns: (transfer none): ways into download mode that fit the port, best first, to be tried in
 * turn.
 */
const struct BwResetStrategy *bw_reset_strategies_for_port (BwPort *port, size_t *ret_n);

/**
 * bw_reset_to_application_for_port:
 * @port: an open port
 *
 * Returns: (transfer none) (nullable): the way to start the application; NULL for a port without
 * lines.
 */
const struct BwResetStrategy *bw_reset_to_application_for_port (BwPort *port);

/**
 * bw_reset_get_rest_lines:
 * @port: an open port
 *
 * Returns: the lines with which a board runs and is heard: released, but for an adapter with flow
 *   control, which takes a released DTR for "stop"
 */
BwPortLines bw_reset_get_rest_lines (BwPort *port);

/**
 * bw_reset_find:
 * @name: (nullable): name of a strategy
 *
 * Returns: (transfer none) (nullable): the strategy of this name.
 */
const struct BwResetStrategy *bw_reset_find (const char *name);

/**
 * bw_reset_check:
 * @steps: a sequence, from a user
 * @error: where to put the reason: %BW_CAUSE_USAGE
 *
 * Returns: TRUE if it can be run.
 */
gboolean bw_reset_check (const char *steps, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_reset_run:
 * @port: an open port with lines
 * @steps: a sequence
 * @cancellable: (nullable): ends a wait; the lines are those at rest then
 * @error: where to put the reason; of the sequence, the port or the cancel
 *
 * Nothing is done if @steps as a whole is wrong.
 *
 * Returns: TRUE when all steps were done.
 */
gboolean bw_reset_run (BwPort *port, const char *steps, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
