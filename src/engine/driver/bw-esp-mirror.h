/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-esp-write.h"

G_BEGIN_DECLS

/* Flash chips that are smaller than their id says. They ignore the address lines they have no cells
 * for, so what lies high is what lies low, a half of the claimed size apart at the latest. Digests
 * of the parts alone do not tell where no two parts meet: the application would find out.
 * Threads: the port's. */

/**
 * BwEspMirror:
 * @offset: a sector of the map that looks like no other
 * @mirror: where a chip that is too small shows it as well; nothing of the map lies there
 * @span: index of the span it lies in
 */
typedef struct {
    uint32_t offset;
    uint32_t mirror;
    unsigned span;
} BwEspMirror;

/**
 * bw_esp_mirror_choose:
 * @map: what is on the flash, by its digests
 * @flash_bytes: size that the id says
 * @ret_mirror: the question to ask
 *
 * Returns: %FALSE when there is none: the map has two contents where a chip that is too small has
 * one, or no whole sector that could be told from others
 */
gboolean
bw_esp_mirror_choose (const BwEspFlashMap *map, uint64_t flash_bytes, BwEspMirror *ret_mirror);

/**
 * bw_esp_mirror_check:
 * @writer: an operation whose map is on the flash, by its digests
 * @error: cause flash-smaller, or of the line
 *
 * Asks for one digest more. Where it shows the sector at both places, the partition table and the
 * boot image are looked at in the same way. Only if those are at both places, too, the sector is
 * erased and looked at there: a copy stays, a mirror does not. It is written again either way.
 *
 * Returns: %TRUE when the chip is as large as it says, or could not be asked
 */
gboolean bw_esp_mirror_check (BwEspWriter *writer, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_mirror_explains:
 * @session: a session with attached flash
 * @offset: of a sector that differs from what was written there again and again
 * @troubles: (inout): as bw_esp_recover()
 *
 * Returns: whether the chip shows the same half its size away
 */
gboolean bw_esp_mirror_explains (BwEspSession *session, uint32_t offset, unsigned *troubles);

/**
 * bw_esp_mirror_set_error:
 * @session: a session with attached flash
 * @offset: of a sector that is seen twice
 * @error: cause flash-smaller
 */
void bw_esp_mirror_set_error (const BwEspSession *session, uint32_t offset, GError **error);

G_END_DECLS
