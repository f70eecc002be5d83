/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-board-info.h"
#include "bw-esp-session.h"

G_BEGIN_DECLS

/* What a board is, asked with few questions. Threads: the port's. */

/**
 * bw_esp_identify_chip:
 * @session: a detected session
 * @error: cause other-board when another board answers than before, protocol, or of the link
 *
 * Reads the eFuses once and what else is needed later on (flash controller, clocks). Asked again
 * after a reset it compares the address, so that a swapped board is never taken for the first.
 * In secure download mode nothing can be read and nothing is an error.
 *
 * Returns: %TRUE when the identity of @session is set or cannot be known
 */
gboolean bw_esp_identify_chip (BwEspSession *session, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_identify:
 * @session: an identified session with attached flash
 * @error: of the link
 *
 * Returns: (transfer full) (nullable): everything known, with partition table and applications
 */
BwBoardInfo *bw_esp_identify (BwEspSession *session, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
