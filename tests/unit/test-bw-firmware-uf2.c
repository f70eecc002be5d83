/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "bw-error.h"
#include "bwp-bytes.h"
#include "firmware-make.h"

static void
assert_golden_parts (const char *name)
{
    g_autofree char *path = make_vector_path (name);
    g_autoptr (GBytes) boot = make_vector ("image/esp32_boot_before.bin");
    g_autoptr (GBytes) app = make_vector ("image/merge_part_app.bin");
    g_autoptr (BwFirmware) firmware = make_load (path, NULL);
    const BwFirmwareBuild *build = make_only_build (firmware);

    g_assert_cmpstr (bw_firmware_get_format (firmware), ==, "uf2");
    g_assert_cmpstr (build->chip_key, ==, "esp32");
    g_assert_cmpuint (build->parts->len, ==, 3);
    make_assert_part (build, 0, 0x1000, "bootloader", boot);
    g_assert_cmpstr (make_part (build, 1)->name, ==, "partition table");
    make_assert_part (build, 2, 0x10000, "factory", app);
}

static void
test_golden_data_loads (MakeFixture *f, gconstpointer data)
{
    assert_golden_parts ("image/merge.uf2");
    assert_golden_parts ("image/merge_nomd5.uf2");
}

static void
test_a_cut_file_is_refused (MakeFixture *f, gconstpointer data)
{
    g_autoptr (GBytes) whole = make_vector ("image/merge.uf2");

    for (size_t len = 512; len < g_bytes_get_size (whole); len += 64) {
        g_autoptr (GBytes) cut = g_bytes_new_from_bytes (whole, 0, len);
        g_autofree char *path = make_bytes (f->folder, "cut.uf2", cut);

        /* between two of the three files inside it, a cut cannot be seen */
        if (len != 5 * 512 && len != 12 * 512)
            make_refused (BW_CAUSE_BAD_FIRMWARE, len % 512 == 0 ? "cut off" : "truncated", path,
                          NULL);
    }
}

static void
refuse_changed (MakeFixture *f, size_t at, uint8_t value, const char *word)
{
    g_autoptr (GBytes) whole = make_vector ("image/merge.uf2");
    size_t len = g_bytes_get_size (whole);
    g_autofree uint8_t *bytes = g_memdup2 (g_bytes_get_data (whole, NULL), len);
    g_autofree char *path = NULL;

    g_assert_cmpuint (bytes[at], !=, value);
    bytes[at] = value;
    path = make_file (f->folder, "bad.uf2", bytes, len);
    make_refused (BW_CAUSE_BAD_FIRMWARE, word, path, NULL);
}

static void
test_a_damaged_block_is_refused (MakeFixture *f, gconstpointer data)
{
    refuse_changed (f, 512 + 100, 0xaa, "byte 512");   /* payload: MD5 */
    refuse_changed (f, 2 * 512 + 508, 0, "byte 1024"); /* end magic */
    refuse_changed (f, 512 + 20, 3, "block 3 of");     /* number */
    refuse_changed (f, 512 + 28, 0, "chip family");    /* family */
    refuse_changed (f, 512 + 13, 0x77, "byte 512");    /* address: that of the MD5 */
    refuse_changed (f, 512 + 8, 1, "main flash");      /* flags */
    refuse_changed (f, 512 + 9, 0x70, "main flash");   /* flags: a file in a container */
}

static void
test_a_missing_block_is_refused (MakeFixture *f, gconstpointer data)
{
    g_autoptr (GBytes) whole = make_vector ("image/merge.uf2");
    const uint8_t *bytes = g_bytes_get_data (whole, NULL);
    g_autoptr (GByteArray) holed = g_byte_array_new ();
    g_autofree char *path = NULL;

    g_byte_array_append (holed, bytes, 512);
    g_byte_array_append (holed, bytes + 1024, (guint) g_bytes_get_size (whole) - 1024);
    path = make_file (f->folder, "holed.uf2", holed->data, holed->len);
    make_refused (BW_CAUSE_BAD_FIRMWARE, "where 1 was expected", path, NULL);
}

static void
test_two_contents_for_one_place_are_refused (MakeFixture *f, gconstpointer data)
{
    g_autoptr (GBytes) whole = make_vector ("image/merge_nomd5.uf2");
    size_t len = g_bytes_get_size (whole);
    g_autofree uint8_t *bytes = g_memdup2 (g_bytes_get_data (whole, NULL), len);
    g_autofree char *path = NULL;

    bwp_put_u32le (bytes + 512 + 12, bwp_get_u32le (bytes + 12) + 16);
    path = make_file (f->folder, "overlap.uf2", bytes, len);
    make_refused (BW_CAUSE_OVERLAP, "two contents", path, NULL);
}

static void
test_addresses_in_memory_are_refused (MakeFixture *f, gconstpointer data)
{
    g_autoptr (GBytes) whole = make_vector ("image/merge_nomd5.uf2");
    size_t len = g_bytes_get_size (whole);
    g_autofree uint8_t *bytes = g_memdup2 (g_bytes_get_data (whole, NULL), len);
    g_autofree char *path = NULL;

    bwp_put_u32le (bytes + 12, 0x40080000u);
    path = make_file (f->folder, "ram.uf2", bytes, len);
    make_refused (BW_CAUSE_TOO_LARGE, "0x40080000", path, NULL);
}

static void
test_an_offset_makes_no_sense (MakeFixture *f, gconstpointer data)
{
    g_autofree char *path = make_vector_path ("image/merge.uf2");
    g_autofree char *spec = g_strconcat (path, "@0x1000", NULL);

    make_refused (BW_CAUSE_USAGE, "leave out @0x1000", spec, NULL);
}

#define ADD(name, function)                                                                        \
    g_test_add ("/engine/firmware/uf2/" name, MakeFixture, NULL, make_set_up, function,            \
                make_tear_down)

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    ADD ("golden-data-loads", test_golden_data_loads);
    ADD ("a-cut-file-is-refused", test_a_cut_file_is_refused);
    ADD ("a-damaged-block-is-refused", test_a_damaged_block_is_refused);
    ADD ("a-missing-block-is-refused", test_a_missing_block_is_refused);
    ADD ("two-contents-for-one-place-are-refused", test_two_contents_for_one_place_are_refused);
    ADD ("addresses-in-memory-are-refused", test_addresses_in_memory_are_refused);
    ADD ("an-offset-makes-no-sense", test_an_offset_makes_no_sense);
    return g_test_run ();
}
