/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/* Keeps the last lines of a text, packed: lines that resemble each other cost next to nothing. What
 * is full is packed a block at a time, and the oldest blocks go when there is too much.
 * Threads: belongs to one thread. Memory: the limit for packed bytes, and one block. */

typedef struct BwLinePack BwLinePack;

/* A block is packed when it has so many bytes. */
#define BW_LINE_PACK_BLOCK_BYTES ((size_t) 32 * 1024)

/**
 * bw_line_pack_new:
 * @packed_max: most bytes of what bw_line_pack_dup() gives; at least two blocks
 * @text_max: most bytes that unpacks to; at least two blocks
 *
 * Returns: (transfer full): an empty text.
 */
BwLinePack *bw_line_pack_new (size_t packed_max, size_t text_max);

/**
 * bw_line_pack_free:
 * @self: (nullable): a text
 */
void bw_line_pack_free (BwLinePack *self);

/**
 * bw_line_pack_add:
 * @self: a text
 * @line: with its line end; less than half a block
 */
void bw_line_pack_add (BwLinePack *self, const char *line);

/**
 * bw_line_pack_dup:
 * @self: a text
 * @head: lines in front of all others
 * @cut: a line behind @head, only if some that were added are missing
 * @tail: lines behind all others; together with @head less than half a block
 *
 * Returns: (transfer full): gzip data.
 */
GBytes *
bw_line_pack_dup (const BwLinePack *self, const char *head, const char *cut, const char *tail);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwLinePack, bw_line_pack_free)

G_END_DECLS
