/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "bw-error.h"
#include "firmware-make.h"

/* What a build of ESP-IDF 5 leaves behind, shortened. */
#define ARGS_V5                                                                                    \
    "{ \"write_flash_args\" : [ \"--flash_mode\", \"dio\", \"--flash_size\", \"4MB\","             \
    "    \"--flash_freq\", \"80m\" ],"                                                             \
    "  \"flash_settings\" : { \"flash_mode\": \"dio\", \"flash_size\": \"4MB\","                   \
    "    \"flash_freq\": \"80m\" },"                                                               \
    "  \"flash_files\" : { \"0x0\" : \"bootloader/bootloader.bin\", \"0x10000\" : \"app.bin\","    \
    "    \"0x8000\" : \"partition_table/partition-table.bin\", \"0x9000\" : \"settings.bin\" },"   \
    "  \"bootloader\" : { \"offset\" : \"0x0\", \"file\" : \"bootloader/bootloader.bin\","         \
    "    \"encrypted\" : \"false\" },"                                                             \
    "  \"app\" : { \"offset\" : \"0x10000\", \"file\" : \"app.bin\", \"encrypted\" : \"true\" },"  \
    "  \"extra_esptool_args\" : { \"after\": \"hard_reset\", \"before\": \"default_reset\","       \
    "    \"stub\": true, \"chip\": \"esp32c3\" } }"

/* The other spelling, settings only among the arguments, and no list of files. */
#define ARGS_HYPHENS                                                                               \
    "{ \"write-flash-args\" : [ \"--flash-mode\", \"qio\", \"--flash-size\", \"detect\","          \
    "    \"--flash-freq\", \"keep\" ],"                                                            \
    "  \"app\" : { \"offset\" : \"0x10000\", \"file\" : \"app.bin\", \"encrypted\" : true },"      \
    "  \"extra-esptool-args\" : { \"chip\": \"esp32c3\" } }"

typedef struct {
    char *folder;
    GBytes *boot;
    GBytes *table;
    GBytes *app;
} Fixture;

static void
put (Fixture *f, const char *name, GBytes *bytes)
{
    g_autofree char *path = make_bytes (f->folder, name, bytes);
}

static char *
put_args (Fixture *f, const char *text)
{
    return make_text (f->folder, "build/flasher_args.json", text);
}

static void
set_up (Fixture *f, gconstpointer data)
{
    g_autoptr (GBytes) settings = g_bytes_new_static ("settings", 8);

    f->folder = make_folder ();
    f->boot = make_image (&(MakeImage){ .chip = "esp32c3" });
    f->table = make_table ();
    f->app = make_image (&(MakeImage){ "esp32c3", "weather", "1.4.2" });
    put (f, "build/bootloader/bootloader.bin", f->boot);
    put (f, "build/partition_table/partition-table.bin", f->table);
    put (f, "build/app.bin", f->app);
    put (f, "build/settings.bin", settings);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
    g_bytes_unref (f->boot);
    g_bytes_unref (f->table);
    g_bytes_unref (f->app);
    make_folder_remove (f->folder);
}

static void
assert_whole_build (Fixture *f, const char *spec)
{
    g_autoptr (BwFirmware) firmware = make_load (spec, NULL);
    const BwFirmwareBuild *build = make_only_build (firmware);

    g_assert_cmpstr (bw_firmware_get_format (firmware), ==, "idf");
    g_assert_cmpstr (bw_firmware_get_title (firmware), ==, "weather 1.4.2");
    g_assert_cmpstr (build->chip_key, ==, "esp32c3");
    g_assert_cmpstr (build->flash_mode, ==, "dio");
    g_assert_cmpstr (build->flash_freq, ==, "80m");
    g_assert_cmpstr (build->flash_size, ==, "4MB");
    g_assert_cmpuint (build->parts->len, ==, 4);
    make_assert_part (build, 0, 0, "bootloader", f->boot);
    make_assert_part (build, 1, 0x8000, "partition table", f->table);
    make_assert_part (build, 3, 0x10000, "app weather 1.4.2", f->app);
    g_assert_false (make_part (build, 0)->is_encrypted);
    g_assert_true (make_part (build, 3)->is_encrypted);
}

static void
test_folder_project_and_file_are_one (Fixture *f, gconstpointer data)
{
    g_autofree char *args = put_args (f, ARGS_V5);
    g_autofree char *build = g_build_filename (f->folder, "build", NULL);

    assert_whole_build (f, args);
    assert_whole_build (f, build);
    assert_whole_build (f, f->folder);
}

static void
test_both_spellings_are_read (Fixture *f, gconstpointer data)
{
    g_autofree char *args = put_args (f, ARGS_HYPHENS);
    g_autoptr (BwFirmware) firmware = make_load (args, NULL);
    const BwFirmwareBuild *build = make_only_build (firmware);

    g_assert_cmpstr (build->flash_mode, ==, "qio");
    g_assert_cmpstr (build->flash_size, ==, "detect");
    g_assert_null (build->flash_freq);
    g_assert_cmpuint (build->parts->len, ==, 1);
    g_assert_true (make_part (build, 0)->is_encrypted);
}

static void
test_packed_files_are_unpacked (Fixture *f, gconstpointer data)
{
    g_autofree char *args = put_args (f, ARGS_V5);
    g_autoptr (GBytes) packed = make_gzip (f->app);

    put (f, "build/app.bin", packed);
    assert_whole_build (f, args);
}

static void
test_a_missing_file_is_named (Fixture *f, gconstpointer data)
{
    g_autofree char *args = put_args (f, "{ \"flash_files\": { \"0x10000\": \"gone/app.bin\" } }");

    make_refused (BW_CAUSE_UNREADABLE_FILE, "gone/app.bin: cannot be opened", args, NULL);
}

static void
test_a_folder_without_a_build_is_refused (Fixture *f, gconstpointer data)
{
    make_refused (BW_CAUSE_BAD_FIRMWARE, "no build folder", f->folder, NULL);
}

static void
test_bad_descriptions_are_refused (Fixture *f, gconstpointer data)
{
    static const struct {
        const char *text;
        BwCause cause;
        const char *word;
    } cases[] = {
        { "", BW_CAUSE_BAD_FIRMWARE, "empty" },
        { "{ \"flash_files\": ", BW_CAUSE_BAD_FIRMWARE, "no good JSON at byte" },
        { "{ \"flash_files\": { \"0x10000\": \"\xff.bin\" } }", BW_CAUSE_BAD_FIRMWARE,
          "no good JSON at byte" },
        { "[]", BW_CAUSE_BAD_FIRMWARE, "no JSON object" },
        { "{ \"flash_files\": {} }", BW_CAUSE_BAD_FIRMWARE, "names no files" },
        { "{ \"flash_files\": [] }", BW_CAUSE_BAD_FIRMWARE, "names no files" },
        { "{ \"flash_files\": { \"0xz\": \"app.bin\" } }", BW_CAUSE_BAD_FIRMWARE, "0xz" },
        { "{ \"flash_files\": { \"-4096\": \"app.bin\" } }", BW_CAUSE_BAD_FIRMWARE, "-4096" },
        { "{ \"flash_files\": { \"0x100000000\": \"app.bin\" } }", BW_CAUSE_BAD_FIRMWARE,
          "0x100000000" },
        { "{ \"flash_files\": { \"0x10000\": 7 } }", BW_CAUSE_BAD_FIRMWARE, "names no file" },
        { "{ \"flash_files\": { \"0x10000\": \"\" } }", BW_CAUSE_BAD_FIRMWARE, "names no file" },
        { "{ \"flash_files\": { \"0x10000\": \"app.bin\", \"65536\": \"app.bin\" } }",
          BW_CAUSE_OVERLAP, "overlaps" },
        { "{ \"flash_files\": { \"0x10000\": \"bootloader\" } }", BW_CAUSE_UNREADABLE_FILE,
          "a folder" },
        { "{ \"flash_files\": { \"0x10000\": \"app.bin\" },"
          "  \"extra_esptool_args\": { \"chip\": \"esp99\" } }",
          BW_CAUSE_BAD_FIRMWARE, "esp99" },
        { "{ \"flash_files\": { \"0x10000\": \"app.bin\" },"
          "  \"extra_esptool_args\": { \"chip\": \"esp32\" } }",
          BW_CAUSE_BAD_FIRMWARE, "ESP32-C3" },
        { "{ \"flash_files\": { \"0x10000\": \"app.bin\" },"
          "  \"flash_settings\": { \"flash_mode\": \"fast\" },"
          "  \"extra_esptool_args\": { \"chip\": \"esp32c3\" } }",
          BW_CAUSE_BAD_FIRMWARE, "no flash setting fast" },
        { "{ \"flash_files\": { \"0x10000\": \"app.bin\" },"
          "  \"flash_settings\": { \"flash_mode\": \"fast\" } }",
          BW_CAUSE_BAD_FIRMWARE, "no flash setting fast" },
        { "{ \"flash_files\": { \"0x0x10000\": \"app.bin\" } }", BW_CAUSE_BAD_FIRMWARE,
          "0x0x10000" },
        { "{ \"flash_files\": { \"0x10000\": \"app.bin\" } } }", BW_CAUSE_BAD_FIRMWARE,
          "at byte 43" },
        { "{ \"flash_files\": { \"0x9000\": \"settings.bin\" },"
          "  \"flash_files\": { \"0x10000\": \"app.bin\" } }",
          BW_CAUSE_BAD_FIRMWARE, "flash_files twice" },
        { "{ \"flash_files\": { \"0x10000\": \"app.bin\" },"
          "  \"app\": { \"file\": \"app.bin\", \"offset\": \"0x10000\","
          "    \"encrypted\": \"false\", \"encrypted\": \"true\" } }",
          BW_CAUSE_BAD_FIRMWARE, "encrypted twice" },
    };
    g_autofree char *folder = g_build_filename (f->folder, "build", NULL);

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *args = put_args (f, cases[i].text);

        make_refused (cases[i].cause, cases[i].word, folder, NULL);
    }
}

/* Deeply nested or endless JSON costs neither stack nor memory. */
static void
test_json_bombs_are_refused (Fixture *f, gconstpointer data)
{
    g_autoptr (GString) deep = g_string_new ("{ \"flash_files\": ");
    g_autoptr (GString) large = g_string_new ("{ \"flash_files\": { ");
    g_autofree char *args = NULL;

    for (int i = 0; i < 200000; i++)
        g_string_append_c (deep, '[');
    args = put_args (f, deep->str);
    make_refused (BW_CAUSE_BAD_FIRMWARE, "no good JSON", args, NULL);
    g_clear_pointer (&args, g_free);
    while (large->len <= 1024 * 1024)
        g_string_append (large, "\"0x10000\": \"app.bin\", ");
    g_string_append (large, "\"0\": \"app.bin\" } }");
    args = put_args (f, large->str);
    make_refused (BW_CAUSE_TOO_LARGE, "too much for a description", args, NULL);
}

static void
test_hundreds_of_small_files_load (Fixture *f, gconstpointer data)
{
    const unsigned count = 600;
    g_autoptr (GString) text = g_string_new ("{ \"flash_files\": { ");
    g_autofree char *args = NULL;
    g_autoptr (BwFirmware) firmware = NULL;
    const BwFirmwareBuild *build;

    for (unsigned i = 0; i < count; i++) {
        g_autofree char *name = g_strdup_printf ("build/files/%u.bin", i);
        g_autofree char *content = g_strdup_printf ("content of file %u", i);
        g_autofree char *path = make_text (f->folder, name, content);

        g_string_append_printf (text, "%s\"0x%x\": \"files/%u.bin\"", i > 0 ? ", " : "",
                                0x200000 + i * 0x1000, i);
    }
    g_string_append (text, " } }");
    args = put_args (f, text->str);
    firmware = make_load (args, NULL);
    build = make_only_build (firmware);
    g_assert_cmpuint (build->parts->len, ==, count);
    g_assert_cmphex (make_part (build, count - 1)->offset, ==, 0x200000 + (count - 1) * 0x1000);
}

static void
test_more_parts_than_the_limit_are_refused (Fixture *f, gconstpointer data)
{
    g_autoptr (GString) text = g_string_new ("{ \"flash_files\": { ");
    g_autofree char *args = NULL;

    for (unsigned i = 0; i <= 4096; i++)
        g_string_append_printf (text, "%s\"0x%x\": \"settings.bin\"", i > 0 ? ", " : "",
                                i * 0x1000);
    g_string_append (text, " } }");
    args = put_args (f, text->str);
    make_refused (BW_CAUSE_TOO_LARGE, "more than 4096 parts", args, NULL);
}

#define ADD(name, function)                                                                        \
    g_test_add ("/engine/firmware/idf/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    ADD ("folder-project-and-file-are-one", test_folder_project_and_file_are_one);
    ADD ("both-spellings-are-read", test_both_spellings_are_read);
    ADD ("packed-files-are-unpacked", test_packed_files_are_unpacked);
    ADD ("a-missing-file-is-named", test_a_missing_file_is_named);
    ADD ("a-folder-without-a-build-is-refused", test_a_folder_without_a_build_is_refused);
    ADD ("bad-descriptions-are-refused", test_bad_descriptions_are_refused);
    ADD ("json-bombs-are-refused", test_json_bombs_are_refused);
    ADD ("hundreds-of-small-files-load", test_hundreds_of_small_files_load);
    ADD ("more-parts-than-the-limit-are-refused", test_more_parts_than_the_limit_are_refused);
    return g_test_run ();
}
