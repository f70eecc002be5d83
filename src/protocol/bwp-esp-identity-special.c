/* SPDX-License-Identifier: Apache-2.0 */
/* What does not fit the eFuse map of bwp-esp-identity-fuses.c, chip by chip. */
#include "bwp-bytes.h"
#include "bwp-crc.h"
#include "bwp-esp-identity-private.h"

#define MB (1024u * 1024u)
#define COUNT(a) (sizeof (a) / sizeof (a)[0])

static uint32_t
reading (const struct bwp_esp_readings *readings, uint32_t address)
{
    uint32_t value = 0;

    (void) _bwp_esp_reading (readings, address, &value);
    return value;
}

/* ---- ESP8266: four words without a map ---- */

#define FUSE_8266(n) (0x3ff00050u + 4 * (n))

static const uint32_t ouis_8266[] = { 0x18fe34, 0xacd074 };

static bool
find_oui (const struct bwp_esp_readings *readings, uint32_t *ret_oui)
{
    uint32_t custom = reading (readings, FUSE_8266 (3));
    uint32_t pool = reading (readings, FUSE_8266 (1)) >> 16 & 0xff;

    if (custom == 0 && pool >= COUNT (ouis_8266))
        return false;
    *ret_oui = custom != 0 ? custom & 0xffffff : ouis_8266[pool];
    return true;
}

static uint32_t
flash_mb_8266 (const struct bwp_esp_readings *readings)
{
    uint32_t w3 = reading (readings, FUSE_8266 (3));
    bool small = (reading (readings, FUSE_8266 (0)) & 1u << 4) != 0;
    bool large = (w3 & 1u << 25) != 0;
    uint32_t step = w3 >> 26 & 3;

    if (small == large || step > 1)
        return 0;
    return (small ? 1u : 2u) << step;
}

static const char *
name_8285 (uint32_t mb, bool is_hot)
{
    if (mb == 1)
        return is_hot ? "ESP8285H08" : "ESP8285N08";
    if (mb == 2)
        return is_hot ? "ESP8285H16" : "ESP8285N16";
    return "ESP8285";
}

bool
_bwp_esp_is_valid_8266 (const struct bwp_esp_readings *readings)
{
    uint32_t oui;

    return find_oui (readings, &oui);
}

void
_bwp_esp_adjust_8266 (const struct bwp_esp_readings *readings, struct bwp_esp_identity *identity)
{
    uint32_t w0 = reading (readings, FUSE_8266 (0));
    bool is_8285 = (w0 & 1u << 4) != 0 || (reading (readings, FUSE_8266 (2)) & 1u << 16) != 0;
    uint32_t mb = is_8285 ? flash_mb_8266 (readings) : 0;
    uint32_t oui = 0;

    (void) find_oui (readings, &oui);
    bwp_put_u32be (identity->mac, oui << 8);
    bwp_put_u16be (identity->mac + 3, (uint16_t) (reading (readings, FUSE_8266 (1)) & 0xffff));
    identity->mac[5] = (uint8_t) (w0 >> 24);
    identity->has_revision = false;
    identity->flash.is_present = is_8285;
    identity->flash.bytes = mb * MB;
    identity->package = is_8285 ? name_8285 (mb, (w0 & 1u << 5) != 0) : "ESP8266EX";
}

/* ---- ESP32: the first of its family, with a layout of its own ---- */

#define FUSE_32(n) (0x3ff5a000u + 4 * (n))
#define DATE_32 0x3ff6607cu

enum package_32 {
    PACKAGE_D0WDQ6 = 0,
    PACKAGE_D0WD = 1,
    PACKAGE_D2WD = 2,
    PACKAGE_U4WDH = 4,
    PACKAGE_PICO = 5,
    PACKAGE_PICO_V3_02 = 6,
    PACKAGE_D0WDR2_V3 = 7,
};

static const char *
name_32 (const struct bwp_esp_identity *identity)
{
    bool single = (identity->features & BWP_ESP_FEATURE_SINGLE_CORE) != 0;
    bool third = identity->major == 3;

    switch (identity->package_code) {
    case PACKAGE_D0WDQ6:
        return single ? "ESP32-S0WDQ6" : third ? "ESP32-D0WDQ6-V3" : "ESP32-D0WDQ6";
    case PACKAGE_D0WD:
        return single ? "ESP32-S0WD" : third ? "ESP32-D0WD-V3" : "ESP32-D0WD";
    case PACKAGE_D2WD:
        return "ESP32-D2WD";
    case PACKAGE_U4WDH:
        return "ESP32-U4WDH";
    case PACKAGE_PICO:
        return third ? "ESP32-PICO-V3" : "ESP32-PICO-D4";
    case PACKAGE_PICO_V3_02:
        return "ESP32-PICO-V3-02";
    case PACKAGE_D0WDR2_V3:
        return "ESP32-D0WDR2-V3";
    default:
        return NULL;
    }
}

/* Three bits in three places, set one after the other as revisions came. */
static uint8_t
major_32 (const struct bwp_esp_readings *readings)
{
    uint32_t bits = (reading (readings, FUSE_32 (3)) >> 15 & 1)
                    | (reading (readings, FUSE_32 (5)) >> 20 & 1) << 1
                    | (reading (readings, DATE_32) >> 31 & 1) << 2;
    static const uint8_t majors[8] = { 0, 1, 0, 2, 0, 0, 0, 3 };

    return majors[bits];
}

static uint32_t
features_32 (const struct bwp_esp_readings *readings)
{
    uint32_t w3 = reading (readings, FUSE_32 (3));
    uint32_t features = 0;

    if ((w3 & 1u << 1) == 0)
        features |= BWP_ESP_FEATURE_BT_CLASSIC_LE;
    features |= (w3 & 1) != 0 ? BWP_ESP_FEATURE_SINGLE_CORE : BWP_ESP_FEATURE_DUAL_CORE;
    if ((reading (readings, FUSE_32 (4)) & 0x1f00) != 0)
        features |= BWP_ESP_FEATURE_VREF;
    if ((w3 & 1u << 14) != 0)
        features |= BWP_ESP_FEATURE_BLK3_RESERVED;
    return features;
}

static void
mac_32 (const struct bwp_esp_readings *readings, uint8_t mac[6])
{
    bwp_put_u16be (mac, (uint16_t) (reading (readings, FUSE_32 (2)) & 0xffff));
    bwp_put_u32be (mac + 2, reading (readings, FUSE_32 (1)));
}

/* Without a check byte there is nothing to doubt. */
static bool
is_mac_doubtful_32 (const struct bwp_esp_readings *readings, const uint8_t mac[6])
{
    uint8_t check = (uint8_t) (reading (readings, FUSE_32 (2)) >> 16 & 0xff);

    return check != 0 && check != bwp_crc8 (mac, 6);
}

void
_bwp_esp_adjust_32 (const struct bwp_esp_readings *readings, struct bwp_esp_identity *identity)
{
    uint32_t w3 = reading (readings, FUSE_32 (3));
    uint8_t package = identity->package_code;

    mac_32 (readings, identity->mac);
    identity->is_mac_doubtful = is_mac_doubtful_32 (readings, identity->mac);
    identity->major = major_32 (readings);
    identity->features |= features_32 (readings);
    if ((w3 & 1u << 13) != 0)
        identity->cpu_mhz = (w3 & 1u << 12) != 0 ? 160 : 240;
    identity->coding_scheme = (uint8_t) (reading (readings, FUSE_32 (6)) & 3);
    identity->flash.is_present = package == PACKAGE_D2WD || package == PACKAGE_U4WDH
                                 || package == PACKAGE_PICO || package == PACKAGE_PICO_V3_02;
    identity->psram.is_present = package == PACKAGE_PICO_V3_02;
    identity->secure_boot_v1 = identity->secure_boot;
    if (identity->major >= 3 && _bwp_esp_fuse_value (readings, BWP_ESP_FUSE_SECURE_BOOT_V2) != 0)
        identity->secure_boot = true;
    identity->package = name_32 (identity);
}

/* ---- names that depend on more than the package field ---- */

struct name_s2 {
    uint8_t flash;
    uint8_t psram;
    const char *name;
};

static const struct name_s2 names_s2[] = {
    { 0, 0, "ESP32-S2" },   { 1, 0, "ESP32-S2FH2" },  { 2, 0, "ESP32-S2FH4" },
    { 0, 1, "ESP32-S2R2" }, { 2, 1, "ESP32-S2FNR2" },
};

void
_bwp_esp_adjust_s2 (const struct bwp_esp_readings *readings, struct bwp_esp_identity *identity)
{
    (void) readings;
    for (size_t i = 0; i < COUNT (names_s2); i++)
        if (names_s2[i].flash == identity->flash.code && names_s2[i].psram == identity->psram.code)
            identity->package = names_s2[i].name;
}

/* The very first S3 used the revision fields for something else. */
void
_bwp_esp_adjust_s3 (const struct bwp_esp_readings *readings, struct bwp_esp_identity *identity)
{
    if ((identity->minor & 7) == 0 && _bwp_esp_fuse_value (readings, BWP_ESP_FUSE_BLOCK_MAJOR) == 1
        && _bwp_esp_fuse_value (readings, BWP_ESP_FUSE_BLOCK_MINOR) == 1) {
        identity->major = 0;
        identity->minor = 0;
    }
}

void
_bwp_esp_adjust_c6 (const struct bwp_esp_readings *readings, struct bwp_esp_identity *identity)
{
    (void) readings;
    if (identity->package_code == 1 && identity->flash.code == 1)
        identity->package = "ESP32-C6FH4 (QFN32)";
    if (identity->package_code == 1 && identity->flash.code == 2)
        identity->package = "ESP32-C6FH8 (QFN32)";
}
