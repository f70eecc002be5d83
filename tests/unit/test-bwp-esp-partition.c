/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bwp-bytes.h"
#include "bwp-esp-partition.h"
#include "bwp-vectors.h"
#include <string.h>

typedef struct {
    struct bwp_esp_partition entries[BWP_ESP_PARTITION_MAX];
    size_t count;
    bool has_md5;
} Table;

static enum bwp_result
parse (const guint8 *data, gsize len, Table *table)
{
    return bwp_esp_partition_parse (data, len, vectors_digests (), table->entries,
                                    BWP_ESP_PARTITION_MAX, &table->count, &table->has_md5);
}

static const char *const tables[] = {
    "partition/pt_basic.bin",
    "partition/pt_basic_nomd5.bin",
    "partition/pt_basic_at_0x10000.bin",
    "partition/pt_ota.bin",
    "partition/pt_custom_subtype.bin",
    "partition/pt_boot_entries.bin",
};

static void
check_cuts (const GByteArray *bytes, const Table *table)
{
    gsize end = 32 * (table->count + (table->has_md5 ? 1 : 0) + 1);
    Table unused;

    for (gsize len = 0; len < end; len++) {
        g_autofree guint8 *copy = g_memdup2 (bytes->data, len);

        g_assert_cmpint (parse (copy, len, &unused), ==, BWP_ERR_CUT);
    }
    g_assert_cmpint (parse (bytes->data, end, &unused), ==, BWP_OK);
}

static void
test_round_trip (void)
{
    for (gsize i = 0; i < G_N_ELEMENTS (tables); i++) {
        g_autoptr (GByteArray) bytes = vectors_load (tables[i]);
        uint8_t out[BWP_ESP_PARTITION_TABLE_BYTES];
        Table table;

        g_assert_cmpint (parse (bytes->data, bytes->len, &table), ==, BWP_OK);
        g_assert_cmpint (table.has_md5, ==, strstr (tables[i], "nomd5") == NULL);
        g_assert_cmpint (bwp_esp_partition_write (table.entries, table.count,
                                                  table.has_md5 ? vectors_digests () : NULL, out),
                         ==, BWP_OK);
        g_assert_cmpmem (out, sizeof out, bytes->data, bytes->len);
        check_cuts (bytes, &table);
    }
}

static void
test_every_changed_byte_shows (void)
{
    g_autoptr (GByteArray) bytes = vectors_load ("partition/pt_basic.bin");
    Table table;

    for (guint at = 0; at < 32 * 5; at++) {
        bytes->data[at] ^= 0x04;
        g_assert_cmpint (parse (bytes->data, bytes->len, &table), <, 0);
        bytes->data[at] ^= 0x04;
    }
}

static void
test_strangers (void)
{
    g_autoptr (GByteArray) image = vectors_load ("image/esp32_boot_before.bin");
    g_autoptr (GByteArray) bytes = vectors_load ("partition/pt_basic.bin");
    g_autofree guint8 *blank = g_malloc (0xc00);
    Table table;
    size_t count = 0;

    memset (blank, 0xff, 0xc00);
    g_assert_cmpint (parse (blank, 0xc00, &table), ==, BWP_ERR_ABSENT);
    g_assert_cmpint (parse (image->data, image->len, &table), ==, BWP_ERR_ABSENT);
    g_assert_cmpint (bwp_esp_partition_parse (bytes->data, bytes->len, NULL, table.entries, 2,
                                              &count, NULL),
                     ==, BWP_ERR_SPACE);
    bytes->data[16 + 3 * 32] ^= 1; /* the MD5 itself; without digests it is not looked at */
    g_assert_cmpint (bwp_esp_partition_parse (bytes->data, bytes->len, NULL, table.entries, 3,
                                              &count, NULL),
                     ==, BWP_OK);
    g_assert_cmpuint (count, ==, 3);
    memcpy (bytes->data + 4 * 32, bytes->data, 32);
    g_assert_cmpint (bwp_esp_partition_parse (bytes->data, bytes->len, NULL, table.entries, 9,
                                              &count, NULL),
                     ==, BWP_ERR_SURPLUS);
}

static void
fill (Table *table, size_t count)
{
    memset (table, 0, sizeof *table);
    table->count = count;
    for (size_t i = 0; i < count; i++) {
        struct bwp_esp_partition *entry = &table->entries[i];

        g_snprintf (entry->label, sizeof entry->label, "p%zu", i);
        entry->type = BWP_ESP_TYPE_DATA;
        entry->subtype = 0x80;
        entry->offset = (uint32_t) (0x9000 + 0x1000 * i);
        entry->size = 0x1000;
    }
}

static void
test_magic (void)
{
    static const uint8_t entry[] = { 0xaa, 0x50, 0x01 };
    static const uint8_t digest[] = { 0xeb, 0xeb };

    g_assert_true (bwp_esp_partition_has_magic (entry, sizeof entry));
    g_assert_true (bwp_esp_partition_has_magic (entry, 2));
    g_assert_false (bwp_esp_partition_has_magic (entry, 1));
    g_assert_false (bwp_esp_partition_has_magic (entry + 1, 2));
    g_assert_false (bwp_esp_partition_has_magic (digest, sizeof digest));
}

static void
test_capacity (void)
{
    uint8_t out[BWP_ESP_PARTITION_TABLE_BYTES];
    Table table;

    fill (&table, 95);
    g_assert_cmpint (bwp_esp_partition_write (table.entries, 95, vectors_digests (), out), ==,
                     BWP_ERR_SPACE);
    g_assert_cmpint (bwp_esp_partition_write (table.entries, 95, NULL, out), ==, BWP_OK);
    g_assert_cmpint (parse (out, sizeof out, &table), ==, BWP_OK);
    g_assert_cmpuint (table.count, ==, 95);
    g_assert_cmpint (bwp_esp_partition_write (table.entries, 94, vectors_digests (), out), ==,
                     BWP_OK);
    g_assert_cmpint (parse (out, sizeof out, &table), ==, BWP_OK);
    g_assert_cmpuint (table.count, ==, 94);
    g_assert_cmpint (bwp_esp_partition_write (table.entries, 96, NULL, out), ==, BWP_ERR_SPACE);
}

static const struct bwp_esp_partition_limits usual = { 0x8000, 4 << 20, false };

static void
expect_rule_in (const Table *table,
                const struct bwp_esp_partition_limits *limits,
                enum bwp_esp_partition_rule rule)
{
    struct bwp_esp_partition_fault fault = { 0 };
    enum bwp_result result =
        bwp_esp_partition_verify (table->entries, table->count, limits, &fault);

    g_assert_cmpint (result, ==, rule == BWP_ESP_RULE_NONE ? BWP_OK : BWP_ERR_RULE);
    g_assert_cmpint (fault.rule, ==, rule);
    g_assert_cmpstr (bwp_esp_partition_rule_text (rule), !=, "unknown rule");
}

static void
expect_rule (const Table *table, enum bwp_esp_partition_rule rule)
{
    expect_rule_in (table, &usual, rule);
}

static void
test_rules_of_one (void)
{
    Table table;

    fill (&table, 1);
    expect_rule (&table, BWP_ESP_RULE_NONE);
    table.entries[0].offset = 0x8000;
    expect_rule (&table, BWP_ESP_RULE_BELOW_TABLE);
    table.entries[0].offset = 0x9001;
    expect_rule (&table, BWP_ESP_RULE_OFFSET_ALIGNMENT);
    table.entries[0].offset = 0x3ff000;
    expect_rule (&table, BWP_ESP_RULE_NONE);
    table.entries[0].size = 0x1001;
    expect_rule (&table, BWP_ESP_RULE_FLASH_SIZE);
    table.entries[0].size = 0xffffffff; /* must not wrap */
    expect_rule (&table, BWP_ESP_RULE_FLASH_SIZE);
    fill (&table, 1);
    table.entries[0].subtype = BWP_ESP_DATA_NVS;
    expect_rule (&table, BWP_ESP_RULE_SMALL_NVS);
    table.entries[0].flags = BWP_ESP_PARTITION_READONLY;
    expect_rule (&table, BWP_ESP_RULE_NONE);
    table.entries[0].subtype = BWP_ESP_DATA_OTA;
    expect_rule (&table, BWP_ESP_RULE_READONLY);
    table.entries[0].flags = 0;
    expect_rule (&table, BWP_ESP_RULE_OTADATA_SIZE);
}

/* Secure boot of the first kind signs whole units of 64 KiB. */
static void
test_size_of_a_program (void)
{
    const struct bwp_esp_partition_limits secure = { 0x8000, 4 << 20, true };
    Table table;

    fill (&table, 1);
    table.entries[0].type = BWP_ESP_TYPE_APP;
    table.entries[0].subtype = 0;
    table.entries[0].offset = 0x10000;
    table.entries[0].size = 0x20800;
    expect_rule (&table, BWP_ESP_RULE_APP_SIZE);
    table.entries[0].size = 0x21000;
    expect_rule (&table, BWP_ESP_RULE_NONE);
    expect_rule_in (&table, &secure, BWP_ESP_RULE_APP_SIZE);
    table.entries[0].size = 0x30000;
    expect_rule_in (&table, &secure, BWP_ESP_RULE_NONE);
}

static void
test_rules_of_two (void)
{
    Table table;

    fill (&table, 2);
    table.entries[1].offset = 0x9000;
    expect_rule (&table, BWP_ESP_RULE_OVERLAP);
    fill (&table, 2);
    memcpy (table.entries[1].label, table.entries[0].label, sizeof table.entries[0].label);
    expect_rule (&table, BWP_ESP_RULE_DUPLICATE_NAME);
    fill (&table, 2);
    table.entries[0].subtype = table.entries[1].subtype = BWP_ESP_DATA_OTA;
    table.entries[0].size = table.entries[1].size = 0x2000;
    table.entries[1].offset = 0xb000;
    expect_rule (&table, BWP_ESP_RULE_OTADATA_COUNT);
    table.entries[1].subtype = BWP_ESP_DATA_TEE_OTA;
    expect_rule (&table, BWP_ESP_RULE_NONE);
}

static void
test_lookups (void)
{
    g_autoptr (GByteArray) bytes = vectors_load ("partition/pt_ota.bin");
    const struct bwp_esp_partition *found = NULL;
    Table table;

    g_assert_cmpint (parse (bytes->data, bytes->len, &table), ==, BWP_OK);
    g_assert_cmpuint (bwp_esp_partition_ota_slots (table.entries, table.count), ==, 2);
    found =
        bwp_esp_partition_find (table.entries, table.count, BWP_ESP_TYPE_DATA, BWP_ESP_DATA_OTA);
    g_assert_cmphex (found->offset, ==, 0xd000);
    found = bwp_esp_partition_find_boot (table.entries, table.count);
    g_assert_cmpstr (found->label, ==, "ota_0");
    g_assert_null (bwp_esp_partition_find_boot (table.entries, 1));
}

static void
test_names (void)
{
    uint8_t code = 0xff;

    for (guint type = 0; type < 256; type++) {
        const char *name = bwp_esp_partition_type_name ((uint8_t) type);

        if (name == NULL)
            continue;
        g_assert_cmpint (bwp_esp_partition_type_from_name (name, strlen (name), &code), ==, BWP_OK);
        g_assert_cmpuint (code, ==, type);
        for (guint subtype = 0; subtype < 256; subtype++) {
            const char *sub = bwp_esp_partition_subtype_name ((uint8_t) type, (uint8_t) subtype);

            if (sub == NULL)
                continue;
            g_assert_cmpint (bwp_esp_partition_subtype_from_name ((uint8_t) type, sub, strlen (sub),
                                                                  &code),
                             ==, BWP_OK);
            g_assert_cmpuint (code, ==, subtype);
        }
    }
    g_assert_cmpint (bwp_esp_partition_type_from_name ("APP", 3, &code), ==, BWP_OK);
    g_assert_cmpint (bwp_esp_partition_type_from_name ("ap", 2, &code), ==, BWP_ERR_ABSENT);
    g_assert_cmpint (bwp_esp_partition_type_from_name ("apps", 4, &code), ==, BWP_ERR_ABSENT);
    g_assert_cmphex (bwp_esp_partition_alignment (BWP_ESP_TYPE_APP), ==, 0x10000);
    g_assert_cmphex (bwp_esp_partition_alignment (BWP_ESP_TYPE_DATA), ==, 0x1000);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/protocol/esp-partition/round-trip-and-cuts", test_round_trip);
    g_test_add_func ("/protocol/esp-partition/every-changed-byte-shows",
                     test_every_changed_byte_shows);
    g_test_add_func ("/protocol/esp-partition/strangers", test_strangers);
    g_test_add_func ("/protocol/esp-partition/magic", test_magic);
    g_test_add_func ("/protocol/esp-partition/capacity", test_capacity);
    g_test_add_func ("/protocol/esp-partition/rules-of-one", test_rules_of_one);
    g_test_add_func ("/protocol/esp-partition/size-of-a-program", test_size_of_a_program);
    g_test_add_func ("/protocol/esp-partition/rules-of-two", test_rules_of_two);
    g_test_add_func ("/protocol/esp-partition/lookups", test_lookups);
    g_test_add_func ("/protocol/esp-partition/names", test_names);
    return g_test_run ();
}
