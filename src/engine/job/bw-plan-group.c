/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-plan-group"
#include "config.h"

#include "bw-plan-group.h"

#include "bw-error.h"

void
bw_plan_group_free (BwPlanGroup *self)
{
    if (self == NULL)
        return;
    g_array_unref (self->members);
    g_ptr_array_unref (self->lines);
    g_free (self);
}

void
bw_plan_loss_free (BwPlanLoss *self)
{
    if (self == NULL)
        return;
    g_array_unref (self->members);
    g_free (self);
}

void
bw_plan_misfit_free (BwPlanMisfit *self)
{
    if (self == NULL)
        return;
    bw_finding_free (self->finding);
    g_array_unref (self->members);
    g_free (self);
}

static void
append_line (GString *key, const BwPlanLine *line)
{
    g_string_append_printf (key, "%d %s\n%s\n", line->is_loss, line->text,
                            line->detail == NULL ? "" : line->detail);
}

/* Equal for boards with the same description, different for others. */
static char *
dup_key (GPtrArray *lines)
{
    GString *key = g_string_new (NULL);

    for (unsigned i = 0; i < lines->len; i++)
        append_line (key, lines->pdata[i]);
    return g_string_free (key, FALSE);
}

static BwPlanGroup *
add_group (GPtrArray *groups, GPtrArray *lines)
{
    BwPlanGroup *group = g_new0 (BwPlanGroup, 1);

    group->members = g_array_new (FALSE, FALSE, sizeof (guint));
    group->lines = g_ptr_array_ref (lines);
    g_ptr_array_add (groups, group);
    return group;
}

GPtrArray *
bw_plan_group_boards (BwPlan *plan, BwBoardInfo *const *infos, unsigned n)
{
    GPtrArray *groups = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_plan_group_free);
    g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < n; i++) {
        g_autoptr (GPtrArray) lines = bw_plan_describe (plan, infos[i]);
        char *key = dup_key (lines);
        BwPlanGroup *group = g_hash_table_lookup (known, key);

        if (group == NULL)
            group = add_group (groups, lines);
        g_hash_table_replace (known, key, group);
        g_array_append_val (group->members, i);
    }
    return groups;
}

static BwPlanLoss *
find_loss (GPtrArray *losses, const BwPlanLine *line)
{
    for (unsigned i = 0; i < losses->len; i++) {
        BwPlanLoss *loss = losses->pdata[i];

        if (g_str_equal (loss->line->text, line->text))
            return loss;
    }
    return NULL;
}

static void
add_loss (GPtrArray *losses, const BwPlanGroup *group, const BwPlanLine *line)
{
    BwPlanLoss *loss = find_loss (losses, line);

    if (loss == NULL) {
        loss = g_new0 (BwPlanLoss, 1);
        loss->line = line;
        loss->members = g_array_new (FALSE, FALSE, sizeof (guint));
        g_ptr_array_add (losses, loss);
    }
    g_array_append_vals (loss->members, group->members->data, group->members->len);
}

GPtrArray *
bw_plan_group_list_losses (GPtrArray *groups)
{
    GPtrArray *losses = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_plan_loss_free);

    for (unsigned i = 0; i < groups->len; i++) {
        const BwPlanGroup *group = groups->pdata[i];

        for (unsigned k = 0; k < group->lines->len; k++) {
            const BwPlanLine *line = group->lines->pdata[k];

            if (line->is_loss)
                add_loss (losses, group, line);
        }
    }
    return losses;
}

/* --- what does not fit ---------------------------------------------------------------------- */

/* That there is nothing for a board at all is a finding as well. */
static GPtrArray *
list_findings (BwPlan *plan, const BwBoardInfo *info)
{
    GPtrArray *findings = bw_plan_list_findings (plan, info);
    g_autoptr (GError) error = NULL;

    if (findings->len == 0 && !bw_plan_check (plan, info, &error)) {
        BwFinding *finding = g_new0 (BwFinding, 1);

        finding->cause = bw_error_get_cause (error);
        finding->text = g_strdup (bw_error_get_evidence (error));
        g_ptr_array_add (findings, finding);
    }
    return findings;
}

static BwPlanMisfit *
find_misfit (GPtrArray *misfits, const BwFinding *finding)
{
    for (unsigned i = 0; i < misfits->len; i++) {
        BwPlanMisfit *misfit = misfits->pdata[i];

        if (misfit->finding->cause == finding->cause
            && misfit->finding->is_overridable == finding->is_overridable
            && g_str_equal (misfit->finding->text, finding->text))
            return misfit;
    }
    return NULL;
}

/* Takes the finding. */
static void
add_misfit (GPtrArray *misfits, BwFinding *finding, guint member)
{
    BwPlanMisfit *misfit = find_misfit (misfits, finding);

    if (misfit == NULL) {
        misfit = g_new0 (BwPlanMisfit, 1);
        misfit->finding = finding;
        misfit->members = g_array_new (FALSE, FALSE, sizeof (guint));
        g_ptr_array_add (misfits, misfit);
    } else {
        bw_finding_free (finding);
    }
    g_array_append_val (misfit->members, member);
}

static void
move_misfits (GPtrArray *from, GPtrArray *to, gboolean is_overridable)
{
    for (unsigned i = 0; i < from->len; i++) {
        BwPlanMisfit *misfit = from->pdata[i];

        if (misfit->finding->is_overridable == is_overridable)
            g_ptr_array_add (to, misfit);
    }
}

GPtrArray *
bw_plan_group_list_misfits (BwPlan *plan, BwBoardInfo *const *infos, unsigned n)
{
    g_autoptr (GPtrArray) found = g_ptr_array_new ();
    GPtrArray *sorted = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_plan_misfit_free);

    for (guint i = 0; i < n; i++) {
        g_autoptr (GPtrArray) findings = NULL;

        if (infos[i] == NULL || infos[i]->chip_key == NULL)
            continue;
        findings = list_findings (plan, infos[i]);
        g_ptr_array_set_free_func (findings, NULL);
        for (unsigned k = 0; k < findings->len; k++)
            add_misfit (found, findings->pdata[k], i);
    }
    move_misfits (found, sorted, FALSE);
    move_misfits (found, sorted, TRUE);
    return sorted;
}
