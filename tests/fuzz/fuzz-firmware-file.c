/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "firmware-fuzz.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
    /* without a place, at a place, and packed data as well: the content says which form it is */
    firmware_fuzz_load ("input", "", data, len);
    firmware_fuzz_load ("input", "@0x10000", data, len);
    return 0;
}
