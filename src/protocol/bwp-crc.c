/* SPDX-License-Identifier: Apache-2.0 */
#include "bwp-crc.h"

/* Four bits at a time: a 64-byte table instead of 1 KiB, fast enough for images of a few MB. */
static const uint32_t nibble_table[16] = {
    0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
    0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

static uint32_t
update (uint32_t reg, const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        reg ^= data[i];
        reg = (reg >> 4) ^ nibble_table[reg & 0xf];
        reg = (reg >> 4) ^ nibble_table[reg & 0xf];
    }
    return reg;
}

uint32_t
bwp_crc32_zip (uint32_t crc, const uint8_t *data, size_t len)
{
    return ~update (~crc, data, len);
}

uint32_t
bwp_crc32_esp (const uint8_t *data, size_t len)
{
    return ~update (0, data, len);
}

uint8_t
bwp_crc8 (const uint8_t *data, size_t len)
{
    uint8_t reg = 0;

    for (size_t i = 0; i < len; i++) {
        reg ^= data[i];
        for (unsigned bit = 0; bit < 8; bit++)
            reg = (uint8_t) (reg >> 1 ^ ((reg & 1) != 0 ? 0x8c : 0));
    }
    return reg;
}
