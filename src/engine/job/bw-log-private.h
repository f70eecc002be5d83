/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-log.h"

G_BEGIN_DECLS

/* For jobs: the log from the writing side. */

/**
 * BwLogVisit:
 * @line: one finished line; valid during the call, in which the log must not be called
 * @user_data: as given
 */
typedef void (*BwLogVisit) (const BwLogLine *line, gpointer user_data);

/**
 * _bw_log_finish_line:
 * @self: a log
 *
 * Ends an unfinished line. Any thread.
 */
void _bw_log_finish_line (BwLog *self);

/**
 * _bw_log_flush:
 * @self: a log
 *
 * Tells the model's listeners now what was appended so far. Main thread.
 */
void _bw_log_flush (BwLog *self);

/**
 * _bw_log_get_end:
 * @self: a log
 *
 * Returns: number of the next line to be finished. Any thread.
 */
uint64_t _bw_log_get_end (BwLog *self);

/**
 * _bw_log_visit:
 * @self: a log
 * @from: first number wanted
 * @end: number behind the last one wanted, which may be a line that is not finished; %UINT64_MAX =
 *   all that are finished
 * @visit: called for each line that is still there
 * @user_data: for @visit
 *
 * Returns: number behind the last line visited. Any thread.
 */
uint64_t
_bw_log_visit (BwLog *self, uint64_t from, uint64_t end, BwLogVisit visit, gpointer user_data);

G_END_DECLS
