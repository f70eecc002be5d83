/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "bwp-result.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Requests and replies of the Espressif serial download protocol, for both ends: the host builds
 * requests and parses replies, a simulated boot loader parses requests and builds replies.
 * Everything here is the payload of one SLIP frame (bwp-slip.h).
 * Sources: esptool docs "serial-protocol" and loader.py, esp-flasher-stub, boot ROMs measured.
 * Memory: parsed structures borrow from the frame they were parsed from; a packet borrows its body.
 * Threads: no state, any thread. */

enum bwp_esp_op {
    BWP_ESP_FLASH_BEGIN = 0x02,
    BWP_ESP_FLASH_DATA = 0x03,
    BWP_ESP_FLASH_END = 0x04,
    BWP_ESP_MEM_BEGIN = 0x05,
    BWP_ESP_MEM_END = 0x06,
    BWP_ESP_MEM_DATA = 0x07,
    BWP_ESP_SYNC = 0x08,
    BWP_ESP_WRITE_REG = 0x09,
    BWP_ESP_READ_REG = 0x0a,
    BWP_ESP_SPI_SET_PARAMS = 0x0b,
    BWP_ESP_SPI_ATTACH = 0x0d,
    BWP_ESP_READ_FLASH_SLOW = 0x0e,
    BWP_ESP_CHANGE_BAUDRATE = 0x0f,
    BWP_ESP_FLASH_DEFL_BEGIN = 0x10,
    BWP_ESP_FLASH_DEFL_DATA = 0x11,
    BWP_ESP_FLASH_DEFL_END = 0x12,
    BWP_ESP_FLASH_MD5 = 0x13,
    BWP_ESP_SECURITY_INFO = 0x14,
    BWP_ESP_ERASE_FLASH = 0xd0,
    BWP_ESP_ERASE_REGION = 0xd1,
    BWP_ESP_READ_FLASH = 0xd2,
    BWP_ESP_RUN_USER_CODE = 0xd3,
};

/* Who answers: decides status bytes, block sizes, timeouts. */
enum bwp_esp_peer {
    BWP_ESP_PEER_ROM_8266,
    BWP_ESP_PEER_ROM,  /* ESP32 and everything later */
    BWP_ESP_PEER_STUB, /* either generation */
};

/* What is in between: native USB-OTG takes only small blocks. */
enum bwp_esp_link {
    BWP_ESP_LINK_UART,
    BWP_ESP_LINK_USB_JTAG,
    BWP_ESP_LINK_USB_OTG,
};

enum bwp_esp_traffic {
    BWP_ESP_TRAFFIC_RAM,
    BWP_ESP_TRAFFIC_FLASH,
    BWP_ESP_TRAFFIC_DEFLATE,
    BWP_ESP_TRAFFIC_READ,
};

/* Last word of FLASH_END and FLASH_DEFL_END. */
enum bwp_esp_after {
    BWP_ESP_AFTER_REBOOT = 0,
    BWP_ESP_AFTER_STAY = 1, /* a stub stays, a ROM leaves its loader for the program */
};

#define BWP_ESP_HEADER_BYTES 8
#define BWP_ESP_BLOCK_HEADER_BYTES 16
#define BWP_ESP_HEAD_MAX 72     /* the longest part of a packet besides a bulk body */
#define BWP_ESP_WRITE_REG_MAX 4 /* groups that fit a packet's head */
#define BWP_ESP_FRAME_MAX (BWP_ESP_HEADER_BYTES + BWP_ESP_BLOCK_HEADER_BYTES + 0x4000)
#define BWP_ESP_REPLY_MAX 128    /* longest reply frame of any command; READ_FLASH data excepted */
#define BWP_ESP_READ_SLOW_MAX 64 /* bytes one READ_FLASH_SLOW can give */
#define BWP_ESP_SYNC_REPLIES 8   /* replies to one SYNC */
#define BWP_ESP_REPLY_TRIES 100  /* foreign frames to skip before giving up on a reply */
#define BWP_ESP_ROM_SYNC_VALUE 0x20120707u
#define BWP_ESP_ROM_FLASH_LIMIT 0x200000u /* what a ROM assumes before SPI_SET_PARAMS */
#define BWP_ESP_OHAI_BYTES 4              /* the greeting of a stub: "OHAI", a frame of its own */

/* A request ready for bwp_slip_encode (head, head_len, body, body_len, ...). */
struct bwp_esp_packet {
    uint8_t head[BWP_ESP_HEAD_MAX];
    size_t head_len;
    const uint8_t *body; /* borrowed; NULL when there is none */
    size_t body_len;
};

struct bwp_esp_request {
    uint8_t op;
    uint32_t checksum;
    const uint8_t *data; /* borrowed from the frame */
    size_t data_len;
};

struct bwp_esp_reg_write {
    uint32_t address;
    uint32_t value;
    uint32_t mask;     /* bits to change */
    uint32_t delay_us; /* waited *before* the write */
};

/* FLASH_BEGIN, FLASH_DEFL_BEGIN, MEM_BEGIN. */
struct bwp_esp_begin {
    uint32_t size; /* bytes to erase, to inflate to, or of the RAM segment */
    uint32_t blocks;
    uint32_t block_size;
    uint32_t offset; /* in flash, or the load address */
    /* A fifth word. ESP32 and ESP8266 ROMs take exactly four words, later ROMs exactly five,
     * stubs either. See BWP_ESP_CAN_ENCRYPTED_WORD in bwp-esp-chip.h. MEM_BEGIN never has it. */
    bool has_encrypted_word;
    bool encrypted;
};

/* FLASH_DATA, FLASH_DEFL_DATA, MEM_DATA. */
struct bwp_esp_block {
    uint32_t sequence;
    const uint8_t *data; /* borrowed */
    size_t data_len;
    bool checksum_ok; /* a parsed block whose checksum differs is still handed over */
};

struct bwp_esp_mem_end {
    bool has_entry;
    uint32_t entry;
};

struct bwp_esp_attach {
    uint32_t pins;    /* 0 default pads, 1 HSPI, else bwp_esp_pack_pads() */
    bool has_padding; /* the four zero bytes a ROM wants and a stub does not */
};

struct bwp_esp_spi_params {
    uint32_t id;
    uint32_t total_bytes;
    uint32_t block_bytes;
    uint32_t sector_bytes;
    uint32_t page_bytes;
    uint32_t status_mask;
};

struct bwp_esp_region {
    uint32_t offset;
    uint32_t size;
};

struct bwp_esp_baud_change {
    uint32_t new_baud;
    uint32_t old_baud; /* 0 towards a ROM */
};

struct bwp_esp_read_flash {
    uint32_t offset;
    uint32_t size;
    uint32_t packet_bytes;
    uint32_t in_flight;
};

struct bwp_esp_reply {
    uint8_t op;
    uint32_t value;      /* meaningful for READ_REG and SYNC only, stale otherwise */
    const uint8_t *data; /* borrowed; without the status bytes */
    size_t data_len;
    uint16_t status; /* 0 fine, else the two status bytes, first one high: 0x0107, 0xc100 */
};

#define BWP_ESP_SECURE_BOOT (1u << 0)
#define BWP_ESP_SECURE_AGGRESSIVE_REVOKE (1u << 1)
#define BWP_ESP_SECURE_DOWNLOAD (1u << 2)
#define BWP_ESP_SECURE_DIGEST_REVOKED(n) (1u << (3 + (n)))
#define BWP_ESP_SECURE_JTAG_SOFT_OFF (1u << 6)
#define BWP_ESP_SECURE_JTAG_HARD_OFF (1u << 7)
#define BWP_ESP_SECURE_USB_OFF (1u << 8)
#define BWP_ESP_SECURE_DCACHE_OFF (1u << 9)
#define BWP_ESP_SECURE_ICACHE_OFF (1u << 10)

#define BWP_ESP_KEY_BLOCKS 7
#define BWP_ESP_SECURITY_INFO_BYTES 20
#define BWP_ESP_SECURITY_INFO_BYTES_SHORT 12 /* ESP32-S2 */

struct bwp_esp_security_info {
    uint32_t flags;      /* BWP_ESP_SECURE_* */
    uint8_t crypt_count; /* an odd number of set bits means flash encryption is on */
    uint8_t key_purposes[BWP_ESP_KEY_BLOCKS];
    bool has_chip_id; /* false for the short form: both words below are 0 then */
    uint32_t chip_id;
    uint32_t api_version;
};

#ifdef __cplusplus
extern "C" {
#endif

/* ---- requests, host side ------------------------------------------------------------------ */

/**
 * bwp_esp_checksum:
 * @data: bulk data, without the 16-byte block header
 * @len: bytes
 *
 * Returns: EF exclusive-or every byte
 */
uint8_t bwp_esp_checksum (const uint8_t *data, size_t len);

/**
 * bwp_esp_build_plain:
 * @packet: (out): the request
 * @op: a command without data: SECURITY_INFO, ERASE_FLASH, RUN_USER_CODE
 */
void bwp_esp_build_plain (struct bwp_esp_packet *packet, enum bwp_esp_op op);

/**
 * bwp_esp_build_sync:
 * @packet: (out): the request
 *
 * The 36 bytes by which a ROM measures the baud rate. Answered eight times.
 */
void bwp_esp_build_sync (struct bwp_esp_packet *packet);

/**
 * bwp_esp_build_read_reg:
 * @packet: (out): the request
 * @address: a register; the answer comes in the reply's value
 */
void bwp_esp_build_read_reg (struct bwp_esp_packet *packet, uint32_t address);

/**
 * bwp_esp_build_write_reg:
 * @packet: (out): the request
 * @groups: writes, done in order
 * @count: 1..%BWP_ESP_WRITE_REG_MAX
 *
 * Returns: %BWP_OK, or %BWP_ERR_CALLER for another @count
 */
enum bwp_result bwp_esp_build_write_reg (struct bwp_esp_packet *packet,
                                         const struct bwp_esp_reg_write *groups,
                                         size_t count);

/**
 * bwp_esp_build_begin:
 * @packet: (out): the request
 * @op: FLASH_BEGIN, FLASH_DEFL_BEGIN or MEM_BEGIN
 * @begin: the words
 */
void bwp_esp_build_begin (struct bwp_esp_packet *packet,
                          enum bwp_esp_op op,
                          const struct bwp_esp_begin *begin);

/**
 * bwp_esp_build_data:
 * @packet: (out): the request; keeps @data until it has been encoded
 * @op: FLASH_DATA, FLASH_DEFL_DATA or MEM_DATA
 * @sequence: 0 for the first block after BEGIN
 * @data: the block; plain flash blocks are padded with FF to the block size by the caller,
 *   compressed and RAM blocks are not
 * @len: its length, at most 0x4000
 *
 * Returns: %BWP_OK, or %BWP_ERR_CALLER when @len is too large
 */
enum bwp_result bwp_esp_build_data (struct bwp_esp_packet *packet,
                                    enum bwp_esp_op op,
                                    uint32_t sequence,
                                    const uint8_t *data,
                                    size_t len);

/**
 * bwp_esp_build_end:
 * @packet: (out): the request
 * @op: FLASH_END or FLASH_DEFL_END
 * @after: what happens next. Sent to a ROM either value leaves the loader.
 */
void
bwp_esp_build_end (struct bwp_esp_packet *packet, enum bwp_esp_op op, enum bwp_esp_after after);

/**
 * bwp_esp_build_mem_end:
 * @packet: (out): the request
 * @entry: where to jump; 0 = stay in the loader
 *
 * A ROM may jump before its reply has left the UART.
 */
void bwp_esp_build_mem_end (struct bwp_esp_packet *packet, uint32_t entry);

/**
 * bwp_esp_pack_pads:
 * @clk: pad number 0..63
 * @q: pad number
 * @d: pad number
 * @cs: pad number
 * @hd: pad number
 *
 * Returns: the pin word of SPI_ATTACH
 */
uint32_t bwp_esp_pack_pads (uint8_t clk, uint8_t q, uint8_t d, uint8_t cs, uint8_t hd);

/**
 * bwp_esp_build_spi_attach:
 * @packet: (out): the request
 * @pins: pin word, 0 for the default pads
 * @peer: a ROM gets four zero bytes more. The ESP8266 ROM has no such command: send
 *   FLASH_BEGIN with size 0, 0 blocks of 0x400 at 0 instead.
 */
void
bwp_esp_build_spi_attach (struct bwp_esp_packet *packet, uint32_t pins, enum bwp_esp_peer peer);

/**
 * bwp_esp_build_spi_set_params:
 * @packet: (out): the request
 * @total_bytes: size of the flash chip
 */
void bwp_esp_build_spi_set_params (struct bwp_esp_packet *packet, uint32_t total_bytes);

/**
 * bwp_esp_build_read_flash_slow:
 * @packet: (out): the request
 * @offset: flash address
 * @size: at most %BWP_ESP_READ_SLOW_MAX
 *
 * The reply always carries 64 bytes, of which @size count.
 */
void bwp_esp_build_read_flash_slow (struct bwp_esp_packet *packet, uint32_t offset, uint32_t size);

/**
 * bwp_esp_build_change_baud:
 * @packet: (out): the request
 * @new_baud: for a ROM corrected by bwp_esp_rom_baud()
 * @old_baud: the present rate towards a stub, 0 towards a ROM
 */
void
bwp_esp_build_change_baud (struct bwp_esp_packet *packet, uint32_t new_baud, uint32_t old_baud);

/**
 * bwp_esp_build_flash_md5:
 * @packet: (out): the request
 * @offset: flash address
 * @size: bytes
 */
void bwp_esp_build_flash_md5 (struct bwp_esp_packet *packet, uint32_t offset, uint32_t size);

/**
 * bwp_esp_build_erase_region:
 * @packet: (out): the request
 * @offset: flash address, multiple of 0x1000
 * @size: bytes, multiple of 0x1000
 */
void bwp_esp_build_erase_region (struct bwp_esp_packet *packet, uint32_t offset, uint32_t size);

/**
 * bwp_esp_build_read_flash:
 * @packet: (out): the request
 * @read: what to read. After the reply come raw frames of at most packet_bytes; each is answered
 *   by a raw frame of four bytes, the total received so far (bwp_put_u32le()); last comes a
 *   frame with the 16-byte MD5 of everything.
 */
void bwp_esp_build_read_flash (struct bwp_esp_packet *packet,
                               const struct bwp_esp_read_flash *read);

/* ---- replies, host side ------------------------------------------------------------------- */

/**
 * bwp_esp_is_reply:
 * @frame: one SLIP payload
 * @len: its length
 *
 * Returns: whether it has the header of a reply; nothing behind the direction is looked at
 */
bool bwp_esp_is_reply (const uint8_t *frame, size_t len);

/**
 * bwp_esp_is_reply_to:
 * @frame: one SLIP payload
 * @len: its length
 * @op: a request
 *
 * Returns: whether it has the header of a reply to that; lengths and status are not looked at
 */
bool bwp_esp_is_reply_to (const uint8_t *frame, size_t len, enum bwp_esp_op op);

/**
 * bwp_esp_parse_reply:
 * @frame: one SLIP payload
 * @len: its length
 * @data_len: bytes of data the command promises before the status (0 for most)
 * @ret_reply: set on %BWP_OK and on %BWP_ERR_PEER (then with data_len 0)
 *
 * The caller matches ret_reply->op with its request and skips others (bwp_esp_is_unsupported()).
 *
 * Returns: %BWP_OK; %BWP_ERR_PEER the peer reports a failure, see status;
 * %BWP_ERR_CUT too short for its header, its length word or @data_len and a status;
 * %BWP_ERR_SURPLUS longer than its length word; %BWP_ERR_CORRUPT not a reply
 */
enum bwp_result bwp_esp_parse_reply (const uint8_t *frame,
                                     size_t len,
                                     size_t data_len,
                                     struct bwp_esp_reply *ret_reply);

/**
 * bwp_esp_is_unsupported:
 * @frame: a SLIP payload that does not answer the request
 * @len: its length
 *
 * A ROM answers a command it does not know, or may not obey in secure download mode, with eight
 * such frames under any opcode.
 *
 * Returns: whether this is one of them
 */
bool bwp_esp_is_unsupported (const uint8_t *frame, size_t len);

/**
 * bwp_esp_is_greeting:
 * @frame: one SLIP payload
 * @len: its length
 *
 * Returns: whether this is the "OHAI" of a stub that just started
 */
bool bwp_esp_is_greeting (const uint8_t *frame, size_t len);

/**
 * bwp_esp_parse_security_reply:
 * @frame: one SLIP payload, the reply to SECURITY_INFO
 * @len: its length
 * @ret_info: set on %BWP_OK only
 * @ret_status: (nullable): the status, set on %BWP_OK and %BWP_ERR_PEER
 *
 * Tells the 20-byte and the 12-byte form (ESP32-S2) apart by the length, so it needs no second
 * request.
 *
 * Returns: as bwp_esp_parse_reply()
 */
enum bwp_result bwp_esp_parse_security_reply (const uint8_t *frame,
                                              size_t len,
                                              struct bwp_esp_security_info *ret_info,
                                              uint16_t *ret_status);

/**
 * bwp_esp_parse_md5_hex:
 * @hex: the 32 characters with which a ROM answers SPI_FLASH_MD5
 * @ret_md5: (out): the digest; undefined on failure
 *
 * Returns: %BWP_OK, or %BWP_ERR_CORRUPT when a character is no lower-case hex digit
 */
enum bwp_result bwp_esp_parse_md5_hex (const uint8_t hex[32], uint8_t ret_md5[16]);

/**
 * bwp_esp_parse_md5_reply:
 * @frame: one SLIP payload, the reply to FLASH_MD5
 * @len: its length
 * @ret_md5: (out): 16 bytes, set on %BWP_OK only
 * @ret_status: (nullable): the status, set on %BWP_OK and %BWP_ERR_PEER
 *
 * Takes 32 hexadecimal characters (ROM) and 16 raw bytes (stub).
 *
 * Returns: as bwp_esp_parse_reply(); %BWP_ERR_CORRUPT also for a character that is no digit
 */
enum bwp_result bwp_esp_parse_md5_reply (const uint8_t *frame,
                                         size_t len,
                                         uint8_t ret_md5[16],
                                         uint16_t *ret_status);

/**
 * bwp_esp_status_text:
 * @status: of a reply
 *
 * Returns: (transfer none): what the code means, in English and marked for translation;
 * "unknown error" for unlisted ones
 */
const char *bwp_esp_status_text (uint16_t status);

/**
 * bwp_esp_status_is_line_noise:
 * @status: of a reply
 *
 * Returns: whether the code means bytes were lost or changed on the way (checksum, or a code that no
 * loader gives), so that a lower rate may help. Never repeat just the block: start again at BEGIN.
 */
bool bwp_esp_status_is_line_noise (uint16_t status);

/**
 * bwp_esp_status_is_about_board:
 * @status: of a reply, not 0
 *
 * Returns: whether the refusal is about the flash chip or the numbers of the request, so that it
 * would be refused on any line; all others are also what bytes lost on the way look like
 */
bool bwp_esp_status_is_about_board (uint16_t status);

/**
 * bwp_esp_op_name:
 * @op: any byte
 *
 * Returns: (transfer none): "FLASH_BEGIN" and so on, "unknown" for others
 */
const char *bwp_esp_op_name (uint8_t op);

/* ---- requests, device side ---------------------------------------------------------------- */

/**
 * bwp_esp_parse_request:
 * @frame: one SLIP payload
 * @len: its length
 * @ret_request: set on %BWP_OK only; borrows from @frame
 *
 * Returns: %BWP_OK; %BWP_ERR_CUT no full header, or less data than the length word says;
 * %BWP_ERR_SURPLUS more of it; %BWP_ERR_CORRUPT direction byte is not 00
 */
enum bwp_result
bwp_esp_parse_request (const uint8_t *frame, size_t len, struct bwp_esp_request *ret_request);

/**
 * bwp_esp_parse_sync:
 * @request: a SYNC
 *
 * Returns: %BWP_OK, %BWP_ERR_CUT, %BWP_ERR_SURPLUS, or %BWP_ERR_CORRUPT for other contents
 */
enum bwp_result bwp_esp_parse_sync (const struct bwp_esp_request *request);

/**
 * bwp_esp_parse_read_reg:
 * @request: a READ_REG
 * @ret_address: set on %BWP_OK only
 *
 * Returns: %BWP_OK, %BWP_ERR_CUT, %BWP_ERR_SURPLUS
 */
enum bwp_result bwp_esp_parse_read_reg (const struct bwp_esp_request *request,
                                        uint32_t *ret_address);

/**
 * bwp_esp_parse_write_reg:
 * @request: a WRITE_REG
 * @index: which group, from 0
 * @ret_write: set on %BWP_OK only
 *
 * Returns: %BWP_OK; %BWP_ERR_ABSENT after the last group; %BWP_ERR_CUT when the data is empty or
 * not a multiple of 16
 */
enum bwp_result bwp_esp_parse_write_reg (const struct bwp_esp_request *request,
                                         size_t index,
                                         struct bwp_esp_reg_write *ret_write);

/**
 * bwp_esp_parse_begin:
 * @request: FLASH_BEGIN, FLASH_DEFL_BEGIN or MEM_BEGIN, four or five words
 * @ret_begin: set on %BWP_OK only
 *
 * Returns: %BWP_OK, %BWP_ERR_CUT, %BWP_ERR_SURPLUS
 */
enum bwp_result bwp_esp_parse_begin (const struct bwp_esp_request *request,
                                     struct bwp_esp_begin *ret_begin);

/**
 * bwp_esp_parse_data:
 * @request: FLASH_DATA, FLASH_DEFL_DATA or MEM_DATA
 * @ret_block: set on %BWP_OK only; look at checksum_ok
 *
 * Returns: %BWP_OK; %BWP_ERR_CUT no block header, or less data than its length word;
 * %BWP_ERR_SURPLUS more of it
 */
enum bwp_result bwp_esp_parse_data (const struct bwp_esp_request *request,
                                    struct bwp_esp_block *ret_block);

/**
 * bwp_esp_parse_end:
 * @request: FLASH_END or FLASH_DEFL_END
 * @ret_after: set on %BWP_OK only
 *
 * Returns: %BWP_OK, %BWP_ERR_CUT, %BWP_ERR_SURPLUS; any word but 0 means stay
 */
enum bwp_result bwp_esp_parse_end (const struct bwp_esp_request *request,
                                   enum bwp_esp_after *ret_after);

/**
 * bwp_esp_parse_mem_end:
 * @request: a MEM_END
 * @ret_end: set on %BWP_OK only
 *
 * Returns: %BWP_OK, %BWP_ERR_CUT, %BWP_ERR_SURPLUS
 */
enum bwp_result bwp_esp_parse_mem_end (const struct bwp_esp_request *request,
                                       struct bwp_esp_mem_end *ret_end);

/**
 * bwp_esp_parse_spi_attach:
 * @request: an SPI_ATTACH of 4 or 8 bytes
 * @ret_attach: set on %BWP_OK only
 *
 * Returns: %BWP_OK, %BWP_ERR_CUT, %BWP_ERR_SURPLUS
 */
enum bwp_result bwp_esp_parse_spi_attach (const struct bwp_esp_request *request,
                                          struct bwp_esp_attach *ret_attach);

/**
 * bwp_esp_parse_spi_set_params:
 * @request: an SPI_SET_PARAMS
 * @ret_params: set on %BWP_OK only
 *
 * Returns: %BWP_OK, %BWP_ERR_CUT, %BWP_ERR_SURPLUS
 */
enum bwp_result bwp_esp_parse_spi_set_params (const struct bwp_esp_request *request,
                                              struct bwp_esp_spi_params *ret_params);

/**
 * bwp_esp_parse_region:
 * @request: READ_FLASH_SLOW, ERASE_REGION (two words) or FLASH_MD5 (four words)
 * @ret_region: set on %BWP_OK only; no alignment or size is checked
 *
 * Returns: %BWP_OK, %BWP_ERR_CUT, %BWP_ERR_SURPLUS, %BWP_ERR_CALLER for another command
 */
enum bwp_result bwp_esp_parse_region (const struct bwp_esp_request *request,
                                      struct bwp_esp_region *ret_region);

/**
 * bwp_esp_parse_change_baud:
 * @request: a CHANGE_BAUDRATE
 * @ret_change: set on %BWP_OK only
 *
 * Returns: %BWP_OK, %BWP_ERR_CUT, %BWP_ERR_SURPLUS
 */
enum bwp_result bwp_esp_parse_change_baud (const struct bwp_esp_request *request,
                                           struct bwp_esp_baud_change *ret_change);

/**
 * bwp_esp_parse_read_flash:
 * @request: a READ_FLASH
 * @ret_read: set on %BWP_OK only
 *
 * Returns: %BWP_OK, %BWP_ERR_CUT, %BWP_ERR_SURPLUS
 */
enum bwp_result bwp_esp_parse_read_flash (const struct bwp_esp_request *request,
                                          struct bwp_esp_read_flash *ret_read);

/* ---- replies, device side ----------------------------------------------------------------- */

/**
 * bwp_esp_build_reply:
 * @reply: opcode, value, data and status; data may be NULL when data_len is 0
 * @peer: decides between two and four status bytes
 * @out: where the SLIP payload goes
 * @capacity: size of @out
 * @ret_len: its length
 *
 * Returns: %BWP_OK, or %BWP_ERR_SPACE
 */
enum bwp_result bwp_esp_build_reply (const struct bwp_esp_reply *reply,
                                     enum bwp_esp_peer peer,
                                     uint8_t *out,
                                     size_t capacity,
                                     size_t *ret_len);

/**
 * bwp_esp_put_security_info:
 * @info: what to say; has_chip_id selects the form
 * @out: at least %BWP_ESP_SECURITY_INFO_BYTES
 *
 * Returns: bytes written, 20 or 12: the data of the reply
 */
size_t bwp_esp_put_security_info (const struct bwp_esp_security_info *info, uint8_t *out);

/**
 * bwp_esp_put_md5_hex:
 * @md5: 16 bytes
 * @out: (out): 32 lower-case characters without terminator: the data of a ROM's reply
 */
void bwp_esp_put_md5_hex (const uint8_t md5[16], uint8_t out[32]);

/* ---- sizes, times ------------------------------------------------------------------------- */

/**
 * bwp_esp_status_bytes:
 * @peer: who answers
 *
 * Returns: 2 or 4
 */
size_t bwp_esp_status_bytes (enum bwp_esp_peer peer);

/**
 * bwp_esp_block_bytes:
 * @traffic: what is moved
 * @peer: who receives
 * @link: over what
 *
 * Returns: bytes per block that this combination is known to take
 */
uint32_t
bwp_esp_block_bytes (enum bwp_esp_traffic traffic, enum bwp_esp_peer peer, enum bwp_esp_link link);

/**
 * bwp_esp_block_count:
 * @size: bytes to move
 * @block_bytes: bytes per block, not 0
 *
 * Returns: how many blocks that takes
 */
uint32_t bwp_esp_block_count (uint32_t size, uint32_t block_bytes);

/**
 * bwp_esp_deflate_begin_size:
 * @size: uncompressed bytes
 * @block_bytes: bytes per block, not 0
 * @peer: a stub wants the exact size, a ROM full blocks
 *
 * Returns: the first word of FLASH_DEFL_BEGIN
 */
uint32_t bwp_esp_deflate_begin_size (uint32_t size, uint32_t block_bytes, enum bwp_esp_peer peer);

/**
 * bwp_esp_8266_erase_size:
 * @offset: flash address
 * @size: bytes to be written
 *
 * The ESP8266 ROM erases more than it is told; this is the number to tell it.
 *
 * Returns: the first word of FLASH_BEGIN for that ROM (a stub gets @size itself)
 */
uint32_t bwp_esp_8266_erase_size (uint32_t offset, uint32_t size);

/**
 * bwp_esp_timeout_ms:
 * @op: the command
 * @peer: who answers; a ROM erases before it answers a BEGIN
 * @size: bytes the command erases or digests; 0 where that means nothing
 *
 * Returns: how long its reply may take, at most %BWP_ESP_TIMEOUT_MAX_MS
 */
uint32_t bwp_esp_timeout_ms (enum bwp_esp_op op, enum bwp_esp_peer peer, uint32_t size);

/**
 * bwp_esp_erase_limit_ms:
 * @size: bytes to be erased, wherever they begin
 *
 * Returns: how long a flash chip may take for it by its data sheet, some ten times what is usual;
 * at most %BWP_ESP_TIMEOUT_MAX_MS
 */
uint32_t bwp_esp_erase_limit_ms (uint32_t size);

/**
 * bwp_esp_deflate_timeout_ms:
 * @expanded: bytes the block inflates to. A stub answers first and works later, so the reply to a
 *   block waits for the work of the block *before* it: pass that one's size.
 *
 * Returns: how long the reply may take, at most %BWP_ESP_TIMEOUT_MAX_MS
 */
uint32_t bwp_esp_deflate_timeout_ms (uint32_t expanded);

#define BWP_ESP_TIMEOUT_MAX_MS 240000u
#define BWP_ESP_TIMEOUT_DEFAULT_MS 3000u
#define BWP_ESP_BAUD_SETTLE_MS 50u        /* after CHANGE_BAUDRATE, before flushing the input */
#define BWP_ESP_UNSUPPORTED_DRAIN_MS 200u /* until the eight error frames have arrived */
#define BWP_ESP_SYNC_TRIES 5u             /* per reset */
#define BWP_ESP_SYNC_PAUSE_MS 50u         /* between two of them */
#define BWP_ESP_CONNECT_TRIES 7u          /* resets before giving up */

#ifdef __cplusplus
}
#endif
