/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <stddef.h>
#include <stdint.h>

/**
 * LLVMFuzzerTestOneInput:
 * @in: hostile bytes
 * @len: how many
 *
 * What every target is; the name is the fuzzer's.
 *
 * Returns: 0.
 */
int LLVMFuzzerTestOneInput (const uint8_t *in, size_t len);
