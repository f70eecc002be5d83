/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bwp-slip.h"
#include "bwp-vectors.h"
#include <string.h>

#define CAPACITY 65536

typedef struct {
    struct bwp_slip_decoder decoder;
    guint8 *buf;
    GString *log;     /* every result, one letter each */
    GByteArray *last; /* last payload */
    gsize skipped;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
    gsize capacity = data != NULL ? GPOINTER_TO_SIZE (data) : CAPACITY;

    f->buf = g_malloc (capacity);
    f->log = g_string_new (NULL);
    f->last = g_byte_array_new ();
    f->skipped = 0;
    bwp_slip_decoder_init (&f->decoder, f->buf, capacity);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
    g_free (f->buf);
    g_string_free (f->log, TRUE);
    g_byte_array_unref (f->last);
}

static void
note (Fixture *f, enum bwp_result result, size_t len)
{
    if (result == BWP_OK) {
        g_string_append_c (f->log, 'F');
        g_byte_array_set_size (f->last, 0);
        g_byte_array_append (f->last, f->buf, (guint) len);
    } else if (result != BWP_AGAIN) {
        g_string_append_c (f->log, result == BWP_ERR_SPACE ? 'S' : 'C');
    }
}

/* Pushes from a copy of exactly that size; returns after everything was taken. */
static void
feed (Fixture *f, const guint8 *data, gsize len)
{
    g_autofree guint8 *copy = g_memdup2 (data, len);
    gsize at = 0;

    while (at < len) {
        size_t used = 0;
        size_t payload = 0;
        size_t skipped = 0;

        enum bwp_result result =
            bwp_slip_push (&f->decoder, copy + at, len - at, &used, &payload, &skipped);

        note (f, result, payload);
        g_assert_cmpuint (used, >, 0);
        g_assert_cmpuint (skipped, <=, used);
        f->skipped += skipped;
        at += used;
    }
}

static void
feed_hex (Fixture *f, const char *hex)
{
    g_autoptr (GByteArray) bytes = vectors_unhex (hex);

    feed (f, bytes->data, bytes->len);
}

static void
expect_frame (Fixture *f, const GByteArray *payload)
{
    g_assert_cmpstr (f->log->str, ==, "F");
    g_assert_cmpmem (f->last->data, f->last->len, payload->data, payload->len);
    g_string_truncate (f->log, 0);
}

/* Whole, byte by byte, which is cut off at every position as well, and in two pieces: of a long frame
 * at some positions, the square of its length would take minutes. */
static void
decode_all_ways (Fixture *f, const GByteArray *wire, const GByteArray *payload)
{
    gsize step = wire->len > 2048 ? 211 : 1;

    feed (f, wire->data, wire->len);
    expect_frame (f, payload);
    for (guint i = 0; i < wire->len; i++) {
        g_assert_cmpstr (f->log->str, ==, "");
        feed (f, wire->data + i, 1);
    }
    expect_frame (f, payload);
    for (gsize cut = 0; cut < wire->len; cut += step) {
        feed (f, wire->data, cut);
        g_assert_cmpstr (f->log->str, ==, "");
        feed (f, wire->data + cut, wire->len - cut);
        expect_frame (f, payload);
        feed (f, wire->data, cut);
        g_assert_cmpstr (f->log->str, ==, "");
        bwp_slip_decoder_reset (&f->decoder);
    }
}

static void
encode_two_ways (const GByteArray *payload, const GByteArray *wire)
{
    g_autofree guint8 *out = g_malloc (wire->len);
    const guint8 *data = payload->len > 0 ? payload->data : (const guint8 *) "";
    gsize step = payload->len > 2048 ? 509 : 1;
    size_t len = 0;

    for (gsize cut = 0; cut <= payload->len; cut += step) {
        g_assert_cmpuint (bwp_slip_encoded_size (data, cut, data + cut, payload->len - cut), ==,
                          wire->len);
        g_assert_cmpint (bwp_slip_encode (data, cut, data + cut, payload->len - cut, out, wire->len,
                                          &len),
                         ==, BWP_OK);
        g_assert_cmpmem (out, len, wire->data, wire->len);
    }
    g_assert_cmpint (bwp_slip_encode (payload->data, payload->len, NULL, 0, out, wire->len - 1,
                                      &len),
                     ==, BWP_ERR_SPACE);
}

static void
test_vectors (Fixture *f, gconstpointer data)
{
    g_auto (GStrv) lines = vectors_lines ("serial/slip.csv");

    for (guint i = 1; lines[i] != NULL; i++) {
        g_auto (GStrv) fields = g_strsplit (lines[i], ",", 2);
        g_autoptr (GByteArray) payload = vectors_unhex (fields[0]);
        g_autoptr (GByteArray) wire = vectors_unhex (fields[1]);

        encode_two_ways (payload, wire);
        if (payload->len > 0) { /* an empty frame is no frame */
            decode_all_ways (f, wire, payload);
            continue;
        }
        feed (f, wire->data, wire->len);
        g_assert_cmpstr (f->log->str, ==, "");
    }
}

static void
test_transcripts (Fixture *f, gconstpointer data)
{
    g_autoptr (GPtrArray) paths = vectors_transcripts ();

    for (guint i = 0; i < paths->len; i++) {
        g_auto (GStrv) lines = vectors_lines (paths->pdata[i]);

        for (guint k = 0; lines[k] != NULL; k++) {
            g_autoptr (GByteArray) payload = NULL;
            g_autoptr (GByteArray) wire = NULL;

            if (lines[k][0] == '#' || lines[k][0] == '\0')
                continue;
            payload = vectors_frame (lines[k]);
            wire = vectors_unhex (lines[k] + 2);
            encode_two_ways (payload, wire);
            decode_all_ways (f, wire, payload);
        }
    }
}

static void
test_noise_is_handed_over (Fixture *f, gconstpointer data)
{
    const char *text = "ets Jan  8 2013,rst cause:1";

    feed (f, (const guint8 *) text, strlen (text));
    g_assert_cmpuint (f->skipped, ==, strlen (text));
    feed_hex (f, "4142c0010203c0444546c00405c0");
    g_assert_cmpstr (f->log->str, ==, "FF");
    g_assert_cmpuint (f->skipped, ==, strlen (text) + 2 + 3);
    g_assert_cmpuint (f->last->len, ==, 2);
}

static void
test_repeated_delimiters (Fixture *f, gconstpointer data)
{
    feed_hex (f, "c0c0c0c0c00102c0c0c00304c0");
    g_assert_cmpstr (f->log->str, ==, "FF");
    g_assert_cmpuint (f->skipped, ==, 0);
}

static void
test_bad_escape (Fixture *f, gconstpointer data)
{
    feed_hex (f, "c001dbffaabbccc0c00102c0");
    g_assert_cmpstr (f->log->str, ==, "CF");
    g_assert_cmpuint (f->skipped, ==, 3);
    /* the closing delimiter inside an escape starts the next frame */
    g_string_truncate (f->log, 0);
    feed_hex (f, "c001dbc00102c0");
    g_assert_cmpstr (f->log->str, ==, "CF");
    g_assert_cmpuint (f->last->len, ==, 2);
}

static void
test_overflow_is_an_error (Fixture *f, gconstpointer data)
{
    feed_hex (f, "c001020304c0");
    g_assert_cmpstr (f->log->str, ==, "F");
    feed_hex (f, "c0010203040506c0c00102c0");
    g_assert_cmpstr (f->log->str, ==, "FSF");
    g_assert_cmpuint (f->last->len, ==, 2);
    /* an escaped byte that no longer fits */
    feed_hex (f, "c001020304dbdcc0c00102c0");
    g_assert_cmpstr (f->log->str, ==, "FSFSF");
}

static void
test_collected (Fixture *f, gconstpointer data)
{
    static const gsize collected[] = { 0, 0, 1, 2, 2, 3, 0, 0, 0, 1 };
    static const guint8 wire[] = { 0x41, 0xc0, 0x01, 0x02, 0xdb, 0xdc, 0xc0, 0x42, 0xc0, 0x03 };

    for (gsize i = 0; i < sizeof wire; i++) {
        feed (f, wire + i, 1);
        g_assert_cmpuint (bwp_slip_collected (&f->decoder), ==, collected[i]);
    }
    bwp_slip_decoder_reset (&f->decoder);
    g_assert_cmpuint (bwp_slip_collected (&f->decoder), ==, 0);
}

static void
test_resync (Fixture *f, gconstpointer data)
{
    /* the first delimiter was lost: without help ends and starts stay swapped */
    feed_hex (f, "0102c00304c0");
    g_assert_cmpstr (f->log->str, ==, "F");
    feed_hex (f, "c00506c0");
    g_assert_cmpstr (f->log->str, ==, "FF");
    g_string_truncate (f->log, 0);
    feed_hex (f, "c0676172c0");
    bwp_slip_decoder_resync (&f->decoder);
    feed_hex (f, "0506c0");
    g_assert_cmpstr (f->log->str, ==, "FF");
    g_assert_cmpuint (f->last->len, ==, 2);
}

#define ADD(path, capacity, func)                                                                  \
    g_test_add (path, Fixture, GSIZE_TO_POINTER (capacity), set_up, func, tear_down)

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    ADD ("/protocol/slip/vectors", 0, test_vectors);
    ADD ("/protocol/slip/transcripts", 0, test_transcripts);
    ADD ("/protocol/slip/noise-is-handed-over", 0, test_noise_is_handed_over);
    ADD ("/protocol/slip/repeated-delimiters-count-once", 0, test_repeated_delimiters);
    ADD ("/protocol/slip/bad-escape-loses-one-frame", 0, test_bad_escape);
    ADD ("/protocol/slip/overflow-is-an-error", 4, test_overflow_is_an_error);
    ADD ("/protocol/slip/collected", 0, test_collected);
    ADD ("/protocol/slip/resync-turns-an-end-into-a-start", 0, test_resync);
    return g_test_run ();
}
