/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bw-esp-mask.h"
#include "bw-port-replay.h"
#include "bw-recording.h"
#include "talking-port.h"

#define PACKET BW_ESP_MASK_PACKET_BYTES
#define REPLY "\x01\xd2\x02\x00\x00\x00\x00\x00\x00\x00"
#define SLOW_HEAD "\x01\x0e\x44\x00\x00\x00\x00\x00"
#define MD5_HEAD "\x01\x13\x24\x00\x00\x00\x00\x00"
#define STATUS "\x00\x00\x00\x00"
/* A board that has said something already. */
typedef struct {
    GByteArray *said;
    BwPort *port;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
    f->said = g_byte_array_new ();
}

static void
tear_down (Fixture *f, gconstpointer data)
{
    g_byte_array_unref (f->said);
    g_clear_object (&f->port);
}

static void
say (Fixture *f, const void *bytes, size_t len)
{
    g_byte_array_append (f->said, bytes, (guint) len);
}

/* Escapes here and now: no decoder is judged by the encoder it came with. */
static void
say_frame (Fixture *f, const void *head, size_t head_len, const void *tail, size_t tail_len)
{
    g_autoptr (GByteArray) payload = g_byte_array_new ();

    g_byte_array_append (payload, head, (guint) head_len);
    g_byte_array_append (payload, tail, (guint) tail_len);
    say (f, "\xc0", 1);
    for (unsigned i = 0; i < payload->len; i++) {
        if (payload->data[i] == 0xc0)
            say (f, "\xdb\xdc", 2);
        else if (payload->data[i] == 0xdb)
            say (f, "\xdb\xdd", 2);
        else
            say (f, payload->data + i, 1);
    }
    say (f, "\xc0", 1);
}

/* Content with everything in it that may need care. */
static uint8_t *
make_content (size_t len)
{
    uint8_t *content = g_malloc (len);

    for (size_t i = 0; i < len; i++)
        content[i] = (uint8_t) (i * 7 + i / 256);
    return content;
}

static void
hear (Fixture *f)
{
    g_clear_object (&f->port);
    f->port = talking_port_open ();
    talking_port_say (f->port, f->said->data, f->said->len);
}

/* Reads all, @piece bytes at a time, up to and with the silence behind it. */
static void
read_all (Fixture *f, size_t piece)
{
    g_autoptr (GError) error = NULL;
    uint8_t buf[8192];

    while (bw_port_read (f->port, buf, MIN (piece, sizeof buf), 0, NULL, &error) > 0)
        ;
    g_assert_no_error (error);
}

/* What the recording of the reading says, without what is the same each time. */
static char *
dup_recorded (Fixture *f)
{
    g_autoptr (GBytes) recording = bw_port_get_recording (f->port);
    g_autoptr (GBytes) text = bw_recording_unpack (recording, NULL);
    g_autofree char *copy = g_strndup (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
    g_auto (GStrv) parts = g_strsplit (copy, "port 0000:0000\n", 2);

    return g_strdup (parts[1]);
}

static BwEspMask *
new_reading_mask (BwPort *port)
{
    BwEspMask *mask = bw_esp_mask_new (port);

    bw_esp_mask_set_reading (mask, TRUE);
    return mask;
}

#define PIECES 5
static const size_t pieces[PIECES] = { 1, 13, 4096, 4097, 8192 };

static void
test_packets (Fixture *f, gconstpointer data)
{
    g_autofree uint8_t *content = make_content (PACKET + 100);
    uint8_t md5[BW_ESP_MD5_BYTES];

    bw_esp_md5 (content, PACKET + 100, md5);
    say_frame (f, REPLY, 10, NULL, 0);
    say_frame (f, content, PACKET, NULL, 0);
    say_frame (f, content + PACKET, 100, NULL, 0);
    say_frame (f, md5, sizeof md5, NULL, 0);
    for (size_t i = 0; i < PIECES; i++) {
        g_autoptr (BwEspMask) mask = NULL;
        g_autofree char *text = NULL;

        hear (f);
        mask = new_reading_mask (f->port);
        bw_esp_mask_begin (mask, PACKET + 100);
        bw_esp_mask_set_digest (mask, md5);
        read_all (f, pieces[i]);
        bw_esp_mask_end (mask);
        text = dup_recorded (f);
        g_assert_cmpstr (text, ==,
                         "- Rc001d20200000000000000c0c0 Z4096 Rc0c0 Z100 Rc0c0 Z16 Rc0 T1\nend\n");
    }
}

/* Content that was damaged on its way does not become good by being covered. */
static void
test_wrong_digest (Fixture *f, gconstpointer data)
{
    g_autofree uint8_t *content = make_content (100);
    g_autoptr (BwEspMask) mask = NULL;
    g_autofree char *text = NULL;
    uint8_t md5[BW_ESP_MD5_BYTES] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };

    say_frame (f, REPLY, 10, NULL, 0);
    say_frame (f, content, 100, NULL, 0);
    say_frame (f, md5, sizeof md5, NULL, 0);
    hear (f);
    mask = new_reading_mask (f->port);
    bw_esp_mask_begin (mask, 100);
    bw_esp_md5 (content, 100, md5);
    bw_esp_mask_set_digest (mask, md5);
    read_all (f, 8192);
    text = dup_recorded (f);
    g_assert_cmpstr (text, ==,
                     "- Rc001d20200000000000000c0c0 Z100 Rc0c0"
                     "0102030405060708090a0b0c0d0e0f10c0 T1\nend\n");
}

/* A packet that lost a byte keeps its length; what is no frame, or none of ours, stays. */
static void
test_damage (Fixture *f, gconstpointer data)
{
    g_autofree uint8_t *content = make_content (PACKET);

    say_frame (f, REPLY, 10, NULL, 0);
    say_frame (f, content, PACKET - 1, NULL, 0);
    say (f, "rst:0x1", 7);
    say_frame (f, content, PACKET, NULL, 0);
    say_frame (f, "\x01\x08\x02\x00\x07\x07\x12\x20\x00\x00", 10, NULL, 0);
    say (f, "\xc0half", 5);
    for (size_t i = 0; i < PIECES; i++) {
        g_autoptr (BwEspMask) mask = NULL;
        g_autofree char *text = NULL;

        hear (f);
        mask = new_reading_mask (f->port);
        bw_esp_mask_begin (mask, 0x10000);
        read_all (f, pieces[i]);
        text = dup_recorded (f);
        g_assert_cmpstr (text, ==,
                         "- Rc001d20200000000000000c0c0 Z4095 Rc07273743a307831c0 Z4096 "
                         "Rc0c001080200070712200000c0c068616c66 T1\nend\n");
    }
}

/* When nothing is awaited, short frames are what others have to understand. */
static void
test_nothing_awaited (Fixture *f, gconstpointer data)
{
    g_autoptr (BwEspMask) mask = NULL;
    g_autofree char *text = NULL;

    say_frame (f, REPLY, 10, NULL, 0);
    say_frame (f, "0123456789", 10, NULL, 0);
    hear (f);
    mask = new_reading_mask (f->port);
    bw_esp_mask_begin (mask, 10);
    bw_esp_mask_end (mask);
    read_all (f, 8192);
    text = dup_recorded (f);
    g_assert_cmpstr (text, ==, "- Rc001d20200000000000000c0c030313233343536373839c0 T1\nend\n");
}

static void
say_hex_digest (Fixture *f, const char *hex)
{
    g_autofree char *answer = g_strconcat (hex, "....", NULL);

    memcpy (answer + 32, STATUS, 4);
    say_frame (f, MD5_HEAD, 8, answer, 36);
}

static BwEspQuestion
ask_about (const uint8_t *data, uint32_t size)
{
    BwEspQuestion question = { .size = size };

    bw_esp_question_want (&question, data);
    return question;
}

/* Two questions to a ROM, answered together. */
static void
test_rom (Fixture *f, gconstpointer data)
{
    g_autofree uint8_t *content = make_content (128);
    g_autoptr (BwEspMask) mask = NULL;
    g_autofree char *text = NULL;
    g_autofree char *hex = g_compute_checksum_for_data (G_CHECKSUM_MD5, content, 100);
    BwEspQuestion question = ask_about (content, 100);

    for (int i = 0; i < 2; i++) {
        g_autofree uint8_t *tail = g_malloc0 (68);

        memcpy (tail, content + 64 * i, 64);
        say_frame (f, SLOW_HEAD, 8, tail, 68);
    }
    say_hex_digest (f, hex);
    hear (f);
    mask = new_reading_mask (f->port);
    bw_esp_mask_begin_digests (mask, &question, 1);
    read_all (f, 8192);
    text = dup_recorded (f);
    g_assert_cmpstr (text, ==,
                     "- Rc0010e44 Z73 Rc0c0010e44 Z73 Rc0c0011324"
                     "0000000000"
                     "3030303030303030303030303030303030303030303030303030303030303030"
                     "00000000c0 T1\nend\n");
}

/* ---- what is expected ---- */

/* Plays what was recorded under a mask like the one before, and gives what is read. */
static GByteArray *
play (Fixture *f, void (*begin) (Fixture *f, BwEspMask *mask), size_t piece)
{
    g_autoptr (GBytes) recording = bw_port_get_recording (f->port);
    g_autoptr (GError) error = NULL;
    g_autoptr (BwPort) port = bw_port_replay_new (recording, &error);
    g_autoptr (BwEspMask) mask = NULL;
    GByteArray *heard = g_byte_array_new ();
    uint8_t buf[8192];
    ssize_t n = 0;

    g_assert_no_error (error);
    mask = bw_esp_mask_new (port);
    begin (f, mask);
    while ((n = bw_port_read (port, buf, piece, 0, NULL, &error)) > 0)
        g_byte_array_append (heard, buf, (guint) n);
    g_assert_no_error (error);
    return heard;
}

/* Returns what is recorded; it plays to just what was said. */
static char *
dup_recorded_as_expected (Fixture *f, void (*begin) (Fixture *f, BwEspMask *mask))
{
    g_autofree char *text = NULL;

    for (size_t i = 0; i < PIECES; i++) {
        g_autoptr (BwEspMask) mask = NULL;
        g_autoptr (GByteArray) heard = NULL;
        g_autofree char *before = g_steal_pointer (&text);

        hear (f);
        mask = bw_esp_mask_new (f->port);
        begin (f, mask);
        read_all (f, pieces[i]);
        bw_esp_mask_end (mask);
        text = dup_recorded (f);
        g_assert_true (before == NULL || g_str_equal (text, before));
        heard = play (f, begin, pieces[i]);
        g_assert_cmpmem (heard->data, heard->len, f->said->data, f->said->len);
    }
    return g_steal_pointer (&text);
}

static void
say_word (Fixture *f, uint32_t value)
{
    uint8_t reply[10] = { 0x01, 0x0a, 0x02 };

    for (size_t i = 0; i < 4; i++)
        reply[4 + i] = (uint8_t) (value >> (8 * i));
    say_frame (f, reply, sizeof reply, NULL, 0);
}

#define MARK 0x3a3a3a3au

static void
expect_words (Fixture *f, BwEspMask *mask)
{
    static const BwEspMaskWord words[] = {
        { .expected = 0xc0dbdcdd, .known = UINT32_MAX },
        { .expected = 0x11223344, .known = UINT32_MAX },
        { .expected = 0x55667788, .known = UINT32_MAX },
        { .expected = 0x99aabbcc, .known = UINT32_MAX },
        { .expected = 0, .known = UINT32_MAX },
        { .expected = MARK, .known = UINT32_MAX },
    };
    GArray *list = g_array_new (FALSE, FALSE, sizeof *words);

    g_array_append_vals (list, words, G_N_ELEMENTS (words));
    bw_esp_mask_begin_words (mask, list, MARK);
}

/* As expected, another, nothing, the mark, nothing where that is expected, the mark where that is;
 * what comes behind them was not asked for. */
static void
test_words (Fixture *f, gconstpointer data)
{
    static const uint32_t said[] = { 0xc0dbdcdd, 0x01020304, 0, MARK, 0, MARK, 0x11223344 };
    g_autofree char *text = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS (said); i++)
        say_word (f, said[i]);
    text = dup_recorded_as_expected (f, expect_words);
    g_assert_cmpstr (text, ==,
                     "- Rc0010a0200000000000000c0"
                     "c0010a0200040302010000c0"
                     "c0010a0200887766550000c0"
                     "c0010a02003a3a3a3a0000c0"
                     "c0010a0200000000000000c0"
                     "c0010a02003a3a3a3a0000c0"
                     "c0010a0200443322110000c0 T1\nend\n");
}

static void
say_written (Fixture *f)
{
    say_frame (f, "\x01\x09\x02\x00\x00\x00\x00\x00\x00", 10, NULL, 0);
}

static void
expect_words_behind_writes (Fixture *f, BwEspMask *mask)
{
    static const BwEspMaskWord words[] = { { .is_written = TRUE },
                                           { .expected = 0x11223344, .known = UINT32_MAX },
                                           { .is_written = TRUE },
                                           { .expected = 0x55667788, .known = UINT32_MAX } };
    GArray *list = g_array_new (FALSE, FALSE, sizeof *words);

    g_array_append_vals (list, words, G_N_ELEMENTS (words));
    bw_esp_mask_begin_words (mask, list, MARK);
}

/* Replies that come once more are passed over: what comes behind them is still known. */
static void
test_words_said_twice (Fixture *f, gconstpointer data)
{
    g_autofree char *text = NULL;

    say_word (f, 0x99999999);
    say_written (f);
    say_written (f);
    say_word (f, 0x11223344);
    say_word (f, 0x11223344);
    say_written (f);
    say_word (f, 0x55667788);
    text = dup_recorded_as_expected (f, expect_words_behind_writes);
    g_assert_cmpstr (text, ==,
                     "- Rc0010a0200999999990000c0"
                     "c001090200000000000000c0"
                     "c001090200000000000000c0"
                     "c0010a0200000000000000c0"
                     "c0010a0200443322110000c0"
                     "c001090200000000000000c0"
                     "c0010a0200000000000000c0 T1\nend\n");
}

static void
expect_content (Fixture *f, BwEspMask *mask)
{
    static const BwEspMaskWord words[] = { { .known = UINT32_MAX, .is_content = TRUE },
                                           { .known = UINT32_MAX, .is_content = TRUE },
                                           { .expected = 0x0201, .known = 0xffff },
                                           { .expected = 0x0201, .known = 0xffff } };
    GArray *list = g_array_new (FALSE, FALSE, sizeof *words);

    g_array_append_vals (list, words, G_N_ELEMENTS (words));
    bw_esp_mask_begin_words (mask, list, MARK);
}

/* Of content nothing is kept but the mark, nor of what nobody looks at, nor of the word that a reply
 * to WRITE_REG has left over. */
static void
test_content_in_words (Fixture *f, gconstpointer data)
{
    static const uint32_t said[] = { 0x12345678, MARK, 0x77880201, 0x77880301 };
    g_autoptr (BwEspMask) mask = NULL;
    g_autofree char *text = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS (said); i++)
        say_word (f, said[i]);
    say_frame (f, "\x01\x09\x02\x00\x78\x56\x34\x12\x00", 10, NULL, 0);
    hear (f);
    mask = bw_esp_mask_new (f->port);
    expect_content (f, mask);
    read_all (f, 8192);
    text = dup_recorded (f);
    g_assert_cmpstr (text, ==,
                     "- Rc0010a0200000000000000c0"
                     "c0010a02003a3a3a3a0000c0"
                     "c0010a0200000000000000c0"
                     "c0010a0200010300000000c0"
                     "c001090200000000000000c0 T1\nend\n");
}

static void
expect_digests (Fixture *f, BwEspMask *mask)
{
    static uint8_t content[300];
    BwEspQuestion questions[3] = { ask_about (content, 100), ask_about (content, 200),
                                   ask_about (content, 300) };

    bw_esp_mask_begin_digests (mask, questions, 3);
}

/* The right one, that of another question, and nothing at all. */
static void
test_digests (Fixture *f, gconstpointer data)
{
    static const uint8_t content[300];
    g_autofree char *first = g_compute_checksum_for_data (G_CHECKSUM_MD5, content, 100);
    g_autofree char *third = g_compute_checksum_for_data (G_CHECKSUM_MD5, content, 300);
    g_autofree char *text = NULL;

    say_hex_digest (f, first);
    say_hex_digest (f, third);
    say_hex_digest (f, "00000000000000000000000000000000");
    text = dup_recorded_as_expected (f, expect_digests);
    g_assert_nonnull (strstr (text,
                              "- Rc0011324"
                              "00"
                              "00000000"
                              "3030303030303030303030303030303030303030303030303030303030303030"
                              "00000000c0c0"));
}

/* In bytes, as a stub says it: of one that is another the beginning stays, and is another still. */
static void
test_other_digest (Fixture *f, gconstpointer data)
{
    static const uint8_t md5[18] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };
    g_autoptr (BwEspMask) mask = NULL;
    g_autoptr (GByteArray) heard = NULL;
    g_autofree char *text = NULL;

    say_frame (f, "\x01\x13\x12\x00\x00\x00\x00\x00", 8, md5, sizeof md5);
    hear (f);
    mask = bw_esp_mask_new (f->port);
    expect_digests (f, mask);
    read_all (f, 8192);
    text = dup_recorded (f);
    g_assert_cmpstr (text, ==,
                     "- Rc00113120000000000010203040000000000000000000000000000c0 T1\nend\n");
    heard = play (f, expect_digests, 8192);
    g_assert_cmpmem (heard->data + 9, 16, "\1\2\3\4\0\0\0\0\0\0\0\0\0\0\0", 16);
}

/* With the mask, the covering goes. */
static void
test_gone (Fixture *f, gconstpointer data)
{
    g_autofree uint8_t *content = make_content (PACKET);
    g_autofree char *text = NULL;

    say_frame (f, content, PACKET, NULL, 0);
    hear (f);
    bw_esp_mask_free (new_reading_mask (f->port));
    read_all (f, 8192);
    text = dup_recorded (f);
    g_assert_null (strchr (text, 'Z'));
    bw_esp_mask_free (NULL);
}

#define ADD(name, function)                                                                        \
    g_test_add ("/engine/esp-mask/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    ADD ("packets-and-their-digest", test_packets);
    ADD ("a-wrong-digest-stays-wrong", test_wrong_digest);
    ADD ("damage-stays", test_damage);
    ADD ("what-nobody-awaits-stays", test_nothing_awaited);
    ADD ("replies-of-a-rom", test_rom);
    ADD ("expected-words-come-back", test_words);
    ADD ("words-said-twice-are-passed-over", test_words_said_twice);
    ADD ("content-in-words-is-covered", test_content_in_words);
    ADD ("expected-digests-come-back", test_digests);
    ADD ("another-digest-is-shortened", test_other_digest);
    ADD ("without-a-mask-nothing-is-covered", test_gone);
    return g_test_run ();
}
