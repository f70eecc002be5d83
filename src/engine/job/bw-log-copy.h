/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-log.h"

G_BEGIN_DECLS

/* Lines of a log as one text, for a clipboard. 100,000 lines are some megabytes and take a while:
 * the text is made in a thread of its own. Threads: main thread. */

typedef struct BwLogPick BwLogPick;

/**
 * bw_log_pick_new:
 * @levels: a bit for each #BwLogLevel that is wanted
 * @with_times: each line begins with its time of day
 *
 * Returns: (transfer full): which lines to take: none yet
 */
BwLogPick *bw_log_pick_new (unsigned levels, gboolean with_times);

/**
 * bw_log_pick_free:
 * @self: (nullable) (transfer full): a pick
 */
void bw_log_pick_free (BwLogPick *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwLogPick, bw_log_pick_free)

/**
 * bw_log_pick_add:
 * @self: a pick
 * @first: number of a line
 * @last: number of a line that is not before it
 *
 * Takes all lines from @first to @last as well; to be called in the order of the log.
 */
void bw_log_pick_add (BwLogPick *self, uint64_t first, uint64_t last);

/**
 * bw_log_copy_async:
 * @self: a log
 * @pick: (transfer full): which lines; those that went away meanwhile are left out
 * @cancellable: (nullable): stops it
 * @callback: called on the main context
 * @user_data: for @callback
 */
void bw_log_copy_async (BwLog *self,
                        BwLogPick *pick,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data);

/**
 * bw_log_copy_finish:
 * @self: a log
 * @result: what the callback was given
 * @ret_lines: how many lines the text has
 * @error: cause cancelled
 *
 * Returns: (transfer full) (nullable): the text, each line with its end
 */
char *bw_log_copy_finish (BwLog *self, GAsyncResult *result, unsigned *ret_lines, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
