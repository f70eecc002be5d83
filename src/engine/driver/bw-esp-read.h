/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-esp-session.h"

G_BEGIN_DECLS

/* Reading the flash out. Threads: the port's. */

/* What is read with one command of a stub, so that memory stays bounded and an error costs little. */
#define BW_ESP_READ_PIECE (128u * 1024)

/**
 * bw_esp_read_with_stub:
 * @session: a session whose stub answers
 * @offset: first byte
 * @size: bytes, at most %BW_ESP_READ_PIECE
 * @ret_bytes: (out): room for @size
 * @error: cause garbage when a packet or the digest of the stub is not as it should be, or of the
 *   link
 *
 * Returns: %TRUE when read and their digest agrees
 */
gboolean bw_esp_read_with_stub (BwEspSession *session,
                                uint32_t offset,
                                uint32_t size,
                                uint8_t *ret_bytes,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_read:
 * @session: a session with attached flash
 * @offset: first byte
 * @size: bytes, at least 1, inside the flash
 * @to: receives them in order
 * @error: cause usage (nothing to read), beyond-flash, secure-mode where this loader cannot read, of
 *   @to, or as bw_esp_recover()
 *
 * Uploads a stub where that pays. A damaged piece is read again.
 *
 * Returns: %TRUE when every byte was read and proved by a digest, or by a second reading where the
 * loader gives none
 */
gboolean bw_esp_read (BwEspSession *session,
                      uint32_t offset,
                      uint32_t size,
                      GOutputStream *to,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
