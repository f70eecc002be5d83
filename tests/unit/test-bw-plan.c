/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans: what they hold, and what the sheet before the work says. */
#include <string.h>

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

int
main (int argc, char **argv)
{
    engine_init (&argc, &argv);
    g_test_add_func ("/engine/plan/copies", test_copies);
    g_test_add_func ("/engine/plan/titles", test_titles);
    g_test_add_func ("/engine/plan/flash", test_flash);
    g_test_add_func ("/engine/plan/erase", test_erase);
    return engine_run ();
}
