/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bwp-esp-partition-csv.h"
#include "bwp-vectors.h"
#include "fuzz.h"
#include <string.h>

static const char *
look_up (void *ctx, const char *name, size_t len)
{
    if (len == 4 && memcmp (name, "REST", len) == 0)
        return "data,fat,,4K\nx,app,0x10";
    if (len == 5 && memcmp (name, "EMPTY", len) == 0)
        return "";
    return len == 4 ? "0x5000" : NULL;
}

/* What was accepted can be written as a table, and what is said about a fault makes sense. */
int
LLVMFuzzerTestOneInput (const uint8_t *in, size_t len)
{
    const struct bwp_esp_csv_params params = { 0x8000, 0x1000, look_up, NULL };
    struct bwp_esp_partition entries[BWP_ESP_PARTITION_MAX];
    uint8_t out[BWP_ESP_PARTITION_TABLE_BYTES];
    struct bwp_esp_csv_fault fault = { 0, BWP_ESP_CSV_NONE };
    size_t count = 0;
    enum bwp_result result = bwp_esp_csv_parse ((const char *) in, len, &params, entries,
                                                BWP_ESP_PARTITION_MAX, &count, &fault);

    if (result == BWP_OK) {
        g_assert_cmpint (bwp_esp_partition_write (entries, count, NULL, out), ==, BWP_OK);
        return 0;
    }
    g_assert_true (fault.line > 0 && fault.reason != BWP_ESP_CSV_NONE);
    g_assert_cmpstr (bwp_esp_csv_reason_text (fault.reason), !=, "unknown reason");
    return 0;
}
