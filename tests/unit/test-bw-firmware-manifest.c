/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <unistd.h>

#include "bw-error.h"
#include "firmware-make.h"

#define TWO_CHIPS                                                                                  \
    "{ \"name\": \"Weather\", \"version\": \"2.0\", \"new_install_prompt_erase\": true,"           \
    "  \"builds\": ["                                                                              \
    "  { \"chipFamily\": \"ESP32\", \"parts\": ["                                                  \
    "    { \"path\": \"a/boot.bin\", \"offset\": 4096 },"                                          \
    "    { \"path\": \"a/app%20one.bin\", \"offset\": 65536 } ] },"                                \
    "  { \"chipFamily\": \"ESP32-C3\", \"serialType\": \"uart\", \"parts\": ["                     \
    "    { \"path\": \"c3.bin\", \"offset\": 65536 } ] },"                                         \
    "  { \"chipFamily\": \"ESP32-C3\", \"serialType\": \"cdc\", \"parts\": ["                      \
    "    { \"path\": \"./c3.bin\", \"offset\": 131072 } ] } ] }"

typedef struct {
    char *folder;
    char *site; /* the folder of the manifest, below folder */
    GBytes *app;
    GBytes *app_c3;
} Fixture;

static void
put (const char *folder, const char *name, GBytes *bytes)
{
    g_autofree char *path = make_bytes (folder, name, bytes);
}

static void
set_up (Fixture *f, gconstpointer data)
{
    g_autoptr (GBytes) boot = make_image (&(MakeImage){ .chip = "esp32" });

    f->folder = make_folder ();
    f->site = g_build_filename (f->folder, "site", NULL);
    f->app = make_image (&(MakeImage){ "esp32", "weather", "1.4.2" });
    f->app_c3 = make_image (&(MakeImage){ "esp32c3", "weather", "1.4.2" });
    put (f->site, "a/boot.bin", boot);
    put (f->site, "a/app one.bin", f->app);
    put (f->site, "c3.bin", f->app_c3);
    put (f->folder, "secret.bin", f->app_c3);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
    g_bytes_unref (f->app);
    g_bytes_unref (f->app_c3);
    g_free (f->site);
    make_folder_remove (f->folder);
}

static BwFirmware *
load (Fixture *f, const char *text)
{
    g_autofree char *path = make_text (f->site, "manifest.json", text);

    return make_load (path, NULL);
}

static void
refuse (Fixture *f, BwCause cause, const char *word, const char *text)
{
    g_autofree char *path = make_text (f->site, "manifest.json", text);

    make_refused (cause, word, path, NULL);
}

static const BwFirmwareBuild *
choose (BwFirmware *firmware, const char *chip, gboolean is_cdc)
{
    g_autoptr (GError) error = NULL;
    const BwFirmwareBuild *build = bw_firmware_choose_build (firmware, chip, is_cdc, &error);

    g_assert_no_error (error);
    return build;
}

static void
test_the_chip_chooses_the_build (Fixture *f, gconstpointer data)
{
    g_autoptr (BwFirmware) firmware = load (f, TWO_CHIPS);
    const BwFirmwareBuild *build = NULL;

    g_assert_cmpstr (bw_firmware_get_format (firmware), ==, "manifest");
    g_assert_cmpstr (bw_firmware_get_title (firmware), ==, "Weather 2.0");
    g_assert_cmpuint (bw_firmware_get_builds (firmware)->len, ==, 3);
    build = choose (firmware, "esp32", TRUE);
    g_assert_cmpuint (build->parts->len, ==, 2);
    make_assert_part (build, 1, 0x10000, "app weather 1.4.2", f->app);
    g_assert_cmphex (make_part (choose (firmware, "esp32c3", FALSE), 0)->offset, ==, 0x10000);
    g_assert_cmphex (make_part (choose (firmware, "esp32c3", TRUE), 0)->offset, ==, 0x20000);
}

static void
test_newer_chips_are_left_to_newer_programs (Fixture *f, gconstpointer data)
{
    static const char known[] = "{ \"chipFamily\": \"ESP32\", \"parts\": ["
                                " { \"path\": \"a/app one.bin\", \"offset\": 65536 } ] }";
    static const char newer[] = "{ \"chipFamily\": \"ESP99\", \"parts\": 7 }";
    const char *orders[][3] = { { newer, known, NULL }, { known, newer, NULL } };

    for (size_t i = 0; i < G_N_ELEMENTS (orders); i++) {
        g_autofree char *builds = g_strjoinv (",", (char **) orders[i]);
        g_autofree char *text = g_strdup_printf ("{ \"builds\": [ %s ] }", builds);
        g_autoptr (BwFirmware) firmware = load (f, text);

        g_assert_cmpuint (bw_firmware_get_builds (firmware)->len, ==, 1);
        g_assert_cmpuint (choose (firmware, "esp32", FALSE)->parts->len, ==, 1);
    }
}

static void
test_another_chip_is_told_what_there_is (Fixture *f, gconstpointer data)
{
    g_autoptr (BwFirmware) firmware = load (f, TWO_CHIPS);
    g_autoptr (GError) error = NULL;

    g_assert_null (bw_firmware_choose_build (firmware, "esp32s3", FALSE, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_WRONG_CHIP);
    g_assert_nonnull (strstr (error->message, "ESP32, ESP32-C3"));
    g_assert_nonnull (strstr (error->message, "ESP32-S3"));
}

static void
test_erasing_is_the_default (Fixture *f, gconstpointer data)
{
    g_autoptr (BwFirmware) asks = load (f, TWO_CHIPS);
    g_autoptr (BwFirmware) erases =
            load (f, "{ \"name\": \"W\", \"builds\": [ { \"chipFamily\": \"ESP32-C3\", \"parts\": ["
                     "{ \"path\": \"c3.bin\", \"offset\": 65536 } ] } ] }");

    g_assert_false (choose (asks, "esp32", FALSE)->should_erase);
    g_assert_true (choose (erases, "esp32c3", FALSE)->should_erase);
}

static void
test_a_merged_part_is_taken_apart (Fixture *f, gconstpointer data)
{
    g_autoptr (GBytes) merged = make_vector ("image/merge_raw.bin");
    g_autoptr (BwFirmware) firmware = NULL;

    put (f->site, "all.bin", merged);
    firmware = load (f, "{ \"builds\": [ { \"chipFamily\": \"ESP32\", \"parts\": ["
                        "{ \"path\": \"all.bin\", \"offset\": 0 } ] } ] }");
    g_assert_cmpuint (choose (firmware, "esp32", FALSE)->parts->len, ==, 3);
}

/* ---- what it may not do --------------------------------------------------------------------- */

static void
refuse_path (Fixture *f, BwCause cause, const char *word, const char *path)
{
    g_autofree char *text =
        g_strdup_printf ("{ \"builds\": [ { \"chipFamily\": \"ESP32-C3\", \"parts\": ["
                         "{ \"path\": \"%s\", \"offset\": 65536 } ] } ] }",
                         path);

    refuse (f, cause, word, text);
}

static void
test_parts_stay_in_the_folder (Fixture *f, gconstpointer data)
{
    g_autofree char *absolute = g_build_filename (f->folder, "secret.bin", NULL);
    g_autofree char *link = g_build_filename (f->site, "link.bin", NULL);

    refuse_path (f, BW_CAUSE_BAD_FIRMWARE, "leaves the folder", "../secret.bin");
    refuse_path (f, BW_CAUSE_BAD_FIRMWARE, "leaves the folder", "a/../../secret.bin");
    refuse_path (f, BW_CAUSE_BAD_FIRMWARE, "leaves the folder", "%2e%2e/secret.bin");
    refuse_path (f, BW_CAUSE_BAD_FIRMWARE, "leaves the folder", "..%2fsecret.bin");
    refuse_path (f, BW_CAUSE_BAD_FIRMWARE, "leaves the folder", "..\\\\secret.bin");
    refuse_path (f, BW_CAUSE_BAD_FIRMWARE, "leaves the folder", absolute);
    refuse_path (f, BW_CAUSE_BAD_FIRMWARE, "leaves the folder", "");
    g_assert_cmpint (symlink ("../secret.bin", link), ==, 0);
    refuse_path (f, BW_CAUSE_BAD_FIRMWARE, "leaves the folder", "link.bin");
}

static void
test_nothing_is_fetched (Fixture *f, gconstpointer data)
{
    refuse_path (f, BW_CAUSE_BAD_FIRMWARE, "download it first", "https://example.org/a.bin");
    refuse_path (f, BW_CAUSE_BAD_FIRMWARE, "download it first", "//example.org/a.bin");
    make_refused (BW_CAUSE_USAGE, "without a digest", "https://example.org/manifest.json", NULL);
}

static void
test_a_missing_part_is_named (Fixture *f, gconstpointer data)
{
    refuse_path (f, BW_CAUSE_UNREADABLE_FILE, "gone.bin: cannot be opened", "gone.bin");
}

static void
test_bad_manifests_are_refused (Fixture *f, gconstpointer data)
{
    static const struct {
        const char *text;
        const char *word;
    } cases[] = {
        { "{ \"builds\": [] }", "no builds" },
        { "{ \"builds\": [ 7 ] }", "chip not known" },
        { "{ \"builds\": [ { \"chipFamily\": \"ESP99\", \"parts\": [] } ] }", "ESP99" },
        { "{ \"builds\": [ { \"chipFamily\": \"ESP32\", \"parts\": [] } ] }", "no parts" },
        { "{ \"builds\": [ { \"chipFamily\": \"ESP32\" } ] }", "no parts" },
        { "{ \"builds\": [ { \"chipFamily\": \"ESP32\", \"serialType\": \"i2c\" } ] }", "i2c" },
        { "{ \"builds\": [ { \"chipFamily\": \"ESP32-C3\", \"parts\": [ { \"offset\": 0 } ] } ] }",
          "no path" },
        { "{ \"builds\": [ { \"chipFamily\": \"ESP32-C3\","
          "  \"parts\": [ { \"path\": \"c3.bin\", \"offset\": -4096 } ] } ] }",
          "c3.bin" },
        { "{ \"builds\": [ { \"chipFamily\": \"ESP32-C3\","
          "  \"parts\": [ { \"path\": \"c3.bin\", \"offset\": 0.5 } ] } ] }",
          "c3.bin" },
        { "{ \"builds\": [ { \"chipFamily\": \"ESP32-C3\","
          "  \"parts\": [ { \"path\": \"c3.bin\", \"offset\": 1e300 } ] } ] }",
          "c3.bin" },
        { "{ \"builds\": [ { \"chipFamily\": \"ESP32-C3\","
          "  \"parts\": [ { \"path\": \"c3.bin\", \"offset\": \"0x10000\" } ] } ] }",
          "c3.bin" },
        { "{ \"builds\": [ { \"chipFamily\": \"ESP32\","
          "  \"parts\": [ { \"path\": \"c3.bin\", \"offset\": 65536 } ] } ] }",
          "ESP32-C3" },
        { "{ \"builds\": [ { \"chipFamily\": \"ESP32-C3\","
          "  \"parts\": [ { \"path\": \"c3.bin\", \"offset\": 65536, \"offset\": 0 } ] } ] }",
          "offset twice" },
        { "{ \"builds\": [ { \"chipFamily\": \"ESP32-C3\","
          "  \"parts\": [ { \"path\": \"c3.bin\", \"offset\": 65536 } ] } ] } x",
          "no good JSON" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
        refuse (f, BW_CAUSE_BAD_FIRMWARE, cases[i].word, cases[i].text);
}

/* Each of its builds may be as large as a flash, but not all of sixty-four at once. */
static void
test_all_builds_together_are_bounded (Fixture *f, gconstpointer data)
{
    static const char build[] = "{ \"chipFamily\": \"ESP32\", \"parts\": ["
                                "{ \"path\": \"big.bin\", \"offset\": 0 } ] }";
    g_autofree char *text = g_strdup_printf ("{ \"builds\": [ %s, %s, %s ] }", build, build, build);
    g_autofree char *big = make_text (f->site, "big.bin", "x");

    g_assert_cmpint (truncate (big, 100 * 1024 * 1024), ==, 0);
    refuse (f, BW_CAUSE_TOO_LARGE, "together", text);
}

static void
test_an_offset_makes_no_sense (Fixture *f, gconstpointer data)
{
    g_autofree char *path = make_text (f->site, "manifest.json", TWO_CHIPS);
    g_autofree char *spec = g_strconcat (path, "@0x1000", NULL);

    make_refused (BW_CAUSE_USAGE, "leave out", spec, NULL);
}

#define ADD(name, function)                                                                        \
    g_test_add ("/engine/firmware/manifest/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    ADD ("the-chip-chooses-the-build", test_the_chip_chooses_the_build);
    ADD ("newer-chips-are-left-to-newer-programs", test_newer_chips_are_left_to_newer_programs);
    ADD ("another-chip-is-told-what-there-is", test_another_chip_is_told_what_there_is);
    ADD ("erasing-is-the-default", test_erasing_is_the_default);
    ADD ("a-merged-part-is-taken-apart", test_a_merged_part_is_taken_apart);
    ADD ("parts-stay-in-the-folder", test_parts_stay_in_the_folder);
    ADD ("nothing-is-fetched", test_nothing_is_fetched);
    ADD ("a-missing-part-is-named", test_a_missing_part_is_named);
    ADD ("bad-manifests-are-refused", test_bad_manifests_are_refused);
    ADD ("all-builds-together-are-bounded", test_all_builds_together_are_bounded);
    ADD ("an-offset-makes-no-sense", test_an_offset_makes_no_sense);
    return g_test_run ();
}
