/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-code-address"
#include "config.h"

#include "bw-code-address.h"

#define DIGITS 8u
#define WORD_BYTES (2u + DIGITS)

static gboolean
is_of_word (char c)
{
    return g_ascii_isalnum (c) || c == '_';
}

/* @word has at least WORD_BYTES bytes. */
static gboolean
parse (const char *word, uint32_t *ret_address)
{
    uint32_t value = 0;

    if (word[0] != '0' || (word[1] != 'x' && word[1] != 'X'))
        return FALSE;
    for (unsigned i = 2; i < WORD_BYTES; i++) {
        int digit = g_ascii_xdigit_value (word[i]);

        if (digit < 0)
            return FALSE;
        value = value << 4 | (uint32_t) digit;
    }
    *ret_address = value;
    return TRUE;
}

unsigned
bw_code_address_find (const char *text, size_t len, uint32_t *ret_addresses, unsigned max)
{
    unsigned n = 0;

    for (size_t i = 0; n < max && len >= WORD_BYTES && i <= len - WORD_BYTES; i++) {
        size_t end = i + WORD_BYTES;

        if ((i > 0 && is_of_word (text[i - 1])) || (end < len && is_of_word (text[end]))
            || !parse (text + i, &ret_addresses[n]))
            continue;
        n++;
        i = end - 1;
    }
    return n;
}
