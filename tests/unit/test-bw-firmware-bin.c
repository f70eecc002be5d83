/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "bw-error.h"
#include "firmware-make.h"

/* ---- where it goes -------------------------------------------------------------------------- */

static void
assert_goes_to (const char *folder, const MakeImage *how, uint32_t offset, const char *name)
{
    g_autoptr (GBytes) image = make_image (how);
    g_autofree char *path = make_bytes (folder, "image.bin", image);
    g_autoptr (BwFirmware) firmware = make_load (path, NULL);
    const BwFirmwareBuild *build = make_only_build (firmware);

    g_assert_cmpstr (bw_firmware_get_format (firmware), ==, "bin");
    g_assert_cmpstr (build->chip_key, ==, how->chip);
    make_assert_part (build, 0, offset, name, image);
}

static void
test_a_boot_image_goes_where_its_chip_boots (MakeFixture *f, gconstpointer data)
{
    assert_goes_to (f->folder, &(MakeImage){ .chip = "esp32" }, 0x1000, "bootloader");
    assert_goes_to (f->folder, &(MakeImage){ .chip = "esp32s2" }, 0x1000, "bootloader");
    assert_goes_to (f->folder, &(MakeImage){ .chip = "esp32c3" }, 0, "bootloader");
    assert_goes_to (f->folder, &(MakeImage){ .chip = "esp32s3" }, 0, "bootloader");
    assert_goes_to (f->folder, &(MakeImage){ .chip = "esp32p4" }, 0x2000, "bootloader");
    assert_goes_to (f->folder, &(MakeImage){ .chip = "esp32c5" }, 0x2000, "bootloader");
}

static void
test_an_application_goes_to_the_usual_slot (MakeFixture *f, gconstpointer data)
{
    assert_goes_to (f->folder, &(MakeImage){ "esp32c3", "weather", "1.4.2" }, 0x10000,
                    "app weather 1.4.2");
    assert_goes_to (f->folder, &(MakeImage){ .chip = "esp32s3", .app = "lamp" }, 0x10000,
                    "app lamp");
}

static void
test_an_esp8266_image_goes_to_the_start (MakeFixture *f, gconstpointer data)
{
    g_autofree char *path = make_vector_path ("image/esp8266_v1.bin");
    g_autoptr (BwFirmware) firmware = make_load (path, NULL);
    const BwFirmwareBuild *build = make_only_build (firmware);

    g_assert_cmpstr (build->chip_key, ==, "esp8266");
    g_assert_cmphex (make_part (build, 0)->offset, ==, 0);
}

static void
test_a_table_goes_to_its_place (MakeFixture *f, gconstpointer data)
{
    g_autoptr (GBytes) table = make_table ();
    g_autofree char *path = make_bytes (f->folder, "t.bin", table);
    g_autoptr (BwFirmware) firmware = make_load (path, NULL);
    const BwFirmwareBuild *build = make_only_build (firmware);
    const BwPartition *row;

    make_assert_part (build, 0, 0x8000, "partition table", table);
    g_assert_cmpuint (build->partitions->len, ==, 4);
    row = g_ptr_array_index (build->partitions, 2);
    g_assert_cmpstr (row->label, ==, "ota_0");
    g_assert_cmpstr (row->kind, ==, "app ota_0");
    g_assert_cmphex (row->offset, ==, 0x10000);
    g_assert_cmphex (row->size, ==, 0x100000);
}

static void
test_an_application_follows_the_table_beside_it (MakeFixture *f, gconstpointer data)
{
    g_autoptr (GBytes) app = make_image (&(MakeImage){ "esp32c3", "weather", "1.4.2" });
    g_autoptr (GBytes) table = make_factory_table (0x20000, 0x100000);
    g_autofree char *app_path = make_bytes (f->folder, "app.bin", app);
    g_autofree char *table_path = make_bytes (f->folder, "table.bin", table);
    g_autoptr (BwFirmware) firmware = make_load (app_path, table_path, NULL);
    const BwFirmwareBuild *build = make_only_build (firmware);
    const BwPartition *row = g_ptr_array_index (build->partitions, 0);

    make_assert_part (build, 0, 0x8000, "partition table", table);
    make_assert_part (build, 1, 0x20000, "app weather 1.4.2", app);
    g_assert_cmpstr (row->app_name, ==, "weather");
    g_assert_cmpstr (row->app_version, ==, "1.4.2");
    g_assert_cmpstr (build->name, ==, "weather");
    g_assert_cmpstr (bw_firmware_get_title (firmware), ==, "weather 1.4.2");
}

static void
test_a_given_offset_wins (MakeFixture *f, gconstpointer data)
{
    g_autoptr (GBytes) app = make_image (&(MakeImage){ "esp32c3", "weather", "1.4.2" });
    g_autofree char *path = make_bytes (f->folder, "app.bin", app);
    g_autofree char *hex = g_strconcat (path, "@0x20000", NULL);
    g_autofree char *decimal = g_strconcat (path, "@131072", NULL);
    g_autoptr (BwFirmware) one = make_load (hex, NULL);
    g_autoptr (BwFirmware) two = make_load (decimal, NULL);

    make_assert_part (make_only_build (one), 0, 0x20000, "app weather 1.4.2", app);
    make_assert_part (make_only_build (two), 0, 0x20000, "app weather 1.4.2", app);
}

static void
test_unknown_data_needs_an_offset (MakeFixture *f, gconstpointer data)
{
    g_autoptr (GBytes) raw = g_bytes_new_static ("a file system", 13);
    g_autofree char *path = make_bytes (f->folder, "spiffs.bin", raw);
    g_autofree char *spec = g_strconcat (path, "@0x110000", NULL);
    g_autoptr (BwFirmware) firmware = NULL;

    make_refused (BW_CAUSE_BAD_FIRMWARE, "name the place", path, NULL);
    firmware = make_load (spec, NULL);
    make_assert_part (make_only_build (firmware), 0, 0x110000, "spiffs.bin", raw);
    g_assert_null (make_only_build (firmware)->chip_key);
}

static void
test_strangers_are_named (MakeFixture *f, gconstpointer data)
{
    static const struct {
        const char *name;
        const char *content;
        const char *word;
    } cases[] = {
        { "a.elf", "\177ELF\1\1\1", "linked program" },
        { "a.zip", "PK\003\004....", "zip archive" },
        { "package.json", "{ \"name\": \"x\" }", "neither a build description nor a manifest" },
        { "notes.json", "[ 1, 2 ]", "neither" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *path = make_text (f->folder, cases[i].name, cases[i].content);

        make_refused (BW_CAUSE_BAD_FIRMWARE, cases[i].word, path, NULL);
    }
}

/* A file of settings may be JSON, or anything that is only called so. */
static void
test_json_with_an_offset_is_data (MakeFixture *f, gconstpointer data)
{
    g_autoptr (GBytes) lines = g_bytes_new_static ("{ \"a\": 1 }\n{ \"a\": 2 }\n", 22);
    g_autofree char *path = make_bytes (f->folder, "settings.json", lines);
    g_autofree char *spec = g_strconcat (path, "@0x9000", NULL);
    g_autoptr (BwFirmware) firmware = make_load (spec, NULL);

    make_assert_part (make_only_build (firmware), 0, 0x9000, "settings.json", lines);
    make_refused (BW_CAUSE_BAD_FIRMWARE, "no good JSON at byte 10", path, NULL);
}

static void
test_data_is_called_like_its_partition (MakeFixture *f, gconstpointer data)
{
    g_autoptr (GBytes) raw = g_bytes_new_static ("settings", 8);
    g_autoptr (GBytes) table = make_table ();
    g_autofree char *raw_path = make_bytes (f->folder, "x.bin", raw);
    g_autofree char *spec = g_strconcat (raw_path, "@0x9000", NULL);
    g_autofree char *table_path = make_bytes (f->folder, "table.bin", table);
    g_autoptr (BwFirmware) firmware = make_load (spec, table_path, NULL);

    make_assert_part (make_only_build (firmware), 1, 0x9000, "nvs", raw);
}

static void
test_an_at_sign_may_be_part_of_a_name (MakeFixture *f, gconstpointer data)
{
    g_autoptr (GBytes) app = make_image (&(MakeImage){ "esp32c3", "weather", "1.4.2" });
    g_autofree char *named = make_bytes (f->folder, "app@home.bin", app);
    g_autofree char *numbered = make_bytes (f->folder, "app@4096", app);
    g_autoptr (BwFirmware) one = make_load (named, NULL);
    g_autoptr (BwFirmware) two = make_load (numbered, NULL);

    g_assert_cmphex (make_part (make_only_build (one), 0)->offset, ==, 0x10000);
    g_assert_cmphex (make_part (make_only_build (two), 0)->offset, ==, 0x10000);
}

static void
test_a_bad_offset_is_refused (MakeFixture *f, gconstpointer data)
{
    g_autoptr (GBytes) app = make_image (&(MakeImage){ "esp32c3", "weather", "1.4.2" });
    g_autofree char *path = make_bytes (f->folder, "app.bin", app);
    static const struct {
        const char *offset;
        BwCause cause;
        const char *word;
    } cases[] = {
        { "@0x1000000000", BW_CAUSE_USAGE, "0x1000000000" },
        { "@0x", BW_CAUSE_USAGE, "not an offset" },
        { "@12z", BW_CAUSE_USAGE, "12z" },
        { "@0x10010", BW_CAUSE_BAD_FIRMWARE, "multiple of 0x1000" },
        { "@0xfffff000", BW_CAUSE_TOO_LARGE, "any flash" },
        { "@-4096", BW_CAUSE_USAGE, "not an offset" },
        { "@+1", BW_CAUSE_USAGE, "not an offset" },
        { "@4k", BW_CAUSE_USAGE, "not an offset" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *spec = g_strconcat (path, cases[i].offset, NULL);

        make_refused (cases[i].cause, cases[i].word, spec, NULL);
    }
}

/* ---- damage --------------------------------------------------------------------------------- */

static void
refuse_bytes (const char *folder, GBytes *bytes, const char *suffix, const char *word)
{
    g_autofree char *path = make_bytes (folder, "bad.bin", bytes);
    g_autofree char *spec = g_strconcat (path, suffix, NULL);

    make_refused (BW_CAUSE_BAD_FIRMWARE, word, spec, NULL);
}

static void
test_an_image_cut_anywhere_is_refused (MakeFixture *f, gconstpointer data)
{
    g_autoptr (GBytes) image = make_image (&(MakeImage){ "esp32c3", "weather", "1.4.2" });

    for (size_t len = 1; len < g_bytes_get_size (image); len++) {
        g_autoptr (GBytes) cut = g_bytes_new_from_bytes (image, 0, len);

        refuse_bytes (f->folder, cut, "", "image");
        refuse_bytes (f->folder, cut, "@0x10000", "image");
    }
}

static void
test_a_changed_byte_is_refused (MakeFixture *f, gconstpointer data)
{
    g_autoptr (GBytes) image = make_image (&(MakeImage){ "esp32c3", "weather", "1.4.2" });
    size_t len = g_bytes_get_size (image);
    g_autofree uint8_t *bytes = g_memdup2 (g_bytes_get_data (image, NULL), len);

    /* without its first byte it is no image any more, and what is encrypted looks like that */
    for (size_t i = 1; i < len; i++) {
        g_autoptr (GBytes) bad = NULL;

        bytes[i] ^= 0x90;
        bad = g_bytes_new (bytes, len);
        refuse_bytes (f->folder, bad, "@0x10000", i < 24 ? "image" : "ESP32-C3 image");
        bytes[i] ^= 0x90;
    }
}

/* How many segments there are and how long the first is; addresses stand in no checksum. */
static void
test_a_changed_head_of_an_esp8266_is_refused (MakeFixture *f, gconstpointer data)
{
    static const uint8_t places[] = { 1, 12, 13, 15 };
    g_autoptr (GBytes) image = make_vector ("image/esp8266_v1.bin");
    size_t len = g_bytes_get_size (image);

    for (size_t i = 0; i < G_N_ELEMENTS (places); i++) {
        g_autofree uint8_t *bytes = g_memdup2 (g_bytes_get_data (image, NULL), len);
        g_autoptr (GBytes) bad = NULL;

        bytes[places[i]] ^= 0x90;
        bad = g_bytes_new (bytes, len);
        refuse_bytes (f->folder, bad, "@0", "image");
    }
}

static void
test_damaged_golden_data_is_refused (MakeFixture *f, gconstpointer data)
{
    g_autofree char *path = make_vector_path ("image/esp32_boot_badchecksum.bin");
    g_autoptr (GBytes) old = make_vector ("image/esp8266_v1.bin");
    g_autoptr (GBytes) cut = g_bytes_new_from_bytes (old, 0, g_bytes_get_size (old) - 1);

    make_refused (BW_CAUSE_BAD_FIRMWARE, "ESP32 image", path, NULL);
    refuse_bytes (f->folder, cut, "", "ESP8266 image");
}

static void
test_a_segment_beyond_the_file_is_refused (MakeFixture *f, gconstpointer data)
{
    g_autoptr (GBytes) image = make_image (&(MakeImage){ .chip = "esp32" });
    size_t len = g_bytes_get_size (image);
    g_autofree uint8_t *bytes = g_memdup2 (g_bytes_get_data (image, NULL), len);
    g_autoptr (GBytes) bad = NULL;

    bytes[24 + 6] = 0x40; /* 4 MiB more than there are */
    bad = g_bytes_new (bytes, len);
    refuse_bytes (f->folder, bad, "", "ESP32 image");
}

static void
test_a_damaged_table_is_refused (MakeFixture *f, gconstpointer data)
{
    g_autoptr (GBytes) table = make_table ();
    size_t len = g_bytes_get_size (table);
    g_autofree uint8_t *bytes = g_memdup2 (g_bytes_get_data (table, NULL), len);
    g_autoptr (GBytes) bad = NULL;

    bytes[40] ^= 1;
    bad = g_bytes_new (bytes, len);
    refuse_bytes (f->folder, bad, "", "partition table");
}

/* Every byte of the four rows and of their digest, the magic of the first row among them. */
static void
test_a_table_changed_anywhere_is_refused (MakeFixture *f, gconstpointer data)
{
    g_autoptr (GBytes) table = make_table ();
    size_t len = g_bytes_get_size (table);
    g_autofree uint8_t *bytes = g_memdup2 (g_bytes_get_data (table, NULL), len);

    for (size_t i = 0; i < 5 * 32; i++) {
        g_autoptr (GBytes) bad = NULL;

        bytes[i] ^= 0x11;
        bad = g_bytes_new (bytes, len);
        refuse_bytes (f->folder, bad, "@0x8000", "partition table");
        bytes[i] ^= 0x11;
    }
}

static void
test_a_table_cut_anywhere_is_refused (MakeFixture *f, gconstpointer data)
{
    g_autoptr (GBytes) table = make_table ();

    /* the magic and a type alone could be anything; behind the digest one blank row is enough */
    for (size_t len = 8; len < 6 * 32; len++) {
        g_autoptr (GBytes) cut = g_bytes_new_from_bytes (table, 0, len);

        refuse_bytes (f->folder, cut, "@0x8000", "partition table");
    }
}

/* An encrypted file starts with the magic of images once in 256 times. */
static void
test_the_magic_by_chance_is_only_data (MakeFixture *f, gconstpointer data)
{
    static const uint8_t noise[64] = { 0xe9, 0x77, 0x13, 0xa0, 0x55, 0x91, 0x03, 0xfe, 0x21 };
    g_autofree char *path = make_file (f->folder, "cipher.bin", noise, sizeof noise);
    g_autofree char *spec = g_strconcat (path, "@0x10000", NULL);
    g_autoptr (BwFirmware) firmware = make_load (spec, NULL);

    g_assert_null (make_only_build (firmware)->chip_key);
    make_refused (BW_CAUSE_BAD_FIRMWARE, "name the place", path, NULL);
}

/* A small number as its first word: most fields of a header would be zero as well. */
static void
test_a_number_by_chance_is_only_data (MakeFixture *f, gconstpointer data)
{
    static const uint8_t numbers[][64] = {
        { 0xe9, 0, 0, 0, 7, 0, 0, 0, 1 },
        { 0xe9, 1 },
        { 0xea, 4 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (numbers); i++) {
        g_autofree char *path = make_file (f->folder, "numbers.bin", numbers[i], 64);
        g_autofree char *spec = g_strconcat (path, "@0x10000", NULL);
        g_autoptr (BwFirmware) firmware = make_load (spec, NULL);

        g_assert_null (make_only_build (firmware)->chip_key);
    }
}

#define ADD(name, function)                                                                        \
    g_test_add ("/engine/firmware/bin/" name, MakeFixture, NULL, make_set_up, function,            \
                make_tear_down)

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    ADD ("a-boot-image-goes-where-its-chip-boots", test_a_boot_image_goes_where_its_chip_boots);
    ADD ("an-application-goes-to-the-usual-slot", test_an_application_goes_to_the_usual_slot);
    ADD ("an-esp8266-image-goes-to-the-start", test_an_esp8266_image_goes_to_the_start);
    ADD ("a-table-goes-to-its-place", test_a_table_goes_to_its_place);
    ADD ("an-application-follows-the-table-beside-it",
         test_an_application_follows_the_table_beside_it);
    ADD ("a-given-offset-wins", test_a_given_offset_wins);
    ADD ("unknown-data-needs-an-offset", test_unknown_data_needs_an_offset);
    ADD ("strangers-are-named", test_strangers_are_named);
    ADD ("json-with-an-offset-is-data", test_json_with_an_offset_is_data);
    ADD ("data-is-called-like-its-partition", test_data_is_called_like_its_partition);
    ADD ("an-at-sign-may-be-part-of-a-name", test_an_at_sign_may_be_part_of_a_name);
    ADD ("a-bad-offset-is-refused", test_a_bad_offset_is_refused);
    ADD ("an-image-cut-anywhere-is-refused", test_an_image_cut_anywhere_is_refused);
    ADD ("a-changed-byte-is-refused", test_a_changed_byte_is_refused);
    ADD ("a-changed-head-of-an-esp8266-is-refused", test_a_changed_head_of_an_esp8266_is_refused);
    ADD ("damaged-golden-data-is-refused", test_damaged_golden_data_is_refused);
    ADD ("a-segment-beyond-the-file-is-refused", test_a_segment_beyond_the_file_is_refused);
    ADD ("a-damaged-table-is-refused", test_a_damaged_table_is_refused);
    ADD ("a-table-changed-anywhere-is-refused", test_a_table_changed_anywhere_is_refused);
    ADD ("a-table-cut-anywhere-is-refused", test_a_table_cut_anywhere_is_refused);
    ADD ("the-magic-by-chance-is-only-data", test_the_magic_by_chance_is_only_data);
    ADD ("a-number-by-chance-is-only-data", test_a_number_by_chance_is_only_data);
    return g_test_run ();
}
