/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-firmware"
#include "config.h"

#include <glib/gi18n-lib.h>

#include "bw-digests.h"
#include "bw-error.h"
#include "bw-firmware-source.h"
#include "bw-firmware-writer.h"
#include "bw-firmware.h"
#include "bw-partition-entry.h"
#include "bw-result.h"
#include "bwp-esp-partition-csv.h"

/* Tables are some hundred bytes; comments in a CSV may be longer. */
#define FILE_MAX (256u * 1024)

typedef struct {
    struct bwp_esp_partition entries[BWP_ESP_PARTITION_MAX];
    size_t count;
} Rows;

static gboolean
is_binary (GBytes *bytes)
{
    size_t len;
    const uint8_t *data = g_bytes_get_data (bytes, &len);

    return bwp_esp_partition_has_magic (data, len);
}

static gboolean
read_binary (GBytes *bytes, Rows *rows, GError **error)
{
    size_t len;
    const uint8_t *data = g_bytes_get_data (bytes, &len);

    return bw_result_check (bwp_esp_partition_parse (data, len, bw_digests_get (), rows->entries,
                                                     BWP_ESP_PARTITION_MAX, &rows->count, NULL),
                            BW_CAUSE_BAD_FIRMWARE, error, N_ ("the partition table"));
}

static const char *
look_up_variable (void *ctx, const char *name, size_t len)
{
    g_autofree char *text = g_strndup (name, len);

    return g_getenv (text);
}

static gboolean
read_csv (GBytes *bytes, uint32_t table_offset, Rows *rows, GError **error)
{
    /* The boot image of a chip is not known here; its own entry is only ever written by hand. */
    struct bwp_esp_csv_params params = { .table_offset = table_offset, .env = look_up_variable };
    struct bwp_esp_csv_fault fault = { 0 };
    size_t len;
    const char *text = g_bytes_get_data (bytes, &len);

    if (bwp_esp_csv_parse (text, len, &params, rows->entries, BWP_ESP_PARTITION_MAX, &rows->count,
                           &fault)
        == BWP_OK)
        return TRUE;
    bw_set_error (error, BW_CAUSE_BAD_FIRMWARE, _ ("line %u: %s"), fault.line,
                  _ (bwp_esp_csv_reason_text (fault.reason)));
    return FALSE;
}

static void
set_fault (const Rows *rows, const struct bwp_esp_partition_fault *fault, GError **error)
{
    const char *rule = _ (bwp_esp_partition_rule_text (fault->rule));
    const char *label = rows->entries[fault->index].label;

    if (fault->other == fault->index)
        bw_set_error (error, BW_CAUSE_BAD_FIRMWARE, _ ("partition %zu (%s): %s"), fault->index + 1,
                      label, rule);
    else
        bw_set_error (error, BW_CAUSE_BAD_FIRMWARE, _ ("partitions %zu (%s) and %zu (%s): %s"),
                      fault->other + 1, rows->entries[fault->other].label, fault->index + 1, label,
                      rule);
}

static gboolean
check_rules (const Rows *rows, const BwPartitionRules *rules, GError **error)
{
    struct bwp_esp_partition_limits limits = { .table_offset = rules->table_offset,
                                               .secure_boot_v1 = rules->is_secure_boot_v1 };
    struct bwp_esp_partition_fault fault = { 0 };

    if (rows->count == 0) {
        bw_set_error (error, BW_CAUSE_BAD_FIRMWARE, _ ("holds no partitions"));
        return FALSE;
    }
    if (bwp_esp_partition_verify (rows->entries, rows->count, &limits, &fault) == BWP_OK)
        return TRUE;
    set_fault (rows, &fault, error);
    return FALSE;
}

GPtrArray *
bw_partition_table_load_sync (const char *path, const BwPartitionRules *rules, GError **error)
{
    g_autofree Rows *rows = g_new0 (Rows, 1);
    g_autoptr (GBytes) bytes = NULL;
    g_autofree char *shown = NULL;

    g_return_val_if_fail (path != NULL && rules != NULL, NULL);
    bytes = bw_firmware_source_read (path, FILE_MAX, NULL, NULL, error);
    if (bytes == NULL)
        return NULL;
    if ((is_binary (bytes) ? read_binary (bytes, rows, error)
                           : read_csv (bytes, rules->table_offset, rows, error))
        && check_rules (rows, rules, error))
        return bw_partitions_from_entries (rows->entries, rows->count);
    shown = g_filename_display_name (path);
    g_prefix_error (error, "%s: ", shown);
    return NULL;
}

/* ---- saving ----------------------------------------------------------------------------------- */

static gboolean
rows_from_partitions (GPtrArray *partitions, Rows *rows, GError **error)
{
    if (partitions->len > BWP_ESP_PARTITION_MAX) {
        bw_set_error (error, BW_CAUSE_BAD_FIRMWARE, _ ("%u partitions are too many for one table"),
                      partitions->len);
        return FALSE;
    }
    for (unsigned i = 0; i < partitions->len; i++) {
        const BwPartition *row = g_ptr_array_index (partitions, i);

        if (!bw_partition_to_entry (row, &rows->entries[i])) {
            bw_set_error (error, BW_CAUSE_BAD_FIRMWARE, _ ("the name %s has more than %u bytes"),
                          row->label, BWP_ESP_PARTITION_LABEL_BYTES);
            return FALSE;
        }
        rows->count++;
    }
    return TRUE;
}

static GBytes *
make_binary (const Rows *rows, GError **error)
{
    uint8_t table[BWP_ESP_PARTITION_TABLE_BYTES];

    if (!bw_result_check (bwp_esp_partition_write (rows->entries, rows->count, bw_digests_get (),
                                                   table),
                          BW_CAUSE_BAD_FIRMWARE, error, N_ ("the partition table")))
        return NULL;
    return g_bytes_new (table, sizeof table);
}

static GBytes *
make_csv (const Rows *rows, GError **error)
{
    g_autofree char *text = g_malloc (BWP_ESP_CSV_BYTES_MAX);
    size_t len = 0;

    if (!bw_result_check (bwp_esp_csv_write (rows->entries, rows->count, text,
                                             BWP_ESP_CSV_BYTES_MAX, &len),
                          BW_CAUSE_BAD_FIRMWARE, error, N_ ("the partition table")))
        return NULL;
    return g_bytes_new (text, len);
}

gboolean
bw_partition_table_save_sync (GPtrArray *partitions,
                              const char *path,
                              const BwPartitionRules *rules,
                              gboolean is_binary_wanted,
                              GError **error)
{
    g_autofree Rows *rows = g_new0 (Rows, 1);
    g_autoptr (GBytes) bytes = NULL;
    g_autoptr (BwFirmwareWriter) writer = NULL;

    g_return_val_if_fail (partitions != NULL && path != NULL && rules != NULL, FALSE);
    if (!rows_from_partitions (partitions, rows, error) || !check_rules (rows, rules, error))
        return FALSE;
    bytes = is_binary_wanted ? make_binary (rows, error) : make_csv (rows, error);
    if (bytes == NULL)
        return FALSE;
    writer = bw_firmware_writer_new (path, NULL, error);
    return writer != NULL
           && bw_firmware_writer_put (writer, g_bytes_get_data (bytes, NULL),
                                      g_bytes_get_size (bytes), error)
           && bw_firmware_writer_commit (writer, error);
}
