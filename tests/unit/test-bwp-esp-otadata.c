/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bwp-bytes.h"
#include "bwp-esp-otadata.h"
#include "bwp-vectors.h"
#include <string.h>

typedef struct {
    struct bwp_esp_ota_entry entries[BWP_ESP_OTADATA_COPIES];
} Records;

static void
load (const char *file, Records *records)
{
    g_autofree char *path = g_build_filename ("otadata", file, NULL);
    g_autoptr (GByteArray) bytes = vectors_load (path);

    g_assert_cmpint (bwp_esp_otadata_parse (bytes->data, bytes->len, records->entries), ==, BWP_OK);
}

static void
expect_number (const char *text, guint number)
{
    g_assert_cmphex (number, ==, g_ascii_strtoull (text, NULL, 16));
}

static void
expect_choice (char **fields, const Records *records)
{
    struct bwp_esp_ota_choice choice;
    g_autofree char *slot = NULL;

    g_assert_cmpint (bwp_esp_otadata_choose (records->entries,
                                             (uint32_t) g_ascii_strtoull (fields[1], NULL, 10),
                                             strcmp (fields[2], "yes") == 0, &choice),
                     ==, BWP_OK);
    if (strcmp (fields[9], "-") == 0)
        g_assert_cmpint (choice.copy, ==, -1);
    else
        g_assert_cmpint (choice.copy, ==, g_ascii_strtoll (fields[9], NULL, 10));
    slot = choice.boot == BWP_ESP_BOOT_FACTORY ? g_strdup ("factory")
                                               : g_strdup_printf ("ota_%u", choice.slot);
    g_assert_cmpstr (slot, ==, fields[10]);
}

static void
test_vectors (void)
{
    g_auto (GStrv) lines = vectors_lines ("otadata/cases.tsv");
    guint count = 0;

    for (guint i = 1; lines[i] != NULL; i++, count++) {
        g_auto (GStrv) fields = g_strsplit (lines[i], "\t", -1);
        Records records;

        load (fields[0], &records);
        for (guint k = 0; k < 2; k++) {
            expect_number (fields[3 + 3 * k], records.entries[k].sequence);
            expect_number (fields[4 + 3 * k], records.entries[k].state);
            expect_number (fields[5 + 3 * k], records.entries[k].crc);
        }
        expect_choice (fields, &records);
    }
    g_assert_cmpuint (count, ==, 15);
}

static void
check_length (const char *file)
{
    g_autofree char *path = g_build_filename ("otadata", file, NULL);
    g_autoptr (GByteArray) bytes = vectors_load (path);
    Records records;

    for (gsize len = 0; len < BWP_ESP_OTADATA_BYTES; len++) {
        g_autofree guint8 *copy = g_memdup2 (bytes->data, len);

        g_assert_cmpint (bwp_esp_otadata_parse (copy, len, records.entries), ==, BWP_ERR_CUT);
    }
    g_byte_array_append (bytes, (const guint8 *) "", 1);
    g_assert_cmpint (bwp_esp_otadata_parse (bytes->data, bytes->len, records.entries), ==,
                     BWP_ERR_SURPLUS);
}

static void
test_length (void)
{
    g_auto (GStrv) lines = vectors_lines ("otadata/cases.tsv");

    for (guint i = 1; lines[i] != NULL; i++) {
        g_auto (GStrv) fields = g_strsplit (lines[i], "\t", -1);

        check_length (fields[0]);
    }
}

/* Applies one switch to a file and compares with what the vendor's tool made of it. */
static void
check_switch (const char *before, guint slots, guint slot, const char *after)
{
    g_autofree char *from_path = g_build_filename ("otadata", before, NULL);
    g_autofree char *to_path = g_build_filename ("otadata", after, NULL);
    g_autoptr (GByteArray) bytes = vectors_load (from_path);
    g_autoptr (GByteArray) wanted = vectors_load (to_path);
    struct bwp_esp_ota_update update;
    Records records;

    load (before, &records);
    g_assert_cmpint (bwp_esp_otadata_select (records.entries, slots, slot, BWP_ESP_OTA_UNDEFINED,
                                             &update),
                     ==, BWP_OK);
    memset (bytes->data + update.offset, 0xff, BWP_ESP_OTADATA_SECTOR);
    memcpy (bytes->data + update.offset, update.entry, sizeof update.entry);
    g_assert_cmpmem (bytes->data, bytes->len, wanted->data, wanted->len);
}

static void
test_switches (void)
{
    check_switch ("initial.bin", 2, 1, "switch_blank_to_1.bin");
    check_switch ("initial.bin", 2, 0, "switch_blank_to_0.bin");
    check_switch ("switch_blank_to_0.bin", 2, 1, "switch_0_to_1.bin");
    check_switch ("switch_0_to_1.bin", 2, 0, "switch_1_to_0.bin");
    check_switch ("switch_1_to_0.bin", 2, 0, "switch_0_to_0.bin");
}

static void
put (Records *records, guint copy, uint32_t sequence, uint32_t state)
{
    uint8_t data[BWP_ESP_OTADATA_BYTES];
    struct bwp_esp_ota_entry both[2];

    memset (data, 0xff, sizeof data);
    bwp_esp_otadata_put_entry (records->entries[0].sequence, records->entries[0].state, data);
    bwp_esp_otadata_put_entry (records->entries[1].sequence, records->entries[1].state,
                               data + BWP_ESP_OTADATA_SECTOR);
    bwp_esp_otadata_put_entry (sequence, state, data + copy * BWP_ESP_OTADATA_SECTOR);
    g_assert_cmpint (bwp_esp_otadata_parse (data, sizeof data, both), ==, BWP_OK);
    records->entries[0] = both[0];
    records->entries[1] = both[1];
}

/* Whatever is there, a switch must make the wanted slot boot. */
static void
test_switch_is_obeyed (void)
{
    const uint32_t sequences[] = { 1, 2, 3, 7, 16, 0xffffff00, 0 };
    const uint32_t states[] = { 0, 1, 2, 3, 4, 0xffffffff };

    for (guint n = 0; n < G_N_ELEMENTS (sequences) * G_N_ELEMENTS (states) * 16 * 4; n++) {
        guint slots = 1 + n % 16;
        guint slot = n / 16 % 4 % slots;
        Records records = { 0 };
        struct bwp_esp_ota_update update;
        struct bwp_esp_ota_choice choice;

        put (&records, 0, sequences[n / 64 % 7], states[n / 448 % 6]);
        put (&records, 1, sequences[(n / 64 + n) % 7], states[(n / 448 + n) % 6]);
        g_assert_cmpint (bwp_esp_otadata_select (records.entries, slots, slot,
                                                 BWP_ESP_OTA_UNDEFINED, &update),
                         ==, BWP_OK);
        put (&records, update.copy, update.sequence, BWP_ESP_OTA_UNDEFINED);
        g_assert_cmpint (bwp_esp_otadata_choose (records.entries, slots, true, &choice), ==,
                         BWP_OK);
        g_assert_cmpint (choice.boot, ==, BWP_ESP_BOOT_SLOT);
        g_assert_cmpuint (choice.slot, ==, slot);
    }
}

/* What counts for the next number is the number, whether its slot was given up or not. */
static void
test_switch_counts_on (void)
{
    const uint32_t states[] = { BWP_ESP_OTA_INVALID, BWP_ESP_OTA_ABORTED };

    for (guint i = 0; i < G_N_ELEMENTS (states); i++) {
        struct bwp_esp_ota_update update;
        Records records = { 0 };

        put (&records, 0, 4, BWP_ESP_OTA_VALID);
        put (&records, 1, 5, states[i]);
        g_assert_cmpint (bwp_esp_otadata_select (records.entries, 2, 1, BWP_ESP_OTA_UNDEFINED,
                                                 &update),
                         ==, BWP_OK);
        g_assert_cmpuint (update.sequence, ==, 6);
        g_assert_cmpuint (update.copy, ==, 0);
    }
}

static void
test_limits (void)
{
    struct bwp_esp_ota_update update;
    struct bwp_esp_ota_choice choice;
    Records records;

    load ("switch_0_to_1.bin", &records);
    g_assert_cmpint (bwp_esp_otadata_choose (records.entries, 17, true, &choice), ==,
                     BWP_ERR_CALLER);
    g_assert_cmpint (bwp_esp_otadata_choose (records.entries, 0, false, &choice), ==,
                     BWP_ERR_ABSENT);
    g_assert_cmpint (bwp_esp_otadata_choose (records.entries, 0, true, &choice), ==, BWP_OK);
    g_assert_cmpint (choice.boot, ==, BWP_ESP_BOOT_FACTORY);
    g_assert_cmpint (bwp_esp_otadata_select (records.entries, 0, 0, 0, &update), ==,
                     BWP_ERR_CALLER);
    g_assert_cmpint (bwp_esp_otadata_select (records.entries, 2, 2, 0, &update), ==,
                     BWP_ERR_CALLER);
    put (&records, 0, 0xfffffffe, BWP_ESP_OTA_VALID);
    /* FFFFFFFE boots slot 1 of 2; the number for slot 0 would be the blank one */
    g_assert_cmpint (bwp_esp_otadata_select (records.entries, 2, 0, 0, &update), ==, BWP_ERR_SPACE);
    load ("both_bad.bin", &records);
    records.entries[1].state = BWP_ESP_OTA_VALID; /* usable, but its CRC is wrong */
    records.entries[1].is_valid = false;
    g_assert_cmpint (bwp_esp_otadata_choose (records.entries, 2, false, &choice), ==, BWP_OK);
    g_assert_cmpint (choice.boot, ==, BWP_ESP_BOOT_TRY_ALL);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/protocol/esp-otadata/vectors", test_vectors);
    g_test_add_func ("/protocol/esp-otadata/length", test_length);
    g_test_add_func ("/protocol/esp-otadata/switches-as-recorded", test_switches);
    g_test_add_func ("/protocol/esp-otadata/switch-is-obeyed", test_switch_is_obeyed);
    g_test_add_func ("/protocol/esp-otadata/switch-counts-on", test_switch_counts_on);
    g_test_add_func ("/protocol/esp-otadata/limits", test_limits);
    return g_test_run ();
}
