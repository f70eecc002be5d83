/* SPDX-License-Identifier: Apache-2.0 */
/* Rates that a ROM must be told wrongly to come out right; see bwp-esp-identity.h. */
#include "bwp-esp-chip-private.h"
#include "bwp-esp-identity.h"

#define CALIBRATION_32 0x3ff5f06cu
#define FUSE_WORD4_32 0x3ff5a010u
#define ASSUMED_CRYSTAL_C5 0x60096110u

#define RC_SCALE 15625u
#define RC_DIVISOR 40u
#define PLAUSIBLE_MIN_HZ 15000000u
#define PLAUSIBLE_MAX_HZ 60000000u

/* Long division, so that small chips need no library for it. */
static uint32_t
divide (uint64_t number, uint32_t divisor)
{
    uint64_t rest = 0;
    uint64_t quotient = 0;

    for (int i = 0; i < 64; i++) {
        rest = rest << 1 | number >> 63;
        number <<= 1;
        quotient <<= 1;
        if (rest >= divisor) {
            rest -= divisor;
            quotient |= 1;
        }
    }
    return quotient > UINT32_MAX ? UINT32_MAX : (uint32_t) quotient;
}

static uint32_t
scale (uint32_t baud, uint32_t numerator, uint32_t denominator)
{
    uint32_t scaled = divide ((uint64_t) baud * numerator, denominator);

    return scaled != 0 ? scaled : baud;
}

/* The ROM takes its clock from an RC oscillator that the factory has measured. */
static uint32_t
baud_32 (uint32_t calibration, uint32_t fuse, uint32_t wanted)
{
    uint64_t scaled = (uint64_t) (calibration >> 7) * RC_SCALE * (fuse & 0xff);
    uint32_t hertz = divide (scaled, RC_DIVISOR);

    if (hertz < PLAUSIBLE_MIN_HZ || hertz > PLAUSIBLE_MAX_HZ)
        return wanted;
    return scale (wanted, hertz, hertz > 33000000 ? 40000000 : 26000000);
}

static uint32_t
baud_c5 (uint32_t expected_mhz, uint32_t detected_mhz, uint32_t wanted)
{
    if (detected_mhz == 48 && expected_mhz == 40)
        return scale (wanted, 40, 48);
    if (detected_mhz == 40 && expected_mhz == 48)
        return scale (wanted, 48, 40);
    return wanted;
}

size_t
bwp_esp_baud_registers (const struct bwp_esp_chip *chip, uint32_t *ret_addresses)
{
    switch (bwp_esp_chip_index (chip)) {
    case BWP_ESP_CHIP_ESP32:
        ret_addresses[0] = CALIBRATION_32;
        ret_addresses[1] = FUSE_WORD4_32;
        return 2;
    case BWP_ESP_CHIP_ESP32C2:
        ret_addresses[0] = chip->uart_clkdiv;
        return 1;
    case BWP_ESP_CHIP_ESP32C5:
        ret_addresses[0] = chip->uart_clkdiv;
        ret_addresses[1] = ASSUMED_CRYSTAL_C5;
        return 2;
    default:
        return 0;
    }
}

uint32_t
bwp_esp_rom_baud (const struct bwp_esp_chip *chip,
                  const uint32_t *values,
                  uint32_t host_baud,
                  uint32_t wanted_baud)
{
    switch (bwp_esp_chip_index (chip)) {
    case BWP_ESP_CHIP_ESP32:
        return baud_32 (values[0], values[1], wanted_baud);
    case BWP_ESP_CHIP_ESP32C2:
        return bwp_esp_crystal_mhz (chip, values[0], host_baud) == 26 ? scale (wanted_baud, 40, 26)
                                                                      : wanted_baud;
    case BWP_ESP_CHIP_ESP32C5:
        return baud_c5 (values[1] >> 24 & 0x7f, bwp_esp_crystal_mhz (chip, values[0], host_baud),
                        wanted_baud);
    default:
        return wanted_baud;
    }
}
