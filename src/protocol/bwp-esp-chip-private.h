/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "bwp-esp-chip.h"

/* The rows of the chip tables; bwp-esp-identity-fuses.c has one row per chip in the same order. */

enum bwp_esp_chip_row {
    BWP_ESP_CHIP_ESP8266,
    BWP_ESP_CHIP_ESP32,
    BWP_ESP_CHIP_ESP32S2,
    BWP_ESP_CHIP_ESP32C3,
    BWP_ESP_CHIP_ESP32S3,
    BWP_ESP_CHIP_ESP32C2,
    BWP_ESP_CHIP_ESP32C6,
    BWP_ESP_CHIP_ESP32H2,
    BWP_ESP_CHIP_ESP32P4,
    BWP_ESP_CHIP_ESP32C61,
    BWP_ESP_CHIP_ESP32C5,
    BWP_ESP_CHIP_ESP32H21,
    BWP_ESP_CHIP_ESP32H4,
    BWP_ESP_CHIP_ESP32E22,
    BWP_ESP_CHIP_ESP32S31,
    BWP_ESP_CHIPS,
};

extern const struct bwp_esp_chip _bwp_esp_chips[BWP_ESP_CHIPS];
