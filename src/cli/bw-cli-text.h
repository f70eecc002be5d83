/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "boardwalk.h"

G_BEGIN_DECLS

/* What the engine knows, as text for people. Threads: any. */

/**
 * bw_cli_text_dup_cut:
 * @text: UTF-8
 * @columns: room
 * @mark: what stands at the end where it was cut: "…"
 *
 * Returns: (transfer full): @text in at most @columns characters
 */
char *bw_cli_text_dup_cut (const char *text, unsigned columns, const char *mark);

/**
 * bw_cli_text_dup_wrapped:
 * @text: UTF-8, words parted by single blanks
 * @columns: room
 *
 * Returns: (transfer full): @text with line ends for blanks, so that no line is longer than @columns
 * unless a word is; no final newline
 */
char *bw_cli_text_dup_wrapped (const char *text, unsigned columns);

/**
 * bw_cli_text_dup_table:
 * @rows: (element-type GStrv): cells, the same number in every row
 *
 * Returns: (transfer full): one line a row, columns aligned, two blanks between; no final newline
 */
char *bw_cli_text_dup_table (GPtrArray *rows);

/**
 * bw_cli_text_dup_info:
 * @info: a board
 *
 * Returns: (transfer full): everything known of it, a fact a line; no final newline
 */
char *bw_cli_text_dup_info (const BwBoardInfo *info);

/**
 * bw_cli_text_dup_partitions:
 * @partitions: (element-type BwPartition): rows of a table
 * @active: index of the one that boots; -1 unknown
 *
 * Returns: (transfer full): the table with a heading; no final newline
 */
char *bw_cli_text_dup_partitions (GPtrArray *partitions, int active);

/**
 * bw_cli_text_dup_build:
 * @build: what goes onto one kind of chip
 *
 * Returns: (transfer full): what it is for and its parts; no final newline
 */
char *bw_cli_text_dup_build (const BwFirmwareBuild *build);

G_END_DECLS
