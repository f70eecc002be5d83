/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses in lines of a board: what is found stands there as a word, and nothing is found twice. */
#define _GNU_SOURCE
#include <glib.h>
#include <string.h>

#include "bw-code-address.h"
#include "fuzz.h"

#define ROOM 16u

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
    const char *text = (const char *) data;
    g_autofree char *small = g_malloc (len + 1);
    const char *from = small;
    uint32_t found[ROOM];
    uint32_t first = 0;
    unsigned n = bw_code_address_find (text, len, found, ROOM);

    for (size_t i = 0; i < len; i++)
        small[i] = g_ascii_tolower (text[i]);
    g_assert_cmpuint (n, <=, ROOM);
    for (unsigned i = 0; i < n; i++) {
        g_autofree char *word = g_strdup_printf ("0x%08x", found[i]);

        from = memmem (from, (size_t) (small + len - from), word, strlen (word));
        g_assert_nonnull (from);
        from += strlen (word);
    }
    g_assert_cmpuint (bw_code_address_find (text, len, &first, 1), ==, MIN (n, 1));
    g_assert_true (n == 0 || first == found[0]);
    return 0;
}
