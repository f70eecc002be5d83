/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bw-gzip.h"
#include "bw-port.h"
#include "bw-recording.h"
#include "port-peer.h"

#define HEAD "boardwalk-recording 1\nport 0000:0000 lines baud\n"

static BwRecording *
parse (const char *text, GError **error)
{
    g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

    return bw_recording_parse (bytes, error);
}

static void
test_good (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (BwRecording) recording =
                   parse ("boardwalk-recording 1\nport 10c4:ea60 local atomic\ncut\nlines 10\n"
                          "x 3 30 00000001 R0aFf T12 D Elost:a%20b Z70\nend\n",
                          &error);
    const struct BwRecordingEntry *entry = NULL;
    const struct BwRecordingItem *item = NULL;

    g_assert_no_error (error);
    g_assert_cmphex (recording->usb_vendor, ==, 0x10c4);
    g_assert_cmphex (recording->usb_product, ==, 0xea60);
    g_assert_true (recording->is_local);
    g_assert_true (recording->has_atomic_lines);
    g_assert_false (recording->has_baud);
    g_assert_true (recording->is_cut);
    g_assert_cmpuint (recording->entries->len, ==, 2);
    entry = g_ptr_array_index (recording->entries, 0);
    g_assert_cmpint (entry->kind, ==, BW_RECORDING_LINES);
    g_assert_cmpuint (entry->value, ==, BW_PORT_LINE_DTR);
    entry = g_ptr_array_index (recording->entries, 1);
    g_assert_cmpuint (entry->line, ==, 5);
    g_assert_cmpuint (entry->count, ==, 3);
    g_assert_cmpuint (entry->bytes, ==, 30);
    g_assert_cmpuint (entry->items->len, ==, 5);
    item = g_ptr_array_index (entry->items, 0);
    g_assert_cmpmem (g_bytes_get_data (item->bytes, NULL), g_bytes_get_size (item->bytes),
                     "\x0a\xff", 2);
    item = g_ptr_array_index (entry->items, 1);
    g_assert_cmpuint (item->count, ==, 12);
    item = g_ptr_array_index (entry->items, 3);
    g_assert_cmpint (item->kind, ==, 'E');
    g_assert_cmpint (item->cause, ==, BW_CAUSE_LOST);
    g_assert_cmpstr (item->evidence, ==, "a b");
    item = g_ptr_array_index (entry->items, 4);
    g_assert_cmpint (item->kind, ==, 'Z');
    g_assert_cmpuint (item->count, ==, 70);
}

static void
test_again (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (BwRecording) recording =
                   parse (HEAD
                          "w 1 R01\nbaud 9600\nagain 2 1000\nagain 256 4294967295\nreopen\nend\n",
                          &error);
    BwRecordingCursor cursor;

    g_assert_no_error (error);
    bw_recording_cursor_init (&cursor, recording);
    for (unsigned i = 0; i < 2000; i++) {
        const struct BwRecordingEntry *entry = bw_recording_cursor_next (&cursor);

        g_assert_cmpint (entry->kind, ==, i % 2 == 0 ? BW_RECORDING_EXCHANGE : BW_RECORDING_BAUD);
        g_assert_cmpuint (entry->line, ==, 3 + i % 2);
    }
}

/* What a cut recording refers to may be gone: it ends there. */
static void
test_again_cut (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (BwRecording) recording = parse (HEAD "cut\nw 1\nagain 2 3\nreopen\nend\n", &error);
    BwRecordingCursor cursor;

    g_assert_no_error (error);
    bw_recording_cursor_init (&cursor, recording);
    g_assert_nonnull (bw_recording_cursor_next (&cursor));
    for (unsigned i = 0; i < 5; i++)
        g_assert_null (bw_recording_cursor_next (&cursor));
}

/* Packed or not, of every version. */
static void
test_forms (void)
{
    static const char *const heads[] = { "boardwalk-recording 1\n", "boardwalk-recording 2\n",
                                         "boardwalk-recording 3\n", "boardwalk-recording 4\n" };

    for (size_t i = 0; i < 2 * G_N_ELEMENTS (heads); i++) {
        g_autofree char *text = g_strconcat (heads[i / 2], "baud 9600\nend\n", NULL);
        g_autoptr (GBytes) bytes = i % 2 == 0 ? g_bytes_new (text, strlen (text))
                                              : bw_gzip_pack (text, strlen (text));
        g_autoptr (GError) error = NULL;
        g_autoptr (BwRecording) recording = bw_recording_parse (bytes, &error);

        g_assert_no_error (error);
        g_assert_cmpuint (recording->entries->len, ==, 1);
    }
}

/* A file that lost its end, or was made to fill the memory, is refused with a word that says so. */
static void
test_bad_packing (void)
{
    static const char text[] = "boardwalk-recording 2\nbaud 9600\nend\n";
    g_autoptr (GBytes) packed = bw_gzip_pack (text, strlen (text));
    g_autoptr (GBytes) cut = g_bytes_new_from_bytes (packed, 0, g_bytes_get_size (packed) - 3);
    g_autofree char *much = g_strnfill (BW_RECORDING_MAX_BYTES + 1, 'x');
    g_autoptr (GBytes) bomb = bw_gzip_pack (much, BW_RECORDING_MAX_BYTES + 1);
    g_autoptr (GError) error = NULL;
    g_autoptr (GError) too_long = NULL;

    g_assert_null (bw_recording_parse (cut, &error));
    assert_cause (error, BW_CAUSE_UNREADABLE_FILE);
    g_assert_nonnull (strstr (error->message, "line 1: the gzip data is cut off"));
    g_assert_null (bw_recording_parse (bomb, &too_long));
    assert_cause (too_long, BW_CAUSE_UNREADABLE_FILE);
    g_assert_nonnull (strstr (too_long->message, "line 1: unpacks to more than 2097152 bytes"));
}

static void
test_bad_text (void)
{
    static const char *const bad[] = {
        "x\n",
        "x 1 9\n",
        "x 0 9 cbf43926\n",
        "x 2 1 cbf43926\n",
        "x 1 9 cbf4392\n",
        "x 1 9 cbf4392g\n",
        "x -1 9 cbf43926\n",
        "x 1 99999999999999999999 cbf43926\n",
        "x 1 9 cbf43926 R\n",
        "x 1 9 cbf43926 R1\n",
        "x 1 9 cbf43926 R1g\n",
        "x 1 9 cbf43926  T1\n",
        "x 1 9 cbf43926 T\n",
        "x 1 9 cbf43926 T0\n",
        "x 1 9 cbf43926 Z\n",
        "x 1 9 cbf43926 Z0\n",
        "x 1 9 cbf43926 Z4294967296\n",
        "x 1 9 cbf43926 D1\n",
        "x 1 9 cbf43926 Q\n",
        "x 1 9 cbf43926 F\n",
        "x 1 9 cbf43926 Fno-such-cause:x\n",
        "x 1 9 cbf43926 Fnone:x\n",
        "x 1 9 cbf43926 Flost:%00\n",
        "x 1 9 cbf43926 Flost:%zz\n",
        "x 1 9 cbf43926 M\n",
        "x 1 9 cbf43926 T1 M\n",
        "x 1 9 cbf43926 R01 M M\n",
        "w\n",
        "w 0\n",
        "w 1 9\n",
        "again 1 1\n",
        "w 1\nagain 2 1\n",
        "w 1\nagain 1 0\n",
        "w 1\nagain 0 1\n",
        "w 1\nagain 1\n",
        "w 1\nagain 1 4294967296\n",
        "w 1\nagain 1 300\nagain 257 1\n",
        "-\n",
        "\n",
        " \n",
        "baud\n",
        "baud 0\n",
        "baud 9600 T1\n",
        "baud 9600 Flost:x Flost:x\n",
        "baud 4294967296\n",
        "lines 1\n",
        "lines 102\n",
        "lines 21\n",
        "break 2\n",
        "reopen 1\n",
        "reopen 303a:\n",
        "reopen 303a:10000\n",
        "reopen 303a:0002 1\n",
        "reopen R00\n",
        "something\n",
        "end\n",
        "baud 9600\ncut\n",
        "baud 9600\nport 0000:0000\n",
        "port 0000\n",
        "port 0000:10000\n",
        "port 0000:0000 wings\n",
    };

    for (size_t i = 0; i < G_N_ELEMENTS (bad); i++) {
        g_autofree char *whole = g_strconcat (HEAD, bad[i], "end\n", NULL);
        g_autoptr (GBytes) bytes = g_bytes_new (whole, strlen (whole));
        g_autoptr (GError) error = NULL;

        g_test_message ("%s", bad[i]);
        g_assert_null (bw_recording_parse (bytes, &error));
        assert_cause (error, BW_CAUSE_UNREADABLE_FILE);
    }
}

static void
test_no_recording (void)
{
    static const char *const bad[] = { "",
                                       "\n",
                                       "end\n",
                                       "boardwalk-recording 1",
                                       "boardwalk-recording 1\n",
                                       "boardwalk-recording 5\nend\n",
                                       "boardwalk-recording 1\nend",
                                       "boardwalk-recording 1\nend\nend\n",
                                       "boardwalk-recording 1\nend\n\n",
                                       " boardwalk-recording 1\nend\n" };
    g_autoptr (GBytes) with_zero = g_bytes_new ("boardwalk-recording 1\nend\n\0", 27);
    g_autofree char *much = g_strnfill (BW_RECORDING_MAX_BYTES + 1, 'x');

    for (size_t i = 0; i < G_N_ELEMENTS (bad); i++) {
        g_autoptr (GError) error = NULL;

        g_assert_null (parse (bad[i], &error));
        assert_cause (error, BW_CAUSE_UNREADABLE_FILE);
    }
    g_assert_null (bw_recording_parse (with_zero, NULL));
    g_assert_null (parse (much, NULL));
    bw_recording_free (NULL);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/recording/good-text", test_good);
    g_test_add_func ("/engine/recording/every-form-is-read", test_forms);
    g_test_add_func ("/engine/recording/bad-packing-is-refused", test_bad_packing);
    g_test_add_func ("/engine/recording/bad-entries-are-refused", test_bad_text);
    g_test_add_func ("/engine/recording/no-recording-at-all", test_no_recording);
    g_test_add_func ("/engine/recording/again", test_again);
    g_test_add_func ("/engine/recording/again-behind-a-cut", test_again_cut);
    return g_test_run ();
}
