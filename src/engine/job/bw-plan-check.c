/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-plan-check"
#include "config.h"

#include <glib/gi18n-lib.h>

#include "bw-error.h"
#include "bw-plan.h"

gboolean
bw_plan_erases_first (BwPlan *self, const BwFirmwareBuild *build)
{
    return bw_plan_get_action (self) == BW_ACTION_FLASH
           && (bw_plan_get_options (self)->erase_all || (build != NULL && build->should_erase));
}

/* The table that counts is the one on the board afterwards. */
static gboolean
check_table_stays (BwPlan *self, const BwFirmwareBuild *build, GError **error)
{
    if (build->partitions->len > 0 || !bw_plan_erases_first (self, build))
        return TRUE;
    for (unsigned i = 0; i < build->parts->len; i++) {
        const BwFirmwarePart *part = build->parts->pdata[i];

        if (part->partition != NULL) {
            /* translators: name of a partition */
            bw_set_error (error, BW_CAUSE_NO_PARTITION,
                          _ ("%s: everything is erased first, the partition table as well"),
                          part->partition);
            return FALSE;
        }
    }
    return TRUE;
}

BwFirmwareBuild *
bw_plan_choose_build (BwPlan *self, const BwBoardInfo *info, GError **error)
{
    g_autoptr (BwFirmwareBuild) build =
                   bw_firmware_dup_build (bw_plan_get_firmware (self), info, error);

    return build != NULL && check_table_stays (self, build, error) ? g_steal_pointer (&build)
                                                                   : NULL;
}

GPtrArray *
bw_plan_list_findings (BwPlan *self, const BwBoardInfo *info)
{
    g_autoptr (BwFirmwareBuild) build = bw_plan_get_action (self) == BW_ACTION_FLASH
                                            ? bw_plan_choose_build (self, info, NULL)
                                            : NULL;

    if (build == NULL)
        return g_ptr_array_new_with_free_func ((GDestroyNotify) bw_finding_free);
    return bw_firmware_build_check (build, info);
}

gboolean
bw_plan_check (BwPlan *self, const BwBoardInfo *info, GError **error)
{
    g_autoptr (BwFirmwareBuild) build = NULL;
    g_autoptr (GPtrArray) findings = NULL;
    uint32_t offset = 0;
    uint32_t size = 0;

    if (!bw_plan_find_region (self, info, &offset, &size, error))
        return FALSE;
    if (bw_plan_get_firmware (self) != NULL)
        build = bw_plan_choose_build (self, info, error);
    if (bw_plan_get_firmware (self) != NULL && build == NULL)
        return FALSE;
    findings = bw_plan_list_findings (self, info);
    for (unsigned i = 0; i < findings->len; i++) {
        const BwFinding *finding = findings->pdata[i];

        if (!finding->is_overridable || !bw_plan_get_options (self)->force) {
            bw_set_error (error, finding->cause, "%s", finding->text);
            return FALSE;
        }
    }
    return TRUE;
}
