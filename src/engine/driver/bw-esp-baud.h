/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-esp-session.h"

G_BEGIN_DECLS

/* The rate of the line after connecting: as fast as it carries. Threads: the port's. */

/**
 * bw_esp_baud_settle:
 * @session: an identified session
 * @error: of the link
 *
 * Goes to the best rate for this line unless that was done since the last reset, or since the rate
 * turned out to be too high. Where loader or port cannot change it, the rate stays. A ROM that
 * measures the rate is reset for that, if the port has the lines and no stub will come; the flash is
 * to be attached anew then. When the new rate does not work the loader is not reachable any more:
 * the error is one that bw_esp_recover() cures, at a lower rate.
 *
 * Returns: %TRUE when the loader answers
 */
gboolean bw_esp_baud_settle (BwEspSession *session, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_baud_settle_to_attach:
 * @session: a detected session
 * @error: as bw_esp_baud_settle()
 *
 * The same for whoever attaches the flash next and lets bw_esp_baud_judge() know how that went: where
 * a ROM is asked for the id of its flash, its answers at the new rate are the check.
 *
 * Returns: %TRUE when the flash may be attached
 */
gboolean bw_esp_baud_settle_to_attach (BwEspSession *session,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_baud_judge:
 * @session: a session
 * @failure: (nullable): why the flash could not be attached
 *
 * Blames a new rate that was not proven yet for what went wrong, or takes it for good.
 */
void bw_esp_baud_judge (BwEspSession *session, const GError *failure);

/**
 * bw_esp_baud_is_too_high:
 * @session: a session
 *
 * Returns: whether the line was found not to carry the rate that it still has
 */
gboolean bw_esp_baud_is_too_high (const BwEspSession *session);

/**
 * bw_esp_baud_lower:
 * @session: a session
 *
 * Notes that the line does not carry its present rate. Going down is up to bw_esp_baud_settle(), or
 * to a reset.
 */
void bw_esp_baud_lower (BwEspSession *session);

/**
 * bw_esp_baud_note_clean:
 * @session: a session
 *
 * Notes that much was sent at the present rate without an error.
 */
void bw_esp_baud_note_clean (BwEspSession *session);

G_END_DECLS
