/* SPDX-License-Identifier: Apache-2.0 */
#include "bwp-esp-command.h"
#include "bwp-bytes.h"
#include <string.h>

#define DIRECTION_REQUEST 0x00
#define CHECKSUM_SEED 0xef
#define BLOCK_MAX 0x4000
#define SYNC_BYTES 36
#define PARAMS_BLOCK 0x10000
#define PARAMS_SECTOR 0x1000
#define PARAMS_PAGE 0x100
#define PARAMS_STATUS_MASK 0xffff

static const uint8_t sync_head[4] = { 0x07, 0x07, 0x12, 0x20 };

uint8_t
bwp_esp_checksum (const uint8_t *data, size_t len)
{
    uint8_t sum = CHECKSUM_SEED;

    for (size_t i = 0; i < len; i++)
        sum ^= data[i];
    return sum;
}

/* ---- requests, host side ---- */

static void
start (struct bwp_esp_packet *packet, enum bwp_esp_op op, size_t data_len)
{
    packet->head[0] = DIRECTION_REQUEST;
    packet->head[1] = (uint8_t) op;
    bwp_put_u16le (packet->head + 2, (uint16_t) data_len);
    bwp_put_u32le (packet->head + 4, 0);
    packet->head_len = BWP_ESP_HEADER_BYTES;
    packet->body = NULL;
    packet->body_len = 0;
}

static void
add_word (struct bwp_esp_packet *packet, uint32_t word)
{
    bwp_put_u32le (packet->head + packet->head_len, word);
    packet->head_len += 4;
}

static void
build_words (struct bwp_esp_packet *packet, enum bwp_esp_op op, const uint32_t *words, size_t count)
{
    start (packet, op, 4 * count);
    for (size_t i = 0; i < count; i++)
        add_word (packet, words[i]);
}

void
bwp_esp_build_plain (struct bwp_esp_packet *packet, enum bwp_esp_op op)
{
    start (packet, op, 0);
}

void
bwp_esp_build_sync (struct bwp_esp_packet *packet)
{
    start (packet, BWP_ESP_SYNC, SYNC_BYTES);
    memcpy (packet->head + BWP_ESP_HEADER_BYTES, sync_head, sizeof sync_head);
    memset (packet->head + BWP_ESP_HEADER_BYTES + sizeof sync_head, 0x55,
            SYNC_BYTES - sizeof sync_head);
    packet->head_len = BWP_ESP_HEADER_BYTES + SYNC_BYTES;
}

void
bwp_esp_build_read_reg (struct bwp_esp_packet *packet, uint32_t address)
{
    build_words (packet, BWP_ESP_READ_REG, &address, 1);
}

enum bwp_result
bwp_esp_build_write_reg (struct bwp_esp_packet *packet,
                         const struct bwp_esp_reg_write *groups,
                         size_t count)
{
    if (count == 0 || count > BWP_ESP_WRITE_REG_MAX)
        return BWP_ERR_CALLER;
    start (packet, BWP_ESP_WRITE_REG, 16 * count);
    for (size_t i = 0; i < count; i++) {
        add_word (packet, groups[i].address);
        add_word (packet, groups[i].value);
        add_word (packet, groups[i].mask);
        add_word (packet, groups[i].delay_us);
    }
    return BWP_OK;
}

void
bwp_esp_build_begin (struct bwp_esp_packet *packet,
                     enum bwp_esp_op op,
                     const struct bwp_esp_begin *begin)
{
    const uint32_t words[] = { begin->size, begin->blocks, begin->block_size, begin->offset,
                               begin->encrypted ? 1 : 0 };

    build_words (packet, op, words, begin->has_encrypted_word && op != BWP_ESP_MEM_BEGIN ? 5 : 4);
}

enum bwp_result
bwp_esp_build_data (struct bwp_esp_packet *packet,
                    enum bwp_esp_op op,
                    uint32_t sequence,
                    const uint8_t *data,
                    size_t len)
{
    if (len > BLOCK_MAX)
        return BWP_ERR_CALLER;
    start (packet, op, BWP_ESP_BLOCK_HEADER_BYTES + len);
    bwp_put_u32le (packet->head + 4, bwp_esp_checksum (data, len));
    add_word (packet, (uint32_t) len);
    add_word (packet, sequence);
    add_word (packet, 0);
    add_word (packet, 0);
    packet->body = data;
    packet->body_len = len;
    return BWP_OK;
}

void
bwp_esp_build_end (struct bwp_esp_packet *packet, enum bwp_esp_op op, enum bwp_esp_after after)
{
    const uint32_t word = (uint32_t) after;

    build_words (packet, op, &word, 1);
}

void
bwp_esp_build_mem_end (struct bwp_esp_packet *packet, uint32_t entry)
{
    const uint32_t words[] = { entry == 0, entry };

    build_words (packet, BWP_ESP_MEM_END, words, 2);
}

uint32_t
bwp_esp_pack_pads (uint8_t clk, uint8_t q, uint8_t d, uint8_t cs, uint8_t hd)
{
    return (uint32_t) (hd & 0x3f) << 24 | (uint32_t) (cs & 0x3f) << 18 | (uint32_t) (d & 0x3f) << 12
           | (uint32_t) (q & 0x3f) << 6 | (uint32_t) (clk & 0x3f);
}

void
bwp_esp_build_spi_attach (struct bwp_esp_packet *packet, uint32_t pins, enum bwp_esp_peer peer)
{
    const uint32_t words[] = { pins, 0 };

    build_words (packet, BWP_ESP_SPI_ATTACH, words, peer == BWP_ESP_PEER_STUB ? 1 : 2);
}

void
bwp_esp_build_spi_set_params (struct bwp_esp_packet *packet, uint32_t total_bytes)
{
    const uint32_t words[] = { 0,           total_bytes,       PARAMS_BLOCK, PARAMS_SECTOR,
                               PARAMS_PAGE, PARAMS_STATUS_MASK };

    build_words (packet, BWP_ESP_SPI_SET_PARAMS, words, 6);
}

void
bwp_esp_build_read_flash_slow (struct bwp_esp_packet *packet, uint32_t offset, uint32_t size)
{
    const uint32_t words[] = { offset, size };

    build_words (packet, BWP_ESP_READ_FLASH_SLOW, words, 2);
}

void
bwp_esp_build_change_baud (struct bwp_esp_packet *packet, uint32_t new_baud, uint32_t old_baud)
{
    const uint32_t words[] = { new_baud, old_baud };

    build_words (packet, BWP_ESP_CHANGE_BAUDRATE, words, 2);
}

void
bwp_esp_build_flash_md5 (struct bwp_esp_packet *packet, uint32_t offset, uint32_t size)
{
    const uint32_t words[] = { offset, size, 0, 0 };

    build_words (packet, BWP_ESP_FLASH_MD5, words, 4);
}

void
bwp_esp_build_erase_region (struct bwp_esp_packet *packet, uint32_t offset, uint32_t size)
{
    const uint32_t words[] = { offset, size };

    build_words (packet, BWP_ESP_ERASE_REGION, words, 2);
}

void
bwp_esp_build_read_flash (struct bwp_esp_packet *packet, const struct bwp_esp_read_flash *read)
{
    const uint32_t words[] = { read->offset, read->size, read->packet_bytes, read->in_flight };

    build_words (packet, BWP_ESP_READ_FLASH, words, 4);
}

/* ---- requests, device side ---- */

/* One comparison for every fixed layout: less is cut, more is surplus. */
static enum bwp_result
expect (size_t len, size_t wanted)
{
    if (len < wanted)
        return BWP_ERR_CUT;
    return len > wanted ? BWP_ERR_SURPLUS : BWP_OK;
}

static uint32_t
word_at (const struct bwp_esp_request *request, size_t index)
{
    return bwp_get_u32le (request->data + 4 * index);
}

enum bwp_result
bwp_esp_parse_request (const uint8_t *frame, size_t len, struct bwp_esp_request *ret_request)
{
    enum bwp_result result;

    if (len < BWP_ESP_HEADER_BYTES)
        return BWP_ERR_CUT;
    if (frame[0] != DIRECTION_REQUEST)
        return BWP_ERR_CORRUPT;
    result = expect (len - BWP_ESP_HEADER_BYTES, bwp_get_u16le (frame + 2));
    if (result != BWP_OK)
        return result;
    ret_request->op = frame[1];
    ret_request->checksum = bwp_get_u32le (frame + 4);
    ret_request->data = frame + BWP_ESP_HEADER_BYTES;
    ret_request->data_len = len - BWP_ESP_HEADER_BYTES;
    return BWP_OK;
}

enum bwp_result
bwp_esp_parse_sync (const struct bwp_esp_request *request)
{
    enum bwp_result result = expect (request->data_len, SYNC_BYTES);

    if (result != BWP_OK)
        return result;
    if (memcmp (request->data, sync_head, sizeof sync_head) != 0)
        return BWP_ERR_CORRUPT;
    for (size_t i = sizeof sync_head; i < SYNC_BYTES; i++)
        if (request->data[i] != 0x55)
            return BWP_ERR_CORRUPT;
    return BWP_OK;
}

enum bwp_result
bwp_esp_parse_read_reg (const struct bwp_esp_request *request, uint32_t *ret_address)
{
    enum bwp_result result = expect (request->data_len, 4);

    if (result == BWP_OK)
        *ret_address = word_at (request, 0);
    return result;
}

enum bwp_result
bwp_esp_parse_write_reg (const struct bwp_esp_request *request,
                         size_t index,
                         struct bwp_esp_reg_write *ret_write)
{
    if (request->data_len == 0 || (request->data_len & 15) != 0)
        return BWP_ERR_CUT;
    if (index >= request->data_len >> 4)
        return BWP_ERR_ABSENT;
    ret_write->address = word_at (request, 4 * index);
    ret_write->value = word_at (request, 4 * index + 1);
    ret_write->mask = word_at (request, 4 * index + 2);
    ret_write->delay_us = word_at (request, 4 * index + 3);
    return BWP_OK;
}

enum bwp_result
bwp_esp_parse_begin (const struct bwp_esp_request *request, struct bwp_esp_begin *ret_begin)
{
    bool five = request->data_len > 16 && request->op != BWP_ESP_MEM_BEGIN;
    enum bwp_result result = expect (request->data_len, five ? 20 : 16);

    if (result != BWP_OK)
        return result;
    ret_begin->size = word_at (request, 0);
    ret_begin->blocks = word_at (request, 1);
    ret_begin->block_size = word_at (request, 2);
    ret_begin->offset = word_at (request, 3);
    ret_begin->has_encrypted_word = five;
    ret_begin->encrypted = five && word_at (request, 4) != 0;
    return BWP_OK;
}

enum bwp_result
bwp_esp_parse_data (const struct bwp_esp_request *request, struct bwp_esp_block *ret_block)
{
    enum bwp_result result;

    if (request->data_len < BWP_ESP_BLOCK_HEADER_BYTES)
        return BWP_ERR_CUT;
    result = expect (request->data_len - BWP_ESP_BLOCK_HEADER_BYTES, word_at (request, 0));
    if (result != BWP_OK)
        return result;
    ret_block->sequence = word_at (request, 1);
    ret_block->data = request->data + BWP_ESP_BLOCK_HEADER_BYTES;
    ret_block->data_len = request->data_len - BWP_ESP_BLOCK_HEADER_BYTES;
    ret_block->checksum_ok =
        bwp_esp_checksum (ret_block->data, ret_block->data_len) == (request->checksum & 0xff);
    return BWP_OK;
}

enum bwp_result
bwp_esp_parse_end (const struct bwp_esp_request *request, enum bwp_esp_after *ret_after)
{
    enum bwp_result result = expect (request->data_len, 4);

    if (result == BWP_OK)
        *ret_after = word_at (request, 0) == 0 ? BWP_ESP_AFTER_REBOOT : BWP_ESP_AFTER_STAY;
    return result;
}

enum bwp_result
bwp_esp_parse_mem_end (const struct bwp_esp_request *request, struct bwp_esp_mem_end *ret_end)
{
    enum bwp_result result = expect (request->data_len, 8);

    if (result != BWP_OK)
        return result;
    ret_end->has_entry = word_at (request, 0) == 0;
    ret_end->entry = word_at (request, 1);
    return BWP_OK;
}

enum bwp_result
bwp_esp_parse_spi_attach (const struct bwp_esp_request *request, struct bwp_esp_attach *ret_attach)
{
    bool padded = request->data_len > 4;
    enum bwp_result result = expect (request->data_len, padded ? 8 : 4);

    if (result != BWP_OK)
        return result;
    ret_attach->pins = word_at (request, 0);
    ret_attach->has_padding = padded;
    return BWP_OK;
}

enum bwp_result
bwp_esp_parse_spi_set_params (const struct bwp_esp_request *request,
                              struct bwp_esp_spi_params *ret_params)
{
    enum bwp_result result = expect (request->data_len, 24);

    if (result != BWP_OK)
        return result;
    ret_params->id = word_at (request, 0);
    ret_params->total_bytes = word_at (request, 1);
    ret_params->block_bytes = word_at (request, 2);
    ret_params->sector_bytes = word_at (request, 3);
    ret_params->page_bytes = word_at (request, 4);
    ret_params->status_mask = word_at (request, 5);
    return BWP_OK;
}

enum bwp_result
bwp_esp_parse_region (const struct bwp_esp_request *request, struct bwp_esp_region *ret_region)
{
    bool is_short = request->op == BWP_ESP_READ_FLASH_SLOW || request->op == BWP_ESP_ERASE_REGION;
    enum bwp_result result;

    if (!is_short && request->op != BWP_ESP_FLASH_MD5)
        return BWP_ERR_CALLER;
    result = expect (request->data_len, is_short ? 8 : 16);
    if (result != BWP_OK)
        return result;
    ret_region->offset = word_at (request, 0);
    ret_region->size = word_at (request, 1);
    return BWP_OK;
}

enum bwp_result
bwp_esp_parse_change_baud (const struct bwp_esp_request *request,
                           struct bwp_esp_baud_change *ret_change)
{
    enum bwp_result result = expect (request->data_len, 8);

    if (result != BWP_OK)
        return result;
    ret_change->new_baud = word_at (request, 0);
    ret_change->old_baud = word_at (request, 1);
    return BWP_OK;
}

enum bwp_result
bwp_esp_parse_read_flash (const struct bwp_esp_request *request,
                          struct bwp_esp_read_flash *ret_read)
{
    enum bwp_result result = expect (request->data_len, 16);

    if (result != BWP_OK)
        return result;
    ret_read->offset = word_at (request, 0);
    ret_read->size = word_at (request, 1);
    ret_read->packet_bytes = word_at (request, 2);
    ret_read->in_flight = word_at (request, 3);
    return BWP_OK;
}
