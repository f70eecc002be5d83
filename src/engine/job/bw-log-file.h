/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-log.h"

G_BEGIN_DECLS

/* The log of one board on disk, one JSON object a line, and beside it the conversations of failed
 * jobs. Lies in the XDG state directory under boardwalk/log/BOARD. A disk that is full or read-only
 * costs the file, never the job. Threads: a job's own; blocks on the disk. */

#define BW_LOG_FILE_BYTES_MAX (10u * 1000 * 1000)
#define BW_LOG_FILE_RECORDINGS_MAX 20u

typedef struct _BwLogFile BwLogFile;

/**
 * _bw_log_file_new:
 * @board: MAC, place or address; names the folder
 * @port: address, written on each line
 * @from: number of the first line of the log that is written
 *
 * Returns: (transfer full): a file, opened when there is something to write
 */
BwLogFile *_bw_log_file_new (const char *board, const char *port, uint64_t from);

/**
 * _bw_log_file_free:
 * @self: (nullable) (transfer full): a file
 */
void _bw_log_file_free (BwLogFile *self);

/**
 * _bw_log_file_update:
 * @self: a file
 * @log: its log
 * @state: what the job is at, written on each line
 *
 * Writes the lines finished since the last call.
 */
void _bw_log_file_update (BwLogFile *self, BwLog *log, const char *state);

/**
 * _bw_log_file_save_recording:
 * @self: a file
 * @recording: a conversation
 *
 * Keeps the newest %BW_LOG_FILE_RECORDINGS_MAX of this board.
 *
 * Returns: (transfer full) (nullable): path of the new file; %NULL when it could not be written
 */
char *_bw_log_file_save_recording (BwLogFile *self, GBytes *recording);

G_END_DECLS
