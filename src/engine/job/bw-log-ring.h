/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-log.h"

G_BEGIN_DECLS

/* Lines of text in chunks of memory: cheap to append, cheap to drop from the front, found by number.
 * Threads: none of its own; the owner locks. Memory: some 16 bytes a line besides the text. */

/* More text than this is not kept, however few lines it is. */
#define BW_LOG_RING_BYTES_MAX (16u * 1024 * 1024)

typedef struct _BwLogRing BwLogRing;

/**
 * _bw_log_ring_new:
 *
 * Returns: (transfer full): an empty ring; its first line gets number 1
 */
BwLogRing *_bw_log_ring_new (void);

/**
 * _bw_log_ring_free:
 * @self: (nullable) (transfer full): a ring
 */
void _bw_log_ring_free (BwLogRing *self);

/**
 * _bw_log_ring_push:
 * @self: a ring
 * @time_us: wall clock
 * @level: level
 * @text: valid UTF-8 without a NUL; copied
 * @len: its bytes, at most %BW_LOG_LINE_BYTES_MAX
 *
 * Returns: the number of the new line
 */
uint64_t _bw_log_ring_push (BwLogRing *self,
                            int64_t time_us,
                            BwLogLevel level,
                            const char *text,
                            size_t len);

/**
 * _bw_log_ring_pop:
 * @self: a ring with at least one line
 *
 * Takes the newest line away; its number is given again to the next one.
 */
void _bw_log_ring_pop (BwLogRing *self);

/**
 * _bw_log_ring_trim:
 * @self: a ring
 * @lines_max: lines to keep
 * @bytes_max: bytes of text to keep
 *
 * Drops the oldest lines until both limits hold.
 */
void _bw_log_ring_trim (BwLogRing *self, uint64_t lines_max, size_t bytes_max);

/**
 * _bw_log_ring_clear:
 * @self: a ring; numbers go on counting
 */
void _bw_log_ring_clear (BwLogRing *self);

/**
 * _bw_log_ring_get:
 * @self: a ring
 * @number: a line
 * @ret_line: set when the line is there; its text is valid until the ring changes
 *
 * Returns: %FALSE when the line is not there
 */
gboolean _bw_log_ring_get (BwLogRing *self, uint64_t number, BwLogLine *ret_line);

/**
 * _bw_log_ring_get_first:
 * @self: a ring
 *
 * Returns: number of the oldest line; of the next one when there is none
 */
uint64_t _bw_log_ring_get_first (BwLogRing *self);

/**
 * _bw_log_ring_get_end:
 * @self: a ring
 *
 * Returns: number that the next line will get
 */
uint64_t _bw_log_ring_get_end (BwLogRing *self);

G_END_DECLS
