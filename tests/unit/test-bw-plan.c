/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans: what they hold, and what the sheet before the work says. */
#include <glib/gstdio.h>
#include <string.h>

#include "bw-error.h"
#include "bw-job-private.h"
#include "bw-job.h"
#include "bw-plan.h"
#include "engine-wait.h"
#include "firmware-make.h"

static const BwPlanLine *
look_for_line (GPtrArray *lines, const char *word)
{
    for (unsigned i = 0; i < lines->len; i++) {
        const BwPlanLine *line = lines->pdata[i];

        if (strstr (line->text, word) != NULL)
            return line;
    }
    return NULL;
}

static const BwPlanLine *
find_line (GPtrArray *lines, const char *word)
{
    const BwPlanLine *line = look_for_line (lines, word);

    g_assert_nonnull (line);
    return line;
}

static void
test_copies (void)
{
    char mode[] = "dio";
    const BwPlanOptions options = { .baud = 921600, .flash_mode = mode, .force = TRUE };
    g_autoptr (BwPlan) plan = bw_plan_new_read (0x1000, 0x2000, "/tmp/x", &options);

    mode[0] = 'q';
    g_assert_cmpstr (bw_plan_get_options (plan)->flash_mode, ==, "dio");
    g_assert_cmpuint (bw_plan_get_options (plan)->baud, ==, 921600);
    g_assert_cmpint (bw_plan_get_action (plan), ==, BW_ACTION_READ);
    g_assert_cmphex (bw_plan_get_offset (plan), ==, 0x1000);
    g_assert_cmphex (bw_plan_get_size (plan), ==, 0x2000);
    g_assert_cmpstr (bw_plan_get_path (plan), ==, "/tmp/x");
    g_assert_null (bw_plan_get_firmware (plan));
}

static void
test_titles (void)
{
    for (BwAction action = BW_ACTION_IDENTIFY; action <= BW_ACTION_CONSOLE; action++) {
        g_autoptr (BwPlan) plan = bw_plan_new (action, NULL);
        g_autofree char *title = NULL;

        if (action == BW_ACTION_FLASH || action == BW_ACTION_VERIFY)
            continue;
        title = bw_plan_dup_title (plan);
        g_assert_cmpint (*title, !=, '\0');
    }
}

static void
test_flash (void)
{
    char *folder = make_folder ();
    const MakeImage how = { .app = "weather", .version = "1.5.0" };
    g_autoptr (GBytes) image = make_image (&how);
    g_autofree char *file = make_bytes (folder, "app.bin", image);
    g_autofree char *spec = g_strconcat (file, "@0x10000", NULL);
    g_autoptr (BwFirmware) firmware = make_load (spec, NULL);
    const BwPlanOptions erase = { .erase_all = TRUE, .stay = TRUE, .no_verify = TRUE };
    g_autoptr (BwPlan) plan = bw_plan_new_firmware (BW_ACTION_FLASH, firmware, NULL);
    g_autoptr (BwPlan) bare = bw_plan_new_firmware (BW_ACTION_FLASH, firmware, &erase);
    g_autoptr (BwPlan) verify = bw_plan_new_firmware (BW_ACTION_VERIFY, firmware, NULL);
    g_autoptr (BwBoardInfo) info = bw_board_info_new ();
    g_autoptr (GPtrArray) lines = bw_plan_describe (plan, NULL);
    g_autoptr (GPtrArray) bare_lines = bw_plan_describe (bare, NULL);
    g_autoptr (GPtrArray) verify_lines = bw_plan_describe (verify, NULL);
    g_autoptr (GPtrArray) known = NULL;
    BwPartition *slot = bw_partition_new ();

    g_assert_cmpint (find_line (lines, "0x10000")->job_state, ==, BW_JOB_WRITING);
    g_assert_nonnull (strstr (find_line (lines, "0x10000")->detail, "SHA-256"));
    g_assert_true (find_line (lines, "Keep everything")->is_promise);
    g_assert_cmpuint (find_line (lines, "0x10000")->offset, ==, 0x10000);
    g_assert_cmpint (find_line (lines, "wait for its log")->job_state, ==, BW_JOB_LISTENING);
    g_assert_true (find_line (bare_lines, "Erase the whole")->is_loss);
    g_assert_nonnull (find_line (bare_lines, "proves nothing"));
    g_assert_nonnull (find_line (bare_lines, "loader"));
    g_assert_cmpint (find_line (verify_lines, "0x10000")->job_state, ==, BW_JOB_VERIFYING);
    g_assert_null (look_for_line (verify_lines, "Keep"));

    slot->offset = 0x10000;
    slot->app_name = g_strdup ("weather");
    slot->app_version = g_strdup ("1.4.0");
    g_ptr_array_add (info->partitions, slot);
    info->chip_key = g_strdup ("esp32");
    known = bw_plan_describe (plan, info);
    g_assert_nonnull (strstr (find_line (known, "0x10000")->detail, "weather 1.4.0"));
    make_folder_remove (folder);
}

/* An ESP32 with nvs, otadata and two slots, as make_table() has them. */
static BwBoardInfo *
make_board (BwFirmware *firmware)
{
    const BwFirmwareBuild *build = make_only_build (firmware);
    BwBoardInfo *info = bw_board_info_new ();

    info->chip_key = g_strdup ("esp32");
    info->partition_table_offset = 0x8000;
    for (unsigned i = 0; i < build->partitions->len; i++)
        g_ptr_array_add (info->partitions, bw_partition_copy (build->partitions->pdata[i]));
    info->active_partition = 2;
    return info;
}

static void
assert_follows (GPtrArray *lines, const char *before, const char *after)
{
    guint first = 0;
    guint second = 0;

    g_assert_true (g_ptr_array_find (lines, find_line (lines, before), &first));
    g_assert_true (g_ptr_array_find (lines, find_line (lines, after), &second));
    g_assert_cmpuint (first, <, second);
}

static void
test_order (void)
{
    char *folder = make_folder ();
    const MakeImage boot_image = { .chip = "esp32" };
    const MakeImage app_image = { .app = "weather", .version = "1.5.0" };
    g_autoptr (GBytes) boot_bytes = make_image (&boot_image);
    g_autoptr (GBytes) table_bytes = make_table ();
    g_autoptr (GBytes) app_bytes = make_image (&app_image);
    g_autofree char *boot = make_bytes (folder, "boot.bin", boot_bytes);
    g_autofree char *table = make_bytes (folder, "table.bin", table_bytes);
    g_autofree char *app = make_bytes (folder, "app.bin", app_bytes);
    g_autoptr (BwFirmware) firmware = make_load (boot, table, app, NULL);
    g_autoptr (BwPlan) plan = bw_plan_new_firmware (BW_ACTION_FLASH, firmware, NULL);
    g_autoptr (BwBoardInfo) info = make_board (firmware);
    g_autoptr (GPtrArray) lines = bw_plan_describe (plan, info);
    g_autoptr (GPtrArray) unknown = bw_plan_describe (plan, NULL);

    /* what the board starts with comes last: until then the old program starts */
    assert_follows (lines, "at 0x10000", "at 0x8000");
    assert_follows (lines, "at 0x8000", "bootloader at 0x1000");
    assert_follows (lines, "bootloader at 0x1000", "Check the digest");
    assert_follows (unknown, "at 0x8000", "bootloader at 0x1000");
    make_folder_remove (folder);
}

static GPtrArray *
describe_at (const char *file, const char *place, BwBoardInfo *info)
{
    g_autofree char *spec = g_strconcat (file, "@", place, NULL);
    g_autoptr (BwFirmware) firmware = make_load (spec, NULL);
    g_autoptr (BwPlan) plan = bw_plan_new_firmware (BW_ACTION_FLASH, firmware, NULL);

    return bw_plan_describe (plan, info);
}

static void
test_data_is_lost (void)
{
    char *folder = make_folder ();
    g_autoptr (GBytes) table_bytes = make_table ();
    g_autofree char *table = make_bytes (folder, "table.bin", table_bytes);
    g_autofree char *data = make_text (folder, "data.bin", "no image, no table");
    g_autoptr (BwFirmware) layout = make_load (table, NULL);
    g_autoptr (BwBoardInfo) info = make_board (layout);
    g_autoptr (BwBoardInfo) blank = bw_board_info_new ();
    g_autoptr (GPtrArray) nvs = describe_at (data, "0xa000", info);
    g_autoptr (GPtrArray) same_slot = describe_at (data, "0xd000", info);
    g_autoptr (GPtrArray) slot = describe_at (data, "0x20000", info);
    g_autoptr (GPtrArray) at_table = describe_at (data, "0x8000", info);
    g_autoptr (GPtrArray) on_blank = describe_at (data, "0x9000", blank);
    g_autoptr (GPtrArray) other_slot = NULL;

    g_assert_true (find_line (nvs, "Overwrite what nvs holds")->is_loss);
    g_assert_nonnull (strstr (find_line (nvs, "Overwrite")->detail, "0x9000 to 0xcfff"));
    g_assert_null (look_for_line (same_slot, "Overwrite"));
    g_assert_null (look_for_line (slot, "Overwrite"));
    g_assert_true (find_line (at_table, "Replace the partition layout")->is_loss);
    g_assert_null (look_for_line (nvs, "Replace the partition layout"));
    g_assert_null (look_for_line (on_blank, "Overwrite"));
    info->active_partition = 3;
    other_slot = describe_at (data, "0xd000", info);
    g_assert_nonnull (strstr (find_line (other_slot, "otadata holds")->detail, "ota_1 now"));
    make_folder_remove (folder);
}

/* Two builds for one chip: the one for this way of being attached is shown, checked and written. */
static void
test_way_of_being_attached (void)
{
    char *folder = make_folder ();
    const MakeImage image = { .chip = "esp32c3", .app = "weather", .version = "1.0.0" };
    const MakeImage native = { .chip = "esp32c3", .app = "weather", .version = "2.0.0" };
    g_autoptr (GBytes) image_bytes = make_image (&image);
    g_autoptr (GBytes) native_bytes = make_image (&native);
    g_autofree char *uart = make_bytes (folder, "uart.bin", image_bytes);
    g_autofree char *cdc = make_bytes (folder, "cdc.bin", native_bytes);
    g_autofree char *manifest =
        make_text (folder, "manifest.json",
                   "{ \"name\": \"weather\", \"version\": \"1\", \"builds\": ["
                   "  { \"chipFamily\": \"ESP32-C3\", \"serialType\": \"uart\","
                   "    \"parts\": [ { \"path\": \"uart.bin\", \"offset\": 65536 } ] },"
                   "  { \"chipFamily\": \"ESP32-C3\", \"serialType\": \"cdc\","
                   "    \"parts\": [ { \"path\": \"cdc.bin\", \"offset\": 65536 } ] } ] }");
    g_autoptr (BwFirmware) firmware = make_load (manifest, NULL);
    g_autoptr (BwPlan) plan = bw_plan_new_firmware (BW_ACTION_FLASH, firmware, NULL);
    g_autoptr (BwBoardInfo) info = bw_board_info_new ();
    g_autoptr (GPtrArray) by_uart = NULL;
    g_autoptr (GPtrArray) by_cdc = NULL;
    g_autoptr (BwFirmwareBuild) build = NULL;

    info->chip_key = g_strdup ("esp32c3");
    by_uart = bw_plan_describe (plan, info);
    g_assert_nonnull (find_line (by_uart, "weather 1.0.0"));
    info->is_cdc = TRUE;
    by_cdc = bw_plan_describe (plan, info);
    g_assert_nonnull (find_line (by_cdc, "weather 2.0.0"));
    build = bw_plan_choose_build (plan, info, NULL);
    g_assert_cmpstr (build->serial_type, ==, "cdc");
    make_folder_remove (folder);
}

static void
test_check (void)
{
    char *folder = make_folder ();
    const MakeImage image = { .chip = "esp32c3", .app = "weather", .version = "1.0.0" };
    const BwPlanOptions force = { .force = TRUE };
    g_autoptr (GBytes) bytes = make_image (&image);
    g_autofree char *app = make_bytes (folder, "app.bin", bytes);
    g_autoptr (BwFirmware) firmware = make_load (app, NULL);
    g_autoptr (BwPlan) plan = bw_plan_new_firmware (BW_ACTION_FLASH, firmware, NULL);
    g_autoptr (BwPlan) forced = bw_plan_new_firmware (BW_ACTION_FLASH, firmware, &force);
    g_autoptr (BwPlan) erase = bw_plan_new_erase (0, 0, NULL);
    g_autoptr (BwBoardInfo) info = bw_board_info_new ();
    g_autoptr (GPtrArray) findings = NULL;
    g_autoptr (GError) wrong = NULL;
    g_autoptr (GError) doubt = NULL;

    info->chip_key = g_strdup ("esp32");
    g_assert_false (bw_plan_check (plan, info, &wrong));
    g_assert_cmpint (bw_error_get_cause (wrong), ==, BW_CAUSE_WRONG_CHIP);
    g_assert_true (bw_plan_check (erase, info, NULL));
    g_free (info->chip_key);
    info->chip_key = g_strdup ("esp32c3");
    g_assert_false (bw_plan_check (plan, info, &doubt));
    g_assert_cmpint (bw_error_get_cause (doubt), ==, BW_CAUSE_MISSING_BOOT_IMAGE);
    g_assert_true (bw_plan_check (forced, info, NULL));
    findings = bw_plan_list_findings (forced, info);
    g_assert_cmpuint (findings->len, ==, 2);
    make_folder_remove (folder);
}

/* That nobody will be able to compare is known before the job, and said where it is agreed to. */
static void
test_proof (void)
{
    char *folder = make_folder ();
    const MakeImage image = { .chip = "esp32c3", .app = "weather", .version = "1.0.0" };
    const BwPlanOptions unverified = { .no_verify = TRUE };
    g_autoptr (GBytes) bytes = make_image (&image);
    g_autofree char *app = make_bytes (folder, "app.bin", bytes);
    g_autoptr (BwFirmware) firmware = make_load (app, NULL);
    g_autoptr (BwPlan) plan = bw_plan_new_firmware (BW_ACTION_FLASH, firmware, NULL);
    g_autoptr (BwPlan) agreed = bw_plan_new_firmware (BW_ACTION_FLASH, firmware, &unverified);
    g_autoptr (BwPlan) erase = bw_plan_new_erase (0, 0, NULL);
    g_autoptr (BwBoardInfo) info = bw_board_info_new ();
    g_autoptr (GPtrArray) open = NULL;
    g_autoptr (GPtrArray) secure = NULL;
    g_autoptr (GPtrArray) unproved = NULL;
    BwFirmwareBuild *build = bw_firmware_get_builds (firmware)->pdata[0];

    info->chip_key = g_strdup ("esp32c3");
    g_assert_true (bw_plan_can_prove (plan, NULL));
    g_assert_true (bw_plan_can_prove (plan, info));
    open = bw_plan_describe (plan, info);
    g_assert_nonnull (find_line (open, "Check the digest"));
    info->is_secure_download = TRUE;
    g_assert_false (bw_plan_can_prove (plan, info));
    g_assert_true (bw_plan_can_prove (erase, info));
    secure = bw_plan_describe (plan, info);
    g_assert_cmpstr (find_line (secure, "Write nothing")->detail, ==,
                     "The board is in secure download mode");
    g_assert_null (look_for_line (secure, "Check the digest"));
    unproved = bw_plan_describe (agreed, info);
    g_assert_null (look_for_line (unproved, "Write nothing"));
    info->is_secure_download = FALSE;
    ((BwFirmwarePart *) build->parts->pdata[0])->is_encrypted = TRUE;
    g_assert_false (bw_plan_can_prove (plan, info));
    make_folder_remove (folder);
}

static void
test_erase (void)
{
    g_autoptr (BwPlan) all = bw_plan_new_erase (0, 0, NULL);
    g_autoptr (BwPlan) part = bw_plan_new_erase (0x9000, 0x1000, NULL);
    g_autoptr (GPtrArray) all_lines = bw_plan_describe (all, NULL);
    g_autoptr (GPtrArray) part_lines = bw_plan_describe (part, NULL);

    g_assert_true (find_line (all_lines, "whole flash")->is_loss);
    g_assert_true (find_line (part_lines, "0x9000 to 0x9fff")->is_loss);
}

static void
add_partition (BwBoardInfo *info, const char *label, uint32_t offset, uint32_t size)
{
    BwPartition *row = bw_partition_new ();

    row->label = g_strdup (label);
    row->offset = offset;
    row->size = size;
    g_ptr_array_add (info->partitions, row);
}

/* Where a partition lies is asked of each board. */
static void
test_partition (void)
{
    g_autoptr (BwPlan) erase = bw_plan_new_erase_partition ("nvs", NULL);
    g_autoptr (BwPlan) read = bw_plan_new_read_partition ("nvs", "/tmp/x", NULL);
    g_autoptr (BwBoardInfo) info = bw_board_info_new ();
    g_autoptr (GPtrArray) unknown = bw_plan_describe (erase, NULL);
    g_autoptr (GPtrArray) known = NULL;
    g_autoptr (GPtrArray) reading = NULL;
    g_autofree char *title = bw_plan_dup_title (read);
    g_autoptr (GError) none = NULL;
    g_autoptr (GError) empty = NULL;
    uint32_t offset = 1;
    uint32_t size = 1;

    g_assert_cmpstr (bw_plan_get_partition (erase), ==, "nvs");
    g_assert_cmpstr (bw_plan_get_path (read), ==, "/tmp/x");
    g_assert_cmpstr (title, ==, "Read partition nvs");
    g_assert_true (find_line (unknown, "Erase partition nvs")->is_loss);
    g_assert_false (bw_plan_check (erase, info, &none));
    g_assert_cmpint (bw_error_get_cause (none), ==, BW_CAUSE_NO_PARTITION);
    add_partition (info, "nvs", 0x9000, 0x3000);
    g_assert_true (bw_plan_check (erase, info, NULL));
    g_assert_true (bw_plan_find_region (read, info, &offset, &size, NULL));
    g_assert_cmphex (offset, ==, 0x9000);
    g_assert_cmphex (size, ==, 0x3000);
    known = bw_plan_describe (erase, info);
    g_assert_true (find_line (known, "0x9000 to 0xbfff")->is_loss);
    reading = bw_plan_describe (read, info);
    g_assert_false (find_line (reading, "Read 0x9000 to 0xbfff")->is_loss);
    /* no bytes would be the plan's word for everything */
    ((BwPartition *) info->partitions->pdata[0])->size = 0;
    g_assert_false (bw_plan_check (erase, info, &empty));
    g_assert_cmpint (bw_error_get_cause (empty), ==, BW_CAUSE_NO_PARTITION);
}

static void
refuse_place (BwPlan *plan, const BwBoardInfo *info, BwCause cause)
{
    g_autoptr (GError) error = NULL;

    g_assert_null (bw_plan_choose_build (plan, info, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, cause);
}

/* Where a file put into a partition goes is asked of each board; a table that will be gone does not
 * count. */
/* What the store keeps of a plan, as it comes back. */
static void
fill (BwPlan *plan, BwStoredJob *ret_job)
{
    BwStoredJob job = { 0 };

    _bw_plan_fill_stored (plan, &job);
    *ret_job = job;
}

/* From wherever it was started: the next station is in another folder. */
static void
test_stored_firmware (void)
{
    char *folder = make_folder ();
    g_autofree char *here = g_get_current_dir ();
    g_autoptr (GBytes) image = make_image (&(MakeImage){ .app = "weather" });
    g_autofree char *file G_GNUC_UNUSED = make_bytes (folder, "app.bin", image);
    g_autoptr (BwFirmware) firmware = NULL;
    g_autoptr (BwPlan) plan = NULL;
    BwStoredJob job;

    g_assert_cmpint (g_chdir (folder), ==, 0);
    firmware = make_load ("app.bin@0x10000", NULL);
    plan = bw_plan_new_firmware (BW_ACTION_VERIFY, firmware, NULL);
    fill (plan, &job);
    g_assert_cmpint (g_chdir (here), ==, 0);
    g_assert_cmpstr (job.action, ==, "verify");
    g_assert_cmpuint (g_strv_length (job.files), ==, 1);
    g_assert_true (g_str_has_suffix (job.files[0], "/app.bin@0x10000"));
    g_assert_true (g_path_is_absolute (job.files[0]));
    g_assert_null (bw_plan_new_stored (&job, NULL));
    g_strfreev (job.files);
    make_folder_remove (folder);
}

/* What was to start is what starts. */
static void
check_stored_reset (gboolean to_loader)
{
    BwPlanOptions options = { .stay = to_loader };
    g_autoptr (BwPlan) plan = bw_plan_new (BW_ACTION_RESET, &options);
    g_autoptr (BwPlan) again = NULL;
    BwStoredJob job;

    fill (plan, &job);
    again = bw_plan_new_stored (&job, NULL);
    g_assert_cmpint (bw_plan_get_action (again), ==, BW_ACTION_RESET);
    g_assert_true (bw_plan_get_options (again)->stay == to_loader);
}

static void
test_stored (void)
{
    g_autoptr (BwPlan) erase = bw_plan_new_erase (0x9000, 0x4000, NULL);
    g_autoptr (BwPlan) nvs = bw_plan_new_erase_partition ("nvs", NULL);
    g_autoptr (BwPlan) read = bw_plan_new_read (0x10, 0x20, "out.bin", NULL);
    BwStoredJob job;
    BwAction action = BW_ACTION_CONSOLE;

    for (BwAction i = BW_ACTION_IDENTIFY; i <= BW_ACTION_CONSOLE; i++) {
        g_assert_true (bw_action_from_id (bw_action_get_id (i), &action));
        g_assert_cmpint (action, ==, i);
    }
    g_assert_false (bw_action_from_id (NULL, &action));
    g_assert_false (bw_action_from_id ("boil", &action));
    fill (erase, &job);
    {
        g_autoptr (BwPlan) again = bw_plan_new_stored (&job, NULL);

        g_assert_cmpint (bw_plan_get_action (again), ==, BW_ACTION_ERASE);
        g_assert_cmphex (bw_plan_get_offset (again), ==, 0x9000);
        g_assert_cmphex (bw_plan_get_size (again), ==, 0x4000);
        g_assert_null (job.files);
    }
    job.size = 0x4001;
    g_assert_null (bw_plan_new_stored (&job, NULL));
    fill (nvs, &job);
    {
        g_autoptr (BwPlan) again = bw_plan_new_stored (&job, NULL);

        g_assert_cmpstr (bw_plan_get_partition (again), ==, "nvs");
    }
    fill (read, &job);
    {
        g_autoptr (BwPlan) again = bw_plan_new_stored (&job, NULL);

        g_assert_cmpint (bw_plan_get_action (again), ==, BW_ACTION_READ);
        g_assert_cmphex (bw_plan_get_size (again), ==, 0x20);
        g_assert_true (g_path_is_absolute (bw_plan_get_path (again)));
        g_assert_true (g_str_has_suffix (bw_plan_get_path (again), "/out.bin"));
    }
    g_strfreev (job.files);
    job.files = NULL;
    g_assert_null (bw_plan_new_stored (&job, NULL));
    check_stored_reset (FALSE);
    check_stored_reset (TRUE);
    job.action = NULL;
    g_assert_null (bw_plan_new_stored (&job, NULL));
}

static void
test_place_by_name (void)
{
    char *folder = make_folder ();
    g_autofree char *path = make_text (folder, "data.bin", "data");
    g_autofree char *spec = g_strconcat (path, "@nvs", NULL);
    g_autoptr (BwFirmware) firmware = make_load (spec, NULL);
    const BwPlanOptions erasing = { .erase_all = TRUE };
    g_autoptr (BwPlan) plan = bw_plan_new_firmware (BW_ACTION_FLASH, firmware, NULL);
    g_autoptr (BwPlan) verify = bw_plan_new_firmware (BW_ACTION_VERIFY, firmware, &erasing);
    g_autoptr (BwPlan) erase = bw_plan_new_firmware (BW_ACTION_FLASH, firmware, &erasing);
    g_autoptr (BwBoardInfo) info = bw_board_info_new ();
    g_autoptr (GPtrArray) unknown = bw_plan_describe (plan, NULL);
    g_autoptr (GPtrArray) unfit = NULL;
    g_autoptr (GPtrArray) known = NULL;
    g_autoptr (GPtrArray) compared = NULL;
    g_autoptr (BwFirmwareBuild) compare = NULL;

    g_assert_cmpuint (find_line (unknown, "Write nvs into the partition nvs")->bytes, ==, 0);
    info->chip_key = g_strdup ("esp32");
    refuse_place (plan, info, BW_CAUSE_NO_PARTITION);
    unfit = bw_plan_describe (plan, info);
    g_assert_nonnull (find_line (unfit, "into the partition nvs"));
    add_partition (info, "nvs", 0x9000, 0x3000);
    known = bw_plan_describe (plan, info);
    g_assert_cmphex (find_line (known, "Write nvs at 0x9000")->offset, ==, 0x9000);
    compared = bw_plan_describe (verify, info);
    g_assert_nonnull (find_line (compared, "Compare nvs at 0x9000"));
    compare = bw_plan_choose_build (verify, info, NULL);
    g_assert_nonnull (compare);
    refuse_place (erase, info, BW_CAUSE_NO_PARTITION);
    make_folder_remove (folder);
}

int
main (int argc, char **argv)
{
    engine_init (&argc, &argv);
    g_test_add_func ("/engine/plan/copies", test_copies);
    g_test_add_func ("/engine/plan/titles", test_titles);
    g_test_add_func ("/engine/plan/place-by-name", test_place_by_name);
    g_test_add_func ("/engine/plan/flash", test_flash);
    g_test_add_func ("/engine/plan/stored", test_stored);
    g_test_add_func ("/engine/plan/stored-firmware", test_stored_firmware);
    g_test_add_func ("/engine/plan/order", test_order);
    g_test_add_func ("/engine/plan/data-is-lost", test_data_is_lost);
    g_test_add_func ("/engine/plan/way-of-being-attached", test_way_of_being_attached);
    g_test_add_func ("/engine/plan/check", test_check);
    g_test_add_func ("/engine/plan/proof", test_proof);
    g_test_add_func ("/engine/plan/erase", test_erase);
    g_test_add_func ("/engine/plan/partition", test_partition);
    return engine_run ();
}
