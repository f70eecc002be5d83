/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-plan-view"
#include "config.h"

#include "bw-ui-plan-view.h"

#include <glib/gi18n.h>

struct _BwUiPlanView {
    AdwBin parent_instance;

    GtkListBox *list;
    BwPlan *plan;
    BwBoardInfo *info;
    BwJob *job;
    GPtrArray *lines; /* BwPlanLine */
    GPtrArray *marks; /* borrowed GtkImage, one for each line */
};

G_DEFINE_FINAL_TYPE (BwUiPlanView, bw_ui_plan_view, ADW_TYPE_BIN)

enum mark {
    MARK_TODO,
    MARK_NOW,
    MARK_DONE,
    MARK_TORN,
    MARK_STOPPED,
    MARK_MISSED,
    MARK_LOSS,
    MARK_FACT,
    N_MARKS,
};

static const struct {
    const char *icon;
    const char *style;
    const char *name;
} mark_looks[N_MARKS] = {
    [MARK_TODO] = { "bw-step-todo-symbolic", "dim-label", N_ ("To do") },
    [MARK_NOW] = { "bw-step-now-symbolic", "accent", N_ ("Now") },
    [MARK_DONE] = { "bw-step-done-symbolic", "success", N_ ("Done") },
    [MARK_STOPPED] = { "bw-state-failed-symbolic", "error", N_ ("Stopped here") },
    [MARK_TORN] = { "bw-state-interrupted-symbolic", "warning", N_ ("Perhaps not finished") },
    [MARK_MISSED] = { "bw-step-todo-symbolic", "dim-label", N_ ("Not reached") },
    [MARK_LOSS] = { "dialog-warning-symbolic", "warning", N_ ("Will be lost") },
    [MARK_FACT] = { "bw-step-todo-symbolic", "dim-label", N_ ("Note") },
};

/* What a line is before anybody begins. */
static enum mark
get_planned_mark (const BwPlanLine *line)
{
    if (line->is_loss)
        return MARK_LOSS;
    return line->job_state < 0 || line->is_promise ? MARK_FACT : MARK_TODO;
}

static enum mark
get_mark (BwUiPlanView *self, const BwPlanLine *line)
{
    switch (self->job == NULL ? BW_JOB_REACH_TODO : bw_job_get_reach (self->job, line)) {
    case BW_JOB_REACH_NOW:
        return MARK_NOW;
    case BW_JOB_REACH_DONE:
        return MARK_DONE;
    case BW_JOB_REACH_TORN:
        return MARK_TORN;
    case BW_JOB_REACH_STOPPED:
        return MARK_STOPPED;
    case BW_JOB_REACH_MISSED:
        return MARK_MISSED;
    case BW_JOB_REACH_TODO:
    case BW_JOB_REACH_REMARK:
    default:
        return get_planned_mark (line);
    }
}

static void
show_mark (GtkImage *image, enum mark mark)
{
    const char *style[] = { mark_looks[mark].style, NULL };
    const char *name = _ (mark_looks[mark].name);

    if (g_strcmp0 (gtk_widget_get_tooltip_text (GTK_WIDGET (image)), name) == 0)
        return;
    gtk_image_set_from_icon_name (image, mark_looks[mark].icon);
    gtk_widget_set_css_classes (GTK_WIDGET (image), style);
    gtk_widget_set_tooltip_text (GTK_WIDGET (image), name);
    gtk_accessible_update_property (GTK_ACCESSIBLE (image), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                    -1);
}

static void
update_marks (BwUiPlanView *self)
{
    for (unsigned i = 0; i < self->lines->len; i++)
        show_mark (self->marks->pdata[i], get_mark (self, self->lines->pdata[i]));
}

static GtkWidget *
make_label (const char *text, const char *style)
{
    GtkWidget *label = gtk_label_new (text);

    gtk_label_set_xalign (GTK_LABEL (label), 0);
    gtk_label_set_wrap (GTK_LABEL (label), TRUE);
    gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
    gtk_widget_set_hexpand (label, TRUE);
    if (style != NULL)
        gtk_widget_add_css_class (label, style);
    return label;
}

static GtkWidget *
make_row (const BwPlanLine *line, GtkWidget *mark)
{
    GtkWidget *row = gtk_list_box_row_new ();
    GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
    GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

    gtk_widget_set_valign (mark, GTK_ALIGN_START);
    gtk_box_append (GTK_BOX (texts), make_label (line->text, line->is_loss ? "loss" : NULL));
    if (line->detail != NULL) {
        GtkWidget *detail = make_label (line->detail, "caption");

        gtk_widget_add_css_class (detail, "dim-label");
        gtk_box_append (GTK_BOX (texts), detail);
    }
    gtk_box_append (GTK_BOX (box), mark);
    gtk_box_append (GTK_BOX (box), texts);
    gtk_widget_add_css_class (box, "plan-line");
    gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
    gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
    gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, line->text,
                                    -1);
    return row;
}

static void
clear_rows (BwUiPlanView *self)
{
    GtkWidget *row = NULL;

    while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
        gtk_list_box_remove (self->list, row);
    g_ptr_array_set_size (self->marks, 0);
    g_clear_pointer (&self->lines, g_ptr_array_unref);
}

static GPtrArray *
dup_lines (BwUiPlanView *self)
{
    GPtrArray *agreed = self->job == NULL ? NULL : bw_job_get_lines (self->job);

    if (agreed != NULL)
        return g_ptr_array_ref (agreed);
    return self->plan == NULL ? g_ptr_array_new_with_free_func ((GDestroyNotify) bw_plan_line_free)
                              : bw_plan_describe (self->plan, self->info);
}

static void
make_rows (BwUiPlanView *self)
{
    clear_rows (self);
    self->lines = dup_lines (self);
    for (unsigned i = 0; i < self->lines->len; i++) {
        GtkWidget *mark = gtk_image_new ();

        g_ptr_array_add (self->marks, mark);
        gtk_list_box_append (self->list, make_row (self->lines->pdata[i], mark));
    }
    gtk_widget_set_visible (GTK_WIDGET (self), self->lines->len > 0);
}

void
bw_ui_plan_view_show (BwUiPlanView *self, BwPlan *plan, BwBoardInfo *info, BwJob *job)
{
    /* once it runs, it stays, whatever is learnt about the board */
    gboolean is_new = plan != self->plan || job != self->job || self->lines == NULL
                      || (job == NULL && info != self->info);

    g_set_object (&self->plan, plan);
    g_set_object (&self->job, job);
    if (info != self->info) {
        bw_board_info_unref (self->info);
        self->info = bw_board_info_ref (info);
    }
    if (is_new)
        make_rows (self);
    update_marks (self);
}

GtkWidget *
bw_ui_plan_view_new (void)
{
    return g_object_new (BW_UI_TYPE_PLAN_VIEW, NULL);
}

static void
bw_ui_plan_view_dispose (GObject *object)
{
    BwUiPlanView *self = BW_UI_PLAN_VIEW (object);

    g_clear_object (&self->plan);
    g_clear_object (&self->job);
    g_clear_pointer (&self->info, bw_board_info_unref);
    g_clear_pointer (&self->lines, g_ptr_array_unref);
    g_clear_pointer (&self->marks, g_ptr_array_unref);
    G_OBJECT_CLASS (bw_ui_plan_view_parent_class)->dispose (object);
}

static void
bw_ui_plan_view_class_init (BwUiPlanViewClass *klass)
{
    G_OBJECT_CLASS (klass)->dispose = bw_ui_plan_view_dispose;
}

static void
bw_ui_plan_view_init (BwUiPlanView *self)
{
    self->marks = g_ptr_array_new ();
    self->list = GTK_LIST_BOX (gtk_list_box_new ());
    gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
    gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    _ ("Plan"), -1);
    adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->list));
}
