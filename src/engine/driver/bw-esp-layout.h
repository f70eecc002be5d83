/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-board-info.h"
#include "bw-esp-session.h"

G_BEGIN_DECLS

/* Reading a board's partition table, the slot that boots and the applications in it.
 * Threads: the port's. */

/**
 * bw_esp_layout_read:
 * @session: a session with attached flash
 * @info: gets partitions, active one and application
 * @error: of the link; flash without a table is no error
 *
 * Returns: %TRUE when what is there was read
 */
gboolean bw_esp_layout_read (BwEspSession *session,
                             BwBoardInfo *info,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
