/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-esp-session.h"

G_BEGIN_DECLS

/* Reaching the loader: resets that fit the port, attempts with growing patience, and when none of
 * them helps the reason, told by what was heard. Threads: the port's. */

/**
 * bw_esp_connect:
 * @session: a session
 * @attempts: resets to try; 0 = the default of 7, -1 = until cancelled
 * @error: cause no-answer, boot-log-seen, tx-line, garbage, unplugged, …
 *
 * Sets the rate to %BW_ESP_CONNECT_BAUD. With the session's wait_for_hand it goes on asking while
 * the person holds the boot button.
 *
 * Returns: %TRUE when a loader answers SYNC
 */
gboolean
bw_esp_connect (BwEspSession *session, int attempts, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_connect_at:
 * @session: a session whose loader was reached before
 * @baud: rate of the line from now on
 * @attempts: resets to try, at least 1, in the way that worked last
 * @error: as bw_esp_link_sync(), or of the port
 *
 * For a ROM that measures the rate of the SYNC it gets after a reset. No diagnosis, no hand.
 *
 * Returns: %TRUE when a loader answers SYNC at that rate
 */
gboolean bw_esp_connect_at (BwEspSession *session, unsigned baud, unsigned attempts, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_find:
 * @session: a session
 * @baud: the rate at which a loader may listen
 * @error: cause timeout, garbage, or of the port
 *
 * Asks at that rate and resets nothing: for a board that a reset did not reach. Where nobody answers
 * the port has its rate again.
 *
 * Returns: %TRUE when a loader answers
 */
gboolean
bw_esp_find (BwEspSession *session, unsigned baud, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_detect:
 * @session: a session whose loader answers
 * @error: cause unsupported-chip, timeout, garbage, protocol, or of the port
 *
 * Asks which chip it is and what its loader forbids, in one or two questions.
 *
 * Returns: %TRUE when chip and security of @session are set
 */
gboolean bw_esp_detect (BwEspSession *session, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
