/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-esp-session.h"

G_BEGIN_DECLS

/* Flash parameters (mode, clock, size) in the header of the boot image. Threads: no state. */

/**
 * bw_esp_params_apply:
 * @session: an identified session with attached flash
 * @build: what shall be written, with the parameters it asks for
 * @options: (nullable): parameters somebody asked for; they win over those of @build
 * @error: cause usage for a word that is no mode, clock or size of this chip
 *
 * Where nothing is asked for, or nothing may be changed (secure boot, secure download mode, no
 * valid image at the boot offset), the image stays as it is.
 *
 * Returns: (transfer full) (element-type BwFirmwarePart) (nullable): the parts, sharing everything
 * with @build that did not change; to be freed before @build
 */
GPtrArray *bw_esp_params_apply (BwEspSession *session,
                                const BwFirmwareBuild *build,
                                const BwWriteOptions *options,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_params_copy:
 * @session: a detected session
 * @image: a boot image
 * @mode_byte: byte 2 of the image on the chip
 * @size_byte: byte 3 of the image on the chip
 *
 * Returns: (transfer full) (nullable): @image with those bytes and a fitting digest; %NULL when it
 * is no image of this chip
 */
GBytes *
bw_esp_params_copy (BwEspSession *session, GBytes *image, uint8_t mode_byte, uint8_t size_byte);

G_END_DECLS
