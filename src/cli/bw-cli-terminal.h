/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The person's own screen and keyboard. The only file of the command line that talks to the system
 * about them. Threads: main thread. */

/**
 * bw_cli_terminal_hold_streams:
 *
 * To be called first. Standard streams that whoever started the program has closed are taken by
 * something that neither gives nor takes a byte: otherwise the next file or port that is opened
 * would be written to as if it were the screen.
 */
void bw_cli_terminal_hold_streams (void);

/**
 * bw_cli_terminal_is_live:
 *
 * Returns: TRUE when standard output is a terminal on which lines can be drawn again (not "dumb").
 */
gboolean bw_cli_terminal_is_live (void);

/**
 * bw_cli_terminal_has_colour:
 *
 * Returns: TRUE when standard output is such a terminal and NO_COLOR is not set.
 */
gboolean bw_cli_terminal_has_colour (void);

/**
 * bw_cli_terminal_shows_errors:
 *
 * Returns: TRUE when standard error is a terminal.
 */
gboolean bw_cli_terminal_shows_errors (void);

/**
 * bw_cli_terminal_has_person:
 *
 * Returns: TRUE when standard input and error are terminals: somebody is there who can press a
 * button on a board.
 */
gboolean bw_cli_terminal_has_person (void);

/**
 * bw_cli_terminal_has_keyboard:
 *
 * Returns: TRUE when standard input is a terminal.
 */
gboolean bw_cli_terminal_has_keyboard (void);

/**
 * bw_cli_terminal_get_size:
 * @ret_columns: width in characters, 80 where nobody knows
 * @ret_rows: height in lines, 24 where nobody knows
 */
void bw_cli_terminal_get_size (unsigned *ret_columns, unsigned *ret_rows);

/**
 * bw_cli_terminal_write:
 * @bytes: what goes to standard output
 * @len: how many
 *
 * Waits for a reader that is slow, also where whoever started the program has made the stream
 * non-blocking.
 *
 * Returns: 0, or the number of the error; EINTR when a signal came and still nobody read for two
 * seconds, those of earlier calls included
 */
int bw_cli_terminal_write (const void *bytes, size_t len);

/**
 * bw_cli_terminal_set_raw:
 * @is_raw: TRUE: every key goes through as it is, without echo; FALSE: as it was before
 *
 * Does nothing without a keyboard. Whoever ends the process has to set it back.
 */
void bw_cli_terminal_set_raw (gboolean is_raw);

/**
 * bw_cli_terminal_ring:
 *
 * Rings the bell, where there is a terminal that has one.
 */
void bw_cli_terminal_ring (void);

G_END_DECLS
