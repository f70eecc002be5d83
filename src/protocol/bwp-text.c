/* SPDX-License-Identifier: Apache-2.0 */
#include "bwp-text-private.h"

#define DIGITS_MAX 10

void
_bwp_text_init (struct bwp_text *self, char *out, size_t capacity)
{
    self->out = out;
    self->capacity = capacity;
    self->len = 0;
    self->is_full = false;
    out[0] = '\0';
}

static void
add_char (struct bwp_text *self, char c)
{
    if (self->len + 1 >= self->capacity) {
        self->is_full = true;
        return;
    }
    self->out[self->len++] = c;
    self->out[self->len] = '\0';
}

void
_bwp_text_add (struct bwp_text *self, const char *text)
{
    while (*text != '\0')
        add_char (self, *text++);
}

void
_bwp_text_add_decimal (struct bwp_text *self, uint32_t number)
{
    char digits[DIGITS_MAX];
    size_t count = 0;

    do {
        digits[count++] = (char) ('0' + number % 10);
        number /= 10;
    } while (number != 0);
    while (count > 0)
        add_char (self, digits[--count]);
}

void
_bwp_text_add_hex (struct bwp_text *self, uint32_t number)
{
    int shift = 28;

    _bwp_text_add (self, "0x");
    while (shift > 0 && number >> shift == 0)
        shift -= 4;
    for (; shift >= 0; shift -= 4)
        add_char (self, "0123456789abcdef"[number >> shift & 0xf]);
}

char
_bwp_lower (char c)
{
    return c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c;
}

bool
_bwp_equal_fold (const char *text, size_t len, const char *word)
{
    size_t i = 0;

    while (i < len && word[i] != '\0' && _bwp_lower (text[i]) == word[i])
        i++;
    return i == len && word[i] == '\0';
}

uint8_t
_bwp_digit (char c)
{
    c = _bwp_lower (c);
    if (c >= '0' && c <= '9')
        return (uint8_t) (c - '0');
    if (c >= 'a' && c <= 'f')
        return (uint8_t) (c - 'a' + 10);
    return 255;
}

bool
_bwp_take_decimal (const char **text, uint32_t *ret_number)
{
    const char *p = *text;
    uint32_t number = 0;

    for (; _bwp_digit (*p) < 10; p++) {
        if (number > (UINT32_MAX - 9) / 10)
            return false;
        number = 10 * number + _bwp_digit (*p);
    }
    if (p == *text)
        return false;
    *text = p;
    *ret_number = number;
    return true;
}

size_t
_bwp_length (const char *text)
{
    size_t len = 0;

    while (text[len] != '\0')
        len++;
    return len;
}
