/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "bw-firmware-meter.h"
#include "bw-firmware-url.h"

G_BEGIN_DECLS

/* Private to the firmware folder. Threads: worker threads only, this waits for a server. */

/* Until the server is connected and has proved who it is. */
#define BW_FIRMWARE_FETCH_CONNECT_S 20
/* How long next to nothing may come. */
#define BW_FIRMWARE_FETCH_IDLE_S 30
/* And all in all, however busy it keeps us. */
#define BW_FIRMWARE_FETCH_MAX_S 1800
#define BW_FIRMWARE_FETCH_REDIRECTS_MAX 5

/**
 * bw_firmware_fetch:
 * @url: what to fetch, and the digest it has to have
 * @size_max: most bytes accepted
 * @meter: (nullable): is told how far it is
 * @cancellable: (nullable): stops it at once
 * @error: fetch-failed (no way there, nothing at the address, silence, an empty file), untrusted-server
 *   (its certificate), wrong-digest, too-large, cancelled; the message names the address
 *
 * Certificates are checked against those of the system, or of the file that SSL_CERT_FILE names.
 *
 * Returns: (transfer full) (nullable): the bytes, which have that digest
 */
GBytes *bw_firmware_fetch (const BwFirmwareUrl *url,
                           size_t size_max,
                           BwFirmwareMeter *meter,
                           GCancellable *cancellable,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
