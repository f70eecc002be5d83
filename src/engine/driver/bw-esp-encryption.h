/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-esp-flash-map.h"
#include "bw-esp-session.h"

G_BEGIN_DECLS

/* What may be written to a board with flash encryption, and how. Threads: as the session. */

/**
 * bw_esp_encryption_is_on:
 * @session: a detected session
 *
 * Returns: whether the board reads its flash through a key
 */
gboolean bw_esp_encryption_is_on (const BwEspSession *session);

/**
 * bw_esp_encryption_check:
 * @session: a brought up session
 * @parts: (element-type BwFirmwarePart): what shall be written
 * @error: cause refused where a part is to be encrypted and the board does not encrypt, or has no
 *   usable key; secure-mode where the board could not read what would be written; of the link
 *
 * Asks the board for its eFuses only if something is to be encrypted.
 *
 * Returns: %TRUE when the board can take the parts
 */
gboolean bw_esp_encryption_check (BwEspSession *session,
                                  GPtrArray *parts,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_encryption_wants_stub:
 * @session: a detected session
 * @map: what shall be written
 *
 * Returns: whether something in @map is to be encrypted and the chip's ROM cannot do that
 */
gboolean bw_esp_encryption_wants_stub (const BwEspSession *session, const BwEspFlashMap *map);

G_END_DECLS
