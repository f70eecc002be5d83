/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "bw-error.h"

G_BEGIN_DECLS

/* Why a board may not appear: what can be seen of this machine. Threads: main thread. */

/**
 * bw_survey_async:
 * @cancellable: (nullable): the answer is not wanted any more
 * @callback: called on the main thread with bw_survey_finish()'s result
 * @user_data: for @callback
 *
 * Looks in a thread of its own for what keeps boards on USB from appearing or from being opened.
 * Opens nothing, changes nothing.
 */
void bw_survey_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

/**
 * bw_survey_finish:
 * @result: what the callback got
 * @ret_ports: (out) (transfer full): USB ports nothing is wrong with: "/dev/ttyUSB0, …"; ""
 * @error: only that it was cancelled
 *
 * Returns: (transfer full) (nullable) (element-type GError): obstacles, each with cause and
 *   evidence; empty when nothing is in the way
 */
GPtrArray *
bw_survey_finish (GAsyncResult *result, char **ret_ports, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
