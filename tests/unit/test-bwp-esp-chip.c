/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bwp-esp-chip.h"
#include <glib.h>

static void
test_rows_are_complete_and_distinct (void)
{
    const struct bwp_esp_chip *chip = NULL;
    gsize count = 0;

    for (gsize i = 0; (chip = bwp_esp_chip_at (i)) != NULL; i++, count++) {
        const struct bwp_esp_chip *other = NULL;

        g_assert_cmpuint (bwp_esp_chip_index (chip), ==, i);
        g_assert_true (bwp_esp_chip_by_name (chip->name) == chip);
        g_assert_true (bwp_esp_chip_by_name (chip->key) == chip);
        g_assert_cmphex (chip->spi.base, !=, 0);
        g_assert_cmphex (chip->mac, !=, 0);
        g_assert_cmpuint (chip->frequency_count, >, 0);
        g_assert_cmphex (chip->bootloader_offset & 0xfff, ==, 0);
        if (chip->image_id == BWP_ESP_NO_IMAGE_ID)
            continue;
        g_assert_cmpint (bwp_esp_chip_by_id (chip->image_id, &other), ==, BWP_OK);
        g_assert_true (other == chip);
        g_assert_true (chip->uf2_family == 0
                       || bwp_esp_chip_by_uf2_family (chip->uf2_family) == chip);
    }
    g_assert_cmpuint (count, ==, 15);
}

static void
test_names (void)
{
    const struct bwp_esp_chip *c3 = bwp_esp_chip_by_name ("esp32c3");

    g_assert_nonnull (c3);
    g_assert_cmpstr (c3->name, ==, "ESP32-C3");
    g_assert_true (bwp_esp_chip_by_name ("ESP32-C3") == c3);
    g_assert_true (bwp_esp_chip_by_name ("esp32_c3") == c3);
    g_assert_true (bwp_esp_chip_by_name ("Esp32-c3") == c3);
    g_assert_cmpstr (bwp_esp_chip_by_name ("ESP8285")->key, ==, "esp8266");
    g_assert_cmpstr (bwp_esp_chip_by_name ("ESP32-C61")->key, ==, "esp32c61");
    g_assert_null (bwp_esp_chip_by_name ("esp32c"));
    g_assert_null (bwp_esp_chip_by_name ("esp32c33"));
    g_assert_null (bwp_esp_chip_by_name (""));
}

static void
test_ids (void)
{
    const guint32 retired[] = { 4, 6, 7, 10, 14, 17 };
    const struct bwp_esp_chip *chip = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS (retired); i++)
        g_assert_cmpint (bwp_esp_chip_by_id (retired[i], &chip), ==, BWP_ERR_VERSION);
    g_assert_cmpint (bwp_esp_chip_by_id (3, &chip), ==, BWP_ERR_ABSENT);
    g_assert_cmpint (bwp_esp_chip_by_id (0xffff, &chip), ==, BWP_ERR_ABSENT);
    g_assert_null (chip);
}

static void
test_magics (void)
{
    g_assert_cmpstr (bwp_esp_chip_by_magic (0x00f01d83)->key, ==, "esp32");
    g_assert_cmpstr (bwp_esp_chip_by_magic (0xfff0c101)->key, ==, "esp8266");
    g_assert_cmpstr (bwp_esp_chip_by_magic (0x4361606f)->key, ==, "esp32c3");
    g_assert_cmpstr (bwp_esp_chip_by_magic (0x0addbad0)->key, ==, "esp32p4");
    g_assert_null (bwp_esp_chip_by_magic (0)); /* two families share it */
    g_assert_null (bwp_esp_chip_by_magic (0x12345678));
}

static void
test_words_of_begin (void)
{
    const guint32 flag = BWP_ESP_CAN_ENCRYPTED_WORD;

    /* measured: the ESP32 ROM takes four words only, the C3 ROM five only */
    g_assert_false (bwp_esp_chip_supports (bwp_esp_chip_by_name ("esp8266"), flag));
    g_assert_false (bwp_esp_chip_supports (bwp_esp_chip_by_name ("esp32"), flag));
    g_assert_true (bwp_esp_chip_supports (bwp_esp_chip_by_name ("esp32c3"), flag));
    g_assert_true (bwp_esp_chip_supports (bwp_esp_chip_by_name ("esp32s2"), flag));
}

static void
check_size (const char *name, const char *text, guint code, guint64 bytes)
{
    const struct bwp_esp_chip *chip = bwp_esp_chip_by_name (name);
    uint8_t found = 0xff;

    g_assert_cmpint (bwp_esp_size_from_text (chip, text, &found), ==, BWP_OK);
    g_assert_cmpuint (found, ==, code);
    g_assert_cmpuint (bwp_esp_size_bytes (chip, (uint8_t) code), ==, bytes);
}

static void
test_sizes (void)
{
    const struct bwp_esp_chip *esp32 = bwp_esp_chip_by_name ("esp32");
    uint8_t code = 0;

    check_size ("esp32", "4MB", 2, 4 << 20);
    check_size ("esp32", "128mb", 7, 128 << 20);
    check_size ("esp8266", "512KB", 0, 512 << 10);
    check_size ("esp8266", "4MB", 4, 4 << 20);
    check_size ("esp8266", "2MB-c1", 5, 2 << 20);
    check_size ("esp8266", "16MB", 9, 16 << 20);
    g_assert_cmpint (bwp_esp_size_code (esp32, 16 << 20, &code), ==, BWP_OK);
    g_assert_cmpuint (code, ==, 4);
    g_assert_cmpint (bwp_esp_size_code (esp32, 3 << 20, &code), ==, BWP_ERR_ABSENT);
    g_assert_cmpint (bwp_esp_size_from_text (esp32, "512KB", &code), ==, BWP_ERR_ABSENT);
    g_assert_cmpint (bwp_esp_size_from_text (esp32, "4MB-c1", &code), ==, BWP_ERR_ABSENT);
    g_assert_cmpint (bwp_esp_size_from_text (esp32, "MB", &code), ==, BWP_ERR_ABSENT);
    g_assert_cmpint (bwp_esp_size_from_text (esp32, "", &code), ==, BWP_ERR_ABSENT);
    g_assert_cmpint (bwp_esp_size_from_text (esp32, "99999999999MB", &code), ==, BWP_ERR_ABSENT);
    g_assert_cmpuint (bwp_esp_size_bytes (esp32, 8), ==, 0);
}

static void
check_frequency (const char *name, const char *text, guint code)
{
    const struct bwp_esp_chip *chip = bwp_esp_chip_by_name (name);
    uint8_t found = 0xff;

    g_assert_cmpint (bwp_esp_frequency_from_text (chip, text, &found), ==, BWP_OK);
    g_assert_cmpuint (found, ==, code);
}

static void
test_frequencies (void)
{
    uint8_t code = 0;

    check_frequency ("esp32", "80m", 0xf);
    check_frequency ("esp32", "26m", 1);
    check_frequency ("esp32c2", "60m", 0xf);
    check_frequency ("esp32c6", "80m", 0);
    check_frequency ("esp32c6", "40MHz", 0);
    check_frequency ("esp32h2", "48M", 0xf);
    g_assert_cmpint (bwp_esp_frequency_from_text (bwp_esp_chip_by_name ("esp32h2"), "80m", &code),
                     ==, BWP_ERR_ABSENT);
    g_assert_cmpint (bwp_esp_frequency_from_text (bwp_esp_chip_by_name ("esp32"), "80", &code), ==,
                     BWP_ERR_ABSENT);
}

static void
test_modes (void)
{
    static const char *const modes[] = { "qio", "qout", "dio", "dout" };
    uint8_t code = 0;

    for (uint8_t i = 0; i < G_N_ELEMENTS (modes); i++) {
        g_assert_cmpint (bwp_esp_mode_from_text (modes[i], &code), ==, BWP_OK);
        g_assert_cmpuint (code, ==, i);
    }
    g_assert_cmpint (bwp_esp_mode_from_text ("DIO", &code), ==, BWP_OK);
    g_assert_cmpuint (code, ==, BWP_ESP_MODE_DIO);
    g_assert_cmpint (bwp_esp_mode_from_text ("fast", &code), ==, BWP_ERR_ABSENT);
}

static void
test_flash_chips (void)
{
    uint32_t rdid = 0;

    g_assert_cmpuint (bwp_esp_flash_id_bytes (0x1640ef), ==, 4 << 20);
    g_assert_cmpstr (bwp_esp_flash_maker (0x1640ef), ==, "Winbond");
    g_assert_cmpuint (bwp_esp_flash_id_bytes (0x1c0020), ==, 256 << 20);
    g_assert_cmpuint (bwp_esp_flash_id_bytes (0x0020c2 | 0x390000), ==, 32 << 20);
    g_assert_cmpuint (bwp_esp_flash_id_bytes (0x01891f), ==, 16 << 20); /* Adesto, code 9 */
    g_assert_cmpuint (bwp_esp_flash_id_bytes (0x0040ef), ==, 0);
    g_assert_false (bwp_esp_flash_id_is_valid (0xffffff));
    g_assert_false (bwp_esp_flash_id_is_valid (0));
    g_assert_false (bwp_esp_flash_id_is_valid (0xffff3f));
    g_assert_true (bwp_esp_flash_id_is_valid (0x1640ef));
    g_assert_cmpstr (bwp_esp_flash_maker (0x164077), ==, "unknown");
    g_assert_cmpint (bwp_esp_flash_id_from_bytes (8 << 20, &rdid), ==, BWP_OK);
    g_assert_cmphex (rdid, ==, 0x1740ef);
    g_assert_cmpint (bwp_esp_flash_id_from_bytes (3 << 20, &rdid), ==, BWP_ERR_ABSENT);
}

static void
test_mapped_addresses (void)
{
    const struct bwp_esp_chip *esp32 = bwp_esp_chip_by_name ("esp32");

    g_assert_true (bwp_esp_chip_is_mapped (esp32, 0x400d0020));
    g_assert_true (bwp_esp_chip_is_mapped (esp32, 0x3f400020));
    g_assert_false (bwp_esp_chip_is_mapped (esp32, 0x40080000));
    g_assert_false (bwp_esp_chip_is_mapped (esp32, 0x3f800000));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/protocol/esp-chip/rows-are-complete-and-distinct",
                     test_rows_are_complete_and_distinct);
    g_test_add_func ("/protocol/esp-chip/names", test_names);
    g_test_add_func ("/protocol/esp-chip/retired-ids-are-refused", test_ids);
    g_test_add_func ("/protocol/esp-chip/magics", test_magics);
    g_test_add_func ("/protocol/esp-chip/words-of-begin", test_words_of_begin);
    g_test_add_func ("/protocol/esp-chip/flash-sizes", test_sizes);
    g_test_add_func ("/protocol/esp-chip/flash-frequencies", test_frequencies);
    g_test_add_func ("/protocol/esp-chip/flash-modes", test_modes);
    g_test_add_func ("/protocol/esp-chip/flash-chips", test_flash_chips);
    g_test_add_func ("/protocol/esp-chip/mapped-addresses", test_mapped_addresses);
    return g_test_run ();
}
