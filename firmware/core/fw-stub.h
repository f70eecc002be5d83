/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "fw-loader.h"

/* What the parts of the stub share: fw-stub.c speaks, fw-stub-flash.c works on the flash,
 * fw-stub-read.c streams it out. Threads: the board's. */

#define FW_STUB_LENGTH 0xc000
#define FW_STUB_CHECKSUM 0xc100
#define FW_STUB_BLOCK_SIZE 0xc200
#define FW_STUB_UNKNOWN 0xc300
#define FW_STUB_SPI 0xc400
#define FW_STUB_NO_BEGIN 0xc600
#define FW_STUB_INFLATE 0xc700
#define FW_STUB_TOO_LITTLE 0xc800
#define FW_STUB_TOO_MUCH 0xc900
#define FW_STUB_NOT_THERE 0xff00
#define FW_STUB_BOOLEAN 0x0100 /* generation 1 where it mixes codes with true and false */

enum fw_stub_after {
    FW_STUB_STAY,
    FW_STUB_TO_ROM,     /* resets into the loader */
    FW_STUB_TO_PROGRAM, /* runs what is in the flash */
    FW_STUB_TO_SILENCE, /* runs what was put into RAM */
    FW_STUB_TO_READ,    /* starts to stream */
};

struct fw_stub_answer {
    uint16_t status;
    uint32_t value;
    uint64_t time; /* nanoseconds before the answer is complete */
    uint8_t data[BWP_ESP_SECURITY_INFO_BYTES];
    size_t len;
    unsigned copies;
    uint32_t baud; /* 0: stays */
    enum fw_stub_after after;
    bool has_work; /* a block was accepted and is written after the answer */
    struct bwp_esp_block work;
};

/**
 * fw_stub_is_2:
 * @self: a board that runs a stub
 *
 * Returns: whether it is one of the second generation
 */
bool fw_stub_is_2 (const struct fw_board *self);

/**
 * fw_stub_has:
 * @self: a board that runs a stub
 * @offset: of a region
 * @size: of it
 *
 * Returns: whether the region lies in the flash as the host has described it; a smaller chip
 * wraps silently
 */
bool fw_stub_has (const struct fw_board *self, uint32_t offset, uint32_t size);

/**
 * fw_stub_flash_begin:
 * @self: the board
 * @now: present time
 * @request: FLASH_BEGIN or FLASH_DEFL_BEGIN
 * @answer: (inout): the answer
 *
 * Answers at once; erasing goes on while data is received.
 */
void fw_stub_flash_begin (struct fw_board *self,
                          uint64_t now,
                          const struct bwp_esp_request *request,
                          struct fw_stub_answer *answer);

/**
 * fw_stub_flash_data:
 * @self: the board
 * @now: present time
 * @request: FLASH_DATA or FLASH_DEFL_DATA
 * @answer: (inout): the answer; has_work when the block is taken
 */
void fw_stub_flash_data (struct fw_board *self,
                         uint64_t now,
                         const struct bwp_esp_request *request,
                         struct fw_stub_answer *answer);

/**
 * fw_stub_flash_end:
 * @self: the board
 * @now: present time
 * @request: FLASH_END or FLASH_DEFL_END
 * @answer: (inout): the answer
 */
void fw_stub_flash_end (struct fw_board *self,
                        uint64_t now,
                        const struct bwp_esp_request *request,
                        struct fw_stub_answer *answer);

/**
 * fw_stub_md5:
 * @self: the board
 * @now: present time
 * @request: SPI_FLASH_MD5
 * @answer: (inout): the answer, 16 bytes
 */
void fw_stub_md5 (struct fw_board *self,
                  uint64_t now,
                  const struct bwp_esp_request *request,
                  struct fw_stub_answer *answer);

/**
 * fw_stub_erase_flash:
 * @self: the board
 * @now: present time
 * @request: ERASE_FLASH
 * @answer: (inout): the answer
 */
void fw_stub_erase_flash (struct fw_board *self,
                          uint64_t now,
                          const struct bwp_esp_request *request,
                          struct fw_stub_answer *answer);

/**
 * fw_stub_erase_region:
 * @self: the board
 * @now: present time
 * @request: ERASE_REGION
 * @answer: (inout): the answer
 */
void fw_stub_erase_region (struct fw_board *self,
                           uint64_t now,
                           const struct bwp_esp_request *request,
                           struct fw_stub_answer *answer);

/**
 * fw_stub_work:
 * @self: the board
 * @now: when the answer is out
 * @block: an accepted one
 *
 * Writes it. What goes wrong is told with a later answer.
 *
 * Returns: when that is done
 */
uint64_t fw_stub_work (struct fw_board *self, uint64_t now, const struct bwp_esp_block *block);

/**
 * fw_stub_erase_idle:
 * @self: the board
 * @now: present time
 *
 * Does the erasing that has been started by now.
 */
void fw_stub_erase_idle (struct fw_board *self, uint64_t now);

/**
 * fw_stub_read_begin:
 * @self: the board
 * @now: present time
 * @request: READ_FLASH
 * @answer: (inout): the answer
 */
void fw_stub_read_begin (struct fw_board *self,
                         uint64_t now,
                         const struct bwp_esp_request *request,
                         struct fw_stub_answer *answer);

/**
 * fw_stub_read_acked:
 * @self: the board, streaming
 * @now: present time
 * @frame: from the host
 * @len: its length; anything but 4 ends the stream
 */
void fw_stub_read_acked (struct fw_board *self, uint64_t now, const uint8_t *frame, size_t len);

/**
 * fw_stub_read_next:
 * @self: the board
 *
 * Returns: when the next packet may go, %FW_NEVER
 */
uint64_t fw_stub_read_next (const struct fw_board *self);

/**
 * fw_stub_read_step:
 * @self: the board, streaming
 * @now: present time
 */
void fw_stub_read_step (struct fw_board *self, uint64_t now);
