/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-esp-session.h"

G_BEGIN_DECLS

/* Erasing with a ROM that erases one sector too many. Threads: the port's. */

/**
 * bw_esp_spi_erase_begin:
 * @session: an identified session whose ESP8266's ROM answers, with attached flash
 * @offset: multiple of 4096
 * @size: bytes that are going to be erased, not 0
 * @ret_size: what to tell the ROM with FLASH_BEGIN
 * @error: of the link; flash-write-failed when the flash chip does not get ready
 *
 * That ROM erases an even number of sectors up to the end of a block, and with it one that belongs to
 * somebody else. Where it would, the last sector is erased here, by a command to the flash chip itself,
 * and the ROM gets what is left: perhaps nothing.
 *
 * Returns: %TRUE when @ret_size is set
 */
gboolean bw_esp_spi_erase_begin (BwEspSession *session,
                                 uint32_t offset,
                                 uint32_t size,
                                 uint32_t *ret_size,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
