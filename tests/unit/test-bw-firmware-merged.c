/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "bw-error.h"
#include "firmware-make.h"

static void
assert_golden_parts (const char *name, const char *suffix)
{
    g_autofree char *path = make_vector_path (name);
    g_autofree char *spec = g_strconcat (path, suffix, NULL);
    g_autoptr (GBytes) app = make_vector ("image/merge_part_app.bin");
    g_autoptr (BwFirmware) firmware = make_load (spec, NULL);
    const BwFirmwareBuild *build = make_only_build (firmware);

    g_assert_cmpstr (bw_firmware_get_format (firmware), ==, "merged");
    g_assert_cmpstr (build->chip_key, ==, "esp32");
    g_assert_cmpuint (build->parts->len, ==, 3);
    g_assert_cmphex (make_part (build, 0)->offset, ==, 0x1000);
    g_assert_cmpstr (make_part (build, 0)->name, ==, "bootloader");
    /* whole sectors of flash, not whole gaps */
    g_assert_cmpuint (g_bytes_get_size (make_part (build, 0)->data), ==, 4096);
    g_assert_cmphex (make_part (build, 1)->offset, ==, 0x8000);
    g_assert_cmpstr (make_part (build, 1)->name, ==, "partition table");
    make_assert_part (build, 2, 0x10000, "factory", app);
    g_assert_cmphex (build->table_offset, ==, 0x8000);
}

static void
test_golden_data_is_taken_apart (MakeFixture *f, gconstpointer data)
{
    assert_golden_parts ("image/merge_raw.bin", "");
    assert_golden_parts ("image/merge_raw.bin", "@0");
}

static void
test_a_file_that_starts_later_finds_its_place (MakeFixture *f, gconstpointer data)
{
    assert_golden_parts ("image/merge_raw_off1000.bin", "");
    assert_golden_parts ("image/merge_raw_off1000.bin", "@0x1000");
}

/* A boot image with something behind it and no table is one file for one place. */
static void
test_no_table_is_no_merged_image (MakeFixture *f, gconstpointer data)
{
    g_autofree char *path = make_vector_path ("image/esp32_merged_before.bin");
    g_autoptr (BwFirmware) firmware = make_load (path, NULL);
    const BwFirmwareBuild *build = make_only_build (firmware);

    g_assert_cmpstr (bw_firmware_get_format (firmware), ==, "bin");
    g_assert_cmpuint (build->parts->len, ==, 1);
    g_assert_cmphex (make_part (build, 0)->offset, ==, 0x1000);
}

/* ---- what is written and what is not -------------------------------------------------------- */

static GBytes *
make_blank (size_t len)
{
    g_autofree uint8_t *bytes = g_malloc (len);

    memset (bytes, 0xff, len);
    return g_bytes_new (bytes, len);
}

static GBytes *
make_settings (void)
{
    g_autofree uint8_t *bytes = g_malloc (0x4000);

    memset (bytes, 0xff, 0x4000);
    bytes[0x2010] = 0;
    return g_bytes_new (bytes, 0x4000);
}

static void
test_blank_sectors_are_left_alone (MakeFixture *f, gconstpointer data)
{
    static const uint32_t offsets[] = { 0, 0x8000, 0x9000, 0x10000 };
    g_autoptr (GBytes) boot = make_image (&(MakeImage){ .chip = "esp32c3", .size = 9000 });
    g_autoptr (GBytes) table = make_table ();
    g_autoptr (GBytes) nvs = make_settings ();
    g_autoptr (GBytes) app =
                   make_image (&(MakeImage){ "esp32c3", "weather", "1.4.2", .size = 50000 });
    GBytes *parts[] = { boot, table, nvs, app };
    g_autoptr (GBytes) merged = make_merged (0, 4, offsets, parts);
    g_autofree char *path = make_bytes (f->folder, "merged.bin", merged);
    g_autoptr (BwFirmware) firmware = make_load (path, NULL);
    const BwFirmwareBuild *build = make_only_build (firmware);

    /* boot, table, all of the settings, the record of the slot, the application: settings of the
     * board that stayed between these would be read with them */
    g_assert_cmpuint (build->parts->len, ==, 5);
    g_assert_cmpuint (g_bytes_get_size (make_part (build, 0)->data), ==, 0x3000);
    make_assert_part (build, 2, 0x9000, "nvs", nvs);
    make_assert_part (build, 4, 0x10000, "app weather 1.4.2", app);
    g_assert_cmpstr (build->name, ==, "weather");
    g_assert_cmpuint (build->partitions->len, ==, 4);
}

/* A stale record would start the other slot: a blank one says something and is written. */
static void
test_a_blank_slot_record_is_written (MakeFixture *f, gconstpointer data)
{
    static const uint32_t offsets[] = { 0, 0x8000, 0x10000 };
    g_autoptr (GBytes) boot = make_image (&(MakeImage){ .chip = "esp32c3" });
    g_autoptr (GBytes) table = make_table ();
    g_autoptr (GBytes) blank = make_blank (0x2000);
    g_autoptr (GBytes) app = make_image (&(MakeImage){ "esp32c3", "weather", "1.4.2" });
    GBytes *parts[] = { boot, table, app };
    g_autoptr (GBytes) merged = make_merged (0, 3, offsets, parts);
    g_autofree char *path = make_bytes (f->folder, "merged.bin", merged);
    g_autoptr (BwFirmware) firmware = make_load (path, NULL);
    const BwFirmwareBuild *build = make_only_build (firmware);

    g_assert_cmpuint (build->parts->len, ==, 4);
    make_assert_part (build, 2, 0xd000, "otadata", blank);
}

static void
test_a_table_elsewhere_is_told (MakeFixture *f, gconstpointer data)
{
    static const uint32_t offsets[] = { 0, 0xa000, 0x10000 };
    g_autoptr (GBytes) boot = make_image (&(MakeImage){ .chip = "esp32c3" });
    g_autoptr (GBytes) table = make_factory_table (0x10000, 0x100000);
    g_autoptr (GBytes) app = make_image (&(MakeImage){ "esp32c3", "weather", "1.4.2" });
    g_autoptr (GBytes) merged = make_merged (0, 3, offsets, (GBytes *[]){ boot, table, app });
    g_autofree char *path = make_bytes (f->folder, "merged.bin", merged);
    g_autoptr (BwFirmware) firmware = make_load (path, NULL);

    g_assert_cmphex (make_only_build (firmware)->table_offset, ==, 0xa000);
}

/* The blank sectors of a segment are content of the image. */
static void
test_an_image_stays_whole (MakeFixture *f, gconstpointer data)
{
    static const uint32_t offsets[] = { 0, 0x8000, 0x10000 };
    g_autoptr (GBytes) boot = make_image (&(MakeImage){ .chip = "esp32c3" });
    g_autoptr (GBytes) table = make_factory_table (0x10000, 0x100000);
    g_autoptr (GBytes) solid = make_image (
        &(MakeImage){ "esp32c3", "weather", "1.4.2", .size = 0x8000, .has_no_digest = TRUE });
    size_t len = g_bytes_get_size (solid);
    g_autofree uint8_t *holed = g_memdup2 (g_bytes_get_data (solid, NULL), len);
    uint8_t checksum = 0xef;
    g_autoptr (GBytes) app = NULL;
    g_autoptr (GBytes) merged = NULL;
    g_autofree char *path = NULL;
    g_autoptr (BwFirmware) firmware = NULL;

    memset (holed + 0x2000, 0xff, 0x3000);
    for (size_t i = 32; i < 32 + 0x8000; i++)
        checksum ^= holed[i];
    holed[len - 1] = checksum;
    app = g_bytes_new (holed, len);
    merged = make_merged (0, 3, offsets, (GBytes *[]){ boot, table, app });
    path = make_bytes (f->folder, "merged.bin", merged);
    firmware = make_load (path, NULL);
    g_assert_cmpuint (make_only_build (firmware)->parts->len, ==, 3);
    make_assert_part (make_only_build (firmware), 2, 0x10000, "app weather 1.4.2", app);
}

static void
test_damage_inside_is_refused (MakeFixture *f, gconstpointer data)
{
    static const uint32_t offsets[] = { 0, 0x8000, 0x10000 };
    static const size_t places[] = { 0x40, 0x10080, 0x10300 };
    g_autoptr (GBytes) boot = make_image (&(MakeImage){ .chip = "esp32c3" });
    g_autoptr (GBytes) table = make_table ();
    g_autoptr (GBytes) app =
                   make_image (&(MakeImage){ "esp32c3", "weather", "1.4.2", .size = 5000 });
    g_autoptr (GBytes) merged = make_merged (0, 3, offsets, (GBytes *[]){ boot, table, app });
    size_t len = g_bytes_get_size (merged);

    for (size_t i = 0; i < G_N_ELEMENTS (places); i++) {
        g_autofree uint8_t *bytes = g_memdup2 (g_bytes_get_data (merged, NULL), len);
        g_autofree char *path = NULL;

        bytes[places[i]] ^= 4;
        path = make_file (f->folder, "bad.bin", bytes, len);
        make_refused (BW_CAUSE_BAD_FIRMWARE, "ESP32-C3 image", path, NULL);
    }
}

static void
refuse_with_change (MakeFixture *f, GBytes *merged, size_t place)
{
    size_t len = g_bytes_get_size (merged);
    g_autofree uint8_t *bytes = g_memdup2 (g_bytes_get_data (merged, NULL), len);
    g_autofree char *path = NULL;

    bytes[place] ^= 0x11;
    path = make_file (f->folder, "bad.bin", bytes, len);
    make_refused (BW_CAUSE_BAD_FIRMWARE, "at 0x8000", path, NULL);
}

/* Without its table the file would be one boot image with something behind it. */
static void
test_a_damaged_table_inside_is_refused (MakeFixture *f, gconstpointer data)
{
    static const uint32_t offsets[] = { 0, 0x8000, 0x10000 };
    g_autoptr (GBytes) boot = make_image (&(MakeImage){ .chip = "esp32c3" });
    g_autoptr (GBytes) table = make_table ();
    g_autoptr (GBytes) app = make_image (&(MakeImage){ "esp32c3", "weather", "1.4.2" });
    g_autoptr (GBytes) merged = make_merged (0, 3, offsets, (GBytes *[]){ boot, table, app });
    g_autoptr (GBytes) golden = make_vector ("image/merge_raw.bin");

    for (size_t at = 0x8000; at < 0x8000 + 5 * 32; at++)
        refuse_with_change (f, merged, at);
    refuse_with_change (f, golden, 0x8000 + 9);
}

static void
test_a_table_cut_inside_is_refused (MakeFixture *f, gconstpointer data)
{
    static const uint32_t offsets[] = { 0, 0x8000 };
    g_autoptr (GBytes) boot = make_image (&(MakeImage){ .chip = "esp32c3" });
    g_autoptr (GBytes) table = make_table ();
    g_autoptr (GBytes) merged = make_merged (0, 2, offsets, (GBytes *[]){ boot, table });

    for (size_t len = 0x8000 + 8; len < 0x8000 + 6 * 32; len += 4) {
        g_autoptr (GBytes) cut = g_bytes_new_from_bytes (merged, 0, len);
        g_autofree char *path = make_bytes (f->folder, "cut.bin", cut);

        make_refused (BW_CAUSE_BAD_FIRMWARE, "at 0x8000", path, NULL);
    }
}

/* Wherever it was cut, what is left is whole parts or a refusal, never half an image. */
static void
test_a_cut_file_never_gives_half_an_image (MakeFixture *f, gconstpointer data)
{
    static const uint32_t offsets[] = { 0, 0x8000, 0x10000 };
    g_autoptr (GBytes) boot = make_image (&(MakeImage){ .chip = "esp32c3" });
    g_autoptr (GBytes) table = make_table ();
    g_autoptr (GBytes) app =
                   make_image (&(MakeImage){ "esp32c3", "weather", "1.4.2", .size = 5000 });
    g_autoptr (GBytes) merged = make_merged (0, 3, offsets, (GBytes *[]){ boot, table, app });

    for (size_t len = 0x10000 + 1; len < g_bytes_get_size (merged); len += 97) {
        g_autoptr (GBytes) cut = g_bytes_new_from_bytes (merged, 0, len);
        g_autofree char *path = make_bytes (f->folder, "cut.bin", cut);

        make_refused (BW_CAUSE_BAD_FIRMWARE, "at 0x10000", path, NULL);
    }
}

static void
test_images_of_two_chips_are_refused (MakeFixture *f, gconstpointer data)
{
    static const uint32_t offsets[] = { 0, 0x8000, 0x10000 };
    g_autoptr (GBytes) boot = make_image (&(MakeImage){ .chip = "esp32c3" });
    g_autoptr (GBytes) table = make_table ();
    g_autoptr (GBytes) app = make_image (&(MakeImage){ "esp32s3", "weather", "1.4.2" });
    g_autoptr (GBytes) merged = make_merged (0, 3, offsets, (GBytes *[]){ boot, table, app });
    g_autofree char *path = make_bytes (f->folder, "mixed.bin", merged);

    make_refused (BW_CAUSE_BAD_FIRMWARE, "ESP32-S3", path, NULL);
}

#define ADD(name, function)                                                                        \
    g_test_add ("/engine/firmware/merged/" name, MakeFixture, NULL, make_set_up, function,         \
                make_tear_down)

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    ADD ("golden-data-is-taken-apart", test_golden_data_is_taken_apart);
    ADD ("a-file-that-starts-later-finds-its-place", test_a_file_that_starts_later_finds_its_place);
    ADD ("no-table-is-no-merged-image", test_no_table_is_no_merged_image);
    ADD ("blank-sectors-are-left-alone", test_blank_sectors_are_left_alone);
    ADD ("a-blank-slot-record-is-written", test_a_blank_slot_record_is_written);
    ADD ("a-table-elsewhere-is-told", test_a_table_elsewhere_is_told);
    ADD ("an-image-stays-whole", test_an_image_stays_whole);
    ADD ("damage-inside-is-refused", test_damage_inside_is_refused);
    ADD ("a-damaged-table-inside-is-refused", test_a_damaged_table_inside_is_refused);
    ADD ("a-table-cut-inside-is-refused", test_a_table_cut_inside_is_refused);
    ADD ("a-cut-file-never-gives-half-an-image", test_a_cut_file_never_gives_half_an_image);
    ADD ("images-of-two-chips-are-refused", test_images_of_two_chips_are_refused);
    return g_test_run ();
}
