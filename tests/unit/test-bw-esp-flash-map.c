/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "bw-digests.h"
#include "bw-error.h"
#include "bw-esp-flash-map.h"
#include "bwp-esp-partition.h"
#include "part-make.h"

static const BwEspFlashLimits limits = { 4u << 20, 0x1000, 0 };

static const BwEspRegion *
region_at (const BwEspFlashMap *map, unsigned index)
{
    g_assert_cmpuint (index, <, map->regions->len);
    return &g_array_index (map->regions, BwEspRegion, index);
}

static void
assert_refused (GPtrArray *parts, const BwEspFlashLimits *with, BwCause cause)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (BwEspFlashMap) map = bw_esp_flash_map_new (parts, with, &error);

    g_assert_null (map);
    g_assert_cmpint (bw_error_get_cause (error), ==, cause);
}

static void
test_order (void)
{
    g_autoptr (GPtrArray) parts = make_parts ();
    g_autoptr (GError) error = NULL;
    g_autoptr (BwEspFlashMap) map = NULL;
    uint8_t *table;

    make_filled_part (parts, 0x1000, 20000, 1);
    table = make_filled_part (parts, 0x8000, 3072, 2);
    table[0] = 0xaa;
    table[1] = 0x50;
    make_filled_part (parts, 0x10000, 100000, 3);
    make_filled_part (parts, 0xe000, 0x2000, 4);
    map = bw_esp_flash_map_new (parts, &limits, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (map->spans->len, ==, 4);
    g_assert_cmpuint (map->bytes_total, ==, 20000 + 3072 + 100000 + 0x2000);
    g_assert_cmphex (region_at (map, 0)->offset, ==, 0xe000);
    g_assert_cmphex (region_at (map, 1)->offset, ==, 0x10000);
    g_assert_cmphex (region_at (map, 2)->offset, ==, 0x8000);
    g_assert_cmpint (region_at (map, 2)->rank, ==, BW_ESP_RANK_TABLE);
    g_assert_cmphex (region_at (map, 3)->offset, ==, 0x1000);
    g_assert_cmpint (region_at (map, 3)->rank, ==, BW_ESP_RANK_BOOT);
}

static void
test_merged_is_cut (void)
{
    g_autoptr (GPtrArray) parts = make_parts ();
    g_autoptr (GError) error = NULL;
    g_autoptr (BwEspFlashMap) map = NULL;
    uint8_t *image = make_filled_part (parts, 0, 0x20000, 0xff);

    memset (image + 0x1000, 1, 0x5000);
    image[0x8000] = 0xaa;
    image[0x8001] = 0x50;
    memset (image + 0x10000, 3, 0x10000);
    map = bw_esp_flash_map_new (parts, &limits, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (map->spans->len, ==, 1);
    /* blank 0x9000..0x10000 and the program first; table; boot image last, with its short tail */
    for (unsigned i = 0; i + 1 < map->regions->len; i++)
        g_assert_cmpint (region_at (map, i)->rank, <=, region_at (map, i + 1)->rank);
    g_assert_cmphex (region_at (map, map->regions->len - 1)->offset, ==, 0x1000);
    g_assert_cmpint (region_at (map, map->regions->len - 1)->rank, ==, BW_ESP_RANK_BOOT);
    g_assert_cmphex (region_at (map, map->regions->len - 2)->offset, ==, 0x8000);
}

static void
put_table (uint8_t *at)
{
    static const struct bwp_esp_partition app = { "factory", BWP_ESP_TYPE_APP, BWP_ESP_APP_FACTORY,
                                                  0x20000,   0x100000,         0 };

    g_assert_cmpint (bwp_esp_partition_write (&app, 1, bw_digests_get (), at), ==, BWP_OK);
}

/* A build may move its table; in a merged image nothing but its contents says where it is. */
static void
test_moved_table (void)
{
    static const uint32_t places[] = { 0x9000, 0x10000, 0x1f000 };

    for (size_t i = 0; i < G_N_ELEMENTS (places); i++) {
        g_autoptr (GPtrArray) parts = make_parts ();
        g_autoptr (GError) error = NULL;
        g_autoptr (BwEspFlashMap) map = NULL;
        uint8_t *image = make_filled_part (parts, 0, 0x40000, 0x55);
        const BwEspRegion *table;
        const BwEspRegion *boot;

        /* begins like one and is none */
        image[0x3000] = 0xaa;
        image[0x3001] = 0x50;
        put_table (image + places[i]);
        map = bw_esp_flash_map_new (parts, &limits, &error);
        g_assert_no_error (error);
        boot = region_at (map, map->regions->len - 1);
        table = region_at (map, map->regions->len - 2);
        g_assert_cmpint (boot->rank, ==, BW_ESP_RANK_BOOT);
        g_assert_cmphex (boot->offset, ==, 0x1000);
        g_assert_cmphex (boot->size, ==, places[i] - 0x1000);
        g_assert_cmpint (table->rank, ==, BW_ESP_RANK_TABLE);
        g_assert_cmphex (table->offset, ==, places[i]);
        g_assert_cmphex (table->size, ==, BW_ESP_SECTOR);
    }
}

/* A cipher takes whole units; what fills up the last one is what an erase leaves there. */
static void
test_encrypted_is_filled_up (void)
{
    g_autoptr (GPtrArray) parts = make_parts ();
    g_autoptr (GError) error = NULL;
    g_autoptr (BwEspFlashMap) map = NULL;
    const uint8_t *data;
    gsize len = 0;

    make_filled_part (parts, 0x10010, 1001, 0x11);
    ((BwFirmwarePart *) g_ptr_array_index (parts, 0))->is_encrypted = TRUE;
    make_filled_part (parts, 0x20000, 1001, 0x22);
    map = bw_esp_flash_map_new (parts, &limits, &error);
    g_assert_no_error (error);
    data = g_bytes_get_data (bw_esp_flash_map_get_span (map, 0)->data, &len);
    g_assert_cmphex (bw_esp_flash_map_get_span (map, 0)->offset, ==, 0x10000);
    g_assert_cmpuint (len, ==, 1024);
    g_assert_cmphex (data[0], ==, 0xff);
    g_assert_cmphex (data[0x10 + 1000], ==, 0x11);
    g_assert_cmphex (data[0x10 + 1001], ==, 0xff);
    g_assert_cmpuint (region_at (map, 0)->size, ==, 1024);
    g_assert_cmpuint (g_bytes_get_size (bw_esp_flash_map_get_span (map, 1)->data), ==, 1001);
}

/* Whatever the parts, the regions cover every byte of the spans exactly once. */
static void
test_regions_cover (void)
{
    g_autoptr (GRand) rand = g_rand_new_with_seed (11);

    for (unsigned round = 0; round < 300; round++) {
        g_autoptr (GPtrArray) parts = make_parts ();
        g_autoptr (GError) error = NULL;
        g_autoptr (BwEspFlashMap) map = NULL;
        g_autofree uint8_t *seen = g_malloc0 (2u << 20);
        uint32_t at = 0;

        for (unsigned i = 0; i < 6; i++) {
            uint32_t size = (uint32_t) g_rand_int_range (rand, 0, 90000);
            uint8_t *bytes;

            at += (uint32_t) g_rand_int_range (rand, 0, 9000);
            bytes = make_filled_part (parts, at, size,
                                      (uint8_t) (g_rand_int (rand) % 3 == 0 ? 0xff : i));
            if (size > 40000)
                memset (bytes + 5000, 0xff, 30000);
            at += size;
        }
        map = bw_esp_flash_map_new (parts, &limits, &error);
        if (map == NULL) {
            g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_USAGE);
            continue;
        }
        for (unsigned i = 0; i < map->regions->len; i++) {
            const BwEspRegion *region = region_at (map, i);
            g_autoptr (GBytes) content = bw_esp_flash_map_dup_bytes (map, region);

            g_assert_cmpuint (region->offset % BW_ESP_SECTOR, ==, 0);
            g_assert_cmpuint (g_bytes_get_size (content), ==, region->size);
            for (uint32_t k = 0; k < region->size; k++)
                g_assert_cmpuint (seen[region->offset + k]++, ==, 0);
        }
        for (unsigned i = 0; i < parts->len; i++) {
            const BwFirmwarePart *part = g_ptr_array_index (parts, i);

            for (size_t k = 0; k < g_bytes_get_size (part->data); k++)
                g_assert_cmpuint (seen[part->offset + k], ==, 1);
        }
    }
}

static void
test_shared_sector_is_joined (void)
{
    g_autoptr (GPtrArray) parts = make_parts ();
    g_autoptr (GError) error = NULL;
    g_autoptr (BwEspFlashMap) map = NULL;
    const uint8_t *data;

    make_filled_part (parts, 0x20800, 0x100, 1);
    make_filled_part (parts, 0x20a00, 0x100, 2);
    map = bw_esp_flash_map_new (parts, &limits, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (map->spans->len, ==, 1);
    data = g_bytes_get_data (bw_esp_flash_map_get_span (map, 0)->data, NULL);
    g_assert_cmphex (bw_esp_flash_map_get_span (map, 0)->offset, ==, 0x20000);
    g_assert_cmphex (data[0x7ff], ==, 0xff);
    g_assert_cmphex (data[0x800], ==, 1);
    g_assert_cmphex (data[0x900], ==, 0xff);
    g_assert_cmphex (data[0xa00], ==, 2);
}

static void
test_refusals (void)
{
    const BwEspFlashLimits protected = { 4u << 20, 0x1000, 0x8000 };
    const BwEspFlashLimits unknown = { 0, 0x1000, 0 };
    g_autoptr (GPtrArray) none = make_parts ();
    g_autoptr (GPtrArray) overlap = make_parts ();
    g_autoptr (GPtrArray) large = make_parts ();
    g_autoptr (GPtrArray) wraps = make_parts ();
    g_autoptr (GPtrArray) low = make_parts ();
    g_autoptr (GPtrArray) mixed = make_parts ();

    make_filled_part (none, 0x1000, 0, 0);
    assert_refused (none, &limits, BW_CAUSE_USAGE);
    make_filled_part (overlap, 0x10000, 0x2001, 1);
    make_filled_part (overlap, 0x12000, 0x1000, 2);
    assert_refused (overlap, &limits, BW_CAUSE_OVERLAP);
    make_filled_part (large, 0x3fffff, 2, 1);
    assert_refused (large, &limits, BW_CAUSE_TOO_LARGE);
    make_filled_part (wraps, 0xfffffff0, 0x20, 1);
    assert_refused (wraps, &unknown, BW_CAUSE_TOO_LARGE);
    make_filled_part (low, 0x7fff, 1, 1);
    assert_refused (low, &protected, BW_CAUSE_REFUSED);
    make_filled_part (mixed, 0x10000, 100, 1);
    make_filled_part (mixed, 0x10100, 100, 1);
    ((BwFirmwarePart *) g_ptr_array_index (mixed, 1))->is_encrypted = TRUE;
    assert_refused (mixed, &limits, BW_CAUSE_USAGE);
}

static void
test_fits_to_the_last_byte (void)
{
    g_autoptr (GPtrArray) parts = make_parts ();
    g_autoptr (GError) error = NULL;
    g_autoptr (BwEspFlashMap) map = NULL;

    make_filled_part (parts, 0x3ff000, 0x1000, 1);
    map = bw_esp_flash_map_new (parts, &limits, &error);
    g_assert_no_error (error);
    g_assert_nonnull (map);
}

/* Where the size of the flash is not known, addresses end all the same. */
static void
test_end_of_addresses (void)
{
    const BwEspFlashLimits unknown = { 0, 0x1000, 0 };
    const BwEspFlashLimits huge = { (uint64_t) 4 << 30, 0x1000, 0 };
    g_autoptr (GPtrArray) last = make_parts ();
    g_autoptr (GPtrArray) before = make_parts ();
    g_autoptr (GError) error = NULL;
    g_autoptr (BwEspFlashMap) map = NULL;

    make_filled_part (last, 0xfffff000, 0xfff, 0x11);
    assert_refused (last, &unknown, BW_CAUSE_TOO_LARGE);
    assert_refused (last, &huge, BW_CAUSE_TOO_LARGE);
    make_filled_part (before, 0xffffe000, 0x1000, 0x11);
    map = bw_esp_flash_map_new (before, &unknown, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (map->regions->len, ==, 1);
    g_assert_cmphex (region_at (map, 0)->offset, ==, 0xffffe000);
    g_assert_cmphex (region_at (map, 0)->size, ==, 0x1000);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/driver/flash-map/boot-image-and-table-come-last", test_order);
    g_test_add_func ("/driver/flash-map/merged-images-are-cut", test_merged_is_cut);
    g_test_add_func ("/driver/flash-map/moved-table-is-found", test_moved_table);
    g_test_add_func ("/driver/flash-map/encrypted-is-filled-up", test_encrypted_is_filled_up);
    g_test_add_func ("/driver/flash-map/every-byte-once", test_regions_cover);
    g_test_add_func ("/driver/flash-map/shared-sectors-are-joined", test_shared_sector_is_joined);
    g_test_add_func ("/driver/flash-map/what-does-not-fit-is-refused", test_refusals);
    g_test_add_func ("/driver/flash-map/addresses-end", test_end_of_addresses);
    g_test_add_func ("/driver/flash-map/last-byte-fits", test_fits_to_the_last_byte);
    return g_test_run ();
}
