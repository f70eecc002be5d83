/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "bwp-esp-chip-private.h"
#include "bwp-esp-identity.h"

/* Where each chip keeps what an identity is made of: the map of its eFuses. */

enum bwp_esp_fuse {
    BWP_ESP_FUSE_PACKAGE_HIGH, /* "high" fields stand above the field of the same name */
    BWP_ESP_FUSE_PACKAGE,
    BWP_ESP_FUSE_MAJOR_HIGH,
    BWP_ESP_FUSE_MAJOR,
    BWP_ESP_FUSE_MINOR_HIGH,
    BWP_ESP_FUSE_MINOR,
    BWP_ESP_FUSE_FLASH,
    BWP_ESP_FUSE_FLASH_VENDOR,
    BWP_ESP_FUSE_PSRAM_HIGH,
    BWP_ESP_FUSE_PSRAM,
    BWP_ESP_FUSE_PSRAM_VENDOR,
    BWP_ESP_FUSE_CALIBRATION,
    BWP_ESP_FUSE_BLOCK_MAJOR,
    BWP_ESP_FUSE_BLOCK_MINOR,
    BWP_ESP_FUSE_CRYPT_COUNT,
    BWP_ESP_FUSE_ENCRYPT_OFF,
    BWP_ESP_FUSE_SECURE_BOOT,
    BWP_ESP_FUSE_SECURE_BOOT_V2, /* ESP32 only, where the plain one means V1 */
    BWP_ESP_FUSE_KEY_MANAGER,
    BWP_ESP_FUSES,
};

/* Bits low .. low + width - 1 of the word at the eFuse base + offset. Width 0: has none. */
struct bwp_esp_fuse_field {
    uint8_t offset;
    uint8_t low;
    uint8_t width;
};

/* Values of registers, as handed to bwp_esp_identity_decode(). */
struct bwp_esp_readings {
    const struct bwp_esp_chip *chip;
    const struct bwp_esp_fuse_map *map;
    const uint32_t *addresses;
    const uint32_t *values;
    size_t count;
};

struct bwp_esp_package {
    uint8_t code;
    const char *name;
};

struct bwp_esp_fuse_map {
    struct bwp_esp_fuse_field fields[BWP_ESP_FUSES];
    const uint32_t *extra; /* further registers that adjust() needs */
    uint8_t extra_count;
    uint32_t features; /* what every chip of the family has */
    uint16_t cpu_mhz;
    const struct bwp_esp_package *packages;
    uint8_t package_count;
    const uint8_t *flash_mb; /* by code */
    uint8_t flash_count;
    const uint8_t *psram_mb;
    uint8_t psram_count;
    const char *const *flash_vendors; /* by code; NULL: the family does not tell */
    uint8_t flash_vendor_count;
    const char *const *psram_vendors;
    uint8_t psram_vendor_count;
    /* (nullable): whether the contents make sense at all */
    bool (*is_valid) (const struct bwp_esp_readings *readings);
    /* (nullable): what does not fit a table, called last */
    void (*adjust) (const struct bwp_esp_readings *readings, struct bwp_esp_identity *identity);
};

extern const struct bwp_esp_fuse_map _bwp_esp_fuse_maps[BWP_ESP_CHIPS];

/**
 * _bwp_esp_reading:
 * @readings: what was read
 * @address: a register
 * @ret_value: set when it was read
 *
 * Returns: whether it was read
 */
bool
_bwp_esp_reading (const struct bwp_esp_readings *readings, uint32_t address, uint32_t *ret_value);

/**
 * _bwp_esp_fuse_value:
 * @readings: what was read; the word of the field must be among it
 * @fuse: which field
 *
 * Returns: its value, 0 if the chip has none
 */
uint32_t _bwp_esp_fuse_value (const struct bwp_esp_readings *readings, enum bwp_esp_fuse fuse);

/**
 * _bwp_esp_is_valid_8266:
 * @readings: what was read
 *
 * Returns: whether the eFuses of an ESP8266 name a vendor prefix
 */
bool _bwp_esp_is_valid_8266 (const struct bwp_esp_readings *readings);

/**
 * _bwp_esp_adjust_8266:
 * @readings: what was read
 * @identity: (inout): gets MAC address and name of an ESP8266
 */
void _bwp_esp_adjust_8266 (const struct bwp_esp_readings *readings,
                           struct bwp_esp_identity *identity);

/**
 * _bwp_esp_adjust_32:
 * @readings: what was read
 * @identity: (inout): gets what only the ESP32 has
 */
void _bwp_esp_adjust_32 (const struct bwp_esp_readings *readings,
                         struct bwp_esp_identity *identity);

/**
 * _bwp_esp_adjust_s2:
 * @readings: what was read
 * @identity: (inout): gets its name by memories
 */
void _bwp_esp_adjust_s2 (const struct bwp_esp_readings *readings,
                         struct bwp_esp_identity *identity);

/**
 * _bwp_esp_adjust_s3:
 * @readings: what was read
 * @identity: (inout): gets the revision of the first samples right
 */
void _bwp_esp_adjust_s3 (const struct bwp_esp_readings *readings,
                         struct bwp_esp_identity *identity);

/**
 * _bwp_esp_adjust_c6:
 * @readings: what was read
 * @identity: (inout): gets its name by memory
 */
void _bwp_esp_adjust_c6 (const struct bwp_esp_readings *readings,
                         struct bwp_esp_identity *identity);
