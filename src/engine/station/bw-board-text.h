/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-board.h"

G_BEGIN_DECLS

/* Words and icons of boards. Threads: any. */

/**
 * _bw_board_text_get_icon:
 * @state: a state
 *
 * Returns: (transfer none): symbolic icon name
 */
const char *_bw_board_text_get_icon (BwBoardState state);

/**
 * _bw_board_text_get_word:
 * @state: a state
 *
 * Returns: (transfer none): the word that goes with it when nothing better is known, translated
 */
const char *_bw_board_text_get_word (BwBoardState state);

/**
 * _bw_board_text_get_hand:
 * @cause: what a person has to do something about
 *
 * Returns: (transfer none): what to do, translated: "Hold BOOT, press RESET"
 */
const char *_bw_board_text_get_hand (BwCause cause);

/**
 * _bw_board_text_dup_amount:
 * @progress: how far a job is
 *
 * Returns: (transfer full) (nullable): "1.1 MB of 2.0 MB · 92 kB/s", translated
 */
char *_bw_board_text_dup_amount (const BwJobProgress *progress);

/**
 * _bw_board_text_dup_time_left:
 * @progress: how far a job is
 *
 * Returns: (transfer full) (nullable): "3 s left", translated; %NULL while nobody knows
 */
char *_bw_board_text_dup_time_left (const BwJobProgress *progress);

/**
 * _bw_board_text_dup_interrupted:
 * @fraction: how far it was
 *
 * Returns: (transfer full): "Interrupted at 62 %. Safe to start again", translated
 */
char *_bw_board_text_dup_interrupted (double fraction);

G_END_DECLS
