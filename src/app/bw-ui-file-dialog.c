/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-file-dialog"
#include "config.h"

#include "bw-ui-file-dialog.h"

/* Whichever comes first of its two ends: the other one is not heard any more. */
static void
let_go (GtkNativeDialog *dialog)
{
    GtkWindow *window = g_object_get_data (G_OBJECT (dialog), "window");

    g_signal_handlers_disconnect_by_func (window, let_go, dialog);
    g_signal_handlers_disconnect_by_func (dialog, let_go, NULL);
    gtk_native_dialog_destroy (dialog);
    g_object_unref (dialog);
}

void
bw_ui_file_dialog_show (GtkFileChooserNative *dialog)
{
    GtkNativeDialog *native = GTK_NATIVE_DIALOG (dialog);
    GtkWindow *window = gtk_native_dialog_get_transient_for (native);

    g_return_if_fail (window != NULL);
    g_object_set_data (G_OBJECT (dialog), "window", window);
    g_signal_connect_swapped (window, "destroy", G_CALLBACK (let_go), dialog);
    /* after those who want the answer */
    g_signal_connect_after (dialog, "response", G_CALLBACK (let_go), NULL);
    gtk_native_dialog_set_modal (native, TRUE);
    gtk_native_dialog_show (native);
}
