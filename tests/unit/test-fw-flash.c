/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The flash chip of a board, and what its faults make of it. */
#include "fw-fake.h"
#include <string.h>

static struct fake *
broken (const char *fault)
{
    struct fake *fake = fake_new ("esp32", FALSE);

    g_assert_cmpint (fw_faults_add (&fake->faults, fault), ==, BWP_OK);
    return fake;
}

static void
program (struct fake *fake, guint32 address, guint8 value, gsize len)
{
    g_autofree guint8 *bytes = g_malloc (len);

    memset (bytes, value, len);
    fw_flash_program (&fake->board.flash, address, bytes, len);
}

static gsize
count (const struct fake *fake, guint32 address, gsize len, guint8 value)
{
    gsize n = 0;

    for (gsize i = 0; i < len; i++)
        n += fake->flash[address + i] == value;
    return n;
}

/* Pages, sectors and blocks count alike. What comes after the cut does not happen, until there is
 * power again. */
static void
test_power_cut (void)
{
    struct fake *fake = broken ("power-cut=4");
    struct fw_flash *flash = &fake->board.flash;

    fw_flash_erase (flash, 0, FW_FLASH_BLOCK);
    fw_flash_erase (flash, 0x1000, FW_FLASH_SECTOR);
    program (fake, 0x1000, 0, 3 * FW_FLASH_PAGE);
    g_assert_true (fake->faults.is_dark);
    g_assert_cmpuint (count (fake, 0x1000, FW_FLASH_SECTOR, 0), ==, 2 * FW_FLASH_PAGE);
    g_assert_cmpuint (flash->counts.operations, ==, 4);
    g_assert_cmpuint (flash->counts.pages_programmed, ==, 2);
    g_assert_cmpuint (fw_flash_erase (flash, 0x1000, FW_FLASH_SECTOR), ==, 0);
    fw_flash_erase_all (flash);
    g_assert_cmpuint (count (fake, 0x1000, FW_FLASH_SECTOR, 0), ==, 2 * FW_FLASH_PAGE);

    fw_board_power (&fake->board, fake->now, false);
    fw_board_power (&fake->board, fake->now, true);
    fw_flash_erase (flash, 0x1000, FW_FLASH_SECTOR);
    g_assert_cmpuint (count (fake, 0x1000, FW_FLASH_SECTOR, 0xff), ==, FW_FLASH_SECTOR);
    fake_free (fake);
}

/* Some bits have changed, some have not, none that should not. */
static void
test_power_cut_inside_a_page (void)
{
    struct fake *fake = broken ("power-cut-inside=2");

    program (fake, 0, 0x0f, 3 * FW_FLASH_PAGE);
    g_assert_cmpuint (count (fake, 0, FW_FLASH_PAGE, 0x0f), ==, FW_FLASH_PAGE);
    g_assert_cmpuint (count (fake, FW_FLASH_PAGE, FW_FLASH_PAGE, 0x0f), <, FW_FLASH_PAGE / 2);
    g_assert_cmpuint (count (fake, FW_FLASH_PAGE, FW_FLASH_PAGE, 0xff), <, FW_FLASH_PAGE / 2);
    for (guint i = FW_FLASH_PAGE; i < 2 * FW_FLASH_PAGE; i++)
        g_assert_cmphex (fake->flash[i] & 0x0f, ==, 0x0f);
    g_assert_cmpuint (count (fake, 2 * FW_FLASH_PAGE, FW_FLASH_PAGE, 0xff), ==, FW_FLASH_PAGE);
    fake_free (fake);
}

static void
test_power_cut_inside_an_erase (void)
{
    static const guint32 units[] = { FW_FLASH_SECTOR, FW_FLASH_BLOCK };

    for (gsize i = 0; i < G_N_ELEMENTS (units); i++) {
        struct fake *fake = broken ("power-cut-inside=1");
        struct fake *again = broken ("power-cut-inside=1");

        memset (fake->flash, 0, 2 * FW_FLASH_BLOCK);
        memset (again->flash, 0, 2 * FW_FLASH_BLOCK);
        fw_flash_erase (&fake->board.flash, 0, units[i]);
        fw_flash_erase (&again->board.flash, 0, units[i]);
        g_assert_cmpuint (count (fake, 0, units[i], 0), <, units[i] / 2);
        g_assert_cmpuint (count (fake, 0, units[i], 0xff), <, units[i] / 2);
        g_assert_cmpuint (count (fake, units[i], FW_FLASH_SECTOR, 0), ==, FW_FLASH_SECTOR);
        /* the same seed leaves the same */
        g_assert_cmpmem (fake->flash, units[i], again->flash, units[i]);
        fake_free (fake);
        fake_free (again);
    }
}

/* What it would have said of it is never heard. */
static void
test_power_cut_is_silent (void)
{
    struct fake *fake = broken ("power-cut=1");
    struct bwp_esp_begin words = { .size = 0x400, .block_size = 0x400, .offset = 0x1000 };
    struct bwp_esp_packet packet;

    fake_start (fake, TRUE);
    fake_sync (fake, 8);
    bwp_esp_build_spi_attach (&packet, 0, BWP_ESP_PEER_ROM);
    fake_request (fake, &packet);
    fake_expect (fake, BWP_ESP_PEER_ROM, BWP_ESP_SPI_ATTACH, 0);
    bwp_esp_build_begin (&packet, BWP_ESP_FLASH_BEGIN, &words);
    fake_request (fake, &packet);
    fake_wait (fake, 1000 * FW_MS);
    g_assert_cmpuint (fake->out->len, ==, 0);
    g_assert_true (fake->faults.is_dark);
    fake_free (fake);
}

/* A chip decodes no address lines it has no cells for; its id may say what it likes. */
static void
test_small_flash (void)
{
    struct fake *fake = fake_new ("esp32", FALSE);
    struct fw_flash *flash = &fake->board.flash;
    guint8 out[3] = { 0 };

    fake->flash[0x5000] = 1;
    fake->flash[0x205000] = 2;
    g_assert_cmpint (fw_faults_add (&fake->faults, "small-flash=0x100000"), ==, BWP_OK);
    program (fake, 0x301000, 0x0f, FW_FLASH_PAGE);
    for (guint32 at = 0x1000; at < 0x400000; at += 0x100000)
        g_assert_cmpuint (count (fake, at, FW_FLASH_PAGE, 0x0f), ==, FW_FLASH_PAGE);
    g_assert_cmphex (fake->flash[0x205000], ==, 1);
    g_assert_cmphex (fw_flash_id (flash) >> 16, ==, 0x16);

    fw_flash_erase (flash, 0x100000, FW_FLASH_BLOCK);
    g_assert_cmpuint (count (fake, 0, 0x400000, 0xff), ==, 0x400000);
    program (fake, 0xfffff, 0, 2);
    fw_flash_read (flash, 0xffffe, out, sizeof out);
    g_assert_cmpmem (out, sizeof out, "\xff\x00\x00", 3);
    fw_flash_erase_all (flash);
    g_assert_cmpuint (count (fake, 0, 0x400000, 0xff), ==, 0x400000);
    g_assert_cmpuint (flash->counts.blocks_erased, ==, 1 + 16);
    fake_free (fake);
}

/* Of a size that is the right one nothing is seen. */
static void
test_small_flash_that_is_not (void)
{
    struct fake *fake = broken ("small-flash=0x400000");

    program (fake, 0x301000, 0x0f, FW_FLASH_PAGE);
    g_assert_cmpuint (count (fake, 0, 0x400000, 0x0f), ==, FW_FLASH_PAGE);
    fake_free (fake);
}

static void
test_slow_erase (void)
{
    struct fake *fake = fake_new ("esp32", TRUE);
    struct fw_flash *flash = &fake->board.flash;
    guint8 byte = 0;

    g_assert_cmpuint (fw_flash_erase (flash, 0, FW_FLASH_SECTOR), ==, 45 * FW_MS);
    g_assert_cmpint (fw_faults_add (&fake->faults, "slow-erase=10"), ==, BWP_OK);
    g_assert_cmpuint (fw_flash_erase (flash, 0, FW_FLASH_SECTOR), ==, 450 * FW_MS);
    g_assert_cmpuint (fw_flash_erase (flash, 0, FW_FLASH_BLOCK), ==, 1500 * FW_MS);
    g_assert_cmpuint (fw_flash_erase_all (flash), ==, 64 * 1500 * FW_MS);
    g_assert_cmpuint (fw_flash_program (flash, 0, &byte, 1), ==, fw_flash_typical.page);
    fake_free (fake);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/firmware/flash/power-cut", test_power_cut);
    g_test_add_func ("/firmware/flash/power-cut-inside-a-page", test_power_cut_inside_a_page);
    g_test_add_func ("/firmware/flash/power-cut-inside-an-erase", test_power_cut_inside_an_erase);
    g_test_add_func ("/firmware/flash/power-cut-is-silent", test_power_cut_is_silent);
    g_test_add_func ("/firmware/flash/small", test_small_flash);
    g_test_add_func ("/firmware/flash/small-that-is-not", test_small_flash_that_is_not);
    g_test_add_func ("/firmware/flash/slow-erase", test_slow_erase);
    return g_test_run ();
}
