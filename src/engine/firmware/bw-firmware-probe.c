/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-firmware"
#include "config.h"

#include "bw-firmware-probe.h"

#include <glib/gi18n-lib.h>

#include "bw-digests.h"
#include "bw-error.h"
#include "bw-result.h"
#include "bwp-bytes.h"
#include "bwp-esp-app-desc.h"
#include "bwp-esp-partition.h"

/* Code of the ESP8266 lies in its instruction memory or its mapped flash, its data below that. */
#define ESP8266_CODE_START 0x40100000u
#define ESP8266_CODE_END 0x40300000u
#define ESP8266_DATA_START 0x3ffe8000u
#define ESP8266_SEGMENT_MAX 0x100000u
/* Every later chip begins its programs in this sixteenth of the addresses. */
#define ENTRY_HIGH_NIBBLE 4u
#define MODE_MAX 5u

/* One file in 256 starts with the magic by chance (encrypted ones, file systems). A header whose
 * other fields make sense as well is meant as one: then damage is damage, and no excuse. One field
 * may be wrong, it may be the damaged one; all others together are right by chance in no file. */

static gboolean
has_sound_count (const uint8_t *data)
{
    return data[0] == BWP_ESP_IMAGE_MAGIC_V2 ? data[1] == 4
                                             : data[1] > 0 && data[1] <= BWP_ESP_IMAGE_SEGMENTS_MAX;
}

static gboolean
is_known_id (uint16_t id)
{
    const struct bwp_esp_chip *chip;

    return bwp_esp_chip_by_id (id, &chip) != BWP_ERR_ABSENT;
}

static gboolean
is_extended_header (const uint8_t *data)
{
    int n_wrong = 0;

    n_wrong += !has_sound_count (data);
    n_wrong += data[2] > MODE_MAX;
    n_wrong += bwp_get_u32le (data + 4) >> 28 != ENTRY_HIGH_NIBBLE;
    n_wrong += !is_known_id (bwp_get_u16le (data + 0xc));
    n_wrong += data[0x13] != 0 || data[0x14] != 0 || data[0x15] != 0;
    n_wrong += data[0x17] > 1;
    return n_wrong <= 1;
}

static gboolean
is_8266_header (const uint8_t *data)
{
    uint32_t entry = bwp_get_u32le (data + 4);
    uint32_t address = bwp_get_u32le (data + 8);
    uint32_t size = bwp_get_u32le (data + 12);
    gboolean is_v2 = data[0] == BWP_ESP_IMAGE_MAGIC_V2;
    int n_wrong = 0;

    n_wrong += !has_sound_count (data);
    n_wrong += data[2] > MODE_MAX;
    n_wrong += entry < ESP8266_CODE_START || entry >= ESP8266_CODE_END;
    n_wrong += is_v2 ? address != 0 : address < ESP8266_DATA_START || address >= ESP8266_CODE_END;
    n_wrong += size % 4 != 0 || size > ESP8266_SEGMENT_MAX;
    return n_wrong <= 1;
}

/* No whole image is that short: what begins like one is what was left of it. */
static gboolean
is_cut_header (const uint8_t *data, size_t len)
{
    return (len < 2 || has_sound_count (data)) && (len < 3 || data[2] <= MODE_MAX);
}

static gboolean
is_meant_as_image (const uint8_t *data, size_t len)
{
    if (len == 0 || (data[0] != BWP_ESP_IMAGE_MAGIC && data[0] != BWP_ESP_IMAGE_MAGIC_V2))
        return FALSE;
    if (len < BWP_ESP_IMAGE_EXTENDED_BYTES)
        return is_cut_header (data, len);
    /* a small number with nothing but zeros behind it */
    if (bwp_get_u32le (data + 4) == 0)
        return FALSE;
    return (data[0] == BWP_ESP_IMAGE_MAGIC && is_extended_header (data)) || is_8266_header (data);
}

static gboolean
has_mapped_segment (const BwFirmwareProbe *probe, const uint8_t *data)
{
    struct bwp_esp_segment segment;

    for (uint8_t i = 0; i < probe->image.segment_total; i++)
        if (bwp_esp_image_segment (&probe->image, data, i, &segment) == BWP_OK
            && bwp_esp_chip_is_mapped (probe->chip, segment.address))
            return TRUE;
    return FALSE;
}

/* Descriptions are certain where they exist; without one, an image that runs from memory alone is
 * a boot loader: applications of these chips execute from mapped flash. */
static BwFirmwareKind
kind_of_image (const BwFirmwareProbe *probe, const uint8_t *data, size_t len)
{
    struct bwp_esp_boot_desc boot;

    if (bw_firmware_probe_is_8266 (probe))
        return BW_FIRMWARE_APP;
    if (bwp_esp_boot_desc_parse (data, len, &boot) == BWP_OK)
        return BW_FIRMWARE_BOOTLOADER;
    return has_mapped_segment (probe, data) ? BW_FIRMWARE_APP : BW_FIRMWARE_BOOTLOADER;
}

static enum bwp_result
read_image (const uint8_t *data, size_t len, gboolean is_thorough, BwFirmwareProbe *probe)
{
    if (!is_thorough)
        return bwp_esp_image_scan (probe->chip, data, len, &probe->image);
    return bwp_esp_image_check (probe->chip, data, len, bw_digests_get (), &probe->image);
}

static gboolean
probe_image (const uint8_t *data,
             size_t len,
             gboolean is_thorough,
             BwFirmwareProbe *probe,
             GError **error)
{
    struct bwp_esp_app_desc desc;

    if (!bw_result_check (bwp_esp_image_guess_chip (data, len, &probe->chip), BW_CAUSE_BAD_FIRMWARE,
                          error, N_ ("the image header")))
        return FALSE;
    if (!bw_result_check (read_image (data, len, is_thorough, probe), BW_CAUSE_BAD_FIRMWARE, error,
                          N_ ("the %s image of %zu bytes"), probe->chip->name, len))
        return FALSE;
    probe->len = probe->image.total_length;
    if (bwp_esp_app_desc_parse (data, len, &desc) == BWP_OK) {
        g_strlcpy (probe->app_name, desc.project, sizeof probe->app_name);
        g_strlcpy (probe->app_version, desc.version, sizeof probe->app_version);
        probe->kind = BW_FIRMWARE_APP;
    } else {
        probe->kind = kind_of_image (probe, data, len);
    }
    return TRUE;
}

/* Two bytes of magic alone happen by chance: the offset behind them must look sane too. */
static gboolean
is_row (const uint8_t *data, size_t len)
{
    return len >= 8 && bwp_esp_partition_has_magic (data, len)
           && bwp_get_u32le (data + 4) % BWP_ESP_PARTITION_SECTOR == 0;
}

/* Either of the first two rows may be the damaged one. */
gboolean
bw_firmware_probe_is_table (const uint8_t *data, size_t len)
{
    return is_row (data, len)
           || (len > BWP_ESP_PARTITION_ENTRY_BYTES
               && is_row (data + BWP_ESP_PARTITION_ENTRY_BYTES,
                          len - BWP_ESP_PARTITION_ENTRY_BYTES));
}

static gboolean
probe_table (const uint8_t *data, size_t len, BwFirmwareProbe *probe, GError **error)
{
    g_autofree struct bwp_esp_partition *entries =
        g_new (struct bwp_esp_partition, BWP_ESP_PARTITION_MAX);
    size_t count;

    probe->kind = BW_FIRMWARE_PARTITION_TABLE;
    probe->len = MIN (len, BWP_ESP_PARTITION_TABLE_BYTES);
    return bw_result_check (bwp_esp_partition_parse (data, MIN (len, BWP_ESP_PARTITION_SECTOR),
                                                     bw_digests_get (), entries,
                                                     BWP_ESP_PARTITION_MAX, &count, NULL),
                            BW_CAUSE_BAD_FIRMWARE, error, N_ ("the partition table"));
}

static gboolean
probe_anything (const uint8_t *data,
                size_t len,
                gboolean is_thorough,
                BwFirmwareProbe *ret_probe,
                GError **error)
{
    BwFirmwareProbe probe = { .kind = BW_FIRMWARE_DATA, .len = len };

    if (is_meant_as_image (data, len) && !probe_image (data, len, is_thorough, &probe, error))
        return FALSE;
    if (bw_firmware_probe_is_table (data, len) && !probe_table (data, len, &probe, error))
        return FALSE;
    *ret_probe = probe;
    return TRUE;
}

gboolean
bw_firmware_probe (const uint8_t *data, size_t len, BwFirmwareProbe *ret_probe, GError **error)
{
    return probe_anything (data, len, TRUE, ret_probe, error);
}

gboolean
bw_firmware_probe_again (const uint8_t *data, size_t len, BwFirmwareProbe *ret_probe)
{
    return probe_anything (data, len, FALSE, ret_probe, NULL);
}

const struct bwp_esp_chip *
bw_firmware_probe_image_chip (const uint8_t *data, size_t len)
{
    const struct bwp_esp_chip *chip;

    if (!is_meant_as_image (data, len) || bwp_esp_image_guess_chip (data, len, &chip) != BWP_OK
        || !bwp_esp_chip_supports (chip, BWP_ESP_CAN_EXTENDED_HEADER))
        return NULL;
    return chip;
}

gboolean
bw_firmware_probe_is_8266 (const BwFirmwareProbe *probe)
{
    return probe->chip != NULL && probe->chip->image_id == BWP_ESP_NO_IMAGE_ID;
}
