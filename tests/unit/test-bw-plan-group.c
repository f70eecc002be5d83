/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One plan for several boards: none of them is left out, and no loss. */
#include <string.h>

#include "bw-plan-group.h"
#include "engine-wait.h"
#include "firmware-make.h"

#define N_BOARDS 64

typedef struct {
    char *folder;
    BwPlan *plan; /* flashes a build with the layout of make_table() */
    GPtrArray *infos;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
    const MakeImage how = { .app = "weather", .version = "1.5.0" };
    g_autoptr (GBytes) image = make_image (&how);
    g_autoptr (GBytes) table = make_table ();
    g_autofree char *app = NULL;
    g_autofree char *layout = NULL;
    g_autoptr (BwFirmware) firmware = NULL;

    f->folder = make_folder ();
    app = make_bytes (f->folder, "app.bin", image);
    layout = make_bytes (f->folder, "table.bin", table);
    firmware = make_load (app, layout, NULL);
    f->plan = bw_plan_new_firmware (BW_ACTION_FLASH, firmware, NULL);
    f->infos = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_board_info_unref);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
    g_ptr_array_unref (f->infos);
    g_object_unref (f->plan);
    make_folder_remove (f->folder);
}

/* A board that was looked at and has nothing on it. */
static BwBoardInfo *
add_blank (Fixture *f)
{
    BwBoardInfo *info = bw_board_info_new ();

    info->chip_key = g_strdup ("esp32");
    g_ptr_array_add (f->infos, info);
    return info;
}

/* A board with a layout of its own. */
static BwBoardInfo *
add_other_layout (Fixture *f, const char *app_version)
{
    BwBoardInfo *info = add_blank (f);
    BwPartition *slot = bw_partition_new ();

    slot->label = g_strdup ("factory");
    slot->offset = 0x10000;
    slot->size = 0x100000;
    slot->app_name = g_strdup ("lamp");
    slot->app_version = g_strdup (app_version);
    g_ptr_array_add (info->partitions, slot);
    return info;
}

static GPtrArray *
group (Fixture *f)
{
    return bw_plan_group_boards (f->plan, (BwBoardInfo *const *) f->infos->pdata, f->infos->len);
}

static guint
get_member (GArray *members, unsigned index)
{
    g_assert_cmpuint (index, <, members->len);
    return g_array_index (members, guint, index);
}

static void
test_losses_of_every_board_count (Fixture *f, gconstpointer data)
{
    g_autoptr (GPtrArray) groups = NULL;
    g_autoptr (GPtrArray) losses = NULL;
    const BwPlanLoss *loss = NULL;

    add_blank (f);
    add_other_layout (f, "1.0");
    add_blank (f);
    groups = group (f);
    g_assert_cmpuint (groups->len, ==, 2);
    g_assert_cmpuint (get_member (((BwPlanGroup *) groups->pdata[0])->members, 1), ==, 2);
    g_assert_cmpuint (get_member (((BwPlanGroup *) groups->pdata[1])->members, 0), ==, 1);
    losses = bw_plan_group_list_losses (groups);
    g_assert_cmpuint (losses->len, ==, 1);
    loss = losses->pdata[0];
    g_assert_cmpstr (loss->line->text, ==, "Replace the partition layout");
    g_assert_cmpuint (loss->members->len, ==, 1);
    g_assert_cmpuint (get_member (loss->members, 0), ==, 1);
}

static void
test_a_loss_is_named_once (Fixture *f, gconstpointer data)
{
    g_autoptr (GPtrArray) groups = NULL;
    g_autoptr (GPtrArray) losses = NULL;
    const BwPlanLoss *loss = NULL;

    add_other_layout (f, "1.0");
    add_other_layout (f, "2.0");
    groups = group (f);
    /* what is replaced is another thing on each */
    g_assert_cmpuint (groups->len, ==, 2);
    losses = bw_plan_group_list_losses (groups);
    g_assert_cmpuint (losses->len, ==, 1);
    loss = losses->pdata[0];
    g_assert_cmpuint (loss->members->len, ==, 2);
}

static void
test_what_is_not_known_yet_may_be_lost (Fixture *f, gconstpointer data)
{
    g_autoptr (GPtrArray) groups = NULL;
    g_autoptr (GPtrArray) losses = NULL;

    g_ptr_array_add (f->infos, NULL);
    groups = group (f);
    losses = bw_plan_group_list_losses (groups);
    g_assert_cmpuint (groups->len, ==, 1);
    g_assert_cmpuint (losses->len, ==, 1);
}

static void
test_a_tray_of_boards (Fixture *f, gconstpointer data)
{
    g_autoptr (GPtrArray) groups = NULL;
    unsigned n = 0;

    for (unsigned i = 0; i < N_BOARDS; i++)
        if (i % 2 == 0)
            add_blank (f);
        else
            add_other_layout (f, i % 4 == 1 ? "1.0" : "2.0");
    groups = group (f);
    g_assert_cmpuint (groups->len, ==, 3);
    for (unsigned i = 0; i < groups->len; i++)
        n += ((BwPlanGroup *) groups->pdata[i])->members->len;
    g_assert_cmpuint (n, ==, N_BOARDS);
}

static BwPlanMisfit *
get_misfit (GPtrArray *misfits, unsigned index, BwCause cause, unsigned n_members)
{
    BwPlanMisfit *misfit = NULL;

    g_assert_cmpuint (index, <, misfits->len);
    misfit = misfits->pdata[index];
    g_assert_cmpint (misfit->finding->cause, ==, cause);
    g_assert_cmpuint (misfit->members->len, ==, n_members);
    return misfit;
}

/* The build has no boot image, which may be overridden; nobody has looked at the last board yet. */
static void
test_what_does_not_fit_is_named_once (Fixture *f, gconstpointer data)
{
    static const char *const chips[] = { "esp32", "esp32c3", "esp32", "esp32c3", "esp8266" };
    g_autoptr (GPtrArray) misfits = NULL;
    const BwPlanMisfit *misfit = NULL;

    for (unsigned i = 0; i < G_N_ELEMENTS (chips); i++) {
        BwBoardInfo *info = add_blank (f);

        g_free (info->chip_key);
        info->chip_key = g_strdup (chips[i]);
    }
    g_ptr_array_add (f->infos, NULL);
    g_clear_pointer (&add_blank (f)->chip_key, g_free);
    misfits =
        bw_plan_group_list_misfits (f->plan, (BwBoardInfo *const *) f->infos->pdata, f->infos->len);
    misfit = get_misfit (misfits, 0, BW_CAUSE_WRONG_CHIP, 2);
    g_assert_cmpuint (get_member (misfit->members, 0), ==, 1);
    g_assert_cmpuint (get_member (misfit->members, 1), ==, 3);
    g_assert_nonnull (strstr (misfit->finding->text, "ESP32-C3"));
    g_assert_false (misfit->finding->is_overridable);
    misfit = get_misfit (misfits, 1, BW_CAUSE_WRONG_CHIP, 1);
    g_assert_cmpuint (get_member (misfit->members, 0), ==, 4);
    misfit = get_misfit (misfits, 2, BW_CAUSE_MISSING_BOOT_IMAGE, 2);
    g_assert_true (misfit->finding->is_overridable);
    g_assert_cmpuint (get_member (misfit->members, 0), ==, 0);
    g_assert_cmpuint (get_member (misfit->members, 1), ==, 2);
    g_assert_cmpuint (misfits->len, ==, 3);
}

#define ADD(name, function)                                                                        \
    g_test_add ("/engine/plan-group/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
    engine_init (&argc, &argv);
    ADD ("losses-of-every-board-count", test_losses_of_every_board_count);
    ADD ("a-loss-is-named-once", test_a_loss_is_named_once);
    ADD ("what-is-not-known-yet-may-be-lost", test_what_is_not_known_yet_may_be_lost);
    ADD ("a-tray-of-boards", test_a_tray_of_boards);
    ADD ("what-does-not-fit-is-named-once", test_what_does_not_fit_is_named_once);
    return engine_run ();
}
