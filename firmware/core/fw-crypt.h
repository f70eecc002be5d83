/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "fw-board.h"

/* Flash encryption: what a loader is told to write encrypted lies in the flash as ciphertext that
 * depends on its address and on a key in the chip that nobody can read. What the chip runs it sees
 * through that key; all that a host can ask for (reads, digests) shows what lies there. The cipher
 * is AES in tweaked 16-byte blocks: not bit for bit that of a chip, whose keys are its own as well.
 * Threads: the board's. */

#define FW_CRYPT_BLOCK 16u

/**
 * fw_crypt_seal:
 * @self: the board
 * @address: in flash where it goes to
 * @in: plaintext
 * @len: at most %FW_STUB_BLOCK
 *
 * Returns: (nullable): ciphertext of the same length, good until the next call; NULL when address
 * or length is not what the chip's cipher takes: whole units of 16 bytes, with some chips 32
 */
const uint8_t *
fw_crypt_seal (struct fw_board *self, uint32_t address, const uint8_t *in, size_t len);

/**
 * fw_crypt_open:
 * @self: the board
 *
 * Returns: the whole flash as the running chip sees it: as it is, or deciphered where flash
 * encryption is on; good until the next call
 */
const uint8_t *fw_crypt_open (struct fw_board *self);
