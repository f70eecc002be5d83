/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-log-view"
#include "config.h"

#include "bw-ui-log-view.h"

#include <glib/gi18n.h>

#include "bw-ui-file-dialog.h"
#include "bw-ui-follow.h"
#include "bw-ui-format.h"
#include "bw-ui-log-filter.h"
#include "bw-ui-log-row.h"
#include "bw-ui-log-send.h"
#include "bw-ui-tab-stop.h"
#include "bw-ui-troubles.h"

/* What the chips stand for, by the names of their actions. */
static const struct {
    const char *name;
    BwLogLevel levels[2];
} kinds[] = {
    { "station", { BW_LOG_STATION, BW_LOG_STATION } },
    { "debug", { BW_LOG_DEBUG, BW_LOG_DEBUG } },
    { "info", { BW_LOG_INFO, BW_LOG_PLAIN } },
    { "warning", { BW_LOG_WARNING, BW_LOG_WARNING } },
    { "error", { BW_LOG_ERROR, BW_LOG_ERROR } },
};

struct _BwUiLogView {
    AdwBin parent_instance;

    GtkSearchEntry *search;
    GtkLabel *hits_label;
    GtkWidget *previous;
    GtkWidget *next;
    GtkMenuButton *levels;
    GtkToggleButton *times;
    GtkToggleButton *pause;
    GtkStack *stack;
    GtkListView *list;
    GtkScrolledWindow *scrolled;
    GtkRevealer *follow_revealer;
    BwUiLogSend *send;

    BwUiLogFilter *filter;
    BwUiFollow *follow;
    GtkSelectionModel *selection;
    BwBoard *board;
    GPtrArray *rows; /* borrowed GtkListItem: those on screen */
    uint64_t hit_number;
};

G_DEFINE_FINAL_TYPE (BwUiLogView, bw_ui_log_view, ADW_TYPE_BIN)

static void
show_row (BwUiLogView *self, GtkListItem *list_item)
{
    BwLogItem *item = gtk_list_item_get_item (list_item);
    BwUiLogRow *row = BW_UI_LOG_ROW (gtk_list_item_get_child (list_item));
    GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (row));

    if (item == NULL)
        return;
    bw_ui_log_row_show (row, bw_log_item_get_line (item),
                        gtk_toggle_button_get_active (self->times),
                        bw_ui_log_filter_get_needle (self->filter));
    if (parent != NULL)
        gtk_accessible_update_property (GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                        bw_log_item_get_line (item)->text, -1);
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *list_item, BwUiLogView *self)
{
    gtk_list_item_set_child (list_item, bw_ui_log_row_new ());
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *list_item, BwUiLogView *self)
{
    g_ptr_array_add (self->rows, list_item);
    show_row (self, list_item);
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *list_item, BwUiLogView *self)
{
    g_ptr_array_remove_fast (self->rows, list_item);
}

static void
show_rows (BwUiLogView *self)
{
    for (unsigned i = 0; i < self->rows->len; i++)
        show_row (self, self->rows->pdata[i]);
}

/* --- following the end ---------------------------------------------------------------------- */

static void
on_follow_changed (BwUiLogView *self)
{
    gboolean is_on = bw_ui_follow_is_on (self->follow);

    gtk_toggle_button_set_active (self->pause, !is_on);
    gtk_revealer_set_reveal_child (self->follow_revealer, !is_on);
}

static void
on_follow_clicked (BwUiLogView *self)
{
    bw_ui_follow_set_on (self->follow, TRUE);
}

static void
on_pause_toggled (BwUiLogView *self)
{
    gboolean is_on = !gtk_toggle_button_get_active (self->pause);

    if (is_on != bw_ui_follow_is_on (self->follow))
        bw_ui_follow_set_on (self->follow, is_on);
}

/* --- search and levels ---------------------------------------------------------------------- */

static void
update_hits (BwUiLogView *self)
{
    unsigned n = g_list_model_get_n_items (bw_ui_log_filter_get_hits (self->filter));
    gboolean is_searching = bw_ui_log_filter_get_needle (self->filter) != NULL;
    g_autofree char *text =
        g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u hit", "%u hits", n), n);

    gtk_label_set_text (self->hits_label, is_searching ? text : "");
    gtk_widget_set_visible (GTK_WIDGET (self->hits_label), is_searching);
    gtk_widget_set_sensitive (self->previous, is_searching && n > 0);
    gtk_widget_set_sensitive (self->next, is_searching && n > 0);
}

static void
on_search_changed (BwUiLogView *self)
{
    bw_ui_log_filter_set_needle (self->filter, gtk_editable_get_text (GTK_EDITABLE (self->search)));
    self->hit_number = 0;
    update_hits (self);
    show_rows (self);
}

static uint64_t
get_line_number (GListModel *lines, unsigned position)
{
    g_autoptr (BwLogItem) item = g_list_model_get_item (lines, position);

    return bw_log_item_get_line (item)->number;
}

static void
go_to_hit (BwUiLogView *self, unsigned position)
{
    unsigned place = 0;

    self->hit_number = get_line_number (bw_ui_log_filter_get_hits (self->filter), position);
    if (!bw_ui_log_filter_find_shown (self->filter, self->hit_number, &place))
        return;
    bw_ui_follow_set_on (self->follow, FALSE);
    gtk_selection_model_select_item (self->selection, place, TRUE);
    gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", place);
}

/* From the hit shown last, else from the end, round the ends. */
static void
step_hit (BwUiLogView *self, gboolean is_forward)
{
    GListModel *hits = bw_ui_log_filter_get_hits (self->filter);
    unsigned n = g_list_model_get_n_items (hits);
    unsigned at = 0;

    if (n == 0)
        return;
    if (self->hit_number == 0) {
        go_to_hit (self, is_forward ? 0 : n - 1);
        return;
    }
    at = bw_ui_log_filter_find_hit (self->filter, self->hit_number);
    if (!is_forward)
        at = (at + n - 1) % n;
    else if (at == n)
        at = 0;
    else if (get_line_number (hits, at) == self->hit_number)
        at = (at + 1) % n;
    go_to_hit (self, at);
}

static void
on_next (BwUiLogView *self)
{
    step_hit (self, TRUE);
}

static void
on_previous (BwUiLogView *self)
{
    step_hit (self, FALSE);
}

/* How many of them, for where they stand in a menu. */
static void
update_levels (BwUiLogView *self)
{
    unsigned levels = bw_ui_log_filter_get_levels (self->filter);
    unsigned shown = 0;
    g_autofree char *text = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
        shown += (levels >> kinds[i].levels[0]) & 1;
    if (shown == G_N_ELEMENTS (kinds))
        text = g_strdup (_ ("All lines"));
    else
        /* translators: kinds of lines in a log, by their level; the second number is above one */
        text = g_strdup_printf (_ ("%u of %u kinds"), shown, (unsigned) G_N_ELEMENTS (kinds));
    gtk_menu_button_set_label (self->levels, text);
}

static void
change_level (GSimpleAction *action, GVariant *value, gpointer user_data)
{
    BwUiLogView *self = user_data;
    gboolean is_shown = g_variant_get_boolean (value);

    g_simple_action_set_state (action, value);
    for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++) {
        if (!g_str_equal (g_action_get_name (G_ACTION (action)), kinds[i].name))
            continue;
        bw_ui_log_filter_set_level (self->filter, kinds[i].levels[0], is_shown);
        bw_ui_log_filter_set_level (self->filter, kinds[i].levels[1], is_shown);
    }
    update_levels (self);
}

static void
install_levels (BwUiLogView *self)
{
    g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

    for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++) {
        const GActionEntry entry = { .name = kinds[i].name,
                                     .state = "true",
                                     .change_state = change_level };

        g_action_map_add_action_entries (G_ACTION_MAP (group), &entry, 1, self);
    }
    gtk_widget_insert_action_group (GTK_WIDGET (self), "levels", G_ACTION_GROUP (group));
    update_levels (self);
}

/* --- copy, save, clear ---------------------------------------------------------------------- */

static void
on_copied (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (BwUiLogView) self = user_data;
    unsigned copied = 0;
    g_autofree char *text = bw_log_copy_finish (BW_LOG (source), result, &copied, NULL);
    g_autofree char *message = NULL;

    if (text == NULL)
        return;
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
    message =
        g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u line copied", "%u lines copied", copied),
                         copied);
    gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", message);
}

/* Lines between two of those shown are all shown but for their level. */
static void
pick_lines (BwUiLogView *self, BwLogPick *pick, unsigned first, unsigned last)
{
    GListModel *shown = G_LIST_MODEL (self->selection);

    bw_log_pick_add (pick, get_line_number (shown, first), get_line_number (shown, last));
}

/* What is selected, else everything. The set is the selection itself: looked at only. */
static void
copy_lines (BwUiLogView *self)
{
    g_autoptr (GtkBitset) picked = gtk_selection_model_get_selection (self->selection);
    g_autoptr (BwLogPick) pick = bw_log_pick_new (bw_ui_log_filter_get_levels (self->filter),
                                                  gtk_toggle_button_get_active (self->times));
    unsigned n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
    unsigned first = 0;
    GtkBitsetIter iter;

    if (self->board == NULL || n == 0)
        return;
    if (!gtk_bitset_iter_init_first (&iter, picked, &first)) {
        pick_lines (self, pick, 0, n - 1);
    } else {
        unsigned last = first;
        unsigned at = first;

        while (gtk_bitset_iter_next (&iter, &at)) {
            if (at != last + 1) {
                pick_lines (self, pick, first, last);
                first = at;
            }
            last = at;
        }
        pick_lines (self, pick, first, last);
    }
    bw_log_copy_async (bw_board_get_log (self->board), g_steal_pointer (&pick), NULL, on_copied,
                       g_object_ref (self));
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (BwUiLogView) self = user_data;
    g_autoptr (GError) error = NULL;
    gboolean is_saved = bw_log_save_finish (BW_LOG (source), result, &error);
    g_autofree char *refusal = is_saved ? g_strdup ("") : bw_ui_trouble_dup_words (error);

    gtk_widget_activate_action (GTK_WIDGET (self), "win.refusal", "s", refusal);
    if (is_saved)
        gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", _ ("Log saved"));
}

static void
on_save_response (GtkNativeDialog *dialog, int response, BwUiLogView *self)
{
    g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
    BwLog *log = g_object_get_data (G_OBJECT (dialog), "log");

    if (response == GTK_RESPONSE_ACCEPT && file != NULL)
        bw_log_save_async (log, file, gtk_toggle_button_get_active (self->times), NULL, on_saved,
                           g_object_ref (self));
}

static void
save_log (BwUiLogView *self)
{
    GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
    GtkFileChooserNative *dialog = NULL;
    g_autofree char *name = NULL;

    if (self->board == NULL)
        return;
    dialog = gtk_file_chooser_native_new (_ ("Save log"), GTK_WINDOW (root),
                                          GTK_FILE_CHOOSER_ACTION_SAVE, _ ("Save"), _ ("Cancel"));
    name = g_strdup_printf ("%s.log", bw_board_get_name (self->board));
    /* another board may be shown when it is answered */
    g_object_set_data_full (G_OBJECT (dialog), "log", g_object_ref (bw_board_get_log (self->board)),
                            g_object_unref);
    g_strdelimit (name, "/", '-');
    gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
    g_signal_connect_object (dialog, "response", G_CALLBACK (on_save_response), self, 0);
    bw_ui_file_dialog_show (dialog);
}

static void
clear_log (BwUiLogView *self)
{
    if (self->board != NULL)
        bw_log_clear (bw_board_get_log (self->board));
}

/* --- what it shows -------------------------------------------------------------------------- */

static void
update_page (BwUiLogView *self)
{
    gboolean is_empty = g_list_model_get_n_items (G_LIST_MODEL (self->selection)) == 0;

    /* nothing found yet is not nothing there */
    if (is_empty && bw_ui_log_filter_is_looking (self->filter))
        return;
    gtk_stack_set_visible_child_name (self->stack, is_empty ? "empty" : "lines");
}

static void
on_lines_changed (BwUiLogView *self)
{
    update_page (self);
    bw_ui_follow_catch_up (self->follow);
}

static void
on_map (BwUiLogView *self)
{
    bw_ui_follow_catch_up (self->follow);
}

void
bw_ui_log_view_update (BwUiLogView *self)
{
    bw_ui_log_send_update (self->send);
}

void
bw_ui_log_view_set_board (BwUiLogView *self, BwBoard *board)
{
    if (!g_set_object (&self->board, board))
        return;
    bw_ui_log_filter_set_log (self->filter, board == NULL ? NULL : bw_board_get_log (board));
    bw_ui_log_send_set_board (self->send, board);
    self->hit_number = 0;
    bw_ui_follow_set_on (self->follow, TRUE);
}

void
bw_ui_log_view_set_settings (BwUiLogView *self, BwSettings *settings)
{
    g_object_bind_property (settings, "log-timestamps", self->times, "active",
                            G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
}

void
bw_ui_log_view_focus_search (BwUiLogView *self)
{
    gtk_widget_grab_focus (GTK_WIDGET (self->search));
}

void
bw_ui_log_view_focus_send (BwUiLogView *self)
{
    bw_ui_log_send_focus (self->send);
}

static void
bw_ui_log_view_dispose (GObject *object)
{
    BwUiLogView *self = BW_UI_LOG_VIEW (object);

    if (self->list != NULL)
        gtk_list_view_set_model (self->list, NULL);
    gtk_widget_dispose_template (GTK_WIDGET (object), BW_UI_TYPE_LOG_VIEW);
    g_clear_object (&self->selection);
    g_clear_object (&self->filter);
    g_clear_object (&self->follow);
    g_clear_object (&self->board);
    G_OBJECT_CLASS (bw_ui_log_view_parent_class)->dispose (object);
}

static void
bw_ui_log_view_finalize (GObject *object)
{
    g_ptr_array_unref (BW_UI_LOG_VIEW (object)->rows);
    G_OBJECT_CLASS (bw_ui_log_view_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
    gtk_widget_class_bind_template_child (widget_class, BwUiLogView, search);
    gtk_widget_class_bind_template_child (widget_class, BwUiLogView, hits_label);
    gtk_widget_class_bind_template_child (widget_class, BwUiLogView, previous);
    gtk_widget_class_bind_template_child (widget_class, BwUiLogView, next);
    gtk_widget_class_bind_template_child (widget_class, BwUiLogView, levels);
    gtk_widget_class_bind_template_child (widget_class, BwUiLogView, times);
    gtk_widget_class_bind_template_child (widget_class, BwUiLogView, pause);
    gtk_widget_class_bind_template_child (widget_class, BwUiLogView, stack);
    gtk_widget_class_bind_template_child (widget_class, BwUiLogView, list);
    gtk_widget_class_bind_template_child (widget_class, BwUiLogView, scrolled);
    gtk_widget_class_bind_template_child (widget_class, BwUiLogView, follow_revealer);
    gtk_widget_class_bind_template_child (widget_class, BwUiLogView, send);
    gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
    gtk_widget_class_bind_template_callback (widget_class, on_next);
    gtk_widget_class_bind_template_callback (widget_class, on_previous);
    gtk_widget_class_bind_template_callback (widget_class, show_rows);
    gtk_widget_class_bind_template_callback (widget_class, on_pause_toggled);
    gtk_widget_class_bind_template_callback (widget_class, on_follow_clicked);
}

static void
run_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
    BwUiLogView *self = BW_UI_LOG_VIEW (widget);

    if (g_str_equal (name, "log.copy"))
        copy_lines (self);
    else if (g_str_equal (name, "log.save"))
        save_log (self);
    else
        clear_log (self);
}

static void
bw_ui_log_view_class_init (BwUiLogViewClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

    G_OBJECT_CLASS (klass)->dispose = bw_ui_log_view_dispose;
    G_OBJECT_CLASS (klass)->finalize = bw_ui_log_view_finalize;
    g_type_ensure (BW_UI_TYPE_LOG_SEND);
    g_type_ensure (BW_UI_TYPE_TAB_STOP);
    gtk_widget_class_set_template_from_resource (
        widget_class, "/io/github/boardwalk/Station/ui/bw-ui-log-view.ui");
    bind_template (widget_class);
    gtk_widget_class_install_action (widget_class, "log.copy", NULL, run_action);
    gtk_widget_class_install_action (widget_class, "log.save", NULL, run_action);
    gtk_widget_class_install_action (widget_class, "log.clear", NULL, run_action);
    gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "log.copy",
                                         NULL);
}

static void
connect_models (BwUiLogView *self)
{
    g_signal_connect_object (self->selection, "items-changed", G_CALLBACK (on_lines_changed), self,
                             G_CONNECT_SWAPPED);
    g_signal_connect_object (bw_ui_log_filter_get_shown (self->filter), "notify::pending",
                             G_CALLBACK (update_page), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (bw_ui_log_filter_get_hits (self->filter), "items-changed",
                             G_CALLBACK (update_hits), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (self->follow, "changed", G_CALLBACK (on_follow_changed), self,
                             G_CONNECT_SWAPPED);
}

static void
bw_ui_log_view_init (BwUiLogView *self)
{
    g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
    GListModel *shown = NULL;

    self->rows = g_ptr_array_new ();
    self->filter = bw_ui_log_filter_new ();
    gtk_widget_init_template (GTK_WIDGET (self));
    self->follow = bw_ui_follow_new (GTK_WIDGET (self), self->scrolled);
    install_levels (self);
    shown = bw_ui_log_filter_get_shown (self->filter);
    self->selection = GTK_SELECTION_MODEL (gtk_multi_selection_new (g_object_ref (shown)));
    g_signal_connect_object (factory, "setup", G_CALLBACK (on_setup), self, 0);
    g_signal_connect_object (factory, "bind", G_CALLBACK (on_bind), self, 0);
    g_signal_connect_object (factory, "unbind", G_CALLBACK (on_unbind), self, 0);
    gtk_list_view_set_factory (self->list, factory);
    gtk_list_view_set_model (self->list, self->selection);
    connect_models (self);
    g_signal_connect (self, "map", G_CALLBACK (on_map), NULL);
    update_page (self);
    update_hits (self);
}
