/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-number"
#include "config.h"

#include "bw-number.h"

static int
get_digit (char letter, unsigned base)
{
    return base == 16 ? g_ascii_xdigit_value (letter) : g_ascii_digit_value (letter);
}

uint64_t
bw_number_scan (const char *text, unsigned base, const char **ret_end)
{
    uint64_t value = 0;
    int digit = 0;

    for (; (digit = get_digit (*text, base)) >= 0; text++)
        value = value > (UINT64_MAX - (unsigned) digit) / base ? UINT64_MAX
                                                               : value * base + (unsigned) digit;
    *ret_end = text;
    return value;
}

gboolean
bw_number_parse (const char *text, unsigned base, uint64_t min, uint64_t max, uint64_t *ret_value)
{
    const char *end = NULL;
    uint64_t value = bw_number_scan (text, base, &end);

    if (end == text || *end != '\0' || value < min || value > max)
        return FALSE;
    *ret_value = value;
    return TRUE;
}
