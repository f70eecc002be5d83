/* SPDX-License-Identifier: Apache-2.0 */
/* The names of bwp-esp-partition.h. */
#include "bwp-esp-partition.h"
#include "bwp-text-private.h"

#define COUNT(a) (sizeof (a) / sizeof (a)[0])

static const char *const type_names[] = { "app", "data", "bootloader", "partition_table" };

struct subtype_name {
    uint8_t type;
    uint8_t subtype;
    const char *name;
};

static const struct subtype_name subtype_names[] = {
    { BWP_ESP_TYPE_APP, 0x00, "factory" },
    { BWP_ESP_TYPE_APP, 0x10, "ota_0" },
    { BWP_ESP_TYPE_APP, 0x11, "ota_1" },
    { BWP_ESP_TYPE_APP, 0x12, "ota_2" },
    { BWP_ESP_TYPE_APP, 0x13, "ota_3" },
    { BWP_ESP_TYPE_APP, 0x14, "ota_4" },
    { BWP_ESP_TYPE_APP, 0x15, "ota_5" },
    { BWP_ESP_TYPE_APP, 0x16, "ota_6" },
    { BWP_ESP_TYPE_APP, 0x17, "ota_7" },
    { BWP_ESP_TYPE_APP, 0x18, "ota_8" },
    { BWP_ESP_TYPE_APP, 0x19, "ota_9" },
    { BWP_ESP_TYPE_APP, 0x1a, "ota_10" },
    { BWP_ESP_TYPE_APP, 0x1b, "ota_11" },
    { BWP_ESP_TYPE_APP, 0x1c, "ota_12" },
    { BWP_ESP_TYPE_APP, 0x1d, "ota_13" },
    { BWP_ESP_TYPE_APP, 0x1e, "ota_14" },
    { BWP_ESP_TYPE_APP, 0x1f, "ota_15" },
    { BWP_ESP_TYPE_APP, 0x20, "test" },
    { BWP_ESP_TYPE_APP, 0x30, "tee_0" },
    { BWP_ESP_TYPE_APP, 0x31, "tee_1" },
    { BWP_ESP_TYPE_DATA, 0x00, "ota" },
    { BWP_ESP_TYPE_DATA, 0x01, "phy" },
    { BWP_ESP_TYPE_DATA, 0x02, "nvs" },
    { BWP_ESP_TYPE_DATA, 0x03, "coredump" },
    { BWP_ESP_TYPE_DATA, 0x04, "nvs_keys" },
    { BWP_ESP_TYPE_DATA, 0x05, "efuse" },
    { BWP_ESP_TYPE_DATA, 0x06, "undefined" },
    { BWP_ESP_TYPE_DATA, 0x80, "esphttpd" },
    { BWP_ESP_TYPE_DATA, 0x81, "fat" },
    { BWP_ESP_TYPE_DATA, 0x82, "spiffs" },
    { BWP_ESP_TYPE_DATA, 0x83, "littlefs" },
    { BWP_ESP_TYPE_DATA, 0x90, "tee_ota" },
    { BWP_ESP_TYPE_BOOTLOADER, 0x00, "primary" },
    { BWP_ESP_TYPE_BOOTLOADER, 0x01, "ota" },
    { BWP_ESP_TYPE_BOOTLOADER, 0x02, "recovery" },
    { BWP_ESP_TYPE_PARTITION_TABLE, 0x00, "primary" },
    { BWP_ESP_TYPE_PARTITION_TABLE, 0x01, "ota" },
};

const char *
bwp_esp_partition_type_name (uint8_t type)
{
    return type < COUNT (type_names) ? type_names[type] : NULL;
}

const char *
bwp_esp_partition_subtype_name (uint8_t type, uint8_t subtype)
{
    for (size_t i = 0; i < COUNT (subtype_names); i++)
        if (subtype_names[i].type == type && subtype_names[i].subtype == subtype)
            return subtype_names[i].name;
    return NULL;
}

enum bwp_result
bwp_esp_partition_type_from_name (const char *name, size_t len, uint8_t *ret_type)
{
    for (uint8_t i = 0; i < COUNT (type_names); i++) {
        if (_bwp_equal_fold (name, len, type_names[i])) {
            *ret_type = i;
            return BWP_OK;
        }
    }
    return BWP_ERR_ABSENT;
}

enum bwp_result
bwp_esp_partition_subtype_from_name (uint8_t type,
                                     const char *name,
                                     size_t len,
                                     uint8_t *ret_subtype)
{
    for (size_t i = 0; i < COUNT (subtype_names); i++) {
        if (subtype_names[i].type == type && _bwp_equal_fold (name, len, subtype_names[i].name)) {
            *ret_subtype = subtype_names[i].subtype;
            return BWP_OK;
        }
    }
    return BWP_ERR_ABSENT;
}
