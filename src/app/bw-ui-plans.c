/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-plans"
#include "config.h"

#include "bw-ui-plans.h"

#include <glib/gi18n.h>

#include "bw-ui-format.h"
#include "bw-ui-plan-view.h"

/* Of more groups only the headings are on screen at first: 64 boards may make 64 of them. */
#define OPEN_GROUPS_MAX 4
/* Names of boards in a heading; the rest is counted. */
#define NAMES_MAX 4
#define LIST_GAP 6

struct _BwUiPlans {
    AdwBin parent_instance;

    GtkBox *box;
    BwPlan *plan;
    GPtrArray *boards; /* BwBoard */
    gboolean has_loss;
};

G_DEFINE_FINAL_TYPE (BwUiPlans, bw_ui_plans, ADW_TYPE_BIN)

static BwBoard *
get_member (BwUiPlans *self, GArray *members, unsigned i)
{
    return self->boards->pdata[g_array_index (members, guint, i)];
}

static char *
dup_names (BwUiPlans *self, GArray *members)
{
    return bw_ui_format_boards (self->boards, members, NAMES_MAX);
}

/* --- what is lost --------------------------------------------------------------------------- */

static GtkWidget *
make_loss_row (BwUiPlans *self, const BwPlanLoss *loss)
{
    GtkWidget *row = adw_action_row_new ();
    GtkWidget *image = gtk_image_new_from_icon_name ("dialog-warning-symbolic");
    g_autofree char *names = dup_names (self, loss->members);

    gtk_widget_add_css_class (image, "warning");
    adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), loss->line->text);
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), names);
    adw_action_row_add_prefix (ADW_ACTION_ROW (row), image);
    return row;
}

static void
add_losses (BwUiPlans *self, GPtrArray *losses)
{
    GtkWidget *list = gtk_list_box_new ();

    gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
    gtk_widget_add_css_class (list, "boxed-list");
    gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    _ ("What will be lost"), -1);
    for (unsigned i = 0; i < losses->len; i++)
        gtk_list_box_append (GTK_LIST_BOX (list), make_loss_row (self, losses->pdata[i]));
    gtk_box_append (self->box, list);
}

/* --- boards treated alike ------------------------------------------------------------------- */

static GtkWidget *
make_view (BwUiPlans *self, const BwPlanGroup *group)
{
    GtkWidget *view = bw_ui_plan_view_new ();

    bw_ui_plan_view_show (BW_UI_PLAN_VIEW (view), self->plan,
                          bw_board_get_info (get_member (self, group->members, 0)), NULL);
    return view;
}

static void
on_expanded (GtkExpander *expander, GParamSpec *pspec, BwUiPlans *self)
{
    const BwPlanGroup *group = g_object_get_data (G_OBJECT (expander), "group");

    if (gtk_expander_get_child (expander) != NULL)
        return;
    gtk_expander_set_child (expander, make_view (self, group));
    gtk_widget_set_margin_top (gtk_expander_get_child (expander), LIST_GAP);
}

static void
add_group (BwUiPlans *self, BwPlanGroup *group, gboolean is_open)
{
    g_autofree char *names = dup_names (self, group->members);
    GtkWidget *expander = gtk_expander_new (names);
    GtkWidget *label = gtk_expander_get_label_widget (GTK_EXPANDER (expander));

    gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
    gtk_widget_add_css_class (label, "heading");
    gtk_accessible_update_property (GTK_ACCESSIBLE (expander), GTK_ACCESSIBLE_PROPERTY_LABEL, names,
                                    -1);
    g_object_set_data_full (G_OBJECT (expander), "group", group,
                            (GDestroyNotify) bw_plan_group_free);
    g_signal_connect_object (expander, "notify::expanded", G_CALLBACK (on_expanded), self, 0);
    gtk_expander_set_expanded (GTK_EXPANDER (expander), is_open);
    gtk_box_append (self->box, expander);
}

static void
add_groups (BwUiPlans *self, GPtrArray *groups)
{
    gboolean is_open = groups->len <= OPEN_GROUPS_MAX;

    g_ptr_array_set_free_func (groups, NULL);
    for (unsigned i = 0; i < groups->len; i++)
        add_group (self, groups->pdata[i], is_open);
}

static GPtrArray *
group_boards (BwUiPlans *self)
{
    g_autoptr (GPtrArray) infos = g_ptr_array_new ();

    for (unsigned i = 0; i < self->boards->len; i++)
        g_ptr_array_add (infos, bw_board_get_info (self->boards->pdata[i]));
    return bw_plan_group_boards (self->plan, (BwBoardInfo *const *) infos->pdata, infos->len);
}

static void
clear (BwUiPlans *self)
{
    GtkWidget *child = NULL;

    while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->box))) != NULL)
        gtk_box_remove (self->box, child);
}

void
bw_ui_plans_show (BwUiPlans *self, BwPlan *plan, GPtrArray *boards)
{
    g_autoptr (GPtrArray) groups = NULL;
    g_autoptr (GPtrArray) losses = NULL;

    g_set_object (&self->plan, plan);
    g_clear_pointer (&self->boards, g_ptr_array_unref);
    self->boards = g_ptr_array_ref (boards);
    clear (self);
    groups = group_boards (self);
    losses = bw_plan_group_list_losses (groups);
    self->has_loss = losses->len > 0;
    if (groups->len == 1) {
        gtk_box_append (self->box, make_view (self, groups->pdata[0]));
        return;
    }
    if (self->has_loss)
        add_losses (self, losses);
    add_groups (self, groups);
}

gboolean
bw_ui_plans_has_loss (BwUiPlans *self)
{
    return self->has_loss;
}

static void
bw_ui_plans_dispose (GObject *object)
{
    BwUiPlans *self = BW_UI_PLANS (object);

    g_clear_object (&self->plan);
    g_clear_pointer (&self->boards, g_ptr_array_unref);
    G_OBJECT_CLASS (bw_ui_plans_parent_class)->dispose (object);
}

static void
bw_ui_plans_class_init (BwUiPlansClass *klass)
{
    G_OBJECT_CLASS (klass)->dispose = bw_ui_plans_dispose;
}

static void
bw_ui_plans_init (BwUiPlans *self)
{
    self->box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 12));
    adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->box));
}
