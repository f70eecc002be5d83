/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "bwp-esp-chip.h"
#include "bwp-esp-image.h"

G_BEGIN_DECLS

/* What some bytes are, by their content alone. Private to the firmware folder. Threads: any. */

typedef enum {
    BW_FIRMWARE_DATA,            /* nothing known: a file system, settings, padding */
    BW_FIRMWARE_BOOTLOADER,      /* an image that runs from memory alone */
    BW_FIRMWARE_APP,             /* an application image */
    BW_FIRMWARE_PARTITION_TABLE, /* binary */
} BwFirmwareKind;

/**
 * BwFirmwareProbe:
 * @kind: what it is
 * @chip: (nullable): whose image it is; %NULL for data and tables
 * @image: its structure; images only
 * @len: how many of the bytes belong to it
 * @app_name: project name an application states, or empty
 * @app_version: its version, or empty
 */
typedef struct {
    BwFirmwareKind kind;
    const struct bwp_esp_chip *chip;
    struct bwp_esp_image image;
    size_t len;
    char app_name[33];
    char app_version[33];
} BwFirmwareProbe;

/**
 * bw_firmware_probe:
 * @data: bytes
 * @len: how many
 * @ret_probe: set on success only
 * @error: bad-firmware: it is an image or a partition table, and it is cut or damaged
 *
 * Images pass the full test of structure, checksum and digest. Bytes after an image are allowed:
 * signatures and padding stand there.
 *
 * Returns: %TRUE, also for plain data
 */
gboolean bw_firmware_probe (const uint8_t *data,
                            size_t len,
                            BwFirmwareProbe *ret_probe,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_firmware_probe_again:
 * @data: bytes that bw_firmware_probe() has seen
 * @len: how many
 * @ret_probe: set on success only
 *
 * The same for bytes that have not changed since: the digest of an image, which takes longer than
 * all the rest, is not computed again.
 *
 * Returns: %TRUE, also for plain data
 */
gboolean bw_firmware_probe_again (const uint8_t *data,
                                  size_t len,
                                  BwFirmwareProbe *ret_probe) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_firmware_probe_image_chip:
 * @data: bytes
 * @len: how many
 *
 * Looks at the header alone, so that a damaged image is still found where one is meant to be.
 *
 * Returns: (transfer none) (nullable): the chip of an image with an extended header, %NULL for
 * anything else
 */
const struct bwp_esp_chip *bw_firmware_probe_image_chip (const uint8_t *data, size_t len);

/**
 * bw_firmware_probe_is_table:
 * @data: bytes
 * @len: how many
 *
 * Looks at the first rows alone, so that a damaged table is still found where one is meant to be.
 *
 * Returns: whether a binary partition table is meant to start here
 */
gboolean bw_firmware_probe_is_table (const uint8_t *data, size_t len);

/**
 * bw_firmware_probe_is_8266:
 * @probe: a result
 *
 * Returns: whether it is an image of the ESP8266, which has neither partition table nor a boot
 * image of its own
 */
gboolean bw_firmware_probe_is_8266 (const BwFirmwareProbe *probe);

G_END_DECLS
