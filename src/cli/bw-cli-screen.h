/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "bw-cli-output.h"

G_BEGIN_DECLS

/* Lines at the bottom of a terminal that are drawn again as work goes on, one for each board.
 * Lasting lines appear above them, those on standard error too. Without a live terminal there are
 * only the lasting lines. Threads: main thread. */

typedef struct BwCliScreen BwCliScreen;

/**
 * bw_cli_screen_new:
 * @output: (transfer none): where to draw; has to live longer, and has one screen at a time
 * @n_lines: how many lines there may be
 *
 * Returns: (transfer full): a screen without lines, freed with bw_cli_screen_free()
 */
BwCliScreen *bw_cli_screen_new (BwCliOutput *output, unsigned n_lines);

/**
 * bw_cli_screen_free:
 * @self: (nullable) (transfer full): a screen; its lines vanish
 */
void bw_cli_screen_free (BwCliScreen *self);

/**
 * bw_cli_screen_take_line:
 * @self: a screen
 * @index: which line
 * @text: (transfer full) (nullable): what it says from the next drawing on; NULL: it is gone
 */
void bw_cli_screen_take_line (BwCliScreen *self, unsigned index, char *text);

/**
 * bw_cli_screen_print:
 * @self: a screen
 * @text: one or more lines that stay, without the final newline
 */
void bw_cli_screen_print (BwCliScreen *self, const char *text);

/**
 * bw_cli_screen_draw:
 * @self: a screen; its lines are drawn as they are now
 */
void bw_cli_screen_draw (BwCliScreen *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwCliScreen, bw_cli_screen_free)

G_END_DECLS
