/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-left-out"
#include "config.h"

#include "bw-ui-left-out.h"

#include <glib/gi18n.h>

#include "bw-ui-format.h"

struct _BwUiLeftOut {
    AdwBin parent_instance;

    AdwPreferencesGroup *group;
    GtkListBox *list;
    BwPlan *plan;
    GPtrArray *boards;
    GPtrArray *rest;  /* BwBoard: those it will be done to */
    GArray *verdicts; /* enum verdict, one for each board */
};

G_DEFINE_FINAL_TYPE (BwUiLeftOut, bw_ui_left_out, ADW_TYPE_BIN)

enum verdict {
    REFUSED = 1,  /* nobody may override it */
    DOUBTED = 2,  /* it takes "force" */
    UNPROVED = 4, /* it takes "no_verify" */
};

static guint *
get_verdict (BwUiLeftOut *self, unsigned board)
{
    return &g_array_index (self->verdicts, guint, board);
}

static gboolean
is_left_out (BwUiLeftOut *self, unsigned board)
{
    const BwPlanOptions *options = bw_plan_get_options (self->plan);
    guint overridden = (options->force ? DOUBTED : 0u) | (options->no_verify ? UNPROVED : 0u);

    return (*get_verdict (self, board) & ~overridden) != 0;
}

static unsigned
count (BwUiLeftOut *self, guint mask, guint wanted)
{
    unsigned n = 0;

    for (unsigned i = 0; i < self->verdicts->len; i++)
        n += (*get_verdict (self, i) & mask) == wanted ? 1 : 0;
    return n;
}

/* --- judging -------------------------------------------------------------------------------- */

/* Known of the board, or else what it was refused for last: the same again without a decision would be
 * for nothing. */
static gboolean
lacks_proof (BwUiLeftOut *self, BwBoard *board)
{
    BwJob *job = bw_board_get_job (board);
    BwBoardInfo *info = bw_board_get_info (board);

    if (bw_plan_get_action (self->plan) != BW_ACTION_FLASH)
        return FALSE;
    if (info != NULL)
        return !bw_plan_can_prove (self->plan, info);
    return job != NULL && bw_error_get_cause (bw_job_get_error (job)) == BW_CAUSE_NO_PROOF;
}

static GPtrArray *
list_misfits (BwUiLeftOut *self)
{
    g_autoptr (GPtrArray) infos = g_ptr_array_new ();

    for (unsigned i = 0; i < self->boards->len; i++)
        g_ptr_array_add (infos, bw_board_get_info (self->boards->pdata[i]));
    return bw_plan_group_list_misfits (self->plan, (BwBoardInfo *const *) infos->pdata, infos->len);
}

static void
judge (BwUiLeftOut *self, GPtrArray *misfits)
{
    g_array_set_size (self->verdicts, 0);
    g_array_set_size (self->verdicts, self->boards->len);
    for (unsigned i = 0; i < misfits->len; i++) {
        const BwPlanMisfit *misfit = misfits->pdata[i];

        for (unsigned k = 0; k < misfit->members->len; k++)
            *get_verdict (self, g_array_index (misfit->members, guint, k)) |=
                misfit->finding->is_overridable ? DOUBTED : REFUSED;
    }
    for (unsigned i = 0; i < self->boards->len; i++)
        if (lacks_proof (self, self->boards->pdata[i]))
            *get_verdict (self, i) |= UNPROVED;
}

static void
collect_rest (BwUiLeftOut *self)
{
    g_clear_pointer (&self->rest, g_ptr_array_unref);
    self->rest = g_ptr_array_new_with_free_func (g_object_unref);
    for (unsigned i = 0; i < self->boards->len; i++)
        if (!is_left_out (self, i))
            g_ptr_array_add (self->rest, g_object_ref (self->boards->pdata[i]));
}

/* --- showing -------------------------------------------------------------------------------- */

static void
add_row (BwUiLeftOut *self, GArray *members, BwCause cause, const char *text, gboolean hard)
{
    GtkWidget *row = adw_action_row_new ();
    GtkWidget *image = gtk_image_new_from_icon_name (hard ? "bw-state-failed-symbolic"
                                                          : "dialog-warning-symbolic");
    g_autofree char *names = bw_ui_format_boards (self->boards, members, members->len);
    g_autofree char *why = g_strdup_printf ("%s\n%s", bw_cause_get_title (cause), text);

    gtk_widget_add_css_class (image, hard ? "error" : "warning");
    adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), names);
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), why);
    adw_action_row_add_prefix (ADW_ACTION_ROW (row), image);
    gtk_list_box_append (self->list, row);
}

static void
add_misfits (BwUiLeftOut *self, GPtrArray *misfits)
{
    for (unsigned i = 0; i < misfits->len; i++) {
        const BwPlanMisfit *misfit = misfits->pdata[i];
        const BwFinding *finding = misfit->finding;

        if (!finding->is_overridable || !bw_plan_get_options (self->plan)->force)
            add_row (self, misfit->members, finding->cause, finding->text,
                     !finding->is_overridable);
    }
}

static void
add_unproved (BwUiLeftOut *self)
{
    g_autoptr (GArray) members = g_array_new (FALSE, FALSE, sizeof (guint));

    for (guint i = 0; i < self->boards->len; i++)
        if ((*get_verdict (self, i) & UNPROVED) != 0)
            g_array_append_val (members, i);
    if (members->len > 0 && !bw_plan_get_options (self->plan)->no_verify)
        add_row (self, members, BW_CAUSE_NO_PROOF, bw_cause_get_explanation (BW_CAUSE_NO_PROOF),
                 FALSE);
}

static void
show_heading (BwUiLeftOut *self)
{
    unsigned n = self->boards->len - self->rest->len;
    g_autofree char *title = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u board is left out",
                                                           "%u boards are left out", n),
                                              n);
    const char *way_on = NULL;

    if (self->rest->len > 0)
        way_on = _ ("What follows is done without them");
    else if (bw_ui_left_out_is_hopeless (self))
        way_on = _ ("Choose another firmware, or other boards");
    adw_preferences_group_set_title (self->group, title);
    adw_preferences_group_set_description (self->group, way_on);
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    title, -1);
}

static void
show_rows (BwUiLeftOut *self, GPtrArray *misfits)
{
    GtkWidget *row = NULL;

    while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
        gtk_list_box_remove (self->list, row);
    add_misfits (self, misfits);
    add_unproved (self);
}

void
bw_ui_left_out_show (BwUiLeftOut *self, BwPlan *plan, GPtrArray *boards)
{
    g_autoptr (GPtrArray) misfits = NULL;

    g_set_object (&self->plan, plan);
    g_clear_pointer (&self->boards, g_ptr_array_unref);
    self->boards = g_ptr_array_ref (boards);
    misfits = list_misfits (self);
    judge (self, misfits);
    collect_rest (self);
    show_heading (self);
    show_rows (self, misfits);
    gtk_widget_set_visible (GTK_WIDGET (self), boards->len > 1 && self->rest->len < boards->len);
}

GPtrArray *
bw_ui_left_out_get_rest (BwUiLeftOut *self)
{
    return self->rest;
}

gboolean
bw_ui_left_out_is_hopeless (BwUiLeftOut *self)
{
    return count (self, REFUSED, REFUSED) == self->boards->len;
}

gboolean
bw_ui_left_out_has_doubts (BwUiLeftOut *self)
{
    return count (self, REFUSED | DOUBTED, DOUBTED) > 0;
}

unsigned
bw_ui_left_out_count_unproved (BwUiLeftOut *self)
{
    return count (self, UNPROVED, UNPROVED);
}

static void
bw_ui_left_out_dispose (GObject *object)
{
    BwUiLeftOut *self = BW_UI_LEFT_OUT (object);

    g_clear_object (&self->plan);
    g_clear_pointer (&self->boards, g_ptr_array_unref);
    g_clear_pointer (&self->rest, g_ptr_array_unref);
    g_clear_pointer (&self->verdicts, g_array_unref);
    G_OBJECT_CLASS (bw_ui_left_out_parent_class)->dispose (object);
}

static void
bw_ui_left_out_class_init (BwUiLeftOutClass *klass)
{
    G_OBJECT_CLASS (klass)->dispose = bw_ui_left_out_dispose;
}

static void
bw_ui_left_out_init (BwUiLeftOut *self)
{
    self->verdicts = g_array_new (FALSE, TRUE, sizeof (guint));
    self->group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
    self->list = GTK_LIST_BOX (gtk_list_box_new ());
    gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
    gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
    adw_preferences_group_add (self->group, GTK_WIDGET (self->list));
    adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->group));
}
