/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-cli-command.h"

G_BEGIN_DECLS

/* What a board prints, with the functions behind the addresses of a crash below their line.
 * Threads: main thread. */

typedef struct BwCliSymbols BwCliSymbols;

/**
 * bw_cli_symbols_load:
 * @cli: the run
 * @path: an ELF file
 * @error: as bw_symbols_load_sync(), or cause cancelled
 *
 * Returns: (transfer full) (nullable): freed with bw_cli_symbols_free()
 */
BwCliSymbols *
bw_cli_symbols_load (BwCli *cli, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_cli_symbols_free:
 * @self: (nullable) (transfer full): what a file says
 */
void bw_cli_symbols_free (BwCliSymbols *self);

/**
 * bw_cli_symbols_write:
 * @self: what a file says
 * @output: where to
 * @bytes: (transfer none): what a board sent, cut anywhere; written as it is
 *
 * Behind each line that is complete come lines of our own, where there is something to say.
 */
void bw_cli_symbols_write (BwCliSymbols *self, BwCliOutput *output, GBytes *bytes);

/**
 * bw_cli_symbols_explain:
 * @self: what a file says
 * @output: where to
 * @port: address of the board
 * @line: a line of the board that has been shown, complete
 *
 * Writes lines of our own, with --json as events, where there is something to say.
 */
void bw_cli_symbols_explain (BwCliSymbols *self,
                             BwCliOutput *output,
                             const char *port,
                             const BwLogLine *line);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwCliSymbols, bw_cli_symbols_free)

G_END_DECLS
