/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-plan.h"

G_BEGIN_DECLS

/* What one plan does to several boards: boards that it treats alike are described once. No I/O.
 * Threads: any. */

/**
 * BwPlanGroup:
 * @members: (element-type guint): which boards, as indices, ascending
 * @lines: (element-type BwPlanLine): what is done to each of them
 *
 * Boards with the same description.
 */
typedef struct {
    GArray *members;
    GPtrArray *lines;
} BwPlanGroup;

/**
 * BwPlanLoss:
 * @line: (transfer none): the loss; belongs to a group
 * @members: (element-type guint): on which boards, as indices
 *
 * Something that is gone for good afterwards, on one board or several.
 */
typedef struct {
    const BwPlanLine *line;
    GArray *members;
} BwPlanLoss;

/**
 * BwPlanMisfit:
 * @finding: what is wrong
 * @members: (element-type guint): with which boards, as indices, ascending
 *
 * Something that keeps a plan from one board or several.
 */
typedef struct {
    BwFinding *finding;
    GArray *members;
} BwPlanMisfit;

/**
 * bw_plan_group_boards:
 * @plan: a plan
 * @infos: (array length=n): what is known of each board; %NULL where nothing is
 * @n: how many boards
 *
 * Returns: (transfer full) (element-type BwPlanGroup): every board is in exactly one; in the order
 * of their first boards
 */
GPtrArray *bw_plan_group_boards (BwPlan *plan, BwBoardInfo *const *infos, unsigned n);

/**
 * bw_plan_group_list_losses:
 * @groups: (element-type BwPlanGroup): as bw_plan_group_boards() gave them
 *
 * Returns: (transfer full) (element-type BwPlanLoss): every loss once; lives no longer than @groups
 */
GPtrArray *bw_plan_group_list_losses (GPtrArray *groups);

/**
 * bw_plan_group_list_misfits:
 * @plan: a plan
 * @infos: (array length=n): what is known of each board; %NULL where nothing is
 * @n: how many boards
 *
 * What is found whether or not @plan is to go on in spite of it. A board that nobody has looked at
 * yet fits so far.
 *
 * Returns: (transfer full) (element-type BwPlanMisfit): every finding once, those that nobody may
 * override first, else in the order of their first boards
 */
GPtrArray *bw_plan_group_list_misfits (BwPlan *plan, BwBoardInfo *const *infos, unsigned n);

/**
 * bw_plan_group_free:
 * @self: (nullable) (transfer full): a group
 */
void bw_plan_group_free (BwPlanGroup *self);

/**
 * bw_plan_loss_free:
 * @self: (nullable) (transfer full): a loss
 */
void bw_plan_loss_free (BwPlanLoss *self);

/**
 * bw_plan_misfit_free:
 * @self: (nullable) (transfer full): a misfit
 */
void bw_plan_misfit_free (BwPlanMisfit *self);

G_END_DECLS
