/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bwp-esp-otadata.h"
#include "bwp-esp-partition-csv.h"
#include "bwp-vectors.h"
#include "fuzz.h"
#include <string.h>

/* Everything that can be done with whatever was read. */
static void
use_table (const struct bwp_esp_partition *entries, size_t count)
{
    const struct bwp_esp_partition_limits limits = { 0x8000, 4 << 20, false };
    struct bwp_esp_partition_fault fault;
    g_autofree char *text = g_malloc (BWP_ESP_CSV_BYTES_MAX);
    enum bwp_result result;
    size_t len = 0;

    if (bwp_esp_partition_verify (entries, count, &limits, &fault) == BWP_ERR_RULE)
        g_assert_true (fault.index < count && fault.other < count);
    (void) bwp_esp_partition_find_boot (entries, count);
    g_assert_cmpuint (bwp_esp_partition_ota_slots (entries, count), <=, 16);
    result = bwp_esp_csv_write (entries, count, text, BWP_ESP_CSV_BYTES_MAX, &len);
    g_assert_true (result == BWP_OK || result == BWP_ERR_RULE);
}

static void
check_table (const uint8_t *in, size_t len, const struct bwp_digests *digests)
{
    struct bwp_esp_partition entries[BWP_ESP_PARTITION_MAX];
    uint8_t out[BWP_ESP_PARTITION_TABLE_BYTES];
    size_t count = 0;
    bool has_md5 = false;

    if (bwp_esp_partition_parse (in, len, digests, entries, BWP_ESP_PARTITION_MAX, &count, &has_md5)
        != BWP_OK)
        return;
    use_table (entries, count);
    g_assert_cmpint (bwp_esp_partition_write (entries, count, has_md5 ? digests : NULL, out), ==,
                     BWP_OK);
}

/* The first 64 bytes as the two records. */
static void
check_otadata (const uint8_t *in, size_t len)
{
    static uint8_t data[BWP_ESP_OTADATA_BYTES];
    struct bwp_esp_ota_entry entries[2];
    struct bwp_esp_ota_choice choice;
    struct bwp_esp_ota_update update;

    memset (data, 0xff, sizeof data);
    if (len > 0)
        memcpy (data, in, MIN (len, 32));
    if (len > 32)
        memcpy (data + BWP_ESP_OTADATA_SECTOR, in + 32, MIN (len - 32, 32));
    g_assert_cmpint (bwp_esp_otadata_parse (data, sizeof data, entries), ==, BWP_OK);
    for (uint32_t slots = 0; slots <= 16; slots++) {
        if (bwp_esp_otadata_choose (entries, slots, slots == 0, &choice) == BWP_OK)
            g_assert_true (choice.boot != BWP_ESP_BOOT_SLOT || choice.slot < slots);
        if (bwp_esp_otadata_select (entries, slots, slots / 2, BWP_ESP_OTA_NEW, &update) == BWP_OK)
            g_assert_cmpuint ((update.sequence - 1) % slots, ==, slots / 2);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *in, size_t len)
{
    check_table (in, len, vectors_digests ());
    check_table (in, len, NULL); /* otherwise hardly a change gets past the MD5 */
    check_otadata (in, len);
    return 0;
}
