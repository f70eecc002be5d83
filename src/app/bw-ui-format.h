/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "boardwalk.h"

G_BEGIN_DECLS

/* How numbers and times are written in the window. Threads: main thread. */

/**
 * bw_ui_format_clock:
 * @time_us: wall clock, microseconds since 1970
 *
 * Returns: (transfer full): local time of day with milliseconds: "14:03:07.250"
 */
char *bw_ui_format_clock (int64_t time_us);

/**
 * bw_ui_format_date:
 * @time_us: wall clock, microseconds since 1970
 *
 * Returns: (transfer full): local date and time in the user's way
 */
char *bw_ui_format_date (int64_t time_us);

/**
 * bw_ui_format_digest:
 * @sha256: digest in hex
 *
 * Returns: (transfer full): its first eight digits, for a list
 */
char *bw_ui_format_digest (const char *sha256);

/**
 * bw_ui_format_sentence:
 * @text: (nullable): what was seen, as it stands behind a colon in a log: "it answers with noise"
 *
 * Returns: (transfer full) (nullable): the same as a sentence of its own: "It answers with noise."
 *   Paths, names and numbers stay as they are written
 */
char *bw_ui_format_sentence (const char *text);

/**
 * bw_ui_join_facts:
 * @first: (nullable): a short text
 * @...: more of them, ended by %BW_UI_END
 *
 * Returns: (transfer full): those that are neither %NULL nor empty, with middle dots between them
 */
char *bw_ui_join_facts (const char *first, ...);

/* Ends the list of bw_ui_join_facts(), where NULL means "not known": this very pointer, an empty text
 * is only left out. */
#define BW_UI_END (bw_ui_end_of_facts)
extern const char bw_ui_end_of_facts[];

/**
 * bw_ui_format_boards:
 * @boards: (element-type BwBoard): some boards
 * @members: (element-type guint): which of them are meant, as indices
 * @max: how many names there is room for; the others are counted
 *
 * Returns: (transfer full): "Porch, Kitchen, and 7 more", translated
 */
char *bw_ui_format_boards (GPtrArray *boards, GArray *members, unsigned max);

/**
 * bw_ui_format_app:
 * @name: (nullable): name of an application
 * @version: (nullable): its version
 *
 * Returns: (transfer full) (nullable): "weather 1.4.2", as it is called everywhere
 */
char *bw_ui_format_app (const char *name, const char *version);

G_END_DECLS
