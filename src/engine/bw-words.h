/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-board-info.h"

G_BEGIN_DECLS

/* Facts as people read them in the window and on the command line alike. Threads: any. */

/**
 * bw_words_dup_bytes:
 * @bytes: a count
 *
 * Returns: (transfer full): the exact number: "1048576 bytes", translated
 */
char *bw_words_dup_bytes (uint64_t bytes);

/**
 * bw_words_dup_memory:
 * @bytes: size of a memory, as its makers count it
 *
 * Returns: (transfer full): "4 MB" for 4 MiB, "16 KB" for 16 KiB: the words printed on boards; a kB
 *   has 1000. Exact, or in bytes, translated
 */
char *bw_words_dup_memory (uint64_t bytes);

/**
 * bw_words_dup_mac:
 * @info: a board
 *
 * Returns: (transfer full) (nullable): its address, and that it is doubtful where it is, translated;
 *   %NULL where it has or tells none
 */
char *bw_words_dup_mac (const BwBoardInfo *info);

G_END_DECLS
