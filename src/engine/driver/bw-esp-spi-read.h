/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-esp-flash.h"

G_BEGIN_DECLS

/* Reading the flash of a ROM that has no command for that: the SPI controller is told to read 64
 * bytes into its data words, which are then asked for word by word. Threads: the port's. */

/**
 * bw_esp_spi_read:
 * @session: an identified session with attached flash, whose registers can be reached
 * @peeks: what to read, below 16 MB; their bytes are filled in
 * @n: how many
 * @error: of the link; after it none of the bytes counts
 *
 * One try. Answers carry neither a checksum nor the name of what they answer: whoever needs to be
 * sure compares two readings, or one with what shall be there.
 *
 * Returns: %TRUE when all were read
 */
gboolean bw_esp_spi_read (BwEspSession *session, const BwEspPeek *peeks, size_t n, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_esp_spi_read_us:
 * @session: a session
 * @bytes: how many
 *
 * Returns: microseconds it takes to read so many at the present rate of the line; a guess where the
 * line has none
 */
uint64_t bw_esp_spi_read_us (const BwEspSession *session, uint64_t bytes);

G_END_DECLS
