/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Firmware in the network: "https://host/file.bin#sha256=…", with the digest of the bytes as they
 * lie there, and "@0x10000" or "@nvs" behind it where the file does not say where it goes. Private
 * to the firmware folder. Threads: any. */

/**
 * BwFirmwareUrl:
 * @fetched: what the server is asked for
 * @shown: the same for messages: without its query, which may hold a key
 * @sha256: 64 lower-case hex digits
 * @place: (nullable): what stands behind the @
 */
typedef struct {
    char *fetched;
    char *shown;
    char *sha256;
    char *place;
} BwFirmwareUrl;

/**
 * bw_firmware_url_is_one:
 * @spec: a FIRMWARE argument
 *
 * Returns: whether it means something in the network, by whatever scheme
 */
gboolean bw_firmware_url_is_one (const char *spec);

/**
 * bw_firmware_url_parse:
 * @spec: a FIRMWARE argument that is one
 * @error: cause usage: not https, no host, a name or password in it, no digest or none that is one
 *
 * Returns: (transfer full) (nullable): its parts, freed with bw_firmware_url_free()
 */
BwFirmwareUrl *bw_firmware_url_parse (const char *spec, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_firmware_url_free:
 * @self: (nullable) (transfer full): parts
 */
void bw_firmware_url_free (BwFirmwareUrl *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwFirmwareUrl, bw_firmware_url_free)

G_END_DECLS
