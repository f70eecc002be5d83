/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-log-send"
#include "config.h"

#include "bw-ui-log-send.h"

#include <glib/gi18n.h>

#define HISTORY_MAX 100u

struct _BwUiLogSend {
    AdwBin parent_instance;

    GtkEntry *entry;
    GtkWidget *send;
    GtkToggleButton *listen;
    GtkDropDown *baud;
    GtkDropDown *ending;

    BwBoard *board;
    GPtrArray *history;
    unsigned at; /* place in the history; its length = a new line */
    gboolean is_updating;
};

G_DEFINE_FINAL_TYPE (BwUiLogSend, bw_ui_log_send, ADW_TYPE_BIN)

/* As listed in the drop-downs of the template. */
static const unsigned bauds[] = { 9600,   57600,  74880,   115200, 230400,
                                  460800, 921600, 1500000, 2000000 };
static const char *const endings[] = { "\r\n", "\n", "\r", "" };

static BwJob *
get_console (BwUiLogSend *self)
{
    return self->board == NULL ? NULL : bw_board_get_console (self->board);
}

static void
remember (BwUiLogSend *self, const char *text)
{
    if (*text != '\0')
        g_ptr_array_add (self->history, g_strdup (text));
    if (self->history->len > HISTORY_MAX)
        g_ptr_array_remove_index (self->history, 0);
    self->at = self->history->len;
}

static void
on_send (BwUiLogSend *self)
{
    const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
    const char *ending =
        endings[gtk_drop_down_get_selected (self->ending) % G_N_ELEMENTS (endings)];
    g_autofree char *line = g_strconcat (text, ending, NULL);
    g_autoptr (GBytes) bytes = g_bytes_new (line, strlen (line));
    BwJob *job = get_console (self);

    if (job == NULL)
        return;
    /* the line stays: it can be sent again */
    if (!bw_job_send (job, bytes)) {
        gtk_widget_error_bell (GTK_WIDGET (self->entry));
        return;
    }
    remember (self, text);
    gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
}

static void
recall (BwUiLogSend *self, int step)
{
    int at = CLAMP ((int) self->at + step, 0, (int) self->history->len);

    self->at = (unsigned) at;
    gtk_editable_set_text (GTK_EDITABLE (self->entry),
                           self->at < self->history->len ? self->history->pdata[self->at] : "");
    gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
}

static gboolean
on_key (GtkEventControllerKey *controller,
        unsigned key,
        unsigned code,
        GdkModifierType state,
        BwUiLogSend *self)
{
    if (key != GDK_KEY_Up && key != GDK_KEY_Down)
        return GDK_EVENT_PROPAGATE;
    recall (self, key == GDK_KEY_Up ? -1 : 1);
    return GDK_EVENT_STOP;
}

static unsigned
get_baud (BwUiLogSend *self)
{
    return bauds[gtk_drop_down_get_selected (self->baud) % G_N_ELEMENTS (bauds)];
}

static void
start_listening (BwUiLogSend *self)
{
    BwPlanOptions options = { .console_baud = get_baud (self) };
    g_autoptr (BwPlan) plan = bw_plan_new (BW_ACTION_CONSOLE, &options);
    g_autoptr (GError) error = NULL;

    if (bw_board_start (self->board, plan, &error) == NULL)
        gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s",
                                    bw_cause_get_title (bw_error_get_cause (error)));
}

static void
on_listen_toggled (BwUiLogSend *self)
{
    if (self->is_updating || self->board == NULL)
        return;
    if (gtk_toggle_button_get_active (self->listen))
        start_listening (self);
    else if (get_console (self) != NULL)
        bw_board_cancel (self->board);
    bw_ui_log_send_update (self);
}

static void
on_baud_changed (BwUiLogSend *self)
{
    BwJob *job = get_console (self);

    if (job != NULL)
        bw_job_set_console_baud (job, get_baud (self));
}

void
bw_ui_log_send_update (BwUiLogSend *self)
{
    gboolean is_listening = get_console (self) != NULL;
    gboolean is_present = self->board != NULL && bw_board_is_present (self->board);
    gboolean is_busy = self->board != NULL && bw_board_is_busy (self->board);

    self->is_updating = TRUE;
    gtk_toggle_button_set_active (self->listen, is_listening);
    self->is_updating = FALSE;
    gtk_widget_set_sensitive (GTK_WIDGET (self->listen), is_present && !is_busy);
    gtk_widget_set_sensitive (GTK_WIDGET (self->entry), is_listening);
    gtk_widget_set_sensitive (self->send, is_listening);
    gtk_entry_set_placeholder_text (self->entry, is_listening ? _ ("Send a line")
                                                              : _ ("Listen first, then send"));
}

void
bw_ui_log_send_set_board (BwUiLogSend *self, BwBoard *board)
{
    g_set_object (&self->board, board);
    bw_ui_log_send_update (self);
}

void
bw_ui_log_send_focus (BwUiLogSend *self)
{
    gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

static void
bw_ui_log_send_dispose (GObject *object)
{
    BwUiLogSend *self = BW_UI_LOG_SEND (object);

    g_clear_object (&self->board);
    g_clear_pointer (&self->history, g_ptr_array_unref);
    gtk_widget_dispose_template (GTK_WIDGET (object), BW_UI_TYPE_LOG_SEND);
    G_OBJECT_CLASS (bw_ui_log_send_parent_class)->dispose (object);
}

static void
bw_ui_log_send_class_init (BwUiLogSendClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

    G_OBJECT_CLASS (klass)->dispose = bw_ui_log_send_dispose;
    gtk_widget_class_set_template_from_resource (
        widget_class, "/io/github/boardwalk/Station/ui/bw-ui-log-send.ui");
    gtk_widget_class_bind_template_child (widget_class, BwUiLogSend, entry);
    gtk_widget_class_bind_template_child (widget_class, BwUiLogSend, send);
    gtk_widget_class_bind_template_child (widget_class, BwUiLogSend, listen);
    gtk_widget_class_bind_template_child (widget_class, BwUiLogSend, baud);
    gtk_widget_class_bind_template_child (widget_class, BwUiLogSend, ending);
    gtk_widget_class_bind_template_callback (widget_class, on_send);
    gtk_widget_class_bind_template_callback (widget_class, on_listen_toggled);
    gtk_widget_class_bind_template_callback (widget_class, on_baud_changed);
}

static void
bw_ui_log_send_init (BwUiLogSend *self)
{
    GtkEventController *keys = gtk_event_controller_key_new ();

    self->history = g_ptr_array_new_with_free_func (g_free);
    gtk_widget_init_template (GTK_WIDGET (self));
    gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
    g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
    gtk_widget_add_controller (GTK_WIDGET (self->entry), keys);
}
