/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "bw-error.h"
#include "firmware-make.h"

#define MIB (1024u * 1024)

typedef struct {
    char *folder;
    BwBoardInfo *info; /* an ESP32-C3 with 4 MiB and nothing on it */
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
    f->folder = make_folder ();
    f->info = bw_board_info_new ();
    f->info->chip_key = g_strdup ("esp32c3");
    f->info->revision = 4;
    f->info->flash_size_bytes = 4 * MIB;
}

static void
tear_down (Fixture *f, gconstpointer data)
{
    bw_board_info_unref (f->info);
    make_folder_remove (f->folder);
}

static char *
put (Fixture *f, const char *name, GBytes *bytes)
{
    g_autoptr (GBytes) owned = bytes;

    return make_bytes (f->folder, name, owned);
}

static char *
put_image (Fixture *f, const char *name, const MakeImage *how)
{
    return put (f, name, make_image (how));
}

static void
add_partition (Fixture *f, const char *label, uint8_t type, uint32_t offset, uint32_t size)
{
    BwPartition *row = bw_partition_new ();

    row->label = g_strdup (label);
    row->kind = g_strdup (label);
    row->type = type;
    row->subtype = type == BWP_ESP_TYPE_APP ? BWP_ESP_APP_OTA_0 : BWP_ESP_DATA_NVS;
    row->offset = offset;
    row->size = size;
    g_ptr_array_add (f->info->partitions, row);
    f->info->partition_table_offset = 0x8000;
}

/* The findings for one or more specs; the last argument is NULL. */
static GPtrArray *
check (Fixture *f, const char *a, const char *b, const char *c)
{
    g_autoptr (BwFirmware) firmware = make_load (a, b, c, NULL);

    return bw_firmware_build_check (make_only_build (firmware), f->info);
}

static void
assert_only (GPtrArray *findings, BwCause cause, gboolean is_overridable, const char *word)
{
    const BwFinding *finding;

    g_assert_cmpuint (findings->len, ==, 1);
    finding = g_ptr_array_index (findings, 0);
    g_assert_cmpstr (bw_cause_get_id (finding->cause), ==, bw_cause_get_id (cause));
    g_assert_cmpint (finding->is_overridable, ==, is_overridable);
    if (strstr (finding->text, word) == NULL)
        g_error ("no %s in: %s", word, finding->text);
}

static void
assert_has (GPtrArray *findings, BwCause cause, const char *word)
{
    for (unsigned i = 0; i < findings->len; i++) {
        const BwFinding *finding = g_ptr_array_index (findings, i);

        if (finding->cause == cause && strstr (finding->text, word) != NULL)
            return;
    }
    g_error ("no finding says %s", word);
}

static void
test_what_fits_has_no_findings (Fixture *f, gconstpointer data)
{
    g_autofree char *boot =
        put_image (f, "boot.bin", &(MakeImage){ .chip = "esp32c3", .size_code = 2 });
    g_autofree char *table = put (f, "table.bin", make_table ());
    g_autofree char *app = put_image (f, "app.bin", &(MakeImage){ "esp32c3", "weather", "1.4.2" });
    g_autoptr (GPtrArray) findings = check (f, boot, table, app);

    g_assert_cmpuint (findings->len, ==, 0);
}

static void
test_another_chip_is_final (Fixture *f, gconstpointer data)
{
    g_autofree char *path = put_image (f, "boot.bin", &(MakeImage){ .chip = "esp32s3" });
    g_autoptr (GPtrArray) findings = check (f, path, NULL, NULL);

    assert_only (findings, BW_CAUSE_WRONG_CHIP, FALSE, "for ESP32-S3, the board has an ESP32-C3");
}

static void
test_revision_limits_hold (Fixture *f, gconstpointer data)
{
    g_autofree char *young =
        put_image (f, "young.bin", &(MakeImage){ .chip = "esp32c3", .min_revision = 101 });
    g_autofree char *old =
        put_image (f, "old.bin",
                   &(MakeImage){ .chip = "esp32c3", .min_revision = 0, .max_revision = 3 });
    g_autoptr (GPtrArray) too_old = check (f, young, NULL, NULL);
    g_autoptr (GPtrArray) too_new = check (f, old, NULL, NULL);
    g_autoptr (GPtrArray) unknown = NULL;

    assert_only (too_old, BW_CAUSE_WRONG_REVISION, TRUE, "1.1 or later, this one is 0.4");
    assert_only (too_new, BW_CAUSE_WRONG_REVISION, TRUE, "up to revision 0.3, this one is 0.4");
    f->info->revision = -1;
    unknown = check (f, young, NULL, NULL);
    g_assert_cmpuint (unknown->len, ==, 0);
}

static void
test_golden_revision_limits_hold (Fixture *f, gconstpointer data)
{
    g_autofree char *path = make_vector_path ("image/esp32c3_app_rev.bin");
    g_autoptr (GPtrArray) fits = NULL;
    g_autoptr (GPtrArray) too_old = NULL;
    g_autoptr (GPtrArray) too_new = NULL;

    add_partition (f, "ota_0", BWP_ESP_TYPE_APP, 0x10000, MIB);
    fits = check (f, path, NULL, NULL);
    g_assert_cmpuint (fits->len, ==, 0);
    f->info->revision = 2;
    too_old = check (f, path, NULL, NULL);
    assert_only (too_old, BW_CAUSE_WRONG_REVISION, TRUE, "0.3 or later, this one is 0.2");
    f->info->revision = 200;
    too_new = check (f, path, NULL, NULL);
    assert_only (too_new, BW_CAUSE_WRONG_REVISION, TRUE, "up to revision 1.99");
}

static void
test_a_part_behind_the_flash_is_final (Fixture *f, gconstpointer data)
{
    g_autofree char *path = put (f, "x.bin", g_bytes_new_static ("0123456789", 10));
    g_autofree char *spec = g_strconcat (path, "@0x400000", NULL);
    g_autofree char *last = g_strconcat (path, "@0x3ff000", NULL);
    g_autoptr (GPtrArray) findings = check (f, spec, NULL, NULL);
    g_autoptr (GPtrArray) fits = check (f, last, NULL, NULL);

    assert_only (findings, BW_CAUSE_TOO_LARGE, FALSE, "ends at 0x40000a");
    g_assert_cmpuint (fits->len, ==, 0);
}

static void
test_a_part_stays_in_its_partition (Fixture *f, gconstpointer data)
{
    g_autofree char *app =
        put_image (f, "app.bin", &(MakeImage){ "esp32c3", "weather", "1.4.2", .size = 70000 });
    g_autofree char *raw = put (f, "raw.bin", g_bytes_new_take (g_malloc0 (0x5000), 0x5000));
    g_autofree char *settings = g_strconcat (raw, "@0x9000", NULL);
    g_autoptr (GPtrArray) program = NULL;
    g_autoptr (GPtrArray) data_too = NULL;

    add_partition (f, "nvs", BWP_ESP_TYPE_DATA, 0x9000, 0x4000);
    add_partition (f, "ota_0", BWP_ESP_TYPE_APP, 0x10000, 0x10000);
    program = check (f, app, NULL, NULL);
    assert_only (program, BW_CAUSE_TOO_LARGE, FALSE, "the partition ota_0 has room for 65536");
    data_too = check (f, settings, NULL, NULL);
    assert_only (data_too, BW_CAUSE_TOO_LARGE, TRUE,
                 "has 20480 bytes, the partition nvs has room for 16384");
}

/* What begins before a partition or before the table must not run into it. */
static void
test_a_part_stays_before_what_follows (Fixture *f, gconstpointer data)
{
    g_autofree char *boot =
        put_image (f, "boot.bin", &(MakeImage){ .chip = "esp32c3", .size = 0x8000 });
    g_autofree char *raw = put (f, "raw.bin", g_bytes_new_take (g_malloc0 (0x2000), 0x2000));
    g_autofree char *before = g_strconcat (raw, "@0xf000", NULL);
    g_autofree char *beside = g_strconcat (raw, "@0xe000", NULL);
    g_autofree char *table = put (f, "table.bin", make_table ());
    g_autoptr (GPtrArray) over_table = NULL;
    g_autoptr (GPtrArray) over_slot = NULL;
    g_autoptr (GPtrArray) fits = NULL;
    g_autoptr (GPtrArray) new_table = NULL;
    g_autoptr (GPtrArray) on_blank = check (f, boot, NULL, NULL);

    g_assert_cmpuint (on_blank->len, ==, 0);
    add_partition (f, "nvs", BWP_ESP_TYPE_DATA, 0x9000, 0x4000);
    add_partition (f, "ota_0", BWP_ESP_TYPE_APP, 0x10000, 0x10000);
    over_table = check (f, boot, NULL, NULL);
    assert_only (over_table, BW_CAUSE_TOO_LARGE, TRUE,
                 "bootloader ends at 0x8050, but the partition table begins at 0x8000");
    over_slot = check (f, before, NULL, NULL);
    assert_only (over_slot, BW_CAUSE_TOO_LARGE, TRUE,
                 "raw.bin ends at 0x11000, but ota_0 begins at 0x10000");
    fits = check (f, beside, NULL, NULL);
    g_assert_cmpuint (fits->len, ==, 0);
    /* the layout that counts is the one the firmware brings */
    f->info->partition_table_offset = 0x7000;
    new_table = check (f, table, NULL, NULL);
    g_assert_cmpuint (new_table->len, ==, 0);
}

/* Some systems put their whole program behind a boot image of its own size: they have no table. */
static void
test_what_stands_behind_an_image_may_be_large (Fixture *f, gconstpointer data)
{
    g_autoptr (GBytes) image = make_image (&(MakeImage){ .chip = "esp32c3" });
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    g_autofree char *path = NULL;
    g_autoptr (GPtrArray) findings = NULL;

    g_byte_array_append (bytes, g_bytes_get_data (image, NULL), (guint) g_bytes_get_size (image));
    g_byte_array_set_size (bytes, 0x20000);
    path = make_file (f->folder, "boot.bin", bytes->data, bytes->len);
    add_partition (f, "ota_0", BWP_ESP_TYPE_APP, 0x10000, 0x10000);
    findings = check (f, path, NULL, NULL);
    g_assert_cmpuint (findings->len, ==, 0);
}

static void
test_the_layout_fits_the_flash (Fixture *f, gconstpointer data)
{
    g_autofree char *table = put (f, "table.bin", make_table ());
    g_autoptr (GPtrArray) findings = NULL;

    f->info->flash_size_bytes = 2 * MIB;
    findings = check (f, table, NULL, NULL);
    assert_only (findings, BW_CAUSE_FLASH_SIZE, FALSE, "needs 2112 KiB");
}

static void
test_the_boot_image_knows_the_flash (Fixture *f, gconstpointer data)
{
    g_autofree char *boot =
        put_image (f, "boot.bin", &(MakeImage){ .chip = "esp32c3", .size_code = 3 });
    g_autofree char *args = make_text (f->folder, "flasher_args.json",
                                       "{ \"flash_files\": { \"0x0\": \"boot.bin\" },"
                                       "  \"flash_settings\": { \"flash_size\": \"detect\" },"
                                       "  \"extra_esptool_args\": { \"chip\": \"esp32c3\" } }");
    g_autoptr (GPtrArray) header = check (f, boot, NULL, NULL);
    g_autoptr (GPtrArray) detected = check (f, args, NULL, NULL);

    assert_only (header, BW_CAUSE_FLASH_SIZE, TRUE, "8192 KiB of flash, the board has 4096 KiB");
    g_assert_cmpuint (detected->len, ==, 0);
}

static void
test_a_blank_board_needs_more_than_an_application (Fixture *f, gconstpointer data)
{
    g_autofree char *boot =
        put_image (f, "boot.bin", &(MakeImage){ .chip = "esp32c3", .size_code = 2 });
    g_autofree char *app = put_image (f, "app.bin", &(MakeImage){ "esp32c3", "weather", "1.4.2" });
    g_autofree char *at_start = g_strconcat (app, "@0", NULL);
    g_autoptr (GPtrArray) alone = check (f, app, NULL, NULL);
    g_autoptr (GPtrArray) misplaced = check (f, at_start, NULL, NULL);
    g_autoptr (GPtrArray) with_boot = check (f, boot, app, NULL);
    g_autoptr (GPtrArray) on_used = NULL;

    g_assert_cmpuint (alone->len, ==, 2);
    assert_has (alone, BW_CAUSE_MISSING_BOOT_IMAGE, "no boot loader for 0x0");
    assert_has (alone, BW_CAUSE_MISSING_BOOT_IMAGE, "no partition table");
    assert_has (misplaced, BW_CAUSE_MISSING_BOOT_IMAGE, "no boot loader for 0x0");
    assert_only (with_boot, BW_CAUSE_MISSING_BOOT_IMAGE, TRUE, "no partition table");
    add_partition (f, "ota_0", BWP_ESP_TYPE_APP, 0x10000, MIB);
    on_used = check (f, app, NULL, NULL);
    g_assert_cmpuint (on_used->len, ==, 0);
}

static void
test_an_application_goes_to_a_slot (Fixture *f, gconstpointer data)
{
    g_autofree char *app = put_image (f, "app.bin", &(MakeImage){ "esp32c3", "weather", "1.4.2" });
    g_autofree char *raw = put (f, "raw.bin", g_bytes_new_static ("no image", 8));
    g_autofree char *misplaced = g_strconcat (raw, "@0x20000", NULL);
    g_autofree char *boot = put_image (f, "boot.bin", &(MakeImage){ .chip = "esp32c3" });
    g_autofree char *boot_in_slot = g_strconcat (boot, "@0x20000", NULL);
    g_autoptr (GPtrArray) nowhere = NULL;
    g_autoptr (GPtrArray) no_app = NULL;
    g_autoptr (GPtrArray) no_app_either = NULL;

    add_partition (f, "ota_0", BWP_ESP_TYPE_APP, 0x20000, MIB);
    nowhere = check (f, app, NULL, NULL);
    assert_only (nowhere, BW_CAUSE_WRONG_PLACE, TRUE, "0x10000");
    no_app = check (f, misplaced, NULL, NULL);
    assert_only (no_app, BW_CAUSE_WRONG_PLACE, TRUE, "slot ota_0, but is no application");
    no_app_either = check (f, boot_in_slot, NULL, NULL);
    assert_only (no_app_either, BW_CAUSE_WRONG_PLACE, TRUE, "slot ota_0, but is no application");
}

static void
test_what_a_board_starts_with_stays_readable (Fixture *f, gconstpointer data)
{
    g_autofree char *noise = put (f, "noise.bin", g_bytes_new_take (g_malloc0 (0x1000), 0x1000));
    g_autofree char *app = put_image (f, "app.bin", &(MakeImage){ "esp32c3", "weather", "1.4.2" });
    g_autofree char *boot = put_image (f, "boot.bin", &(MakeImage){ .chip = "esp32c3" });
    g_autofree char *table = put (f, "table.bin", make_table ());
    g_autofree char *noise_at_boot = g_strconcat (noise, "@0", NULL);
    g_autofree char *app_at_boot = g_strconcat (app, "@0", NULL);
    g_autofree char *noise_at_table = g_strconcat (noise, "@0x8000", NULL);
    g_autoptr (GPtrArray) no_boot = NULL;
    g_autoptr (GPtrArray) no_boot_either = NULL;
    g_autoptr (GPtrArray) no_table = NULL;
    g_autoptr (GPtrArray) fits = NULL;
    g_autoptr (GPtrArray) encrypted = NULL;

    add_partition (f, "ota_0", BWP_ESP_TYPE_APP, 0x10000, MIB);
    no_boot = check (f, noise_at_boot, NULL, NULL);
    assert_only (no_boot, BW_CAUSE_WRONG_PLACE, TRUE, "covers 0x0, where the boot loader lies");
    no_boot_either = check (f, app_at_boot, NULL, NULL);
    assert_has (no_boot_either, BW_CAUSE_WRONG_PLACE, "covers 0x0, where the boot loader lies");
    no_table = check (f, noise_at_table, NULL, NULL);
    assert_only (no_table, BW_CAUSE_WRONG_PLACE, TRUE, "0x8000, where the partition table lies");
    fits = check (f, boot, table, NULL);
    g_assert_cmpuint (fits->len, ==, 0);
    f->info->is_flash_encrypted = TRUE;
    encrypted = check (f, noise_at_boot, NULL, NULL);
    g_assert_cmpuint (encrypted->len, ==, 0);
}

static void
test_secure_boot_keeps_the_boot_image (Fixture *f, gconstpointer data)
{
    g_autofree char *boot =
        put_image (f, "boot.bin", &(MakeImage){ .chip = "esp32c3", .size_code = 2 });
    g_autofree char *app = put_image (f, "app.bin", &(MakeImage){ "esp32c3", "weather", "1.4.2" });
    g_autoptr (GPtrArray) refused = NULL;
    g_autoptr (GPtrArray) allowed = NULL;

    add_partition (f, "ota_0", BWP_ESP_TYPE_APP, 0x10000, MIB);
    f->info->is_secure_boot = TRUE;
    refused = check (f, boot, NULL, NULL);
    assert_only (refused, BW_CAUSE_SECURE_MODE, FALSE, "Secure boot is on");
    allowed = check (f, app, NULL, NULL);
    g_assert_cmpuint (allowed->len, ==, 0);
}

static void
test_encryption_must_agree (Fixture *f, gconstpointer data)
{
    g_autofree char *app = put_image (f, "app.bin", &(MakeImage){ "esp32c3", "weather", "1.4.2" });
    g_autofree char *args = make_text (
        f->folder, "flasher_args.json",
        "{ \"flash_files\": { \"0x10000\": \"app.bin\" },"
        "  \"app\": { \"offset\": \"0x10000\", \"file\": \"app.bin\", \"encrypted\": \"true\" } }");
    g_autoptr (GPtrArray) off = NULL;
    g_autoptr (GPtrArray) plain = NULL;
    g_autoptr (GPtrArray) agrees = NULL;

    add_partition (f, "ota_0", BWP_ESP_TYPE_APP, 0x10000, MIB);
    off = check (f, args, NULL, NULL);
    assert_only (off, BW_CAUSE_SECURE_MODE, TRUE, "encryption is off");
    f->info->is_flash_encrypted = TRUE;
    plain = check (f, app, NULL, NULL);
    assert_only (plain, BW_CAUSE_SECURE_MODE, FALSE, "in plain");
    agrees = check (f, args, NULL, NULL);
    g_assert_cmpuint (agrees->len, ==, 0);
}

static void
test_an_esp8266_boots_from_the_start (Fixture *f, gconstpointer data)
{
    g_autofree char *path = make_vector_path ("image/esp8266_v1.bin");
    g_autoptr (GPtrArray) blank = NULL;
    g_autoptr (GPtrArray) with_table = NULL;

    g_free (f->info->chip_key);
    f->info->chip_key = g_strdup ("esp8266");
    blank = check (f, path, NULL, NULL);
    g_assert_cmpuint (blank->len, ==, 0);
    add_partition (f, "ota_0", BWP_ESP_TYPE_APP, 0x10000, MIB);
    with_table = check (f, path, NULL, NULL);
    g_assert_cmpuint (with_table->len, ==, 0);
}

static void
test_nothing_known_finds_nothing (Fixture *f, gconstpointer data)
{
    g_autofree char *app = put_image (f, "app.bin", &(MakeImage){ "esp32c3", "weather", "1.4.2" });
    g_autoptr (BwFirmware) firmware = make_load (app, NULL);
    g_autoptr (BwBoardInfo) nothing = bw_board_info_new ();
    g_autoptr (GPtrArray) findings = bw_firmware_build_check (make_only_build (firmware), nothing);

    g_assert_cmpuint (findings->len, ==, 0);
}

#define ADD(name, function)                                                                        \
    g_test_add ("/engine/firmware/check/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    ADD ("what-fits-has-no-findings", test_what_fits_has_no_findings);
    ADD ("another-chip-is-final", test_another_chip_is_final);
    ADD ("revision-limits-hold", test_revision_limits_hold);
    ADD ("golden-revision-limits-hold", test_golden_revision_limits_hold);
    ADD ("a-part-behind-the-flash-is-final", test_a_part_behind_the_flash_is_final);
    ADD ("a-part-stays-in-its-partition", test_a_part_stays_in_its_partition);
    ADD ("a-part-stays-before-what-follows", test_a_part_stays_before_what_follows);
    ADD ("what-stands-behind-an-image-may-be-large", test_what_stands_behind_an_image_may_be_large);
    ADD ("the-layout-fits-the-flash", test_the_layout_fits_the_flash);
    ADD ("the-boot-image-knows-the-flash", test_the_boot_image_knows_the_flash);
    ADD ("a-blank-board-needs-more-than-an-application",
         test_a_blank_board_needs_more_than_an_application);
    ADD ("an-application-goes-to-a-slot", test_an_application_goes_to_a_slot);
    ADD ("what-a-board-starts-with-stays-readable", test_what_a_board_starts_with_stays_readable);
    ADD ("secure-boot-keeps-the-boot-image", test_secure_boot_keeps_the_boot_image);
    ADD ("encryption-must-agree", test_encryption_must_agree);
    ADD ("an-esp8266-boots-from-the-start", test_an_esp8266_boots_from_the_start);
    ADD ("nothing-known-finds-nothing", test_nothing_known_finds_nothing);
    return g_test_run ();
}
