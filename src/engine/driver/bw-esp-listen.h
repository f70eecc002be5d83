/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-esp-session.h"

G_BEGIN_DECLS

/* Resetting a board and hearing what it says. Threads: the port's. */

/**
 * bw_esp_reset:
 * @session: a session, connected or not
 * @to_bootloader: %FALSE starts the application
 * @error: cause no-reset-lines where neither port nor chip can do it, or of the port
 *
 * Boards on their own USB leave the bus; their port is opened again.
 *
 * Returns: %TRUE when the reset was done
 */
gboolean bw_esp_reset (BwEspSession *session,
                       gboolean to_bootloader,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_leave:
 * @session: a session, connected or not
 * @error: as bw_esp_reset()
 *
 * Starts the application of a board nobody listens to afterwards: nothing is waited for.
 *
 * Returns: %TRUE when the reset was done
 */
gboolean bw_esp_leave (BwEspSession *session, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_listen:
 * @session: a session whose board was just reset
 * @patience_ms: how long to listen at most
 * @ret_verdict: what the log says
 * @ret_cause: why that is bad, as bw_esp_boot_log_get_cause()
 * @ret_text: (out) (transfer full): the same in one sentence
 * @error: of the port
 *
 * Returns: %TRUE when listened to the end
 */
gboolean bw_esp_listen (BwEspSession *session,
                        unsigned patience_ms,
                        BwBootVerdict *ret_verdict,
                        BwCause *ret_cause,
                        char **ret_text,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
