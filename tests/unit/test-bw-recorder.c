/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>
#include <zlib.h>

#include "bw-recorder.h"
#include "bw-recording.h"

static char *
dup_text (BwRecorder *recorder)
{
    g_autoptr (GBytes) packed = bw_recorder_dup_recording (recorder);
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) text = bw_recording_unpack (packed, &error);
    size_t len = 0;
    const char *bytes = NULL;

    g_assert_no_error (error);
    g_assert_cmpuint (g_bytes_get_size (packed), <=, BW_RECORDER_MAX_BYTES);
    bytes = g_bytes_get_data (text, &len);
    return g_strndup (bytes, len);
}

/* What the recorder writes is a recording. */
static BwRecording *
parse_text (BwRecorder *recorder)
{
    g_autoptr (GBytes) packed = bw_recorder_dup_recording (recorder);
    g_autoptr (GError) error = NULL;
    BwRecording *recording = bw_recording_parse (packed, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (g_bytes_get_size (packed), <=, BW_RECORDER_MAX_BYTES);
    return recording;
}

static void
test_form (void)
{
    g_autoptr (BwRecorder) recorder = bw_recorder_new ("303a:1001 local lines atomic baud");
    g_autoptr (GError) error = bw_error_new (BW_CAUSE_LOST, "gone: 100 %% \n\xc3\xa4");
    g_autoptr (BwRecording) recording = NULL;
    g_autofree char *text = NULL;

    bw_recorder_add_lines (recorder, BW_PORT_LINE_RTS, NULL);
    bw_recorder_add_read (recorder, "boot", 4);
    bw_recorder_add_deadline (recorder);
    bw_recorder_add_baud (recorder, 921600, NULL);
    bw_recorder_add_discard (recorder);
    bw_recorder_add_write (recorder, "123456789", 9);
    bw_recorder_add_read (recorder, "\xc0\x01", 2);
    bw_recorder_add_read (recorder, "\xff", 1);
    bw_recorder_add_deadline (recorder);
    bw_recorder_add_deadline (recorder);
    bw_recorder_add_read (recorder, "\0", 1);
    bw_recorder_add_break (recorder, TRUE, NULL);
    bw_recorder_add_reopen (recorder, 0, 0, NULL);
    bw_recorder_add_reopen (recorder, 0, 0, error);
    bw_recorder_add_reopen (recorder, 0x303a, 2, NULL);
    bw_recorder_add_write (recorder, "x", 1);
    bw_recorder_add_failure (recorder, BW_RECORDER_READ, error);
    text = dup_text (recorder);
    /* cbf43926 is the published check value of CRC-32 over "123456789" */
    g_assert_cmpstr (text, ==,
                     "boardwalk-recording 4\n"
                     "port 303a:1001 local lines atomic baud\n"
                     "lines 01\n"
                     "- R626f6f74 T1\n"
                     "baud 921600\n"
                     "- D\n"
                     "x 1 9 cbf43926 Rc001ff T2 R00\n"
                     "break 1\n"
                     "reopen\n"
                     "reopen Flost:gone%3A%20100%20%25%20%0A%C3%A4\n"
                     "reopen 303a:0002\n"
                     "x 1 1 8cdc1683 Flost:gone%3A%20100%20%25%20%0A%C3%A4\n"
                     "end\n");
    recording = parse_text (recorder);
    g_assert_cmphex (recording->usb_vendor, ==, 0x303a);
    g_assert_cmpuint (recording->entries->len, ==, 10);
}

static void
test_joined (void)
{
    g_autoptr (BwRecorder) recorder = bw_recorder_new (NULL);
    g_autofree char *text = NULL;
    g_autofree char *expected = NULL;
    g_autoptr (GByteArray) all = g_byte_array_new ();

    for (int i = 0; i < 1000; i++) {
        uint8_t block[64] = { (uint8_t) i, (uint8_t) (i >> 8) };
        size_t len = 10 + (size_t) i % 50;

        bw_recorder_add_write (recorder, block, len);
        bw_recorder_add_read (recorder, "ok", 2);
        g_byte_array_append (all, block, (unsigned) len);
    }
    bw_recorder_add_write (recorder, "z", 1);
    bw_recorder_add_read (recorder, "no", 2);
    text = dup_text (recorder);
    expected = g_strdup_printf ("boardwalk-recording 4\nx 1000 %u %08lx R6f6b\n"
                                "x 1 1 62d277af R6e6f\nend\n",
                                all->len, crc32 (0, all->data, all->len));
    g_assert_cmpstr (text, ==, expected);
}

static void
exchange (BwRecorder *recorder, unsigned n, const char *answer)
{
    bw_recorder_add_write (recorder, &n, sizeof n);
    bw_recorder_add_read (recorder, answer, strlen (answer));
}

/* What was written differs each time, and the answers go on as before: that is a few lines. */
static void
test_again (void)
{
    g_autoptr (BwRecorder) recorder = bw_recorder_new (NULL);
    g_autofree char *text = NULL;
    g_auto (GStrv) lines = NULL;
    g_autoptr (GByteArray) unsummed = g_byte_array_new ();
    g_autofree char *sum = NULL;

    for (unsigned i = 0; i < 100000; i++)
        exchange (recorder, i, i % 2 == 0 ? "a" : "b");
    text = dup_text (recorder);
    lines = g_strsplit (text, "\n", -1);
    /* the first ones can be checked one by one */
    g_assert_cmpuint (g_strv_length (lines), <, 1500);
    g_assert_true (g_str_has_prefix (lines[1000], "x 1 4 "));
    g_assert_cmpstr (lines[1001], ==, "w 1 R61");
    g_assert_cmpstr (lines[1002], ==, "w 1 R62");
    g_assert_cmpstr (lines[1003], ==, "again 2 998");
    for (unsigned i = 1000; i <= 2000; i++)
        g_byte_array_append (unsummed, (const uint8_t *) &i, sizeof i);
    sum = g_strdup_printf ("x 1 4004 %08lx R61", crc32 (0, unsummed->data, unsummed->len));
    g_assert_cmpstr (lines[1004], ==, sum);
}

/* Whatever has been recorded so far, all that was written is summed up. */
static void
test_all_is_summed (void)
{
    for (unsigned n = 1; n < 3000; n += 499) {
        g_autoptr (BwRecorder) recorder = bw_recorder_new (NULL);
        g_autoptr (BwRecording) recording = NULL;
        uint64_t bytes = 0;

        for (unsigned i = 0; i < n; i++)
            exchange (recorder, i, i % 3 == 0 ? "a" : "b");
        for (unsigned what = 0; what < 2; what++) {
            g_clear_pointer (&recording, bw_recording_free);
            recording = parse_text (recorder);
            bytes = 0;
            for (unsigned i = 0; i < recording->entries->len; i++)
                bytes += ((struct BwRecordingEntry *) recording->entries->pdata[i])->bytes;
            g_assert_cmpuint (bytes, ==, n * sizeof n);
            bw_recorder_add_baud (recorder, 9600, NULL);
        }
    }
}

/* A session of 16 MB in the smallest blocks fits whole. */
static void
test_large_session (void)
{
    g_autoptr (BwRecorder) recorder = bw_recorder_new (NULL);
    g_autoptr (BwRecording) recording = NULL;
    static uint8_t block[1024];

    for (unsigned i = 0; i < 16384; i++) {
        memcpy (block, &i, sizeof i);
        bw_recorder_add_write (recorder, block, sizeof block);
        bw_recorder_add_read (recorder, "\xc0\x01\x03\x02", 4);
        bw_recorder_add_read (recorder, "\0\0\0\0\0\0\0\0\xc0", 9);
    }
    recording = parse_text (recorder);
    g_assert_false (recording->is_cut);
    /* the one that is still being recorded has not joined yet */
    g_assert_cmpuint (recording->entries->len, ==, 2);
}

static void
test_overflow (void)
{
    g_autoptr (BwRecorder) recorder = bw_recorder_new ("0000:0000");
    g_autoptr (BwRecording) recording = NULL;
    const struct BwRecordingEntry *last = NULL;
    const struct BwRecordingItem *item = NULL;

    for (unsigned i = 0; i < 50000; i++) {
        bw_recorder_add_write (recorder, &i, sizeof i);
        bw_recorder_add_read (recorder, &i, sizeof i);
    }
    recording = parse_text (recorder);
    g_assert_true (recording->is_cut);
    g_assert_cmpuint (recording->entries->len, >, 4000);
    last = g_ptr_array_index (recording->entries, recording->entries->len - 1);
    item = g_ptr_array_index (last->items, 0);
    g_assert_cmphex (*(const uint16_t *) g_bytes_get_data (item->bytes, NULL), ==, 49999);
}

/* What a diff of a large firmware hears: two thousand digests, no two alike. */
static void
test_different_answers (void)
{
    g_autoptr (BwRecorder) recorder = bw_recorder_new ("0000:0000");
    g_autoptr (BwRecording) recording = NULL;
    g_autoptr (GRand) rand = g_rand_new_with_seed (1);
    uint32_t words[4] = { 0 };

    for (unsigned i = 0; i < 2000; i++) {
        for (size_t k = 0; k < G_N_ELEMENTS (words); k++)
            words[k] = g_rand_int (rand);
        bw_recorder_add_write (recorder, &i, sizeof i);
        bw_recorder_add_read (recorder, words, sizeof words);
    }
    recording = parse_text (recorder);
    g_assert_false (recording->is_cut);
    g_assert_cmpuint (recording->entries->len, ==, 2000);
}

/* Zeros are counted, however they were cut. */
static void
test_zeros (void)
{
    static const char zeros[40];

    for (unsigned cut = 0; cut <= 40; cut++) {
        g_autoptr (BwRecorder) recorder = bw_recorder_new (NULL);
        g_autofree char *text = NULL;

        bw_recorder_add_read (recorder, "a", 1);
        bw_recorder_add_read (recorder, zeros, cut);
        bw_recorder_add_read (recorder, zeros, 40 - cut);
        bw_recorder_add_read (recorder, "b\0\0c", 4);
        bw_recorder_add_read (recorder, zeros, 15);
        bw_recorder_add_deadline (recorder);
        bw_recorder_add_read (recorder, zeros, 17);
        g_free (dup_text (recorder));
        bw_recorder_add_discard (recorder);
        bw_recorder_add_read (recorder, zeros, 2);
        text = dup_text (recorder);
        g_assert_cmpstr (text, ==,
                         "boardwalk-recording 4\n"
                         "- R61 Z40 R62000063000000000000000000000000000000 T1 Z17 D R0000\nend\n");
    }
}

/* Covers whole words that end with a full stop. */
static size_t
mask_words (gpointer data, const uint8_t *in, size_t len, GByteArray *out)
{
    unsigned *n_words = data;
    size_t done = 0;

    for (size_t i = 0; i < len; i++) {
        if (in[i] != '.')
            continue;
        g_byte_array_append (out, (const uint8_t *) "#", 1);
        done = i + 1;
        ++*n_words;
    }
    return done;
}

static void
test_mask (void)
{
    g_autoptr (BwRecorder) recorder = bw_recorder_new (NULL);
    g_autofree char *text = NULL;
    unsigned n_words = 0;

    bw_recorder_set_mask (recorder, mask_words, &n_words);
    bw_recorder_add_write (recorder, "x", 1);
    bw_recorder_add_read (recorder, "secret.sec", 10);
    /* the rest of a word comes after a write: then all of it belongs there */
    bw_recorder_add_write (recorder, "x", 1);
    bw_recorder_add_read (recorder, "ret.secret.", 11);
    bw_recorder_add_read (recorder, "hal", 3);
    /* nothing follows: what came is kept */
    bw_recorder_add_deadline (recorder);
    bw_recorder_add_read (recorder, "hal", 3);
    bw_recorder_set_mask (recorder, NULL, NULL);
    bw_recorder_add_read (recorder, "no secret.", 10);
    text = dup_text (recorder);
    g_assert_cmpuint (n_words, ==, 3);
    g_assert_cmpstr (text, ==,
                     "boardwalk-recording 4\n"
                     "x 1 1 8cdc1683 R23\n"
                     "x 1 1 8cdc1683 R232368616c T1 R68616c M R6e6f207365637265742e\nend\n");
}

/* A mask that never makes up its mind keeps nothing back for ever. */
static void
test_slow_mask (void)
{
    g_autoptr (BwRecorder) recorder = bw_recorder_new (NULL);
    g_autoptr (BwRecording) recording = NULL;
    g_autofree char *much = g_strnfill (20000, 'x');
    unsigned n_words = 0;
    size_t len = 0;

    bw_recorder_set_mask (recorder, mask_words, &n_words);
    bw_recorder_add_read (recorder, much, 20000);
    recording = parse_text (recorder);
    for (unsigned i = 0; i < recording->entries->len; i++) {
        const struct BwRecordingEntry *entry = recording->entries->pdata[i];
        const struct BwRecordingItem *item = entry->items->pdata[0];

        len += g_bytes_get_size (item->bytes);
    }
    g_assert_cmpuint (len, ==, 20000);
    g_assert_cmpuint (n_words, ==, 0);
}

/* A board that only talks, in pieces of every size. */
static void
test_flood (void)
{
    g_autoptr (BwRecorder) recorder = bw_recorder_new (NULL);
    g_autofree uint8_t *much = g_malloc0 (100000);
    g_autoptr (GRand) rand = g_rand_new_with_seed (1);
    g_autoptr (BwRecording) recording = NULL;

    for (size_t i = 0; i < 100000; i++)
        much[i] = (uint8_t) g_rand_int (rand);
    for (size_t len = 1; len <= 100000; len = len * 3 + 1) {
        bw_recorder_add_read (recorder, much, len);
        g_free (dup_text (recorder));
    }
    for (int i = 0; i < 100000; i++)
        bw_recorder_add_discard (recorder);
    recording = parse_text (recorder);
    g_assert_true (recording->is_cut);
}

/* A secret that is written is not in the text. */
static void
test_no_secret (void)
{
    g_autoptr (BwRecorder) recorder = bw_recorder_new (NULL);
    g_autofree char *text = NULL;

    bw_recorder_add_write (recorder, "canary-7f3a", 11);
    text = dup_text (recorder);
    g_assert_null (strstr (text, "canary"));
    g_assert_null (strstr (text, "63616e617279"));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/recorder/form", test_form);
    g_test_add_func ("/engine/recorder/equal-exchanges-become-one", test_joined);
    g_test_add_func ("/engine/recorder/what-comes-again-is-one-line", test_again);
    g_test_add_func ("/engine/recorder/all-that-was-written-is-summed-up", test_all_is_summed);
    g_test_add_func ("/engine/recorder/large-session-fits", test_large_session);
    g_test_add_func ("/engine/recorder/oldest-goes-first", test_overflow);
    g_test_add_func ("/engine/recorder/different-answers-fit", test_different_answers);
    g_test_add_func ("/engine/recorder/zeros-are-counted", test_zeros);
    g_test_add_func ("/engine/recorder/a-mask-covers-what-was-read", test_mask);
    g_test_add_func ("/engine/recorder/a-slow-mask-holds-little", test_slow_mask);
    g_test_add_func ("/engine/recorder/flood-stays-within-the-limit", test_flood);
    g_test_add_func ("/engine/recorder/written-bytes-are-not-kept", test_no_secret);
    return g_test_run ();
}
