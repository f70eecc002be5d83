/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-firmware-files.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "firmware-make.h"

/* Which files a firmware says it was read from, for every form, and that each change of them is
 * seen. */

#define ARGS                                                                                       \
    "{ \"flash_files\" : { \"0x10000\" : \"app.bin\","                                             \
    "    \"0x8000\" : \"partition_table/partition-table.bin\" } }"

#define MANIFEST                                                                                   \
    "{ \"builds\": [ { \"chipFamily\": \"ESP32-C3\","                                              \
    "    \"parts\": [ { \"path\": \"app.bin\", \"offset\": 65536 } ] },"                           \
    "  { \"chipFamily\": \"ESP32-C3\", \"serialType\": \"cdc\","                                   \
    "    \"parts\": [ { \"path\": \"app.bin\", \"offset\": 65536 },"                               \
    "      { \"path\": \"tables/table.bin\", \"offset\": 32768 } ] } ] }"

/* Names come without links, and the folder for what is temporary may be one. */
static void
set_up (MakeFixture *f, gconstpointer data)
{
    char *real = NULL;

    make_set_up (f, data);
    real = realpath (f->folder, NULL);
    g_free (f->folder);
    f->folder = g_strdup (real);
    free (real);
}

static char *
put (MakeFixture *f, const char *name, GBytes *bytes)
{
    return make_bytes (f->folder, name, bytes);
}

static char *
put_app (MakeFixture *f, const char *name, const char *version)
{
    g_autoptr (GBytes) app = make_image (&(MakeImage){ "esp32c3", "weather", version });

    return put (f, name, app);
}

static char *
put_table (MakeFixture *f, const char *name)
{
    g_autoptr (GBytes) table = make_table ();

    return put (f, name, table);
}

/* Loads @spec and compares its files, in any order, with the paths that follow up to NULL. */
static BwFirmware *load_from (const char *spec, const char *first, ...) G_GNUC_NULL_TERMINATED;

static BwFirmware *
load_from (const char *spec, const char *first, ...)
{
    BwFirmware *firmware = make_load (spec, NULL);
    const char *const *files = bw_firmware_get_files (firmware);
    unsigned n = 0;
    va_list more;

    va_start (more, first);
    for (const char *path = first; path != NULL; path = va_arg (more, const char *)) {
        if (!g_strv_contains (files, path))
            g_error ("%s is not among the files: %s", path, g_strjoinv (", ", (char **) files));
        n++;
    }
    va_end (more);
    g_assert_cmpuint (g_strv_length ((char **) files), ==, n);
    g_assert_cmpint (bw_firmware_check_files_sync (firmware), ==, BW_FIRMWARE_FILES_SAME);
    return firmware;
}

static void
assert_state (BwFirmware *firmware, BwFirmwareFilesState state)
{
    g_assert_cmpint (bw_firmware_check_files_sync (firmware), ==, state);
}

/* ---- every form ------------------------------------------------------------------------------- */

static void
test_a_file_with_a_place (MakeFixture *f, gconstpointer data)
{
    g_autofree char *app = put_app (f, "x@5/APP.BIN", "1");
    g_autofree char *spec = g_strconcat (app, "@0x10000", NULL);
    g_autoptr (BwFirmware) placed = load_from (spec, app, NULL);
    g_autoptr (BwFirmware) plain = load_from (app, app, NULL);
}

static void
test_a_build_folder_and_what_it_is_in (MakeFixture *f, gconstpointer data)
{
    g_autofree char *args = make_text (f->folder, "x@5/build/flasher_args.json", ARGS);
    g_autofree char *app = put_app (f, "x@5/build/app.bin", "1");
    g_autofree char *table = put_table (f, "x@5/build/partition_table/partition-table.bin");
    g_autofree char *build = g_path_get_dirname (args);
    g_autofree char *project = g_path_get_dirname (build);
    g_autoptr (BwFirmware) by_file = load_from (args, args, app, table, NULL);
    g_autoptr (BwFirmware) by_folder = load_from (build, args, app, table, NULL);
    g_autoptr (BwFirmware) by_project = load_from (project, args, app, table, NULL);

    g_remove (table);
    assert_state (by_file, BW_FIRMWARE_FILES_GONE);
    assert_state (by_project, BW_FIRMWARE_FILES_GONE);
}

static void
test_a_manifest_and_its_parts_once_each (MakeFixture *f, gconstpointer data)
{
    g_autofree char *manifest = make_text (f->folder, "manifest.json", MANIFEST);
    g_autofree char *app = put_app (f, "app.bin", "1");
    g_autofree char *table = put_table (f, "tables/table.bin");
    g_autoptr (BwFirmware) firmware = load_from (manifest, manifest, app, table, NULL);

    g_assert_cmpuint (bw_firmware_get_builds (firmware)->len, ==, 2);
}

static void
test_one_file_of_any_form (MakeFixture *f, gconstpointer data)
{
    static const struct {
        const char *vector;
        const char *format;
    } forms[] = {
        { "image/merge.uf2", "uf2" },
        { "image/merge.hex", "ihex" },
        { "image/merge_raw.bin", "merged" },
        { "image/esp32s3_app.bin", "bin" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (forms); i++) {
        g_autoptr (GBytes) plain = make_vector (forms[i].vector);
        g_autoptr (GBytes) packed = make_gzip (plain);
        g_autofree char *one = put (f, "firmware.img", plain);
        g_autofree char *two = put (f, "firmware.gz", packed);
        g_autoptr (BwFirmware) of_plain = load_from (one, one, NULL);
        g_autoptr (BwFirmware) of_packed = load_from (two, two, NULL);

        g_assert_cmpstr (bw_firmware_get_format (of_plain), ==, forms[i].format);
        g_assert_cmpstr (bw_firmware_get_format (of_packed), ==, forms[i].format);
    }
}

static void
test_several_files (MakeFixture *f, gconstpointer data)
{
    g_autofree char *app = put_app (f, "app.bin", "1");
    g_autofree char *table = put_table (f, "table.bin");
    g_autoptr (BwFirmware) firmware = make_load (app, table, NULL);
    const char *const *files = bw_firmware_get_files (firmware);

    g_assert_cmpuint (g_strv_length ((char **) files), ==, 2);
    g_assert_cmpstr (files[0], ==, app);
    g_assert_cmpstr (files[1], ==, table);
}

static void
test_a_relative_path_is_made_absolute (MakeFixture *f, gconstpointer data)
{
    g_autofree char *app = put_app (f, "app.bin", "1");
    g_autofree char *before = g_get_current_dir ();
    g_autoptr (BwFirmware) firmware = NULL;

    g_assert_cmpint (g_chdir (f->folder), ==, 0);
    firmware = load_from ("app.bin", app, NULL);
    g_assert_cmpint (g_chdir (before), ==, 0);
    assert_state (firmware, BW_FIRMWARE_FILES_SAME);
}

/* ---- what becomes of them --------------------------------------------------------------------- */

/* Of another length, so that no clock decides. */
static void
test_writing_it_is_a_change (MakeFixture *f, gconstpointer data)
{
    g_autofree char *app = put_app (f, "app.bin", "1");
    g_autoptr (BwFirmware) firmware = load_from (app, app, NULL);
    int fd = g_open (app, O_WRONLY | O_APPEND | O_CLOEXEC);

    g_assert_cmpint (fd, >=, 0);
    g_assert_cmpint (write (fd, "x", 1), ==, 1);
    close (fd);
    assert_state (firmware, BW_FIRMWARE_FILES_CHANGED);
}

/* As linkers do that keep the times of a reproducible build: same length, same time of writing. */
static void
test_another_in_its_place_is_a_change (MakeFixture *f, gconstpointer data)
{
    g_autofree char *app = put_app (f, "app.bin", "1");
    g_autofree char *other = put_app (f, "app.tmp", "2");
    g_autoptr (BwFirmware) firmware = load_from (app, app, NULL);
    struct stat old;
    struct stat young;

    g_assert_cmpint (stat (app, &old), ==, 0);
    g_assert_cmpint (utimensat (AT_FDCWD, other, (struct timespec[]){ old.st_atim, old.st_mtim },
                                0),
                     ==, 0);
    g_assert_cmpint (stat (other, &young), ==, 0);
    g_assert_cmpint (young.st_size, ==, old.st_size);
    g_assert_cmpint (g_rename (other, app), ==, 0);
    assert_state (firmware, BW_FIRMWARE_FILES_CHANGED);
}

static void
test_gone_and_back (MakeFixture *f, gconstpointer data)
{
    g_autofree char *app = put_app (f, "build/app.bin", "1");
    g_autofree char *build = g_path_get_dirname (app);
    g_autofree char *away = g_build_filename (f->folder, "away", NULL);
    g_autofree char *again = NULL;
    g_autoptr (BwFirmware) firmware = load_from (app, app, NULL);

    g_assert_cmpint (g_rename (build, away), ==, 0);
    assert_state (firmware, BW_FIRMWARE_FILES_GONE);
    g_assert_cmpstr (bw_firmware_get_title (firmware), ==, "weather 1");
    again = put_app (f, "build/app.bin", "10.0");
    assert_state (firmware, BW_FIRMWARE_FILES_CHANGED);
}

/* One that is missing counts for more than one that is new. */
static void
test_half_a_build_is_gone (MakeFixture *f, gconstpointer data)
{
    g_autofree char *app = put_app (f, "app.bin", "1");
    g_autofree char *table = put_table (f, "table.bin");
    g_autofree char *again = NULL;
    g_autoptr (BwFirmware) firmware = make_load (app, table, NULL);

    g_assert_cmpint (g_remove (table), ==, 0);
    again = make_text (f->folder, "app.bin", "being written");
    assert_state (firmware, BW_FIRMWARE_FILES_GONE);
}

/* ---- symbolic links --------------------------------------------------------------------------- */

static char *
put_link (MakeFixture *f, const char *name, const char *target)
{
    char *path = g_build_filename (f->folder, name, NULL);

    g_assert_cmpint (symlink (target, path), ==, 0);
    return path;
}

static void
test_each_link_on_the_way_is_named (MakeFixture *f, gconstpointer data)
{
    g_autofree char *app = put_app (f, "one/app.bin", "1");
    g_autofree char *young = put_app (f, "two/app.bin", "10.0");
    g_autofree char *current = put_link (f, "current", "one");
    g_autofree char *latest = put_link (f, "latest.bin", "current/app.bin");
    g_autofree char *spec = g_strconcat (latest, "@0x10000", NULL);
    g_autofree char *moved = NULL;
    g_autoptr (BwFirmware) firmware = load_from (spec, latest, current, app, NULL);

    g_assert_cmpint (g_remove (current), ==, 0);
    assert_state (firmware, BW_FIRMWARE_FILES_GONE);
    moved = put_link (f, "current", "two");
    assert_state (firmware, BW_FIRMWARE_FILES_CHANGED);
}

static void
test_a_link_elsewhere_is_followed (MakeFixture *f, gconstpointer data)
{
    g_autofree char *app = put_app (f, "one/deep/app.bin", "1");
    g_autofree char *deep = g_path_get_dirname (app);
    g_autofree char *far = put_link (f, "far", deep);
    g_autofree char *spec = g_build_filename (far, "app.bin", NULL);
    g_autoptr (BwFirmware) firmware = load_from (spec, far, app, NULL);
}

static void
test_a_link_on_two_ways_is_named_once (MakeFixture *f, gconstpointer data)
{
    g_autofree char *args = make_text (f->folder, "one/flasher_args.json", ARGS);
    g_autofree char *app = put_app (f, "one/app.bin", "1");
    g_autofree char *table = put_table (f, "one/partition_table/partition-table.bin");
    g_autofree char *build = put_link (f, "build", "one");
    g_autoptr (BwFirmware) firmware = load_from (f->folder, build, args, app, table, NULL);
}

/* The system does not open it; what is noted of it must end all the same. */
static void
test_links_in_a_circle_end (MakeFixture *f, gconstpointer data)
{
    g_autofree char *circle = put_link (f, "circle", "circle");
    g_autoptr (BwFirmwareFiles) files = bw_firmware_files_new ();
    const struct stat st = { 0 };

    bw_firmware_files_add (files, circle, &st);
    g_assert_cmpstr (bw_firmware_files_get_names (files)[0], ==, circle);
    g_assert_cmpint (bw_firmware_files_check_sync (files), ==, BW_FIRMWARE_FILES_GONE);
}

/* ---- the file in an argument ------------------------------------------------------------------ */

static void
assert_path (const char *spec, const char *path)
{
    g_autofree char *found = bw_firmware_spec_dup_path_sync (spec);

    g_assert_cmpstr (found, ==, path);
}

static void
test_the_path_in_an_argument (MakeFixture *f, gconstpointer data)
{
    g_autofree char *at = make_text (f->folder, "app@5", "x");
    g_autofree char *placed = g_strconcat (at, "@0x1000", NULL);

    assert_path (at, at);
    assert_path (placed, at);
    assert_path ("/none/app.bin@0x1000", "/none/app.bin");
    assert_path ("/none@5/app.bin", "/none@5/app.bin");
    assert_path ("/none@5", "/none");
    assert_path ("app@home.bin", "app@home.bin");
    assert_path ("https://host/a@5.bin#sha256="
                 "0000000000000000000000000000000000000000000000000000000000000000@nvs",
                 "https://host/a@5.bin#sha256="
                 "0000000000000000000000000000000000000000000000000000000000000000");
}

/* A folder that is not there any more is missed by its own name. */
static void
test_a_missing_folder_is_no_place (MakeFixture *f, gconstpointer data)
{
    g_autofree char *spec = g_build_filename (f->folder, "x@5", "app.bin", NULL);

    make_refused (BW_CAUSE_UNREADABLE_FILE, "x@5/app.bin: cannot be opened", spec, NULL);
}

#define ADD(name, function)                                                                        \
    g_test_add ("/engine/firmware-files/" name, MakeFixture, NULL, set_up, function, make_tear_down)

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    ADD ("a-file-with-a-place", test_a_file_with_a_place);
    ADD ("a-build-folder-and-what-it-is-in", test_a_build_folder_and_what_it_is_in);
    ADD ("a-manifest-and-its-parts-once-each", test_a_manifest_and_its_parts_once_each);
    ADD ("one-file-of-any-form", test_one_file_of_any_form);
    ADD ("several-files", test_several_files);
    ADD ("a-relative-path-is-made-absolute", test_a_relative_path_is_made_absolute);
    ADD ("writing-it-is-a-change", test_writing_it_is_a_change);
    ADD ("another-in-its-place-is-a-change", test_another_in_its_place_is_a_change);
    ADD ("gone-and-back", test_gone_and_back);
    ADD ("half-a-build-is-gone", test_half_a_build_is_gone);
    ADD ("each-link-on-the-way-is-named", test_each_link_on_the_way_is_named);
    ADD ("a-link-elsewhere-is-followed", test_a_link_elsewhere_is_followed);
    ADD ("a-link-on-two-ways-is-named-once", test_a_link_on_two_ways_is_named_once);
    ADD ("links-in-a-circle-end", test_links_in_a_circle_end);
    ADD ("the-path-in-an-argument", test_the_path_in_an_argument);
    ADD ("a-missing-folder-is-no-place", test_a_missing_folder_is_no_place);
    return g_test_run ();
}
