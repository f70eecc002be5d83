/* SPDX-License-Identifier: Apache-2.0 */
#include "bwp-ihex.h"
#include "bwp-bytes.h"
#include "bwp-text-private.h"
#include <string.h>

#define OVERHEAD 5 /* length, address, type, checksum */
#define DATA_AT 4

enum type {
    TYPE_DATA = 0,
    TYPE_END = 1,
    TYPE_SEGMENT = 2,
    TYPE_START_SEGMENT = 3,
    TYPE_LINEAR = 4,
    TYPE_START_LINEAR = 5,
};

void
bwp_ihex_reader_init (struct bwp_ihex_reader *self)
{
    memset (self, 0, sizeof *self);
    self->line = 1;
}

/* ---- one complete record ---- */

/* Segmented addresses wrap at 64 KiB, linear ones at 4 GiB: neither is meant by anybody. */
static enum bwp_result
take_data (const struct bwp_ihex_reader *self, struct bwp_ihex_record *ret_record)
{
    uint8_t len = self->bytes[0];
    uint32_t offset = bwp_get_u16be (self->bytes + 1);

    if (offset + len > 0x10000 && self->is_segmented)
        return BWP_ERR_RULE;
    if (len > 0 && UINT32_MAX - self->base - offset < len - 1u)
        return BWP_ERR_RULE;
    if (len == 0)
        return BWP_AGAIN;
    ret_record->address = self->base + offset;
    ret_record->len = len;
    memcpy (ret_record->data, self->bytes + DATA_AT, len);
    return BWP_OK;
}

static enum bwp_result
take_base (struct bwp_ihex_reader *self, uint32_t shift, bool is_segmented)
{
    if (self->bytes[0] != 2)
        return BWP_ERR_CORRUPT;
    self->base = (uint32_t) bwp_get_u16be (self->bytes + DATA_AT) << shift;
    self->is_segmented = is_segmented;
    return BWP_AGAIN;
}

static enum bwp_result
take_end (struct bwp_ihex_reader *self)
{
    if (self->bytes[0] != 0)
        return BWP_ERR_CORRUPT;
    self->at_end = true;
    return BWP_AGAIN;
}

static enum bwp_result
take_record (struct bwp_ihex_reader *self, struct bwp_ihex_record *ret_record)
{
    switch (self->bytes[3]) {
    case TYPE_DATA:
        return take_data (self, ret_record);
    case TYPE_END:
        return take_end (self);
    case TYPE_SEGMENT:
        return take_base (self, 4, true);
    case TYPE_LINEAR:
        return take_base (self, 16, false);
    case TYPE_START_SEGMENT:
    case TYPE_START_LINEAR:
        return self->bytes[0] == 4 ? BWP_AGAIN : BWP_ERR_CORRUPT;
    default:
        return BWP_ERR_VERSION;
    }
}

static bool
sums_up (const struct bwp_ihex_reader *self)
{
    uint8_t sum = 0;

    for (size_t i = 0; i < OVERHEAD + (size_t) self->bytes[0]; i++)
        sum = (uint8_t) (sum + self->bytes[i]);
    return sum == 0;
}

/* ---- characters ---- */

static enum bwp_result
end_line (struct bwp_ihex_reader *self, char c)
{
    bool second_half = c == '\n' && self->last_was_cr;

    if (self->in_record)
        return BWP_ERR_CORRUPT;
    self->last_was_cr = c == '\r';
    self->needs_line_end = false;
    if (!second_half)
        self->line++;
    return BWP_AGAIN;
}

/* The first byte says where a record ends, so that the last line needs no line end. */
static enum bwp_result
take_digit (struct bwp_ihex_reader *self, char c, struct bwp_ihex_record *ret_record)
{
    uint8_t digit = _bwp_digit (c);
    uint8_t *byte = &self->bytes[self->digits >> 1];

    if (digit > 15)
        return BWP_ERR_CORRUPT;
    *byte = (uint8_t) ((self->digits & 1) != 0 ? *byte << 4 | digit : digit);
    self->digits++;
    if (self->digits < 2 || self->digits < 2 * (OVERHEAD + (uint32_t) self->bytes[0]))
        return BWP_AGAIN;
    self->in_record = false;
    self->needs_line_end = true;
    return sums_up (self) ? take_record (self, ret_record) : BWP_ERR_CORRUPT;
}

static enum bwp_result
take_char (struct bwp_ihex_reader *self, char c, struct bwp_ihex_record *ret_record)
{
    if (c == '\n' || c == '\r')
        return end_line (self, c);
    self->last_was_cr = false;
    if (self->in_record)
        return take_digit (self, c, ret_record);
    if (self->at_end)
        return BWP_ERR_SURPLUS;
    if (c != ':' || self->needs_line_end)
        return BWP_ERR_CORRUPT;
    self->in_record = true;
    self->digits = 0;
    return BWP_AGAIN;
}

enum bwp_result
bwp_ihex_read (struct bwp_ihex_reader *self,
               const char *text,
               size_t len,
               size_t *ret_used,
               struct bwp_ihex_record *ret_record)
{
    enum bwp_result result = BWP_AGAIN;
    size_t used = 0;

    while (used < len && result == BWP_AGAIN)
        result = take_char (self, text[used++], ret_record);
    *ret_used = used;
    return result;
}

enum bwp_result
bwp_ihex_reader_finish (const struct bwp_ihex_reader *self)
{
    return self->at_end && !self->in_record ? BWP_OK : BWP_ERR_CUT;
}

/* ---- writing ---- */

static char
digit_char (uint32_t value)
{
    return "0123456789ABCDEF"[value & 0xf];
}

static enum bwp_result
put_record (const uint8_t head[DATA_AT],
            const uint8_t *data,
            char *out,
            size_t capacity,
            size_t *ret_len)
{
    size_t count = DATA_AT + (size_t) head[0];
    size_t need = 1 + 2 * (count + 1) + 1;
    uint8_t sum = 0;

    if (capacity < need)
        return BWP_ERR_SPACE;
    *out++ = ':';
    for (size_t i = 0; i <= count; i++) {
        uint8_t byte = (uint8_t) (0 - sum);

        if (i < count)
            byte = i < DATA_AT ? head[i] : data[i - DATA_AT];
        sum = (uint8_t) (sum + byte);
        *out++ = digit_char (byte >> 4);
        *out++ = digit_char (byte);
    }
    *out = '\n';
    *ret_len = need;
    return BWP_OK;
}

enum bwp_result
bwp_ihex_put_data (uint32_t address,
                   const uint8_t *data,
                   size_t len,
                   char *out,
                   size_t capacity,
                   size_t *ret_len)
{
    uint8_t head[DATA_AT] = { (uint8_t) len, 0, 0, TYPE_DATA };

    if (len == 0 || len > BWP_IHEX_DATA_MAX || (address & 0xffff) + len > 0x10000)
        return BWP_ERR_CALLER;
    bwp_put_u16be (head + 1, (uint16_t) (address & 0xffff));
    return put_record (head, data, out, capacity, ret_len);
}

enum bwp_result
bwp_ihex_put_base (uint32_t address, char *out, size_t capacity, size_t *ret_len)
{
    const uint8_t head[DATA_AT] = { 2, 0, 0, TYPE_LINEAR };
    uint8_t base[2];

    bwp_put_u16be (base, (uint16_t) (address >> 16));
    return put_record (head, base, out, capacity, ret_len);
}

enum bwp_result
bwp_ihex_put_end (char *out, size_t capacity, size_t *ret_len)
{
    const uint8_t head[DATA_AT] = { 0, 0, 0, TYPE_END };

    return put_record (head, NULL, out, capacity, ret_len);
}
