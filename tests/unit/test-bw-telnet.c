/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bw-telnet.h"

static void
on_option (uint8_t verb, uint8_t option, gpointer user_data)
{
    g_string_append_printf (user_data, "[%u %u]", verb, option);
}

static void
on_subnegotiation (uint8_t option, const uint8_t *payload, size_t len, gpointer user_data)
{
    g_string_append_printf (user_data, "<%u:", option);
    for (size_t i = 0; i < len; i++)
        g_string_append_printf (user_data, " %02x", payload[i]);
    g_string_append (user_data, ">");
}

/* Decodes IN, cut into pieces: at CUT, or at every byte if CUT is 0. */
static void
check (const char *in,
       size_t len,
       size_t cut,
       const char *data,
       size_t data_len,
       const char *events)
{
    g_autoptr (GByteArray) got = g_byte_array_new ();
    g_autoptr (GString) trace = g_string_new (NULL);
    const BwTelnetHandlers handlers = { on_option, on_subnegotiation, trace };
    struct BwTelnet telnet = { 0 };
    size_t step = cut == 0 ? 1 : cut;

    for (size_t i = 0; i < len;) {
        size_t n = MIN (step, len - i);
        /* a copy of its own, so that a look behind its end is found */
        g_autofree uint8_t *piece = g_memdup2 (in + i, n);

        bw_telnet_decode (&telnet, piece, n, got, &handlers);
        i += n;
        step = cut == 0 ? 1 : len;
    }
    g_assert_cmpmem (got->data, got->len, data, data_len);
    g_assert_cmpstr (trace->str, ==, events);
}

#define BYTES(text) text, sizeof text - 1

static void
test_decode (void)
{
    static const struct {
        const char *in;
        size_t len;
        const char *data;
        size_t data_len;
        const char *events;
    } cases[] = {
        { BYTES ("plain\0bytes"), BYTES ("plain\0bytes"), "" },
        { BYTES ("a\xff\xff"
                 "b"),
          BYTES ("a\xff"
                 "b"),
          "" },
        { BYTES ("x\xff\xfd\x2cy\xff\xfb\x00z"), BYTES ("xyz"), "[253 44][251 0]" },
        { BYTES ("\xff\xfa\x2c\x65\x00\x01\xc2\x00\xff\xf0!"), BYTES ("!"),
          "<44: 65 00 01 c2 00>" },
        /* an escaped 255 within */
        { BYTES ("\xff\xfa\x2c\x65\xff\xff\x01\xff\xf0"), BYTES (""), "<44: 65 ff 01>" },
        /* no-operation and go ahead are nothing */
        { BYTES ("a\xff\xf1\xff\xf9z"), BYTES ("az"), "" },
        /* empty, and one whose end is missing */
        { BYTES ("\xff\xfa\xff\xf0"), BYTES (""), "" },
        { BYTES ("\xff\xfa\x2c\x01\xff\xfd\x03q"), BYTES ("q"), "[253 3]" },
        { BYTES ("\xff\xfa\x2c\x01\xff\xfa\x2c\x02\xff\xf0"), BYTES (""), "<44: 02>" },
        /* ends in the middle */
        { BYTES ("a\xff"), BYTES ("a"), "" },
        { BYTES ("a\xff\xfb"), BYTES ("a"), "" },
        { BYTES ("a\xff\xfa\x2c\x01"), BYTES ("a"), "" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        for (size_t cut = 0; cut <= cases[i].len; cut++)
            check (cases[i].in, cases[i].len, cut, cases[i].data, cases[i].data_len,
                   cases[i].events);
    }
}

static void
test_overlong (void)
{
    g_autoptr (GByteArray) wire = g_byte_array_new ();
    g_autoptr (GByteArray) got = g_byte_array_new ();
    g_autoptr (GString) trace = g_string_new (NULL);
    const BwTelnetHandlers handlers = { on_option, on_subnegotiation, trace };
    struct BwTelnet telnet = { 0 };
    uint8_t payload[BW_TELNET_MAX_SUB_BYTES + 100] = { 0 };

    bw_telnet_append_subnegotiation (wire, 1, payload, BW_TELNET_MAX_SUB_BYTES);
    bw_telnet_append_subnegotiation (wire, 2, payload, sizeof payload);
    bw_telnet_append_subnegotiation (wire, 3, payload, 0);
    bw_telnet_append_subnegotiation (wire, 4, payload, BW_TELNET_MAX_SUB_BYTES - 1);
    bw_telnet_decode (&telnet, wire->data, wire->len, got, &handlers);
    g_assert_null (strstr (trace->str, "<1:"));
    g_assert_null (strstr (trace->str, "<2:"));
    g_assert_nonnull (strstr (trace->str, "<3:>"));
    g_assert_nonnull (strstr (trace->str, "<4: 00"));
    g_assert_cmpuint (got->len, ==, 0);
}

static void
test_round_trip (void)
{
    g_autoptr (GByteArray) wire = g_byte_array_new ();
    uint8_t all[512];

    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (uint8_t) (i < 256 ? i : 255);
    bw_telnet_encode (wire, all, sizeof all);
    g_assert_cmpuint (wire->len, ==, sizeof all + 257);
    for (size_t cut = 0; cut < wire->len; cut += 37)
        check ((const char *) wire->data, wire->len, cut, (const char *) all, sizeof all, "");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/telnet/decodes-however-it-is-cut", test_decode);
    g_test_add_func ("/engine/telnet/overlong-is-left-out", test_overlong);
    g_test_add_func ("/engine/telnet/what-is-encoded-comes-back", test_round_trip);
    return g_test_run ();
}
