/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "boardwalk.h"

G_BEGIN_DECLS

/* Which lines of a log are shown, and which of them are hits of a search. Threads: main thread. */

#define BW_UI_TYPE_LOG_FILTER (bw_ui_log_filter_get_type ())
G_DECLARE_FINAL_TYPE (BwUiLogFilter, bw_ui_log_filter, BW_UI, LOG_FILTER, GObject)

/**
 * bw_ui_log_filter_new:
 *
 * Returns: (transfer full): a filter that shows every line and searches for nothing
 */
BwUiLogFilter *bw_ui_log_filter_new (void);

/**
 * bw_ui_log_filter_set_log:
 * @self: a filter
 * @log: (nullable): the log
 */
void bw_ui_log_filter_set_log (BwUiLogFilter *self, BwLog *log);

/**
 * bw_ui_log_filter_set_level:
 * @self: a filter
 * @level: a level
 * @is_shown: whether lines of it are shown
 */
void bw_ui_log_filter_set_level (BwUiLogFilter *self, BwLogLevel level, gboolean is_shown);

/**
 * bw_ui_log_filter_set_needle:
 * @self: a filter
 * @needle: (nullable): text to search for; %NULL or "" searches for nothing
 */
void bw_ui_log_filter_set_needle (BwUiLogFilter *self, const char *needle);

/**
 * bw_ui_log_filter_get_needle:
 * @self: a filter
 *
 * Returns: (transfer none) (nullable): text that is searched for
 */
const char *bw_ui_log_filter_get_needle (BwUiLogFilter *self);

/**
 * bw_ui_log_filter_get_shown:
 * @self: a filter
 *
 * Returns: (transfer none): the lines of the levels shown; its property "pending" changes while it
 * looks for them
 */
GListModel *bw_ui_log_filter_get_shown (BwUiLogFilter *self);

/**
 * bw_ui_log_filter_get_hits:
 * @self: a filter
 *
 * Returns: (transfer none): those of the shown lines that have the text; empty without a search
 */
GListModel *bw_ui_log_filter_get_hits (BwUiLogFilter *self);

/**
 * bw_ui_log_filter_find_shown:
 * @self: a filter
 * @number: number of a line
 * @ret_position: place of the first shown line with at least this number
 *
 * Returns: %FALSE when there is none
 */
gboolean bw_ui_log_filter_find_shown (BwUiLogFilter *self, uint64_t number, unsigned *ret_position);

/**
 * bw_ui_log_filter_find_hit:
 * @self: a filter
 * @number: number of a line
 *
 * Returns: place of the first hit with at least this number; how many hits there are when there is
 * none
 */
unsigned bw_ui_log_filter_find_hit (BwUiLogFilter *self, uint64_t number);

/**
 * bw_ui_log_filter_is_looking:
 * @self: a filter
 *
 * Returns: %TRUE while more lines may turn out to be shown
 */
gboolean bw_ui_log_filter_is_looking (BwUiLogFilter *self);

/**
 * bw_ui_log_filter_get_levels:
 * @self: a filter
 *
 * Returns: a bit for each #BwLogLevel that is shown
 */
unsigned bw_ui_log_filter_get_levels (BwUiLogFilter *self);

G_END_DECLS
