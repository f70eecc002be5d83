/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "bwp-result.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Which program slot boots: two copies of a small record, one per flash sector.
 * Sources: ESP-IDF bootloader_utility.c, otatool.py; vectors otadata/. Threads: no state. */

#define BWP_ESP_OTADATA_BYTES 0x2000
#define BWP_ESP_OTADATA_SECTOR 0x1000
#define BWP_ESP_OTADATA_ENTRY_BYTES 32
#define BWP_ESP_OTADATA_COPIES 2

#define BWP_ESP_OTA_NEW 0u
#define BWP_ESP_OTA_PENDING_VERIFY 1u
#define BWP_ESP_OTA_VALID 2u
#define BWP_ESP_OTA_INVALID 3u
#define BWP_ESP_OTA_ABORTED 4u
#define BWP_ESP_OTA_UNDEFINED 0xffffffffu

struct bwp_esp_ota_entry {
    uint32_t sequence; /* FFFFFFFF = blank */
    uint32_t state;
    uint32_t crc;
    bool crc_ok;
    bool is_valid; /* not blank, not invalid or aborted, CRC matches */
};

enum bwp_esp_ota_boot {
    BWP_ESP_BOOT_FACTORY,
    BWP_ESP_BOOT_SLOT,
    BWP_ESP_BOOT_TRY_ALL, /* damaged records, no factory program: slots are tried in order */
};

struct bwp_esp_ota_choice {
    enum bwp_esp_ota_boot boot;
    uint32_t slot; /* from 0; with BWP_ESP_BOOT_SLOT only */
    int8_t copy;   /* which record decided, -1 for none */
};

struct bwp_esp_ota_update {
    uint8_t copy;    /* the sector to erase and to write, 0 or 1 */
    uint32_t offset; /* of that sector in the partition */
    uint32_t sequence;
    uint8_t entry[BWP_ESP_OTADATA_ENTRY_BYTES]; /* its first bytes, the rest stays erased */
};

#ifdef __cplusplus
extern "C" {
#endif

/**
 * bwp_esp_otadata_parse:
 * @data: the partition
 * @len: must be %BWP_ESP_OTADATA_BYTES
 * @ret_entries: two; set on %BWP_OK only
 *
 * Returns: %BWP_OK, %BWP_ERR_CUT, %BWP_ERR_SURPLUS
 */
enum bwp_result
bwp_esp_otadata_parse (const uint8_t *data, size_t len, struct bwp_esp_ota_entry ret_entries[2]);

/**
 * bwp_esp_otadata_choose:
 * @entries: two
 * @slots: number of OTA slots, 0..16
 * @has_factory: whether there is a factory program
 * @ret_choice: what the boot loader starts, before it has looked at the programs themselves
 *
 * Returns: %BWP_OK; %BWP_ERR_CALLER for more than 16 slots; %BWP_ERR_ABSENT neither a slot nor a
 * factory program
 */
enum bwp_result bwp_esp_otadata_choose (const struct bwp_esp_ota_entry entries[2],
                                        uint32_t slots,
                                        bool has_factory,
                                        struct bwp_esp_ota_choice *ret_choice);

/**
 * bwp_esp_otadata_select:
 * @entries: two, as they are now
 * @slots: number of OTA slots, 1..16
 * @slot: the one to boot next, from 0
 * @state: for the new record: %BWP_ESP_OTA_UNDEFINED, or %BWP_ESP_OTA_NEW so that a boot loader
 *   with rollback waits for a confirmation
 * @ret_update: what to write; the other copy stays
 *
 * An earlier "aborted" state is not inherited.
 *
 * Returns: %BWP_OK, %BWP_ERR_CALLER for numbers out of range, %BWP_ERR_SPACE when the sequence
 * numbers are used up
 */
enum bwp_result bwp_esp_otadata_select (const struct bwp_esp_ota_entry entries[2],
                                        uint32_t slots,
                                        uint32_t slot,
                                        uint32_t state,
                                        struct bwp_esp_ota_update *ret_update);

/**
 * bwp_esp_otadata_put_entry:
 * @sequence: its number
 * @state: its state
 * @out: (out): 32 bytes with a fitting CRC
 */
void bwp_esp_otadata_put_entry (uint32_t sequence,
                                uint32_t state,
                                uint8_t out[BWP_ESP_OTADATA_ENTRY_BYTES]);

#ifdef __cplusplus
}
#endif
