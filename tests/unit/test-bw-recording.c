/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

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
                          "x 3 30 00000001 R0aFf T12 D Plost:a%20b\nend\n",
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
    g_assert_cmpuint (entry->items->len, ==, 4);
    item = g_ptr_array_index (entry->items, 0);
    g_assert_cmpmem (g_bytes_get_data (item->bytes, NULL), g_bytes_get_size (item->bytes),
                     "\x0a\xff", 2);
    item = g_ptr_array_index (entry->items, 1);
    g_assert_cmpuint (item->count, ==, 12);
    item = g_ptr_array_index (entry->items, 3);
    g_assert_cmpint (item->kind, ==, 'P');
    g_assert_cmpint (item->cause, ==, BW_CAUSE_LOST);
    g_assert_cmpstr (item->evidence, ==, "a b");
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
        "x 1 9 cbf43926 D1\n",
        "x 1 9 cbf43926 Q\n",
        "x 1 9 cbf43926 F\n",
        "x 1 9 cbf43926 Fno-such-cause:x\n",
        "x 1 9 cbf43926 Fnone:x\n",
        "x 1 9 cbf43926 Flost:%00\n",
        "x 1 9 cbf43926 Flost:%zz\n",
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
                                       "boardwalk-recording 2\nend\n",
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
    g_test_add_func ("/engine/recording/bad-entries-are-refused", test_bad_text);
    g_test_add_func ("/engine/recording/no-recording-at-all", test_no_recording);
    return g_test_run ();
}
