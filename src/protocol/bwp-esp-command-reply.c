/* SPDX-License-Identifier: Apache-2.0 */
/* The answering half of bwp-esp-command.h. */
#include "bwp-bytes.h"
#include "bwp-esp-command.h"
#include "bwp-text-private.h"
#include "bwp-words-private.h"
#include <string.h>

#define DIRECTION_REPLY 0x01
#define MD5_HEX_BYTES 32
#define MD5_RAW_BYTES 16
#define STATUS_SHORT 2
#define STATUS_LONG 4
#define CODE_UNSUPPORTED 0x05
#define CODE_CHECKSUM 0x0107
#define CODE_STUB_CHECKSUM 0xc1

/* ---- host side ---- */

bool
bwp_esp_is_reply (const uint8_t *frame, size_t len)
{
    return len >= BWP_ESP_HEADER_BYTES && frame[0] == DIRECTION_REPLY;
}

bool
bwp_esp_is_reply_to (const uint8_t *frame, size_t len, enum bwp_esp_op op)
{
    return bwp_esp_is_reply (frame, len) && frame[1] == (uint8_t) op;
}

static enum bwp_result
check_frame (const uint8_t *frame, size_t len)
{
    size_t payload;

    if (len < BWP_ESP_HEADER_BYTES)
        return BWP_ERR_CUT;
    if (frame[0] != DIRECTION_REPLY)
        return BWP_ERR_CORRUPT;
    payload = bwp_get_u16le (frame + 2);
    if (len - BWP_ESP_HEADER_BYTES < payload)
        return BWP_ERR_CUT;
    return len - BWP_ESP_HEADER_BYTES > payload ? BWP_ERR_SURPLUS : BWP_OK;
}

static void
fill (struct bwp_esp_reply *reply, const uint8_t *frame, size_t data_len, uint16_t status)
{
    reply->op = frame[1];
    reply->value = bwp_get_u32le (frame + 4);
    reply->data = frame + BWP_ESP_HEADER_BYTES;
    reply->data_len = data_len;
    reply->status = status;
}

/* An error answer carries no data, so its status stands where data was expected. */
static enum bwp_result
parse_short (const uint8_t *frame, size_t payload, struct bwp_esp_reply *ret_reply)
{
    const uint8_t *status = frame + BWP_ESP_HEADER_BYTES;

    if (payload < STATUS_SHORT || status[0] == 0)
        return BWP_ERR_CUT;
    fill (ret_reply, frame, 0, bwp_get_u16be (status));
    return BWP_ERR_PEER;
}

enum bwp_result
bwp_esp_parse_reply (const uint8_t *frame,
                     size_t len,
                     size_t data_len,
                     struct bwp_esp_reply *ret_reply)
{
    enum bwp_result result = check_frame (frame, len);
    const uint8_t *status;

    if (result != BWP_OK)
        return result;
    if (len - BWP_ESP_HEADER_BYTES < STATUS_SHORT
        || len - BWP_ESP_HEADER_BYTES - STATUS_SHORT < data_len)
        return parse_short (frame, len - BWP_ESP_HEADER_BYTES, ret_reply);
    status = frame + BWP_ESP_HEADER_BYTES + data_len;
    if (status[0] != 0) {
        fill (ret_reply, frame, 0, bwp_get_u16be (status));
        return BWP_ERR_PEER;
    }
    /* on success the second byte may hold a stale error: only the first decides */
    fill (ret_reply, frame, data_len, 0);
    return BWP_OK;
}

bool
bwp_esp_is_unsupported (const uint8_t *frame, size_t len)
{
    return check_frame (frame, len) == BWP_OK && len >= BWP_ESP_HEADER_BYTES + STATUS_SHORT
           && frame[BWP_ESP_HEADER_BYTES] != 0
           && frame[BWP_ESP_HEADER_BYTES + 1] == CODE_UNSUPPORTED;
}

bool
bwp_esp_is_greeting (const uint8_t *frame, size_t len)
{
    return len == BWP_ESP_OHAI_BYTES && memcmp (frame, "OHAI", BWP_ESP_OHAI_BYTES) == 0;
}

/* Which of two data lengths a reply has, by what remains for a status. */
static size_t
pick_length (size_t len, size_t longer, size_t shorter)
{
    if (len < BWP_ESP_HEADER_BYTES)
        return shorter;
    len -= BWP_ESP_HEADER_BYTES;
    return len >= longer + STATUS_SHORT ? longer : shorter;
}

static enum bwp_result
parse_exact (const uint8_t *frame,
             size_t len,
             size_t data_len,
             struct bwp_esp_reply *reply,
             uint16_t *ret_status)
{
    enum bwp_result result = bwp_esp_parse_reply (frame, len, data_len, reply);

    if (ret_status != NULL && (result == BWP_OK || result == BWP_ERR_PEER))
        *ret_status = reply->status;
    if (result == BWP_OK && len - BWP_ESP_HEADER_BYTES > data_len + STATUS_LONG)
        return BWP_ERR_SURPLUS;
    return result;
}

enum bwp_result
bwp_esp_parse_security_reply (const uint8_t *frame,
                              size_t len,
                              struct bwp_esp_security_info *ret_info,
                              uint16_t *ret_status)
{
    size_t data_len =
        pick_length (len, BWP_ESP_SECURITY_INFO_BYTES, BWP_ESP_SECURITY_INFO_BYTES_SHORT);
    struct bwp_esp_reply reply;
    enum bwp_result result = parse_exact (frame, len, data_len, &reply, ret_status);

    if (result != BWP_OK)
        return result;
    ret_info->flags = bwp_get_u32le (reply.data);
    ret_info->crypt_count = reply.data[4];
    memcpy (ret_info->key_purposes, reply.data + 5, BWP_ESP_KEY_BLOCKS);
    ret_info->has_chip_id = data_len == BWP_ESP_SECURITY_INFO_BYTES;
    ret_info->chip_id = ret_info->has_chip_id ? bwp_get_u32le (reply.data + 12) : 0;
    ret_info->api_version = ret_info->has_chip_id ? bwp_get_u32le (reply.data + 16) : 0;
    return BWP_OK;
}

enum bwp_result
bwp_esp_parse_md5_hex (const uint8_t hex[32], uint8_t ret_md5[16])
{
    for (size_t i = 0; i < MD5_HEX_BYTES; i++)
        if (_bwp_digit ((char) hex[i]) > 0xf)
            return BWP_ERR_CORRUPT;
    for (size_t i = 0; i < MD5_RAW_BYTES; i++)
        ret_md5[i] =
            (uint8_t) (_bwp_digit ((char) hex[2 * i]) << 4 | _bwp_digit ((char) hex[2 * i + 1]));
    return BWP_OK;
}

enum bwp_result
bwp_esp_parse_md5_reply (const uint8_t *frame,
                         size_t len,
                         uint8_t ret_md5[16],
                         uint16_t *ret_status)
{
    size_t data_len = pick_length (len, MD5_HEX_BYTES, MD5_RAW_BYTES);
    struct bwp_esp_reply reply;
    enum bwp_result result = parse_exact (frame, len, data_len, &reply, ret_status);

    if (result != BWP_OK)
        return result;
    if (data_len == MD5_HEX_BYTES)
        return bwp_esp_parse_md5_hex (reply.data, ret_md5);
    memcpy (ret_md5, reply.data, MD5_RAW_BYTES);
    return BWP_OK;
}

/* ---- device side ---- */

enum bwp_result
bwp_esp_build_reply (const struct bwp_esp_reply *reply,
                     enum bwp_esp_peer peer,
                     uint8_t *out,
                     size_t capacity,
                     size_t *ret_len)
{
    size_t status_len = bwp_esp_status_bytes (peer);

    if (capacity < BWP_ESP_HEADER_BYTES + status_len
        || capacity - BWP_ESP_HEADER_BYTES - status_len < reply->data_len
        || reply->data_len > UINT16_MAX - status_len)
        return BWP_ERR_SPACE;
    out[0] = DIRECTION_REPLY;
    out[1] = reply->op;
    bwp_put_u16le (out + 2, (uint16_t) (reply->data_len + status_len));
    bwp_put_u32le (out + 4, reply->value);
    out += BWP_ESP_HEADER_BYTES;
    if (reply->data_len > 0)
        memcpy (out, reply->data, reply->data_len);
    memset (out + reply->data_len, 0, status_len);
    bwp_put_u16be (out + reply->data_len, reply->status);
    *ret_len = BWP_ESP_HEADER_BYTES + reply->data_len + status_len;
    return BWP_OK;
}

size_t
bwp_esp_put_security_info (const struct bwp_esp_security_info *info, uint8_t *out)
{
    bwp_put_u32le (out, info->flags);
    out[4] = info->crypt_count;
    memcpy (out + 5, info->key_purposes, BWP_ESP_KEY_BLOCKS);
    if (!info->has_chip_id)
        return BWP_ESP_SECURITY_INFO_BYTES_SHORT;
    bwp_put_u32le (out + 12, info->chip_id);
    bwp_put_u32le (out + 16, info->api_version);
    return BWP_ESP_SECURITY_INFO_BYTES;
}

void
bwp_esp_put_md5_hex (const uint8_t md5[16], uint8_t out[32])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < MD5_RAW_BYTES; i++) {
        out[2 * i] = (uint8_t) digits[md5[i] >> 4];
        out[2 * i + 1] = (uint8_t) digits[md5[i] & 0xf];
    }
}

/* ---- what codes mean ---- */

#define ROM_FAILED 1 /* the first byte of every refusal of a ROM */

struct code_text {
    uint8_t code;
    const char *text;
};

static const struct code_text rom_texts[] = {
    { 0x00, N_ ("undefined error") },
    { 0x01, N_ ("invalid parameter") },
    { 0x02, N_ ("out of memory") },
    { 0x03, N_ ("sending failed") },
    { 0x04, N_ ("receiving failed") },
    { 0x05, N_ ("message not understood or not allowed") },
    { 0x06, N_ ("message understood, but carrying it out failed") },
    { 0x07, N_ ("checksum wrong") },
    { 0x08, N_ ("flash write failed: read-back differs") },
    { 0x09, N_ ("flash read failed") },
    { 0x0a, N_ ("flash read length wrong") },
    { 0x0b, N_ ("decompression failed") },
    { 0x0c, N_ ("checksum of the compressed stream wrong") },
    { 0x0d, N_ ("decompression parameter wrong") },
    { 0x0e, N_ ("size of the RAM program wrong") },
    { 0x0f, N_ ("address of the RAM program wrong") },
    { 0x64, N_ ("parameter wrong") },
    { 0x65, N_ ("format wrong") },
    { 0x66, N_ ("description too long") },
    { 0x67, N_ ("description badly encoded") },
    { 0x69, N_ ("not enough storage") },
};

static const struct code_text stub_texts[] = {
    { 0xc0, N_ ("data length wrong for this command") },
    { 0xc1, N_ ("checksum wrong") },
    { 0xc2, N_ ("block too large") },
    { 0xc3, N_ ("command unknown") },
    { 0xc4, N_ ("SPI operation failed") },
    { 0xc5, N_ ("flash could not be unlocked") },
    { 0xc6, N_ ("data block without a begin") },
    { 0xc7, N_ ("decompression failed") },
    { 0xc8, N_ ("not enough data") },
    { 0xc9, N_ ("too much data") },
    { 0xca, N_ ("NAND program failed") },
    { 0xcb, N_ ("NAND erase failed") },
    { 0xff, N_ ("not implemented") },
};

static const char *
find_text (const struct code_text *texts, size_t count, uint8_t code)
{
    for (size_t i = 0; i < count; i++)
        if (texts[i].code == code)
            return texts[i].text;
    return N_ ("unknown error");
}

const char *
bwp_esp_status_text (uint16_t status)
{
    uint8_t first = (uint8_t) (status >> 8);
    uint8_t second = (uint8_t) (status & 0xff);

    if (first == 0)
        return N_ ("no error");
    if (first >= stub_texts[0].code)
        return find_text (stub_texts, sizeof stub_texts / sizeof stub_texts[0], first);
    if (first != ROM_FAILED)
        return N_ ("unknown error");
    return find_text (rom_texts, sizeof rom_texts / sizeof rom_texts[0], second);
}

/* No loader gives a code between those of the ROMs and of the stubs: such a reply was damaged. */
bool
bwp_esp_status_is_line_noise (uint16_t status)
{
    uint8_t first = (uint8_t) (status >> 8);

    return status == CODE_CHECKSUM || first == CODE_STUB_CHECKSUM
           || (first > ROM_FAILED && first < stub_texts[0].code);
}

/* All others (lengths, sequence, inflating, checksums) are what lost bytes look like. */
static const uint8_t rom_board_codes[] = { 0x01, 0x02, 0x06, 0x08, 0x09, 0x64, 0x69 };
static const uint8_t stub_board_codes[] = { 0xc2, 0xc3, 0xc4, 0xc5, 0xff };

static bool
contains (const uint8_t *list, size_t n, uint8_t code)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == code)
            return true;
    return false;
}

bool
bwp_esp_status_is_about_board (uint16_t status)
{
    uint8_t first = (uint8_t) (status >> 8);

    if (first >= stub_texts[0].code)
        return contains (stub_board_codes, sizeof stub_board_codes, first);
    return first == ROM_FAILED
           && contains (rom_board_codes, sizeof rom_board_codes, (uint8_t) (status & 0xff));
}

static const struct code_text op_names[] = {
    { BWP_ESP_FLASH_BEGIN, "FLASH_BEGIN" },
    { BWP_ESP_FLASH_DATA, "FLASH_DATA" },
    { BWP_ESP_FLASH_END, "FLASH_END" },
    { BWP_ESP_MEM_BEGIN, "MEM_BEGIN" },
    { BWP_ESP_MEM_END, "MEM_END" },
    { BWP_ESP_MEM_DATA, "MEM_DATA" },
    { BWP_ESP_SYNC, "SYNC" },
    { BWP_ESP_WRITE_REG, "WRITE_REG" },
    { BWP_ESP_READ_REG, "READ_REG" },
    { BWP_ESP_SPI_SET_PARAMS, "SPI_SET_PARAMS" },
    { BWP_ESP_SPI_ATTACH, "SPI_ATTACH" },
    { BWP_ESP_READ_FLASH_SLOW, "READ_FLASH_SLOW" },
    { BWP_ESP_CHANGE_BAUDRATE, "CHANGE_BAUDRATE" },
    { BWP_ESP_FLASH_DEFL_BEGIN, "FLASH_DEFL_BEGIN" },
    { BWP_ESP_FLASH_DEFL_DATA, "FLASH_DEFL_DATA" },
    { BWP_ESP_FLASH_DEFL_END, "FLASH_DEFL_END" },
    { BWP_ESP_FLASH_MD5, "SPI_FLASH_MD5" },
    { BWP_ESP_SECURITY_INFO, "GET_SECURITY_INFO" },
    { BWP_ESP_ERASE_FLASH, "ERASE_FLASH" },
    { BWP_ESP_ERASE_REGION, "ERASE_REGION" },
    { BWP_ESP_READ_FLASH, "READ_FLASH" },
    { BWP_ESP_RUN_USER_CODE, "RUN_USER_CODE" },
};

const char *
bwp_esp_op_name (uint8_t op)
{
    for (size_t i = 0; i < sizeof op_names / sizeof op_names[0]; i++)
        if (op_names[i].code == op)
            return op_names[i].text;
    return "unknown";
}
