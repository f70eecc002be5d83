/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bwp-ihex.h"
#include "bwp-vectors.h"
#include <string.h>

/* Reads everything in pieces of at most @step; the first MB goes into @image, FF elsewhere. */
static enum bwp_result
read_all (const char *text, gsize len, gsize step, GByteArray *image, guint *ret_line)
{
    struct bwp_ihex_reader reader;
    struct bwp_ihex_record record;
    gsize at = 0;
    enum bwp_result result = BWP_AGAIN;

    bwp_ihex_reader_init (&reader);
    while (at < len && result >= 0) {
        gsize piece = MIN (step, len - at);
        g_autofree char *copy = g_memdup2 (text + at, piece);
        size_t used = 0;

        result = bwp_ihex_read (&reader, copy, piece, &used, &record);
        at += used;
        if (result != BWP_OK || record.address > 0x100000)
            continue;
        g_assert_cmpuint (record.len, >, 0);
        while (image->len < record.address + record.len)
            g_byte_array_append (image, (const guint8 *) "\xff", 1);
        memcpy (image->data + record.address, record.data, record.len);
    }
    if (ret_line != NULL)
        *ret_line = reader.line;
    return result < 0 ? result : bwp_ihex_reader_finish (&reader);
}

static enum bwp_result
read_text (const char *text, guint *ret_line)
{
    g_autoptr (GByteArray) image = g_byte_array_new ();

    return read_all (text, strlen (text), 3, image, ret_line);
}

static void
test_vector (void)
{
    g_autoptr (GByteArray) text = vectors_load ("image/merge.hex");
    g_autoptr (GByteArray) raw = vectors_load ("image/merge_raw_off1000.bin");
    const gsize steps[] = { 1, 2, 7, 100, G_MAXSIZE };

    for (gsize i = 0; i < G_N_ELEMENTS (steps); i++) {
        g_autoptr (GByteArray) image = g_byte_array_new ();

        g_assert_cmpint (read_all ((const char *) text->data, text->len, steps[i], image, NULL), ==,
                         BWP_OK);
        g_assert_cmpmem (image->data + 0x1000, image->len - 0x1000, raw->data, raw->len);
    }
}

static void
test_cuts (void)
{
    g_autoptr (GByteArray) text = vectors_load ("image/merge.hex");

    struct bwp_ihex_reader reader;
    struct bwp_ihex_record record;
    size_t used = 0;

    /* up to the last digit of the end record: its line end is not needed */
    while (g_ascii_isspace (text->data[text->len - 1]))
        text->len--;
    bwp_ihex_reader_init (&reader);
    for (gsize len = 0; len < text->len; len++) {
        g_assert_cmpint (bwp_ihex_reader_finish (&reader), ==, BWP_ERR_CUT);
        g_assert_cmpint (bwp_ihex_read (&reader, (const char *) text->data + len, 1, &used,
                                        &record),
                         >=, 0);
        g_assert_cmpuint (used, ==, 1);
    }
    g_assert_cmpint (bwp_ihex_reader_finish (&reader), ==, BWP_OK);
}

static void
test_every_changed_digit_shows (void)
{
    const char *text = ":0400100001020304E2\n:00000001FF\n";

    g_assert_cmpint (read_text (text, NULL), ==, BWP_OK);
    for (gsize at = 0; at < strlen (text); at++) {
        g_autofree char *copy = g_strdup (text);

        if (!g_ascii_isxdigit (copy[at]))
            continue;
        copy[at] = copy[at] == '7' ? '8' : '7';
        g_assert_cmpint (read_text (copy, NULL), <, 0);
    }
}

static void
expect (const char *text, enum bwp_result wanted, guint wanted_line)
{
    guint line = 0;

    g_assert_cmpint (read_text (text, &line), ==, wanted);
    if (wanted_line != 0)
        g_assert_cmpuint (line, ==, wanted_line);
}

static void
test_forms (void)
{
    expect (":00000001FF", BWP_OK, 0);
    expect ("\r\n\r\n:00000001ff\r\n\r\n", BWP_OK, 5);
    expect (":00000001FF\r:00000001FF", BWP_ERR_SURPLUS, 2);
    expect ("\n\nx", BWP_ERR_CORRUPT, 3);
    expect (":0000\n0001FF", BWP_ERR_CORRUPT, 1);
    expect (":00000001FF00\n", BWP_ERR_SURPLUS, 1);
    expect (":0400100001020304E2:00000001FF\n", BWP_ERR_CORRUPT, 1);
    expect (":00000006FA\n", BWP_ERR_VERSION, 1);
    expect (":0100000001FE\n", BWP_ERR_CUT, 2); /* data, but no end record */
    expect (":0000000000\n:00000001FF\n", BWP_OK, 0);
    expect (":0400000500000000F7\n:00000001FF\n", BWP_OK, 0);
    expect (":0300000400000000\n", BWP_ERR_CORRUPT, 1);
    /* segmented: wraps inside 64 KiB, linear: behind 4 GiB */
    expect (":020000021000EC\n:02FFFF000102FD\n", BWP_ERR_RULE, 2);
    expect (":02000004FFFFFC\n:02FFFF000102FD\n", BWP_ERR_RULE, 2);
    expect (":02000004FFFFFC\n:01FFFF000100\n:00000001FF\n", BWP_OK, 0);
    expect ("", BWP_ERR_CUT, 1);
}

/* One record of AA behind a base. */
static void
expect_address (const char *base, uint32_t address)
{
    g_autofree char *text = g_strconcat (base, ":01001000AA45\n", NULL);
    struct bwp_ihex_reader reader;
    struct bwp_ihex_record record;
    size_t used = 0;

    bwp_ihex_reader_init (&reader);
    g_assert_cmpint (bwp_ihex_read (&reader, text, strlen (text), &used, &record), ==, BWP_OK);
    g_assert_cmphex (record.address, ==, address);
    g_assert_cmpuint (record.len, ==, 1);
    g_assert_cmphex (record.data[0], ==, 0xaa);
}

static void
test_bases (void)
{
    expect_address ("", 0x10);
    expect_address (":020000021000EC\n", 0x10010);
    expect_address (":020000041234B4\n", 0x12340010);
    /* the last one counts */
    expect_address (":020000041234B4\n:020000021000EC\n", 0x10010);
}

static void
test_writing (void)
{
    uint8_t data[BWP_IHEX_DATA_MAX];
    char out[BWP_IHEX_LINE_MAX];
    size_t len = 0;

    for (guint i = 0; i < sizeof data; i++)
        data[i] = (uint8_t) i;
    g_assert_cmpint (bwp_ihex_put_base (0x12345678, out, sizeof out, &len), ==, BWP_OK);
    g_assert_cmpmem (out, len, ":020000041234B4\n", 16);
    g_assert_cmpint (bwp_ihex_put_end (out, sizeof out, &len), ==, BWP_OK);
    g_assert_cmpmem (out, len, ":00000001FF\n", 12);
    g_assert_cmpint (bwp_ihex_put_data (0xff01, data, 255, out, sizeof out, &len), ==, BWP_OK);
    g_assert_cmpuint (len, ==, BWP_IHEX_LINE_MAX);
    g_assert_cmpint (bwp_ihex_put_data (0xff02, data, 255, out, sizeof out, &len), ==,
                     BWP_ERR_CALLER);
    g_assert_cmpint (bwp_ihex_put_data (0, data, 0, out, sizeof out, &len), ==, BWP_ERR_CALLER);
    g_assert_cmpint (bwp_ihex_put_data (0, data, 256, out, sizeof out, &len), ==, BWP_ERR_CALLER);
    for (size_t capacity = 0; capacity < 21; capacity++)
        g_assert_cmpint (bwp_ihex_put_data (0x10, data, 4, out, capacity, &len), ==,
                         capacity < 20 ? BWP_ERR_SPACE : BWP_OK);
}

/* What is written is read back, line by line. */
static void
test_round_trip (void)
{
    g_autoptr (GByteArray) raw = vectors_load ("image/esp32_boot_before.bin");
    g_autoptr (GByteArray) image = g_byte_array_new ();
    g_autoptr (GString) text = g_string_new (NULL);
    char line[BWP_IHEX_LINE_MAX];
    size_t len = 0;

    for (gsize at = 0; at < raw->len; at += 16) {
        g_assert_cmpint (bwp_ihex_put_data ((uint32_t) at, raw->data + at, MIN (16, raw->len - at),
                                            line, sizeof line, &len),
                         ==, BWP_OK);
        g_string_append_len (text, line, (gssize) len);
    }
    g_assert_cmpint (bwp_ihex_put_end (line, sizeof line, &len), ==, BWP_OK);
    g_string_append_len (text, line, (gssize) len);
    g_assert_cmpint (read_all (text->str, text->len, 5, image, NULL), ==, BWP_OK);
    g_assert_cmpmem (image->data, image->len, raw->data, raw->len);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/protocol/ihex/vector-in-pieces", test_vector);
    g_test_add_func ("/protocol/ihex/cuts", test_cuts);
    g_test_add_func ("/protocol/ihex/every-changed-digit-shows", test_every_changed_digit_shows);
    g_test_add_func ("/protocol/ihex/forms", test_forms);
    g_test_add_func ("/protocol/ihex/bases", test_bases);
    g_test_add_func ("/protocol/ihex/writing", test_writing);
    g_test_add_func ("/protocol/ihex/round-trip", test_round_trip);
    return g_test_run ();
}
