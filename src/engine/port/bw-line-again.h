/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/* Writes lines that come again as one: "again DISTANCE COUNT" stands for COUNT lines, each like the
 * one DISTANCE lines before it, where lines that are stood for count as well.
 * Threads: belongs to one thread. Memory: the last lines, and only short ones of them. */

typedef struct BwLineAgain BwLineAgain;

/* How far back a line is looked for. */
#define BW_LINE_AGAIN_DISTANCE_MAX 256u

/**
 * BwLineFunc:
 * @data: as given
 * @line: with its line end
 */
typedef void (*BwLineFunc) (gpointer data, const char *line);

/**
 * bw_line_again_new:
 * @take: gets the lines that are to be kept
 * @data: for @take
 *
 * Returns: (transfer full): what has seen no line yet.
 */
BwLineAgain *bw_line_again_new (BwLineFunc take, gpointer data);

/**
 * bw_line_again_free:
 * @self: (nullable): what has seen lines
 */
void bw_line_again_free (BwLineAgain *self);

/**
 * bw_line_again_add:
 * @self: what has seen lines
 * @line: the next one, with its line end
 *
 * May wait for more lines before it gives this one on.
 */
void bw_line_again_add (BwLineAgain *self, const char *line);

/**
 * bw_line_again_dup_waiting:
 * @self: what has seen lines
 *
 * Returns: (transfer full): the lines that were not given on yet, as they would be.
 */
char *bw_line_again_dup_waiting (const BwLineAgain *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwLineAgain, bw_line_again_free)

G_END_DECLS
