/* SPDX-License-Identifier: Apache-2.0 */
/* The stubs at work on the flash: erasing overlaps with receiving, blocks are written after they
 * were acknowledged. */
#include "fw-crypt.h"
#include "fw-inflate.h"
#include "fw-stub.h"
#include <string.h>

#define ADLER_BYTES 4 /* generation 1 takes the trailer in a block of its own */

bool
fw_stub_has (const struct fw_board *self, uint32_t offset, uint32_t size)
{
    return (uint64_t) offset + size <= self->stub.flash_limit;
}

static uint16_t
failed (const struct fw_board *self)
{
    return fw_stub_is_2 (self) ? FW_STUB_SPI : FW_STUB_BOOLEAN;
}

static uint32_t
round_up (uint32_t value, uint32_t unit)
{
    return (value + unit - 1) & ~(unit - 1);
}

/* The next unit of what BEGIN announced; returns what it takes. */
static uint64_t
erase_unit (struct fw_board *self)
{
    struct fw_stub *stub = &self->stub;
    uint32_t at = stub->erase_next, left = stub->erase_end - at;
    bool block = at % FW_FLASH_BLOCK == 0
                 && (fw_stub_is_2 (self) ? left >= FW_FLASH_BLOCK : left > FW_FLASH_BLOCK);

    if (fw_stub_is_2 (self) && stub->all_blank) {
        if (fw_flash_is_blank (&self->flash, at)) {
            stub->erase_next += FW_FLASH_SECTOR;
            return (uint64_t) self->flash.times.read * FW_FLASH_SECTOR;
        }
        stub->all_blank = false;
    }
    stub->erase_next += block ? FW_FLASH_BLOCK : FW_FLASH_SECTOR;
    return fw_flash_erase (&self->flash, at, block ? FW_FLASH_BLOCK : FW_FLASH_SECTOR);
}

void
fw_stub_erase_idle (struct fw_board *self, uint64_t now)
{
    struct fw_stub *stub = &self->stub;

    while (stub->erase_next < stub->erase_end && stub->flash_free <= now)
        stub->flash_free += erase_unit (self);
}

void
fw_stub_flash_begin (struct fw_board *self,
                     uint64_t now,
                     const struct bwp_esp_request *request,
                     struct fw_stub_answer *answer)
{
    struct fw_stub *stub = &self->stub;
    struct fw_transfer *transfer = &stub->transfer;
    struct bwp_esp_begin begin;

    if (bwp_esp_parse_begin (request, &begin) != BWP_OK) {
        answer->status = FW_STUB_LENGTH;
        return;
    }
    if (begin.block_size > FW_STUB_BLOCK && !fw_stub_is_2 (self)) {
        answer->status = FW_STUB_BLOCK_SIZE;
        return;
    }
    if (!fw_stub_has (self, begin.offset, begin.size)) {
        answer->status = FW_STUB_SPI;
        return;
    }
    memset (transfer, 0, sizeof *transfer);
    transfer->active = true;
    transfer->compressed = request->op == BWP_ESP_FLASH_DEFL_BEGIN;
    transfer->encrypted = begin.encrypted;
    transfer->next = begin.offset;
    transfer->end = begin.offset + begin.size;
    stub->error = 0;
    stub->all_blank = true;
    stub->erase_next = begin.offset & ~(FW_FLASH_SECTOR - 1);
    stub->erase_end = begin.size > 0 ? round_up (transfer->end, FW_FLASH_SECTOR) : stub->erase_next;
    if (stub->flash_free < now)
        stub->flash_free = now;
    fw_stub_erase_idle (self, now);
    if (transfer->compressed)
        self->ops->inflate_begin (self->user);
}

void
fw_stub_flash_data (struct fw_board *self,
                    uint64_t now,
                    const struct bwp_esp_request *request,
                    struct fw_stub_answer *answer)
{
    struct fw_stub *stub = &self->stub;
    struct bwp_esp_block block;
    bool compressed = request->op == BWP_ESP_FLASH_DEFL_DATA;

    if (!stub->transfer.active || stub->transfer.compressed != compressed)
        answer->status = FW_STUB_NO_BEGIN;
    else if (bwp_esp_parse_data (request, &block) != BWP_OK)
        answer->status = FW_STUB_TOO_MUCH;
    else if (!block.checksum_ok || fw_board_bad_checksum (self))
        answer->status = FW_STUB_CHECKSUM;
    else if (!fw_stub_is_2 (self) && stub->error != 0)
        answer->status = stub->error;
    if (answer->status != 0)
        return;
    answer->has_work = true;
    answer->work = block;
}

/* Waits for the flash and for the erasing to be ahead, then programs. */
static uint64_t
write_at (struct fw_board *self, uint64_t now, const uint8_t *data, size_t len)
{
    struct fw_stub *stub = &self->stub;
    uint32_t end = stub->transfer.next + (uint32_t) len;

    if (stub->transfer.encrypted)
        data = fw_crypt_seal (self, stub->transfer.next, data, len);
    if (data == NULL) {
        stub->error = FW_STUB_SPI;
        return now;
    }
    if (now < stub->flash_free)
        now = stub->flash_free;
    while (stub->erase_next < end && stub->erase_next < stub->erase_end)
        now += erase_unit (self);
    now += fw_flash_program (&self->flash, stub->transfer.next, data, len);
    stub->transfer.next = end;
    stub->flash_free = now;
    return now;
}

static uint64_t
work_plain (struct fw_board *self, uint64_t now, const struct bwp_esp_block *block)
{
    struct fw_transfer *transfer = &self->stub.transfer;
    uint32_t left = transfer->end - transfer->next;

    if (left == 0 && block->data_len > 0)
        self->stub.error = FW_STUB_TOO_MUCH;
    /* the padding of the last block is not written */
    return write_at (self, now, block->data, block->data_len < left ? block->data_len : left);
}

static void
judge_stream (struct fw_board *self, const struct fw_inflated *piece)
{
    struct fw_stub *stub = &self->stub;
    size_t allowed = fw_stub_is_2 (self) ? 0 : ADLER_BYTES;

    if (piece->is_broken)
        stub->error = FW_STUB_INFLATE;
    else if (piece->is_surplus || (stub->transfer.stream_end && piece->in_len > allowed))
        stub->error = FW_STUB_TOO_MUCH;
    else if (!fw_stub_is_2 (self) && stub->transfer.stream_end
             && stub->transfer.next < stub->transfer.end)
        stub->error = FW_STUB_TOO_LITTLE;
}

static uint64_t
work_inflated (struct fw_board *self, uint64_t now, const struct bwp_esp_block *block)
{
    struct fw_inflated piece = { .in = block->data, .in_len = block->data_len };
    struct fw_transfer *transfer = &self->stub.transfer;

    /* generation 2 takes a block number 0 for the start of a stream */
    if (fw_stub_is_2 (self) && block->sequence == 0) {
        self->ops->inflate_begin (self->user);
        transfer->stream_end = false;
    }
    while (fw_inflate_next (self, transfer, &piece)) {
        now += fw_board_takes (self, (uint64_t) piece.len * self->speeds.inflate);
        now = write_at (self, now, piece.out, piece.len);
    }
    judge_stream (self, &piece);
    return now;
}

uint64_t
fw_stub_work (struct fw_board *self, uint64_t now, const struct bwp_esp_block *block)
{
    return self->stub.transfer.compressed ? work_inflated (self, now, block)
                                          : work_plain (self, now, block);
}

static void
finish_erasing (struct fw_board *self, uint64_t now, struct fw_stub_answer *answer)
{
    struct fw_stub *stub = &self->stub;

    while (stub->erase_next < stub->erase_end)
        stub->flash_free += erase_unit (self);
    if (stub->flash_free > now)
        answer->time += stub->flash_free - now;
}

void
fw_stub_flash_end (struct fw_board *self,
                   uint64_t now,
                   const struct bwp_esp_request *request,
                   struct fw_stub_answer *answer)
{
    struct fw_transfer *transfer = &self->stub.transfer;
    enum bwp_esp_after after;

    if (bwp_esp_parse_end (request, &after) != BWP_OK)
        answer->status = FW_STUB_LENGTH;
    else if (!transfer->active)
        answer->status = FW_STUB_NO_BEGIN;
    else if (!fw_stub_is_2 (self) && self->stub.error != 0)
        answer->status = self->stub.error;
    else if (transfer->next < transfer->end)
        answer->status = fw_stub_is_2 (self) ? FW_STUB_LENGTH : FW_STUB_TOO_LITTLE;
    if (answer->status != 0)
        return;
    transfer->active = false;
    finish_erasing (self, now, answer);
    if (after == BWP_ESP_AFTER_REBOOT && !fw_stub_is_2 (self))
        answer->after = FW_STUB_TO_ROM;
}

void
fw_stub_md5 (struct fw_board *self,
             uint64_t now,
             const struct bwp_esp_request *request,
             struct fw_stub_answer *answer)
{
    struct bwp_esp_region region;

    if (bwp_esp_parse_region (request, &region) != BWP_OK) {
        answer->status = FW_STUB_LENGTH;
        return;
    }
    if (!fw_stub_has (self, region.offset, region.size)) {
        answer->status = failed (self);
        return;
    }
    finish_erasing (self, now, answer);
    answer->time += fw_flash_md5 (&self->flash, region.offset, region.size, answer->data)
                    + (uint64_t) region.size * self->speeds.md5;
    answer->len = BWP_MD5_BYTES;
}

void
fw_stub_erase_flash (struct fw_board *self,
                     uint64_t now,
                     const struct bwp_esp_request *request,
                     struct fw_stub_answer *answer)
{
    if (request->data_len != 0)
        answer->status = FW_STUB_LENGTH;
    else
        answer->time = fw_flash_erase_all (&self->flash);
}

void
fw_stub_erase_region (struct fw_board *self,
                      uint64_t now,
                      const struct bwp_esp_request *request,
                      struct fw_stub_answer *answer)
{
    struct fw_stub *stub = &self->stub;
    struct bwp_esp_region region;

    if (bwp_esp_parse_region (request, &region) != BWP_OK) {
        answer->status = FW_STUB_LENGTH;
        return;
    }
    if ((region.offset | region.size) % FW_FLASH_SECTOR != 0
        || !fw_stub_has (self, region.offset, region.size)) {
        answer->status = failed (self);
        return;
    }
    finish_erasing (self, now, answer);
    stub->all_blank = false;
    stub->erase_next = region.offset;
    stub->erase_end = region.offset + region.size;
    while (stub->erase_next < stub->erase_end)
        answer->time += erase_unit (self);
}
