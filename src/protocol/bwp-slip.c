/* SPDX-License-Identifier: Apache-2.0 */
#include "bwp-slip.h"
#include <stdbool.h>

enum state {
    STATE_OUTSIDE,
    STATE_INSIDE,
    STATE_ESCAPED,
    STATE_LOST, /* the rest of a frame already reported */
};

void
bwp_slip_decoder_init (struct bwp_slip_decoder *self, uint8_t *buf, size_t capacity)
{
    self->buf = buf;
    self->capacity = capacity;
    bwp_slip_decoder_reset (self);
}

void
bwp_slip_decoder_reset (struct bwp_slip_decoder *self)
{
    self->len = 0;
    self->state = STATE_OUTSIDE;
}

void
bwp_slip_decoder_resync (struct bwp_slip_decoder *self)
{
    self->len = 0;
    self->state = STATE_INSIDE;
}

size_t
bwp_slip_collected (const struct bwp_slip_decoder *self)
{
    return self->len;
}

static enum bwp_result
lose_frame (struct bwp_slip_decoder *self, enum bwp_result why)
{
    self->len = 0;
    self->state = STATE_LOST;
    return why;
}

static enum bwp_result
take_byte (struct bwp_slip_decoder *self, uint8_t byte)
{
    if (self->len == self->capacity)
        return lose_frame (self, BWP_ERR_SPACE);
    self->buf[self->len++] = byte;
    self->state = STATE_INSIDE;
    return BWP_AGAIN;
}

static enum bwp_result
take_escaped (struct bwp_slip_decoder *self, uint8_t byte)
{
    if (byte == BWP_SLIP_ESC_END)
        return take_byte (self, BWP_SLIP_END);
    if (byte == BWP_SLIP_ESC_ESC)
        return take_byte (self, BWP_SLIP_ESC);
    lose_frame (self, BWP_ERR_CORRUPT);
    /* a delimiter instead of the second half: the next frame may start right here */
    if (byte == BWP_SLIP_END)
        self->state = STATE_INSIDE;
    return BWP_ERR_CORRUPT;
}

static enum bwp_result
take_delimiter (struct bwp_slip_decoder *self, size_t *ret_len)
{
    if (self->len == 0) {
        self->state = STATE_INSIDE;
        return BWP_AGAIN;
    }
    *ret_len = self->len;
    self->len = 0;
    self->state = STATE_OUTSIDE;
    return BWP_OK;
}

static enum bwp_result
step (struct bwp_slip_decoder *self, uint8_t byte, size_t *ret_len)
{
    if (self->state == STATE_ESCAPED)
        return take_escaped (self, byte);
    if (byte == BWP_SLIP_END)
        return take_delimiter (self, ret_len);
    if (byte == BWP_SLIP_ESC) {
        self->state = STATE_ESCAPED;
        return BWP_AGAIN;
    }
    return take_byte (self, byte);
}

static bool
is_skipping (const struct bwp_slip_decoder *self)
{
    return self->state == STATE_OUTSIDE || self->state == STATE_LOST;
}

enum bwp_result
bwp_slip_push (struct bwp_slip_decoder *self,
               const uint8_t *in,
               size_t in_len,
               size_t *ret_used,
               size_t *ret_len,
               size_t *ret_skipped)
{
    enum bwp_result result = BWP_AGAIN;
    size_t used = 0;

    if (is_skipping (self))
        while (used < in_len && in[used] != BWP_SLIP_END)
            used++;
    if (ret_skipped != NULL)
        *ret_skipped = used;
    while (used < in_len && result == BWP_AGAIN)
        result = step (self, in[used++], ret_len);
    *ret_used = used;
    return result;
}

static size_t
count_escapes (const uint8_t *data, size_t len)
{
    size_t count = 0;

    for (size_t i = 0; i < len; i++)
        if (data[i] == BWP_SLIP_END || data[i] == BWP_SLIP_ESC)
            count++;
    return count;
}

size_t
bwp_slip_encoded_size (const uint8_t *head, size_t head_len, const uint8_t *body, size_t body_len)
{
    return 2 + head_len + count_escapes (head, head_len) + body_len
           + count_escapes (body, body_len);
}

static uint8_t *
escape (uint8_t *out, const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (data[i] == BWP_SLIP_END || data[i] == BWP_SLIP_ESC) {
            *out++ = BWP_SLIP_ESC;
            *out++ = data[i] == BWP_SLIP_END ? BWP_SLIP_ESC_END : BWP_SLIP_ESC_ESC;
        } else {
            *out++ = data[i];
        }
    }
    return out;
}

enum bwp_result
bwp_slip_encode (const uint8_t *head,
                 size_t head_len,
                 const uint8_t *body,
                 size_t body_len,
                 uint8_t *out,
                 size_t capacity,
                 size_t *ret_len)
{
    size_t need = bwp_slip_encoded_size (head, head_len, body, body_len);

    if (need > capacity)
        return BWP_ERR_SPACE;
    *out++ = BWP_SLIP_END;
    out = escape (out, head, head_len);
    out = escape (out, body, body_len);
    *out = BWP_SLIP_END;
    *ret_len = need;
    return BWP_OK;
}
