/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "bwp-result.h"
#include <stddef.h>
#include <stdint.h>

/* What an application or a boot loader built with ESP-IDF says about itself, 0x20 bytes into its
 * image. Texts are copied, always zero-terminated, and hold only printable ASCII: any other byte
 * becomes '?'. Sources: ESP-IDF esp_app_desc.h, esp_bootloader_desc.h. Threads: no state. */

#define BWP_ESP_DESC_OFFSET 0x20
#define BWP_ESP_APP_DESC_BYTES 256
#define BWP_ESP_APP_DESC_MAGIC 0xabcd5432u
#define BWP_ESP_BOOT_DESC_BYTES 80
#define BWP_ESP_BOOT_DESC_MAGIC 0x50

struct bwp_esp_app_desc {
    uint32_t secure_version; /* anti-rollback */
    char version[33];
    char project[33];
    char time[17]; /* hh:mm:ss */
    char date[17]; /* Mmm dd yyyy */
    char idf_version[33];
    uint8_t elf_sha256[32];      /* zeros before post-processing */
    uint16_t min_block_revision; /* of the eFuses, major * 100 + minor */
    uint16_t max_block_revision;
    uint8_t mmu_page_log2; /* 0 = 64 KiB in old images */
};

struct bwp_esp_boot_desc {
    uint8_t secure_version;
    uint32_t version;
    char idf_version[33];
    char date_time[25];
};

#ifdef __cplusplus
extern "C" {
#endif

/**
 * bwp_esp_app_desc_parse:
 * @image: start of an image file (not of the description)
 * @len: bytes at hand; 0x120 suffice
 * @ret_desc: set on %BWP_OK only
 *
 * Returns: %BWP_OK; %BWP_ERR_ABSENT there is none; %BWP_ERR_CUT
 */
enum bwp_result
bwp_esp_app_desc_parse (const uint8_t *image, size_t len, struct bwp_esp_app_desc *ret_desc);

/**
 * bwp_esp_boot_desc_parse:
 * @image: start of an image file (not of the description)
 * @len: bytes at hand; 0x70 suffice
 * @ret_desc: set on %BWP_OK only
 *
 * The magic is a single byte, so the texts must look like texts too.
 *
 * Returns: %BWP_OK; %BWP_ERR_ABSENT there is none; %BWP_ERR_CUT
 */
enum bwp_result
bwp_esp_boot_desc_parse (const uint8_t *image, size_t len, struct bwp_esp_boot_desc *ret_desc);

#ifdef __cplusplus
}
#endif
