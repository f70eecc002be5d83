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
 * bw_esp_patience_measure:
 * @session: a session
 * @offset: first byte of what was erased, and perhaps programmed
 * @size: bytes
 * @elapsed_us: microseconds it took, without the time on the line
 *
 * Tells people, once, of a flash that takes much longer than is usual.
 */
void
bw_esp_patience_measure (BwEspSession *session, uint32_t offset, uint32_t size, int64_t elapsed_us);

/**
 * bw_esp_patience_settle:
 * @session: a session whose loader has just answered
 *
 * It is done with what it was still at, and that is measured.
 */
void bw_esp_patience_settle (BwEspSession *session);

G_END_DECLS
