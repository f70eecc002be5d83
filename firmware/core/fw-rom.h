/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "fw-loader.h"

/* What the two halves of the ROM share: fw-rom.c speaks, fw-rom-flash.c works on the flash.
 * Threads: the board's. */

#define FW_ROM_PARAMETER 0x0101
#define FW_ROM_FORMAT 0x0105
#define FW_ROM_FAILED 0x0106
#define FW_ROM_CHECKSUM 0x0107
#define FW_ROM_WRITE 0x0108
#define FW_ROM_READ_LENGTH 0x010a
#define FW_ROM_INFLATE 0x010b

/* Where the ROM goes after its answer. */
enum fw_after {
    FW_AFTER_STAY,
    FW_AFTER_STUB,
    FW_AFTER_DOWNLOAD, /* starts anew, the strap is not sampled */
    FW_AFTER_CONSOLE,
    FW_AFTER_SILENCE,
    FW_AFTER_PROGRAM,
};

struct fw_answer {
    uint16_t status; /* 0 or one of FW_ROM_* */
    uint64_t time;   /* what a real chip needs before it answers, nanoseconds */
    uint8_t data[64];
    size_t len;
    unsigned copies;
    bool silent;
    uint32_t baud; /* 0: stays */
    enum fw_after after;
};

/**
 * fw_rom_flash_begin:
 * @self: the board
 * @now: present time
 * @request: FLASH_BEGIN or FLASH_DEFL_BEGIN
 * @answer: (inout): the answer
 *
 * Erases the region before it answers.
 */
void fw_rom_flash_begin (struct fw_board *self,
                         uint64_t now,
                         const struct bwp_esp_request *request,
                         struct fw_answer *answer);

/**
 * fw_rom_flash_data:
 * @self: the board
 * @now: present time
 * @request: FLASH_DATA or FLASH_DEFL_DATA
 * @answer: (inout): the answer
 *
 * A block with a bad checksum consumes its sequence number all the same.
 */
void fw_rom_flash_data (struct fw_board *self,
                        uint64_t now,
                        const struct bwp_esp_request *request,
                        struct fw_answer *answer);

/**
 * fw_rom_flash_end:
 * @self: the board
 * @now: present time
 * @request: FLASH_END or FLASH_DEFL_END
 * @answer: (inout): the answer
 *
 * Leaves the loader whatever the flag says.
 */
void fw_rom_flash_end (struct fw_board *self,
                       uint64_t now,
                       const struct bwp_esp_request *request,
                       struct fw_answer *answer);

/**
 * fw_rom_md5:
 * @self: the board
 * @now: present time
 * @request: SPI_FLASH_MD5
 * @answer: (inout): the answer, 32 hexadecimal characters
 */
void fw_rom_md5 (struct fw_board *self,
                 uint64_t now,
                 const struct bwp_esp_request *request,
                 struct fw_answer *answer);

/**
 * fw_rom_read_slow:
 * @self: the board
 * @request: READ_FLASH_SLOW
 * @answer: (inout): the answer, always 64 bytes
 */
void fw_rom_read_slow (struct fw_board *self,
                       const struct bwp_esp_request *request,
                       struct fw_answer *answer);

/**
 * fw_rom_real_baud:
 * @self: the board
 * @asked: first word of CHANGE_BAUDRATE
 *
 * A ROM without a known crystal computes its divider from what it believes of it.
 *
 * Returns: the rate its UART really gets, 0 for one that makes it hang
 */
uint32_t fw_rom_real_baud (struct fw_board *self, uint32_t asked);
