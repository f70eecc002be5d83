/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "bwp-esp-chip.h"
#include "bwp-result.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Who is this chip: MAC address, package, revision, features, security, from its eFuses.
 *
 * No I/O: a host asks which registers are needed (bwp_esp_identity_registers), reads them, and
 * hands the values back (bwp_esp_identity_decode). In secure download mode nothing can be read.
 * Sources: esptool targets; checked against tests/vectors/espressif/chips/efuse_decode.tsv.
 * Memory: texts in an identity live as long as the program. Threads: no state, any thread. */

#define BWP_ESP_IDENTITY_REGISTERS_MAX 16
#define BWP_ESP_BAUD_REGISTERS_MAX 2
#define BWP_ESP_FEATURES_BYTES 192

/* Radio and processor features. */
#define BWP_ESP_FEATURE_WIFI (1u << 0)
#define BWP_ESP_FEATURE_WIFI6 (1u << 1)
#define BWP_ESP_FEATURE_WIFI6_DUAL (1u << 2)
#define BWP_ESP_FEATURE_WIFI6E (1u << 3)
#define BWP_ESP_FEATURE_BT_CLASSIC_LE (1u << 4) /* ESP32: "BT" */
#define BWP_ESP_FEATURE_BLE5 (1u << 5)
#define BWP_ESP_FEATURE_BLE5_4 (1u << 6)
#define BWP_ESP_FEATURE_BLE5_4_CLASSIC (1u << 7)
#define BWP_ESP_FEATURE_802_15_4 (1u << 8)
#define BWP_ESP_FEATURE_SINGLE_CORE (1u << 9)
#define BWP_ESP_FEATURE_DUAL_CORE (1u << 10)
#define BWP_ESP_FEATURE_LP_CORE (1u << 11)
#define BWP_ESP_FEATURE_VREF (1u << 12) /* ADC calibration in eFuse */
#define BWP_ESP_FEATURE_BLK3_RESERVED (1u << 13)

/* Memory inside the package. */
struct bwp_esp_embedded {
    uint8_t code;   /* the raw eFuse field; 0 = none */
    uint32_t bytes; /* 0 = none, or present but of unknown size: see is_present */
    bool is_present;
    const char *vendor; /* "XMC"; "" when unknown or none; never NULL */
};

struct bwp_esp_identity {
    const struct bwp_esp_chip *chip;
    uint8_t mac[6];       /* in transmission order */
    bool is_mac_doubtful; /* the check byte beside it is that of another one */
    bool has_eui64;
    uint8_t eui64[8];
    uint8_t package_code;
    const char *package; /* (nullable): "ESP32-C3 (QFN32)"; NULL when the code is unknown */
    bool has_revision;   /* ESP8266 has none */
    uint8_t major;
    uint8_t minor;
    uint16_t revision;           /* major * 100 + minor */
    uint32_t features;           /* BWP_ESP_FEATURE_* */
    uint16_t cpu_mhz;            /* 0 = not rated */
    uint8_t coding_scheme;       /* ESP32 only: 0 none, 1 3/4, 2 repeat, 3 none */
    uint8_t calibration_version; /* ESP32-S2 only */
    struct bwp_esp_embedded flash;
    struct bwp_esp_embedded psram;
    uint8_t crystal_mhz; /* 0 = could not be told */
    bool flash_encrypted;
    bool manual_encrypt_disabled; /* in download mode */
    bool secure_boot_v1;          /* ESP32 */
    bool secure_boot;             /* any version */
    bool key_manager_flash_key;   /* the flash key sits in the key manager */
};

#ifdef __cplusplus
extern "C" {
#endif

/**
 * bwp_esp_identity_registers:
 * @chip: a record
 * @ret_addresses: (out): room for %BWP_ESP_IDENTITY_REGISTERS_MAX
 *
 * Returns: how many registers bwp_esp_identity_decode() wants for this chip
 */
size_t bwp_esp_identity_registers (const struct bwp_esp_chip *chip, uint32_t *ret_addresses);

/**
 * bwp_esp_identity_decode:
 * @chip: a record
 * @addresses: registers that were read, any order, more than needed does no harm
 * @values: their contents
 * @count: how many
 * @host_baud: rate of the line at which the UART divider was read, the connect rate; 0 = over USB,
 *   the crystal cannot be told where it must be measured
 * @ret_identity: set on %BWP_OK only
 *
 * Returns: %BWP_OK; %BWP_ERR_CUT when a needed register is missing (UART divider excepted);
 * %BWP_ERR_CORRUPT for an ESP8266 whose eFuses name no vendor prefix
 */
enum bwp_result bwp_esp_identity_decode (const struct bwp_esp_chip *chip,
                                         const uint32_t *addresses,
                                         const uint32_t *values,
                                         size_t count,
                                         uint32_t host_baud,
                                         struct bwp_esp_identity *ret_identity);

/**
 * bwp_esp_identity_has_mac_check:
 * @chip: a chip of the table
 *
 * Returns: whether a check byte stands beside the MAC in its eFuses: bwp_crc8() of it
 */
bool bwp_esp_identity_has_mac_check (const struct bwp_esp_chip *chip);

/**
 * bwp_esp_identity_encode_mac:
 * @chip: a record
 * @mac: address in transmission order
 * @ret_addresses: (out): room for 3
 * @ret_values: (out): room for 3
 *
 * For simulators: the registers of a chip with that address and its check byte; 802.15.4 chips get
 * FF FE in the middle of their EUI-64. Other fields in the same words are 0.
 *
 * Returns: how many registers
 */
size_t bwp_esp_identity_encode_mac (const struct bwp_esp_chip *chip,
                                    const uint8_t mac[6],
                                    uint32_t *ret_addresses,
                                    uint32_t *ret_values);

/**
 * bwp_esp_identity_describe_features:
 * @identity: a decoded one
 * @out: (out): room for %BWP_ESP_FEATURES_BYTES
 *
 * Writes "Wi-Fi; BT 5 (LE); Single Core; 160MHz; Embedded Flash 4MB (XMC)", zero-terminated, in
 * the wording people know from esptool.
 */
void bwp_esp_identity_describe_features (const struct bwp_esp_identity *identity,
                                         char out[BWP_ESP_FEATURES_BYTES]);

/**
 * bwp_esp_crystal_mhz:
 * @chip: a record
 * @clkdiv: contents of its UART divider
 * @host_baud: rate of the line when it was read
 *
 * Returns: 26, 40 or 48 where the crystal must be measured, else the known one
 */
uint8_t bwp_esp_crystal_mhz (const struct bwp_esp_chip *chip, uint32_t clkdiv, uint32_t host_baud);

/**
 * bwp_esp_baud_registers:
 * @chip: a record
 * @ret_addresses: (out): room for %BWP_ESP_BAUD_REGISTERS_MAX
 *
 * Returns: how many registers bwp_esp_rom_baud() wants, 0 for most chips
 */
size_t bwp_esp_baud_registers (const struct bwp_esp_chip *chip, uint32_t *ret_addresses);

/**
 * bwp_esp_rom_baud:
 * @chip: a record
 * @values: the registers of bwp_esp_baud_registers(), in that order; may be NULL when none
 * @host_baud: rate of the line when they were read
 * @wanted_baud: rate to go to
 *
 * Some ROMs compute their divider from a wrong idea of the clock; they must be told another
 * number. A chip without calibration in its eFuses (0) gets @wanted_baud unchanged.
 *
 * Returns: first word of CHANGE_BAUDRATE towards the ROM, never 0 for a @wanted_baud above 0
 */
uint32_t bwp_esp_rom_baud (const struct bwp_esp_chip *chip,
                           const uint32_t *values,
                           uint32_t host_baud,
                           uint32_t wanted_baud);

#ifdef __cplusplus
}
#endif
