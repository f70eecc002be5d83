/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <cjson/cJSON.h>
#include <glib.h>
#include <stdint.h>

#include "boardwalk.h"

G_BEGIN_DECLS

/* What goes to standard output and standard error: sentences for people, or with --json one object
 * a line and nothing else. A reader that goes away (a broken pipe) ends the output, not the work.
 * Threads: main thread. */

typedef struct BwCliOutput BwCliOutput;

/* How a piece of text is meant; colours where there are any. */
typedef enum {
    BW_CLI_PLAIN,
    BW_CLI_GOOD,
    BW_CLI_BAD,
    BW_CLI_DIM,
    BW_CLI_BOLD,
} BwCliStyle;

/**
 * bw_cli_output_new:
 * @is_json: objects instead of sentences
 * @has_colour: colours may be used
 * @is_live: lines may be drawn again
 *
 * Returns: (transfer full): an output, freed with bw_cli_output_free()
 */
BwCliOutput *bw_cli_output_new (gboolean is_json, gboolean has_colour, gboolean is_live);

/**
 * bw_cli_output_free:
 * @self: (nullable) (transfer full): an output
 */
void bw_cli_output_free (BwCliOutput *self);

/**
 * BwCliLinesFunc:
 * @are_shown: FALSE: take them away; TRUE: draw them again
 * @data: as given
 *
 * Lines at the bottom of the terminal that are drawn again and again.
 */
typedef void (*BwCliLinesFunc) (gboolean are_shown, gpointer data);

/**
 * bw_cli_output_set_lines:
 * @self: an output
 * @func: (nullable): called around everything that is said on standard error, which is on the same
 *   terminal as a rule: what is drawn makes room for it
 * @data: for @func
 */
void bw_cli_output_set_lines (BwCliOutput *self, BwCliLinesFunc func, gpointer data);

/**
 * bw_cli_output_is_json:
 * @self: an output
 *
 * Returns: TRUE when sentences are not shown
 */
gboolean bw_cli_output_is_json (BwCliOutput *self);

/**
 * bw_cli_output_is_live:
 * @self: an output
 *
 * Returns: TRUE when lines may be drawn again
 */
gboolean bw_cli_output_is_live (BwCliOutput *self);

/**
 * bw_cli_output_is_broken:
 * @self: an output
 *
 * Returns: TRUE when nobody reads standard output any more, or it cannot take more
 */
gboolean bw_cli_output_is_broken (BwCliOutput *self);

/**
 * bw_cli_output_is_utf8:
 * @self: an output
 *
 * Returns: TRUE when the person's character set is UTF-8, so that ticks and bars can be shown
 */
gboolean bw_cli_output_is_utf8 (BwCliOutput *self);

/**
 * bw_cli_output_write:
 * @self: an output
 * @text: UTF-8, written as it is to standard output, also with --json; flushed
 */
void bw_cli_output_write (BwCliOutput *self, const char *text);

/**
 * bw_cli_output_write_bytes:
 * @self: an output
 * @bytes: (transfer none): any bytes, written as they are to standard output; flushed
 */
void bw_cli_output_write_bytes (BwCliOutput *self, GBytes *bytes);

/**
 * bw_cli_output_print:
 * @self: an output
 * @format: printf form of one or more lines for people; a newline is added
 * @...: its arguments
 *
 * To standard output; nothing with --json.
 */
void bw_cli_output_print (BwCliOutput *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

/**
 * bw_cli_output_warn:
 * @self: an output
 * @format: printf form of one line for people; a newline is added
 * @...: its arguments
 *
 * To standard error, also with --json; colours only where that is a terminal as well.
 */
void bw_cli_output_warn (BwCliOutput *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

/**
 * bw_cli_output_event:
 * @self: an output
 * @event: "state", "progress", "log" or "result"
 * @time_us: wall clock, microseconds since 1970; 0 = now
 * @board: (nullable): MAC of the board
 * @port: (nullable): address of the board
 * @fields: (transfer full): an object with further members
 *
 * One line on standard output with --json; only frees @fields without.
 */
void bw_cli_output_event (BwCliOutput *self,
                          const char *event,
                          int64_t time_us,
                          const char *board,
                          const char *port,
                          cJSON *fields);

/**
 * bw_cli_output_dup_styled:
 * @self: an output
 * @style: how it is meant
 * @text: UTF-8
 *
 * Returns: (transfer full): @text, within colour sequences where there are colours
 */
char *bw_cli_output_dup_styled (BwCliOutput *self, BwCliStyle style, const char *text);

/**
 * bw_cli_output_dup_clean:
 * @self: an output
 * @text: what shall be shown; may hold names that came from a file or a board
 *
 * Returns: (transfer full): @text without anything that commands the terminal, but the colours of
 *   bw_cli_output_dup_styled()
 */
char *bw_cli_output_dup_clean (BwCliOutput *self, const char *text);

/**
 * bw_cli_output_finish:
 * @self: an output
 * @status: exit status of the work
 *
 * To be called last. Says on standard error when something could not be written, except to a
 * reader that went away.
 *
 * Returns: @status, or that of a full disk when it is higher
 */
int bw_cli_output_finish (BwCliOutput *self, int status);

G_END_DECLS
