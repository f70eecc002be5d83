/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bw-telnet.h"
#include "fuzz.h"

static void
on_option (uint8_t verb, uint8_t option, gpointer user_data)
{
    g_assert_cmpuint (verb, >=, BW_TELNET_WILL);
    g_byte_array_append (user_data, &option, 1);
}

static void
on_subnegotiation (uint8_t option, const uint8_t *payload, size_t len, gpointer user_data)
{
    g_assert_cmpuint (len, <, BW_TELNET_MAX_SUB_BYTES);
    g_byte_array_append (user_data, &option, 1);
    g_byte_array_append (user_data, payload, (unsigned) len);
}

static void
decode (const uint8_t *in, size_t len, size_t piece, GByteArray *data, GByteArray *events)
{
    const BwTelnetHandlers handlers = { on_option, on_subnegotiation, events };
    struct BwTelnet telnet = { 0 };

    for (size_t i = 0; i < len; i += piece)
        bw_telnet_decode (&telnet, in + i, MIN (piece, len - i), data, &handlers);
}

int
LLVMFuzzerTestOneInput (const uint8_t *in, size_t len)
{
    g_autoptr (GByteArray) whole = g_byte_array_new ();
    g_autoptr (GByteArray) whole_events = g_byte_array_new ();
    g_autoptr (GByteArray) cut = g_byte_array_new ();
    g_autoptr (GByteArray) cut_events = g_byte_array_new ();
    g_autoptr (GByteArray) wire = g_byte_array_new ();

    /* however it is cut, the same comes out, and never more than went in */
    decode (in, len, MAX (len, 1), whole, whole_events);
    decode (in, len, 1, cut, cut_events);
    g_assert_cmpmem (whole->data, whole->len, cut->data, cut->len);
    g_assert_cmpmem (whole_events->data, whole_events->len, cut_events->data, cut_events->len);
    g_assert_cmpuint (whole->len, <=, len);
    /* what is encoded comes back */
    bw_telnet_encode (wire, in, len);
    g_byte_array_set_size (whole, 0);
    decode (wire->data, wire->len, 7, whole, whole_events);
    g_assert_cmpmem (whole->data, whole->len, in, len);
    return 0;
}
