/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-port.h"

G_BEGIN_DECLS

/* A port that plays a recording: whoever talks to it as before gets the same answers, failures and
 * silences as before, without waiting. What was written then and what is written now is compared
 * by length and checksum. Where the caller does something else than is recorded, the call fails
 * with %BW_CAUSE_INTERNAL and a message that names the line of the recording.
 * Threads: as every port. */

/**
 * bw_port_replay_new:
 * @recording: text of a recording, bw_port_get_recording()
 * @error: where to put the reason: %BW_CAUSE_UNREADABLE_FILE if it is no recording
 *
 * Returns: (transfer full) (nullable): an open port.
 */
BwPort *bw_port_replay_new (GBytes *recording, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_port_replay_is_cut:
 * @port: a port made by bw_port_replay_new()
 *
 * Returns: TRUE if the recording misses its beginning: it can be read, but not played from the
 * start of a conversation.
 */
gboolean bw_port_replay_is_cut (BwPort *port);

/**
 * bw_port_replay_is_finished:
 * @port: a port made by bw_port_replay_new()
 *
 * Returns: TRUE if everything recorded has been played.
 */
gboolean bw_port_replay_is_finished (BwPort *port);

G_END_DECLS
