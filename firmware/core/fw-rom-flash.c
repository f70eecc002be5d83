/* SPDX-License-Identifier: Apache-2.0 */
/* The flash commands of the boot ROMs: everything is done before the answer goes out. */
#include "fw-crypt.h"
#include "fw-inflate.h"
#include "fw-rom.h"
#include <string.h>

#define BLOCK_SMALLEST 1u
#define BLOCK_LARGEST 4096u

/* The ESP8266's ROM erases the sectors before the first 64 KiB boundary twice over, so to speak:
 * what it erased singly does not count as done. */
static uint32_t
erased_sectors (const struct fw_board *self, const struct bwp_esp_begin *begin)
{
    uint32_t first = begin->offset / FW_FLASH_SECTOR;
    uint32_t count, head;

    if (begin->size == 0)
        return 0;
    if (!fw_board_is_8266 (self))
        return (begin->offset + begin->size - 1) / FW_FLASH_SECTOR - first + 1;
    count = (begin->size + FW_FLASH_SECTOR - 1) / FW_FLASH_SECTOR;
    head = 16 - first % 16;
    return count + (count < head ? count : head);
}

static uint64_t
erase (struct fw_board *self, const struct bwp_esp_begin *begin)
{
    uint32_t at = begin->offset & ~(FW_FLASH_SECTOR - 1);
    uint32_t left = erased_sectors (self, begin);
    uint64_t time = 0;

    while (left > 0) {
        bool block = at % FW_FLASH_BLOCK == 0 && left >= 16;

        time += fw_flash_erase (&self->flash, at, block ? FW_FLASH_BLOCK : FW_FLASH_SECTOR);
        at += block ? FW_FLASH_BLOCK : FW_FLASH_SECTOR;
        left -= block ? 16 : 1;
    }
    return time;
}

static uint16_t
check_begin (const struct fw_board *self, const struct bwp_esp_begin *begin)
{
    bool wants_word =
        bwp_esp_chip_supports (self->config.identity.chip, BWP_ESP_CAN_ENCRYPTED_WORD);
    uint64_t end = (uint64_t) begin->offset + begin->size;

    if (begin->has_encrypted_word != wants_word)
        return FW_ROM_FORMAT;
    if (begin->block_size < BLOCK_SMALLEST || begin->block_size > BLOCK_LARGEST)
        return FW_ROM_FORMAT;
    if (!self->registers.is_attached || end > self->rom.flash_limit)
        return FW_ROM_FAILED;
    return 0;
}

void
fw_rom_flash_begin (struct fw_board *self,
                    uint64_t now,
                    const struct bwp_esp_request *request,
                    struct fw_answer *answer)
{
    struct fw_transfer *transfer = &self->rom.transfer;
    struct bwp_esp_begin begin;

    transfer->active = false;
    if (bwp_esp_parse_begin (request, &begin) != BWP_OK) {
        answer->status = FW_ROM_FORMAT;
        return;
    }
    /* the only command by which the ESP8266's ROM connects its flash */
    if (fw_board_is_8266 (self))
        self->registers.is_attached = true;
    answer->status = check_begin (self, &begin);
    if (answer->status != 0)
        return;
    answer->time = erase (self, &begin);
    memset (transfer, 0, sizeof *transfer);
    transfer->active = true;
    transfer->compressed = request->op == BWP_ESP_FLASH_DEFL_BEGIN;
    transfer->encrypted = begin.encrypted;
    transfer->next = begin.offset;
    transfer->end = begin.offset + begin.size;
    transfer->blocks = begin.blocks;
    transfer->block_size = begin.block_size;
    if (transfer->compressed)
        self->ops->inflate_begin (self->user);
}

/* The ROM reads back what it has written. */
static uint16_t
write_plain (struct fw_board *self, const uint8_t *data, size_t len, uint64_t *time)
{
    struct fw_transfer *transfer = &self->rom.transfer;
    uint32_t at = transfer->next;

    if (transfer->encrypted)
        data = fw_crypt_seal (self, at, data, len);
    if (data == NULL)
        return FW_ROM_FAILED;
    *time += fw_flash_program (&self->flash, at, data, len);
    transfer->next += (uint32_t) len;
    return fw_flash_equals (&self->flash, at, data, len) ? 0 : FW_ROM_WRITE;
}

static uint16_t
write_inflated (struct fw_board *self, const struct bwp_esp_block *block, uint64_t *time)
{
    struct fw_transfer *transfer = &self->rom.transfer;
    struct fw_inflated piece = { .in = block->data, .in_len = block->data_len };
    uint16_t status = 0;

    while (fw_inflate_next (self, transfer, &piece) && status == 0) {
        *time += (uint64_t) piece.len * self->speeds.inflate;
        status = write_plain (self, piece.out, piece.len, time);
    }
    return piece.is_broken ? FW_ROM_INFLATE : status;
}

static bool
expected (struct fw_transfer *transfer,
          const struct bwp_esp_request *request,
          const struct bwp_esp_block *block)
{
    return transfer->active && transfer->compressed == (request->op == BWP_ESP_FLASH_DEFL_DATA)
           && block->sequence == transfer->sequence && block->sequence < transfer->blocks
           && block->data_len <= transfer->block_size;
}

void
fw_rom_flash_data (struct fw_board *self,
                   uint64_t now,
                   const struct bwp_esp_request *request,
                   struct fw_answer *answer)
{
    struct fw_transfer *transfer = &self->rom.transfer;
    struct bwp_esp_block block;

    if (bwp_esp_parse_data (request, &block) != BWP_OK || !expected (transfer, request, &block)) {
        answer->status = FW_ROM_FORMAT;
        return;
    }
    transfer->sequence++;
    if (!block.checksum_ok || fw_board_bad_checksum (self))
        answer->status = FW_ROM_CHECKSUM;
    else if (transfer->compressed)
        answer->status = write_inflated (self, &block, &answer->time);
    else
        answer->status = write_plain (self, block.data, block.data_len, &answer->time);
}

void
fw_rom_flash_end (struct fw_board *self,
                  uint64_t now,
                  const struct bwp_esp_request *request,
                  struct fw_answer *answer)
{
    static const enum fw_after ends[] = { [FW_END_SILENCE] = FW_AFTER_SILENCE,
                                          [FW_END_CONSOLE] = FW_AFTER_CONSOLE,
                                          [FW_END_PROGRAM] = FW_AFTER_PROGRAM };
    enum bwp_esp_after after;

    if (bwp_esp_parse_end (request, &after) != BWP_OK) {
        answer->status = FW_ROM_FORMAT;
        return;
    }
    answer->after =
        after == BWP_ESP_AFTER_REBOOT ? FW_AFTER_DOWNLOAD : ends[self->config.identity.traits->end];
}

void
fw_rom_md5 (struct fw_board *self,
            uint64_t now,
            const struct bwp_esp_request *request,
            struct fw_answer *answer)
{
    struct bwp_esp_region region;
    uint8_t md5[BWP_MD5_BYTES];

    if (bwp_esp_parse_region (request, &region) != BWP_OK) {
        answer->status = FW_ROM_FORMAT;
        return;
    }
    if (!self->registers.is_attached
        || (uint64_t) region.offset + region.size > self->rom.flash_limit) {
        answer->status = FW_ROM_FAILED;
        return;
    }
    answer->time = fw_flash_md5 (&self->flash, region.offset, region.size, md5)
                   + (uint64_t) region.size * self->speeds.md5;
    bwp_esp_put_md5_hex (md5, answer->data);
    answer->len = 32;
}

void
fw_rom_read_slow (struct fw_board *self,
                  const struct bwp_esp_request *request,
                  struct fw_answer *answer)
{
    struct bwp_esp_region region;

    if (bwp_esp_parse_region (request, &region) != BWP_OK)
        answer->status = FW_ROM_FORMAT;
    else if (region.size > BWP_ESP_READ_SLOW_MAX)
        answer->status = FW_ROM_READ_LENGTH;
    else if (!self->registers.is_attached
             || (uint64_t) region.offset + region.size > self->rom.flash_limit)
        answer->status = FW_ROM_FAILED;
    if (answer->status != 0)
        return;
    memset (answer->data, 0, sizeof answer->data);
    answer->time = fw_flash_read (&self->flash, region.offset, answer->data, region.size);
    answer->len = BWP_ESP_READ_SLOW_MAX;
}

/* What the ROM takes its crystal for, in Hz; 0 = for what it is. An ESP32 has it from the calibration
 * of its slow clock and an eFuse, by the formula that esptool undoes for it. */
static uint64_t
believed_crystal (struct fw_board *self)
{
    const struct fw_identity *identity = &self->config.identity;
    const struct fw_traits *traits = identity->traits;
    uint32_t calibration, frequency;

    if (traits->calibration_register == 0)
        return traits->believed_mhz * 1000000ull;
    calibration = fw_registers_read (&self->registers, traits->calibration_register) >> 7;
    frequency =
        fw_registers_read (&self->registers, identity->chip->efuse_base + traits->frequency.offset);
    return (uint64_t) calibration * 15625 * (frequency & 0xff) / 40;
}

uint32_t
fw_rom_real_baud (struct fw_board *self, uint32_t asked)
{
    uint64_t believed = believed_crystal (self);
    uint64_t crystal = self->config.identity.crystal_mhz * 1000000ull;

    /* it picks the divider for its belief; the crystal makes something else of it */
    return believed > 0 ? (uint32_t) (asked * crystal / believed) : asked;
}
