/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-plan-stored"
#include "config.h"

#include "bw-plan.h"

#include <string.h>

#include "bw-folder.h"
#include "bw-job-private.h"

#define SECTOR_BYTES 4096u

/* What of a plan is kept with its job, so that it can be offered once more. */

static const char *const ids[] = {
    [BW_ACTION_IDENTIFY] = "identify", [BW_ACTION_FLASH] = "flash", [BW_ACTION_VERIFY] = "verify",
    [BW_ACTION_READ] = "read",         [BW_ACTION_ERASE] = "erase", [BW_ACTION_RESET] = "reset",
    [BW_ACTION_CONSOLE] = "console",
};

/* Of a restart it is kept what was to start. */
#define RESET_LOADER "reset-loader"

const char *
bw_action_get_id (BwAction action)
{
    g_return_val_if_fail ((gsize) action < G_N_ELEMENTS (ids), NULL);
    return ids[action];
}

gboolean
bw_action_from_id (const char *id, BwAction *ret_action)
{
    for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
        if (g_strcmp0 (id, ids[i]) == 0) {
            *ret_action = (BwAction) i;
            return TRUE;
        }
    if (g_strcmp0 (id, RESET_LOADER) != 0)
        return FALSE;
    *ret_action = BW_ACTION_RESET;
    return TRUE;
}

/* An address may hold a key: it is not kept, and without it the rest is not the same firmware. */
static GStrv
dup_files (BwPlan *plan)
{
    BwFirmware *firmware = bw_plan_get_firmware (plan);
    const char *one[] = { bw_plan_get_path (plan), NULL };
    const char *const *files = firmware == NULL ? one : bw_firmware_get_specs (firmware);
    g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

    for (gsize i = 0; files[i] != NULL; i++) {
        /* another process will be in another folder */
        g_autofree char *path = bw_folder_dup_absolute (files[i]);

        if (firmware != NULL && strstr (files[i], "://") != NULL)
            return NULL;
        g_strv_builder_add (builder, path);
    }
    return files[0] == NULL ? NULL : g_strv_builder_end (builder);
}

void
_bw_plan_fill_stored (BwPlan *self, BwStoredJob *job)
{
    BwAction action = bw_plan_get_action (self);
    gboolean has_region = action == BW_ACTION_READ || action == BW_ACTION_ERASE;

    job->action = (char *) ids[action];
    if (action == BW_ACTION_RESET && bw_plan_get_options (self)->stay)
        job->action = (char *) RESET_LOADER;
    job->partition = (char *) bw_plan_get_partition (self);
    job->offset = has_region ? bw_plan_get_offset (self) : 0;
    job->size = has_region ? bw_plan_get_size (self) : 0;
    job->files = dup_files (self);
}

static BwPlan *
new_reset (const BwStoredJob *job, const BwPlanOptions *options)
{
    BwPlanOptions how = options != NULL ? *options : (BwPlanOptions){ 0 };

    how.stay = g_str_equal (job->action, RESET_LOADER);
    return bw_plan_new (BW_ACTION_RESET, &how);
}

BwPlan *
bw_plan_new_stored (const BwStoredJob *job, const BwPlanOptions *options)
{
    const char *path = job->files == NULL ? NULL : job->files[0];
    BwAction action = BW_ACTION_IDENTIFY;

    if (!bw_action_from_id (job->action, &action))
        return NULL;
    if (action == BW_ACTION_RESET)
        return new_reset (job, options);
    if (action == BW_ACTION_ERASE && job->partition != NULL)
        return bw_plan_new_erase_partition (job->partition, options);
    if (action == BW_ACTION_ERASE)
        return job->offset % SECTOR_BYTES == 0 && job->size % SECTOR_BYTES == 0
                   ? bw_plan_new_erase (job->offset, job->size, options)
                   : NULL;
    if (action != BW_ACTION_READ || path == NULL)
        return NULL;
    return job->partition == NULL ? bw_plan_new_read (job->offset, job->size, path, options)
                                  : bw_plan_new_read_partition (job->partition, path, options);
}
