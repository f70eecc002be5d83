/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-ask"
#include "config.h"

#include "bw-ui-ask.h"

#include <glib/gi18n.h>

struct asking {
    GtkEditable *entry; /* lives as long as the dialog, which owns this */
    BwUiAskFunc func;
    gpointer user_data;
};

static void
on_response (AdwMessageDialog *dialog, const char *response, struct asking *asking)
{
    if (g_strcmp0 (response, "go") == 0)
        asking->func (gtk_editable_get_text (asking->entry), asking->user_data);
}

static void
free_asking (gpointer data, GClosure *closure)
{
    g_free (data);
}

static GtkWidget *
make_entry (const BwUiQuestion *question)
{
    GtkWidget *entry = gtk_entry_new ();

    if (question->initial != NULL)
        gtk_editable_set_text (GTK_EDITABLE (entry), question->initial);
    gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
    gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    question->label, -1);
    return entry;
}

void
bw_ui_ask (GtkWindow *parent, const BwUiQuestion *question, BwUiAskFunc func, gpointer user_data)
{
    AdwMessageDialog *dialog =
        ADW_MESSAGE_DIALOG (adw_message_dialog_new (parent, question->heading, question->body));
    GtkWidget *entry = make_entry (question);
    struct asking *asking = g_new0 (struct asking, 1);

    asking->entry = GTK_EDITABLE (entry);
    asking->func = func;
    asking->user_data = user_data;
    adw_message_dialog_set_extra_child (dialog, entry);
    adw_message_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "go", question->go, NULL);
    adw_message_dialog_set_response_appearance (dialog, "go", ADW_RESPONSE_SUGGESTED);
    adw_message_dialog_set_default_response (dialog, "go");
    adw_message_dialog_set_close_response (dialog, "cancel");
    g_signal_connect_data (dialog, "response", G_CALLBACK (on_response), asking, free_asking, 0);
    gtk_window_present (GTK_WINDOW (dialog));
    gtk_widget_grab_focus (entry);
}
