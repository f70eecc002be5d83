/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-window-actions"
#include "config.h"

#include <glib/gi18n.h>

#include "bw-ui-ask.h"
#include "bw-ui-format.h"
#include "bw-ui-missing-dialog.h"
#include "bw-ui-problem.h"
#include "bw-ui-state-mark.h"
#include "bw-ui-window-private.h"

/* What a question is about, whatever is selected by the time of the answer. */
#define ASKED_BOARD "bw-asked-board"

static GtkWidget *
ask_text (BwUiWindow *self, const BwUiQuestion *question, GCallback on_answered)
{
    GtkWidget *ask = bw_ui_ask_new (GTK_WINDOW (self), question);

    g_signal_connect_object (ask, "answered", on_answered, self, 0);
    gtk_window_present (GTK_WINDOW (ask));
    return ask;
}

/* What the evidence quotes from the answer at its beginning stays as it was typed. */
static void
refuse (BwUiAsk *ask, const char *answer, const GError *error)
{
    const char *evidence = bw_error_get_evidence (error);
    g_autofree char *typed = g_strstrip (g_strdup (answer));
    gboolean is_quote = *typed != '\0' && g_str_has_prefix (evidence, typed);
    g_autofree char *sentence =
        is_quote ? g_strconcat (evidence, ".", NULL) : bw_ui_format_sentence (evidence);

    bw_ui_ask_refuse (ask, sentence);
}

/* --- finding boards ------------------------------------------------------------------------- */

static void
on_address (BwUiAsk *ask, const char *answer, BwUiWindow *self)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *address = g_strstrip (g_strdup (answer));
    BwBoard *board = NULL;

    if (self->station == NULL || *address == '\0')
        return;
    board = bw_station_add_address (self->station, address, &error);
    if (board != NULL)
        bw_ui_board_list_select (self->list, board);
    else
        refuse (ask, answer, error);
}

static void
add_address (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    const BwUiQuestion question = {
        .heading = _ ("Add a board by address"),
        .body = _ ("/dev/ttyUSB0, tcp://host:port or rfc2217://host:port"),
        .label = _ ("Address"),
        .go = _ ("_Add"),
    };

    ask_text (user_data, &question, G_CALLBACK (on_address));
}

static void
virtual_board (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    BwUiWindow *self = user_data;
    BwUiApplication *app = BW_UI_APPLICATION (gtk_window_get_application (GTK_WINDOW (self)));

    bw_ui_application_start_virtual_boards (app, 1);
}

static void
missing (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    gtk_window_present (GTK_WINDOW (bw_ui_missing_dialog_new (GTK_WINDOW (user_data))));
}

static void
search (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    BwUiWindow *self = user_data;
    GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
    gboolean is_in_detail = focus != NULL && gtk_widget_is_ancestor (focus, self->detail_pane);

    if (is_in_detail && g_strcmp0 (bw_ui_board_page_get_page (self->board_page), "log") == 0) {
        bw_ui_log_view_focus_search (bw_ui_board_page_get_log_view (self->board_page));
        return;
    }
    adw_leaflet_set_visible_child (self->leaflet, self->list_pane);
    gtk_search_bar_set_search_mode (self->search_bar, TRUE);
    gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

/* --- moving about --------------------------------------------------------------------------- */

static void
open_detail (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    BwUiWindow *self = user_data;

    if (adw_leaflet_get_folded (self->leaflet))
        adw_leaflet_set_visible_child (self->leaflet, self->detail_pane);
}

static void
back (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    BwUiWindow *self = user_data;

    adw_leaflet_set_visible_child (self->leaflet, self->list_pane);
}

static void
show_page (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    BwUiWindow *self = user_data;

    bw_ui_board_page_show_page (self->board_page, g_variant_get_string (parameter, NULL));
    open_detail (action, NULL, self);
}

static void
console (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    BwUiWindow *self = user_data;

    bw_ui_board_page_show_page (self->board_page, "log");
    open_detail (action, NULL, self);
    bw_ui_log_view_focus_send (bw_ui_board_page_get_log_view (self->board_page));
}

static void
select_board (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    BwUiWindow *self = user_data;
    const char *address = g_variant_get_string (parameter, NULL);
    unsigned n =
        self->station == NULL ? 0 : g_list_model_get_n_items (G_LIST_MODEL (self->station));

    for (unsigned i = 0; i < n; i++) {
        g_autoptr (BwBoard) board = g_list_model_get_item (G_LIST_MODEL (self->station), i);

        if (g_strcmp0 (bw_board_get_address (board), address) == 0)
            bw_ui_board_list_select (self->list, board);
    }
}

static void
select_all (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    gtk_selection_model_select_all (
        bw_ui_board_list_get_selection (BW_UI_WINDOW (user_data)->list));
}

static void
select_none (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    gtk_selection_model_unselect_all (
        bw_ui_board_list_get_selection (BW_UI_WINDOW (user_data)->list));
}

/* Those of the selection that did not go well; they stay where they are in the list. */
static void
select_failed (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    GtkSelectionModel *selection = bw_ui_board_list_get_selection (BW_UI_WINDOW (user_data)->list);
    unsigned n = g_list_model_get_n_items (G_LIST_MODEL (selection));
    g_autoptr (GtkBitset) failed = gtk_bitset_new_empty ();
    g_autoptr (GtkBitset) all = gtk_bitset_new_range (0, n);

    for (unsigned i = 0; i < n; i++) {
        g_autoptr (BwBoard) board = g_list_model_get_item (G_LIST_MODEL (selection), i);

        if (gtk_selection_model_is_selected (selection, i)
            && bw_ui_state_went_wrong (bw_board_get_state (board)))
            gtk_bitset_add (failed, i);
    }
    gtk_selection_model_set_selection (selection, failed, all);
}

static void
toast (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    bw_ui_window_toast (user_data, g_variant_get_string (parameter, NULL));
}

static BwUiApplication *
get_application (BwUiWindow *self)
{
    return BW_UI_APPLICATION (gtk_window_get_application (GTK_WINDOW (self)));
}

static void
hide_troubles (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    bw_ui_application_hide_troubles (get_application (user_data));
}

static void
refusal (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    bw_ui_application_show_refusal (get_application (user_data),
                                    g_variant_get_string (parameter, NULL));
}

/* --- states --------------------------------------------------------------------------------- */

static void
change_grid (GSimpleAction *action, GVariant *value, gpointer user_data)
{
    BwUiWindow *self = user_data;
    gboolean is_grid = g_variant_get_boolean (value);

    g_simple_action_set_state (action, value);
    bw_ui_board_list_set_grid (self->list, is_grid);
    gtk_widget_set_hexpand (self->list_pane, is_grid);
    adw_leaflet_set_can_unfold (self->leaflet, !is_grid);
    if (is_grid)
        adw_leaflet_set_visible_child (self->leaflet, self->list_pane);
    g_object_set (self->settings, "grid-view", is_grid, NULL);
}

static void
change_selecting (GSimpleAction *action, GVariant *value, gpointer user_data)
{
    g_simple_action_set_state (action, value);
    bw_ui_board_list_set_selecting (BW_UI_WINDOW (user_data)->list, g_variant_get_boolean (value));
}

static gboolean
is_order (const char *text)
{
    static const char *const orders[] = { "place", "name", "state", NULL };

    return text != NULL && g_strv_contains (orders, text);
}

static void
change_order (GSimpleAction *action, GVariant *value, gpointer user_data)
{
    BwUiWindow *self = user_data;
    const char *order = g_variant_get_string (value, NULL);

    g_simple_action_set_state (action, value);
    bw_ui_board_list_set_order (self->list, order);
    g_object_set (self->settings, "order", order, NULL);
}

/* --- what is done with boards --------------------------------------------------------------- */

typedef void (*BoardFunc) (BwUiWindow *self, BwBoard *board);

static void
for_each_selected (BwUiWindow *self, BoardFunc func)
{
    g_autoptr (GPtrArray) boards = bw_ui_board_list_dup_selected (self->list);

    for (unsigned i = 0; i < boards->len; i++)
        func (self, boards->pdata[i]);
    _bw_ui_window_update_actions (self);
}

static void
cancel_board (BwUiWindow *self, BwBoard *board)
{
    if (bw_board_is_busy (board))
        bw_board_cancel (board);
}

static void
cancel (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    for_each_selected (user_data, cancel_board);
}

static void
acknowledge_board (BwUiWindow *self, BwBoard *board)
{
    bw_board_acknowledge (board);
}

static void
acknowledge (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    for_each_selected (user_data, acknowledge_board);
}

static void
dismiss_board (BwUiWindow *self, BwBoard *board)
{
    if (!bw_board_is_busy (board))
        bw_station_dismiss (self->station, board);
}

static void
dismiss (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    for_each_selected (user_data, dismiss_board);
}

static void
dismiss_gone (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    BwUiWindow *self = user_data;
    unsigned n =
        self->station == NULL ? 0 : g_list_model_get_n_items (G_LIST_MODEL (self->station));

    for (unsigned i = n; i > 0; i--) {
        g_autoptr (BwBoard) board = g_list_model_get_item (G_LIST_MODEL (self->station), i - 1);

        if (bw_board_get_state (board) == BW_BOARD_GONE)
            bw_station_dismiss (self->station, board);
    }
}

static void
start_simple (BwUiWindow *self, BwAction action, gboolean is_staying)
{
    g_autoptr (GPtrArray) boards = bw_ui_board_list_dup_selected (self->list);
    BwPlanOptions options = { .stay = is_staying };
    g_autoptr (BwPlan) plan = bw_plan_new (action, &options);

    _bw_ui_window_start (self, boards, plan);
}

static void
identify (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    start_simple (user_data, BW_ACTION_IDENTIFY, FALSE);
}

static void
reset (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    start_simple (user_data, BW_ACTION_RESET, FALSE);
}

static void
reset_loader (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    start_simple (user_data, BW_ACTION_RESET, TRUE);
}

static void
try_again (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    _bw_ui_window_try_again (user_data);
}

static void
copy_details (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    BwUiWindow *self = user_data;
    g_autoptr (GPtrArray) boards = bw_ui_board_list_dup_selected (self->list);
    g_autofree char *text = NULL;

    if (boards->len == 0)
        return;
    text = bw_ui_problem_dup_details (boards->pdata[0]);
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
    bw_ui_window_toast (self, _ ("Details copied"));
}

static void
on_name (BwUiAsk *ask, const char *answer, BwUiWindow *self)
{
    BwBoard *board = g_object_get_data (G_OBJECT (ask), ASKED_BOARD);
    g_autofree char *name = g_strstrip (g_strdup (answer));
    g_autoptr (GError) error = NULL;

    if (!bw_board_set_name (board, name, &error))
        refuse (ask, answer, error);
}

static void
rename_board (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    BwUiWindow *self = user_data;
    g_autoptr (GPtrArray) boards = bw_ui_board_list_dup_selected (self->list);
    BwUiQuestion question = {
        .heading = _ ("Name of this board"),
        .body = _ ("Kept by MAC address: the board has it on every port. Empty forgets it."),
        .label = _ ("Board name"),
        .go = _ ("_Rename"),
        .may_be_empty = TRUE,
    };
    GtkWidget *ask = NULL;

    if (boards->len != 1)
        return;
    question.initial = bw_board_get_name (boards->pdata[0]);
    ask = ask_text (self, &question, G_CALLBACK (on_name));
    g_object_set_data_full (G_OBJECT (ask), ASKED_BOARD, g_object_ref (boards->pdata[0]),
                            g_object_unref);
}

static const GActionEntry entries[] = {
    { .name = "add-address", .activate = add_address },
    { .name = "virtual-board", .activate = virtual_board },
    { .name = "missing", .activate = missing },
    { .name = "search", .activate = search },
    { .name = "open-detail", .activate = open_detail },
    { .name = "back", .activate = back },
    { .name = "show-page", .activate = show_page, .parameter_type = "s" },
    { .name = "console", .activate = console },
    { .name = "select-board", .activate = select_board, .parameter_type = "s" },
    { .name = "select-all", .activate = select_all },
    { .name = "select-failed", .activate = select_failed },
    { .name = "select-none", .activate = select_none },
    { .name = "hide-troubles", .activate = hide_troubles },
    { .name = "toast", .activate = toast, .parameter_type = "s" },
    { .name = "refusal", .activate = refusal, .parameter_type = "s" },
    { .name = "grid", .state = "false", .change_state = change_grid },
    { .name = "selecting", .state = "false", .change_state = change_selecting },
    { .name = "order", .parameter_type = "s", .state = "'place'", .change_state = change_order },
    { .name = "cancel", .activate = cancel },
    { .name = "acknowledge", .activate = acknowledge },
    { .name = "dismiss", .activate = dismiss },
    { .name = "dismiss-gone", .activate = dismiss_gone },
    { .name = "identify", .activate = identify },
    { .name = "reset", .activate = reset },
    { .name = "reset-loader", .activate = reset_loader },
    { .name = "try-again", .activate = try_again },
    { .name = "copy-details", .activate = copy_details },
    { .name = "rename", .activate = rename_board },
};

static void
enable (BwUiWindow *self, const char *name, gboolean is_enabled)
{
    GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

    if (action != NULL)
        g_simple_action_set_enabled (G_SIMPLE_ACTION (action), is_enabled);
}

void
_bw_ui_window_update_actions (BwUiWindow *self)
{
    static const char *const for_some[] = { "dismiss", "try-again", "copy-details", "acknowledge" };
    static const char *const for_present[] = { "flash",    "verify", "erase",
                                               "identify", "reset",  "reset-loader" };
    g_autoptr (GPtrArray) boards = bw_ui_board_list_dup_selected (self->list);
    gboolean is_at_hand = _bw_ui_window_has_board_at_hand (self);

    for (gsize i = 0; i < G_N_ELEMENTS (for_some); i++)
        enable (self, for_some[i], boards->len > 0);
    for (gsize i = 0; i < G_N_ELEMENTS (for_present); i++)
        enable (self, for_present[i], is_at_hand);
    _bw_ui_window_update_suggestion (self);
    enable (self, "rename", boards->len == 1);
    enable (self, "console", boards->len == 1);
}

static void
show_grid (BwUiWindow *self)
{
    g_autoptr (GVariant) shown = g_action_group_get_action_state (G_ACTION_GROUP (self), "grid");
    gboolean is_grid = FALSE;

    g_object_get (self->settings, "grid-view", &is_grid, NULL);
    if (is_grid != g_variant_get_boolean (shown))
        g_action_group_change_action_state (G_ACTION_GROUP (self), "grid",
                                            g_variant_new_boolean (is_grid));
}

static void
show_order (BwUiWindow *self)
{
    g_autoptr (GVariant) shown = g_action_group_get_action_state (G_ACTION_GROUP (self), "order");
    g_autofree char *order = NULL;

    g_object_get (self->settings, "order", &order, NULL);
    if (is_order (order) && !g_str_equal (order, g_variant_get_string (shown, NULL)))
        g_action_group_change_action_state (G_ACTION_GROUP (self), "order",
                                            g_variant_new_string (order));
}

void
_bw_ui_window_install_actions (BwUiWindow *self)
{
    g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
    g_signal_connect_object (self->settings, "notify::grid-view", G_CALLBACK (show_grid), self,
                             G_CONNECT_SWAPPED);
    g_signal_connect_object (self->settings, "notify::order", G_CALLBACK (show_order), self,
                             G_CONNECT_SWAPPED);
    show_grid (self);
    show_order (self);
}
