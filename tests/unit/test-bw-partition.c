/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "bw-error.h"
#include "bw-partition-entry.h"
#include "firmware-make.h"

static const BwPartitionRules rules = { .table_offset = 0x8000 };

static GPtrArray *
load (const char *path, uint32_t offset)
{
    g_autoptr (GError) error = NULL;
    GPtrArray *rows =
        bw_partition_table_load_sync (path, &(BwPartitionRules){ .table_offset = offset }, &error);

    g_assert_no_error (error);
    return rows;
}

static void
refuse (MakeFixture *f, const char *text, const char *word)
{
    g_autofree char *path = make_text (f->folder, "bad.csv", text);
    g_autoptr (GError) error = NULL;

    g_assert_null (bw_partition_table_load_sync (path, &rules, &error));
    g_assert_cmpstr (bw_cause_get_id (bw_error_get_cause (error)), ==, "bad-firmware");
    if (strstr (error->message, word) == NULL)
        g_error ("no %s in: %s", word, error->message);
}

static void
assert_golden (MakeFixture *f, const char *csv, const char *binary, uint32_t offset)
{
    g_autofree char *csv_path = make_vector_path (csv);
    g_autofree char *saved = g_build_filename (f->folder, "table.bin", NULL);
    g_autoptr (GBytes) wanted = make_vector (binary);
    g_autoptr (GPtrArray) rows = load (csv_path, offset);
    g_autoptr (GError) error = NULL;
    g_autofree char *made = NULL;
    size_t len;

    g_assert_true (bw_partition_table_save_sync (rows, saved, &rules, TRUE, &error));
    g_assert_no_error (error);
    g_assert_true (g_file_get_contents (saved, &made, &len, NULL));
    g_assert_cmpuint (len, ==, 0xc00);
    g_assert_cmpmem (made, len, g_bytes_get_data (wanted, NULL), g_bytes_get_size (wanted));
}

static void
test_golden_tables_come_out (MakeFixture *f, gconstpointer data)
{
    assert_golden (f, "partition/pt_basic.csv", "partition/pt_basic.bin", 0x8000);
    assert_golden (f, "partition/pt_ota.csv", "partition/pt_ota.bin", 0x8000);
    assert_golden (f, "partition/pt_custom_subtype.csv", "partition/pt_custom_subtype.bin", 0x8000);
}

static void
test_both_forms_are_the_same (MakeFixture *f, gconstpointer data)
{
    g_autofree char *binary = make_vector_path ("partition/pt_ota.bin");
    g_autofree char *csv = g_build_filename (f->folder, "out.csv", NULL);
    g_autoptr (GPtrArray) rows = load (binary, 0x8000);
    g_autoptr (GPtrArray) again = NULL;
    g_autoptr (GError) error = NULL;

    g_assert_true (bw_partition_table_save_sync (rows, csv, &rules, FALSE, &error));
    again = load (csv, 0x8000);
    g_assert_cmpuint (again->len, ==, rows->len);
    for (unsigned i = 0; i < rows->len; i++) {
        const BwPartition *a = g_ptr_array_index (rows, i);
        const BwPartition *b = g_ptr_array_index (again, i);

        g_assert_cmpstr (a->label, ==, b->label);
        g_assert_cmpstr (a->kind, ==, b->kind);
        g_assert_cmphex (a->offset, ==, b->offset);
        g_assert_cmphex (a->size, ==, b->size);
        g_assert_cmpint (a->is_encrypted, ==, b->is_encrypted);
        g_assert_cmpint (a->is_readonly, ==, b->is_readonly);
    }
}

static void
test_kinds_are_words_or_numbers (MakeFixture *f, gconstpointer data)
{
    static const struct {
        struct bwp_esp_partition entry;
        const char *kind;
    } cases[] = {
        { { "a", 0, 0x11, 0, 0, 0 }, "app ota_1" },
        { { "b", 1, 2, 0, 0, 0 }, "data nvs" },
        { { "c", 1, 0x77, 0, 0, 0 }, "data 0x77" },
        { { "d", 0x40, 5, 0, 0, 0 }, "0x40 0x05" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (BwPartition) row = bw_partition_from_entry (&cases[i].entry);
        struct bwp_esp_partition back;

        g_assert_cmpstr (row->kind, ==, cases[i].kind);
        g_assert_true (bw_partition_to_entry (row, &back));
        /* field by field: what lies between them is nobody's */
        g_assert_cmpstr (back.label, ==, cases[i].entry.label);
        g_assert_cmphex (back.type, ==, cases[i].entry.type);
        g_assert_cmphex (back.subtype, ==, cases[i].entry.subtype);
        g_assert_cmphex (back.offset, ==, cases[i].entry.offset);
        g_assert_cmphex (back.size, ==, cases[i].entry.size);
        g_assert_cmphex (back.flags, ==, cases[i].entry.flags);
    }
}

static void
test_strange_labels_become_text (MakeFixture *f, gconstpointer data)
{
    static const struct bwp_esp_partition entry = { "x\xff\xfey", 1, 2, 0, 0, 0 };
    g_autoptr (BwPartition) row = bw_partition_from_entry (&entry);
    g_autoptr (BwPartition) long_row = bw_partition_new ();
    struct bwp_esp_partition back;

    g_assert_true (g_utf8_validate (row->label, -1, NULL));
    long_row->label = g_strdup ("seventeen letters");
    g_assert_false (bw_partition_to_entry (long_row, &back));
}

static void
test_broken_rules_name_line_or_row (MakeFixture *f, gconstpointer data)
{
    refuse (f, "", "empty");
    refuse (f, "# nothing\n", "no partitions");
    refuse (f, "nvs, data, nvs, , 0x4000\nx, what, nvs, , 0x1000\n", "line 2");
    refuse (f, "nvs, data, nvs, , ten\n", "line 1");
    refuse (f, "app, app, factory, 0x10100, 1M\n", "partition 1 (app)");
    refuse (f, "nvs, data, nvs, 0x9000, 0x4000\nnvs, data, phy, , 0x1000\n", "line");
}

static void
test_a_damaged_binary_is_refused (MakeFixture *f, gconstpointer data)
{
    g_autoptr (GBytes) table = make_table ();
    size_t len = g_bytes_get_size (table);
    g_autofree uint8_t *bytes = g_memdup2 (g_bytes_get_data (table, NULL), len);
    g_autofree char *path = NULL;
    g_autoptr (GError) error = NULL;

    bytes[33] ^= 0x50;
    path = make_file (f->folder, "bad.bin", bytes, len);
    g_assert_null (bw_partition_table_load_sync (path, &rules, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_BAD_FIRMWARE);
}

static void
add_app (GPtrArray *rows, const char *label, uint32_t offset)
{
    BwPartition *row = bw_partition_new ();

    row->label = g_strdup (label);
    row->offset = offset;
    row->size = 0x100000;
    g_ptr_array_add (rows, row);
}

static void
refuse_to_save (MakeFixture *f, GPtrArray *rows, const char *words)
{
    g_autofree char *path = g_build_filename (f->folder, "out.bin", NULL);
    g_autoptr (GError) error = NULL;

    g_assert_false (bw_partition_table_save_sync (rows, path, &rules, TRUE, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_BAD_FIRMWARE);
    g_assert_nonnull (strstr (error->message, words));
    g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
test_what_breaks_a_rule_is_not_saved (MakeFixture *f, gconstpointer data)
{
    g_autoptr (GPtrArray) crooked =
                   g_ptr_array_new_with_free_func ((GDestroyNotify) bw_partition_free);
    g_autoptr (GPtrArray) overlapping =
                   g_ptr_array_new_with_free_func ((GDestroyNotify) bw_partition_free);

    add_app (crooked, "app", 0x10100);
    refuse_to_save (f, crooked, "partition 1 (app): ");
    add_app (overlapping, "one", 0x10000);
    add_app (overlapping, "two", 0x200000);
    add_app (overlapping, "three", 0x100000);
    refuse_to_save (f, overlapping, "partitions 1 (one) and 3 (three): ");
}

/* The first secure boot signs whole 64 KB of an application. */
static void
test_secure_boot (MakeFixture *f, gconstpointer data)
{
    const BwPartitionRules secure = { .table_offset = 0x8000, .is_secure_boot_v1 = TRUE };
    g_autofree char *odd = make_text (f->folder, "odd.csv", "app,app,factory,0x10000,0x11000\n");
    g_autofree char *path = g_build_filename (f->folder, "out.bin", NULL);
    g_autoptr (GPtrArray) rows = load (odd, 0x8000);
    g_autoptr (GError) at_load = NULL;
    g_autoptr (GError) at_save = NULL;

    g_assert_null (bw_partition_table_load_sync (odd, &secure, &at_load));
    g_assert_nonnull (strstr (at_load->message, "partition 1 (app): "));
    g_assert_false (bw_partition_table_save_sync (rows, path, &secure, TRUE, &at_save));
    g_assert_nonnull (strstr (at_save->message, "partition 1 (app): "));
    g_assert_true (bw_partition_table_save_sync (rows, path, &rules, TRUE, NULL));
}

/* Where the table lies lower, partitions may as well. */
static void
test_table_elsewhere (MakeFixture *f, gconstpointer data)
{
    const BwPartitionRules low = { .table_offset = 0x4000 };
    g_autofree char *csv = make_text (f->folder, "low.csv", "nvs,data,nvs,,0x3000\n");
    g_autofree char *path = g_build_filename (f->folder, "out.bin", NULL);
    g_autoptr (GPtrArray) rows = load (csv, 0x4000);
    g_autoptr (GError) error = NULL;

    g_assert_cmphex (((const BwPartition *) rows->pdata[0])->offset, ==, 0x5000);
    g_assert_true (bw_partition_table_save_sync (rows, path, &low, TRUE, &error));
    g_assert_no_error (error);
    g_assert_false (bw_partition_table_save_sync (rows, path, &rules, TRUE, &error));
}

#define ADD(name, function)                                                                        \
    g_test_add ("/engine/partition/" name, MakeFixture, NULL, make_set_up, function, make_tear_down)

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    ADD ("golden-tables-come-out", test_golden_tables_come_out);
    ADD ("both-forms-are-the-same", test_both_forms_are_the_same);
    ADD ("kinds-are-words-or-numbers", test_kinds_are_words_or_numbers);
    ADD ("strange-labels-become-text", test_strange_labels_become_text);
    ADD ("broken-rules-name-line-or-row", test_broken_rules_name_line_or_row);
    ADD ("a-damaged-binary-is-refused", test_a_damaged_binary_is_refused);
    ADD ("what-breaks-a-rule-is-not-saved", test_what_breaks_a_rule_is_not_saved);
    ADD ("secure-boot-wants-whole-64-kb", test_secure_boot);
    ADD ("a-table-that-lies-elsewhere", test_table_elsewhere);
    return g_test_run ();
}
