/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "bw-cli-output.h"

G_BEGIN_DECLS

/* What the engine logs, for people: on standard error, as standard output belongs to the results.
 * Threads: the engine may log from any; the functions here belong to the main thread, which does
 * the writing. */

/**
 * bw_cli_log_install:
 *
 * To be called once, before anything else of GLib.
 */
void bw_cli_log_install (void);

/**
 * bw_cli_log_set_output:
 * @output: (nullable) (transfer none): what makes room for it; NULL: it goes away
 *
 * Whatever is left is written before the output changes.
 */
void bw_cli_log_set_output (BwCliOutput *output);

/**
 * bw_cli_log_flush:
 *
 * Writes what was logged by other threads. It is done by the main loop as well, as long as that runs.
 */
void bw_cli_log_flush (void);

G_END_DECLS
