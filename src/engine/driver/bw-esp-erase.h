/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-esp-session.h"

G_BEGIN_DECLS

/* Erasing. A stub has commands for it; a ROM erases what a BEGIN announces. Threads: the port's. */

/**
 * bw_esp_erase_once:
 * @session: a session with attached flash
 * @offset: multiple of 4096
 * @size: multiple of 4096, not 0
 * @error: of the link
 *
 * One region, one try, nothing proved.
 *
 * Returns: %TRUE when the board said that it is erased
 */
gboolean bw_esp_erase_once (BwEspSession *session, uint32_t offset, uint32_t size, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_erase:
 * @session: an identified session
 * @offset: multiple of 4096
 * @size: multiple of 4096; 0 = the whole flash
 * @error: cause usage, beyond-flash, flash-size (not known), secure-mode, flash-write-failed when it
 *   does not read back as blank, …
 *
 * Returns: %TRUE when erased, and blank: by its digest, or where the loader gives none, by the first
 * bytes of each sector; a board in secure download mode shows nothing
 */
gboolean bw_esp_erase (BwEspSession *session, uint32_t offset, uint32_t size, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_erase_blank_md5:
 * @size: bytes
 * @ret_md5: (out): digest of that many FF
 */
void bw_esp_erase_blank_md5 (uint32_t size, uint8_t ret_md5[16]);

G_END_DECLS
