/* SPDX-License-Identifier: Apache-2.0 */
#include "fw-efuse.h"
#include "bwp-esp-identity.h"
#include <string.h>

/* Bits high..low of the word at an offset from the eFuse base; width 0 = no such field. */
struct field {
    uint8_t offset;
    uint8_t shift;
    uint8_t width;
};

/* One row per chip family. A number that lies in two places has its low part first. */
struct layout {
    const char *key;
    uint16_t revision;
    uint8_t crystal;
    struct field major, major_high;
    struct field minor, minor_high;
    struct field crypt; /* odd number of ones: flash encryption on */
    struct field secure_boot;
};

#define ESP32_MAJOR_REGISTER 0x3ff6607cu
#define ESP32_CALIBRATION_REGISTER 0x3ff5f06cu
#define ESP32_CALIBRATION 975u /* with the word below: the ROM believes its crystal is 39.99 MHz */
#define ESP32_CK8M 105u
#define C5_ROM_CRYSTAL_REGISTER 0x60096110u

static const struct layout layouts[] = {
    { "esp8266", 0, 26, { 0 }, { 0 }, { 0 }, { 0 }, { 0 }, { 0 } },
    { "esp32",
      301,
      40,
      { 0x0c, 15, 1 },
      { 0x14, 20, 1 },
      { 0x14, 24, 2 },
      { 0 },
      { 0x00, 20, 1 },
      { 0x18, 5, 1 } },
    { "esp32s2",
      100,
      40,
      { 0x50, 18, 2 },
      { 0 },
      { 0x54, 4, 3 },
      { 0x50, 20, 1 },
      { 0x34, 18, 1 },
      { 0x38, 20, 1 } },
    { "esp32s3",
      2,
      40,
      { 0x58, 24, 2 },
      { 0 },
      { 0x50, 18, 3 },
      { 0x58, 23, 1 },
      { 0x34, 18, 1 },
      { 0x38, 20, 1 } },
    { "esp32c3",
      4,
      40,
      { 0x58, 24, 2 },
      { 0 },
      { 0x50, 18, 3 },
      { 0x58, 23, 1 },
      { 0x34, 18, 1 },
      { 0x38, 20, 1 } },
    { "esp32c2",
      102,
      40,
      { 0x44, 20, 2 },
      { 0 },
      { 0x44, 16, 4 },
      { 0 },
      { 0x30, 7, 1 },
      { 0x30, 21, 1 } },
    { "esp32c6",
      1,
      40,
      { 0x50, 22, 2 },
      { 0 },
      { 0x50, 18, 4 },
      { 0 },
      { 0x34, 18, 1 },
      { 0x38, 20, 1 } },
    { "esp32c5",
      100,
      48,
      { 0x4c, 4, 2 },
      { 0 },
      { 0x4c, 0, 4 },
      { 0 },
      { 0x34, 16, 1 },
      { 0x38, 25, 1 } },
    { "esp32c61",
      100,
      40,
      { 0x4c, 4, 2 },
      { 0 },
      { 0x4c, 0, 4 },
      { 0 },
      { 0x30, 23, 1 },
      { 0x34, 26, 1 } },
    { "esp32h2",
      1,
      32,
      { 0x50, 21, 2 },
      { 0 },
      { 0x50, 18, 3 },
      { 0 },
      { 0x34, 18, 1 },
      { 0x38, 20, 1 } },
    { "esp32h21",
      0,
      32,
      { 0x58, 8, 2 },
      { 0 },
      { 0x58, 4, 4 },
      { 0 },
      { 0x34, 18, 1 },
      { 0x38, 20, 1 } },
    { "esp32h4",
      0,
      32,
      { 0x50, 22, 2 },
      { 0 },
      { 0x50, 18, 4 },
      { 0 },
      { 0x30, 23, 1 },
      { 0x38, 5, 1 } },
    { "esp32p4",
      103,
      40,
      { 0x4c, 4, 2 },
      { 0x4c, 23, 1 },
      { 0x4c, 0, 4 },
      { 0 },
      { 0x34, 18, 1 },
      { 0x38, 20, 1 } },
    { "esp32s31",
      0,
      40,
      { 0x5c, 22, 2 },
      { 0 },
      { 0x5c, 18, 4 },
      { 0 },
      { 0x34, 21, 1 },
      { 0x3c, 2, 1 } },
    { "esp32e22", 0, 40, { 0 }, { 0 }, { 0 }, { 0 }, { 0 }, { 0x38, 20, 1 } },
};

static const struct layout *
find_layout (const struct bwp_esp_chip *chip)
{
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++)
        if (strcmp (layouts[i].key, chip->key) == 0)
            return &layouts[i];
    return &layouts[0];
}

uint16_t
fw_efuse_default_revision (const struct bwp_esp_chip *chip)
{
    return find_layout (chip)->revision;
}

uint8_t
fw_efuse_default_crystal (const struct bwp_esp_chip *chip)
{
    return find_layout (chip)->crystal;
}

static void
add_bits (struct fw_registers *registers, uint32_t address, uint32_t bits)
{
    fw_registers_put (registers, address, fw_registers_read (registers, address) | bits);
}

static void
burn_field (struct fw_registers *registers, const struct field *field, uint32_t value)
{
    if (field->width == 0)
        return;
    value &= (1u << field->width) - 1;
    add_bits (registers, registers->identity->chip->efuse_base + field->offset,
              value << field->shift);
}

static void
burn_mac (struct fw_registers *registers, const struct fw_identity *identity)
{
    uint32_t addresses[3], values[3];
    size_t n = bwp_esp_identity_encode_mac (identity->chip, identity->mac, addresses, values);

    for (size_t i = 0; i < n; i++)
        add_bits (registers, addresses[i], values[i]);
}

/* The ESP32 spreads its major number over three bits that count 0, 1, 3, 7. */
static void
burn_esp32 (struct fw_registers *registers, const struct layout *layout, uint32_t major)
{
    uint32_t base = registers->identity->chip->efuse_base;

    burn_field (registers, &layout->major, major >= 1);
    burn_field (registers, &layout->major_high, major >= 2);
    add_bits (registers, ESP32_MAJOR_REGISTER, major >= 3 ? 1u << 31 : 0);
    add_bits (registers, ESP32_CALIBRATION_REGISTER, ESP32_CALIBRATION << 7);
    add_bits (registers, base + 0x10, ESP32_CK8M);
}

static void
burn_major (struct fw_registers *registers, const struct layout *layout, uint32_t major)
{
    if (strcmp (layout->key, "esp32") == 0) {
        burn_esp32 (registers, layout, major);
        return;
    }
    burn_field (registers, &layout->major, major);
    burn_field (registers, &layout->major_high, major >> layout->major.width);
}

void
fw_efuse_burn (struct fw_registers *registers, const struct fw_identity *identity)
{
    const struct layout *layout = find_layout (identity->chip);
    uint32_t minor = identity->revision % 100;

    burn_mac (registers, identity);
    burn_major (registers, layout, identity->revision / 100);
    burn_field (registers, &layout->minor, minor);
    burn_field (registers, &layout->minor_high, minor >> layout->minor.width);
    burn_field (registers, &layout->crypt, identity->flash_encryption);
    burn_field (registers, &layout->secure_boot, identity->secure_boot);
    if (strcmp (layout->key, "esp32c5") == 0)
        fw_registers_put (registers, C5_ROM_CRYSTAL_REGISTER,
                          (uint32_t) identity->crystal_mhz << 24);
}
