/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-plan-check"
#include "config.h"

#include "bw-error.h"
#include "bw-plan.h"

const BwFirmwareBuild *
bw_plan_choose_build (BwPlan *self, const BwBoardInfo *info, GError **error)
{
    return bw_firmware_choose_build (bw_plan_get_firmware (self), info->chip_key, info->is_cdc,
                                     error);
}

GPtrArray *
bw_plan_list_findings (BwPlan *self, const BwBoardInfo *info)
{
    const BwFirmwareBuild *build = bw_plan_get_action (self) == BW_ACTION_FLASH
                                       ? bw_plan_choose_build (self, info, NULL)
                                       : NULL;

    if (build == NULL)
        return g_ptr_array_new_with_free_func ((GDestroyNotify) bw_finding_free);
    return bw_firmware_build_check (build, info);
}

gboolean
bw_plan_check (BwPlan *self, const BwBoardInfo *info, GError **error)
{
    g_autoptr (GPtrArray) findings = NULL;
    uint32_t offset = 0;
    uint32_t size = 0;

    if (!bw_plan_find_region (self, info, &offset, &size, error))
        return FALSE;
    if (bw_plan_get_firmware (self) != NULL && bw_plan_choose_build (self, info, error) == NULL)
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
