/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every chip of the table can be posed as, and a host recognises it. */
#include "bwp-bytes.h"
#include "bwp-esp-identity.h"
#include "bwp-esp-spi.h"
#include "fw-fake.h"

static guint32
ask (struct fake *fake, guint32 address)
{
    struct bwp_esp_packet packet;
    g_autoptr (GByteArray) frame = NULL;

    bwp_esp_build_read_reg (&packet, address);
    fake_request (fake, &packet);
    frame = fake_frame (fake);
    g_assert_nonnull (frame);
    g_assert_cmphex (frame->data[1], ==, BWP_ESP_READ_REG);
    return bwp_get_u32le (frame->data + 4);
}

static void
identify (struct fake *fake, struct bwp_esp_identity *ret)
{
    const struct bwp_esp_chip *chip = fake->board.config.identity.chip;
    guint32 addresses[BWP_ESP_IDENTITY_REGISTERS_MAX], values[BWP_ESP_IDENTITY_REGISTERS_MAX];
    gsize n = bwp_esp_identity_registers (chip, addresses);

    for (gsize i = 0; i < n; i++)
        values[i] = ask (fake, addresses[i]);
    g_assert_cmpint (bwp_esp_identity_decode (chip, addresses, values, n, FW_BAUD, ret), ==,
                     BWP_OK);
}

static void
compare (const struct bwp_esp_identity *found, const struct fw_identity *meant)
{
    g_assert_cmpmem (found->mac, 6, meant->mac, 6);
    if (found->has_revision)
        g_assert_cmpuint (found->revision, ==, meant->revision);
    g_assert_cmpuint (found->crystal_mhz, ==, meant->crystal_mhz);
    if (meant->traits->crypt.width > 0)
        g_assert_cmpint (found->flash_encrypted, ==, meant->flash_encryption);
    if (meant->traits->secure_boot.width > 0)
        g_assert_cmpint (found->secure_boot, ==, meant->secure_boot);
}

static void
test_identity (gconstpointer data)
{
    const struct bwp_esp_chip *chip = data;

    for (guint secure = 0; secure < 2; secure++) {
        struct fake *fake = fake_new (chip->key, FALSE);
        struct bwp_esp_identity found;

        fake->board.config.identity.secure_boot = secure;
        fake->board.config.identity.flash_encryption = secure;
        fake_start (fake, TRUE);
        fake_sync (fake, 8);
        identify (fake, &found);
        compare (&found, &fake->board.config.identity);
        if (chip->magic_count > 0)
            g_assert_cmphex (ask (fake, BWP_ESP_MAGIC_REGISTER), ==, chip->magics[0]);
        fake_free (fake);
    }
}

/* Revisions that need every bit of their fields. */
static void
test_revisions (void)
{
    static const struct {
        const char *chip;
        guint16 revision;
    } cases[] = { { "esp32", 0 },     { "esp32", 103 },   { "esp32", 202 },   { "esp32", 301 },
                  { "esp32s2", 111 }, { "esp32s3", 312 }, { "esp32c3", 101 }, { "esp32c3", 311 },
                  { "esp32c2", 315 }, { "esp32c6", 207 }, { "esp32p4", 302 }, { "esp32p4", 503 } };

    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
        struct fake *fake = fake_new (cases[i].chip, FALSE);
        struct bwp_esp_identity found;

        g_test_message ("%s %u", cases[i].chip, cases[i].revision);
        fake->board.config.identity.revision = cases[i].revision;
        fake_start (fake, TRUE);
        fake_sync (fake, 8);
        identify (fake, &found);
        g_assert_cmpuint (found.revision, ==, cases[i].revision);
        fake_free (fake);
    }
}

static guint32
spi (struct fake *fake, guint8 op, guint16 bits)
{
    const struct bwp_esp_chip *chip = fake->board.config.identity.chip;
    struct bwp_esp_spi_command command = { .command = op, .rx_bits = bits };
    struct bwp_esp_reg_write writes[BWP_ESP_SPI_PLAN_MAX];
    enum bwp_esp_peer peer =
        fw_board_is_8266 (&fake->board) ? BWP_ESP_PEER_ROM_8266 : BWP_ESP_PEER_ROM;
    gsize n = 0;

    g_assert_cmpint (bwp_esp_spi_plan (chip, &command, writes, &n), ==, BWP_OK);
    for (gsize i = 0; i < n; i++) {
        struct bwp_esp_packet packet;

        g_assert_cmpint (bwp_esp_build_write_reg (&packet, &writes[i], 1), ==, BWP_OK);
        fake_request (fake, &packet);
        fake_expect (fake, peer, BWP_ESP_WRITE_REG, 0);
    }
    g_assert_cmphex (ask (fake, bwp_esp_spi_address (chip, BWP_ESP_SPI_CMD)) & BWP_ESP_SPI_START,
                     ==, 0);
    return ask (fake, bwp_esp_spi_address (chip, BWP_ESP_SPI_W0));
}

/* The flash behind the registers sleeps and wakes up. */
static void
test_flash_commands (gconstpointer data)
{
    const struct bwp_esp_chip *chip = data;
    struct fake *fake = fake_new (chip->key, FALSE);

    fake_start (fake, TRUE);
    fake_sync (fake, 8);
    g_assert_cmphex (spi (fake, BWP_ESP_FLASH_RDID, 24), ==, 0xffffff);
    fake_attach (fake);
    g_assert_cmphex (spi (fake, BWP_ESP_FLASH_RDID, 24), ==, 0x1640ef);
    spi (fake, BWP_ESP_FLASH_POWER_DOWN, 0);
    g_assert_cmphex (spi (fake, BWP_ESP_FLASH_RDID, 24), ==, 0xffffff);
    spi (fake, BWP_ESP_FLASH_POWER_UP, 0);
    g_assert_cmphex (spi (fake, BWP_ESP_FLASH_RDID, 24), ==, 0x1640ef);
    spi (fake, 0x06, 0);
    g_assert_cmphex (spi (fake, 0x05, 8), ==, 0x02);
    spi (fake, BWP_ESP_FLASH_RESET_ENABLE, 0);
    spi (fake, BWP_ESP_FLASH_RESET, 0);
    g_assert_cmphex (spi (fake, 0x05, 8), ==, 0x00);
    fake_free (fake);
}

static void
write_all (struct fake *fake, const struct bwp_esp_reg_write *writes, gsize n)
{
    enum bwp_esp_peer peer =
        fw_board_is_8266 (&fake->board) ? BWP_ESP_PEER_ROM_8266 : BWP_ESP_PEER_ROM;

    for (gsize at = 0; at < n; at += BWP_ESP_WRITE_REG_MAX) {
        struct bwp_esp_packet packet;

        g_assert_cmpint (bwp_esp_build_write_reg (&packet, writes + at,
                                                  MIN (n - at, BWP_ESP_WRITE_REG_MAX)),
                         ==, BWP_OK);
        fake_request (fake, &packet);
        fake_expect (fake, peer, BWP_ESP_WRITE_REG, 0);
    }
}

static void
set_up_reads (struct fake *fake, guint32 size)
{
    struct bwp_esp_reg_write setup[BWP_ESP_SPI_PLAN_MAX];
    gsize n = 0;

    g_assert_cmpint (bwp_esp_spi_read_setup (fake->board.config.identity.chip, size, setup, &n), ==,
                     BWP_OK);
    write_all (fake, setup, n);
}

/* 64 bytes, as the data words give them. */
static void
read_words (struct fake *fake, guint32 address, guint8 *out)
{
    const struct bwp_esp_chip *chip = fake->board.config.identity.chip;
    struct bwp_esp_reg_write start[BWP_ESP_SPI_READ_START];

    bwp_esp_spi_read_start (chip, address, 0x4711, start);
    write_all (fake, start, G_N_ELEMENTS (start));
    for (guint32 at = 0; at < BWP_ESP_SPI_RX_MAX; at += 4)
        bwp_put_u32le (out + at, ask (fake, bwp_esp_spi_address (chip, BWP_ESP_SPI_W0) + at));
}

/* What lies in the flash comes through the data words: as much as was set up for, from where it was
 * asked for, and nothing where somebody forgot to connect the flash or to set up. */
static void
test_flash_reads (gconstpointer data)
{
    const struct bwp_esp_chip *chip = data;
    struct fake *fake = fake_new (chip->key, FALSE);
    guint8 blank[BWP_ESP_SPI_RX_MAX], found[BWP_ESP_SPI_RX_MAX];

    memset (blank, 0xff, sizeof blank);
    for (guint i = 0; i < 256; i++)
        fake->flash[0x12345 + i] = (guint8) (i * 7 + 1);
    fake_start (fake, TRUE);
    fake_sync (fake, 8);
    read_words (fake, 0x12345, found);
    g_assert_cmphex (bwp_get_u32le (found), ==, 0x4711);
    set_up_reads (fake, 64);
    read_words (fake, 0x12345, found);
    g_assert_cmpmem (found, sizeof found, blank, sizeof blank);
    fake_attach (fake);
    for (guint32 at = 0; at < 128; at += 33) {
        read_words (fake, 0x12345 + at, found);
        g_assert_cmpmem (found, sizeof found, fake->flash + 0x12345 + at, sizeof found);
    }
    set_up_reads (fake, 6);
    read_words (fake, 0x12345, found);
    g_assert_cmpmem (found, 6, fake->flash + 0x12345, 6);
    g_assert_cmphex (found[6] | found[7], ==, 0);
    /* behind the end of the chip it begins again */
    set_up_reads (fake, 64);
    memcpy (fake->flash, "first", 5);
    read_words (fake, 0x3ffffe, found);
    g_assert_cmpmem (found + 2, 5, "first", 5);
    fake_free (fake);
}

static void
write_word (struct fake *fake, guint32 address, guint32 value)
{
    struct bwp_esp_reg_write write = { address, value, 0xffffffff, 0 };
    struct bwp_esp_packet packet;

    g_assert_cmpint (bwp_esp_build_write_reg (&packet, &write, 1), ==, BWP_OK);
    fake_request (fake, &packet);
    fake_expect (fake, BWP_ESP_PEER_ROM, BWP_ESP_WRITE_REG, 0);
}

/* Unlocked and started, the watchdog resets the chip; locked, nothing happens. */
static void
test_watchdog (void)
{
    struct fake *fake = fake_new ("esp32c3", FALSE);
    const struct bwp_esp_watchdogs *dogs = &fake->board.config.identity.chip->watchdogs;
    guint64 resets;

    fake_start (fake, TRUE);
    fake_sync (fake, 8);
    resets = fake->board.counts.resets;
    for (guint unlocked = 0; unlocked < 2; unlocked++) {
        if (unlocked)
            write_word (fake, dogs->protect, BWP_ESP_WATCHDOG_KEY);
        write_word (fake, dogs->config1, 2000);
        write_word (fake, dogs->config0, 1u << 31 | 5u << 28 | 1u << 8 | 2);
        write_word (fake, dogs->protect, 0);
        fake_wait (fake, 100 * FW_MS);
        g_assert_cmpuint (fake->board.counts.resets, ==, resets + unlocked);
    }
    fake_free (fake);
}

/* What is burnt is burnt. */
static void
test_efuses_stay (void)
{
    struct fake *fake = fake_new ("esp32c3", FALSE);
    guint32 before;

    fake_start (fake, TRUE);
    fake_sync (fake, 8);
    before = ask (fake, fake->board.config.identity.chip->mac);
    write_word (fake, fake->board.config.identity.chip->mac, ~before);
    g_assert_cmphex (ask (fake, fake->board.config.identity.chip->mac), ==, before);
    fake_free (fake);
}

int
main (int argc, char **argv)
{
    const struct bwp_esp_chip *chip;

    g_test_init (&argc, &argv, NULL);
    for (gsize i = 0; (chip = bwp_esp_chip_at (i)) != NULL; i++) {
        g_autofree char *identity = g_strdup_printf ("/firmware/chips/%s/identity", chip->key);
        g_autofree char *flash = g_strdup_printf ("/firmware/chips/%s/flash", chip->key);
        g_autofree char *reads = g_strdup_printf ("/firmware/chips/%s/flash-reads", chip->key);

        g_test_add_data_func (identity, chip, test_identity);
        g_test_add_data_func (flash, chip, test_flash_commands);
        g_test_add_data_func (reads, chip, test_flash_reads);
    }
    g_test_add_func ("/firmware/chips/revisions", test_revisions);
    g_test_add_func ("/firmware/chips/watchdog", test_watchdog);
    g_test_add_func ("/firmware/chips/efuses-stay", test_efuses_stay);
    return g_test_run ();
}
