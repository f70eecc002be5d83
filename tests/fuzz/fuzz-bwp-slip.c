/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bwp-slip.h"
#include "fuzz.h"
#include <glib.h>
#include <string.h>

#define CAPACITY 64

static void
decode (const uint8_t *in, size_t len, size_t piece, GByteArray *events)
{
    uint8_t buf[CAPACITY];
    struct bwp_slip_decoder decoder;

    bwp_slip_decoder_init (&decoder, buf, sizeof buf);
    for (size_t at = 0; at < len;) {
        size_t used = 0;
        size_t payload = 0;
        size_t skipped = 0;
        enum bwp_result result =
            bwp_slip_push (&decoder, in + at, MIN (piece, len - at), &used, &payload, &skipped);
        uint8_t note = (uint8_t) (int) result;

        g_assert_true (used > 0 && used <= MIN (piece, len - at) && skipped <= used);
        at += used;
        if (result == BWP_AGAIN)
            continue;
        g_byte_array_append (events, &note, 1);
        if (result != BWP_OK)
            continue;
        g_assert_true (payload > 0 && payload <= CAPACITY);
        g_byte_array_append (events, buf, (guint) payload);
    }
}

/* However it is cut, the same comes out; what is encoded comes back. */
int
LLVMFuzzerTestOneInput (const uint8_t *in, size_t len)
{
    g_autoptr (GByteArray) whole = g_byte_array_new ();
    g_autoptr (GByteArray) cut = g_byte_array_new ();
    size_t half = MIN (len, CAPACITY) / 2;
    uint8_t wire[BWP_SLIP_WORST (CAPACITY)];
    size_t wire_len = 0;

    decode (in, len, MAX (len, 1), whole);
    decode (in, len, 1, cut);
    g_assert_cmpmem (whole->data, whole->len, cut->data, cut->len);
    if (half == 0)
        return 0;
    g_assert_cmpint (bwp_slip_encode (in, half, in + half, half, wire, sizeof wire, &wire_len), ==,
                     BWP_OK);
    g_byte_array_set_size (whole, 0);
    decode (wire, wire_len, 3, whole);
    g_assert_cmpmem (whole->data + 1, whole->len - 1, in, 2 * half);
    return 0;
}
