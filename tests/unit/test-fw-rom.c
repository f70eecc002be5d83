/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was measured on real boot ROMs holds for ours. */
#include "bwp-bytes.h"
#include "bwp-esp-identity.h"
#include "fw-fake.h"
#include <string.h>

#define ROM BWP_ESP_PEER_ROM

static struct fake *
ready (const char *chip)
{
    struct fake *fake = fake_new (chip, FALSE);

    fake_start (fake, TRUE);
    fake_sync (fake, 8);
    fake_attach (fake);
    return fake;
}

static void
expect_begin (struct fake *fake, guint8 op, const struct bwp_esp_begin *words, guint16 status)
{
    struct bwp_esp_packet packet;

    bwp_esp_build_begin (&packet, op, words);
    fake_request (fake, &packet);
    fake_expect (fake, ROM, op, status);
}

static void
expect_block (struct fake *fake,
              guint8 op,
              guint sequence,
              const guint8 *data,
              gsize len,
              guint16 status)
{
    struct bwp_esp_packet packet;

    g_assert_cmpint (bwp_esp_build_data (&packet, op, sequence, data, len), ==, BWP_OK);
    fake_request (fake, &packet);
    fake_expect (fake, ROM, op, status);
}

/* It hears nothing before it is greeted, and everything from then on. */
static void
expect_deaf_until_sync (struct fake *fake)
{
    struct bwp_esp_packet packet;

    bwp_esp_build_read_reg (&packet, BWP_ESP_MAGIC_REGISTER);
    fake_request (fake, &packet);
    g_assert_cmpuint (fake->out->len, ==, 0);
    fake_sync (fake, 8);
    fake_request (fake, &packet);
    fake_expect (fake, ROM, BWP_ESP_READ_REG, 0);
}

static void
test_needs_sync (void)
{
    struct fake *fake = fake_new ("esp32", FALSE);

    fake_start (fake, TRUE);
    expect_deaf_until_sync (fake);
    fake_free (fake);
}

/* ESP32 takes exactly four words, ESP32-C3 exactly five. */
static void
test_begin_length (void)
{
    static const char *const chips[] = { "esp32", "esp32c3" };

    for (gsize i = 0; i < G_N_ELEMENTS (chips); i++) {
        struct fake *fake = ready (chips[i]);
        struct bwp_esp_begin words = { .size = 0x1000, .blocks = 4, .block_size = 0x400 };

        words.has_encrypted_word = i == 1;
        expect_begin (fake, BWP_ESP_FLASH_BEGIN, &words, 0);
        words.has_encrypted_word = i == 0;
        expect_begin (fake, BWP_ESP_FLASH_BEGIN, &words, 0x0105);
        fake_free (fake);
    }
}

static void
test_flash_limit (void)
{
    struct fake *fake = ready ("esp32");
    struct bwp_esp_begin words = {
        .size = 0x1000, .blocks = 4, .block_size = 0x400, .offset = 0x3ff000
    };
    struct bwp_esp_packet packet;

    expect_begin (fake, BWP_ESP_FLASH_BEGIN, &words, 0x0106);
    bwp_esp_build_spi_set_params (&packet, 4u << 20);
    fake_request (fake, &packet);
    fake_expect (fake, ROM, BWP_ESP_SPI_SET_PARAMS, 0);
    expect_begin (fake, BWP_ESP_FLASH_BEGIN, &words, 0);
    words.offset = 0x400000;
    expect_begin (fake, BWP_ESP_FLASH_BEGIN, &words, 0x0106);
    fake_free (fake);
}

static void
test_block_sizes (void)
{
    static const struct {
        guint32 size;
        guint16 status;
    } cases[] = { { 512, 0 }, { 1024, 0 }, { 4096, 0 }, { 16384, 0x0105 } };
    struct fake *fake = ready ("esp32");

    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
        struct bwp_esp_begin words = { .size = 0x4000, .blocks = 1, .block_size = cases[i].size };

        expect_begin (fake, BWP_ESP_FLASH_BEGIN, &words, cases[i].status);
    }
    fake_free (fake);
}

/* Skipped, repeated and unannounced blocks; a bad checksum consumes its number. */
static void
test_sequence (void)
{
    struct fake *fake = ready ("esp32");
    struct bwp_esp_begin words = { .size = 0xc00, .blocks = 3, .block_size = 0x400 };
    guint8 data[0x400];

    memset (data, 0x5a, sizeof data);
    expect_block (fake, BWP_ESP_FLASH_DATA, 0, data, sizeof data, 0x0105);
    expect_begin (fake, BWP_ESP_FLASH_BEGIN, &words, 0);
    expect_block (fake, BWP_ESP_FLASH_DATA, 1, data, sizeof data, 0x0105);
    expect_block (fake, BWP_ESP_FLASH_DATA, 0, data, sizeof data, 0);
    expect_block (fake, BWP_ESP_FLASH_DATA, 0, data, sizeof data, 0x0105);
    g_assert_cmpint (fw_faults_add (&fake->faults, "bad-checksum=2"), ==, BWP_OK);
    expect_block (fake, BWP_ESP_FLASH_DATA, 1, data, sizeof data, 0x0107);
    expect_block (fake, BWP_ESP_FLASH_DATA, 1, data, sizeof data, 0x0105);
    expect_block (fake, BWP_ESP_FLASH_DATA, 2, data, sizeof data, 0);
    expect_block (fake, BWP_ESP_FLASH_DATA, 3, data, sizeof data, 0x0105);
    fake_free (fake);
}

static void
test_bad_stream (void)
{
    struct fake *fake = ready ("esp32");
    struct bwp_esp_begin words = { .size = 0x400, .blocks = 1, .block_size = 0x400 };
    static const guint8 garbage[32] = { 1, 2, 3 };

    expect_begin (fake, BWP_ESP_FLASH_DEFL_BEGIN, &words, 0);
    expect_block (fake, BWP_ESP_FLASH_DEFL_DATA, 0, garbage, sizeof garbage, 0x010b);
    fake_free (fake);
}

/* The second status byte of a success is the code of the last error. */
static void
test_stale (void)
{
    struct fake *fake = ready ("esp32");
    struct bwp_esp_packet packet;
    g_autoptr (GByteArray) first = NULL;
    g_autoptr (GByteArray) second = NULL;

    bwp_esp_build_read_flash_slow (&packet, 0, 65);
    fake_request (fake, &packet);
    fake_expect (fake, ROM, BWP_ESP_READ_FLASH_SLOW, 0x010a);
    bwp_esp_build_read_reg (&packet, BWP_ESP_MAGIC_REGISTER);
    fake_request (fake, &packet);
    first = fake_frame (fake);
    g_assert_cmphex (bwp_get_u32le (first->data + 4), ==, 0x00f01d83);
    g_assert_cmphex (first->data[8], ==, 0x00);
    g_assert_cmphex (first->data[9], ==, 0x0a);
    bwp_esp_build_spi_attach (&packet, 0, ROM);
    fake_request (fake, &packet);
    second = fake_frame (fake);
    g_assert_cmphex (bwp_get_u32le (second->data + 4), ==, 0x00f01d83);
    fake_free (fake);
}

static void
test_short_command (void)
{
    static const guint8 cut[] = { 0x00, 0x0a, 0x03, 0x00, 0, 0, 0, 0, 0x00, 0x10, 0x00 };
    struct fake *fake = ready ("esp32");

    fake_send (fake, cut, sizeof cut);
    expect_deaf_until_sync (fake);
    fake_free (fake);
}

static void
send_end (struct fake *fake, enum bwp_esp_after after)
{
    struct bwp_esp_packet packet;

    bwp_esp_build_end (&packet, BWP_ESP_FLASH_END, after);
    fake_request (fake, &packet);
    fake_expect (fake, ROM, BWP_ESP_FLASH_END, 0);
}

static void
test_end_leaves (void)
{
    struct fake *fake = ready ("esp32");
    g_autofree char *log = NULL;

    send_end (fake, BWP_ESP_AFTER_STAY);
    g_assert_cmpint (fake->board.state, ==, FW_STATE_CONSOLE);
    fake_free (fake);

    fake = ready ("esp32c3");
    send_end (fake, BWP_ESP_AFTER_STAY);
    g_assert_cmpint (fake->board.state, ==, FW_STATE_SILENT);
    fake_free (fake);

    /* the strap is not sampled anew */
    fake = ready ("esp32c3");
    fake->board.config.download = false;
    send_end (fake, BWP_ESP_AFTER_REBOOT);
    log = fake_text (fake);
    g_assert_nonnull (strstr (log, "waiting for download"));
    fake_sync (fake, 8);
    fake_free (fake);
}

static void
test_baud_zero_hangs (void)
{
    struct fake *fake = ready ("esp32");
    struct bwp_esp_packet packet;

    bwp_esp_build_change_baud (&packet, 0, 0);
    fake_request (fake, &packet);
    bwp_esp_build_sync (&packet);
    fake_request (fake, &packet);
    g_assert_cmpuint (fake->out->len, ==, 0);
    fw_board_reset (&fake->board, fake->now);
    g_byte_array_set_size (fake->out, 0);
    fake_sync (fake, 8);
    fake_free (fake);
}

static void
check_baud (const char *key, guint8 crystal_mhz)
{
    struct fake *fake = fake_new (key, FALSE);
    const struct bwp_esp_chip *chip = fake->board.config.identity.chip;
    guint32 registers[BWP_ESP_BAUD_REGISTERS_MAX], values[BWP_ESP_BAUD_REGISTERS_MAX];
    gsize n = bwp_esp_baud_registers (chip, registers);
    struct bwp_esp_packet packet;
    guint32 asked;

    g_test_message ("%s, %u MHz", key, crystal_mhz);
    fake->board.config.identity.crystal_mhz = crystal_mhz;
    fake_start (fake, TRUE);
    fake_sync (fake, 8);
    g_assert_cmpuint (n, >, 0);
    for (gsize i = 0; i < n; i++)
        values[i] = fw_board_read_register (&fake->board, registers[i]);
    asked = bwp_esp_rom_baud (chip, values, FW_BAUD, 921600);
    bwp_esp_build_change_baud (&packet, asked, 0);
    fake_request (fake, &packet);
    fake_expect (fake, ROM, BWP_ESP_CHANGE_BAUDRATE, 0);
    g_assert_cmpuint (fw_board_baud (&fake->board, 0), >, 921600 * 99 / 100);
    g_assert_cmpuint (fw_board_baud (&fake->board, 0), <, 921600 * 101 / 100);
    fake_free (fake);
}

/* ROMs that have a wrong idea of their clock must be asked for something else than what is wanted,
 * with every crystal that is soldered to them. */
static void
test_baud_by_crystal (void)
{
    check_baud ("esp32", 40);
    check_baud ("esp32", 26);
    check_baud ("esp32c2", 40);
    check_baud ("esp32c2", 26);
    check_baud ("esp32c5", 40);
    check_baud ("esp32c5", 48);
}

static void
test_secure_download (void)
{
    struct fake *fake = fake_new ("esp32c3", FALSE);
    struct bwp_esp_begin words = {
        .size = 0x400, .blocks = 1, .block_size = 0x400, .has_encrypted_word = true
    };
    struct bwp_esp_packet packet;

    fake->board.config.identity.secure_download = true;
    fake_start (fake, TRUE);
    fake_sync (fake, 8);
    bwp_esp_build_read_reg (&packet, BWP_ESP_MAGIC_REGISTER);
    fake_request (fake, &packet);
    for (guint i = 0; i < 8; i++)
        fake_expect (fake, ROM, 0, 0x0105);
    g_assert_cmpuint (fake->out->len, ==, 0);
    fake_attach (fake);
    expect_begin (fake, BWP_ESP_FLASH_BEGIN, &words, 0);
    fake_free (fake);
}

/* The number of sectors the ESP8266 erases is right when it is told the number L0 computes. */
static void
test_erase_of_esp8266 (void)
{
    struct fake *fake = ready ("esp8266");
    static const struct {
        guint32 offset, size;
    } cases[] = { { 0x10000, 0x12345 }, { 0x1000, 0x3000 }, { 0xf000, 0x21000 }, { 0, 0x1000 } };

    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
        guint32 sectors = (cases[i].size + 4095) / 4096;
        struct bwp_esp_begin words = {
            .size = bwp_esp_8266_erase_size (cases[i].offset, cases[i].size),
            .blocks = 1,
            .block_size = 0x400,
            .offset = cases[i].offset,
        };
        struct bwp_esp_packet packet;

        memset (fake->flash, 0, 1u << 20);
        bwp_esp_build_begin (&packet, BWP_ESP_FLASH_BEGIN, &words);
        fake_request (fake, &packet);
        fake_expect (fake, BWP_ESP_PEER_ROM_8266, BWP_ESP_FLASH_BEGIN, 0);
        for (guint32 s = 0; s < sectors; s++)
            g_assert_cmphex (fake->flash[cases[i].offset + s * 4096], ==, 0xff);
        /* at most one sector too many: the rounding of the halved number */
        g_assert_cmphex (fake->flash[cases[i].offset + (sectors + 1) * 4096], ==, 0x00);
    }
    fake_free (fake);
}

/* Erased before the answer, and what comes meanwhile fits 256 bytes or is lost; 128 on the ESP8266. */
static void
check_busy (const char *chip, enum bwp_esp_peer peer, guint32 size, gsize ring)
{
    struct fake *fake = fake_new (chip, TRUE);
    struct bwp_esp_begin words = { .size = size, .blocks = 64, .block_size = 0x400 };
    guint8 noise[300] = { 0 };
    struct bwp_esp_packet packet;

    fake_start (fake, TRUE);
    fake_sync (fake, 8);
    fake_attach (fake);
    bwp_esp_build_begin (&packet, BWP_ESP_FLASH_BEGIN, &words);
    fake_request (fake, &packet);
    g_assert_cmpuint (fake->last_sent - fake->now, ==, 150 * FW_MS);
    fake_expect (fake, peer, BWP_ESP_FLASH_BEGIN, 0);
    fw_board_receive (&fake->board, fake->now, noise, sizeof noise);
    g_assert_cmpuint (fake->board.counts.overruns, ==, sizeof noise - ring);
    fake_wait (fake, 151 * FW_MS);
    fake_sync (fake, 8);
    fake_free (fake);
}

static void
test_busy (void)
{
    check_busy ("esp32", ROM, 0x10000, FW_ROM_RING);
    /* one block, by its way of counting; and there is the UART's own memory only */
    check_busy ("esp8266", BWP_ESP_PEER_ROM_8266, bwp_esp_8266_erase_size (0, 0x10000), 128);
}

static void
test_stuck_bit (void)
{
    struct fake *fake = ready ("esp32");
    struct bwp_esp_begin words = {
        .size = 0x400, .blocks = 1, .block_size = 0x400, .offset = 0x1000
    };
    guint8 data[0x400] = { 0 };

    g_assert_cmpint (fw_faults_add (&fake->faults, "stuck=0x1010:3"), ==, BWP_OK);
    expect_begin (fake, BWP_ESP_FLASH_BEGIN, &words, 0);
    expect_block (fake, BWP_ESP_FLASH_DATA, 0, data, sizeof data, 0x0108);
    g_assert_cmphex (fake->flash[0x1010], ==, 0x08);
    g_assert_cmphex (fake->flash[0x1011], ==, 0x00);
    fake_free (fake);
}

/* Bytes that mean nothing: nothing may come of them but silence or an error, and a reset ends it. */
static void
test_hostile (void)
{
    static const char *const chips[] = { "esp8266", "esp32", "esp32s3" };

    for (guint seed = 0; seed < 300; seed++) {
        struct fake *fake = ready (chips[seed % 3]);
        g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
        guint8 frame[96];

        for (guint k = 0; k < 200; k++) {
            gsize len = (gsize) g_rand_int_range (rand, 1, sizeof frame);

            for (gsize i = 0; i < len; i++)
                frame[i] = (guint8) g_rand_int (rand);
            frame[0] = 0;
            if (len > 3) {
                frame[1] &= 0x1f;
                frame[2] = (guint8) (len > 8 ? len - 8 : 0);
                frame[3] = 0;
            }
            fake_send (fake, frame, len);
            fake_wait (fake, FW_MS);
        }
        fw_board_reset (&fake->board, fake->now);
        g_byte_array_set_size (fake->out, 0);
        fake_sync (fake, 8);
        fake_free (fake);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/firmware/rom/needs-sync", test_needs_sync);
    g_test_add_func ("/firmware/rom/begin-length", test_begin_length);
    g_test_add_func ("/firmware/rom/flash-limit", test_flash_limit);
    g_test_add_func ("/firmware/rom/block-sizes", test_block_sizes);
    g_test_add_func ("/firmware/rom/sequence", test_sequence);
    g_test_add_func ("/firmware/rom/bad-stream", test_bad_stream);
    g_test_add_func ("/firmware/rom/stale-values", test_stale);
    g_test_add_func ("/firmware/rom/short-command", test_short_command);
    g_test_add_func ("/firmware/rom/end-leaves", test_end_leaves);
    g_test_add_func ("/firmware/rom/baud-zero-hangs", test_baud_zero_hangs);
    g_test_add_func ("/firmware/rom/baud-by-crystal", test_baud_by_crystal);
    g_test_add_func ("/firmware/rom/secure-download", test_secure_download);
    g_test_add_func ("/firmware/rom/erase-of-esp8266", test_erase_of_esp8266);
    g_test_add_func ("/firmware/rom/busy", test_busy);
    g_test_add_func ("/firmware/rom/stuck-bit", test_stuck_bit);
    g_test_add_func ("/firmware/rom/hostile", test_hostile);
    return g_test_run ();
}
