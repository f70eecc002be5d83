/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-preferences"
#include "config.h"

#include "bw-ui-preferences.h"

#include <glib/gi18n.h>

#include "bw-ui-file-dialog.h"

struct _BwUiPreferences {
    AdwPreferencesWindow parent_instance;

    GtkSwitch *identify;
    GtkSwitch *console;
    GtkSwitch *confirm;
    AdwComboRow *baud;
    AdwActionRow *stub_row;
    GtkWidget *no_stubs;

    BwSettings *settings;
};

G_DEFINE_FINAL_TYPE (BwUiPreferences, bw_ui_preferences, ADW_TYPE_PREFERENCES_WINDOW)

/* As listed in the template. */
static const unsigned bauds[] = { 0, 115200, 230400, 460800, 921600, 1500000, 2000000 };

static void
on_baud_selected (BwUiPreferences *self)
{
    unsigned selected = adw_combo_row_get_selected (self->baud);

    if (self->settings != NULL && selected < G_N_ELEMENTS (bauds))
        g_object_set (self->settings, "baud", bauds[selected], NULL);
}

static void
show_baud (BwUiPreferences *self)
{
    unsigned baud = 0;

    g_object_get (self->settings, "baud", &baud, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS (bauds); i++)
        if (bauds[i] == baud)
            adw_combo_row_set_selected (self->baud, i);
}

static void
show_stubs (BwUiPreferences *self)
{
    g_autofree char *folder = NULL;

    g_object_get (self->settings, "stub-dir", &folder, NULL);
    adw_action_row_set_subtitle (self->stub_row,
                                 folder != NULL ? folder
                                                : _ ("None: the loader in the chip does the work"));
    gtk_widget_set_sensitive (self->no_stubs, folder != NULL);
}

static void
on_clear_stubs (BwUiPreferences *self)
{
    g_object_set (self->settings, "stub-dir", NULL, NULL);
}

static void
on_stubs_response (GtkNativeDialog *dialog, int response, BwUiPreferences *self)
{
    g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
    g_autofree char *path = file == NULL ? NULL : g_file_get_path (file);

    if (response == GTK_RESPONSE_ACCEPT && path != NULL)
        g_object_set (self->settings, "stub-dir", path, NULL);
}

static void
on_choose_stubs (BwUiPreferences *self)
{
    GtkFileChooserNative *dialog =
        gtk_file_chooser_native_new (_ ("Folder of flasher stubs"), GTK_WINDOW (self),
                                     GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("Choose"),
                                     _ ("Cancel"));

    g_signal_connect_object (dialog, "response", G_CALLBACK (on_stubs_response), self, 0);
    bw_ui_file_dialog_show (dialog);
}

static void
bind_switch (BwUiPreferences *self, const char *name, GtkSwitch *widget)
{
    g_object_bind_property (self->settings, name, widget, "active",
                            G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
}

GtkWidget *
bw_ui_preferences_new (GtkWindow *parent, BwSettings *settings)
{
    BwUiPreferences *self = g_object_new (BW_UI_TYPE_PREFERENCES, "transient-for", parent, "modal",
                                          TRUE, "destroy-with-parent", TRUE, NULL);

    self->settings = g_object_ref (settings);
    bind_switch (self, "identify-on-plug", self->identify);
    bind_switch (self, "console-after-flash", self->console);
    bind_switch (self, "confirm-flash", self->confirm);
    g_signal_connect_object (settings, "notify::baud", G_CALLBACK (show_baud), self,
                             G_CONNECT_SWAPPED);
    g_signal_connect_object (settings, "notify::stub-dir", G_CALLBACK (show_stubs), self,
                             G_CONNECT_SWAPPED);
    show_baud (self);
    show_stubs (self);
    return GTK_WIDGET (self);
}

static void
bw_ui_preferences_dispose (GObject *object)
{
    g_clear_object (&BW_UI_PREFERENCES (object)->settings);
    gtk_widget_dispose_template (GTK_WIDGET (object), BW_UI_TYPE_PREFERENCES);
    G_OBJECT_CLASS (bw_ui_preferences_parent_class)->dispose (object);
}

static void
bw_ui_preferences_class_init (BwUiPreferencesClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

    G_OBJECT_CLASS (klass)->dispose = bw_ui_preferences_dispose;
    gtk_widget_class_set_template_from_resource (
        widget_class, "/io/github/boardwalk/Station/ui/bw-ui-preferences.ui");
    gtk_widget_class_bind_template_child (widget_class, BwUiPreferences, identify);
    gtk_widget_class_bind_template_child (widget_class, BwUiPreferences, console);
    gtk_widget_class_bind_template_child (widget_class, BwUiPreferences, confirm);
    gtk_widget_class_bind_template_child (widget_class, BwUiPreferences, baud);
    gtk_widget_class_bind_template_child (widget_class, BwUiPreferences, stub_row);
    gtk_widget_class_bind_template_child (widget_class, BwUiPreferences, no_stubs);
    gtk_widget_class_bind_template_callback (widget_class, on_baud_selected);
    gtk_widget_class_bind_template_callback (widget_class, on_clear_stubs);
    gtk_widget_class_bind_template_callback (widget_class, on_choose_stubs);
}

static void
bw_ui_preferences_init (BwUiPreferences *self)
{
    gtk_widget_init_template (GTK_WIDGET (self));
}
