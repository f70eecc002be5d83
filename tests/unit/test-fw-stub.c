/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules of the two stub generations: answer first, work later, tell of failures late. */
#include "fw-fake.h"
#include <string.h>

#define STUB BWP_ESP_PEER_STUB

static struct fake *
ready (enum fw_generation generation, gboolean takes_time)
{
    struct fake *fake = fake_new ("esp32", takes_time);

    fake_start (fake, TRUE);
    fake_sync (fake, 8);
    fake_upload_stub (fake, generation);
    return fake;
}

static void
expect_begin (struct fake *fake, guint8 op, guint32 size, guint32 offset, guint16 status)
{
    struct bwp_esp_begin words = { .size = size,
                                   .blocks = (size + 0x3fff) / 0x4000,
                                   .block_size = 0x4000,
                                   .offset = offset,
                                   .has_encrypted_word = true };
    struct bwp_esp_packet packet;

    bwp_esp_build_begin (&packet, op, &words);
    fake_request (fake, &packet);
    fake_expect (fake, STUB, op, status);
}

static void
send_block (struct fake *fake, guint8 op, guint sequence, const guint8 *data, gsize len)
{
    struct bwp_esp_packet packet;

    g_assert_cmpint (bwp_esp_build_data (&packet, op, sequence, data, len), ==, BWP_OK);
    fake_request (fake, &packet);
}

static void
expect_end (struct fake *fake, guint8 op, guint16 status)
{
    struct bwp_esp_packet packet;

    bwp_esp_build_end (&packet, op, BWP_ESP_AFTER_STAY);
    fake_request (fake, &packet);
    fake_expect (fake, STUB, op, status);
}

/* A broken stream is accepted; the next command is told of it, and only that one. */
static void
test_late_error_2 (void)
{
    struct fake *fake = ready (FW_STUB_2, FALSE);
    static const guint8 garbage[64] = { 9, 9, 9 };
    struct bwp_esp_packet packet;

    expect_begin (fake, BWP_ESP_FLASH_DEFL_BEGIN, 0x1000, 0, 0);
    send_block (fake, BWP_ESP_FLASH_DEFL_DATA, 0, garbage, sizeof garbage);
    fake_expect (fake, STUB, BWP_ESP_FLASH_DEFL_DATA, 0);
    bwp_esp_build_sync (&packet);
    fake_request (fake, &packet);
    fake_expect (fake, STUB, BWP_ESP_SYNC, 0xc700);
    g_assert_cmpuint (fake->out->len, ==, 0);
    fake_sync (fake, 8);
    fake_free (fake);
}

/* The first generation repeats it with every block and END until a new BEGIN. */
static void
test_late_error_1 (void)
{
    struct fake *fake = ready (FW_STUB_1, FALSE);
    static const guint8 garbage[64] = { 9, 9, 9 };

    expect_begin (fake, BWP_ESP_FLASH_DEFL_BEGIN, 0x1000, 0, 0);
    send_block (fake, BWP_ESP_FLASH_DEFL_DATA, 0, garbage, sizeof garbage);
    fake_expect (fake, STUB, BWP_ESP_FLASH_DEFL_DATA, 0);
    fake_sync (fake, 8);
    for (guint i = 1; i < 3; i++) {
        send_block (fake, BWP_ESP_FLASH_DEFL_DATA, i, garbage, sizeof garbage);
        fake_expect (fake, STUB, BWP_ESP_FLASH_DEFL_DATA, 0xc700);
    }
    expect_end (fake, BWP_ESP_FLASH_DEFL_END, 0xc700);
    expect_begin (fake, BWP_ESP_FLASH_DEFL_BEGIN, 0, 0, 0);
    expect_end (fake, BWP_ESP_FLASH_DEFL_END, 0);
    fake_free (fake);
}

static void
test_end_wants_all (void)
{
    static const guint16 status[] = { 0xc800, 0xc000 };

    for (guint i = 0; i < 2; i++) {
        struct fake *fake = ready (i == 0 ? FW_STUB_1 : FW_STUB_2, FALSE);
        guint8 data[0x4000] = { 0 };

        expect_end (fake, BWP_ESP_FLASH_END, 0xc600);
        send_block (fake, BWP_ESP_FLASH_DATA, 0, data, sizeof data);
        fake_expect (fake, STUB, BWP_ESP_FLASH_DATA, 0xc600);
        expect_begin (fake, BWP_ESP_FLASH_BEGIN, 0x5000, 0x10000, 0);
        send_block (fake, BWP_ESP_FLASH_DATA, 0, data, sizeof data);
        fake_expect (fake, STUB, BWP_ESP_FLASH_DATA, 0);
        expect_end (fake, BWP_ESP_FLASH_END, status[i]);
        send_block (fake, BWP_ESP_FLASH_DATA, 1, data, sizeof data);
        fake_expect (fake, STUB, BWP_ESP_FLASH_DATA, 0);
        expect_end (fake, BWP_ESP_FLASH_END, 0);
        /* of the last block only what was announced */
        g_assert_cmphex (fake->flash[0x14fff], ==, 0x00);
        g_assert_cmphex (fake->flash[0x15000], ==, 0xff);
        fake_free (fake);
    }
}

/* Outside of what the host has described nothing is done; a chip smaller than that wraps. */
static void
test_flash_limit (void)
{
    struct fake *fake = ready (FW_STUB_2, FALSE);
    guint8 data[0x4000] = { 0 };
    struct bwp_esp_packet packet;

    expect_begin (fake, BWP_ESP_FLASH_BEGIN, 0x4000, 0x3fd000, 0xc400);
    bwp_esp_build_flash_md5 (&packet, 0x3ff000, 0x2000);
    fake_request (fake, &packet);
    fake_expect (fake, STUB, BWP_ESP_FLASH_MD5, 0xc400);
    bwp_esp_build_spi_set_params (&packet, 8u << 20);
    fake_request (fake, &packet);
    fake_expect (fake, STUB, BWP_ESP_SPI_SET_PARAMS, 0);
    expect_begin (fake, BWP_ESP_FLASH_BEGIN, 0x4000, 0x401000, 0);
    send_block (fake, BWP_ESP_FLASH_DATA, 0, data, sizeof data);
    fake_expect (fake, STUB, BWP_ESP_FLASH_DATA, 0);
    expect_end (fake, BWP_ESP_FLASH_END, 0);
    g_assert_cmphex (fake->flash[0x1000], ==, 0x00);
    fake_free (fake);
}

static void
test_unknown (void)
{
    struct fake *fake = ready (FW_STUB_2, FALSE);
    struct bwp_esp_packet packet;

    bwp_esp_build_plain (&packet, BWP_ESP_SECURITY_INFO);
    fake_request (fake, &packet);
    fake_expect (fake, STUB, BWP_ESP_SECURITY_INFO, 0xc300);
    fake_free (fake);
    fake = ready (FW_STUB_1, FALSE);
    fake_request (fake, &packet);
    fake_expect (fake, STUB, BWP_ESP_SECURITY_INFO, 0xff00);
    fake_free (fake);
}

static void
test_checksum (void)
{
    struct fake *fake = ready (FW_STUB_2, FALSE);
    guint8 data[0x4000] = { 0 };

    g_assert_cmpint (fw_faults_add (&fake->faults, "bad-checksum=1"), ==, BWP_OK);
    expect_begin (fake, BWP_ESP_FLASH_BEGIN, 0x4000, 0, 0);
    send_block (fake, BWP_ESP_FLASH_DATA, 0, data, sizeof data);
    fake_expect (fake, STUB, BWP_ESP_FLASH_DATA, 0xc100);
    g_assert_cmphex (fake->flash[0], ==, 0xff);
    /* it does not look at numbers: the same block is taken now */
    send_block (fake, BWP_ESP_FLASH_DATA, 0, data, sizeof data);
    fake_expect (fake, STUB, BWP_ESP_FLASH_DATA, 0);
    expect_end (fake, BWP_ESP_FLASH_END, 0);
    g_assert_cmphex (fake->flash[0x3fff], ==, 0x00);
    fake_free (fake);
}

/* Answered at once, written afterwards; one frame may wait, a second one is lost. */
static void
test_two_buffers (void)
{
    struct fake *fake = ready (FW_STUB_2, TRUE);
    guint8 data[0x4000] = { 0 };
    guint64 before;

    expect_begin (fake, BWP_ESP_FLASH_BEGIN, 0xc000, 0, 0);
    before = fake->now;
    send_block (fake, BWP_ESP_FLASH_DATA, 0, data, sizeof data);
    fake_expect (fake, STUB, BWP_ESP_FLASH_DATA, 0);
    g_assert_cmpuint (fake->last_sent, ==, before);
    send_block (fake, BWP_ESP_FLASH_DATA, 1, data, sizeof data);
    g_assert_cmpuint (fake->out->len, ==, 0);
    g_assert_cmpuint (fake->board.counts.overruns, ==, 0);
    send_block (fake, BWP_ESP_FLASH_DATA, 2, data, sizeof data);
    g_assert_cmpuint (fake->board.counts.overruns, >, sizeof data);
    fake_wait (fake, 2000 * FW_MS);
    fake_expect (fake, STUB, BWP_ESP_FLASH_DATA, 0);
    /* 64 pages of 0.7 ms before the second answer */
    g_assert_cmpuint (fake->last_sent - before, >=, 64 * 700 * FW_US);
    g_assert_cmpuint (fake->out->len, ==, 0);
    fake_free (fake);
}

/* Blank sectors are not erased by the second generation; dirty ones take their time. */
static guint64
time_to_write (enum fw_generation generation, gboolean dirty)
{
    struct fake *fake = ready (generation, TRUE);
    guint8 data[0x4000] = { 0 };
    guint64 before;

    if (dirty)
        memset (fake->flash, 0, 0x10000);
    expect_begin (fake, BWP_ESP_FLASH_BEGIN, 0x4000, 0, 0);
    before = fake->now;
    send_block (fake, BWP_ESP_FLASH_DATA, 0, data, sizeof data);
    fake_expect (fake, STUB, BWP_ESP_FLASH_DATA, 0);
    before = fake->board.busy_until - before;
    fake_free (fake);
    return before;
}

static void
test_erase_times (void)
{
    guint64 program = 64 * 700 * FW_US;

    g_assert_cmpuint (time_to_write (FW_STUB_2, FALSE), <, program + 5 * FW_MS);
    g_assert_cmpuint (time_to_write (FW_STUB_2, TRUE), >=, program + 4 * 45 * FW_MS);
    g_assert_cmpuint (time_to_write (FW_STUB_1, FALSE), >=, program + 4 * 45 * FW_MS);
}

/* While the host is still sending, the flash erases. */
static void
test_erase_overlaps (void)
{
    struct fake *fake = ready (FW_STUB_1, TRUE);
    guint8 data[0x4000] = { 0 };
    guint64 before;

    expect_begin (fake, BWP_ESP_FLASH_BEGIN, 0x4000, 0, 0);
    fake_wait (fake, 500 * FW_MS);
    before = fake->now;
    send_block (fake, BWP_ESP_FLASH_DATA, 0, data, sizeof data);
    g_assert_cmpuint (fake->board.busy_until - before, <, 64 * 700 * FW_US + 5 * FW_MS);
    fake_free (fake);
}

static void
read_begin (struct fake *fake, guint32 size, guint32 in_flight)
{
    struct bwp_esp_read_flash read = {
        .offset = 0, .size = size, .packet_bytes = 0x1000, .in_flight = in_flight
    };
    struct bwp_esp_packet packet;

    bwp_esp_build_read_flash (&packet, &read);
    fake_request (fake, &packet);
    fake_expect (fake, STUB, BWP_ESP_READ_FLASH, 0);
}

static guint
packets_without_ack (enum fw_generation generation, guint32 in_flight)
{
    struct fake *fake = ready (generation, FALSE);
    guint n = 0;

    read_begin (fake, 0x20000, in_flight);
    fake_wait (fake, 10 * FW_MS);
    for (;;) {
        g_autoptr (GByteArray) frame = fake_frame (fake);

        if (frame == NULL)
            break;
        g_assert_cmpuint (frame->len, ==, 0x1000);
        n++;
    }
    fake_free (fake);
    return n;
}

static void
test_read_pipelining (void)
{
    g_assert_cmpuint (packets_without_ack (FW_STUB_1, 64), ==, 1);
    g_assert_cmpuint (packets_without_ack (FW_STUB_1, 0x10000), ==, 16);
    g_assert_cmpuint (packets_without_ack (FW_STUB_2, 0x10000), ==, 1);
}

static void
test_read_aborts (void)
{
    struct fake *fake = ready (FW_STUB_2, FALSE);
    static const guint8 wrong[3] = { 1, 2, 3 };
    g_autoptr (GByteArray) packet = NULL;

    read_begin (fake, 0x2000, 64);
    packet = fake_frame (fake);
    g_assert_cmpuint (packet->len, ==, 0x1000);
    fake_send (fake, wrong, sizeof wrong);
    fake_sync (fake, 8);
    fake_free (fake);
}

/* Generation 2 counts delimiters in pairs: one stray one turns ends into starts. */
static void
test_stray_delimiters (void)
{
    static const guint8 stray[] = { 0xc0 }, pair[] = { 0xc0, 0xc0 };
    struct fake *fake = ready (FW_STUB_2, FALSE);
    struct bwp_esp_packet packet;

    fw_board_receive (&fake->board, fake->now, pair, sizeof pair);
    fake_sync (fake, 8);
    fw_board_receive (&fake->board, fake->now, stray, sizeof stray);
    bwp_esp_build_sync (&packet);
    fake_request (fake, &packet);
    g_assert_cmpuint (fake->out->len, ==, 0);
    fw_board_receive (&fake->board, fake->now, stray, sizeof stray);
    fake_sync (fake, 8);
    fake_free (fake);
}

static void
test_generation_by_address (void)
{
    static const struct {
        const char *chip;
        guint32 data;
        enum fw_generation generation;
    } cases[] = { { "esp32", 0x3ffded6c, FW_STUB_2 },   { "esp32", 0x3ffdebac, FW_STUB_1 },
                  { "esp8266", 0x3fffae6c, FW_STUB_2 }, { "esp8266", 0x3fffacac, FW_STUB_1 },
                  { "esp32c3", 0x3fc96d68, FW_STUB_2 }, { "esp32c3", 0x3fc96bb8, FW_STUB_1 },
                  { "esp32c6", 0x40852f0c, FW_STUB_2 }, { "esp32s3", 0x3fcb2c00, FW_STUB_1 },
                  { "esp32s3", 0x3fcb2dc0, FW_STUB_2 } };

    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
        struct fake *fake = fake_new (cases[i].chip, FALSE);

        fake_start (fake, TRUE);
        fake_sync (fake, 8);
        fake->board.rom.ram_address = cases[i].data;
        fake_upload_stub (fake, FW_STUB_AUTO);
        g_assert_cmpint (fake->board.stub.generation, ==, cases[i].generation);
        fake_free (fake);
    }
}

static gboolean
has_synced (struct fake *fake)
{
    for (;;) {
        g_autoptr (GByteArray) frame = fake_frame (fake);

        if (frame == NULL)
            return FALSE;
        if (frame->len >= 2 && frame->data[0] == 1 && frame->data[1] == BWP_ESP_SYNC)
            return TRUE;
    }
}

/* What came before may have left a frame open, an erase running, or started the chip again. */
static gboolean
is_alive (struct fake *fake)
{
    static const guint8 end[] = { 0xc0 };
    struct bwp_esp_packet packet;

    bwp_esp_build_sync (&packet);
    for (guint i = 0; i < 10; i++) {
        g_byte_array_set_size (fake->out, 0);
        fake_request (fake, &packet);
        fake_wait (fake, 10000 * FW_MS);
        if (has_synced (fake))
            return TRUE;
        fw_board_receive (&fake->board, fake->now, end, sizeof end);
    }
    return FALSE;
}

static void
test_hostile (void)
{
    for (guint seed = 0; seed < 200; seed++) {
        struct fake *fake = ready (seed % 2 == 0 ? FW_STUB_1 : FW_STUB_2, seed % 3 == 0);
        g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
        guint8 bytes[120];

        for (guint k = 0; k < 200; k++) {
            gsize len = (gsize) g_rand_int_range (rand, 1, sizeof bytes);

            for (gsize i = 0; i < len; i++)
                bytes[i] = (guint8) g_rand_int (rand);
            if (k % 2 == 0) {
                fw_board_receive (&fake->board, fake->now, bytes, len);
            } else {
                bytes[0] = 0;
                if (len > 3) {
                    bytes[2] = (guint8) (len > 8 ? len - 8 : 0);
                    bytes[3] = 0;
                }
                fake_send (fake, bytes, len);
            }
            fake_wait (fake, FW_MS);
        }
        g_assert_true (is_alive (fake));
        fake_free (fake);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/firmware/stub/late-error-1", test_late_error_1);
    g_test_add_func ("/firmware/stub/late-error-2", test_late_error_2);
    g_test_add_func ("/firmware/stub/end-wants-all", test_end_wants_all);
    g_test_add_func ("/firmware/stub/flash-limit", test_flash_limit);
    g_test_add_func ("/firmware/stub/unknown", test_unknown);
    g_test_add_func ("/firmware/stub/checksum", test_checksum);
    g_test_add_func ("/firmware/stub/two-buffers", test_two_buffers);
    g_test_add_func ("/firmware/stub/erase-times", test_erase_times);
    g_test_add_func ("/firmware/stub/erase-overlaps", test_erase_overlaps);
    g_test_add_func ("/firmware/stub/read-pipelining", test_read_pipelining);
    g_test_add_func ("/firmware/stub/read-aborts", test_read_aborts);
    g_test_add_func ("/firmware/stub/stray-delimiters", test_stray_delimiters);
    g_test_add_func ("/firmware/stub/generation-by-address", test_generation_by_address);
    g_test_add_func ("/firmware/stub/hostile", test_hostile);
    return g_test_run ();
}
