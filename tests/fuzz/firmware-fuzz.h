/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Puts the bytes into a file called @name, in a folder of this process beside a.bin and b.bin, and
 * loads it. @suffix is appended to the path: "@0x10000", or nothing. What loads has to keep the
 * promises of bw-firmware.h, and is checked against two boards. */
void firmware_fuzz_load (const char *name, const char *suffix, const uint8_t *data, size_t len);
