/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib.h>
#include <string.h>

#include "fuzz.h"
#include "vb-rfc2217.h"

static void
on_lines (void *user, bool dtr, bool rts)
{
    g_string_append_printf (user, "%d%d", dtr, rts);
}

static void
on_hold (void *user, bool on)
{
    g_string_append_printf (user, "b%d", on);
}

static GByteArray *
filter (const uint8_t *in, size_t len, size_t piece, GString *events)
{
    const struct vb_rfc2217_events handlers = { on_lines, on_hold, events };
    g_autofree uint8_t *bytes = g_memdup2 (in, len);
    GByteArray *data = g_byte_array_new ();
    struct vb_rfc2217 codec;

    vb_rfc2217_init (&codec, &handlers);
    for (size_t at = 0; at < len; at += piece) {
        size_t n = vb_rfc2217_filter (&codec, bytes + at, MIN (piece, len - at));

        g_byte_array_append (data, bytes + at, (unsigned) n);
        g_assert_cmpuint (codec.reply_len, <=, sizeof codec.reply);
        codec.reply_len = 0;
    }
    return data;
}

/* However the client's bytes are cut, the same data and the same lines come out. */
int
LLVMFuzzerTestOneInput (const uint8_t *in, size_t len)
{
    g_autoptr (GString) whole_events = g_string_new (NULL);
    g_autoptr (GString) cut_events = g_string_new (NULL);
    g_autoptr (GByteArray) whole = filter (in, len, MAX (len, 1), whole_events);
    g_autoptr (GByteArray) cut = filter (in, len, 1, cut_events);

    g_assert_cmpmem (whole->data, whole->len, cut->data, cut->len);
    g_assert_cmpstr (whole_events->str, ==, cut_events->str);
    return 0;
}
