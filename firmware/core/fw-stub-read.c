/* SPDX-License-Identifier: Apache-2.0 */
/* READ_FLASH: packets against acknowledgements, a digest at the end. */
#include "bwp-bytes.h"
#include "fw-stub.h"
#include <string.h>

#define PACKET_MAX 0x1000
#define ACK_BYTES 4

void
fw_stub_read_begin (struct fw_board *self,
                    uint64_t now,
                    const struct bwp_esp_request *request,
                    struct fw_stub_answer *answer)
{
    struct fw_read_flash *read = &self->stub.read;
    struct bwp_esp_read_flash wanted;

    if (bwp_esp_parse_read_flash (request, &wanted) != BWP_OK || wanted.packet_bytes == 0
        || wanted.packet_bytes > PACKET_MAX) {
        answer->status = FW_STUB_LENGTH;
        return;
    }
    if (!fw_stub_has (self, wanted.offset, wanted.size)) {
        answer->status = FW_STUB_SPI;
        return;
    }
    memset (read, 0, sizeof *read);
    read->active = true;
    read->offset = wanted.offset;
    read->size = wanted.size;
    read->packet = wanted.packet_bytes;
    read->in_flight = wanted.in_flight;
    read->next = now;
    answer->after = FW_STUB_TO_READ;
}

/* Generation 1 compares bytes with a number that was meant for packets; generation 2 always waits
 * for the acknowledgement. */
static bool
may_send (const struct fw_board *self)
{
    const struct fw_read_flash *read = &self->stub.read;
    uint32_t open = read->sent - read->acked;

    if (!read->active || read->sent >= read->size)
        return false;
    return open == 0 || (!fw_stub_is_2 (self) && open < read->in_flight);
}

static bool
is_complete (const struct fw_read_flash *read)
{
    return read->active && read->acked >= read->size;
}

static void
send_packet (struct fw_board *self, uint64_t now)
{
    struct fw_read_flash *read = &self->stub.read;
    uint32_t left = read->size - read->sent;
    uint32_t n = left < read->packet ? left : read->packet;
    uint8_t packet[PACKET_MAX];
    uint64_t time = fw_flash_read (&self->flash, read->offset + read->sent, packet, n);

    read->next = fw_board_send_frame (self, now + fw_board_takes (self, time), packet, n);
    read->sent += n;
}

static void
send_digest (struct fw_board *self, uint64_t now)
{
    struct fw_read_flash *read = &self->stub.read;
    uint8_t md5[BWP_MD5_BYTES];

    read->active = false;
    fw_flash_md5 (&self->flash, read->offset, read->size, md5);
    fw_board_send_frame (self, now, md5, sizeof md5);
}

void
fw_stub_read_acked (struct fw_board *self, uint64_t now, const uint8_t *frame, size_t len)
{
    struct fw_read_flash *read = &self->stub.read;
    uint32_t acked;

    if (len != ACK_BYTES) {
        read->active = false;
        return;
    }
    acked = bwp_get_u32le (frame);
    if (acked <= read->sent)
        read->acked = acked;
    fw_stub_read_step (self, now);
}

uint64_t
fw_stub_read_next (const struct fw_board *self)
{
    return may_send (self) ? self->stub.read.next : FW_NEVER;
}

void
fw_stub_read_step (struct fw_board *self, uint64_t now)
{
    struct fw_read_flash *read = &self->stub.read;

    if (is_complete (read))
        send_digest (self, now > read->next ? now : read->next);
    else if (may_send (self) && read->next <= now)
        send_packet (self, now);
}
