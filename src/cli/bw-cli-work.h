/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "bw-cli-command.h"

G_BEGIN_DECLS

/* Waiting, with the main loop running: Ctrl-C always gets through. Threads: main thread. */

/* Whether the wait is over; called on the main thread whenever something happened. */
typedef gboolean (*BwCliPredicate) (gpointer data);

/* Work that blocks, on a thread of its own; returns NULL with @error set, or anything else. */
typedef gpointer (*BwCliWorkFunc) (gpointer data, GCancellable *cancellable, GError **error);

/**
 * bw_cli_stop_install:
 * @cli: the run
 *
 * From now on SIGINT, SIGTERM and SIGHUP cancel it, those that are not ignored already; the second
 * of them ends the process at once.
 */
void bw_cli_stop_install (BwCli *cli);

/**
 * bw_cli_seconds_from_now:
 * @seconds: how long
 *
 * Returns: that time on the monotonic clock, microseconds
 */
int64_t bw_cli_seconds_from_now (unsigned seconds);

/**
 * bw_cli_is_late:
 * @cli: the run
 * @error: set when it is: cause timeout
 *
 * Returns: TRUE when --timeout has passed.
 */
gboolean bw_cli_is_late (BwCli *cli, GError **error);

/**
 * bw_cli_wait:
 * @cancellable: (nullable): ends the wait
 * @is_over: what to wait for
 * @data: for @is_over
 * @deadline_us: on the monotonic clock; 0 = for ever
 *
 * Returns: TRUE when @is_over said so; FALSE when time ran out or @cancellable was cancelled.
 */
gboolean
bw_cli_wait (GCancellable *cancellable, BwCliPredicate is_over, gpointer data, int64_t deadline_us);

/**
 * bw_cli_work:
 * @cli: the run
 * @func: what to do; it has to end soon after a cancel
 * @data: for @func; not touched by others meanwhile
 * @error: as @func sets it, or cause cancelled
 *
 * Returns: (nullable): what @func returned; NULL with @error set.
 */
gpointer bw_cli_work (BwCli *cli, BwCliWorkFunc func, gpointer data, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_cli_load_firmware:
 * @cli: the run
 * @specs: (array zero-terminated=1): FIRMWARE arguments
 * @error: as bw_firmware_load_sync()
 *
 * Returns: (transfer full) (nullable): the firmware.
 */
BwFirmware *bw_cli_load_firmware (BwCli *cli,
                                  const char *const *specs,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
