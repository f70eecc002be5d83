/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-address-dialog"
#include "config.h"

#include "bw-ui-address-dialog.h"

#include <string.h>

#include "boardwalk.h"

/* What stands between the two in a FIRMWARE argument. */
#define DIGEST_MARK "#sha256="

struct _BwUiAddressDialog {
    AdwWindow parent_instance;

    GtkWidget *go;
    GtkEditable *address;
    GtkEditable *digest;
    GtkLabel *refusal;
    gboolean is_parting;
};

enum {
    SIGNAL_ANSWERED,
    N_SIGNALS,
};

static unsigned signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BwUiAddressDialog, bw_ui_address_dialog, ADW_TYPE_WINDOW)

static char *
dup_entry (GtkEditable *entry)
{
    return g_strstrip (g_strdup (gtk_editable_get_text (entry)));
}

static void
refuse (BwUiAddressDialog *self, const char *why)
{
    gtk_label_set_text (self->refusal, why);
    gtk_widget_set_visible (GTK_WIDGET (self->refusal), *why != '\0');
    /* read out together with the entry that comes first */
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->address),
                                    GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, why, -1);
}

static void
on_go (BwUiAddressDialog *self)
{
    g_autofree char *address = dup_entry (self->address);
    g_autofree char *digest = dup_entry (self->digest);
    g_autofree char *spec = g_strconcat (address, DIGEST_MARK, digest, NULL);
    g_autoptr (GError) error = NULL;
    g_autofree char *sentence = NULL;

    if (!gtk_widget_get_sensitive (self->go))
        return;
    if (bw_firmware_spec_check_address (spec, &error)) {
        g_signal_emit (self, signals[SIGNAL_ANSWERED], 0, spec);
        gtk_window_destroy (GTK_WINDOW (self));
        return;
    }
    sentence = g_strconcat (error->message, ".", NULL);
    refuse (self, sentence);
}

/* As publishers write it, both are one: what stands behind the mark belongs into the second entry. */
static void
part (BwUiAddressDialog *self)
{
    g_autofree char *text = dup_entry (self->address);
    char *mark = strstr (text, DIGEST_MARK);

    if (mark == NULL || self->is_parting)
        return;
    self->is_parting = TRUE;
    gtk_editable_set_text (self->digest, mark + strlen (DIGEST_MARK));
    *mark = '\0';
    gtk_editable_set_text (self->address, text);
    gtk_editable_set_position (self->address, -1);
    self->is_parting = FALSE;
}

static void
on_changed (BwUiAddressDialog *self)
{
    g_autofree char *address = NULL;
    g_autofree char *digest = NULL;

    part (self);
    address = dup_entry (self->address);
    digest = dup_entry (self->digest);
    gtk_widget_set_sensitive (self->go, *address != '\0' && *digest != '\0');
    refuse (self, "");
}

GtkWidget *
bw_ui_address_dialog_new (GtkWindow *parent, const char *address)
{
    BwUiAddressDialog *self =
        g_object_new (BW_UI_TYPE_ADDRESS_DIALOG, "transient-for", parent, NULL);

    if (address != NULL)
        gtk_editable_set_text (self->address, address);
    return GTK_WIDGET (self);
}

/* The keyboard begins where something is missing; before it is on screen nothing can have it. */
static void
bw_ui_address_dialog_map (GtkWidget *widget)
{
    BwUiAddressDialog *self = BW_UI_ADDRESS_DIALOG (widget);
    g_autofree char *address = dup_entry (self->address);
    g_autofree char *digest = dup_entry (self->digest);
    gboolean is_half = *address != '\0' && *digest == '\0';

    GTK_WIDGET_CLASS (bw_ui_address_dialog_parent_class)->map (widget);
    gtk_widget_grab_focus (GTK_WIDGET (is_half ? self->digest : self->address));
}

static void
bw_ui_address_dialog_dispose (GObject *object)
{
    gtk_widget_dispose_template (GTK_WIDGET (object), BW_UI_TYPE_ADDRESS_DIALOG);
    G_OBJECT_CLASS (bw_ui_address_dialog_parent_class)->dispose (object);
}

static void
bw_ui_address_dialog_class_init (BwUiAddressDialogClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

    G_OBJECT_CLASS (klass)->dispose = bw_ui_address_dialog_dispose;
    widget_class->map = bw_ui_address_dialog_map;
    signals[SIGNAL_ANSWERED] =
        g_signal_new ("answered", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 1, G_TYPE_STRING);
    gtk_widget_class_set_template_from_resource (
        widget_class, "/io/github/boardwalk/Station/ui/bw-ui-address-dialog.ui");
    gtk_widget_class_bind_template_child (widget_class, BwUiAddressDialog, go);
    gtk_widget_class_bind_template_child (widget_class, BwUiAddressDialog, address);
    gtk_widget_class_bind_template_child (widget_class, BwUiAddressDialog, digest);
    gtk_widget_class_bind_template_child (widget_class, BwUiAddressDialog, refusal);
    gtk_widget_class_bind_template_callback (widget_class, on_go);
    gtk_widget_class_bind_template_callback (widget_class, on_changed);
    gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
bw_ui_address_dialog_init (BwUiAddressDialog *self)
{
    gtk_widget_init_template (GTK_WIDGET (self));
}
