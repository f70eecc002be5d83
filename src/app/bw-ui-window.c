/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-window"
#include "config.h"

#include "bw-ui-window.h"

#include <glib/gi18n.h>

#include "bw-ui-drop.h"
#include "bw-ui-window-private.h"

/* Of the message at the bottom, however little room there is: it scrolls then. */
#define TROUBLE_KEPT_HEIGHT 72

G_DEFINE_FINAL_TYPE (BwUiWindow, bw_ui_window, ADW_TYPE_APPLICATION_WINDOW)

/* --- which page is on screen ---------------------------------------------------------------- */

/* What had the keyboard is no longer on screen; rows are there once the list was laid out, and on a
 * busy machine that is not the next frame. */
static gboolean
focus_list (GtkWidget *list, GdkFrameClock *clock, gpointer data)
{
    gboolean may_come = gtk_widget_get_mapped (list);

    return may_come && !bw_ui_board_list_focus (BW_UI_BOARD_LIST (list)) ? G_SOURCE_CONTINUE
                                                                         : G_SOURCE_REMOVE;
}

static void
update_root (BwUiWindow *self)
{
    gboolean has_boards =
        self->station != NULL && g_list_model_get_n_items (G_LIST_MODEL (self->station)) > 0;
    gboolean is_settled = self->station != NULL && bw_station_is_settled (self->station);
    gboolean had_boards =
        g_strcmp0 (gtk_stack_get_visible_child_name (self->root_stack), "boards") == 0;

    if (has_boards)
        gtk_stack_set_visible_child_name (self->root_stack, "boards");
    else
        gtk_stack_set_visible_child_name (self->root_stack, is_settled ? "empty" : "looking");
    if (has_boards && !had_boards)
        gtk_widget_add_tick_callback (GTK_WIDGET (self->list), focus_list, NULL, NULL);
}

static BwStore *
get_store (BwUiWindow *self)
{
    return self->station == NULL ? NULL : bw_station_get_store (self->station);
}

static void
update_detail (BwUiWindow *self)
{
    g_autoptr (GPtrArray) boards = bw_ui_board_list_dup_selected (self->list);
    g_autofree char *count =
        /* Translators: of boards; it has to fit beside two buttons on 360 pixels */
        g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u selected", "%u selected", boards->len),
                         boards->len);

    bw_ui_board_page_set_board (self->board_page, boards->len == 1 ? boards->pdata[0] : NULL,
                                get_store (self));
    g_signal_group_set_target (self->shown, boards->len == 1 ? boards->pdata[0] : NULL);
    if (boards->len == 1)
        gtk_stack_set_visible_child_name (self->detail_stack, "board");
    else
        gtk_stack_set_visible_child_name (self->detail_stack, boards->len > 1 ? "several" : "none");
    gtk_label_set_text (self->selection_count, count);
    gtk_widget_set_visible (self->selection_bar,
                            boards->len > 1 && adw_leaflet_get_folded (self->leaflet));
    _bw_ui_window_update_actions (self);
}

static void
on_boards_changed (BwUiWindow *self)
{
    update_root (self);
    update_detail (self);
}

static gboolean
show_folded (gpointer data)
{
    BwUiWindow *self = data;
    gboolean is_folded = adw_leaflet_get_folded (self->leaflet);

    if (is_folded)
        gtk_widget_add_css_class (GTK_WIDGET (self), "folded");
    else
        gtk_widget_remove_css_class (GTK_WIDGET (self), "folded");
    bw_ui_board_page_set_alone (self->board_page, is_folded);
    bw_ui_batch_page_set_alone (self->batch_page, is_folded);
    update_detail (self);
    self->fold_source = 0;
    return G_SOURCE_REMOVE;
}

/* It folds while room is given out: what appears then would be drawn without any. */
static void
on_folded (BwUiWindow *self)
{
    if (self->fold_source == 0)
        self->fold_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, show_folded, self, NULL);
}

/* --- station -------------------------------------------------------------------------------- */

/* "Good" is kept for a firmware that was proved. */
static const char *
get_batch_title (unsigned done, unsigned bad)
{
    if (done == 0)
        return bad == 0 ? _ ("All boards are good") : _ ("Not all boards are good");
    return bad == 0 ? _ ("All boards are done") : _ ("Not all boards are done");
}

/* What there is none of is not told. */
static char *
dup_batch_text (unsigned good, unsigned done, unsigned failed, unsigned open)
{
    g_autoptr (GPtrArray) counts = g_ptr_array_new_with_free_func (g_free);

    if (good > 0)
        g_ptr_array_add (counts, g_strdup_printf (_ ("%u good"), good));
    /* translators: boards whose work ended well, and which have nothing that was proved */
    if (done > 0)
        g_ptr_array_add (counts, g_strdup_printf (_ ("%u done"), done));
    if (failed > 0)
        g_ptr_array_add (counts, g_strdup_printf (_ ("%u failed"), failed));
    /* translators: boards whose work was stopped */
    if (open > 0)
        g_ptr_array_add (counts, g_strdup_printf (_ ("%u open"), open));
    g_ptr_array_add (counts, NULL);
    return g_strjoinv (", ", (char **) counts->pdata);
}

static void
on_batch_finished (BwUiWindow *self, unsigned good, unsigned done, unsigned failed, unsigned open)
{
    g_autoptr (GNotification) note = g_notification_new (get_batch_title (done, failed + open));
    g_autofree char *body = dup_batch_text (good, done, failed, open);
    GApplication *app = g_application_get_default ();

    g_notification_set_body (note, body);
    if (app != NULL && !gtk_window_is_active (GTK_WINDOW (self)))
        g_application_send_notification (app, "batch", note);
    bw_ui_window_toast (self, body);
}

/* What the journal holds is known by the time of the first look around. */
static void
show_interrupted (BwUiWindow *self)
{
    g_autoptr (GPtrArray) jobs = bw_station_dup_interrupted (self->station);
    g_autofree char *text = NULL;

    if (jobs == NULL || jobs->len == 0)
        return;
    text = g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE, "%u interrupted job is open; its board says what to do",
                     "%u interrupted jobs are open; their boards say what to do", jobs->len),
        jobs->len);
    bw_ui_window_toast (self, text);
}

void
bw_ui_window_set_station (BwUiWindow *self, BwStation *station)
{
    g_set_object (&self->station, station);
    g_signal_connect_object (station, "settled", G_CALLBACK (update_root), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (station, "items-changed", G_CALLBACK (update_root), self,
                             G_CONNECT_SWAPPED);
    g_signal_connect_object (station, "batch-finished", G_CALLBACK (on_batch_finished), self,
                             G_CONNECT_SWAPPED);
    g_signal_connect_object (station, "settled", G_CALLBACK (show_interrupted), self,
                             G_CONNECT_SWAPPED);
    bw_ui_board_list_set_station (self->list, station);
    _bw_ui_window_follow (self);
    on_boards_changed (self);
}

void
bw_ui_window_load (BwUiWindow *self, const char *const *specs)
{
    _bw_ui_window_load_for (self, specs, BW_ACTION_FLASH, NULL);
}

void
bw_ui_window_show_trouble (BwUiWindow *self, const char *markup)
{
    gtk_label_set_markup (self->trouble, markup);
    gtk_revealer_set_reveal_child (self->trouble_revealer, *markup != '\0');
}

void
bw_ui_window_toast (BwUiWindow *self, const char *text)
{
    g_autofree char *escaped = g_markup_escape_text (text, -1);

    adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
}

/* --- callbacks of the template -------------------------------------------------------------- */

static void
on_search_changed (BwUiWindow *self)
{
    bw_ui_board_list_set_filter (self->list,
                                 gtk_editable_get_text (GTK_EDITABLE (self->search_entry)));
}

static GPtrArray *
name_selected (GtkWidget *widget)
{
    return bw_ui_board_list_dup_selected (BW_UI_WINDOW (widget)->list);
}

static gboolean
leave (gpointer window)
{
    gtk_window_destroy (GTK_WINDOW (window));
    return G_SOURCE_REMOVE;
}

/* The dialog still looks at its parent until it is closed itself. */
static void
on_close_response (BwUiWindow *self, const char *response)
{
    if (g_strcmp0 (response, "stop") != 0)
        return;
    bw_station_cancel_all (self->station);
    g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, leave, g_object_ref (self), g_object_unref);
}

/* A slip of the finger does not tear a batch off in the middle. */
static void
ask_before_close (BwUiWindow *self, unsigned n_busy)
{
    g_autofree char *heading =
        g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u board is being worked on",
                                      "%u boards are being worked on", n_busy),
                         n_busy);
    GtkWidget *dialog = adw_message_dialog_new (
        GTK_WINDOW (self), heading,
        _ ("Closing stops the work. What is half written can be flashed again."));

    adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "stay", _ ("_Keep working"),
                                      "stop", _ ("_Stop and close"), NULL);
    adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "stop",
                                                ADW_RESPONSE_DESTRUCTIVE);
    adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "stay");
    adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "stay");
    g_signal_connect_object (dialog, "response", G_CALLBACK (on_close_response), self,
                             G_CONNECT_SWAPPED);
    gtk_window_present (GTK_WINDOW (dialog));
}

static gboolean
on_close_request (GtkWindow *window)
{
    BwUiWindow *self = BW_UI_WINDOW (window);
    unsigned n_busy = self->station == NULL ? 0 : bw_station_count_busy (self->station);

    if (n_busy > 0) {
        ask_before_close (self, n_busy);
        return GDK_EVENT_STOP;
    }
    return GTK_WINDOW_CLASS (bw_ui_window_parent_class)->close_request (window);
}

GtkWidget *
bw_ui_window_new (BwUiApplication *app)
{
    BwUiWindow *self = g_object_new (BW_UI_TYPE_WINDOW, "application", app, NULL);

    self->settings = g_object_ref (bw_ui_application_get_settings (app));
    self->shelf = bw_ui_shelf_new (self->settings);
    bw_ui_board_page_setup (self->board_page, self->shelf);
    _bw_ui_window_install_actions (self);
    _bw_ui_window_install_firmware_actions (self);
    g_signal_connect_object (self->shelf, "changed", G_CALLBACK (_bw_ui_window_update_actions),
                             self, G_CONNECT_SWAPPED);
    update_root (self);
    update_detail (self);
    return GTK_WIDGET (self);
}

static void
bw_ui_window_dispose (GObject *object)
{
    BwUiWindow *self = BW_UI_WINDOW (object);

    g_clear_handle_id (&self->fold_source, g_source_remove);
    gtk_widget_dispose_template (GTK_WIDGET (object), BW_UI_TYPE_WINDOW);
    g_clear_object (&self->shown);
    g_clear_object (&self->station);
    g_clear_object (&self->settings);
    g_clear_object (&self->shelf);
    g_clear_pointer (&self->targets, g_ptr_array_unref);
    g_clear_weak_pointer (&self->request);
    G_OBJECT_CLASS (bw_ui_window_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
    gtk_widget_class_bind_template_child (widget_class, BwUiWindow, toasts);
    gtk_widget_class_bind_template_child (widget_class, BwUiWindow, root_stack);
    gtk_widget_class_bind_template_child (widget_class, BwUiWindow, leaflet);
    gtk_widget_class_bind_template_child (widget_class, BwUiWindow, list_header);
    gtk_widget_class_bind_template_child (widget_class, BwUiWindow, none_header);
    gtk_widget_class_bind_template_child (widget_class, BwUiWindow, list_pane);
    gtk_widget_class_bind_template_child (widget_class, BwUiWindow, detail_pane);
    gtk_widget_class_bind_template_child (widget_class, BwUiWindow, search_bar);
    gtk_widget_class_bind_template_child (widget_class, BwUiWindow, search_entry);
    gtk_widget_class_bind_template_child (widget_class, BwUiWindow, trouble_revealer);
    gtk_widget_class_bind_template_child (widget_class, BwUiWindow, trouble_fit);
    gtk_widget_class_bind_template_child (widget_class, BwUiWindow, trouble);
    gtk_widget_class_bind_template_child (widget_class, BwUiWindow, list);
    gtk_widget_class_bind_template_child (widget_class, BwUiWindow, selection_bar);
    gtk_widget_class_bind_template_child (widget_class, BwUiWindow, selection_count);
    gtk_widget_class_bind_template_child (widget_class, BwUiWindow, selection_flash);
    gtk_widget_class_bind_template_child (widget_class, BwUiWindow, detail_stack);
    gtk_widget_class_bind_template_child (widget_class, BwUiWindow, board_page);
    gtk_widget_class_bind_template_child (widget_class, BwUiWindow, batch_page);
    gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
    gtk_widget_class_bind_template_callback (widget_class, on_folded);
}

static void
bw_ui_window_class_init (BwUiWindowClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

    G_OBJECT_CLASS (klass)->dispose = bw_ui_window_dispose;
    GTK_WINDOW_CLASS (klass)->close_request = on_close_request;
    g_type_ensure (BW_UI_TYPE_BOARD_LIST);
    g_type_ensure (BW_UI_TYPE_BOARD_PAGE);
    g_type_ensure (BW_UI_TYPE_BATCH_PAGE);
    g_type_ensure (BW_UI_TYPE_FIT);
    gtk_widget_class_set_template_from_resource (widget_class,
                                                 "/io/github/boardwalk/Station/ui/bw-ui-window.ui");
    bind_template (widget_class);
}

/* Words on a button want more height than icons where text is large; side by side the bars are one. */
static void
level_headers (BwUiWindow *self)
{
    GtkWidget *const headers[] = {
        self->list_header,
        self->none_header,
        bw_ui_board_page_get_header (self->board_page),
        bw_ui_batch_page_get_header (self->batch_page),
    };
    g_autoptr (GtkSizeGroup) group = gtk_size_group_new (GTK_SIZE_GROUP_VERTICAL);

    for (gsize i = 0; i < G_N_ELEMENTS (headers); i++)
        gtk_size_group_add_widget (group, headers[i]);
}

static void
bw_ui_window_init (BwUiWindow *self)
{
    GtkSelectionModel *selection = NULL;
    g_autoptr (GtkSelectionFilterModel) selected = NULL;

    self->shown = g_signal_group_new (BW_TYPE_BOARD);
    g_signal_group_connect_object (self->shown, "notify::info",
                                   G_CALLBACK (_bw_ui_window_update_suggestion), self,
                                   G_CONNECT_SWAPPED);
    g_signal_group_connect_object (self->shown, "notify::state",
                                   G_CALLBACK (_bw_ui_window_update_actions), self,
                                   G_CONNECT_SWAPPED);
    gtk_widget_init_template (GTK_WIDGET (self));
    bw_ui_fit_set_kept_height (self->trouble_fit, TROUBLE_KEPT_HEIGHT);
    level_headers (self);
    selection = bw_ui_board_list_get_selection (self->list);
    selected = gtk_selection_filter_model_new (selection);
    bw_ui_batch_page_set_boards (self->batch_page, G_LIST_MODEL (selected));
    gtk_search_bar_connect_entry (self->search_bar, GTK_EDITABLE (self->search_entry));
    g_signal_connect_object (selection, "selection-changed", G_CALLBACK (update_detail), self,
                             G_CONNECT_SWAPPED);
    g_signal_connect_object (selection, "items-changed", G_CALLBACK (on_boards_changed), self,
                             G_CONNECT_SWAPPED | G_CONNECT_AFTER);
    bw_ui_drop_attach (GTK_WIDGET (self), GTK_WIDGET (self->toasts), name_selected);
}
