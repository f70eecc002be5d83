/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bwp-esp-partition-csv.h"
#include "bwp-vectors.h"
#include <stdio.h>
#include <string.h>

typedef struct {
    struct bwp_esp_partition entries[BWP_ESP_PARTITION_MAX];
    size_t count;
    struct bwp_esp_csv_fault fault;
} Table;

static struct bwp_esp_csv_params usual = { 0x8000, 0x1000, NULL, NULL };

/* From a copy of exact size, so that a byte read behind the end is seen. */
static enum bwp_result
parse (const char *text, gsize len, const struct bwp_esp_csv_params *params, Table *table)
{
    g_autofree char *copy = g_memdup2 (text, len);

    return bwp_esp_csv_parse (copy, len, params, table->entries, BWP_ESP_PARTITION_MAX,
                              &table->count, &table->fault);
}

static enum bwp_result
parse_text (const char *text, Table *table)
{
    memset (table, 0, sizeof *table);
    return parse (text, strlen (text), &usual, table);
}

static void
check_vector (const char *stem, const char *bin, guint table_offset)
{
    g_autofree char *csv_path = g_strdup_printf ("partition/%s.csv", stem);
    g_autofree char *bin_path = g_strdup_printf ("partition/%s.bin", bin);
    g_autofree char *out_path = g_strdup_printf ("partition/%s.out.csv", bin);
    g_autoptr (GByteArray) csv = vectors_load (csv_path);
    g_autoptr (GByteArray) wanted = vectors_load (bin_path);
    g_autoptr (GByteArray) text = vectors_load (out_path);
    struct bwp_esp_csv_params params = { table_offset, 0x1000, NULL, NULL };
    uint8_t out[BWP_ESP_PARTITION_TABLE_BYTES];
    char written[BWP_ESP_CSV_BYTES_MAX];
    size_t len = 0;
    Table table;

    g_assert_cmpint (parse ((const char *) csv->data, csv->len, &params, &table), ==, BWP_OK);
    g_assert_cmpint (bwp_esp_partition_write (table.entries, table.count, vectors_digests (), out),
                     ==, BWP_OK);
    g_assert_cmpmem (out, sizeof out, wanted->data, wanted->len);
    g_assert_cmpint (bwp_esp_csv_write (table.entries, table.count, written, sizeof written, &len),
                     ==, BWP_OK);
    g_assert_cmpmem (written, len, text->data, text->len);
    for (size_t capacity = 0; capacity <= len; capacity++)
        g_assert_cmpint (bwp_esp_csv_write (table.entries, table.count, written, capacity, &len),
                         ==, BWP_ERR_SPACE);
    /* its own output is read as the same table */
    g_assert_cmpint (parse ((const char *) text->data, text->len, &params, &table), ==, BWP_OK);
    g_assert_cmpint (bwp_esp_partition_write (table.entries, table.count, vectors_digests (), out),
                     ==, BWP_OK);
    g_assert_cmpmem (out, sizeof out, wanted->data, wanted->len);
    /* cut anywhere: an answer, whichever, and no byte too far */
    for (gsize cut = 0; cut < csv->len; cut++)
        (void) parse ((const char *) csv->data, cut, &params, &table);
}

static void
test_vectors (void)
{
    check_vector ("pt_basic", "pt_basic", 0x8000);
    check_vector ("pt_basic", "pt_basic_at_0x10000", 0x10000);
    check_vector ("pt_ota", "pt_ota", 0x8000);
    check_vector ("pt_custom_subtype", "pt_custom_subtype", 0x8000);
    check_vector ("pt_boot_entries", "pt_boot_entries", 0x8000);
}

static char *
expand_case (const char *field)
{
    GString *text = g_string_new (NULL);
    g_auto (GStrv) parts = NULL;
    guint count = 0;

    if (sscanf (field, "%u entries", &count) == 1) {
        for (guint i = 0; i < count; i++)
            g_string_append_printf (text, "p%u,data,0x80,,0x1000\n", i);
        return g_string_free (text, FALSE);
    }
    parts = g_strsplit (field, "\\n", -1);
    g_string_free (text, TRUE);
    return g_strjoinv ("\n", parts);
}

static const char *
judge (const char *text, gboolean secure_boot_v1)
{
    struct bwp_esp_partition_limits limits = { 0x8000, 0, secure_boot_v1 };
    uint8_t out[BWP_ESP_PARTITION_TABLE_BYTES];
    Table table;

    if (parse_text (text, &table) != BWP_OK
        || bwp_esp_partition_write (table.entries, table.count, vectors_digests (), out) != BWP_OK)
        return "InputError";
    if (bwp_esp_partition_verify (table.entries, table.count, &limits, NULL) != BWP_OK)
        return "ValidationError";
    return "ok";
}

static void
test_accept_and_reject (void)
{
    g_auto (GStrv) lines = vectors_lines ("partition/pt_verify_cases.tsv");
    guint count = 0;

    for (guint i = 1; lines[i] != NULL; i++, count++) {
        g_auto (GStrv) fields = g_strsplit (lines[i], "\t", 3);
        g_autofree char *text = expand_case (fields[0]);

        g_test_message ("%s", lines[i]);
        g_assert_cmpstr (judge (text, strcmp (fields[1], "v1") == 0), ==, fields[2]);
    }
    g_assert_cmpuint (count, ==, 28);
}

static void
expect_reason (const char *text, enum bwp_esp_csv_reason reason, guint line)
{
    Table table;

    g_assert_cmpint (parse_text (text, &table), <, 0);
    g_assert_cmpint (table.fault.reason, ==, reason);
    g_assert_cmpuint (table.fault.line, ==, line);
    g_assert_cmpstr (bwp_esp_csv_reason_text (reason), !=, "unknown reason");
}

static void
test_reasons (void)
{
    expect_reason ("# first\n\na,data,nvs,0x9000,0x4000,bogus", BWP_ESP_CSV_FLAGS, 3);
    expect_reason ("a,weird,nvs,0x9000,0x4000", BWP_ESP_CSV_TYPE, 1);
    expect_reason ("a", BWP_ESP_CSV_TYPE, 1);
    expect_reason ("a,256,1,,4K", BWP_ESP_CSV_TYPE, 1);
    expect_reason ("a,data,weird,,4K", BWP_ESP_CSV_SUBTYPE, 1);
    expect_reason ("a,app,,,4K", BWP_ESP_CSV_SUBTYPE, 1);
    expect_reason ("a,data,fat,12x,4K", BWP_ESP_CSV_OFFSET, 1);
    expect_reason ("a,data,fat,-0x9000,4K", BWP_ESP_CSV_OFFSET, 1);
    expect_reason ("a,data,fat,,", BWP_ESP_CSV_SIZE, 1);
    expect_reason ("a,data,fat,,010", BWP_ESP_CSV_SIZE, 1);
    expect_reason ("a,data,fat,,k", BWP_ESP_CSV_SIZE, 1);
    expect_reason ("a,data,fat,,-", BWP_ESP_CSV_SIZE, 1);
    expect_reason ("a,data,fat,,-0x9000", BWP_ESP_CSV_SIZE, 1);
    expect_reason ("a,data,fat,,99999999999999999999", BWP_ESP_CSV_SIZE, 1);
    expect_reason ("a,data,fat,,4096M", BWP_ESP_CSV_SIZE, 1);
    expect_reason ("a,data,fat,,4095M\nb,data,fat,,2M", BWP_ESP_CSV_RANGE, 2);
    expect_reason ("a,data,fat,,4K,,x", BWP_ESP_CSV_FIELDS, 1);
    expect_reason ("a,data,fat,,1111111111111111111111111111111111111111111111111111111111,",
                   BWP_ESP_CSV_FIELDS, 1);
    expect_reason ("a,data,fat,0x8000,4K", BWP_ESP_CSV_BELOW_TABLE, 1);
    expect_reason ("a,data,fat,0x9000,8K\nb,data,fat,0xa000,4K", BWP_ESP_CSV_OVERLAP, 2);
    expect_reason ("a,data,fat,,4K\na,data,fat,,4K", BWP_ESP_CSV_DUPLICATE_NAME, 2);
    expect_reason ("a,data,ota,,8K\nb,data,ota,,8K", BWP_ESP_CSV_OTADATA, 2);
    expect_reason ("a,data,ota,,4K", BWP_ESP_CSV_OTADATA, 1);
    expect_reason ("a,data,fat,,$SIZE", BWP_ESP_CSV_VARIABLE, 1);
    expect_reason ("\xff\xfe"
                   "a",
                   BWP_ESP_CSV_ENCODING, 1);
}

static void
test_forgiving (void)
{
    Table table;

    g_assert_cmpint (
        parse_text ("\xef\xbb\xbf# mark\r\n  a , DATA,\tFAT , , 0b1000000000000 ,,,\r\n"
                    " # comment with $UNDEFINED\nb,0x40,7,,0o10000,encrypted:",
                    &table),
        ==, BWP_OK);
    g_assert_cmpuint (table.count, ==, 2);
    g_assert_cmpstr (table.entries[0].label, ==, "a");
    g_assert_cmpuint (table.entries[0].subtype, ==, BWP_ESP_DATA_FAT);
    g_assert_cmphex (table.entries[0].size, ==, 0x1000);
    g_assert_cmphex (table.entries[1].type, ==, 0x40);
    g_assert_cmphex (table.entries[1].offset, ==, 0xa000);
    g_assert_cmphex (table.entries[1].size, ==, 0x1000);
    g_assert_cmphex (table.entries[1].flags, ==, BWP_ESP_PARTITION_ENCRYPTED);
    g_assert_cmpint (parse_text ("", &table), ==, BWP_OK);
    g_assert_cmpuint (table.count, ==, 0);
}

static const char *
look_up (void *ctx, const char *name, size_t len)
{
    (*(guint *) ctx)++;
    if (len == 4 && memcmp (name, "SIZE", 4) == 0)
        return "0x5000";
    if (len == 4 && memcmp (name, "REST", 4) == 0)
        return "data,fat,,4K";
    if (len == 5 && memcmp (name, "EMPTY", 5) == 0)
        return "";
    return NULL;
}

static void
test_variables (void)
{
    guint calls = 0;
    struct bwp_esp_csv_params params = { 0x8000, 0x1000, look_up, &calls };
    const char *text = "a$,data,fat,,$SIZE,${EMPTY}\nb${EMPTY}c,$REST\n";
    const char *undefined = "a,data,fat,,$SIZE2\n";
    const char *unclosed = "a,data,fat,,${SIZE\n";
    Table table;

    g_assert_cmpint (parse (text, strlen (text), &params, &table), ==, BWP_OK);
    g_assert_cmpuint (table.count, ==, 2);
    g_assert_cmpstr (table.entries[0].label, ==, "a$");
    g_assert_cmphex (table.entries[0].size, ==, 0x5000);
    g_assert_cmpstr (table.entries[1].label, ==, "bc");
    g_assert_cmphex (table.entries[1].offset, ==, 0xe000);
    g_assert_cmpuint (calls, ==, 4);
    g_assert_cmpint (parse (undefined, strlen (undefined), &params, &table), ==, BWP_ERR_RULE);
    g_assert_cmpint (table.fault.reason, ==, BWP_ESP_CSV_VARIABLE);
    g_assert_cmpint (parse (unclosed, strlen (unclosed), &params, &table), ==, BWP_ERR_RULE);
}

/* What a reader would take for something else is refused: labels come from the flash of any board. */
static void
test_cannot_be_written (void)
{
    static const char *const good[] = {
        "", "a", "a$", "a#", "a b", "1234567890123456", "\xc3\xa4"
    };
    static const char *const bad[] = { "#a", "a,b", "a\nb", "a\rb", "\ta",
                                       " a", "a ",  "$a",   "a$b",  "${a}" };
    struct bwp_esp_partition entry = { .type = 1, .subtype = 2, .offset = 0x9000, .size = 0x3000 };
    char out[BWP_ESP_CSV_BYTES_MAX];
    size_t len = 0;

    for (gsize i = 0; i < G_N_ELEMENTS (good); i++) {
        Table table;

        g_strlcpy (entry.label, good[i], sizeof entry.label);
        g_assert_cmpint (bwp_esp_csv_write (&entry, 1, out, sizeof out, &len), ==, BWP_OK);
        g_assert_cmpint (parse (out, len, &usual, &table), ==, BWP_OK);
        g_assert_cmpuint (table.count, ==, 1);
        g_assert_cmpstr (table.entries[0].label, ==, good[i]);
    }
    for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
        g_test_message ("%s", bad[i]);
        g_strlcpy (entry.label, bad[i], sizeof entry.label);
        g_assert_cmpint (bwp_esp_csv_write (&entry, 1, out, sizeof out, &len), ==, BWP_ERR_RULE);
    }
    g_strlcpy (entry.label, "a", sizeof entry.label);
    entry.flags = 1u << 2;
    g_assert_cmpint (bwp_esp_csv_write (&entry, 1, out, sizeof out, &len), ==, BWP_ERR_RULE);
}

static void
test_room (void)
{
    const char *text = "a,data,fat,,4K\nb,data,fat,,4K\n";
    struct bwp_esp_partition one;
    size_t count = 0;

    g_assert_cmpint (bwp_esp_csv_parse (text, strlen (text), &usual, &one, 1, &count, NULL), ==,
                     BWP_ERR_SPACE);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/protocol/esp-partition-csv/vectors-both-ways", test_vectors);
    g_test_add_func ("/protocol/esp-partition-csv/accept-and-reject", test_accept_and_reject);
    g_test_add_func ("/protocol/esp-partition-csv/reasons", test_reasons);
    g_test_add_func ("/protocol/esp-partition-csv/forgiving", test_forgiving);
    g_test_add_func ("/protocol/esp-partition-csv/variables", test_variables);
    g_test_add_func ("/protocol/esp-partition-csv/cannot-be-written", test_cannot_be_written);
    g_test_add_func ("/protocol/esp-partition-csv/room", test_room);
    return g_test_run ();
}
