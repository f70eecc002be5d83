/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "bw-error.h"
#include "firmware-make.h"

typedef struct {
    char *folder;
    char *app;
    char *app_s3;
} Fixture;

static char *
put_image (const char *folder, const char *name, const MakeImage *how)
{
    g_autoptr (GBytes) image = make_image (how);

    return make_bytes (folder, name, image);
}

static void
set_up (Fixture *f, gconstpointer data)
{
    f->folder = make_folder ();
    f->app = put_image (f->folder, "app.bin", &(MakeImage){ "esp32c3", "weather", "1.4.2" });
    f->app_s3 = put_image (f->folder, "s3.bin", &(MakeImage){ "esp32s3", "weather", "1.4.2" });
}

static void
tear_down (Fixture *f, gconstpointer data)
{
    g_free (f->app);
    g_free (f->app_s3);
    make_folder_remove (f->folder);
}

static void
test_nothing_is_no_firmware (void)
{
    const char *const none[] = { NULL };
    g_autoptr (GError) error = NULL;

    g_assert_null (bw_firmware_load_sync (none, NULL, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_USAGE);
}

static void
test_it_remembers_what_it_was_loaded_from (Fixture *f, gconstpointer data)
{
    g_autofree char *raw = make_text (f->folder, "x.bin", "data");
    g_autofree char *spec = g_strconcat (raw, "@0x9000", NULL);
    g_autoptr (BwFirmware) firmware = make_load (f->app, spec, NULL);
    const char *const *specs = bw_firmware_get_specs (firmware);

    g_assert_cmpstr (specs[0], ==, f->app);
    g_assert_cmpstr (specs[1], ==, spec);
    g_assert_null (specs[2]);
    g_assert_cmpuint (bw_firmware_build_get_size (make_only_build (firmware)), ==,
                      g_bytes_get_size (make_part (make_only_build (firmware), 1)->data) + 4);
}

static void
test_the_file_name_is_the_last_resort (Fixture *f, gconstpointer data)
{
    g_autofree char *boot = put_image (f->folder, "boot.bin", &(MakeImage){ .chip = "esp32" });
    g_autoptr (BwFirmware) firmware = make_load (boot, NULL);

    g_assert_cmpstr (bw_firmware_get_title (firmware), ==, "boot.bin");
}

static void
test_overlaps_are_refused_with_numbers (Fixture *f, gconstpointer data)
{
    g_autofree char *content = g_strnfill (8192, 'x');
    g_autofree char *large = make_file (f->folder, "large.bin", content, 8192);
    g_autofree char *first = g_strconcat (large, "@0x10000", NULL);
    g_autofree char *second = g_strconcat (large, "@0x11000", NULL);
    g_autofree char *behind = g_strconcat (large, "@0x12000", NULL);
    g_autoptr (BwFirmware) firmware = make_load (behind, first, NULL);

    g_assert_cmphex (make_part (make_only_build (firmware), 0)->offset, ==, 0x10000);
    make_refused (BW_CAUSE_OVERLAP, "(0x10000 to 0x12000) overlaps", first, second, NULL);
    make_refused (BW_CAUSE_OVERLAP, "overlaps", f->app, f->app, NULL);
}

static void
test_files_for_two_chips_do_not_go_together (Fixture *f, gconstpointer data)
{
    make_refused (BW_CAUSE_BAD_FIRMWARE, "different chips: esp32c3 and esp32s3", f->app, f->app_s3,
                  NULL);
}

/* A further file joins those builds of a manifest that it can be for. */
static void
test_a_file_joins_the_builds_of_its_chip (Fixture *f, gconstpointer data)
{
    g_autofree char *manifest = make_text (f->folder, "manifest.json",
                                           "{ \"builds\": ["
                                           "  { \"chipFamily\": \"ESP32-C3\", \"parts\": [ { "
                                           "\"path\": \"app.bin\", \"offset\": 65536 } ] },"
                                           "  { \"chipFamily\": \"ESP32-S3\", \"parts\": [ { "
                                           "\"path\": \"s3.bin\", \"offset\": 65536 } ] } ] }");
    g_autofree char *boot = put_image (f->folder, "boot.bin", &(MakeImage){ .chip = "esp32c3" });
    g_autofree char *raw = make_text (f->folder, "x.bin", "data");
    g_autofree char *spec = g_strconcat (raw, "@0x9000", NULL);
    g_autoptr (BwFirmware) one = make_load (manifest, boot, NULL);
    g_autoptr (BwFirmware) both = make_load (manifest, spec, NULL);

    g_assert_cmpstr (make_only_build (one)->chip_key, ==, "esp32c3");
    g_assert_cmpuint (make_only_build (one)->parts->len, ==, 2);
    g_assert_cmpuint (bw_firmware_get_builds (both)->len, ==, 2);
}

static void
test_any_form_may_be_packed (Fixture *f, gconstpointer data)
{
    static const char *const names[] = { "image/merge.uf2", "image/merge.hex",
                                         "image/merge_raw.bin", "image/esp32s3_app.bin" };

    for (size_t i = 0; i < G_N_ELEMENTS (names); i++) {
        g_autofree char *plain_path = make_vector_path (names[i]);
        g_autoptr (GBytes) plain = make_vector (names[i]);
        g_autoptr (GBytes) packed = make_gzip (plain);
        g_autofree char *path = make_bytes (f->folder, "packed", packed);
        g_autoptr (BwFirmware) one = make_load (plain_path, NULL);
        g_autoptr (BwFirmware) two = make_load (path, NULL);

        g_assert_cmpstr (bw_firmware_get_format (two), ==, bw_firmware_get_format (one));
        g_assert_cmpuint (make_only_build (two)->parts->len, ==, make_only_build (one)->parts->len);
        g_assert_cmpstr (make_part (make_only_build (two), 0)->sha256, ==,
                         make_part (make_only_build (one), 0)->sha256);
    }
}

static void
test_a_large_image_takes_no_memory (Fixture *f, gconstpointer data)
{
    g_autofree char *large =
        put_image (f->folder, "large.bin",
                   &(MakeImage){ "esp32s3", "large", "1", .size = 15 * 1024 * 1024 });
    gint64 before = make_private_memory_kib ();
    g_autoptr (BwFirmware) firmware = make_load (large, NULL);
    g_autoptr (BwBoardInfo) info = bw_board_info_new ();
    g_autoptr (GPtrArray) findings = bw_firmware_build_check (make_only_build (firmware), info);

    g_assert_cmpuint (bw_firmware_build_get_size (make_only_build (firmware)), >,
                      15u * 1024 * 1024);
    g_assert_cmpint (make_private_memory_kib () - before, <, 4 * 1024);
}

/* File systems take any bytes for a name; people are shown text. */
static void
test_any_file_name_is_shown_as_text (Fixture *f, gconstpointer data)
{
    g_autofree char *boot = put_image (f->folder, "b\xff.bin", &(MakeImage){ .chip = "esp32" });
    g_autofree char *gone = g_build_filename (f->folder, "gone\xff.bin", NULL);
    g_autoptr (BwFirmware) firmware = make_load (boot, NULL);
    g_autoptr (GError) error = NULL;

    g_assert_true (g_utf8_validate (bw_firmware_get_title (firmware), -1, NULL));
    g_assert_null (bw_firmware_load_sync ((const char *const[]){ gone, NULL }, NULL, &error));
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

static void
test_an_unlimited_build_fits_any_chip (Fixture *f, gconstpointer data)
{
    g_autofree char *raw = make_text (f->folder, "x.bin", "data");
    g_autofree char *spec = g_strconcat (raw, "@0x9000", NULL);
    g_autoptr (BwFirmware) firmware = make_load (spec, NULL);
    g_autoptr (GError) error = NULL;

    g_assert_nonnull (bw_firmware_choose_build (firmware, "esp32h2", TRUE, &error));
    g_assert_no_error (error);
}

/* ---- on a worker thread --------------------------------------------------------------------- */

typedef struct {
    GMainLoop *loop;
    BwFirmware *firmware;
    GError *error;
} Answer;

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
    Answer *answer = data;

    answer->firmware = bw_firmware_load_finish (result, &answer->error);
    g_main_loop_quit (answer->loop);
}

static void
load_and_wait (const char *spec, GCancellable *cancellable, Answer *answer)
{
    const char *const specs[] = { spec, NULL };

    answer->loop = g_main_loop_new (NULL, FALSE);
    bw_firmware_load_async (specs, cancellable, on_loaded, answer);
    g_main_loop_run (answer->loop);
    g_main_loop_unref (answer->loop);
}

static void
test_async_loads_the_same (Fixture *f, gconstpointer data)
{
    Answer answer = { 0 };

    load_and_wait (f->app, NULL, &answer);
    g_assert_no_error (answer.error);
    g_assert_cmpstr (bw_firmware_get_title (answer.firmware), ==, "weather 1.4.2");
    g_object_unref (answer.firmware);
}

static void
test_async_keeps_the_cause (Fixture *f, gconstpointer data)
{
    g_autofree char *gone = g_build_filename (f->folder, "gone.bin", NULL);
    Answer answer = { 0 };

    load_and_wait (gone, NULL, &answer);
    g_assert_null (answer.firmware);
    g_assert_cmpint (bw_error_get_cause (answer.error), ==, BW_CAUSE_UNREADABLE_FILE);
    g_error_free (answer.error);
}

static void
test_async_can_be_cancelled (Fixture *f, gconstpointer data)
{
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    Answer answer = { 0 };

    g_cancellable_cancel (cancellable);
    load_and_wait (f->app, cancellable, &answer);
    g_assert_null (answer.firmware);
    g_assert_cmpint (bw_error_get_cause (answer.error), ==, BW_CAUSE_CANCELLED);
    g_error_free (answer.error);
}

#define ADD(name, function)                                                                        \
    g_test_add ("/engine/firmware/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/firmware/nothing-is-no-firmware", test_nothing_is_no_firmware);
    ADD ("it-remembers-what-it-was-loaded-from", test_it_remembers_what_it_was_loaded_from);
    ADD ("the-file-name-is-the-last-resort", test_the_file_name_is_the_last_resort);
    ADD ("overlaps-are-refused-with-numbers", test_overlaps_are_refused_with_numbers);
    ADD ("files-for-two-chips-do-not-go-together", test_files_for_two_chips_do_not_go_together);
    ADD ("a-file-joins-the-builds-of-its-chip", test_a_file_joins_the_builds_of_its_chip);
    ADD ("any-form-may-be-packed", test_any_form_may_be_packed);
    ADD ("a-large-image-takes-no-memory", test_a_large_image_takes_no_memory);
    ADD ("any-file-name-is-shown-as-text", test_any_file_name_is_shown_as_text);
    ADD ("an-unlimited-build-fits-any-chip", test_an_unlimited_build_fits_any_chip);
    ADD ("async-loads-the-same", test_async_loads_the_same);
    ADD ("async-keeps-the-cause", test_async_keeps_the_cause);
    ADD ("async-can-be-cancelled", test_async_can_be_cancelled);
    return g_test_run ();
}
