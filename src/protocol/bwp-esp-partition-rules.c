/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of bwp-esp-partition.h. */
#include "bwp-esp-otadata.h"
#include "bwp-esp-partition-private.h"
#include "bwp-words-private.h"
#include <string.h>

#define APP_ALIGNMENT 0x10000u
#define NVS_WRITABLE_BYTES 0x3000u

uint32_t
bwp_esp_partition_alignment (uint8_t type)
{
    return type == BWP_ESP_TYPE_APP ? APP_ALIGNMENT : BWP_ESP_PARTITION_SECTOR;
}

static bool
is_data (const struct bwp_esp_partition *entry, uint8_t subtype)
{
    return entry->type == BWP_ESP_TYPE_DATA && entry->subtype == subtype;
}

bool
_bwp_esp_partition_is_otadata (const struct bwp_esp_partition *entry)
{
    return is_data (entry, BWP_ESP_DATA_OTA) || is_data (entry, BWP_ESP_DATA_TEE_OTA);
}

bool
_bwp_esp_partition_is_primary (const struct bwp_esp_partition *entry)
{
    return (entry->type == BWP_ESP_TYPE_BOOTLOADER || entry->type == BWP_ESP_TYPE_PARTITION_TABLE)
           && entry->subtype == 0;
}

static uint64_t
end_of (const struct bwp_esp_partition *entry)
{
    return (uint64_t) entry->offset + entry->size;
}

static enum bwp_esp_partition_rule
check_place (const struct bwp_esp_partition *entry, const struct bwp_esp_partition_limits *limits)
{
    uint32_t unit = limits->secure_boot_v1 ? APP_ALIGNMENT : BWP_ESP_PARTITION_SECTOR;

    if ((entry->offset & (bwp_esp_partition_alignment (entry->type) - 1)) != 0)
        return BWP_ESP_RULE_OFFSET_ALIGNMENT;
    if (entry->type == BWP_ESP_TYPE_APP && (entry->size & (unit - 1)) != 0)
        return BWP_ESP_RULE_APP_SIZE;
    if (!_bwp_esp_partition_is_primary (entry)
        && entry->offset < (uint64_t) limits->table_offset + BWP_ESP_PARTITION_SECTOR)
        return BWP_ESP_RULE_BELOW_TABLE;
    if (limits->flash_bytes != 0 && end_of (entry) > limits->flash_bytes)
        return BWP_ESP_RULE_FLASH_SIZE;
    return BWP_ESP_RULE_NONE;
}

static enum bwp_esp_partition_rule
check_kind (const struct bwp_esp_partition *entry)
{
    bool readonly = (entry->flags & BWP_ESP_PARTITION_READONLY) != 0;

    if (is_data (entry, BWP_ESP_DATA_NVS) && entry->size < NVS_WRITABLE_BYTES && !readonly)
        return BWP_ESP_RULE_SMALL_NVS;
    if (readonly && (is_data (entry, BWP_ESP_DATA_OTA) || is_data (entry, BWP_ESP_DATA_COREDUMP)))
        return BWP_ESP_RULE_READONLY;
    if (_bwp_esp_partition_is_otadata (entry) && entry->size != BWP_ESP_OTADATA_BYTES)
        return BWP_ESP_RULE_OTADATA_SIZE;
    return BWP_ESP_RULE_NONE;
}

static enum bwp_esp_partition_rule
check_pair (const struct bwp_esp_partition *a, const struct bwp_esp_partition *b)
{
    if (memcmp (a->label, b->label, BWP_ESP_PARTITION_LABEL_BYTES) == 0)
        return BWP_ESP_RULE_DUPLICATE_NAME;
    if (a->offset < end_of (b) && b->offset < end_of (a))
        return BWP_ESP_RULE_OVERLAP;
    if (_bwp_esp_partition_is_otadata (a) && _bwp_esp_partition_is_otadata (b)
        && a->subtype == b->subtype)
        return BWP_ESP_RULE_OTADATA_COUNT;
    return BWP_ESP_RULE_NONE;
}

static enum bwp_result
report (enum bwp_esp_partition_rule rule,
        size_t index,
        size_t other,
        struct bwp_esp_partition_fault *ret_fault)
{
    if (ret_fault != NULL) {
        ret_fault->rule = rule;
        ret_fault->index = index;
        ret_fault->other = other;
    }
    return BWP_ERR_RULE;
}

static enum bwp_result
verify_pairs (const struct bwp_esp_partition *entries,
              size_t count,
              struct bwp_esp_partition_fault *ret_fault)
{
    for (size_t i = 1; i < count; i++) {
        for (size_t k = 0; k < i; k++) {
            enum bwp_esp_partition_rule rule = check_pair (&entries[i], &entries[k]);

            if (rule != BWP_ESP_RULE_NONE)
                return report (rule, i, k, ret_fault);
        }
    }
    return BWP_OK;
}

enum bwp_result
bwp_esp_partition_verify (const struct bwp_esp_partition *entries,
                          size_t count,
                          const struct bwp_esp_partition_limits *limits,
                          struct bwp_esp_partition_fault *ret_fault)
{
    for (size_t i = 0; i < count; i++) {
        enum bwp_esp_partition_rule rule = check_place (&entries[i], limits);

        if (rule == BWP_ESP_RULE_NONE)
            rule = check_kind (&entries[i]);
        if (rule != BWP_ESP_RULE_NONE)
            return report (rule, i, i, ret_fault);
    }
    return verify_pairs (entries, count, ret_fault);
}

const char *
bwp_esp_partition_rule_text (enum bwp_esp_partition_rule rule)
{
    switch (rule) {
    case BWP_ESP_RULE_NONE:
        return N_ ("no rule is broken");
    case BWP_ESP_RULE_OFFSET_ALIGNMENT:
        return N_ ("offset is not aligned (programs to 0x10000, others to 0x1000)");
    case BWP_ESP_RULE_APP_SIZE:
        return N_ ("size of a program is not a multiple of 0x1000 (0x10000 with secure boot v1)");
    case BWP_ESP_RULE_SMALL_NVS:
        return N_ ("an nvs partition below 0x3000 bytes must be read-only");
    case BWP_ESP_RULE_READONLY:
        return N_ ("this kind of partition must not be read-only");
    case BWP_ESP_RULE_DUPLICATE_NAME:
        return N_ ("two partitions have the same name");
    case BWP_ESP_RULE_BELOW_TABLE:
        return N_ ("offset lies below the end of the partition table");
    case BWP_ESP_RULE_OVERLAP:
        return N_ ("two partitions overlap");
    case BWP_ESP_RULE_OTADATA_COUNT:
        return N_ ("there is more than one otadata partition");
    case BWP_ESP_RULE_OTADATA_SIZE:
        return N_ ("an otadata partition must have exactly 0x2000 bytes");
    case BWP_ESP_RULE_FLASH_SIZE:
        return N_ ("partition ends behind the end of the flash");
    }
    return N_ ("unknown rule");
}
