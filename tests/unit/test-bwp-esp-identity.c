/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bwp-crc.h"
#include "bwp-esp-identity.h"
#include "bwp-vectors.h"
#include <string.h>

typedef struct {
    const struct bwp_esp_chip *chip;
    uint32_t addresses[BWP_ESP_IDENTITY_REGISTERS_MAX];
    uint32_t values[BWP_ESP_IDENTITY_REGISTERS_MAX];
    size_t count;
    GHashTable *decoded; /* what the vector expects */
} Row;

static void
row_clear (Row *row)
{
    g_clear_pointer (&row->decoded, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Row, row_clear)

static void
set_register (Row *row, uint32_t address, uint32_t value)
{
    for (size_t i = 0; i < row->count; i++)
        if (row->addresses[i] == address)
            row->values[i] = value;
}

/* Registers the tool did not look at, because an earlier one made it unnecessary, read as 0. */
static void
parse_row (const char *line, Row *row)
{
    g_auto (GStrv) fields = g_strsplit (line, "\t", 4);
    g_auto (GStrv) words = g_strsplit (fields[2], " ", -1);
    g_auto (GStrv) items = g_strsplit (fields[3], " | ", -1);

    row->chip = bwp_esp_chip_by_name (fields[0]);
    g_assert_nonnull (row->chip);
    row->count = bwp_esp_identity_registers (row->chip, row->addresses);
    g_assert_cmpuint (row->count, <=, BWP_ESP_IDENTITY_REGISTERS_MAX);
    for (guint i = 0; words[i] != NULL; i++)
        set_register (row, (uint32_t) g_ascii_strtoull (words[i], NULL, 16),
                      (uint32_t) g_ascii_strtoull (words[i] + 9, NULL, 16));
    row->decoded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    for (guint i = 0; items[i] != NULL; i++) {
        g_auto (GStrv) pair = g_strsplit (items[i], "=", 2);

        g_hash_table_insert (row->decoded, g_strdup (pair[0]), g_strdup (pair[1]));
    }
}

static char *
hex_of (const uint8_t *bytes, gsize len)
{
    GString *text = g_string_new (NULL);

    for (gsize i = 0; i < len; i++)
        g_string_append_printf (text, i == 0 ? "%02x" : ":%02x", bytes[i]);
    return g_string_free (text, FALSE);
}

static void
expect_number (const Row *row, const char *key, guint number)
{
    const char *text = g_hash_table_lookup (row->decoded, key);

    if (text != NULL && text[0] != '<')
        g_assert_cmpuint (number, ==, g_ascii_strtoull (text, NULL, 10));
}

/* The vectors hold masked words, Python booleans, or nothing. */
static void
expect_flag (const Row *row, const char *key, gboolean flag)
{
    const char *text = g_hash_table_lookup (row->decoded, key);
    gboolean wanted = strcmp (text, "0") != 0 && strcmp (text, "False") != 0;

    g_assert_cmpint (flag, ==, wanted);
}

static void
expect_addresses (const Row *row, const struct bwp_esp_identity *identity)
{
    g_autofree char *mac = hex_of (identity->mac, sizeof identity->mac);
    g_autofree char *eui64 = hex_of (identity->eui64, sizeof identity->eui64);
    const char *wanted = g_hash_table_lookup (row->decoded, "eui64");

    g_assert_cmpstr (mac, ==, g_hash_table_lookup (row->decoded, "mac"));
    g_assert_cmpint (identity->has_eui64, ==, wanted != NULL && strcmp (wanted, "None") != 0);
    if (identity->has_eui64)
        g_assert_cmpstr (eui64, ==, wanted);
}

/* "ESP32-C3 (QFN32) (revision v0.4)", as the vectors have it */
static char *
describe (const struct bwp_esp_identity *identity)
{
    const char *unknown = identity->package == NULL ? "Unknown " : "";
    const char *name = identity->package == NULL ? identity->chip->name : identity->package;

    if (!identity->has_revision)
        return g_strconcat (unknown, name, NULL);
    return g_strdup_printf ("%s%s (revision v%u.%u)", unknown, name, identity->major,
                            identity->minor);
}

static void
expect_texts (const Row *row, const struct bwp_esp_identity *identity)
{
    g_autofree char *description = describe (identity);
    char features[BWP_ESP_FEATURES_BYTES];
    const char *wanted = g_hash_table_lookup (row->decoded, "description");

    g_assert_cmpint (g_ascii_strcasecmp (description, wanted), ==, 0);
    bwp_esp_identity_describe_features (identity, features);
    /* an ESP32-C6 without flash in its package is not "unknown", as the tool has it */
    wanted = g_hash_table_lookup (row->decoded, "features");
    if (strcmp (row->chip->key, "esp32c6") == 0 && !identity->flash.is_present)
        g_assert_true (g_str_has_prefix (wanted, features));
    else
        g_assert_cmpstr (features, ==, wanted);
}

static void
check_missing_registers (const Row *row)
{
    struct bwp_esp_identity identity = { 0 };

    for (size_t i = 0; i < row->count; i++) {
        uint32_t addresses[BWP_ESP_IDENTITY_REGISTERS_MAX];

        memcpy (addresses, row->addresses, sizeof addresses);
        if (addresses[i] == row->chip->uart_clkdiv)
            continue;
        addresses[i] = 0x77777777;
        g_assert_cmpint (bwp_esp_identity_decode (row->chip, addresses, row->values, row->count,
                                                  115200, &identity),
                         ==, BWP_ERR_CUT);
        g_assert_null (identity.chip);
    }
}

static void
check_row (const char *line)
{
    g_auto (Row) row = { 0 };
    struct bwp_esp_identity identity = { 0 };

    parse_row (line, &row);
    g_assert_cmpint (bwp_esp_identity_decode (row.chip, row.addresses, row.values, row.count,
                                              115200, &identity),
                     ==, BWP_OK);
    expect_addresses (&row, &identity);
    expect_texts (&row, &identity);
    expect_number (&row, "pkg", identity.package_code);
    expect_number (&row, "major", identity.major);
    expect_number (&row, "minor", identity.minor);
    expect_number (&row, "rev", identity.revision);
    if (identity.flash.is_present)
        expect_number (&row, "flash_cap", identity.flash.code);
    expect_number (&row, "psram_cap", identity.psram.code);
    expect_flag (&row, "flash_enc", identity.flash_encrypted);
    expect_flag (&row, "enc_dl_disabled", identity.manual_encrypt_disabled);
    expect_flag (&row, "secure_boot", identity.secure_boot);
    check_missing_registers (&row);
}

static void
test_vectors (void)
{
    g_auto (GStrv) lines = vectors_lines ("chips/efuse_decode.tsv");
    guint count = 0;

    for (guint i = 1; lines[i] != NULL; i++, count++)
        check_row (lines[i]);
    g_assert_cmpuint (count, ==, 90);
}

/* Of the words at and behind the MAC, @mask is exclusive-or to the two. */
static bool
is_doubted (const struct bwp_esp_chip *chip, uint64_t mask)
{
    const uint8_t mac[6] = { 0x24, 0x6f, 0x28, 0x12, 0x34, 0x56 };
    g_auto (Row) row = { .chip = chip };
    struct bwp_esp_identity identity;
    uint32_t addresses[3];
    uint32_t values[3];

    g_assert_cmpuint (bwp_esp_identity_encode_mac (chip, mac, addresses, values), ==, 2);
    row.count = bwp_esp_identity_registers (chip, row.addresses);
    set_register (&row, addresses[0], values[0] ^ (uint32_t) mask);
    set_register (&row, addresses[1], values[1] ^ (uint32_t) (mask >> 32));
    g_assert_cmpint (bwp_esp_identity_decode (chip, row.addresses, row.values, row.count, 0,
                                              &identity),
                     ==, BWP_OK);
    return identity.is_mac_doubtful;
}

/* Every single bit and every pair of them is noticed; a chip without a check byte is not doubted. */
static void
test_mac_check (void)
{
    const uint8_t mac[6] = { 0x24, 0x6f, 0x28, 0x12, 0x34, 0x56 };
    const struct bwp_esp_chip *chip = bwp_esp_chip_by_name ("esp32");
    const struct bwp_esp_chip *other = bwp_esp_chip_by_name ("esp32c3");
    uint64_t check = (uint64_t) bwp_crc8 (mac, 6) << 48;

    g_assert_true (bwp_esp_identity_has_mac_check (chip));
    g_assert_false (bwp_esp_identity_has_mac_check (other));
    g_assert_cmphex (check, !=, 0);
    g_assert_false (is_doubted (chip, 0));
    g_assert_false (is_doubted (chip, check));
    for (unsigned i = 0; i < 48; i++) {
        g_assert_true (is_doubted (chip, UINT64_C (1) << i));
        g_assert_false (is_doubted (chip, UINT64_C (1) << i | check));
        g_assert_false (is_doubted (other, UINT64_C (1) << i));
        for (unsigned k = 0; k < i; k++)
            g_assert_true (is_doubted (chip, UINT64_C (1) << i | UINT64_C (1) << k));
    }
}

static void
test_mac_round_trip (void)
{
    const uint8_t mac[6] = { 0x24, 0x6f, 0x28, 0x12, 0x34, 0x56 };
    const struct bwp_esp_chip *chip = NULL;

    for (gsize i = 0; (chip = bwp_esp_chip_at (i)) != NULL; i++) {
        g_auto (Row) row = { .chip = chip };
        struct bwp_esp_identity identity;
        uint32_t addresses[3];
        uint32_t values[3];
        size_t count = bwp_esp_identity_encode_mac (chip, mac, addresses, values);

        row.count = bwp_esp_identity_registers (chip, row.addresses);
        for (size_t k = 0; k < count; k++)
            set_register (&row, addresses[k], values[k]);
        g_assert_cmpint (bwp_esp_identity_decode (chip, row.addresses, row.values, row.count, 0,
                                                  &identity),
                         ==, BWP_OK);
        g_assert_cmpmem (identity.mac, 6, mac, 6);
        if (identity.has_eui64)
            g_assert_cmphex (identity.eui64[3], ==, 0xff);
    }
}

static void
test_8266_without_prefix (void)
{
    const uint32_t addresses[] = { 0x3ff00050, 0x3ff00054, 0x3ff00058, 0x3ff0005c };
    const uint32_t values[] = { 0, 0x00020000, 0, 0 };
    struct bwp_esp_identity identity;

    g_assert_cmpint (bwp_esp_identity_decode (bwp_esp_chip_by_name ("esp8266"), addresses, values,
                                              4, 0, &identity),
                     ==, BWP_ERR_CORRUPT);
}

/* "address=value" pairs on top of a chip whose eFuses are all blank */
static void
expect_description (const char *name, const char *words, const char *description)
{
    g_auto (Row) row = { .chip = bwp_esp_chip_by_name (name) };
    g_auto (GStrv) pairs = g_strsplit (words, " ", -1);
    struct bwp_esp_identity identity;
    g_autofree char *text = NULL;

    row.count = bwp_esp_identity_registers (row.chip, row.addresses);
    for (guint i = 0; pairs[i] != NULL; i++)
        set_register (&row, (uint32_t) g_ascii_strtoull (pairs[i], NULL, 16),
                      (uint32_t) g_ascii_strtoull (pairs[i] + 9, NULL, 16));
    g_assert_cmpint (bwp_esp_identity_decode (row.chip, row.addresses, row.values, row.count, 0,
                                              &identity),
                     ==, BWP_OK);
    text = describe (&identity);
    g_assert_cmpstr (text, ==, description);
}

static void
test_package_names (void)
{
    expect_description ("esp8266", "3ff00050=00000010", "ESP8285N08");
    expect_description ("esp8266", "3ff00050=00000030", "ESP8285H08");
    expect_description ("esp8266", "3ff00050=00000010 3ff0005c=04000000", "ESP8285N16");
    expect_description ("esp8266", "3ff00058=00010000 3ff0005c=02000000", "ESP8285N16");
    expect_description ("esp8266", "3ff00058=00010000 3ff0005c=06000000", "ESP8285");
    expect_description ("esp32", "3ff5a00c=00008000 3ff5a014=00100000 3ff6607c=80000000",
                        "ESP32-D0WDQ6-V3 (revision v3.0)");
    expect_description ("esp32", "3ff5a00c=00000001", "ESP32-S0WDQ6 (revision v0.0)");
    expect_description ("esp32", "3ff5a00c=00000800", "ESP32-U4WDH (revision v0.0)");
    expect_description ("esp32", "3ff5a00c=00008a00 3ff5a014=02100000",
                        "ESP32-PICO-D4 (revision v2.2)");
    expect_description ("esp32", "3ff5a00c=00000c00", "ESP32-PICO-V3-02 (revision v0.0)");
    expect_description ("esp32", "3ff5a00c=00000004", "Unknown ESP32 (revision v0.0)");
    expect_description ("esp32s2", "3f41a050=00400000", "ESP32-S2FH4 (revision v0.0)");
    expect_description ("esp32s2", "3f41a050=10400000", "ESP32-S2FNR2 (revision v0.0)");
    expect_description ("esp32c6", "600b0850=01000000 600b0854=00000001",
                        "ESP32-C6FH4 (QFN32) (revision v0.0)");
    expect_description ("esp32c6", "600b0850=01000000 600b0854=00000002",
                        "ESP32-C6FH8 (QFN32) (revision v0.0)");
    /* the first S3 carried other data in its revision fields */
    expect_description ("esp32s3", "6000706c=00000001 60007050=01000000 60007058=01000000",
                        "ESP32-S3 (QFN56) (revision v0.0)");
    expect_description ("esp32s3", "6000706c=00000001 60007050=02000000 60007058=01000000",
                        "ESP32-S3 (QFN56) (revision v1.0)");
}

static void
test_crystal (void)
{
    const struct bwp_esp_chip *esp32 = bwp_esp_chip_by_name ("esp32");
    const struct bwp_esp_chip *esp8266 = bwp_esp_chip_by_name ("esp8266");

    g_assert_cmpuint (bwp_esp_crystal_mhz (esp32, 40000000 / 115200, 115200), ==, 40);
    g_assert_cmpuint (bwp_esp_crystal_mhz (esp32, 26000000 / 115200, 115200), ==, 26);
    g_assert_cmpuint (bwp_esp_crystal_mhz (esp32, 48000000 / 115200, 115200), ==, 48);
    g_assert_cmpuint (bwp_esp_crystal_mhz (esp8266, 52000000 / 115200, 115200), ==, 26);
    g_assert_cmpuint (bwp_esp_crystal_mhz (bwp_esp_chip_by_name ("esp32h2"), 1, 115200), ==, 32);
}

static void
test_baud_esp32 (void)
{
    const struct bwp_esp_chip *esp32 = bwp_esp_chip_by_name ("esp32");
    uint32_t addresses[BWP_ESP_BAUD_REGISTERS_MAX];
    /* an oscillator 2 % fast: 8.16 MHz seen as 8 MHz, scaled 128 */
    uint32_t values[2] = { 800u << 7, 131 };
    uint32_t blank[2] = { 0, 0 };
    uint64_t hertz = 800ull * 15625 * 131 / 40;

    g_assert_cmpuint (bwp_esp_baud_registers (esp32, addresses), ==, 2);
    g_assert_cmphex (addresses[0], ==, 0x3ff5f06c);
    g_assert_cmpuint (bwp_esp_rom_baud (esp32, values, 115200, 921600), ==,
                      921600 * hertz / 40000000);
    g_assert_cmpuint (bwp_esp_rom_baud (esp32, blank, 115200, 921600), ==, 921600);
    /* a board with the slower crystal */
    values[0] = 530u << 7;
    hertz = 530ull * 15625 * 131 / 40;
    g_assert_cmpuint (bwp_esp_rom_baud (esp32, values, 115200, 921600), ==,
                      921600 * hertz / 26000000);
    values[0] = 280u << 7; /* below what any crystal gives */
    g_assert_cmpuint (bwp_esp_rom_baud (esp32, values, 115200, 921600), ==, 921600);
    values[0] = UINT32_MAX; /* nonsense must not scale anything */
    g_assert_cmpuint (bwp_esp_rom_baud (esp32, values, 115200, 921600), ==, 921600);
}

static void
test_baud_others (void)
{
    const struct bwp_esp_chip *c2 = bwp_esp_chip_by_name ("esp32c2");
    const struct bwp_esp_chip *c5 = bwp_esp_chip_by_name ("esp32c5");
    uint32_t addresses[BWP_ESP_BAUD_REGISTERS_MAX];
    uint32_t values[2] = { 26000000 / 115200, 0 };

    g_assert_cmpuint (bwp_esp_baud_registers (c2, addresses), ==, 1);
    g_assert_cmpuint (bwp_esp_rom_baud (c2, values, 115200, 460800), ==, 460800 * 40 / 26);
    values[0] = 40000000 / 115200;
    g_assert_cmpuint (bwp_esp_rom_baud (c2, values, 115200, 460800), ==, 460800);
    g_assert_cmpuint (bwp_esp_baud_registers (c5, addresses), ==, 2);
    values[1] = 48u << 24;
    g_assert_cmpuint (bwp_esp_rom_baud (c5, values, 115200, 460800), ==, 460800 * 48 / 40);
    values[0] = 48000000 / 115200;
    g_assert_cmpuint (bwp_esp_rom_baud (c5, values, 115200, 460800), ==, 460800);
    values[1] = 40u << 24;
    g_assert_cmpuint (bwp_esp_rom_baud (c5, values, 115200, 460800), ==, 460800 * 40 / 48);
    g_assert_cmpuint (bwp_esp_baud_registers (bwp_esp_chip_by_name ("esp32s3"), addresses), ==, 0);
    g_assert_cmpuint (bwp_esp_rom_baud (bwp_esp_chip_by_name ("esp32s3"), NULL, 115200, 921600), ==,
                      921600);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/protocol/esp-identity/vectors-of-every-chip", test_vectors);
    g_test_add_func ("/protocol/esp-identity/mac-round-trip", test_mac_round_trip);
    g_test_add_func ("/protocol/esp-identity/mac-check", test_mac_check);
    g_test_add_func ("/protocol/esp-identity/esp8266-without-prefix", test_8266_without_prefix);
    g_test_add_func ("/protocol/esp-identity/package-names", test_package_names);
    g_test_add_func ("/protocol/esp-identity/crystal", test_crystal);
    g_test_add_func ("/protocol/esp-identity/baud-of-esp32", test_baud_esp32);
    g_test_add_func ("/protocol/esp-identity/baud-of-others", test_baud_others);
    return g_test_run ();
}
