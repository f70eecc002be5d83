/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-missing-dialog"
#include "config.h"

#include "bw-ui-missing-dialog.h"

#include <glib/gi18n.h>

#include "boardwalk.h"
#include "bw-ui-format.h"

#define N_LIKELY 6

struct _BwUiMissingDialog {
    AdwWindow parent_instance;

    GtkListBox *found;
    GtkListBox *causes;
    GtkWidget *likely[N_LIKELY]; /* borrowed: the rows of the causes */
    GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (BwUiMissingDialog, bw_ui_missing_dialog, ADW_TYPE_WINDOW)

/* Why a board may not appear, the likeliest first. */
static const BwCause likely[N_LIKELY] = {
    BW_CAUSE_CHARGE_ONLY_OR_UNPLUGGED,
    BW_CAUSE_PERMISSION,
    BW_CAUSE_BRLTTY,
    BW_CAUSE_MODEM_MANAGER,
    BW_CAUSE_BUSY,
    BW_CAUSE_NO_ANSWER,
};

static GtkWidget *
make_row (const char *title, const char *first, const char *second)
{
    GtkWidget *row = adw_action_row_new ();
    g_autofree char *text = g_strdup_printf ("%s%s%s", first, *second != '\0' ? "\n" : "", second);

    adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
    return row;
}

static GtkWidget *
make_cause_row (BwCause cause)
{
    return make_row (bw_cause_get_title (cause), bw_cause_get_explanation (cause),
                     bw_cause_get_remedy (cause));
}

static void
on_copy (GtkButton *button, const char *text)
{
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (button)), text);
    gtk_button_set_label (button, _ ("Rule copied"));
}

static void
free_text (gpointer text, GClosure *closure)
{
    g_free (text);
}

static void
add_offer (GtkWidget *row, const char *offer)
{
    GtkWidget *copy = gtk_button_new_with_label (_ ("Copy rule"));

    gtk_widget_set_valign (copy, GTK_ALIGN_CENTER);
    gtk_widget_set_tooltip_text (copy, offer);
    g_signal_connect_data (copy, "clicked", G_CALLBACK (on_copy), g_strdup (offer), free_text, 0);
    adw_action_row_add_suffix (ADW_ACTION_ROW (row), copy);
}

static void
add_found (BwUiMissingDialog *self, const char *icon, const char *style, GtkWidget *row)
{
    GtkWidget *image = gtk_image_new_from_icon_name (icon);

    gtk_widget_add_css_class (image, style);
    adw_action_row_add_prefix (ADW_ACTION_ROW (row), image);
    gtk_list_box_append (self->found, row);
}

/* It stands above, with what was seen. */
static void
hide_likely (BwUiMissingDialog *self, BwCause cause)
{
    for (unsigned i = 0; i < N_LIKELY; i++)
        if (likely[i] == cause)
            gtk_widget_set_visible (self->likely[i], FALSE);
}

static void
show_found (BwUiMissingDialog *self, GPtrArray *found, const char *ports)
{
    GtkWidget *looking = gtk_widget_get_first_child (GTK_WIDGET (self->found));

    gtk_list_box_remove (self->found, looking);
    for (unsigned i = 0; i < found->len; i++) {
        const GError *error = found->pdata[i];
        BwCause cause = bw_error_get_cause (error);
        g_autofree char *evidence = bw_ui_format_sentence (bw_error_get_evidence (error));

        GtkWidget *row =
            make_row (bw_cause_get_title (cause), evidence, bw_cause_get_remedy (cause));

        if (bw_error_get_offer (error) != NULL)
            add_offer (row, bw_error_get_offer (error));
        add_found (self, "dialog-warning-symbolic", "warning", row);
        hide_likely (self, cause);
    }
    if (*ports != '\0')
        add_found (self, "bw-step-done-symbolic", "success",
                   make_row (_ ("These ports can be opened"), ports, ""));
}

static void
on_surveyed (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autofree char *ports = NULL;
    g_autoptr (GPtrArray) found = bw_survey_finish (result, &ports, NULL);

    if (found != NULL)
        show_found (user_data, found, ports);
}

GtkWidget *
bw_ui_missing_dialog_new (GtkWindow *parent)
{
    return g_object_new (BW_UI_TYPE_MISSING_DIALOG, "transient-for", parent, NULL);
}

static void
bw_ui_missing_dialog_dispose (GObject *object)
{
    BwUiMissingDialog *self = BW_UI_MISSING_DIALOG (object);

    g_cancellable_cancel (self->cancellable);
    g_clear_object (&self->cancellable);
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
    gtk_widget_class_bind_template_child (widget_class, BwUiMissingDialog, found);
    gtk_widget_class_bind_template_child (widget_class, BwUiMissingDialog, causes);
    gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
bw_ui_missing_dialog_init (BwUiMissingDialog *self)
{
    gtk_widget_init_template (GTK_WIDGET (self));
    for (unsigned i = 0; i < N_LIKELY; i++) {
        self->likely[i] = make_cause_row (likely[i]);
        gtk_list_box_append (self->causes, self->likely[i]);
    }
    gtk_list_box_append (self->found, make_row (_ ("Looking…"), "", ""));
    self->cancellable = g_cancellable_new ();
    bw_survey_async (self->cancellable, on_surveyed, self);
}
