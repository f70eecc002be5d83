/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/* Addresses in what a board prints when it crashes. Private to the firmware folder. Threads: any. */

/**
 * bw_code_address_find:
 * @text: one line of a board, any bytes
 * @len: how many
 * @ret_addresses: room for @max
 * @max: how many are wanted at most; what stands behind them in the line is left out
 *
 * Finds words such as 0x400d1234: eight digits behind 0x, nothing of a word before or behind. So
 * write all panics: "Backtrace: 0x400d1234:0x3ffb0000", "MEPC    : 0x42001234", "epc1=0x40201234",
 * "abort() was called at PC 0x400d1234 on core 0". Whether there is code, the line does not say.
 *
 * Returns: how many there are, in their order
 */
unsigned bw_code_address_find (const char *text, size_t len, uint32_t *ret_addresses, unsigned max);

G_END_DECLS
