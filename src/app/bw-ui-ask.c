/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-ask"
#include "config.h"

#include "bw-ui-ask.h"

struct _BwUiAsk {
    AdwWindow parent_instance;

    GtkButton *go;
    GtkLabel *body;
    AdwEntryRow *entry;
    GtkLabel *refusal;
    gboolean is_refused;
    gboolean may_be_empty;
};

enum {
    SIGNAL_ANSWERED,
    N_SIGNALS,
};

static unsigned signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BwUiAsk, bw_ui_ask, ADW_TYPE_WINDOW)

static void
on_go (BwUiAsk *self)
{
    g_autofree char *answer = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry)));

    if (!gtk_widget_get_sensitive (GTK_WIDGET (self->go)))
        return;
    self->is_refused = FALSE;
    g_signal_emit (self, signals[SIGNAL_ANSWERED], 0, answer);
    if (!self->is_refused)
        gtk_window_destroy (GTK_WINDOW (self));
}

static void
show_refusal (BwUiAsk *self, const char *why)
{
    gtk_label_set_text (self->refusal, why);
    gtk_widget_set_visible (GTK_WIDGET (self->refusal), *why != '\0');
    /* read out together with the entry, which keeps the keyboard */
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry),
                                    GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, why, -1);
    if (*why != '\0')
        gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
    else
        gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
}

static void
on_changed (BwUiAsk *self)
{
    const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
    g_autofree char *stripped = g_strstrip (g_strdup (text));

    show_refusal (self, "");
    gtk_widget_set_sensitive (GTK_WIDGET (self->go), self->may_be_empty || *stripped != '\0');
}

void
bw_ui_ask_refuse (BwUiAsk *self, const char *why)
{
    self->is_refused = TRUE;
    show_refusal (self, why);
}

GtkWidget *
bw_ui_ask_new (GtkWindow *parent, const BwUiQuestion *question)
{
    BwUiAsk *self =
        g_object_new (BW_UI_TYPE_ASK, "transient-for", parent, "title", question->heading, NULL);

    gtk_label_set_text (self->body, question->body);
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->entry), question->label);
    gtk_button_set_label (self->go, question->go);
    self->may_be_empty = question->may_be_empty;
    if (question->initial != NULL)
        gtk_editable_set_text (GTK_EDITABLE (self->entry), question->initial);
    on_changed (self);
    gtk_widget_grab_focus (GTK_WIDGET (self->entry));
    return GTK_WIDGET (self);
}

static void
bw_ui_ask_dispose (GObject *object)
{
    gtk_widget_dispose_template (GTK_WIDGET (object), BW_UI_TYPE_ASK);
    G_OBJECT_CLASS (bw_ui_ask_parent_class)->dispose (object);
}

static void
bw_ui_ask_class_init (BwUiAskClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

    G_OBJECT_CLASS (klass)->dispose = bw_ui_ask_dispose;
    signals[SIGNAL_ANSWERED] =
        g_signal_new ("answered", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 1, G_TYPE_STRING);
    gtk_widget_class_set_template_from_resource (widget_class,
                                                 "/io/github/boardwalk/Station/ui/bw-ui-ask.ui");
    gtk_widget_class_bind_template_child (widget_class, BwUiAsk, go);
    gtk_widget_class_bind_template_child (widget_class, BwUiAsk, body);
    gtk_widget_class_bind_template_child (widget_class, BwUiAsk, entry);
    gtk_widget_class_bind_template_child (widget_class, BwUiAsk, refusal);
    gtk_widget_class_bind_template_callback (widget_class, on_go);
    gtk_widget_class_bind_template_callback (widget_class, on_changed);
    gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
bw_ui_ask_init (BwUiAsk *self)
{
    gtk_widget_init_template (GTK_WIDGET (self));
}
