/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "fw-board.h"

/* Reset causes, in the numbers of the ESP32's boot log. */
#define FW_RESET_POWER 0x01
#define FW_RESET_SOFTWARE 0x03
#define FW_RESET_WATCHDOG 0x07
#define FW_RESET_CPU 0x0c
#define FW_RESET_BROWNOUT 0x0f
#define FW_RESET_RTC_WATCHDOG 0x10

/* The parts of a board that share its state: sending, the ROM, the stub, booting. For fw-board.c
 * and its neighbours only. Threads: the board's. */

/**
 * fw_board_send_frame:
 * @self: the board
 * @when: not before this
 * @payload: becomes one SLIP frame
 * @len: at most 0x1000 + 64
 *
 * Counts it and applies the faults that concern replies.
 *
 * Returns: when it has left
 */
uint64_t
fw_board_send_frame (struct fw_board *self, uint64_t when, const uint8_t *payload, size_t len);

/**
 * fw_board_send_slow:
 * @self: the board
 * @when: the first @split bytes on the wire go not before this
 * @later: and the rest not before this
 * @split: how many
 * @payload: as fw_board_send_frame()
 * @len: as there
 *
 * Returns: when it has left
 */
uint64_t fw_board_send_slow (struct fw_board *self,
                             uint64_t when,
                             uint64_t later,
                             size_t split,
                             const uint8_t *payload,
                             size_t len);

/**
 * fw_board_is_too_long:
 * @self: the board
 * @frame_len: bytes of a decoded frame
 *
 * Returns: whether it got lost on its way through the chip's own USB
 */
bool fw_board_is_too_long (const struct fw_board *self, size_t frame_len);

/**
 * fw_board_read_register:
 * @self: the board
 * @address: any
 *
 * Returns: its contents
 */
uint32_t fw_board_read_register (struct fw_board *self, uint32_t address);

/**
 * fw_board_print:
 * @self: the board
 * @when: not before this
 * @text: printed as it is
 *
 * Returns: when it has left
 */
uint64_t fw_board_print (struct fw_board *self, uint64_t when, const char *text);

/**
 * fw_board_log:
 * @self: the board
 * @text: for the one who runs it
 */
void fw_board_log (struct fw_board *self, const char *text);

/**
 * fw_board_takes:
 * @self: the board
 * @time: nanoseconds a chip would need
 *
 * Returns: what it takes here, 0 for a board without times
 */
uint64_t fw_board_takes (const struct fw_board *self, uint64_t time);

/**
 * fw_board_write_registers:
 * @self: the board
 * @now: present time
 * @request: a WRITE_REG
 * @ret_time: the delays it asks for, nanoseconds; set on success only
 *
 * Returns: false when its length is wrong
 */
bool fw_board_write_registers (struct fw_board *self,
                               uint64_t now,
                               const struct bwp_esp_request *request,
                               uint64_t *ret_time);

/**
 * fw_board_bad_checksum:
 * @self: the board; counts a data block
 *
 * Returns: whether a fault makes this block's checksum wrong
 */
bool fw_board_bad_checksum (struct fw_board *self);

/**
 * fw_board_security:
 * @self: the board
 * @out: (out): room for %BWP_ESP_SECURITY_INFO_BYTES
 *
 * Returns: bytes of the answer to GET_SECURITY_INFO, 12 or 20
 */
size_t fw_board_security (const struct fw_board *self, uint8_t *out);

/**
 * fw_board_is_8266:
 * @self: the board
 *
 * Returns: whether it is an ESP8266, whose ROM has its own ways
 */
bool fw_board_is_8266 (const struct fw_board *self);

/**
 * fw_board_restart:
 * @self: the board
 * @now: present time
 * @download: whether it comes up in download mode
 * @reason: number of the reset cause in the chip's log
 */
void fw_board_restart (struct fw_board *self, uint64_t now, bool download, uint8_t reason);

/**
 * fw_rom_enter:
 * @self: a board just reset into download mode
 * @now: present time
 */
void fw_rom_enter (struct fw_board *self, uint64_t now);

/**
 * fw_rom_receive:
 * @self: a board in download mode
 * @now: present time
 * @bytes: from the host
 * @len: how many
 */
void fw_rom_receive (struct fw_board *self, uint64_t now, const uint8_t *bytes, size_t len);

/**
 * fw_rom_next:
 * @self: a board in download mode
 *
 * Returns: when the ROM goes on with what it has in its ring
 */
uint64_t fw_rom_next (const struct fw_board *self);

/**
 * fw_rom_step:
 * @self: a board in download mode
 * @now: the time fw_rom_next() gave
 */
void fw_rom_step (struct fw_board *self, uint64_t now);

/**
 * fw_stub_enter:
 * @self: a board whose ROM jumps to an uploaded stub
 * @now: present time
 */
void fw_stub_enter (struct fw_board *self, uint64_t now);

/**
 * fw_stub_stop:
 * @self: a board that runs a stub
 * @now: it stops here; what it had begun to erase is erased
 */
void fw_stub_stop (struct fw_board *self, uint64_t now);

/**
 * fw_stub_receive:
 * @self: a board that runs a stub
 * @now: present time
 * @bytes: from the host
 * @len: how many
 */
void fw_stub_receive (struct fw_board *self, uint64_t now, const uint8_t *bytes, size_t len);

/**
 * fw_stub_next:
 * @self: a board that runs a stub
 *
 * Returns: when it goes on by itself
 */
uint64_t fw_stub_next (const struct fw_board *self);

/**
 * fw_stub_step:
 * @self: a board that runs a stub
 * @now: present time
 */
void fw_stub_step (struct fw_board *self, uint64_t now);

/**
 * fw_boot_enter:
 * @self: a board just reset, strap high
 * @now: present time
 */
void fw_boot_enter (struct fw_board *self, uint64_t now);

/**
 * fw_boot_step:
 * @self: a board that boots or runs its application
 * @now: present time
 */
void fw_boot_step (struct fw_board *self, uint64_t now);

/**
 * fw_boot_receive:
 * @self: a board that boots or runs its application
 * @now: present time
 * @bytes: from the host
 * @len: how many
 */
void fw_boot_receive (struct fw_board *self, uint64_t now, const uint8_t *bytes, size_t len);
