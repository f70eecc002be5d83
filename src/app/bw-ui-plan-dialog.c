/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-plan-dialog"
#include "config.h"

#include "bw-ui-plan-dialog.h"

#include <glib/gi18n.h>

#include "bw-ui-firmware-view.h"
#include "bw-ui-left-out.h"
#include "bw-ui-plans.h"

/* Seconds a person gets to press BOOT and RESET before a job gives up. */
#define WAIT_FOR_HAND_S 60u

struct _BwUiPlanDialog {
    AdwWindow parent_instance;

    GtkButton *go;
    GtkBox *page;
    GtkWidget *head;
    GtkLabel *heading;
    GtkLabel *where;
    BwUiLeftOut *left_out;
    BwUiFirmwareView *firmware_view;
    GtkWidget *plans_group;
    BwUiPlans *plans;
    GtkWidget *options_group;
    GtkWidget *doubts_row;
    GtkSwitch *doubts;
    GtkSwitch *erase;
    GtkSwitch *whole;
    AdwActionRow *unverified_row;
    GtkSwitch *unverified;

    BwSettings *settings;
    GPtrArray *boards;
    BwAction action;
    BwFirmware *firmware;
    BwStoredJob *again; /* what is done once more; NULL = nothing in particular */
    BwPlan *plan;
    int n_compared; /* boards that the firmware was compared with; -1 = what is shown is outdated */
};

enum {
    SIGNAL_CONFIRMED,
    N_SIGNALS,
};

static unsigned signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BwUiPlanDialog, bw_ui_plan_dialog, ADW_TYPE_WINDOW)

static BwPlan *
make_plan (BwUiPlanDialog *self)
{
    g_autofree char *stub_dir = NULL;
    BwPlanOptions options = {
        .wait_for_hand = WAIT_FOR_HAND_S,
        .erase_all = gtk_switch_get_active (self->erase),
        .no_diff = gtk_switch_get_active (self->whole),
        .no_verify = gtk_switch_get_active (self->unverified),
        .force = gtk_switch_get_active (self->doubts),
    };

    g_object_get (self->settings, "baud", &options.baud, "stub-dir", &stub_dir, NULL);
    options.stub_dir = stub_dir;
    if (self->again != NULL)
        return bw_plan_new_stored (self->again, &options);
    if (self->action == BW_ACTION_ERASE)
        return bw_plan_new_erase (0, 0, &options);
    return bw_plan_new_firmware (self->action, self->firmware, &options);
}

static void
update_unverified (BwUiPlanDialog *self)
{
    unsigned n = bw_ui_left_out_count_unproved (self->left_out);
    g_autofree char *some =
        g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                      "%u of these boards lets nobody compare what was written",
                                      "%u of these boards let nobody compare what was written", n),
                         n);
    const char *usual = _ ("For a board that cannot be compared; it counts as done, never as good");
    const char *only = _ ("The board lets nobody compare what was written. Without this it is not "
                          "written; with it, it counts as done, never as good");

    if (n == 0)
        adw_action_row_set_subtitle (self->unverified_row, usual);
    else
        adw_action_row_set_subtitle (self->unverified_row, self->boards->len == 1 ? only : some);
    if (n > 0)
        gtk_widget_add_css_class (GTK_WIDGET (self->unverified_row), "decision");
    else
        gtk_widget_remove_css_class (GTK_WIDGET (self->unverified_row), "decision");
}

static const char *
get_go_label (BwAction action)
{
    if (action == BW_ACTION_ERASE)
        return _ ("_Erase");
    return action == BW_ACTION_VERIFY ? _ ("_Verify") : _ ("_Flash");
}

static char *
dup_go_label (BwAction action, unsigned n_rest, unsigned n)
{
    /* where nothing can be done the word alone stands on the grey button */
    if (n_rest == 0 || n_rest == n)
        return g_strdup (get_go_label (action));
    /* translators: on a button, of boards: "Erase 3 of 5" */
    if (action == BW_ACTION_ERASE)
        return g_strdup_printf (_ ("_Erase %u of %u"), n_rest, n);
    /* translators: on a button, of boards: "Verify 3 of 5" */
    if (action == BW_ACTION_VERIFY)
        return g_strdup_printf (_ ("_Verify %u of %u"), n_rest, n);
    /* translators: on a button, of boards: "Flash 3 of 5" */
    return g_strdup_printf (_ ("_Flash %u of %u"), n_rest, n);
}

static void
update_go (BwUiPlanDialog *self, unsigned n_rest)
{
    g_autofree char *label = dup_go_label (self->action, n_rest, self->boards->len);

    gtk_button_set_label (self->go, label);
    gtk_widget_set_sensitive (GTK_WIDGET (self->go), n_rest > 0);
    /* what is refused will not happen */
    gtk_widget_set_visible (self->plans_group, !bw_ui_left_out_is_hopeless (self->left_out));
    gtk_widget_set_visible (self->doubts_row, bw_ui_left_out_has_doubts (self->left_out));
    update_unverified (self);
}

/* Several that do not fit have a list of their own. A switch that takes no board in or out changes
 * nothing here. */
static void
update_firmware (BwUiPlanDialog *self, GPtrArray *rest)
{
    GPtrArray *compared = self->boards->len == 1 ? self->boards : rest;

    if (self->firmware == NULL || self->n_compared == (int) compared->len)
        return;
    self->n_compared = (int) compared->len;
    bw_ui_firmware_view_show (self->firmware_view, self->firmware, compared);
}

static char *
dup_where (GPtrArray *boards)
{
    GString *text = g_string_new (NULL);

    for (unsigned i = 0; i < boards->len; i++)
        g_string_append_printf (text, "%s%s", i > 0 ? ", " : "",
                                bw_board_get_name (boards->pdata[i]));
    return g_string_free (text, FALSE);
}

static char *
dup_count (unsigned n_rest, unsigned n)
{
    if (n_rest > 0 && n_rest < n)
        /* translators: how many of the chosen boards something is done to; never "1 of 1" */
        return g_strdup_printf (_ ("%u of %u boards"), n_rest, n);
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u board", "%u boards", n), n);
}

static void
update_texts (BwUiPlanDialog *self, GPtrArray *rest)
{
    g_autofree char *title = bw_plan_dup_title (self->plan);
    g_autofree char *names = dup_where (rest->len > 0 ? rest : self->boards);
    g_autofree char *count = dup_count (rest->len, self->boards->len);

    gtk_label_set_text (self->heading, title);
    gtk_label_set_text (self->where, self->boards->len == 1 ? names : count);
    gtk_widget_set_tooltip_text (GTK_WIDGET (self->where), names);
    gtk_widget_add_css_class (GTK_WIDGET (self->go), self->action == BW_ACTION_ERASE
                                                         ? "destructive-action"
                                                         : "suggested-action");
}

static void
update_plan (BwUiPlanDialog *self)
{
    GPtrArray *rest = NULL;

    if (self->settings == NULL)
        return;
    g_clear_object (&self->plan);
    self->plan = make_plan (self);
    bw_ui_left_out_show (self->left_out, self->plan, self->boards);
    rest = bw_ui_left_out_get_rest (self->left_out);
    bw_ui_plans_show (self->plans, self->plan, rest->len > 0 ? rest : self->boards);
    update_firmware (self, rest);
    update_go (self, rest->len);
    update_texts (self, rest);
}

gboolean
bw_ui_plan_dialog_needs_person (BwUiPlanDialog *self)
{
    return bw_ui_left_out_get_rest (self->left_out)->len < self->boards->len
           || bw_ui_plans_has_loss (self->plans);
}

void
bw_ui_plan_dialog_confirm (BwUiPlanDialog *self)
{
    g_signal_emit (self, signals[SIGNAL_CONFIRMED], 0, self->plan,
                   bw_ui_left_out_get_rest (self->left_out));
    gtk_window_destroy (GTK_WINDOW (self));
}

/* What is learnt about a board while the sheet is open belongs on it. */
static void
on_board_info (BwUiPlanDialog *self)
{
    if (self->boards == NULL)
        return;
    self->n_compared = -1;
    update_plan (self);
}

/* Nothing is done before it is said that it need not be proved. */
static gboolean
needs_decision (BwUiPlanDialog *self)
{
    return bw_ui_left_out_get_rest (self->left_out)->len == 0
           && bw_ui_left_out_count_unproved (self->left_out) > 0;
}

GtkWidget *
bw_ui_plan_dialog_new (GtkWindow *parent,
                       BwSettings *settings,
                       GPtrArray *boards,
                       BwAction action,
                       BwFirmware *firmware,
                       const BwStoredJob *again)
{
    BwUiPlanDialog *self = g_object_new (BW_UI_TYPE_PLAN_DIALOG, "transient-for", parent, NULL);

    self->settings = g_object_ref (settings);
    self->boards = g_ptr_array_ref (boards);
    self->action = action;
    g_set_object (&self->firmware, firmware);
    self->again = again == NULL ? NULL : bw_stored_job_copy (again);
    for (unsigned i = 0; i < boards->len; i++)
        g_signal_connect_object (boards->pdata[i], "notify::info", G_CALLBACK (on_board_info), self,
                                 G_CONNECT_SWAPPED);
    gtk_widget_set_visible (GTK_WIDGET (self->firmware_view), firmware != NULL);
    gtk_widget_set_visible (self->options_group, action == BW_ACTION_FLASH);
    if (action == BW_ACTION_ERASE)
        gtk_window_set_default_widget (GTK_WINDOW (self), NULL);
    update_plan (self);
    /* what has to be decided comes first */
    if (needs_decision (self))
        gtk_box_reorder_child_after (self->page, self->options_group, self->head);
    return GTK_WIDGET (self);
}

/* What Return does is what the sheet was opened for: its button has the focus from the start. Where
 * that is not possible (yet), the switch that may make it so has it, else GTK's choice, Cancel. Which
 * it is, too, where everything on the board would be lost. */
static void
bw_ui_plan_dialog_map (GtkWidget *widget)
{
    BwUiPlanDialog *self = BW_UI_PLAN_DIALOG (widget);

    /* a window that has a focus when it is mapped chooses none of its own; earlier than this its
     * children are not on screen yet and cannot take it */
    GTK_WIDGET_CLASS (bw_ui_plan_dialog_parent_class)->map (widget);
    if (self->action == BW_ACTION_ERASE)
        return;
    if (needs_decision (self))
        gtk_widget_grab_focus (GTK_WIDGET (self->unverified));
    else if (!gtk_widget_grab_focus (GTK_WIDGET (self->go))
             && gtk_widget_get_visible (self->doubts_row))
        gtk_widget_grab_focus (GTK_WIDGET (self->doubts));
}

static void
bw_ui_plan_dialog_dispose (GObject *object)
{
    BwUiPlanDialog *self = BW_UI_PLAN_DIALOG (object);

    g_clear_object (&self->settings);
    g_clear_object (&self->firmware);
    g_clear_object (&self->plan);
    g_clear_pointer (&self->again, bw_stored_job_free);
    g_clear_pointer (&self->boards, g_ptr_array_unref);
    gtk_widget_dispose_template (GTK_WIDGET (object), BW_UI_TYPE_PLAN_DIALOG);
    G_OBJECT_CLASS (bw_ui_plan_dialog_parent_class)->dispose (object);
}

static void
bw_ui_plan_dialog_class_init (BwUiPlanDialogClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

    G_OBJECT_CLASS (klass)->dispose = bw_ui_plan_dialog_dispose;
    widget_class->map = bw_ui_plan_dialog_map;
    g_type_ensure (BW_UI_TYPE_FIRMWARE_VIEW);
    g_type_ensure (BW_UI_TYPE_LEFT_OUT);
    g_type_ensure (BW_UI_TYPE_PLANS);
    signals[SIGNAL_CONFIRMED] =
        g_signal_new ("confirmed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 2, BW_TYPE_PLAN, G_TYPE_PTR_ARRAY);
    gtk_widget_class_set_template_from_resource (
        widget_class, "/io/github/boardwalk/Station/ui/bw-ui-plan-dialog.ui");
    gtk_widget_class_bind_template_child (widget_class, BwUiPlanDialog, go);
    gtk_widget_class_bind_template_child (widget_class, BwUiPlanDialog, page);
    gtk_widget_class_bind_template_child (widget_class, BwUiPlanDialog, head);
    gtk_widget_class_bind_template_child (widget_class, BwUiPlanDialog, heading);
    gtk_widget_class_bind_template_child (widget_class, BwUiPlanDialog, where);
    gtk_widget_class_bind_template_child (widget_class, BwUiPlanDialog, left_out);
    gtk_widget_class_bind_template_child (widget_class, BwUiPlanDialog, firmware_view);
    gtk_widget_class_bind_template_child (widget_class, BwUiPlanDialog, plans_group);
    gtk_widget_class_bind_template_child (widget_class, BwUiPlanDialog, plans);
    gtk_widget_class_bind_template_child (widget_class, BwUiPlanDialog, options_group);
    gtk_widget_class_bind_template_child (widget_class, BwUiPlanDialog, doubts_row);
    gtk_widget_class_bind_template_child (widget_class, BwUiPlanDialog, doubts);
    gtk_widget_class_bind_template_child (widget_class, BwUiPlanDialog, erase);
    gtk_widget_class_bind_template_child (widget_class, BwUiPlanDialog, whole);
    gtk_widget_class_bind_template_child (widget_class, BwUiPlanDialog, unverified_row);
    gtk_widget_class_bind_template_child (widget_class, BwUiPlanDialog, unverified);
    gtk_widget_class_bind_template_callback (widget_class, update_plan);
    gtk_widget_class_bind_template_callback (widget_class, bw_ui_plan_dialog_confirm);
    gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
bw_ui_plan_dialog_init (BwUiPlanDialog *self)
{
    self->n_compared = -1;
    gtk_widget_init_template (GTK_WIDGET (self));
}
