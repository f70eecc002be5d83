/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bw-esp-mask.h"
#include "bw-port-replay.h"
#include "bw-recording.h"

#define PACKET BW_ESP_MASK_PACKET_BYTES
#define REPLY "\x01\xd2\x02\x00\x00\x00\x00\x00\x00\x00"
#define SLOW_HEAD "\x01\x0e\x44\x00\x00\x00\x00\x00"
#define MD5_HEAD "\x01\x13\x24\x00\x00\x00\x00\x00"
#define STATUS "\x00\x00\x00\x00"
/* of 100 zeros and of 4196, by another program */
#define MD5_100 "6d0bb00954ceb7fbee436bb55a8397a9"
#define MD5_4196 "424f50bb82f3d8fe5f9ee4ff8ac64e37"

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
    g_autoptr (GString) text = g_string_new ("boardwalk-recording 2\nport 0000:0000\n- R");
    g_autoptr (GBytes) recording = NULL;
    g_autoptr (GError) error = NULL;

    for (unsigned i = 0; i < f->said->len; i++)
        g_string_append_printf (text, "%02x", f->said->data[i]);
    g_string_append (text, " T1\nend\n");
    recording = g_bytes_new (text->str, text->len);
    g_clear_object (&f->port);
    f->port = bw_port_replay_new (recording, &error);
    g_assert_no_error (error);
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
        mask = bw_esp_mask_new (f->port);
        bw_esp_mask_begin (mask, PACKET + 100);
        bw_esp_mask_set_digest (mask, md5, PACKET + 100);
        read_all (f, pieces[i]);
        bw_esp_mask_end (mask);
        text = dup_recorded (f);
        g_assert_cmpstr (text, ==,
                         "- Rc001d20200000000000000c0c0 Z4096 Rc0c0 Z100 Rc0c0" MD5_4196
                         "c0 T1\nend\n");
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
    mask = bw_esp_mask_new (f->port);
    bw_esp_mask_begin (mask, 100);
    bw_esp_md5 (content, 100, md5);
    bw_esp_mask_set_digest (mask, md5, 100);
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
        mask = bw_esp_mask_new (f->port);
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
    mask = bw_esp_mask_new (f->port);
    bw_esp_mask_begin (mask, 10);
    bw_esp_mask_end (mask);
    read_all (f, 8192);
    text = dup_recorded (f);
    g_assert_cmpstr (text, ==, "- Rc001d20200000000000000c0c030313233343536373839c0 T1\nend\n");
}

/* Two questions to a ROM, answered together. */
static void
test_rom (Fixture *f, gconstpointer data)
{
    g_autofree uint8_t *content = make_content (128);
    g_autoptr (BwEspMask) mask = NULL;
    g_autofree char *text = NULL;
    g_autofree char *hex = g_compute_checksum_for_data (G_CHECKSUM_MD5, content, 100);
    g_autofree char *answer = g_strconcat (hex, "....", NULL);
    uint8_t md5[BW_ESP_MD5_BYTES];

    memcpy (answer + 32, STATUS, 4);
    for (int i = 0; i < 2; i++) {
        g_autofree uint8_t *tail = g_malloc0 (68);

        memcpy (tail, content + 64 * i, 64);
        say_frame (f, SLOW_HEAD, 8, tail, 68);
    }
    say_frame (f, MD5_HEAD, 8, answer, 36);
    hear (f);
    mask = bw_esp_mask_new (f->port);
    bw_esp_md5 (content, 100, md5);
    bw_esp_mask_set_digest (mask, md5, 100);
    read_all (f, 8192);
    text = dup_recorded (f);
    g_assert_nonnull (strstr (text, "- Rc0010e44 Z73 Rc0c0010e44 Z73 Rc0c0011324"));
    g_assert_nonnull (
        strstr (text, "3664306262303039353463656237666265653433366262353561383339376139"));
}

/* With the mask, the covering goes. */
static void
test_gone (Fixture *f, gconstpointer data)
{
    g_autofree uint8_t *content = make_content (PACKET);
    g_autofree char *text = NULL;

    say_frame (f, content, PACKET, NULL, 0);
    hear (f);
    bw_esp_mask_free (bw_esp_mask_new (f->port));
    read_all (f, 8192);
    text = dup_recorded (f);
    g_assert_null (strchr (text, 'Z'));
    bw_esp_mask_free (NULL);
    bw_esp_mask_begin (NULL, 1);
    bw_esp_mask_set_digest (NULL, content, 1);
    bw_esp_mask_end (NULL);
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
    ADD ("without-a-mask-nothing-is-covered", test_gone);
    return g_test_run ();
}
