/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bw-error.h"
#include "firmware-make.h"

typedef struct {
    char *folder;
    char *target;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
    f->folder = make_folder ();
    f->target = g_build_filename (f->folder, "target", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
    g_free (f->target);
    make_folder_remove (f->folder);
}

static void
convert (Fixture *f, BwFirmware *firmware, const char *format)
{
    g_autoptr (GError) error = NULL;
    gboolean is_done = bw_firmware_convert_sync (firmware, make_only_build (firmware), format,
                                                 f->target, NULL, &error);

    g_assert_no_error (error);
    g_assert_true (is_done);
}

static void
refuse (Fixture *f, BwFirmware *firmware, const char *format, BwCause cause, const char *word)
{
    g_autoptr (GError) error = NULL;

    g_assert_false (bw_firmware_convert_sync (firmware, make_only_build (firmware), format,
                                              f->target, NULL, &error));
    g_assert_cmpstr (bw_cause_get_id (bw_error_get_cause (error)), ==, bw_cause_get_id (cause));
    g_assert_nonnull (strstr (error->message, word));
}

/* How many files there are beside the target: none is ever left behind. */
static unsigned
count_files (Fixture *f)
{
    g_autoptr (GDir) dir = g_dir_open (f->folder, 0, NULL);
    unsigned count = 0;

    while (g_dir_read_name (dir) != NULL)
        count++;
    return count;
}

static BwFirmware *
make_three_parts (Fixture *f)
{
    g_autoptr (GBytes) boot = make_image (&(MakeImage){ .chip = "esp32c3", .size = 5000 });
    g_autoptr (GBytes) table = make_table ();
    g_autoptr (GBytes) app =
                   make_image (&(MakeImage){ "esp32c3", "weather", "1.4.2", .size = 150000 });
    g_autofree char *boot_path = make_bytes (f->folder, "boot.bin", boot);
    g_autofree char *table_path = make_bytes (f->folder, "table.bin", table);
    g_autofree char *app_path = make_bytes (f->folder, "app.bin", app);

    return make_load (app_path, table_path, boot_path, NULL);
}

/* The content of both at every address that @before writes; @after may be padded to sectors. */
static void
assert_same_flash (const BwFirmwareBuild *before, const BwFirmwareBuild *after)
{
    for (unsigned i = 0; i < before->parts->len; i++) {
        const BwFirmwarePart *wanted = make_part (before, i);
        const BwFirmwarePart *found = NULL;
        size_t len = g_bytes_get_size (wanted->data);

        for (unsigned j = 0; j < after->parts->len; j++)
            if (make_part (after, j)->offset == wanted->offset)
                found = make_part (after, j);
        g_assert_nonnull (found);
        g_assert_cmpuint (g_bytes_get_size (found->data), >=, len);
        g_assert_cmpmem (g_bytes_get_data (found->data, NULL), len,
                         g_bytes_get_data (wanted->data, NULL), len);
        g_assert_cmpstr (found->name, ==, wanted->name);
    }
}

static void
check_round_trip (Fixture *f, const char *format)
{
    g_autoptr (BwFirmware) before = make_three_parts (f);
    g_autoptr (BwFirmware) after = NULL;

    convert (f, before, format);
    after = make_load (f->target, NULL);
    g_assert_cmpstr (bw_firmware_get_format (after), ==, format);
    g_assert_cmpstr (make_only_build (after)->chip_key, ==, "esp32c3");
    assert_same_flash (make_only_build (before), make_only_build (after));
    g_assert_cmpuint (count_files (f), ==, 4);
}

static void
test_every_form_loads_again (Fixture *f, gconstpointer data)
{
    check_round_trip (f, "merged");
    check_round_trip (f, "uf2");
    check_round_trip (f, "ihex");
}

/* esptool made the golden files from the same three inputs. */
static void
test_golden_data_comes_out (Fixture *f, gconstpointer data)
{
    g_autofree char *boot = make_vector_path ("image/esp32_boot_before.bin");
    g_autofree char *table = make_vector_path ("partition/pt_basic.bin");
    g_autofree char *app = make_vector_path ("image/merge_part_app.bin");
    g_autofree char *app_spec = g_strconcat (app, "@0x10000", NULL);
    g_autoptr (BwFirmware) firmware = make_load (boot, table, app_spec, NULL);
    g_autofree char *made = NULL;
    g_autoptr (GBytes) uf2 = make_vector ("image/merge.uf2");
    g_autoptr (GBytes) raw = make_vector ("image/merge_raw_off1000.bin");
    size_t len;

    convert (f, firmware, "uf2");
    g_assert_true (g_file_get_contents (f->target, &made, &len, NULL));
    g_assert_cmpmem (made, len, g_bytes_get_data (uf2, NULL), g_bytes_get_size (uf2));
    g_clear_pointer (&made, g_free);
    convert (f, firmware, "merged");
    g_assert_true (g_file_get_contents (f->target, &made, &len, NULL));
    g_assert_cmpmem (made + 0x1000, len - 0x1000, g_bytes_get_data (raw, NULL),
                     g_bytes_get_size (raw));
}

static void
test_flash_settings_go_into_the_boot_image (Fixture *f, gconstpointer data)
{
    g_autoptr (GBytes) boot = make_vector ("image/esp32_boot_before.bin");
    g_autoptr (GBytes) patched = make_vector ("image/esp32_boot_qio_80m_16MB.bin");
    g_autofree char *boot_path = make_bytes (f->folder, "boot.bin", boot);
    g_autofree char *args = make_text (
        f->folder, "flasher_args.json",
        "{ \"flash_files\": { \"0x1000\": \"boot.bin\" },"
        "  \"flash_settings\": { \"flash_mode\": \"qio\", \"flash_freq\": \"80m\","
        "    \"flash_size\": \"16MB\" }, \"extra_esptool_args\": { \"chip\": \"esp32\" } }");
    g_autoptr (BwFirmware) before = make_load (args, NULL);
    g_autoptr (BwFirmware) after = NULL;

    convert (f, before, "uf2");
    after = make_load (f->target, NULL);
    make_assert_part (make_only_build (after), 0, 0x1000, "bootloader", patched);
}

static void
test_what_a_form_cannot_say_is_refused (Fixture *f, gconstpointer data)
{
    g_autofree char *raw = make_text (f->folder, "raw.bin", "data");
    g_autofree char *spec = g_strconcat (raw, "@0x9000", NULL);
    g_autofree char *args = make_text (
        f->folder, "flasher_args.json",
        "{ \"flash_files\": { \"0x9000\": \"raw.bin\" },"
        "  \"x\": { \"offset\": \"0x9000\", \"file\": \"raw.bin\", \"encrypted\": \"true\" } }");
    g_autoptr (BwFirmware) nameless = make_load (spec, NULL);
    g_autoptr (BwFirmware) encrypted = make_load (args, NULL);

    refuse (f, nameless, "uf2", BW_CAUSE_USAGE, "chip family");
    refuse (f, nameless, "elf", BW_CAUSE_USAGE, "elf");
    refuse (f, encrypted, "merged", BW_CAUSE_USAGE, "encrypted while it is written");
    g_assert_false (g_file_test (f->target, G_FILE_TEST_EXISTS));
}

/* ---- the old file stays until the new one is whole ------------------------------------------ */

static void
assert_old_stays (Fixture *f)
{
    g_autofree char *text = NULL;

    g_assert_true (g_file_get_contents (f->target, &text, NULL, NULL));
    g_assert_cmpstr (text, ==, "the old one");
    g_assert_cmpuint (count_files (f), ==, 4);
}

static void
test_a_full_disk_keeps_the_old_file (Fixture *f, gconstpointer data)
{
    g_autofree char *old = make_text (f->folder, "target", "the old one");
    g_autoptr (BwFirmware) firmware = make_three_parts (f);
    struct rlimit before;
    struct rlimit limit;

    /* the limit of a file stands for the end of the disk: the same failing write */
    signal (SIGXFSZ, SIG_IGN);
    g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
    limit = before;
    limit.rlim_cur = 50000;
    g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
    refuse (f, firmware, "merged", BW_CAUSE_NO_SPACE, "target: ");
    refuse (f, firmware, "uf2", BW_CAUSE_NO_SPACE, "target: ");
    refuse (f, firmware, "ihex", BW_CAUSE_NO_SPACE, "target: ");
    g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
    assert_old_stays (f);
}

static void
test_a_cancel_keeps_the_old_file (Fixture *f, gconstpointer data)
{
    g_autofree char *old = make_text (f->folder, "target", "the old one");
    g_autoptr (BwFirmware) firmware = make_three_parts (f);
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (GError) error = NULL;

    g_cancellable_cancel (cancellable);
    g_assert_false (bw_firmware_convert_sync (firmware, make_only_build (firmware), "merged",
                                              f->target, cancellable, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_CANCELLED);
    assert_old_stays (f);
}

static void
test_a_folder_that_is_not_there_is_named (Fixture *f, gconstpointer data)
{
    g_autoptr (BwFirmware) firmware = make_three_parts (f);

    g_free (f->target);
    f->target = g_build_filename (f->folder, "none", "target", NULL);
    refuse (f, firmware, "merged", BW_CAUSE_UNWRITABLE_FILE, "No such file");
}

/* Each file that was read for it counts: the description of a build as well, which nobody named. */
static void
test_no_file_of_the_firmware_is_overwritten (Fixture *f, gconstpointer data)
{
    static const char args[] = "{\"flash_files\":{\"0x10000\":\"app.bin\"}}";
    g_autoptr (GBytes) app =
                   make_image (&(MakeImage){ "esp32c3", "weather", "1.4.2", .size = 5000 });
    g_autofree char *app_path = make_bytes (f->folder, "app.bin", app);
    g_autofree char *args_path = g_build_filename (f->folder, "flasher_args.json", NULL);
    g_autoptr (BwFirmware) firmware = NULL;
    g_autofree char *text = NULL;

    g_assert_true (g_file_set_contents (args_path, args, -1, NULL));
    firmware = make_load (f->folder, NULL);
    g_free (f->target);
    f->target = g_strdup (app_path);
    refuse (f, firmware, "merged", BW_CAUSE_USAGE, "would be overwritten");
    g_free (f->target);
    f->target = g_strdup (args_path);
    refuse (f, firmware, "merged", BW_CAUSE_USAGE, "would be overwritten");
    g_assert_true (g_file_get_contents (args_path, &text, NULL, NULL));
    g_assert_cmpstr (text, ==, args);
}

#define ADD(name, function)                                                                        \
    g_test_add ("/engine/firmware/convert/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    ADD ("every-form-loads-again", test_every_form_loads_again);
    ADD ("golden-data-comes-out", test_golden_data_comes_out);
    ADD ("flash-settings-go-into-the-boot-image", test_flash_settings_go_into_the_boot_image);
    ADD ("what-a-form-cannot-say-is-refused", test_what_a_form_cannot_say_is_refused);
    ADD ("a-full-disk-keeps-the-old-file", test_a_full_disk_keeps_the_old_file);
    ADD ("a-cancel-keeps-the-old-file", test_a_cancel_keeps_the_old_file);
    ADD ("a-folder-that-is-not-there-is-named", test_a_folder_that_is_not_there_is_named);
    ADD ("no-file-of-the-firmware-is-overwritten", test_no_file_of_the_firmware_is_overwritten);
    return g_test_run ();
}
