/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <stdint.h>

G_BEGIN_DECLS

/* The log of one board: what it printed and what the station did with it, newest last, at most
 * %BW_LOG_LINES_MAX lines (the oldest go). A #GListModel of #BwLogItem made on demand.
 * Threads: bw_log_append*() from any thread; everything else on the main thread, where
 * items-changed is emitted in batches at most ten times a second. */

#define BW_LOG_LINES_MAX 100000u
/* A device that never sends a newline must not grow a line for ever. */
#define BW_LOG_LINE_BYTES_MAX 4096u

/**
 * BwLogLevel:
 * @BW_LOG_STATION: the station's own note
 * @BW_LOG_PLAIN: a line of the board without a known level
 * @BW_LOG_DEBUG: the board's debug or verbose line
 * @BW_LOG_INFO: the board's information
 * @BW_LOG_WARNING: the board's warning
 * @BW_LOG_ERROR: the board's error or panic
 *
 * Levels of ESP-IDF ("E (123) tag:"), Arduino ("[E][file:1]"), Mongoose OS and MicroPython lines.
 */
typedef enum {
    BW_LOG_STATION,
    BW_LOG_PLAIN,
    BW_LOG_DEBUG,
    BW_LOG_INFO,
    BW_LOG_WARNING,
    BW_LOG_ERROR,
} BwLogLevel;

/**
 * BwLogLine:
 * @number: counts from 1, never reused
 * @time_us: wall clock at its first byte, microseconds since 1970
 * @level: see #BwLogLevel
 * @text: valid UTF-8 without control characters or colour sequences
 */
typedef struct {
    uint64_t number;
    int64_t time_us;
    BwLogLevel level;
    const char *text;
} BwLogLine;

#define BW_TYPE_LOG_ITEM (bw_log_item_get_type ())
G_DECLARE_FINAL_TYPE (BwLogItem, bw_log_item, BW, LOG_ITEM, GObject)

/**
 * bw_log_item_get_line:
 * @self: an item
 *
 * Returns: (transfer none): its line, valid as long as the item
 */
const BwLogLine *bw_log_item_get_line (BwLogItem *self);

#define BW_TYPE_LOG (bw_log_get_type ())
/* Signal "lines" (guint first, guint n): positions of lines that are finished, each told of once; a
 * line still being written is in the model only (it changes there until it is finished).
 * Signal "open-line" (guint position): the last line is unfinished, such as a prompt, and nothing
 * followed for a moment; told again when more of it came and it rests again. */
G_DECLARE_FINAL_TYPE (BwLog, bw_log, BW, LOG, GObject)

/**
 * bw_log_level_get_id:
 * @level: a level
 *
 * Returns: (transfer none): fixed English id for log files and JSON: "warning". Any thread
 */
const char *bw_log_level_get_id (BwLogLevel level);

/**
 * bw_log_new:
 *
 * Returns: (transfer full): an empty log
 */
BwLog *bw_log_new (void);

/**
 * bw_log_append_note:
 * @self: a log
 * @text: one line of the station, UTF-8
 *
 * Any thread.
 */
void bw_log_append_note (BwLog *self, const char *text);

/**
 * bw_log_append_bytes:
 * @self: a log
 * @bytes: what the board sent, cut anywhere, any values
 * @len: how many
 *
 * Splits into lines, drops colour sequences and control characters, replaces what is no UTF-8,
 * breaks lines over %BW_LOG_LINE_BYTES_MAX, finds the level. An unfinished line is shown when
 * nothing follows for a moment. Any thread.
 */
void bw_log_append_bytes (BwLog *self, const uint8_t *bytes, size_t len);

/**
 * bw_log_clear:
 * @self: a log; line numbers go on counting. Main thread.
 */
void bw_log_clear (BwLog *self);

/**
 * bw_log_save_async:
 * @self: a log
 * @file: replaced in one step
 * @with_times: each line begins with its time
 * @cancellable: (nullable): stops it
 * @callback: called on the main context
 * @user_data: for @callback
 */
void bw_log_save_async (BwLog *self,
                        GFile *file,
                        gboolean with_times,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data);

/**
 * bw_log_save_finish:
 * @self: a log
 * @result: what the callback was given
 * @error: cause no-space or unwritable-file
 *
 * Returns: %TRUE when the file holds the log
 */
gboolean
bw_log_save_finish (BwLog *self, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
