/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "bwp-result.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One constant record per chip family: everything a host must know to talk to its boot ROM and a
 * simulator must know to pose as it. A chip is a row here, never a branch elsewhere.
 * Sources: esptool targets, esp-serial-flasher, ESP-IDF documentation.
 * Memory: records live as long as the program. Threads: read-only, any thread. */

#define BWP_ESP_NO_IMAGE_ID 0xffffu /* ESP8266: its images carry none */
#define BWP_ESP_MAGIC_REGISTER 0x40001000u
#define BWP_ESP_MAGICS_MAX 4
#define BWP_ESP_USB_VENDOR 0x303au

/* What a chip can do or needs; "supports" of a record. */
#define BWP_ESP_CAN_SECURITY_INFO (1u << 0)       /* its ROM answers GET_SECURITY_INFO */
#define BWP_ESP_CAN_SECURITY_INFO_SHORT (1u << 1) /* in the 12-byte form, without a chip id */
#define BWP_ESP_CAN_ENCRYPTED_WORD (1u << 2)      /* its ROM wants five words in flash BEGIN */
#define BWP_ESP_CAN_ROM_FLASH_EXTRAS (1u << 3)    /* ROM: deflate, MD5, attach, params, baud */
#define BWP_ESP_CAN_STUB (1u << 4)                /* a stub exists */
#define BWP_ESP_CAN_EXTENDED_HEADER (1u << 5)     /* 24-byte image header with chip id, digest */
#define BWP_ESP_CAN_EUI64 (1u << 6)               /* 802.15.4 address */
#define BWP_ESP_CAN_WATCHDOG_RESET (1u << 7)      /* the RTC watchdog resets it cleanly */
#define BWP_ESP_CAN_LARGE_FLASH (1u << 8)         /* beyond 16 MB, with a stub */
#define BWP_ESP_CAN_KEY_MANAGER (1u << 9)
#define BWP_ESP_CAN_PADS_IN_EFUSE (1u << 10)    /* in-package flash on pads named by eFuse */
#define BWP_ESP_NEEDS_MINOR_REVISION (1u << 11) /* old-style image limit is a minor revision */
#define BWP_ESP_NEEDS_WATCHDOG_OFF (1u << 12)   /* silence watchdogs on USB-Serial/JTAG */

/* The SPI flash controller; see bwp-esp-spi.h for its use. Offsets are from base. */
struct bwp_esp_spi_layout {
    uint32_t base;
    uint8_t usr;
    uint8_t usr1;
    uint8_t usr2;
    uint8_t mosi_dlen; /* 0: none, lengths stand in USR1 (ESP8266) */
    uint8_t miso_dlen;
    uint8_t w0;
    bool address_left_aligned;
};

/* Registers of the RTC watchdog and the super watchdog; 0 = has none or is not known. */
struct bwp_esp_watchdogs {
    uint32_t config0;
    uint32_t config1;
    uint32_t protect;
    uint32_t super_config;
    uint32_t super_protect;
    uint32_t super_key;
    uint8_t super_feed_bit;
};

#define BWP_ESP_WATCHDOG_KEY 0x50d83aa1u

/* Which way a line reset would boot; 0 = not of interest on this chip. */
struct bwp_esp_straps {
    uint32_t strap;      /* register of the pins sampled at reset */
    uint32_t strap_mask; /* set: boots from flash */
    uint32_t option;     /* register of the force-download flag */
    uint32_t option_mask;
};

struct bwp_esp_range {
    uint32_t start;
    uint32_t end; /* first address behind it; equal to start: empty */
};

/* A nibble of image byte 3 and what it means. */
struct bwp_esp_code {
    uint8_t code;
    uint8_t mhz;
};

struct bwp_esp_chip {
    const char *name;  /* "ESP32-C3" */
    const char *key;   /* "esp32c3" */
    uint16_t image_id; /* BWP_ESP_NO_IMAGE_ID for the ESP8266 */
    uint32_t supports; /* BWP_ESP_CAN_*, BWP_ESP_NEEDS_* */
    uint32_t magics[BWP_ESP_MAGICS_MAX];
    uint8_t magic_count;
    uint32_t bootloader_offset;
    uint32_t uf2_family; /* 0 = none */
    struct bwp_esp_spi_layout spi;
    uint32_t uart_clkdiv; /* 0 = not known */
    uint8_t crystal_mhz;  /* 0 = must be measured */
    uint32_t efuse_base;
    uint32_t mac; /* first word of the MAC address */
    struct bwp_esp_watchdogs watchdogs;
    struct bwp_esp_straps straps;
    uint16_t usb_jtag_pid; /* of BWP_ESP_USB_VENDOR; 0 = none */
    uint16_t usb_otg_pid;
    struct bwp_esp_range irom; /* instruction addresses mapped from flash */
    struct bwp_esp_range drom; /* data addresses mapped from flash */
    const struct bwp_esp_code *frequencies;
    uint8_t frequency_count;
};

#ifdef __cplusplus
extern "C" {
#endif

/**
 * bwp_esp_chip_at:
 * @index: from 0
 *
 * Returns: (transfer none) (nullable): the record, NULL past the last: for loops over all chips
 */
const struct bwp_esp_chip *bwp_esp_chip_at (size_t index);

/**
 * bwp_esp_chip_index:
 * @chip: a record
 *
 * Returns: its index for bwp_esp_chip_at(), stable within one build
 */
size_t bwp_esp_chip_index (const struct bwp_esp_chip *chip);

/**
 * bwp_esp_chip_by_id:
 * @id: chip id of GET_SECURITY_INFO or of an image header
 * @ret_chip: (transfer none): set on %BWP_OK only
 *
 * Returns: %BWP_OK; %BWP_ERR_VERSION for a retired engineering sample that must be refused;
 * %BWP_ERR_ABSENT for an unknown id
 */
enum bwp_result bwp_esp_chip_by_id (uint32_t id, const struct bwp_esp_chip **ret_chip);

/**
 * bwp_esp_chip_by_magic:
 * @magic: contents of %BWP_ESP_MAGIC_REGISTER
 *
 * For ESP8266, ESP32 and ESP32-S2 this is the way; for later ones a fallback where
 * GET_SECURITY_INFO is impossible. ESP32-P4 and ESP32-S31 share the magic 0: not found.
 *
 * Returns: (transfer none) (nullable): the record
 */
const struct bwp_esp_chip *bwp_esp_chip_by_magic (uint32_t magic);

/**
 * bwp_esp_chip_by_name:
 * @name: "ESP32-C3", "esp32c3", "esp32-c3", "esp32_c3": case, - and _ do not count. "ESP8285" is
 *   an ESP8266.
 *
 * Returns: (transfer none) (nullable): the record
 */
const struct bwp_esp_chip *bwp_esp_chip_by_name (const char *name);

/**
 * bwp_esp_chip_by_uf2_family:
 * @family: family id of a UF2 block
 *
 * Returns: (transfer none) (nullable): the record
 */
const struct bwp_esp_chip *bwp_esp_chip_by_uf2_family (uint32_t family);

/**
 * bwp_esp_chip_supports:
 * @chip: a record
 * @flags: one or more BWP_ESP_CAN_* or BWP_ESP_NEEDS_*
 *
 * Returns: whether all of them hold
 */
bool bwp_esp_chip_supports (const struct bwp_esp_chip *chip, uint32_t flags);

/**
 * bwp_esp_chip_is_mapped:
 * @chip: a record
 * @address: load address of a segment
 *
 * Returns: whether the address is mapped from flash instead of being copied to RAM
 */
bool bwp_esp_chip_is_mapped (const struct bwp_esp_chip *chip, uint32_t address);

/* ---- flash parameters of an image header --------------------------------------------------- */

#define BWP_ESP_MODE_QIO 0
#define BWP_ESP_MODE_QOUT 1
#define BWP_ESP_MODE_DIO 2
#define BWP_ESP_MODE_DOUT 3

/**
 * bwp_esp_mode_from_text:
 * @text: "qio", "qout", "dio", "dout", any case
 * @ret_code: set on %BWP_OK only
 *
 * Returns: %BWP_OK, %BWP_ERR_ABSENT
 */
enum bwp_result bwp_esp_mode_from_text (const char *text, uint8_t *ret_code);

/**
 * bwp_esp_frequency_from_text:
 * @chip: a record
 * @text: "80m", "26m", "80MHz", any case
 * @ret_code: low nibble of byte 3; set on %BWP_OK only
 *
 * Returns: %BWP_OK, %BWP_ERR_ABSENT when the chip has no such clock
 */
enum bwp_result
bwp_esp_frequency_from_text (const struct bwp_esp_chip *chip, const char *text, uint8_t *ret_code);

/**
 * bwp_esp_size_code:
 * @chip: a record
 * @bytes: size of a flash chip
 * @ret_code: high nibble of byte 3, in the low four bits; set on %BWP_OK only
 *
 * Returns: %BWP_OK, %BWP_ERR_ABSENT when there is no code for it
 */
enum bwp_result
bwp_esp_size_code (const struct bwp_esp_chip *chip, uint64_t bytes, uint8_t *ret_code);

/**
 * bwp_esp_size_bytes:
 * @chip: a record
 * @code: high nibble of byte 3, in the low four bits
 *
 * Returns: bytes, 0 for an unknown code
 */
uint64_t bwp_esp_size_bytes (const struct bwp_esp_chip *chip, uint8_t code);

/**
 * bwp_esp_size_from_text:
 * @chip: a record
 * @text: "4MB", "512KB", ESP8266 also "2MB-c1", "4MB-c1", "8m"; any case
 * @ret_code: set on %BWP_OK only
 *
 * Returns: %BWP_OK, %BWP_ERR_ABSENT
 */
enum bwp_result
bwp_esp_size_from_text (const struct bwp_esp_chip *chip, const char *text, uint8_t *ret_code);

/* ---- flash chips ---------------------------------------------------------------------------- */

/**
 * bwp_esp_flash_id_is_valid:
 * @rdid: 24-bit answer to command 9F, vendor in the low byte
 *
 * Returns: false for the values an unconnected chip gives
 */
bool bwp_esp_flash_id_is_valid (uint32_t rdid);

/**
 * bwp_esp_flash_id_bytes:
 * @rdid: 24-bit answer to command 9F, vendor in the low byte
 *
 * Returns: size in bytes, 0 when the capacity code is not known
 */
uint64_t bwp_esp_flash_id_bytes (uint32_t rdid);

/**
 * bwp_esp_flash_id_from_bytes:
 * @bytes: size of a flash chip, a power of two from 256 KB on
 * @ret_rdid: the answer of such a chip by Winbond: for simulators; set on %BWP_OK only
 *
 * Returns: %BWP_OK, %BWP_ERR_ABSENT
 */
enum bwp_result bwp_esp_flash_id_from_bytes (uint64_t bytes, uint32_t *ret_rdid);

/**
 * bwp_esp_flash_maker:
 * @rdid: 24-bit answer to command 9F, vendor in the low byte
 *
 * Returns: (transfer none): "Winbond"; "unknown" for unlisted ones
 */
const char *bwp_esp_flash_maker (uint32_t rdid);

#ifdef __cplusplus
}
#endif
