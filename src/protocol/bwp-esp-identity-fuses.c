/* SPDX-License-Identifier: Apache-2.0 */
#include "bwp-esp-identity-private.h"

#define COUNT(a) (sizeof (a) / sizeof (a)[0])

static const struct bwp_esp_package packages_s3[] = { { 0, "ESP32-S3 (QFN56)" },
                                                      { 1, "ESP32-S3-PICO-1 (LGA56)" } };
static const struct bwp_esp_package packages_c3[] = {
    { 0, "ESP32-C3 (QFN32)" },
    { 1, "ESP8685 (QFN28)" },
    { 2, "ESP32-C3 AZ (QFN32)" },
    { 3, "ESP8686 (QFN24)" },
};
static const struct bwp_esp_package packages_c2[] = { { 0, "ESP32-C2" }, { 1, "ESP8684H" } };
static const struct bwp_esp_package packages_c6[] = { { 0, "ESP32-C6 (QFN40)" } };
static const struct bwp_esp_package packages_c61[] = { { 0, "ESP32-C61" } };
static const struct bwp_esp_package packages_c5[] = { { 0, "ESP32-C5" } };
static const struct bwp_esp_package packages_h2[] = { { 0, "ESP32-H2" } };
static const struct bwp_esp_package packages_h21[] = { { 0, "ESP32-H21" } };
static const struct bwp_esp_package packages_h4[] = { { 0, "ESP32-H4 (QFN40)" } };
static const struct bwp_esp_package packages_p4[] = { { 0, "ESP32-P4" } };
static const struct bwp_esp_package packages_s31[] = { { 0, "ESP32-S31" } };
static const struct bwp_esp_package packages_e22[] = { { 0, "ESP32-E22" } };

static const uint8_t flash_s2[] = { 0, 2, 4 };
static const uint8_t flash_s3[] = { 0, 8, 4 };
static const uint8_t flash_c3[] = { 0, 4, 2, 1, 8 };
static const uint8_t flash_c2[] = { 0, 4, 2, 1 };
static const uint8_t flash_c6[] = { 0, 4, 8 };
static const uint8_t psram_s2[] = { 0, 2, 4 };
static const uint8_t psram_s3[] = { 0, 8, 2, 16, 4 };

static const char *const vendors_s3[] = { "", "XMC", "GD", "FM", "TT", "BY" };
static const char *const vendors_c3[] = { "", "XMC", "GD", "FM", "TT", "ZBIT" };
static const char *const psram_vendors_s3[] = { "", "AP_3v3", "AP_1v8" };

static const uint32_t extra_8266[] = { 0x3ff00050, 0x3ff00054, 0x3ff00058, 0x3ff0005c };
static const uint32_t extra_32[] = {
    0x3ff5a004, 0x3ff5a008, 0x3ff5a00c, 0x3ff5a010, 0x3ff5a014, 0x3ff5a018, 0x3ff6607c,
};

#define PACKAGES(table_) .packages = table_, .package_count = COUNT (table_)
#define FLASH(table_) .flash_mb = table_, .flash_count = COUNT (table_)
#define PSRAM(table_) .psram_mb = table_, .psram_count = COUNT (table_)
#define FLASH_VENDORS(table_) .flash_vendors = table_, .flash_vendor_count = COUNT (table_)
#define PSRAM_VENDORS(table_) .psram_vendors = table_, .psram_vendor_count = COUNT (table_)
#define EXTRA(table_) .extra = table_, .extra_count = COUNT (table_)
#define FUSE(name_) [BWP_ESP_FUSE_##name_]

/* offsets of block 1 and block 2 words from the eFuse base */
#define B1(n) (0x44 + 4 * (n))
#define B1_S31(n) (0x50 + 4 * (n))
#define B2(n) (0x5c + 4 * (n))
#define B2_C2(n) (0x40 + 4 * (n))

const struct bwp_esp_fuse_map _bwp_esp_fuse_maps[BWP_ESP_CHIPS] = {
    [BWP_ESP_CHIP_ESP8266] = {
        .features = BWP_ESP_FEATURE_WIFI,
        .cpu_mhz = 160,
        EXTRA (extra_8266),
        .is_valid = _bwp_esp_is_valid_8266,
        .adjust = _bwp_esp_adjust_8266,
    },
    [BWP_ESP_CHIP_ESP32] = {
        .fields = {
            FUSE (PACKAGE_HIGH) = { 0x0c, 2, 1 },
            FUSE (PACKAGE) = { 0x0c, 9, 3 },
            FUSE (MINOR) = { 0x14, 24, 2 },
            FUSE (CRYPT_COUNT) = { 0x00, 20, 7 },
            FUSE (ENCRYPT_OFF) = { 0x18, 7, 1 },
            FUSE (SECURE_BOOT) = { 0x18, 4, 1 },
            FUSE (SECURE_BOOT_V2) = { 0x18, 5, 1 },
        },
        .features = BWP_ESP_FEATURE_WIFI | BWP_ESP_FEATURE_LP_CORE,
        EXTRA (extra_32),
        .adjust = _bwp_esp_adjust_32,
    },
    [BWP_ESP_CHIP_ESP32S2] = {
        .fields = {
            FUSE (PACKAGE) = { B1 (4), 0, 4 },
            FUSE (MAJOR) = { B1 (3), 18, 2 },
            FUSE (MINOR_HIGH) = { B1 (3), 20, 1 },
            FUSE (MINOR) = { B1 (4), 4, 3 },
            FUSE (FLASH) = { B1 (3), 21, 4 },
            FUSE (PSRAM) = { B1 (3), 28, 4 },
            FUSE (CALIBRATION) = { B2 (4), 4, 3 },
            FUSE (CRYPT_COUNT) = { 0x34, 18, 3 },
            FUSE (ENCRYPT_OFF) = { 0x30, 19, 1 },
            FUSE (SECURE_BOOT) = { 0x38, 20, 1 },
        },
        .features = BWP_ESP_FEATURE_WIFI | BWP_ESP_FEATURE_SINGLE_CORE,
        .cpu_mhz = 240,
        FLASH (flash_s2),
        PSRAM (psram_s2),
        .adjust = _bwp_esp_adjust_s2,
    },
    [BWP_ESP_CHIP_ESP32C3] = {
        .fields = {
            FUSE (PACKAGE) = { B1 (3), 21, 3 },
            FUSE (MAJOR) = { B1 (5), 24, 2 },
            FUSE (MINOR_HIGH) = { B1 (5), 23, 1 },
            FUSE (MINOR) = { B1 (3), 18, 3 },
            FUSE (FLASH) = { B1 (3), 27, 3 },
            FUSE (FLASH_VENDOR) = { B1 (4), 0, 3 },
            FUSE (CRYPT_COUNT) = { 0x34, 18, 3 },
            FUSE (ENCRYPT_OFF) = { 0x30, 20, 1 },
            FUSE (SECURE_BOOT) = { 0x38, 20, 1 },
        },
        .features = BWP_ESP_FEATURE_WIFI | BWP_ESP_FEATURE_BLE5 | BWP_ESP_FEATURE_SINGLE_CORE,
        .cpu_mhz = 160,
        PACKAGES (packages_c3),
        FLASH (flash_c3),
        FLASH_VENDORS (vendors_c3),
    },
    [BWP_ESP_CHIP_ESP32S3] = {
        .fields = {
            FUSE (PACKAGE) = { B1 (3), 21, 3 },
            FUSE (MAJOR) = { B1 (5), 24, 2 },
            FUSE (MINOR_HIGH) = { B1 (5), 23, 1 },
            FUSE (MINOR) = { B1 (3), 18, 3 },
            FUSE (FLASH) = { B1 (3), 27, 3 },
            FUSE (FLASH_VENDOR) = { B1 (4), 0, 3 },
            FUSE (PSRAM_HIGH) = { B1 (5), 19, 1 },
            FUSE (PSRAM) = { B1 (4), 3, 2 },
            FUSE (PSRAM_VENDOR) = { B1 (4), 7, 2 },
            FUSE (BLOCK_MAJOR) = { B2 (4), 0, 2 },
            FUSE (BLOCK_MINOR) = { B1 (3), 24, 3 },
            FUSE (CRYPT_COUNT) = { 0x34, 18, 3 },
            FUSE (ENCRYPT_OFF) = { 0x30, 20, 1 },
            FUSE (SECURE_BOOT) = { 0x38, 20, 1 },
        },
        .features = BWP_ESP_FEATURE_WIFI | BWP_ESP_FEATURE_BLE5 | BWP_ESP_FEATURE_DUAL_CORE
                    | BWP_ESP_FEATURE_LP_CORE,
        .cpu_mhz = 240,
        PACKAGES (packages_s3),
        FLASH (flash_s3),
        PSRAM (psram_s3),
        FLASH_VENDORS (vendors_s3),
        PSRAM_VENDORS (psram_vendors_s3),
        .adjust = _bwp_esp_adjust_s3,
    },
    [BWP_ESP_CHIP_ESP32C2] = {
        .fields = {
            FUSE (PACKAGE) = { B2_C2 (1), 22, 3 },
            FUSE (MAJOR) = { B2_C2 (1), 20, 2 },
            FUSE (MINOR) = { B2_C2 (1), 16, 4 },
            FUSE (FLASH) = { B2_C2 (7), 29, 3 },
            FUSE (FLASH_VENDOR) = { B2_C2 (7), 24, 3 },
            FUSE (CRYPT_COUNT) = { 0x30, 7, 3 },
            FUSE (ENCRYPT_OFF) = { 0x30, 6, 1 },
            FUSE (SECURE_BOOT) = { 0x30, 21, 1 },
        },
        .features = BWP_ESP_FEATURE_WIFI | BWP_ESP_FEATURE_BLE5 | BWP_ESP_FEATURE_SINGLE_CORE,
        .cpu_mhz = 120,
        PACKAGES (packages_c2),
        FLASH (flash_c2),
        FLASH_VENDORS (vendors_c3),
    },
    [BWP_ESP_CHIP_ESP32C6] = {
        .fields = {
            FUSE (PACKAGE) = { B1 (3), 24, 3 },
            FUSE (MAJOR) = { B1 (3), 22, 2 },
            FUSE (MINOR) = { B1 (3), 18, 4 },
            FUSE (FLASH) = { B1 (4), 0, 3 },
            FUSE (CRYPT_COUNT) = { 0x34, 18, 3 },
            FUSE (ENCRYPT_OFF) = { 0x30, 20, 1 },
            FUSE (SECURE_BOOT) = { 0x38, 20, 1 },
        },
        .features = BWP_ESP_FEATURE_WIFI6 | BWP_ESP_FEATURE_BLE5 | BWP_ESP_FEATURE_802_15_4
                    | BWP_ESP_FEATURE_SINGLE_CORE | BWP_ESP_FEATURE_LP_CORE,
        .cpu_mhz = 160,
        PACKAGES (packages_c6),
        FLASH (flash_c6),
        .adjust = _bwp_esp_adjust_c6,
    },
    [BWP_ESP_CHIP_ESP32H2] = {
        .fields = {
            FUSE (PACKAGE) = { B1 (4), 0, 3 },
            FUSE (MAJOR) = { B1 (3), 21, 2 },
            FUSE (MINOR) = { B1 (3), 18, 3 },
            FUSE (CRYPT_COUNT) = { 0x34, 18, 3 },
            FUSE (ENCRYPT_OFF) = { 0x30, 20, 1 },
            FUSE (SECURE_BOOT) = { 0x38, 20, 1 },
        },
        .features = BWP_ESP_FEATURE_BLE5 | BWP_ESP_FEATURE_802_15_4 | BWP_ESP_FEATURE_SINGLE_CORE,
        .cpu_mhz = 96,
        PACKAGES (packages_h2),
    },
    [BWP_ESP_CHIP_ESP32P4] = {
        .fields = {
            FUSE (PACKAGE) = { B1 (2), 20, 3 },
            FUSE (MAJOR_HIGH) = { B1 (2), 23, 1 },
            FUSE (MAJOR) = { B1 (2), 4, 2 },
            FUSE (MINOR) = { B1 (2), 0, 4 },
            FUSE (KEY_MANAGER) = { 0x34, 10, 1 },
            FUSE (CRYPT_COUNT) = { 0x34, 18, 3 },
            FUSE (ENCRYPT_OFF) = { 0x30, 20, 1 },
            FUSE (SECURE_BOOT) = { 0x38, 20, 1 },
        },
        .features = BWP_ESP_FEATURE_DUAL_CORE | BWP_ESP_FEATURE_LP_CORE,
        .cpu_mhz = 400,
        PACKAGES (packages_p4),
    },
    [BWP_ESP_CHIP_ESP32C61] = {
        .fields = {
            FUSE (PACKAGE) = { B1 (2), 26, 3 },
            FUSE (MAJOR) = { B1 (2), 4, 2 },
            FUSE (MINOR) = { B1 (2), 0, 4 },
            FUSE (CRYPT_COUNT) = { 0x30, 23, 3 },
            FUSE (ENCRYPT_OFF) = { 0x30, 14, 1 },
            FUSE (SECURE_BOOT) = { 0x34, 26, 1 },
        },
        .features = BWP_ESP_FEATURE_WIFI6 | BWP_ESP_FEATURE_BLE5 | BWP_ESP_FEATURE_SINGLE_CORE,
        .cpu_mhz = 160,
        PACKAGES (packages_c61),
    },
    [BWP_ESP_CHIP_ESP32C5] = {
        .fields = {
            FUSE (PACKAGE) = { B1 (2), 26, 3 },
            FUSE (MAJOR) = { B1 (2), 4, 2 },
            FUSE (MINOR) = { B1 (2), 0, 4 },
            FUSE (CRYPT_COUNT) = { 0x34, 16, 3 },
            FUSE (ENCRYPT_OFF) = { 0x30, 20, 1 },
            FUSE (SECURE_BOOT) = { 0x38, 25, 1 },
            FUSE (KEY_MANAGER) = { 0x34, 11, 1 },
        },
        .features = BWP_ESP_FEATURE_WIFI6_DUAL | BWP_ESP_FEATURE_BLE5 | BWP_ESP_FEATURE_802_15_4
                    | BWP_ESP_FEATURE_SINGLE_CORE | BWP_ESP_FEATURE_LP_CORE,
        .cpu_mhz = 240,
        PACKAGES (packages_c5),
    },
    [BWP_ESP_CHIP_ESP32H21] = {
        .fields = {
            FUSE (PACKAGE) = { B1 (5), 11, 3 },
            FUSE (MAJOR) = { B1 (5), 8, 2 },
            FUSE (MINOR) = { B1 (5), 4, 4 },
            FUSE (CRYPT_COUNT) = { 0x34, 18, 3 },
            FUSE (ENCRYPT_OFF) = { 0x30, 20, 1 },
            FUSE (SECURE_BOOT) = { 0x38, 20, 1 },
        },
        .features = BWP_ESP_FEATURE_BLE5 | BWP_ESP_FEATURE_802_15_4 | BWP_ESP_FEATURE_SINGLE_CORE,
        .cpu_mhz = 96,
        PACKAGES (packages_h21),
    },
    [BWP_ESP_CHIP_ESP32H4] = {
        .fields = {
            FUSE (PACKAGE) = { B1 (4), 12, 3 },
            FUSE (MAJOR) = { B1 (3), 22, 2 },
            FUSE (MINOR) = { B1 (3), 18, 4 },
            FUSE (CRYPT_COUNT) = { 0x30, 23, 3 },
            FUSE (ENCRYPT_OFF) = { 0x30, 14, 1 },
            FUSE (SECURE_BOOT) = { 0x38, 5, 1 },
            FUSE (KEY_MANAGER) = { 0x38, 20, 1 },
        },
        .features = BWP_ESP_FEATURE_BLE5 | BWP_ESP_FEATURE_802_15_4 | BWP_ESP_FEATURE_DUAL_CORE,
        .cpu_mhz = 96,
        PACKAGES (packages_h4),
    },
    [BWP_ESP_CHIP_ESP32E22] = {
        .fields = {
            FUSE (SECURE_BOOT) = { 0x38, 20, 1 },
        },
        .features = BWP_ESP_FEATURE_WIFI6E | BWP_ESP_FEATURE_BLE5_4_CLASSIC
                    | BWP_ESP_FEATURE_DUAL_CORE,
        .cpu_mhz = 500,
        PACKAGES (packages_e22),
    },
    [BWP_ESP_CHIP_ESP32S31] = {
        .fields = {
            FUSE (PACKAGE) = { B1_S31 (4), 6, 2 },
            FUSE (MAJOR) = { B1_S31 (3), 22, 2 },
            FUSE (MINOR) = { B1_S31 (3), 18, 4 },
            FUSE (CRYPT_COUNT) = { 0x34, 21, 3 },
            FUSE (ENCRYPT_OFF) = { 0x30, 20, 1 },
            FUSE (SECURE_BOOT) = { 0x3c, 2, 1 },
            FUSE (KEY_MANAGER) = { 0x34, 13, 1 },
        },
        .features = BWP_ESP_FEATURE_WIFI6 | BWP_ESP_FEATURE_BLE5_4 | BWP_ESP_FEATURE_802_15_4
                    | BWP_ESP_FEATURE_DUAL_CORE | BWP_ESP_FEATURE_LP_CORE,
        .cpu_mhz = 300,
        PACKAGES (packages_s31),
    },
};
