/* SPDX-License-Identifier: Apache-2.0 */
/* The protocol of the stubs, of both generations: they acknowledge first and work later. */
#include "fw-stub.h"
#include <string.h>

#define START_1 (1 * FW_MS)
#define START_2 (10 * FW_MS)
#define BAUD_PAUSE (10 * FW_MS)
#define FRAME_1 (0x4000 + 64)
#define FRAME_2 (BWP_ESP_HEADER_BYTES + 0x4000 + 0xff)
#define DATA_OF_2 0xd00 /* released second-generation stubs have their data above this in a page */
#define SPLIT 9         /* bytes of a reply that generation 1 sends before it starts to work */

enum receiver {
    RECEIVER_OUTSIDE,
    RECEIVER_OPENED, /* a delimiter, nothing behind it yet */
    RECEIVER_INSIDE,
};

#define ANY 0u
#define SECURITY 1u
#define FIRST_8266 2u

struct command {
    uint8_t op;
    uint8_t where;
    void (*run) (struct fw_board *self,
                 uint64_t now,
                 const struct bwp_esp_request *request,
                 struct fw_stub_answer *answer);
};

bool
fw_stub_is_2 (const struct fw_board *self)
{
    return self->stub.generation == FW_STUB_2;
}

static enum fw_generation
choose_generation (const struct fw_board *self)
{
    if (self->config.generation != FW_STUB_AUTO)
        return self->config.generation;
    return (self->rom.ram_address & 0xfff) >= DATA_OF_2 ? FW_STUB_2 : FW_STUB_1;
}

void
fw_stub_enter (struct fw_board *self, uint64_t now)
{
    static const uint8_t hello[BWP_ESP_OHAI_BYTES] = { 'O', 'H', 'A', 'I' };
    size_t capacity;

    memset (&self->stub, 0, sizeof self->stub);
    self->state = FW_STATE_STUB;
    self->stub.generation = choose_generation (self);
    self->stub.flash_free = now;
    self->stub.flash_limit = self->flash.size;
    self->registers.is_attached = true;
    capacity = fw_stub_is_2 (self) ? FRAME_2 : FRAME_1;
    bwp_slip_decoder_init (&self->decoder, self->frame, capacity);
    self->busy_until = now + fw_board_takes (self, fw_stub_is_2 (self) ? START_2 : START_1);
    fw_board_log (self, fw_stub_is_2 (self) ? "stub, generation 2" : "stub, generation 1");
    fw_board_send_frame (self, self->busy_until, hello, sizeof hello);
}

void
fw_stub_stop (struct fw_board *self, uint64_t now)
{
    fw_stub_erase_idle (self, now);
}

static void
run_sync (struct fw_board *self,
          uint64_t now,
          const struct bwp_esp_request *request,
          struct fw_stub_answer *answer)
{
    answer->copies = BWP_ESP_SYNC_REPLIES;
}

static void
run_read_reg (struct fw_board *self,
              uint64_t now,
              const struct bwp_esp_request *request,
              struct fw_stub_answer *answer)
{
    uint32_t address;

    if (bwp_esp_parse_read_reg (request, &address) != BWP_OK)
        answer->status = FW_STUB_LENGTH;
    else
        answer->value = fw_board_read_register (self, address);
}

static void
run_write_reg (struct fw_board *self,
               uint64_t now,
               const struct bwp_esp_request *request,
               struct fw_stub_answer *answer)
{
    if (!fw_board_write_registers (self, now, request, &answer->time))
        answer->status = FW_STUB_LENGTH;
}

static void
run_mem_begin (struct fw_board *self,
               uint64_t now,
               const struct bwp_esp_request *request,
               struct fw_stub_answer *answer)
{
    struct bwp_esp_begin begin;

    if (bwp_esp_parse_begin (request, &begin) != BWP_OK || begin.has_encrypted_word)
        answer->status = FW_STUB_LENGTH;
    else
        self->rom.ram_address = begin.offset;
}

static void
run_mem_data (struct fw_board *self,
              uint64_t now,
              const struct bwp_esp_request *request,
              struct fw_stub_answer *answer)
{
    struct bwp_esp_block block;

    if (bwp_esp_parse_data (request, &block) != BWP_OK)
        answer->status = FW_STUB_TOO_MUCH;
    else if (!block.checksum_ok && !fw_stub_is_2 (self))
        answer->status = FW_STUB_CHECKSUM;
}

static void
run_mem_end (struct fw_board *self,
             uint64_t now,
             const struct bwp_esp_request *request,
             struct fw_stub_answer *answer)
{
    struct bwp_esp_mem_end end;

    if (bwp_esp_parse_mem_end (request, &end) != BWP_OK)
        answer->status = FW_STUB_LENGTH;
    else if (end.has_entry)
        answer->after = FW_STUB_TO_SILENCE;
}

static void
run_attach (struct fw_board *self,
            uint64_t now,
            const struct bwp_esp_request *request,
            struct fw_stub_answer *answer)
{
    struct bwp_esp_attach attach;

    if (bwp_esp_parse_spi_attach (request, &attach) != BWP_OK || attach.has_padding)
        answer->status = FW_STUB_LENGTH;
}

static void
run_set_params (struct fw_board *self,
                uint64_t now,
                const struct bwp_esp_request *request,
                struct fw_stub_answer *answer)
{
    struct bwp_esp_spi_params params;

    if (bwp_esp_parse_spi_set_params (request, &params) != BWP_OK)
        answer->status = FW_STUB_LENGTH;
    else
        self->stub.flash_limit =
            params.total_bytes < FW_FLASH_LARGEST ? params.total_bytes : FW_FLASH_LARGEST;
}

static void
run_change_baud (struct fw_board *self,
                 uint64_t now,
                 const struct bwp_esp_request *request,
                 struct fw_stub_answer *answer)
{
    struct bwp_esp_baud_change change;

    if (bwp_esp_parse_change_baud (request, &change) != BWP_OK || change.new_baud == 0)
        answer->status = FW_STUB_LENGTH;
    else
        answer->baud = change.new_baud;
}

static void
run_security_info (struct fw_board *self,
                   uint64_t now,
                   const struct bwp_esp_request *request,
                   struct fw_stub_answer *answer)
{
    answer->len = fw_board_security (self, answer->data);
}

static void
run_user_code (struct fw_board *self,
               uint64_t now,
               const struct bwp_esp_request *request,
               struct fw_stub_answer *answer)
{
    answer->copies = 0;
    answer->after = FW_STUB_TO_PROGRAM;
}

static const struct command commands[] = {
    { BWP_ESP_SYNC, ANY, run_sync },
    { BWP_ESP_READ_REG, ANY, run_read_reg },
    { BWP_ESP_WRITE_REG, ANY, run_write_reg },
    { BWP_ESP_MEM_BEGIN, ANY, run_mem_begin },
    { BWP_ESP_MEM_DATA, ANY, run_mem_data },
    { BWP_ESP_MEM_END, ANY, run_mem_end },
    { BWP_ESP_FLASH_BEGIN, ANY, fw_stub_flash_begin },
    { BWP_ESP_FLASH_DATA, ANY, fw_stub_flash_data },
    { BWP_ESP_FLASH_END, ANY, fw_stub_flash_end },
    { BWP_ESP_FLASH_DEFL_BEGIN, ANY, fw_stub_flash_begin },
    { BWP_ESP_FLASH_DEFL_DATA, ANY, fw_stub_flash_data },
    { BWP_ESP_FLASH_DEFL_END, ANY, fw_stub_flash_end },
    { BWP_ESP_SPI_ATTACH, ANY, run_attach },
    { BWP_ESP_SPI_SET_PARAMS, ANY, run_set_params },
    { BWP_ESP_CHANGE_BAUDRATE, ANY, run_change_baud },
    { BWP_ESP_FLASH_MD5, ANY, fw_stub_md5 },
    { BWP_ESP_ERASE_FLASH, ANY, fw_stub_erase_flash },
    { BWP_ESP_ERASE_REGION, ANY, fw_stub_erase_region },
    { BWP_ESP_READ_FLASH, ANY, fw_stub_read_begin },
    { BWP_ESP_SECURITY_INFO, SECURITY, run_security_info },
    { BWP_ESP_RUN_USER_CODE, FIRST_8266, run_user_code },
};

static bool
knows (const struct fw_board *self, const struct command *command)
{
    if (command->where == FIRST_8266)
        return fw_board_is_8266 (self) && !fw_stub_is_2 (self);
    if (command->where == SECURITY)
        return (self->config.identity.chip->supports
                & (BWP_ESP_CAN_SECURITY_INFO | BWP_ESP_CAN_SECURITY_INFO_SHORT))
               != 0;
    return true;
}

static const struct command *
find_command (const struct fw_board *self, uint8_t op)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (commands[i].op == op)
            return knows (self, &commands[i]) ? &commands[i] : NULL;
    return NULL;
}

/* Returns when it has left. */
static uint64_t
send_answer (struct fw_board *self, uint64_t now, uint8_t op, const struct fw_stub_answer *answer)
{
    struct bwp_esp_reply reply = { .op = op,
                                   .value = answer->value,
                                   .data = answer->data,
                                   .data_len = answer->status == 0 ? answer->len : 0,
                                   .status = answer->status };
    uint64_t done = now + fw_board_takes (self, answer->time);
    uint8_t out[BWP_ESP_REPLY_MAX];
    size_t len = 0;

    if (bwp_esp_build_reply (&reply, BWP_ESP_PEER_STUB, out, sizeof out, &len) != BWP_OK)
        return done;
    if (fw_stub_is_2 (self) || done == now)
        return fw_board_send_frame (self, done, out, len);
    return fw_board_send_slow (self, now, done, SPLIT, out, len);
}

static void
leave (struct fw_board *self, uint64_t when, const struct fw_stub_answer *answer)
{
    if (answer->baud != 0) {
        self->baud = answer->baud;
        self->busy_until = when + fw_board_takes (self, BAUD_PAUSE);
    }
    if (answer->after == FW_STUB_TO_ROM)
        fw_board_restart (self, when, true, FW_RESET_SOFTWARE);
    else if (answer->after == FW_STUB_TO_PROGRAM)
        fw_boot_enter (self, when);
    else if (answer->after == FW_STUB_TO_SILENCE)
        self->state = FW_STATE_SILENT;
    else if (answer->after == FW_STUB_TO_READ)
        fw_stub_read_step (self, when);
}

static void
run (struct fw_board *self,
     uint64_t now,
     const struct command *command,
     const struct bwp_esp_request *request)
{
    struct fw_stub_answer answer = { .copies = 1 };
    uint64_t sent = now;

    command->run (self, now, request, &answer);
    for (unsigned i = 0; i < answer.copies; i++)
        sent = send_answer (self, now, request->op, &answer);
    self->busy_until = now + fw_board_takes (self, answer.time);
    if (answer.has_work)
        self->busy_until = fw_stub_work (self, self->busy_until, &answer.work);
    leave (self, sent > self->busy_until ? sent : self->busy_until, &answer);
}

static void
refuse (struct fw_board *self, uint64_t now, uint8_t op, uint16_t status)
{
    struct fw_stub_answer answer = { .status = status };

    send_answer (self, now, op, &answer);
}

/* Generation 2: whatever comes after failed work is not done, but told of the failure. */
static bool
report_late_error (struct fw_board *self, uint64_t now, uint8_t op)
{
    uint16_t error = self->stub.error;

    if (!fw_stub_is_2 (self) || error == 0)
        return false;
    self->stub.error = 0;
    refuse (self, now, op, error);
    return true;
}

static void
take_request (struct fw_board *self, uint64_t now, size_t len)
{
    struct bwp_esp_request request;
    enum bwp_result result = bwp_esp_parse_request (self->frame, len, &request);
    uint8_t op = self->frame[1];
    const struct command *command = find_command (self, op);

    if (len < BWP_ESP_HEADER_BYTES || fw_board_is_too_long (self, len))
        return;
    self->counts.frames_in++;
    if (report_late_error (self, now, op))
        return;
    if (result == BWP_ERR_CORRUPT || command == NULL) {
        refuse (self, now, op, fw_stub_is_2 (self) ? FW_STUB_UNKNOWN : FW_STUB_NOT_THERE);
    } else if (result != BWP_OK) {
        refuse (self, now, op, FW_STUB_TOO_MUCH);
    } else {
        self->counts.requests[op]++;
        run (self, now, command, &request);
    }
}

static void
take_frame (struct fw_board *self, uint64_t now, size_t len)
{
    fw_stub_erase_idle (self, now);
    if (self->stub.read.active)
        fw_stub_read_acked (self, now, self->frame, len);
    else
        take_request (self, now, len);
}

/* Outside a frame generation 2 counts delimiters in pairs: two in a row are an empty frame. */
static size_t
skip_to_frame (struct fw_board *self, const uint8_t *bytes, size_t len)
{
    const uint8_t *start = bytes;
    size_t used;

    if (self->stub.receiver == RECEIVER_INSIDE)
        return 0;
    if (self->stub.receiver == RECEIVER_OUTSIDE) {
        start = memchr (bytes, BWP_SLIP_END, len);
        if (start == NULL)
            return len;
        start++;
        self->stub.receiver = RECEIVER_OPENED;
    }
    used = (size_t) (start - bytes);
    if (used == len)
        return used;
    self->stub.receiver = *start == BWP_SLIP_END ? RECEIVER_OUTSIDE : RECEIVER_INSIDE;
    return self->stub.receiver == RECEIVER_OUTSIDE ? used + 1 : used;
}

/* Inside: the decoder has not seen the opening delimiter yet, it gets it with the first byte. */
static enum bwp_result
push_2 (struct fw_board *self, const uint8_t *bytes, size_t len, size_t *used, size_t *frame_len)
{
    static const uint8_t end = BWP_SLIP_END;
    size_t skipped = 0, ignored = 0, taken = 0;
    bool was_inside = self->stub.receiver == RECEIVER_INSIDE;
    enum bwp_result result;

    *used = skip_to_frame (self, bytes, len);
    if (self->stub.receiver != RECEIVER_INSIDE)
        return BWP_AGAIN;
    if (!was_inside) {
        bwp_slip_decoder_reset (&self->decoder);
        bwp_slip_push (&self->decoder, &end, 1, &ignored, frame_len, &skipped);
    }
    result =
        bwp_slip_push (&self->decoder, bytes + *used, len - *used, &taken, frame_len, &skipped);
    *used += taken;
    /* a lost frame is skipped to its end like the gap before the next one */
    if (result != BWP_AGAIN)
        self->stub.receiver = result == BWP_OK ? RECEIVER_OUTSIDE : RECEIVER_INSIDE;
    return result;
}

static enum bwp_result
push (struct fw_board *self, const uint8_t *bytes, size_t len, size_t *used, size_t *frame_len)
{
    enum bwp_result result;
    size_t skipped = 0;

    if (fw_stub_is_2 (self))
        return push_2 (self, bytes, len, used, frame_len);
    result = bwp_slip_push (&self->decoder, bytes, len, used, frame_len, &skipped);
    if (result != BWP_ERR_SPACE)
        return result;
    /* generation 1 cuts a frame that is too long and takes it for a whole one */
    *frame_len = FRAME_1;
    return BWP_OK;
}

/* A second frame while one waits: generation 2 drops it, generation 1 writes it over the first. */
static bool
has_room (struct fw_board *self, size_t len)
{
    if (self->stub.pending == 0)
        return true;
    if (fw_stub_is_2 (self)) {
        self->counts.overruns += len;
        return false;
    }
    self->counts.overruns += self->stub.pending;
    self->stub.pending = 0;
    return true;
}

void
fw_stub_receive (struct fw_board *self, uint64_t now, const uint8_t *bytes, size_t len)
{
    size_t used = 0, frame_len = 0;

    while (len > 0) {
        if (self->state != FW_STATE_STUB) {
            fw_board_receive (self, now, bytes, len);
            return;
        }
        if (!has_room (self, len))
            return;
        if (push (self, bytes, len, &used, &frame_len) == BWP_OK) {
            if (now < self->busy_until)
                self->stub.pending = frame_len;
            else
                take_frame (self, now, frame_len);
        }
        bytes += used;
        len -= used;
    }
}

uint64_t
fw_stub_next (const struct fw_board *self)
{
    return self->stub.pending > 0 ? self->busy_until : fw_stub_read_next (self);
}

void
fw_stub_step (struct fw_board *self, uint64_t now)
{
    size_t len = self->stub.pending;

    if (len == 0) {
        fw_stub_read_step (self, now);
        return;
    }
    self->stub.pending = 0;
    take_frame (self, now, len);
}
