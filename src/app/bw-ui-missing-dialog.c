/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-missing-dialog"
#include "config.h"

#include "bw-ui-missing-dialog.h"

struct _BwUiMissingDialog {
    AdwWindow parent_instance;

    GtkListBox *causes;
};

G_DEFINE_FINAL_TYPE (BwUiMissingDialog, bw_ui_missing_dialog, ADW_TYPE_WINDOW)

/* Why a board may not appear, the likeliest first. */
static const BwCause likely[] = {
    BW_CAUSE_CHARGE_ONLY_OR_UNPLUGGED,
    BW_CAUSE_PERMISSION,
    BW_CAUSE_BRLTTY,
    BW_CAUSE_MODEM_MANAGER,
    BW_CAUSE_BUSY,
    BW_CAUSE_NO_ANSWER,
};

static GtkWidget *
make_row (BwCause cause)
{
    GtkWidget *row = adw_action_row_new ();
    g_autofree char *text =
        g_strdup_printf ("%s\n%s", bw_cause_get_explanation (cause), bw_cause_get_remedy (cause));

    adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), bw_cause_get_title (cause));
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
    return row;
}

GtkWidget *
bw_ui_missing_dialog_new (GtkWindow *parent)
{
    return g_object_new (BW_UI_TYPE_MISSING_DIALOG, "transient-for", parent, NULL);
}

static void
bw_ui_missing_dialog_dispose (GObject *object)
{
    gtk_widget_dispose_template (GTK_WIDGET (object), BW_UI_TYPE_MISSING_DIALOG);
    G_OBJECT_CLASS (bw_ui_missing_dialog_parent_class)->dispose (object);
}

static void
bw_ui_missing_dialog_class_init (BwUiMissingDialogClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

    G_OBJECT_CLASS (klass)->dispose = bw_ui_missing_dialog_dispose;
    gtk_widget_class_set_template_from_resource (
        widget_class, "/io/github/boardwalk/Station/ui/bw-ui-missing-dialog.ui");
    gtk_widget_class_bind_template_child (widget_class, BwUiMissingDialog, causes);
    gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
bw_ui_missing_dialog_init (BwUiMissingDialog *self)
{
    gtk_widget_init_template (GTK_WIDGET (self));
    for (gsize i = 0; i < G_N_ELEMENTS (likely); i++)
        gtk_list_box_append (self->causes, make_row (likely[i]));
}
