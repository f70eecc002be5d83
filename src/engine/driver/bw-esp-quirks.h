/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-esp-session.h"

G_BEGIN_DECLS

/* What single chips need besides the common way: watchdogs that bite over USB, flash that has to be
 * powered up, resets without lines. Register addresses come from the chip table; sequences from
 * esptool's targets. Threads: the port's. */

/**
 * bw_esp_quirks_after_connect:
 * @session: an identified session
 * @error: of the link
 *
 * Quietens watchdogs that keep running when the chip was not reset (USB-Serial/JTAG), and powers
 * up the flash of early ESP32-P4.
 *
 * Returns: %TRUE when done or not needed
 */
gboolean bw_esp_quirks_after_connect (BwEspSession *session,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_quirks_wants_watchdog_reset:
 * @session: a detected session
 * @ret_wants: whether a line reset would come up in download mode again
 * @error: of the link
 *
 * Clears the forced-download flag where there is one. Asks the board only over USB-OTG.
 *
 * Returns: %TRUE when @ret_wants is set
 */
gboolean bw_esp_quirks_wants_watchdog_reset (BwEspSession *session,
                                             gboolean *ret_wants,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_quirks_reset_by_watchdog:
 * @session: a connected session
 * @error: cause no-reset-lines where the chip cannot, or cancelled
 *
 * Returns: %TRUE when the watchdog was told to bite; a board that has heard it restarts within half a
 * second
 */
gboolean bw_esp_quirks_reset_by_watchdog (BwEspSession *session,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
