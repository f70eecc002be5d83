/* SPDX-License-Identifier: Apache-2.0 */
/* Download mode of the boot ROMs. Where their manual and the measured chips differ, the chips are
 * right: see "measured on real ROM code" in the protocol notes. */
#include "fw-rom.h"
#include <string.h>

#define ROM_START (2 * FW_MS) /* from reset to listening */
#define ERROR_COPIES 8        /* a ROM answers what it does not know eight times */

/* Which ROMs know a command, and whether secure download mode leaves it. */
#define ALL 1u
#define NOT_8266 2u
#define SECURITY 4u
#define SECURE 8u

struct command {
    uint8_t op;
    uint8_t where;
    void (*run) (struct fw_board *self,
                 uint64_t now,
                 const struct bwp_esp_request *request,
                 struct fw_answer *answer);
};

static enum bwp_esp_peer
peer_of (const struct fw_board *self)
{
    return fw_board_is_8266 (self) ? BWP_ESP_PEER_ROM_8266 : BWP_ESP_PEER_ROM;
}

void
fw_rom_enter (struct fw_board *self, uint64_t now)
{
    memset (&self->rom, 0, sizeof self->rom);
    self->state = FW_STATE_ROM;
    self->heard_baud = 0;
    self->busy_until = now + fw_board_takes (self, ROM_START);
    self->rom.value = BWP_ESP_ROM_SYNC_VALUE;
    self->rom.flash_limit = fw_board_is_8266 (self) ? self->flash.size : BWP_ESP_ROM_FLASH_LIMIT;
    self->registers.is_attached = false;
    bwp_slip_decoder_init (&self->decoder, self->frame, sizeof self->frame);
}

/* Returns when it has left. */
static uint64_t
send_answer (struct fw_board *self, uint64_t when, uint8_t op, const struct fw_answer *answer)
{
    struct bwp_esp_reply reply = { .op = op,
                                   .value = self->rom.value,
                                   .data = answer->data,
                                   .data_len = answer->len,
                                   .status = answer->status };
    uint8_t out[BWP_ESP_REPLY_MAX];
    size_t len = 0;

    if (bwp_esp_build_reply (&reply, peer_of (self), out, sizeof out, &len) != BWP_OK)
        return when;
    /* a success leaves the code of an older error in the second byte */
    if (answer->status == 0)
        out[len - bwp_esp_status_bytes (peer_of (self)) + 1] = self->rom.stale_error;
    else
        self->rom.stale_error = (uint8_t) (answer->status & 0xff);
    return fw_board_send_frame (self, when, out, len);
}

static void
send_unknown (struct fw_board *self, uint64_t now)
{
    struct fw_answer answer = { .status = FW_ROM_FORMAT };

    for (unsigned i = 0; i < ERROR_COPIES; i++)
        send_answer (self, now, 0, &answer);
}

static void
run_sync (struct fw_board *self,
          uint64_t now,
          const struct bwp_esp_request *request,
          struct fw_answer *answer)
{
    if (bwp_esp_parse_sync (request) != BWP_OK) {
        answer->silent = true;
        return;
    }
    if (!self->rom.synced)
        self->baud = self->heard_baud != 0 ? self->heard_baud : FW_BAUD;
    self->rom.synced = true;
    self->rom.deaf = false;
    self->rom.value = BWP_ESP_ROM_SYNC_VALUE;
    answer->copies = BWP_ESP_SYNC_REPLIES;
}

static void
run_read_reg (struct fw_board *self,
              uint64_t now,
              const struct bwp_esp_request *request,
              struct fw_answer *answer)
{
    uint32_t address;
    enum bwp_result result = bwp_esp_parse_read_reg (request, &address);

    if (result == BWP_ERR_CUT) {
        self->rom.deaf = true;
        answer->silent = true;
    } else if (result != BWP_OK) {
        answer->status = FW_ROM_FORMAT;
    } else {
        self->rom.value = fw_board_read_register (self, address);
    }
}

static void
run_write_reg (struct fw_board *self,
               uint64_t now,
               const struct bwp_esp_request *request,
               struct fw_answer *answer)
{
    if (!fw_board_write_registers (self, now, request, &answer->time))
        answer->status = FW_ROM_FORMAT;
}

static void
run_mem_begin (struct fw_board *self,
               uint64_t now,
               const struct bwp_esp_request *request,
               struct fw_answer *answer)
{
    struct bwp_esp_begin begin;

    if (bwp_esp_parse_begin (request, &begin) != BWP_OK || begin.has_encrypted_word
        || begin.block_size > FW_ROM_BLOCK_MAX) {
        answer->status = FW_ROM_FORMAT;
        return;
    }
    self->rom.ram_address = begin.offset;
    self->rom.ram_sequence = 0;
    self->rom.ram_blocks = begin.blocks;
}

static void
run_mem_data (struct fw_board *self,
              uint64_t now,
              const struct bwp_esp_request *request,
              struct fw_answer *answer)
{
    struct bwp_esp_block block;

    if (bwp_esp_parse_data (request, &block) != BWP_OK || block.sequence != self->rom.ram_sequence
        || block.sequence >= self->rom.ram_blocks) {
        answer->status = FW_ROM_FORMAT;
        return;
    }
    self->rom.ram_sequence++;
    if (!block.checksum_ok || fw_board_bad_checksum (self))
        answer->status = FW_ROM_CHECKSUM;
}

static void
run_mem_end (struct fw_board *self,
             uint64_t now,
             const struct bwp_esp_request *request,
             struct fw_answer *answer)
{
    struct bwp_esp_mem_end end;

    if (bwp_esp_parse_mem_end (request, &end) != BWP_OK)
        answer->status = FW_ROM_FORMAT;
    else if (end.has_entry)
        answer->after = FW_AFTER_STUB;
}

static void
run_attach (struct fw_board *self,
            uint64_t now,
            const struct bwp_esp_request *request,
            struct fw_answer *answer)
{
    struct bwp_esp_attach attach;

    if (bwp_esp_parse_spi_attach (request, &attach) != BWP_OK || !attach.has_padding)
        answer->status = FW_ROM_FORMAT;
    else
        self->registers.is_attached = true;
}

static void
run_set_params (struct fw_board *self,
                uint64_t now,
                const struct bwp_esp_request *request,
                struct fw_answer *answer)
{
    struct bwp_esp_spi_params params;

    if (bwp_esp_parse_spi_set_params (request, &params) != BWP_OK)
        answer->status = FW_ROM_FORMAT;
    else
        self->rom.flash_limit = params.total_bytes;
}

static void
run_change_baud (struct fw_board *self,
                 uint64_t now,
                 const struct bwp_esp_request *request,
                 struct fw_answer *answer)
{
    struct bwp_esp_baud_change change;

    if (bwp_esp_parse_change_baud (request, &change) != BWP_OK) {
        answer->status = FW_ROM_FORMAT;
        return;
    }
    answer->baud = fw_rom_real_baud (self, change.new_baud);
    if (answer->baud == 0) {
        self->rom.hung = true;
        answer->silent = true;
    }
}

static void
run_security_info (struct fw_board *self,
                   uint64_t now,
                   const struct bwp_esp_request *request,
                   struct fw_answer *answer)
{
    if (request->data_len != 0)
        answer->status = FW_ROM_FORMAT;
    else
        answer->len = fw_board_security (self, answer->data);
}

static void
run_read_slow (struct fw_board *self,
               uint64_t now,
               const struct bwp_esp_request *request,
               struct fw_answer *answer)
{
    const struct fw_traits *traits = self->config.identity.traits;
    uint32_t reader = fw_registers_read (&self->registers, traits->reader_register);

    if (traits->reader_register != 0 && reader != traits->reader_value) {
        /* a host that may not jump has put its entry where the ROM's reader was */
        answer->silent = true;
        answer->after = FW_AFTER_STUB;
        return;
    }
    fw_rom_read_slow (self, request, answer);
}

static const struct command commands[] = {
    { BWP_ESP_SYNC, ALL | SECURE, run_sync },
    { BWP_ESP_READ_REG, ALL, run_read_reg },
    { BWP_ESP_WRITE_REG, ALL, run_write_reg },
    { BWP_ESP_MEM_BEGIN, ALL, run_mem_begin },
    { BWP_ESP_MEM_DATA, ALL, run_mem_data },
    { BWP_ESP_MEM_END, ALL, run_mem_end },
    { BWP_ESP_FLASH_BEGIN, ALL | SECURE, fw_rom_flash_begin },
    { BWP_ESP_FLASH_DATA, ALL | SECURE, fw_rom_flash_data },
    { BWP_ESP_FLASH_END, ALL | SECURE, fw_rom_flash_end },
    { BWP_ESP_SPI_ATTACH, NOT_8266 | SECURE, run_attach },
    { BWP_ESP_SPI_SET_PARAMS, NOT_8266 | SECURE, run_set_params },
    { BWP_ESP_READ_FLASH_SLOW, NOT_8266, run_read_slow },
    { BWP_ESP_CHANGE_BAUDRATE, NOT_8266 | SECURE, run_change_baud },
    { BWP_ESP_FLASH_DEFL_BEGIN, NOT_8266, fw_rom_flash_begin },
    { BWP_ESP_FLASH_DEFL_DATA, NOT_8266, fw_rom_flash_data },
    { BWP_ESP_FLASH_DEFL_END, NOT_8266, fw_rom_flash_end },
    { BWP_ESP_FLASH_MD5, NOT_8266, fw_rom_md5 },
    { BWP_ESP_SECURITY_INFO, SECURITY | SECURE, run_security_info },
};

static bool
knows (const struct fw_board *self, const struct command *command)
{
    const struct bwp_esp_chip *chip = self->config.identity.chip;

    if (self->config.identity.secure_download && (command->where & SECURE) == 0)
        return false;
    if ((command->where & SECURITY) != 0)
        return (chip->supports & (BWP_ESP_CAN_SECURITY_INFO | BWP_ESP_CAN_SECURITY_INFO_SHORT))
               != 0;
    return (command->where & ALL) != 0 || !fw_board_is_8266 (self);
}

static const struct command *
find_command (const struct fw_board *self, uint8_t op)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (commands[i].op == op)
            return knows (self, &commands[i]) ? &commands[i] : NULL;
    return NULL;
}

static void
leave (struct fw_board *self, uint64_t when, const struct fw_answer *answer)
{
    if (answer->baud != 0)
        self->baud = answer->baud;
    if (answer->after == FW_AFTER_STUB)
        fw_stub_enter (self, when);
    else if (answer->after == FW_AFTER_DOWNLOAD)
        fw_board_restart (self, when, true, FW_RESET_SOFTWARE);
    else if (answer->after == FW_AFTER_CONSOLE)
        self->state = FW_STATE_CONSOLE;
    else if (answer->after == FW_AFTER_SILENCE)
        self->state = FW_STATE_SILENT;
    else if (answer->after == FW_AFTER_PROGRAM)
        fw_boot_enter (self, when);
}

static void
run (struct fw_board *self,
     uint64_t now,
     const struct command *command,
     const struct bwp_esp_request *request)
{
    struct fw_answer answer = { .copies = 1 };
    uint64_t done, sent;

    command->run (self, now, request, &answer);
    done = now + fw_board_takes (self, answer.time);
    self->busy_until = done;
    if (answer.silent)
        answer.copies = 0;
    sent = done;
    for (unsigned i = 0; i < answer.copies; i++)
        sent = send_answer (self, done, request->op, &answer);
    leave (self, sent > done ? sent : done, &answer);
}

static bool
listens (const struct fw_board *self, uint8_t op)
{
    return !self->rom.hung && (op == BWP_ESP_SYNC || (self->rom.synced && !self->rom.deaf));
}

static void
take_frame (struct fw_board *self, uint64_t now, size_t len)
{
    struct bwp_esp_request request;
    const struct command *command;
    enum bwp_result result = bwp_esp_parse_request (self->frame, len, &request);

    if (result == BWP_ERR_CORRUPT || len < BWP_ESP_HEADER_BYTES || fw_board_is_too_long (self, len))
        return;
    self->counts.frames_in++;
    if (result == BWP_ERR_CUT) {
        self->rom.deaf = true;
        return;
    }
    if (!listens (self, self->frame[1]))
        return;
    if (result != BWP_OK) {
        struct fw_answer answer = { .status = FW_ROM_FORMAT };

        send_answer (self, now, self->frame[1], &answer);
        return;
    }
    self->counts.requests[request.op]++;
    command = find_command (self, request.op);
    if (command != NULL)
        run (self, now, command, &request);
    else
        send_unknown (self, now);
}

static size_t
ring_size (const struct fw_board *self)
{
    const struct fw_traits *traits = self->config.identity.traits;

    return traits->rom_ring != 0 ? traits->rom_ring : FW_ROM_RING;
}

static void
keep (struct fw_board *self, const uint8_t *bytes, size_t len)
{
    size_t room = ring_size (self) - self->rom.ring_len;
    size_t n = len < room ? len : room;

    memcpy (self->rom.ring + self->rom.ring_len, bytes, n);
    self->rom.ring_len += n;
    self->counts.overruns += len - n;
}

void
fw_rom_receive (struct fw_board *self, uint64_t now, const uint8_t *bytes, size_t len)
{
    size_t used = 0, frame_len = 0, skipped = 0;

    while (len > 0) {
        if (self->state != FW_STATE_ROM) {
            fw_board_receive (self, now, bytes, len);
            return;
        }
        if (now < self->busy_until) {
            keep (self, bytes, len);
            return;
        }
        if (bwp_slip_push (&self->decoder, bytes, len, &used, &frame_len, &skipped) == BWP_OK)
            take_frame (self, now, frame_len);
        bytes += used;
        len -= used;
    }
}

uint64_t
fw_rom_next (const struct fw_board *self)
{
    return self->rom.ring_len > 0 ? self->busy_until : FW_NEVER;
}

void
fw_rom_step (struct fw_board *self, uint64_t now)
{
    uint8_t ring[FW_ROM_RING];
    size_t len = self->rom.ring_len;

    memcpy (ring, self->rom.ring, len);
    self->rom.ring_len = 0;
    fw_rom_receive (self, now, ring, len);
}
