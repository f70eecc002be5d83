/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "bwp-esp-chip.h"
#include "bwp-esp-command.h"
#include "bwp-result.h"
#include <stddef.h>
#include <stdint.h>

/* Raw SPI flash commands through the controller's "user command" registers, which READ_REG and
 * WRITE_REG reach (not in secure download mode). One table for both ends: the host asks for the
 * writes to do, a simulator asks what the registers ask for.
 *
 * Host: read USR and USR2 (bwp_esp_spi_register); do the writes of the plan; read CMD until
 * %BWP_ESP_SPI_START is clear (a few polls); read W0 for the answer; restore USR and USR2.
 * Source: esptool loader.py run_spiflash_command; vectors serial/rdid_*.txt. Threads: any. */

#define BWP_ESP_SPI_START (1u << 18)
#define BWP_ESP_SPI_POLLS 10
#define BWP_ESP_SPI_PLAN_MAX 24 /* most writes one plan can hold */
#define BWP_ESP_SPI_TX_MAX 64
#define BWP_ESP_SPI_RX_MAX 64 /* bytes: all data words */
#define BWP_ESP_SPI_READ_START 3

#define BWP_ESP_FLASH_READ 0x03
#define BWP_ESP_FLASH_READ_STATUS 0x05
#define BWP_ESP_FLASH_BUSY 0x01 /* in the status */
#define BWP_ESP_FLASH_WRITE_ENABLE 0x06
#define BWP_ESP_FLASH_ERASE_SECTOR 0x20
#define BWP_ESP_FLASH_RDID 0x9f
#define BWP_ESP_FLASH_SFDP 0x5a
#define BWP_ESP_FLASH_SFDP_SIGNATURE 0x50444653u
#define BWP_ESP_FLASH_RESET_ENABLE 0x66
#define BWP_ESP_FLASH_RESET 0x99
#define BWP_ESP_FLASH_POWER_DOWN 0xb9
#define BWP_ESP_FLASH_POWER_UP 0xab

enum bwp_esp_spi_register {
    BWP_ESP_SPI_CMD,
    BWP_ESP_SPI_ADDR,
    BWP_ESP_SPI_USR,
    BWP_ESP_SPI_USR1,
    BWP_ESP_SPI_USR2,
    BWP_ESP_SPI_MOSI_DLEN, /* 0 on the ESP8266 */
    BWP_ESP_SPI_MISO_DLEN, /* 0 on the ESP8266 */
    BWP_ESP_SPI_W0,        /* first of 16 data words */
};

struct bwp_esp_spi_command {
    uint8_t command;
    uint32_t address;
    uint8_t address_bits; /* 0 = none, at most 32 */
    uint8_t dummy_cycles;
    const uint8_t *tx; /* borrowed; may be NULL when tx_bytes is 0 */
    uint8_t tx_bytes;  /* at most 64 */
    uint16_t rx_bits;  /* 0..32 for a host, the answer stands in W0 */
};

/* What the registers hold, for a simulator. */
struct bwp_esp_spi_state {
    uint32_t addr;
    uint32_t usr;
    uint32_t usr1;
    uint32_t usr2;
    uint32_t mosi_dlen;
    uint32_t miso_dlen;
};

#ifdef __cplusplus
extern "C" {
#endif

/**
 * bwp_esp_spi_address:
 * @chip: a record
 * @reg: which register
 *
 * Returns: its address, 0 if the chip has none
 */
uint32_t bwp_esp_spi_address (const struct bwp_esp_chip *chip, enum bwp_esp_spi_register reg);

/**
 * bwp_esp_spi_plan:
 * @chip: a record
 * @command: what to send
 * @writes: (out): room for %BWP_ESP_SPI_PLAN_MAX
 * @ret_count: writes to do in order, the last one starts the command
 *
 * Returns: %BWP_OK, or %BWP_ERR_CALLER for lengths outside their range
 */
enum bwp_result bwp_esp_spi_plan (const struct bwp_esp_chip *chip,
                                  const struct bwp_esp_spi_command *command,
                                  struct bwp_esp_reg_write *writes,
                                  size_t *ret_count);

/**
 * bwp_esp_spi_read_setup:
 * @chip: a record
 * @rx_bytes: of each read, 1..%BWP_ESP_SPI_RX_MAX
 * @writes: (out): room for %BWP_ESP_SPI_PLAN_MAX
 * @ret_count: writes to do, in any order
 *
 * What has to stand in the controller before bwp_esp_spi_read_start(); it stays there for any number
 * of reads of that length, unless another command comes between. The plain read command is used: it
 * needs no dummy cycles and no mode of the flash chip, and reaches 16 MB.
 *
 * Returns: %BWP_OK, or %BWP_ERR_CALLER for another @rx_bytes
 */
enum bwp_result bwp_esp_spi_read_setup (const struct bwp_esp_chip *chip,
                                        uint32_t rx_bytes,
                                        struct bwp_esp_reg_write *writes,
                                        size_t *ret_count);

/**
 * bwp_esp_spi_read_start:
 * @chip: a record
 * @address: in the flash, below 16 MB
 * @mark: put into the first data word; found there afterwards, the flash was not read
 * @writes: (out): to do in this order
 *
 * The bytes stand in the data words from W0 on, the first one in the lowest bits.
 */
void bwp_esp_spi_read_start (const struct bwp_esp_chip *chip,
                             uint32_t address,
                             uint32_t mark,
                             struct bwp_esp_reg_write writes[BWP_ESP_SPI_READ_START]);

/**
 * bwp_esp_spi_read_state:
 * @chip: a record
 * @state: the registers when the start bit was written
 * @ret_command: what is to be sent; tx is NULL, its bytes stand in W0 and following. rx_bits may
 *   be up to 512.
 *
 * Returns: %BWP_OK, or %BWP_ERR_CORRUPT when the registers ask for no command byte or more than
 * 64 bytes
 */
enum bwp_result bwp_esp_spi_read_state (const struct bwp_esp_chip *chip,
                                        const struct bwp_esp_spi_state *state,
                                        struct bwp_esp_spi_command *ret_command);

#ifdef __cplusplus
}
#endif
