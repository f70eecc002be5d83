/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "fw-ops.h"

/* AES for the core, by OpenSSL. Threads: no state. */

/**
 * vb_cipher_run:
 * @user: not used
 * @key: 16 bytes
 * @way: enciphers or deciphers
 * @bytes: (inout): blocks of 16, each by itself
 * @len: multiple of 16
 *
 * The cipher of struct fw_ops.
 */
void
vb_cipher_run (void *user, const uint8_t key[16], enum fw_cipher way, uint8_t *bytes, size_t len);
