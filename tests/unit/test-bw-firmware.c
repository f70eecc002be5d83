/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
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

static void
test_builds_for_two_ways_of_being_attached_do_not_go_together (Fixture *f, gconstpointer data)
{
    char *manifests[2] = { NULL, NULL };
    static const char *const types[] = { "uart", "cdc" };

    for (unsigned i = 0; i < G_N_ELEMENTS (types); i++) {
        g_autofree char *name = g_strconcat (types[i], ".json", NULL);
        g_autofree char *text = g_strdup_printf (
            "{ \"builds\": [ { \"chipFamily\": \"ESP32-C3\", \"serialType\": \"%s\","
            "  \"parts\": [ { \"path\": \"app.bin\", \"offset\": %u } ] } ] }",
            types[i], (i + 1) << 20);

        manifests[i] = make_text (f->folder, name, text);
    }
    make_refused (BW_CAUSE_BAD_FIRMWARE, "no build of one file goes with", manifests[0],
                  manifests[1], NULL);
    g_free (manifests[0]);
    g_free (manifests[1]);
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

/* ---- into a partition by its name ---------------------------------------------------------- */

static char *
put_table (Fixture *f)
{
    g_autoptr (GBytes) table = make_table ();

    return make_bytes (f->folder, "table.bin", table);
}

static char *
dup_spec (Fixture *f, const char *name, size_t size, const char *place)
{
    g_autofree char *content = g_strnfill (size, 'x');
    g_autofree char *path = make_file (f->folder, name, content, size);

    return g_strconcat (path, "@", place, NULL);
}

static BwBoardInfo *
new_board (void)
{
    BwBoardInfo *info = bw_board_info_new ();
    BwPartition *row = bw_partition_new ();

    info->chip_key = g_strdup ("esp32c3");
    row->label = g_strdup ("nvs");
    row->type = BWP_ESP_TYPE_DATA;
    row->offset = 0x20000;
    row->size = 0x1000;
    g_ptr_array_add (info->partitions, row);
    return info;
}

/* The table among the files is the one that is on the board afterwards. */
static void
test_a_table_among_the_files_says_where (Fixture *f, gconstpointer data)
{
    g_autofree char *table = put_table (f);
    g_autofree char *spec = dup_spec (f, "data.bin", 0x4000, "nvs");
    g_autofree char *slot = g_strconcat (f->app, "@ota_1", NULL);
    g_autoptr (BwFirmware) firmware = make_load (spec, slot, table, NULL);
    g_autoptr (BwBoardInfo) info = new_board ();
    g_autoptr (BwFirmwareBuild) placed = bw_firmware_dup_build (firmware, info, NULL);
    const BwFirmwareBuild *build = make_only_build (firmware);

    g_assert_false (build->is_open);
    g_assert_cmphex (make_part (build, 1)->offset, ==, 0x9000);
    g_assert_cmpstr (make_part (build, 1)->name, ==, "nvs");
    g_assert_cmpstr (make_part (build, 1)->partition, ==, "nvs");
    g_assert_cmphex (make_part (build, 2)->offset, ==, 0x110000);
    g_assert_cmpstr (make_part (build, 2)->name, ==, "app weather 1.4.2");
    g_assert_cmphex (make_part (placed, 1)->offset, ==, 0x9000);
    g_assert_cmpuint (placed->partitions->len, ==, 4);
    g_assert_cmphex (placed->table_offset, ==, 0x8000);
}

static void
test_what_does_not_go_into_a_partition (Fixture *f, gconstpointer data)
{
    g_autofree char *table = put_table (f);
    g_autofree char *full = dup_spec (f, "full.bin", 0x4001, "nvs");
    g_autofree char *lost = dup_spec (f, "lost.bin", 4, "storage");
    g_autofree char *one = dup_spec (f, "one.bin", 4, "nvs");
    g_autofree char *two = dup_spec (f, "two.bin", 4, "0x9000");
    g_autofree char *folder = g_strconcat (f->folder, "@nvs", NULL);

    make_refused (BW_CAUSE_TOO_LARGE,
                  "full.bin has 16385 bytes, the partition nvs has room for 16384", full, table,
                  NULL);
    make_refused (BW_CAUSE_NO_PARTITION,
                  "lost.bin: storage: the partition table has nvs, otadata, ota_0, ota_1", lost,
                  table, NULL);
    make_refused (BW_CAUSE_OVERLAP, "overlaps", one, two, table, NULL);
    make_refused (BW_CAUSE_OVERLAP, "overlaps", one, one, table, NULL);
    g_assert_cmpint (g_remove (table), ==, 0);
    g_free (make_text (f->folder, "flasher_args.json", "{ \"flash_files\": {} }"));
    make_refused (BW_CAUSE_USAGE, "leave out @nvs", folder, NULL);
}

/* Without one, each board is asked. */
static void
test_the_board_says_where (Fixture *f, gconstpointer data)
{
    g_autofree char *spec = dup_spec (f, "data.bin", 0x1000, "nvs");
    g_autofree char *behind = dup_spec (f, "behind.bin", 4, "0x21000");
    g_autoptr (BwFirmware) firmware = make_load (spec, behind, NULL);
    const BwFirmwareBuild *build = make_only_build (firmware);
    g_autofree char *target = g_build_filename (f->folder, "merged.bin", NULL);
    g_autoptr (BwBoardInfo) info = new_board ();
    g_autoptr (BwFirmwareBuild) placed = bw_firmware_dup_build (firmware, info, NULL);
    g_autoptr (GError) error = NULL;

    g_assert_true (build->is_open);
    g_assert_cmphex (make_part (build, 0)->offset, ==, 0x21000);
    g_assert_true (make_part (build, 1)->is_open);
    g_assert_cmpstr (make_part (build, 1)->name, ==, "nvs");
    g_assert_false (placed->is_open);
    g_assert_cmphex (make_part (placed, 0)->offset, ==, 0x20000);
    g_assert_false (make_part (placed, 0)->is_open);
    g_assert_cmpstr (make_part (placed, 0)->sha256, ==, make_part (build, 1)->sha256);
    g_assert_false (bw_firmware_convert_sync (firmware, build, "merged", target, NULL, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_NO_PARTITION);
    g_assert_false (g_file_test (target, G_FILE_TEST_EXISTS));
}

static void
refuse_on_board (BwFirmware *firmware, BwBoardInfo *info, BwCause cause, const char *word)
{
    g_autoptr (GError) error = NULL;

    g_assert_null (bw_firmware_dup_build (firmware, info, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, cause);
    g_assert_nonnull (strstr (error->message, word));
}

static void
test_what_does_not_go_onto_the_board (Fixture *f, gconstpointer data)
{
    g_autofree char *full = dup_spec (f, "full.bin", 0x1001, "nvs");
    g_autofree char *lost = dup_spec (f, "lost.bin", 4, "storage");
    g_autofree char *one = dup_spec (f, "one.bin", 4, "nvs");
    g_autofree char *two = dup_spec (f, "two.bin", 4, "0x20000");
    g_autoptr (BwFirmware) too_large = make_load (full, NULL);
    g_autoptr (BwFirmware) unknown = make_load (lost, NULL);
    g_autoptr (BwFirmware) twice = make_load (one, two, NULL);
    g_autoptr (BwBoardInfo) info = new_board ();
    g_autoptr (BwBoardInfo) blank = bw_board_info_new ();

    blank->chip_key = g_strdup ("esp32");
    refuse_on_board (too_large, info, BW_CAUSE_TOO_LARGE, "room for 4096");
    refuse_on_board (unknown, info, BW_CAUSE_NO_PARTITION,
                     "lost.bin: storage: the partition table has nvs");
    refuse_on_board (unknown, blank, BW_CAUSE_NO_PARTITION, "no partition table was found");
    refuse_on_board (twice, info, BW_CAUSE_OVERLAP, "one.bin");
    ((BwPartition *) info->partitions->pdata[0])->offset = 0x20800;
    refuse_on_board (twice, info, BW_CAUSE_BAD_FIRMWARE, "multiple of 0x1000");
}

/* Also an image that would be taken apart is one thing in one partition. */
static void
test_a_merged_image_goes_into_a_partition_whole (Fixture *f, gconstpointer data)
{
    g_autofree char *path = make_vector_path ("image/merge_raw.bin");
    g_autofree char *spec = g_strconcat (path, "@ota_0", NULL);
    g_autofree char *table = put_table (f);
    g_autoptr (GBytes) bytes = make_vector ("image/merge_raw.bin");
    g_autoptr (BwFirmware) firmware = make_load (spec, table, NULL);

    make_assert_part (make_only_build (firmware), 1, 0x10000, "ota_0", bytes);
}

static void
test_what_an_at_sign_means (Fixture *f, gconstpointer data)
{
    static const struct {
        const char *name; /* what there is */
        const char *spec;
        const char *path;
    } cases[] = {
        { "a.bin", "a.bin@nvs", "a.bin" },
        { "a.bin", "a.bin@0x1000", "a.bin" },
        { "a.bin", "a.bin@", "a.bin@" },
        { "a.bin", "b.bin@nvs", "b.bin@nvs" },
        { "a.bin", "b.bin@0x1000", "b.bin" },
        { "a@b.bin", "a@b.bin", "a@b.bin" },
        { "a@9.bin", "a@9.bin@nvs", "a@9.bin" },
        { "d@1/c.bin", "d@1/c.bin", "d@1/c.bin" },
        { "d@1/c.bin", "d@1/gone.bin", "d@1/gone.bin" },
        { "d@1/c.bin", "d@1/c.bin@nvs", "d@1/c.bin" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *made = make_text (f->folder, cases[i].name, "data");
        g_autofree char *spec = g_build_filename (f->folder, cases[i].spec, NULL);
        g_autofree char *wanted = g_build_filename (f->folder, cases[i].path, NULL);
        g_autofree char *path = bw_firmware_spec_dup_path_sync (spec);

        g_assert_cmpstr (path, ==, wanted);
    }
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
    bw_firmware_load_async (specs, NULL, cancellable, on_loaded, answer);
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

static void
test_an_address_is_shown_without_keys (Fixture *f, gconstpointer data)
{
    static const char digest[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    g_autofree char *spec =
        g_strconcat ("https://host/a.bin?key=geheim#sha256=", digest, "@0x10000", NULL);
    g_autofree char *shown = bw_firmware_spec_dup_shown (spec);
    g_autofree char *file = bw_firmware_spec_dup_shown ("folder/a.bin@0x1000");
    g_autoptr (GError) error = NULL;

    g_assert_true (bw_firmware_spec_is_address (spec));
    g_assert_false (bw_firmware_spec_is_address ("folder/a.bin@0x1000"));
    g_assert_cmpstr (shown, ==, "https://host/a.bin");
    g_assert_cmpstr (file, ==, "folder/a.bin@0x1000");
    g_assert_true (bw_firmware_spec_check_address (spec, &error));
    g_assert_no_error (error);
    g_assert_false (bw_firmware_spec_check_address ("https://host/a.bin", &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_USAGE);
}

static void
test_a_meter_says_how_far_it_is (Fixture *f, gconstpointer data)
{
    g_autoptr (BwFirmwareMeter) meter = bw_firmware_meter_new ();
    g_autoptr (BwFirmwareMeter) other = bw_firmware_meter_ref (meter);

    g_assert_cmpuint (bw_firmware_meter_get_done (meter), ==, 0);
    g_assert_cmpuint (bw_firmware_meter_get_total (meter), ==, 0);
    bw_firmware_meter_set (other, 3, 4);
    g_assert_cmpuint (bw_firmware_meter_get_done (meter), ==, 3);
    g_assert_cmpuint (bw_firmware_meter_get_total (meter), ==, 4);
    /* what a server announces is no promise, and nothing wraps around */
    bw_firmware_meter_set (meter, 3, UINT64_MAX);
    g_assert_cmpuint (bw_firmware_meter_get_total (meter), ==, G_MAXINT);
    bw_firmware_meter_set (NULL, 1, 1);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/firmware/nothing-is-no-firmware", test_nothing_is_no_firmware);
    ADD ("it-remembers-what-it-was-loaded-from", test_it_remembers_what_it_was_loaded_from);
    ADD ("the-file-name-is-the-last-resort", test_the_file_name_is_the_last_resort);
    ADD ("overlaps-are-refused-with-numbers", test_overlaps_are_refused_with_numbers);
    ADD ("files-for-two-chips-do-not-go-together", test_files_for_two_chips_do_not_go_together);
    ADD ("builds-for-two-ways-of-being-attached-do-not-go-together",
         test_builds_for_two_ways_of_being_attached_do_not_go_together);
    ADD ("a-file-joins-the-builds-of-its-chip", test_a_file_joins_the_builds_of_its_chip);
    ADD ("any-form-may-be-packed", test_any_form_may_be_packed);
    ADD ("a-large-image-takes-no-memory", test_a_large_image_takes_no_memory);
    ADD ("any-file-name-is-shown-as-text", test_any_file_name_is_shown_as_text);
    ADD ("an-unlimited-build-fits-any-chip", test_an_unlimited_build_fits_any_chip);
    ADD ("a-table-among-the-files-says-where", test_a_table_among_the_files_says_where);
    ADD ("what-does-not-go-into-a-partition", test_what_does_not_go_into_a_partition);
    ADD ("the-board-says-where", test_the_board_says_where);
    ADD ("what-does-not-go-onto-the-board", test_what_does_not_go_onto_the_board);
    ADD ("a-merged-image-goes-into-a-partition-whole",
         test_a_merged_image_goes_into_a_partition_whole);
    ADD ("what-an-at-sign-means", test_what_an_at_sign_means);
    ADD ("async-loads-the-same", test_async_loads_the_same);
    ADD ("async-keeps-the-cause", test_async_keeps_the_cause);
    ADD ("async-can-be-cancelled", test_async_can_be_cancelled);
    ADD ("an-address-is-shown-without-keys", test_an_address_is_shown_without_keys);
    ADD ("a-meter-says-how-far-it-is", test_a_meter_says_how_far_it_is);
    return g_test_run ();
}
