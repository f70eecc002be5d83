/* SPDX-License-Identifier: Apache-2.0 */
#include "bwp-esp-otadata.h"
#include "bwp-bytes.h"
#include "bwp-crc.h"
#include "bwp-esp-partition.h"
#include <string.h>

#define BLANK 0xffffffffu
#define OFFSET_STATE 0x18
#define OFFSET_CRC 0x1c

static bool
is_usable (const struct bwp_esp_ota_entry *entry)
{
    return entry->sequence != BLANK && entry->state != BWP_ESP_OTA_INVALID
           && entry->state != BWP_ESP_OTA_ABORTED;
}

static void
read_entry (const uint8_t *data, struct bwp_esp_ota_entry *entry)
{
    entry->sequence = bwp_get_u32le (data);
    entry->state = bwp_get_u32le (data + OFFSET_STATE);
    entry->crc = bwp_get_u32le (data + OFFSET_CRC);
    entry->crc_ok = bwp_crc32_esp (data, 4) == entry->crc;
    entry->is_valid = is_usable (entry) && entry->crc_ok;
}

enum bwp_result
bwp_esp_otadata_parse (const uint8_t *data, size_t len, struct bwp_esp_ota_entry ret_entries[2])
{
    if (len < BWP_ESP_OTADATA_BYTES)
        return BWP_ERR_CUT;
    if (len > BWP_ESP_OTADATA_BYTES)
        return BWP_ERR_SURPLUS;
    read_entry (data, &ret_entries[0]);
    read_entry (data + BWP_ESP_OTADATA_SECTOR, &ret_entries[1]);
    return BWP_OK;
}

/* Which of two acceptable copies counts: the larger sequence, on a tie the first. */
static int8_t
newer (const struct bwp_esp_ota_entry entries[2], bool first_ok, bool second_ok)
{
    if (first_ok && second_ok)
        return entries[1].sequence > entries[0].sequence ? 1 : 0;
    if (first_ok)
        return 0;
    return second_ok ? 1 : -1;
}

enum bwp_result
bwp_esp_otadata_choose (const struct bwp_esp_ota_entry entries[2],
                        uint32_t slots,
                        bool has_factory,
                        struct bwp_esp_ota_choice *ret_choice)
{
    bool none_usable = !is_usable (&entries[0]) && !is_usable (&entries[1]);

    if (slots > BWP_ESP_PARTITION_OTA_SLOTS_MAX)
        return BWP_ERR_CALLER;
    if (slots == 0 && !has_factory)
        return BWP_ERR_ABSENT;
    ret_choice->slot = 0;
    ret_choice->copy = -1;
    ret_choice->boot = has_factory ? BWP_ESP_BOOT_FACTORY : BWP_ESP_BOOT_SLOT;
    if (slots == 0 || none_usable)
        return BWP_OK;
    ret_choice->copy = newer (entries, entries[0].is_valid, entries[1].is_valid);
    if (ret_choice->copy < 0) {
        ret_choice->boot = has_factory ? BWP_ESP_BOOT_FACTORY : BWP_ESP_BOOT_TRY_ALL;
        return BWP_OK;
    }
    ret_choice->boot = BWP_ESP_BOOT_SLOT;
    ret_choice->slot = (entries[ret_choice->copy].sequence - 1) % slots;
    return BWP_OK;
}

/* The smallest number from base on that selects the slot; 0 when there is none left. */
static uint32_t
next_sequence (uint32_t base, uint32_t slots, uint32_t slot)
{
    for (uint32_t i = 0; i < slots; i++) {
        if (base > BLANK - 1 - i)
            return 0;
        if ((base + i - 1) % slots == slot)
            return base + i;
    }
    return 0;
}

void
bwp_esp_otadata_put_entry (uint32_t sequence,
                           uint32_t state,
                           uint8_t out[BWP_ESP_OTADATA_ENTRY_BYTES])
{
    memset (out, 0xff, BWP_ESP_OTADATA_ENTRY_BYTES);
    bwp_put_u32le (out, sequence);
    bwp_put_u32le (out + OFFSET_STATE, state);
    bwp_put_u32le (out + OFFSET_CRC, bwp_crc32_esp (out, 4));
}

/* Whether a copy may serve as base: the state does not matter, 0 never selects anything. */
static bool
is_base (const struct bwp_esp_ota_entry *entry)
{
    return entry->crc_ok && entry->sequence != BLANK && entry->sequence != 0;
}

enum bwp_result
bwp_esp_otadata_select (const struct bwp_esp_ota_entry entries[2],
                        uint32_t slots,
                        uint32_t slot,
                        uint32_t state,
                        struct bwp_esp_ota_update *ret_update)
{
    int8_t base = newer (entries, is_base (&entries[0]), is_base (&entries[1]));
    uint32_t sequence;

    if (slots == 0 || slots > BWP_ESP_PARTITION_OTA_SLOTS_MAX || slot >= slots)
        return BWP_ERR_CALLER;
    sequence = base < 0 ? slot + 1 : next_sequence (entries[base].sequence, slots, slot);
    if (sequence == 0)
        return BWP_ERR_SPACE;
    ret_update->copy = base == 0 ? 1 : 0;
    ret_update->offset = ret_update->copy * (uint32_t) BWP_ESP_OTADATA_SECTOR;
    ret_update->sequence = sequence;
    bwp_esp_otadata_put_entry (sequence, state, ret_update->entry);
    return BWP_OK;
}
