/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/* Bytes of a board, cut anywhere, into clean lines of text. Threads: none of its own. */

/**
 * BwLogLineFunc:
 * @text: one line, valid UTF-8, no control characters; valid during the call
 * @len: its bytes, at most %BW_LOG_LINE_BYTES_MAX
 * @user_data: as given
 */
typedef void (*BwLogLineFunc) (const char *text, size_t len, gpointer user_data);

typedef struct _BwLogClean BwLogClean;

/**
 * _bw_log_clean_new:
 *
 * Returns: (transfer full): a cleaner at the beginning of a line
 */
BwLogClean *_bw_log_clean_new (void);

/**
 * _bw_log_clean_free:
 * @self: (nullable) (transfer full): a cleaner
 */
void _bw_log_clean_free (BwLogClean *self);

/**
 * _bw_log_clean_push:
 * @self: a cleaner
 * @bytes: what was received
 * @len: how many
 * @func: called for every line that is complete now
 * @user_data: for @func
 */
void _bw_log_clean_push (BwLogClean *self,
                         const uint8_t *bytes,
                         size_t len,
                         BwLogLineFunc func,
                         gpointer user_data);

/**
 * _bw_log_clean_dup_open:
 * @self: a cleaner
 *
 * Returns: (transfer full) (nullable): the unfinished line, cleaned; %NULL when there is none
 */
char *_bw_log_clean_dup_open (BwLogClean *self);

/**
 * _bw_log_clean_finish:
 * @self: a cleaner
 * @func: called with the unfinished line when there is one
 * @user_data: for @func
 *
 * Ends the unfinished line as if a newline had come; forgets a half colour sequence.
 */
void _bw_log_clean_finish (BwLogClean *self, BwLogLineFunc func, gpointer user_data);

/**
 * _bw_log_clean_text:
 * @raw: any bytes without a NUL
 * @len: how many
 *
 * Returns: (transfer full): valid UTF-8 in which nothing can move the cursor or turn the direction
 *   of writing: bad bytes and such characters have become U+FFFD
 */
char *_bw_log_clean_text (const char *raw, size_t len);

G_END_DECLS
