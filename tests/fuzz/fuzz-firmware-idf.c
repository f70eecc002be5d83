/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "firmware-fuzz.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
    firmware_fuzz_load ("flasher_args.json", "", data, len);
    return 0;
}
