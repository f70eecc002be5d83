/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "bwp-digest.h"
#include "bwp-result.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The partition table of ESP32 chips in its binary form, and its rules.
 * Sources: ESP-IDF gen_esp32part.py, esp_flash_partitions.h; vectors partition/.
 * Memory: the caller owns the entries. Threads: no state, any thread. */

#define BWP_ESP_PARTITION_ENTRY_BYTES 32
#define BWP_ESP_PARTITION_TABLE_BYTES 0xc00 /* of data in its sector */
#define BWP_ESP_PARTITION_SECTOR 0x1000
#define BWP_ESP_PARTITION_TABLE_OFFSET 0x8000 /* the usual place */
#define BWP_ESP_PARTITION_MAX 95              /* 94 with an MD5 entry */
#define BWP_ESP_PARTITION_LABEL_BYTES 16
#define BWP_ESP_PARTITION_OTA_SLOTS_MAX 16

#define BWP_ESP_TYPE_APP 0x00
#define BWP_ESP_TYPE_DATA 0x01
#define BWP_ESP_TYPE_BOOTLOADER 0x02
#define BWP_ESP_TYPE_PARTITION_TABLE 0x03

#define BWP_ESP_APP_FACTORY 0x00
#define BWP_ESP_APP_OTA_0 0x10
#define BWP_ESP_APP_TEST 0x20
#define BWP_ESP_DATA_OTA 0x00
#define BWP_ESP_DATA_PHY 0x01
#define BWP_ESP_DATA_NVS 0x02
#define BWP_ESP_DATA_COREDUMP 0x03
#define BWP_ESP_DATA_NVS_KEYS 0x04
#define BWP_ESP_DATA_UNDEFINED 0x06
#define BWP_ESP_DATA_FAT 0x81
#define BWP_ESP_DATA_SPIFFS 0x82
#define BWP_ESP_DATA_LITTLEFS 0x83
#define BWP_ESP_DATA_TEE_OTA 0x90
#define BWP_ESP_BOOTLOADER_PRIMARY 0x00

#define BWP_ESP_PARTITION_ENCRYPTED (1u << 0)
#define BWP_ESP_PARTITION_READONLY (1u << 1)

struct bwp_esp_partition {
    char label[BWP_ESP_PARTITION_LABEL_BYTES + 1]; /* zero-terminated, bytes as found */
    uint8_t type;
    uint8_t subtype;
    uint32_t offset;
    uint32_t size;
    uint32_t flags;
};

enum bwp_esp_partition_rule {
    BWP_ESP_RULE_NONE,
    BWP_ESP_RULE_OFFSET_ALIGNMENT, /* app 0x10000, others 0x1000 */
    BWP_ESP_RULE_APP_SIZE,         /* multiple of 0x1000, secure boot v1 0x10000 */
    BWP_ESP_RULE_SMALL_NVS,        /* below 0x3000 only read-only */
    BWP_ESP_RULE_READONLY,         /* otadata and coredump must be writable */
    BWP_ESP_RULE_DUPLICATE_NAME,
    BWP_ESP_RULE_BELOW_TABLE, /* offset below the end of the table */
    BWP_ESP_RULE_OVERLAP,
    BWP_ESP_RULE_OTADATA_COUNT,
    BWP_ESP_RULE_OTADATA_SIZE, /* exactly 0x2000 */
    BWP_ESP_RULE_FLASH_SIZE,   /* ends behind the flash */
};

struct bwp_esp_partition_limits {
    uint32_t table_offset; /* usually 0x8000 */
    uint64_t flash_bytes;  /* 0 = not known, not checked */
    bool secure_boot_v1;
};

struct bwp_esp_partition_fault {
    enum bwp_esp_partition_rule rule;
    size_t index; /* the offending entry */
    size_t other; /* its counterpart for overlap and duplicates, else equal to index */
};

#ifdef __cplusplus
extern "C" {
#endif

/**
 * bwp_esp_partition_has_magic:
 * @data: what may be a table, or any entry of one
 * @len: bytes at hand
 *
 * Returns: whether it begins like an entry: two bytes, which may be there by chance
 */
bool bwp_esp_partition_has_magic (const uint8_t *data, size_t len);

/**
 * bwp_esp_partition_parse:
 * @data: the table; from 32 bytes up to one sector
 * @len: bytes at hand; nothing behind the end marker, an entry of all FF, is looked at
 * @digests: (nullable): without md5 an MD5 entry is accepted unchecked
 * @entries: (out): room for @max
 * @max: at most %BWP_ESP_PARTITION_MAX are ever needed
 * @ret_count: entries found; set on %BWP_OK only
 * @ret_has_md5: (nullable): set on %BWP_OK only
 *
 * Returns: %BWP_OK; %BWP_ERR_ABSENT no table here; %BWP_ERR_CORRUPT a wrong magic or MD5;
 * %BWP_ERR_CUT there is no end marker within @len and 0xC00 bytes; %BWP_ERR_SURPLUS an entry
 * behind the MD5; %BWP_ERR_SPACE more than @max
 */
enum bwp_result bwp_esp_partition_parse (const uint8_t *data,
                                         size_t len,
                                         const struct bwp_digests *digests,
                                         struct bwp_esp_partition *entries,
                                         size_t max,
                                         size_t *ret_count,
                                         bool *ret_has_md5);

/**
 * bwp_esp_partition_write:
 * @entries: what to write, in order
 * @count: how many
 * @digests: (nullable): NULL, or without md5: no MD5 entry
 * @out: (out): %BWP_ESP_PARTITION_TABLE_BYTES, the rest is filled with FF
 *
 * Returns: %BWP_OK; %BWP_ERR_SPACE more than 94 entries, 95 without MD5
 */
enum bwp_result bwp_esp_partition_write (const struct bwp_esp_partition *entries,
                                         size_t count,
                                         const struct bwp_digests *digests,
                                         uint8_t out[BWP_ESP_PARTITION_TABLE_BYTES]);

/**
 * bwp_esp_partition_verify:
 * @entries: a table
 * @count: how many
 * @limits: what it has to fit
 * @ret_fault: (nullable): the first broken rule; set on %BWP_ERR_RULE only
 *
 * Returns: %BWP_OK, %BWP_ERR_RULE
 */
enum bwp_result bwp_esp_partition_verify (const struct bwp_esp_partition *entries,
                                          size_t count,
                                          const struct bwp_esp_partition_limits *limits,
                                          struct bwp_esp_partition_fault *ret_fault);

/**
 * bwp_esp_partition_rule_text:
 * @rule: a broken rule
 *
 * Returns: (transfer none): the rule in English, marked for translation, never NULL
 */
const char *bwp_esp_partition_rule_text (enum bwp_esp_partition_rule rule);

/**
 * bwp_esp_partition_find:
 * @entries: a table
 * @count: how many
 * @type: wanted type
 * @subtype: wanted subtype
 *
 * Returns: (transfer none) (nullable): the first such entry
 */
const struct bwp_esp_partition *bwp_esp_partition_find (const struct bwp_esp_partition *entries,
                                                        size_t count,
                                                        uint8_t type,
                                                        uint8_t subtype);

/**
 * bwp_esp_partition_find_boot:
 * @entries: a table
 * @count: how many
 *
 * Returns: (transfer none) (nullable): what a board without otadata starts: factory, else the
 * lowest OTA slot, else the test program
 */
const struct bwp_esp_partition *
bwp_esp_partition_find_boot (const struct bwp_esp_partition *entries, size_t count);

/**
 * bwp_esp_partition_ota_slots:
 * @entries: a table
 * @count: how many
 *
 * Returns: how many slots ota_0, ota_1 ... exist without a gap, 0..16
 */
uint32_t bwp_esp_partition_ota_slots (const struct bwp_esp_partition *entries, size_t count);

/**
 * bwp_esp_partition_alignment:
 * @type: of a partition
 *
 * Returns: what its offset must be a multiple of, bytes
 */
uint32_t bwp_esp_partition_alignment (uint8_t type);

/**
 * bwp_esp_partition_type_name:
 * @type: any
 *
 * Returns: (transfer none) (nullable): "app"; NULL for a type without a name
 */
const char *bwp_esp_partition_type_name (uint8_t type);

/**
 * bwp_esp_partition_subtype_name:
 * @type: any
 * @subtype: any
 *
 * Returns: (transfer none) (nullable): "ota_0"; NULL for one without a name
 */
const char *bwp_esp_partition_subtype_name (uint8_t type, uint8_t subtype);

/**
 * bwp_esp_partition_type_from_name:
 * @name: need not be terminated, any case
 * @len: its length
 * @ret_type: set on %BWP_OK only
 *
 * Returns: %BWP_OK, %BWP_ERR_ABSENT
 */
enum bwp_result bwp_esp_partition_type_from_name (const char *name, size_t len, uint8_t *ret_type);

/**
 * bwp_esp_partition_subtype_from_name:
 * @type: of the partition
 * @name: need not be terminated, any case
 * @len: its length
 * @ret_subtype: set on %BWP_OK only
 *
 * Returns: %BWP_OK, %BWP_ERR_ABSENT
 */
enum bwp_result bwp_esp_partition_subtype_from_name (uint8_t type,
                                                     const char *name,
                                                     size_t len,
                                                     uint8_t *ret_subtype);

#ifdef __cplusplus
}
#endif
