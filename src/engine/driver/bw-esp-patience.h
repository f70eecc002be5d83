/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-esp-session.h"

G_BEGIN_DECLS

/* Waiting for a flash chip that erases slowly. Data sheets allow some ten times what is usual, and
 * worn chips take it: that is no failure, but people are told. Threads: the port's. */

/**
 * bw_esp_patient_erase:
 * @session: a session with attached flash
 * @packet: a request whose reply comes when the loader has erased
 * @offset: first byte of what it erases
 * @size: bytes
 * @error: as bw_esp_link_command(): timeout when the request was lost, or nothing came of it in the
 *   time a data sheet allows
 *
 * Waits as long as is usual, then asks whether anybody is there: a loader that has nothing to do
 * answers at once, one at work when it is ready.
 *
 * Returns: %TRUE when the board has erased
 */
gboolean bw_esp_patient_erase (BwEspSession *session,
                               const struct bwp_esp_packet *packet,
                               uint32_t offset,
                               uint32_t size,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_patience_goes_on:
 * @session: a session whose loader has not answered in the usual time
 *
 * Tells people, once, where it has an excuse: what a stub acknowledged and may still be erasing for.
 *
 * Returns: whether to wait for late_ms more
 */
gboolean bw_esp_patience_goes_on (BwEspSession *session);

G_END_DECLS
