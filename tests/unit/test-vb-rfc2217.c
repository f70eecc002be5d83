/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The server's side of RFC 2217, with bytes cut anywhere. */
#include "vb-rfc2217.h"
#include <glib.h>
#include <string.h>

static GString *trace;

static void
lines (void *user, bool dtr, bool rts)
{
    g_string_append_printf (trace, "D%dR%d ", dtr, rts);
}

static void
hold (void *user, bool on)
{
    g_string_append_printf (trace, "B%d ", on);
}

/* What a client sends: negotiation, settings, lines, and data with a doubled FF in between. */
static const guint8 talk[] = {
    255, 253, 0,   255, 251, 44,  255, 253, 44,  255, 253, 1,                 /* options */
    'a', 255, 255, 'b',                                                       /* data */
    255, 250, 44,  1,   0,   14,  16,  0,   255, 240,                         /* 921600 */
    255, 250, 44,  5,   8,   255, 240, 255, 250, 44,  5,   11, 255, 240,      /* DTR, RTS on */
    'c', 255, 250, 44,  5,   9,   255, 240, 255, 250, 44,  5,  5,   255, 240, /* DTR off, break */
    255, 250, 44,  12,  1,   255, 240, 'd',                                   /* purge */
};
static const guint8 data[] = { 'a', 255, 'b', 'c', 'd' };

static void
test_cut_anywhere (void)
{
    for (gsize cut = 1; cut <= sizeof talk; cut++) {
        struct vb_rfc2217_events events = { lines, hold, NULL };
        g_autoptr (GByteArray) got = g_byte_array_new ();
        struct vb_rfc2217 codec;

        trace = g_string_new (NULL);
        vb_rfc2217_init (&codec, &events);
        for (gsize at = 0; at < sizeof talk; at += cut) {
            guint8 piece[sizeof talk];
            gsize n = MIN (cut, sizeof talk - at);

            memcpy (piece, talk + at, n);
            n = vb_rfc2217_filter (&codec, piece, n);
            g_byte_array_append (got, piece, (guint) n);
        }
        g_assert_cmpmem (got->data, got->len, data, sizeof data);
        g_assert_cmpstr (trace->str, ==, "D1R0 D1R1 D0R1 B1 ");
        g_assert_cmpuint (codec.baud, ==, 921600);
        g_string_free (trace, TRUE);
    }
}

static void
test_answers (void)
{
    static const guint8 expected[] = {
        255, 251, 0,   255, 253, 44,  255, 251, 44,  255, 252, 1, /* agreed; no echo */
        255, 250, 44,  101, 0,   14,  16,  0,   255, 240,         /* */
        255, 250, 44,  105, 8,   255, 240, 255, 250, 44,  105, 11,  255, 240, 255, 250, 44,  105,
        9,   255, 240, 255, 250, 44,  105, 5,   255, 240, 255, 250, 44,  112, 1,   255, 240,
    };
    struct vb_rfc2217_events events = { lines, hold, NULL };
    struct vb_rfc2217 codec;
    guint8 bytes[sizeof talk];

    trace = g_string_new (NULL);
    vb_rfc2217_init (&codec, &events);
    memcpy (bytes, talk, sizeof talk);
    vb_rfc2217_filter (&codec, bytes, sizeof bytes);
    g_assert_cmpmem (codec.reply, codec.reply_len, expected, sizeof expected);
    /* said once, not again: two ends that confirm each other would never stop */
    codec.reply_len = 0;
    memcpy (bytes, talk, 9);
    vb_rfc2217_filter (&codec, bytes, 9);
    g_assert_cmpuint (codec.reply_len, ==, 0);
    g_string_free (trace, TRUE);
}

static void
test_escape (void)
{
    static const guint8 plain[] = { 1, 255, 255, 2 }, escaped[] = { 1, 255, 255, 255, 255, 2 };
    guint8 out[2 * sizeof plain];

    g_assert_cmpuint (vb_rfc2217_escape (plain, sizeof plain, out), ==, sizeof escaped);
    g_assert_cmpmem (out, sizeof escaped, escaped, sizeof escaped);
}

static void
test_hostile (void)
{
    g_autoptr (GRand) rand = g_rand_new_with_seed (7);
    struct vb_rfc2217_events events = { lines, hold, NULL };
    struct vb_rfc2217 codec;

    trace = g_string_new (NULL);
    vb_rfc2217_init (&codec, &events);
    for (guint k = 0; k < 20000; k++) {
        guint8 bytes[64];

        for (gsize i = 0; i < sizeof bytes; i++)
            bytes[i] = g_rand_boolean (rand) ? (guint8) g_rand_int_range (rand, 240, 256)
                                             : (guint8) g_rand_int_range (rand, 0, 45);
        g_assert_cmpuint (vb_rfc2217_filter (&codec, bytes, sizeof bytes), <=, sizeof bytes);
        g_assert_cmpuint (codec.reply_len, <=, sizeof codec.reply);
        codec.reply_len = 0;
    }
    g_string_free (trace, TRUE);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/vboard/rfc2217/cut-anywhere", test_cut_anywhere);
    g_test_add_func ("/vboard/rfc2217/answers", test_answers);
    g_test_add_func ("/vboard/rfc2217/escape", test_escape);
    g_test_add_func ("/vboard/rfc2217/hostile", test_hostile);
    return g_test_run ();
}
