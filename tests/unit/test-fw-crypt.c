/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Flash encryption: the flag of a BEGIN decides what lies in the flash, hosts see ciphertext, and the
 * chip itself understands nothing else. */
#include "bwp-esp-identity.h"
#include "bwp-vectors.h"
#include "fw-crypt.h"
#include "fw-fake.h"
#include <string.h>

#define AT 0x20000u
#define BLOCK 0x400u

static const guint8 plain[BLOCK] = { 0xe9, 1, 2, 3, 4, 5, 6, 7 };

static struct fake *
ready (const char *chip, enum fw_generation stub)
{
    struct fake *fake = fake_new (chip, FALSE);
    struct bwp_esp_packet packet;

    fake->board.config.identity.flash_encryption = TRUE;
    fake_start (fake, TRUE);
    fake_sync (fake, 8);
    bwp_esp_build_spi_attach (&packet, 0, BWP_ESP_PEER_ROM);
    fake_request (fake, &packet);
    fake_expect (fake, BWP_ESP_PEER_ROM, BWP_ESP_SPI_ATTACH, 0);
    if (stub != FW_STUB_AUTO)
        fake_upload_stub (fake, stub);
    return fake;
}

static enum bwp_esp_peer
peer_of (const struct fake *fake)
{
    return fake->board.state == FW_STATE_STUB ? BWP_ESP_PEER_STUB : BWP_ESP_PEER_ROM;
}

static void
begin (struct fake *fake, guint32 at, guint32 size, gboolean encrypted)
{
    struct bwp_esp_begin words = { .size = size,
                                   .blocks = 1,
                                   .block_size = BLOCK,
                                   .offset = at,
                                   .has_encrypted_word = TRUE,
                                   .encrypted = encrypted };
    struct bwp_esp_packet packet;

    bwp_esp_build_begin (&packet, BWP_ESP_FLASH_BEGIN, &words);
    fake_request (fake, &packet);
    fake_expect (fake, peer_of (fake), BWP_ESP_FLASH_BEGIN, 0);
}

static void
block (struct fake *fake, guint16 status)
{
    struct bwp_esp_packet packet;

    g_assert_cmpint (bwp_esp_build_data (&packet, BWP_ESP_FLASH_DATA, 0, plain, BLOCK), ==, BWP_OK);
    fake_request (fake, &packet);
    fake_expect (fake, peer_of (fake), BWP_ESP_FLASH_DATA, status);
}

static gboolean
holds_plain (struct fake *fake, guint32 at)
{
    return memcmp (fake->flash + at, plain, BLOCK) == 0;
}

/* The digest a host gets is that of the ciphertext. */
static void
expect_digest_of_flash (struct fake *fake, guint32 at)
{
    g_autoptr (GByteArray) frame = NULL;
    struct bwp_esp_packet packet;
    guint8 found[16], there[16];
    guint16 status = 0;

    bwp_esp_build_flash_md5 (&packet, at, BLOCK);
    fake_request (fake, &packet);
    frame = fake_frame (fake);
    g_assert_nonnull (frame);
    g_assert_cmpint (bwp_esp_parse_md5_reply (frame->data, frame->len, found, &status), ==, BWP_OK);
    vectors_digests ()->md5 (NULL, fake->flash + at, BLOCK, there);
    g_assert_cmpmem (found, 16, there, 16);
}

static void
test_flag (void)
{
    static const enum fw_generation loaders[] = { FW_STUB_AUTO, FW_STUB_1, FW_STUB_2 };

    for (gsize i = 0; i < G_N_ELEMENTS (loaders); i++) {
        struct fake *fake = ready ("esp32c3", loaders[i]);

        begin (fake, AT, BLOCK, FALSE);
        block (fake, 0);
        g_assert_true (holds_plain (fake, AT));
        begin (fake, AT, BLOCK, TRUE);
        block (fake, 0);
        g_assert_false (holds_plain (fake, AT));
        expect_digest_of_flash (fake, AT);
        g_assert_cmpmem (fw_crypt_open (&fake->board) + AT, BLOCK, plain, BLOCK);
        /* the same elsewhere is something else there */
        begin (fake, AT + 0x1000, BLOCK, TRUE);
        block (fake, 0);
        g_assert_cmpint (memcmp (fake->flash + AT, fake->flash + AT + 0x1000, BLOCK), !=, 0);
        fake_free (fake);
    }
}

/* The cipher takes whole units; a stub works later and tells later. */
static void
test_units (void)
{
    struct fake *fake = ready ("esp32", FW_STUB_2);
    struct bwp_esp_packet packet;

    begin (fake, AT, 0x3f0, TRUE);
    block (fake, 0);
    bwp_esp_build_sync (&packet);
    fake_request (fake, &packet);
    fake_expect (fake, BWP_ESP_PEER_STUB, BWP_ESP_SYNC, 0xc400);
    begin (fake, AT, 0x3e0, TRUE);
    block (fake, 0);
    fake_sync (fake, 8);
    fake_free (fake);
    fake = ready ("esp32s3", FW_STUB_AUTO);
    begin (fake, AT + 8, BLOCK, TRUE);
    block (fake, 0x0106);
    fake_free (fake);
}

static void
test_two_boards (void)
{
    struct fake *one = ready ("esp32s3", FW_STUB_AUTO);
    struct fake *two = ready ("esp32s3", FW_STUB_AUTO);

    two->board.config.identity.mac[5] ^= 1;
    begin (one, AT, BLOCK, TRUE);
    block (one, 0);
    begin (two, AT, BLOCK, TRUE);
    block (two, 0);
    g_assert_cmpint (memcmp (one->flash + AT, two->flash + AT, BLOCK), !=, 0);
    fake_free (one);
    fake_free (two);
}

static char *
start_with (gboolean is_sealed, gboolean is_encrypting)
{
    g_autoptr (GByteArray) image = vectors_load ("image/esp32_boot_before.bin");
    struct fake *fake = fake_new ("esp32", FALSE);
    guint32 at = 0x1000;
    char *said = NULL;

    for (gsize done = 0; done < image->len; done += 32) {
        guint8 piece[32] = { 0 };

        memcpy (piece, image->data + done, MIN (32, image->len - done));
        memcpy (fake->flash + at + done,
                is_sealed ? fw_crypt_seal (&fake->board, at + (guint32) done, piece, 32) : piece,
                32);
    }
    fake->board.config.identity.flash_encryption = is_encrypting;
    fw_board_power (&fake->board, fake->now, TRUE);
    fake_wait (fake, 100 * FW_MS);
    said = fake_text (fake);
    fake_free (fake);
    return said;
}

static void
test_start (void)
{
    for (guint i = 0; i < 4; i++) {
        gboolean is_sealed = (i & 1) != 0, is_encrypting = (i & 2) != 0;
        g_autofree char *said = start_with (is_sealed, is_encrypting);

        g_test_message ("sealed %d, encrypting %d: %s", is_sealed, is_encrypting, said);
        g_assert_cmpint (strstr (said, "invalid header") == NULL, ==, is_sealed == is_encrypting);
        g_assert_cmpint (strstr (said, "entry 0x") != NULL, ==, is_sealed == is_encrypting);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/firmware/crypt/flag-decides", test_flag);
    g_test_add_func ("/firmware/crypt/whole-units", test_units);
    g_test_add_func ("/firmware/crypt/keys-differ", test_two_boards);
    g_test_add_func ("/firmware/crypt/chip-reads-through-its-key", test_start);
    return g_test_run ();
}
