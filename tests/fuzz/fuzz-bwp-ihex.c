/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bwp-ihex.h"
#include "fuzz.h"
#include <glib.h>

static void
note (GByteArray *events, const void *data, size_t len)
{
    g_byte_array_append (events, data, (guint) len);
}

static void
read_all (const uint8_t *in, size_t len, size_t piece, GByteArray *events)
{
    struct bwp_ihex_reader reader;
    struct bwp_ihex_record record;
    enum bwp_result result = BWP_AGAIN;

    bwp_ihex_reader_init (&reader);
    for (size_t at = 0; at < len && result >= 0;) {
        size_t used = 0;

        result =
            bwp_ihex_read (&reader, (const char *) in + at, MIN (piece, len - at), &used, &record);
        g_assert_true (used > 0 && used <= MIN (piece, len - at));
        at += used;
        if (result != BWP_OK)
            continue;
        g_assert_true (record.len > 0 && record.len - 1u <= UINT32_MAX - record.address);
        note (events, &record.address, sizeof record.address);
        note (events, record.data, record.len);
    }
    note (events, &result, sizeof result);
    note (events, &reader.line, sizeof reader.line);
    result = bwp_ihex_reader_finish (&reader);
    note (events, &result, sizeof result);
}

/* However it is cut, the same comes out. */
int
LLVMFuzzerTestOneInput (const uint8_t *in, size_t len)
{
    g_autoptr (GByteArray) whole = g_byte_array_new ();
    g_autoptr (GByteArray) cut = g_byte_array_new ();

    read_all (in, len, MAX (len, 1), whole);
    read_all (in, len, 1, cut);
    g_assert_cmpmem (whole->data, whole->len, cut->data, cut->len);
    return 0;
}
