/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-firmware"

#include "bw-firmware-probe.h"

#include "bw-digests.h"
#include "bw-error.h"
#include "bw-result.h"
#include "bwp-bytes.h"
#include "bwp-esp-app-desc.h"
#include "bwp-esp-partition.h"

/* Code of the ESP8266 lies in its instruction memory or its mapped flash. */
#define ESP8266_CODE_START 0x40100000u
#define ESP8266_CODE_END 0x40300000u

/* One file in 256 starts with the magic by chance (encrypted ones, file systems). A header whose
 * other fields make sense as well is meant as one: then damage is damage, and no excuse. */
static gboolean
is_meant_as_image (const uint8_t *data, size_t len)
{
    const struct bwp_esp_chip *chip;
    uint32_t entry;

    if (len < BWP_ESP_IMAGE_HEADER_BYTES
        || (data[0] != BWP_ESP_IMAGE_MAGIC && data[0] != BWP_ESP_IMAGE_MAGIC_V2))
        return FALSE;
    if (data[1] == 0 || data[1] > BWP_ESP_IMAGE_SEGMENTS_MAX || data[2] > 5)
        return FALSE;
    if (len >= BWP_ESP_IMAGE_EXTENDED_BYTES && data[0] == BWP_ESP_IMAGE_MAGIC && data[0x17] <= 1
        && bwp_get_u32le (data + 0x13) << 8 == 0
        && bwp_esp_chip_by_id (bwp_get_u16le (data + 0xc), &chip) != BWP_ERR_ABSENT)
        return TRUE;
    entry = bwp_get_u32le (data + 4);
    return entry >= ESP8266_CODE_START && entry < ESP8266_CODE_END;
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

static gboolean
probe_image (const uint8_t *data, size_t len, BwFirmwareProbe *probe, GError **error)
{
    struct bwp_esp_app_desc desc;

    if (!bw_result_check (bwp_esp_image_guess_chip (data, len, &probe->chip), BW_CAUSE_BAD_FIRMWARE,
                          error, "the image header"))
        return FALSE;
    if (!bw_result_check (bwp_esp_image_check (probe->chip, data, len, bw_digests_get (),
                                               &probe->image),
                          BW_CAUSE_BAD_FIRMWARE, error, "the %s image of %zu bytes",
                          probe->chip->name, len))
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

/* The first entry must look sane too: two bytes of magic alone happen by chance. */
static gboolean
is_meant_as_table (const uint8_t *data, size_t len)
{
    return len >= BWP_ESP_PARTITION_ENTRY_BYTES && data[0] == 0xaa && data[1] == 0x50
           && bwp_get_u32le (data + 4) % 0x1000 == 0 && bwp_get_u32le (data + 8) != 0;
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
                            BW_CAUSE_BAD_FIRMWARE, error, "the partition table");
}

gboolean
bw_firmware_probe (const uint8_t *data, size_t len, BwFirmwareProbe *ret_probe, GError **error)
{
    BwFirmwareProbe probe = { .kind = BW_FIRMWARE_DATA, .len = len };

    if (is_meant_as_image (data, len) && !probe_image (data, len, &probe, error))
        return FALSE;
    if (is_meant_as_table (data, len) && !probe_table (data, len, &probe, error))
        return FALSE;
    *ret_probe = probe;
    return TRUE;
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
