/* SPDX-License-Identifier: Apache-2.0 */
#include "fw-meter.h"
#include "bwp-esp-command.h"
#include "bwp-slip.h"

#define OP_AT 1 /* behind the direction */
#define DATA_FRAME_MIN (BWP_ESP_HEADER_BYTES + 16)

static void
begin (struct fw_meter *self, uint64_t now)
{
    self->is_open = true;
    self->is_ahead = self->owes || now <= self->speaks_till;
    self->op = 0;
    self->len = 0;
    self->began = now;
    self->began_heard = self->heard;
}

/* An acknowledgement of READ_FLASH is a bare number that may look like an opcode. */
static bool
is_data (const struct fw_meter *self)
{
    return (self->op == BWP_ESP_FLASH_DATA || self->op == BWP_ESP_FLASH_DEFL_DATA)
           && self->len >= DATA_FRAME_MIN;
}

static void
count_data (struct fw_meter *self, uint64_t now)
{
    if (self->data_blocks++ == 0) {
        self->data_from = self->began;
        self->data_heard = self->began_heard;
    }
    self->data_until = now;
    self->data_bytes = self->heard - self->data_heard;
}

static void
end (struct fw_meter *self, uint64_t now)
{
    self->frames++;
    if (!self->is_ahead)
        self->round_trips++;
    if (is_data (self))
        count_data (self, now);
    self->is_open = false;
    self->owes = true;
}

void
fw_meter_hear (struct fw_meter *self, uint64_t now, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        self->heard++;
        if (bytes[i] != BWP_SLIP_END) {
            if (self->len++ == OP_AT)
                self->op = bytes[i];
        } else if (self->is_open && self->len > 0) {
            end (self, now);
        } else {
            begin (self, now);
        }
    }
}

void
fw_meter_speak (struct fw_meter *self, uint64_t until)
{
    self->speaks_till = until;
    self->owes = false;
}
