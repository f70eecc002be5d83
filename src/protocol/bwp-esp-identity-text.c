/* SPDX-License-Identifier: Apache-2.0 */
/* What a chip can do, in the words people know from esptool. */
#include "bwp-esp-chip-private.h"
#include "bwp-esp-identity.h"
#include "bwp-text-private.h"

#define MB_SHIFT 20
#define COUNT(a) (sizeof (a) / sizeof (a)[0])

struct feature_text {
    uint32_t feature;
    const char *text;
};

static const struct feature_text radio_texts[] = {
    { BWP_ESP_FEATURE_WIFI, "Wi-Fi" },
    { BWP_ESP_FEATURE_WIFI6, "Wi-Fi 6" },
    { BWP_ESP_FEATURE_WIFI6_DUAL, "Wi-Fi 6 (dual-band)" },
    { BWP_ESP_FEATURE_WIFI6E, "Wi-Fi 6E (tri-band, 2x2 MU-MIMO)" },
    { BWP_ESP_FEATURE_BT_CLASSIC_LE, "BT" },
    { BWP_ESP_FEATURE_BLE5, "BT 5 (LE)" },
    { BWP_ESP_FEATURE_BLE5_4, "BT 5.4 (LE)" },
    { BWP_ESP_FEATURE_BLE5_4_CLASSIC, "BT 5.4 (LE) + Classic" },
    { BWP_ESP_FEATURE_802_15_4, "IEEE802.15.4" },
};

static const char *const scheme_texts[] = {
    "Coding Scheme None",
    "Coding Scheme 3/4",
    "Coding Scheme Repeat (UNSUPPORTED)",
    "Coding Scheme None (may contain encoding data)",
};

static void
add_item (struct bwp_text *text, const char *item)
{
    if (text->len > 0)
        _bwp_text_add (text, "; ");
    _bwp_text_add (text, item);
}

static void
add_cores (struct bwp_text *text, uint32_t features)
{
    if ((features & BWP_ESP_FEATURE_SINGLE_CORE) != 0)
        add_item (text, "Single Core");
    else if ((features & BWP_ESP_FEATURE_DUAL_CORE) != 0)
        add_item (text, "Dual Core");
    else
        return;
    if ((features & BWP_ESP_FEATURE_LP_CORE) != 0)
        _bwp_text_add (text, " + LP Core");
}

static void
add_clock (struct bwp_text *text, uint16_t mhz)
{
    if (mhz == 0)
        return;
    add_item (text, "");
    _bwp_text_add_decimal (text, mhz);
    _bwp_text_add (text, "MHz");
}

/* What a family tells about its memories differs, and with it the wording. */
struct memory_style {
    bool tells_none;
    bool tells_vendor;
    bool tells_size;
};

static struct memory_style
style_of (const struct bwp_esp_chip *chip)
{
    size_t row = bwp_esp_chip_index (chip);
    struct memory_style style = { false, false, true };

    if (row == BWP_ESP_CHIP_ESP8266 || row == BWP_ESP_CHIP_ESP32)
        style.tells_size = false;
    else if (row == BWP_ESP_CHIP_ESP32S2)
        style.tells_none = true;
    else if (row != BWP_ESP_CHIP_ESP32C6)
        style.tells_vendor = true;
    return style;
}

static void
add_memory (struct bwp_text *text,
            const char *what,
            const struct bwp_esp_embedded *memory,
            struct memory_style style)
{
    if (!memory->is_present && !style.tells_none)
        return;
    if (!memory->is_present)
        add_item (text, "No ");
    else
        add_item (text, style.tells_size && memory->bytes == 0 ? "Unknown " : "");
    _bwp_text_add (text, what);
    if (memory->is_present && style.tells_size && memory->bytes != 0) {
        _bwp_text_add (text, " ");
        _bwp_text_add_decimal (text, memory->bytes >> MB_SHIFT);
        _bwp_text_add (text, "MB");
    }
    if (memory->is_present && style.tells_vendor) {
        _bwp_text_add (text, " (");
        _bwp_text_add (text, memory->vendor);
        _bwp_text_add (text, ")");
    }
}

static const char *
calibration_text (uint8_t version)
{
    if (version == 0)
        return "No calibration in BLK2 of efuse";
    if (version == 1)
        return "ADC and temperature sensor calibration in BLK2 of eFuse V1";
    if (version == 2)
        return "ADC and temperature sensor calibration in BLK2 of eFuse V2";
    return "Unknown calibration in BLK2";
}

static void
add_fuse_notes (struct bwp_text *text, const struct bwp_esp_identity *identity)
{
    size_t row = bwp_esp_chip_index (identity->chip);

    if ((identity->features & BWP_ESP_FEATURE_VREF) != 0)
        add_item (text, "Vref calibration in eFuse");
    if ((identity->features & BWP_ESP_FEATURE_BLK3_RESERVED) != 0)
        add_item (text, "BLK3 partially reserved");
    if (row == BWP_ESP_CHIP_ESP32)
        add_item (text, scheme_texts[identity->coding_scheme & 3]);
    if (row == BWP_ESP_CHIP_ESP32S2)
        add_item (text, calibration_text (identity->calibration_version));
}

void
bwp_esp_identity_describe_features (const struct bwp_esp_identity *identity,
                                    char out[BWP_ESP_FEATURES_BYTES])
{
    struct memory_style style = style_of (identity->chip);
    struct bwp_text text;

    _bwp_text_init (&text, out, BWP_ESP_FEATURES_BYTES);
    for (size_t i = 0; i < COUNT (radio_texts); i++)
        if ((identity->features & radio_texts[i].feature) != 0)
            add_item (&text, radio_texts[i].text);
    add_cores (&text, identity->features);
    add_clock (&text, identity->cpu_mhz);
    add_memory (&text, "Embedded Flash", &identity->flash, style);
    add_memory (&text, "Embedded PSRAM", &identity->psram, style);
    add_fuse_notes (&text, identity);
}
