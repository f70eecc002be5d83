/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-esp-session.h"

G_BEGIN_DECLS

/* Bringing a firmware onto the flash, and the proof that it is there. Threads: the port's. */

/**
 * bw_esp_program:
 * @session: an identified session
 * @build: what to write
 * @options: how
 * @ret_report: (nullable): set on success
 * @error: named cause
 *
 * Everything that can be refused is refused before the flash is touched: sizes, overlaps, secure
 * states, and a proof that this loader cannot give while one is asked for (secure download mode,
 * encrypted parts). What the chip has already is found by digests. After the last write every span
 * is digested again, also those that were not written. A ROM without digests is read back instead,
 * which takes longer than writing: see bw_esp_compare_plan().
 *
 * Returns: %TRUE when the flash holds every part, proved unless verification was switched off
 */
gboolean bw_esp_program (BwEspSession *session,
                         const BwFirmwareBuild *build,
                         const BwWriteOptions *options,
                         BwWriteReport *ret_report,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_verify:
 * @session: an identified session
 * @build: what should be there
 * @error: cause verify-failed with the first differing sector
 *
 * Flash parameters in the boot image may differ from the file.
 *
 * Returns: %TRUE when the digests on the chip equal those of the parts, or what was read does
 */
gboolean bw_esp_verify (BwEspSession *session,
                        const BwFirmwareBuild *build,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
