/* SPDX-License-Identifier: Apache-2.0 */
#include "fw-text.h"
#include <string.h>

void
fw_text_clear (struct fw_text *self)
{
    self->len = 0;
    self->text[0] = '\0';
}

static void
add_char (struct fw_text *self, char c)
{
    if (self->len + 1 >= FW_TEXT_MAX)
        return;
    self->text[self->len++] = c;
    self->text[self->len] = '\0';
}

void
fw_text_add (struct fw_text *self, const char *piece)
{
    while (piece != NULL && *piece != '\0')
        add_char (self, *piece++);
}

void
fw_text_add_bytes (struct fw_text *self, const uint8_t *piece, size_t max)
{
    for (size_t i = 0; i < max && piece[i] != 0; i++)
        add_char (self, piece[i] >= 0x20 && piece[i] < 0x7f ? (char) piece[i] : '?');
}

static void
add_number (struct fw_text *self, uint64_t value, unsigned base, unsigned width, char fill)
{
    char digits[24];
    unsigned n = 0;

    do {
        digits[n++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    for (unsigned i = n; i < width; i++)
        add_char (self, fill);
    while (n > 0)
        add_char (self, digits[--n]);
}

void
fw_text_add_dec (struct fw_text *self, uint64_t value, unsigned width)
{
    add_number (self, value, 10, width, ' ');
}

void
fw_text_add_hex (struct fw_text *self, uint32_t value, unsigned width)
{
    add_number (self, value, 16, width, '0');
}

void
fw_text_add_mac (struct fw_text *self, const uint8_t mac[6])
{
    for (unsigned i = 0; i < 6; i++) {
        if (i > 0)
            add_char (self, ':');
        add_number (self, mac[i], 16, 2, '0');
    }
}
