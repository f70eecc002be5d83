/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-board-list"
#include "config.h"

#include "bw-ui-board-list.h"

#include <glib/gi18n.h>

#include "bw-ui-board-card.h"
#include "bw-ui-board-row.h"
#include "bw-ui-tab-stop.h"

struct _BwUiBoardList {
    AdwBin parent_instance;

    GtkStack *stack;
    GtkListView *list_view;
    GtkGridView *grid_view;

    GtkFilter *filter;
    GtkSorter *sorter;
    GtkFilterListModel *filtered;
    GtkSelectionModel *selection;
    GPtrArray *items;   /* borrowed BwUiBoardItem: those that show a board now */
    GListModel *boards; /* all of them */
    char *needle;       /* case-folded */
    GHashTable *shown;  /* those the needle has found: none leaves under the eye */
    char *order;
    gboolean is_grid;
    gboolean is_selecting;
};

G_DEFINE_FINAL_TYPE (BwUiBoardList, bw_ui_board_list, ADW_TYPE_BIN)

static gboolean
has_text (const char *text, const char *needle)
{
    g_autofree char *folded = text == NULL ? NULL : g_utf8_casefold (text, -1);

    return folded != NULL && strstr (folded, needle) != NULL;
}

static gboolean
has_needle (BwUiBoardList *self, BwBoard *board)
{
    return has_text (bw_board_get_name (board), self->needle)
           || has_text (bw_board_get_place (board), self->needle)
           || has_text (bw_board_get_chip_name (board), self->needle)
           || has_text (bw_board_get_mac (board), self->needle)
           || has_text (bw_board_get_running (board), self->needle)
           || has_text (bw_board_get_state_text (board), self->needle);
}

static gboolean
matches (gpointer item, gpointer user_data)
{
    BwUiBoardList *self = user_data;

    if (self->needle == NULL || g_hash_table_contains (self->shown, item))
        return TRUE;
    if (!has_needle (self, item))
        return FALSE;
    g_hash_table_add (self->shown, g_object_ref (item));
    return TRUE;
}

/* What is said of a board has changed: it may be one of those looked for now. */
static void
on_board_changed (BwBoard *board, GParamSpec *pspec, BwUiBoardList *self)
{
    if (self->needle != NULL && !g_hash_table_contains (self->shown, board)
        && has_needle (self, board))
        gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_LESS_STRICT);
}

static void
on_boards_added (GListModel *boards,
                 unsigned position,
                 unsigned removed,
                 unsigned added,
                 BwUiBoardList *self)
{
    static const char *const told[] = {
        "notify::name",      "notify::place",   "notify::mac",
        "notify::chip-name", "notify::running", "notify::state-text"
    };

    for (unsigned i = position; i < position + added; i++) {
        g_autoptr (BwBoard) board = g_list_model_get_item (boards, i);

        for (unsigned k = 0; k < G_N_ELEMENTS (told); k++)
            g_signal_connect_object (board, told[k], G_CALLBACK (on_board_changed), self, 0);
    }
}

static int
compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
    BwUiBoardList *self = user_data;
    BwBoard *one = (BwBoard *) a;
    BwBoard *two = (BwBoard *) b;
    int groups = (int) bw_board_get_group (one) - (int) bw_board_get_group (two);

    if (groups != 0)
        return groups;
    if (g_strcmp0 (self->order, "name") == 0)
        return bw_text_compare (bw_board_get_name (one), bw_board_get_name (two));
    if (g_strcmp0 (self->order, "state") == 0)
        return (int) bw_board_get_state (one) - (int) bw_board_get_state (two);
    /* where it is attached never changes, so that nothing moves while work runs */
    return bw_board_compare (one, two);
}

static const char *
get_group_name (BwBoardGroup group)
{
    switch (group) {
    case BW_BOARD_GROUP_USB:
        return _ ("USB");
    case BW_BOARD_GROUP_VIRTUAL:
        return _ ("Virtual");
    case BW_BOARD_GROUP_ADDRESS:
    default:
        return _ ("By address");
    }
}

/* The name of the group that begins at @position; NULL inside a group, and in the grid. */
static const char *
get_heading (BwUiBoardList *self, unsigned position)
{
    GListModel *model = G_LIST_MODEL (self->selection);
    g_autoptr (BwBoard) board = g_list_model_get_item (model, position);
    g_autoptr (BwBoard) before = position == 0 ? NULL : g_list_model_get_item (model, position - 1);

    if (board == NULL || self->is_grid)
        return NULL;
    if (before != NULL && bw_board_get_group (before) == bw_board_get_group (board))
        return NULL;
    return get_group_name (bw_board_get_group (board));
}

static void
update_headings (BwUiBoardList *self)
{
    for (unsigned i = 0; i < self->items->len; i++) {
        BwUiBoardItem *item = self->items->pdata[i];
        GtkListItem *list_item = bw_ui_board_item_get_list_item (item);

        bw_ui_board_item_set_heading (item,
                                      get_heading (self, gtk_list_item_get_position (list_item)));
    }
}

static void
update_page (BwUiBoardList *self)
{
    gboolean is_empty = g_list_model_get_n_items (G_LIST_MODEL (self->selection)) == 0;
    const char *page = self->is_grid ? "grid" : "list";

    gtk_stack_set_visible_child_name (self->stack, is_empty && self->needle ? "no-match" : page);
}

static void
on_items_changed (BwUiBoardList *self)
{
    update_headings (self);
    update_page (self);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *list_item, BwUiBoardList *self)
{
    BwUiBoardItem *item = BW_UI_BOARD_ITEM (gtk_list_item_get_child (list_item));

    g_ptr_array_add (self->items, item);
    bw_ui_board_item_bind (item, list_item);
    bw_ui_board_item_set_selecting (item, self->is_selecting);
    bw_ui_board_item_set_heading (item, get_heading (self, gtk_list_item_get_position (list_item)));
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *list_item, BwUiBoardList *self)
{
    BwUiBoardItem *item = BW_UI_BOARD_ITEM (gtk_list_item_get_child (list_item));

    g_ptr_array_remove_fast (self->items, item);
    bw_ui_board_item_unbind (item);
}

static void
on_setup_row (GtkSignalListItemFactory *factory, GtkListItem *list_item, BwUiBoardList *self)
{
    gtk_list_item_set_child (list_item, bw_ui_board_row_new ());
}

static void
on_setup_card (GtkSignalListItemFactory *factory, GtkListItem *list_item, BwUiBoardList *self)
{
    gtk_list_item_set_child (list_item, bw_ui_board_card_new ());
}

static GtkListItemFactory *
make_factory (BwUiBoardList *self, GCallback setup)
{
    GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

    g_signal_connect_object (factory, "setup", setup, self, 0);
    g_signal_connect_object (factory, "bind", G_CALLBACK (on_bind), self, 0);
    g_signal_connect_object (factory, "unbind", G_CALLBACK (on_unbind), self, 0);
    return factory;
}

static void
on_activate (GtkWidget *view, unsigned position, BwUiBoardList *self)
{
    gtk_widget_activate_action (GTK_WIDGET (self), "win.open-detail", NULL);
}

/* Only the view on screen has a model: the hidden one makes no widgets. */
static void
give_model (BwUiBoardList *self)
{
    gtk_list_view_set_model (self->list_view, self->is_grid ? NULL : self->selection);
    gtk_grid_view_set_model (self->grid_view, self->is_grid ? self->selection : NULL);
    update_page (self);
}

void
bw_ui_board_list_set_station (BwUiBoardList *self, BwStation *station)
{
    GListModel *boards = G_LIST_MODEL (station);

    g_return_if_fail (self->boards == NULL);
    self->boards = g_object_ref (boards);
    g_signal_connect_object (boards, "items-changed", G_CALLBACK (on_boards_added), self, 0);
    on_boards_added (boards, 0, 0, g_list_model_get_n_items (boards), self);
    gtk_filter_list_model_set_model (self->filtered, boards);
}

GtkSelectionModel *
bw_ui_board_list_get_selection (BwUiBoardList *self)
{
    return self->selection;
}

GPtrArray *
bw_ui_board_list_dup_selected (BwUiBoardList *self)
{
    g_autoptr (GtkBitset) picked = gtk_selection_model_get_selection (self->selection);
    GPtrArray *boards = g_ptr_array_new_with_free_func (g_object_unref);
    GtkBitsetIter iter;
    unsigned position;

    if (gtk_bitset_iter_init_first (&iter, picked, &position)) {
        do
            g_ptr_array_add (boards,
                             g_list_model_get_item (G_LIST_MODEL (self->selection), position));
        while (gtk_bitset_iter_next (&iter, &position));
    }
    return boards;
}

/* Whoever asks for a board by name may have it far away in a long list. */
static void
scroll_to (BwUiBoardList *self, unsigned position)
{
    GtkWidget *view = self->is_grid ? GTK_WIDGET (self->grid_view) : GTK_WIDGET (self->list_view);

    gtk_widget_activate_action (view, "list.scroll-to-item", "u", position);
}

void
bw_ui_board_list_select (BwUiBoardList *self, BwBoard *board)
{
    unsigned n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));

    if (board == NULL)
        gtk_selection_model_unselect_all (self->selection);
    for (unsigned i = 0; board != NULL && i < n; i++) {
        g_autoptr (BwBoard) other = g_list_model_get_item (G_LIST_MODEL (self->selection), i);

        if (other != board)
            continue;
        gtk_selection_model_select_item (self->selection, i, TRUE);
        scroll_to (self, i);
    }
}

gboolean
bw_ui_board_list_focus (BwUiBoardList *self)
{
    return gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
}

void
bw_ui_board_list_set_grid (BwUiBoardList *self, gboolean is_grid)
{
    self->is_grid = is_grid;
    give_model (self);
}

void
bw_ui_board_list_set_selecting (BwUiBoardList *self, gboolean is_selecting)
{
    self->is_selecting = is_selecting;
    for (unsigned i = 0; i < self->items->len; i++)
        bw_ui_board_item_set_selecting (self->items->pdata[i], is_selecting);
}

void
bw_ui_board_list_set_filter (BwUiBoardList *self, const char *text)
{
    gboolean is_empty = text == NULL || *text == '\0';

    g_free (self->needle);
    self->needle = is_empty ? NULL : g_utf8_casefold (text, -1);
    g_hash_table_remove_all (self->shown);
    gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
    update_page (self);
}

void
bw_ui_board_list_set_order (BwUiBoardList *self, const char *order)
{
    g_free (self->order);
    self->order = g_strdup (order);
    gtk_sorter_changed (self->sorter, GTK_SORTER_CHANGE_DIFFERENT);
}

static void
bw_ui_board_list_dispose (GObject *object)
{
    BwUiBoardList *self = BW_UI_BOARD_LIST (object);

    if (self->list_view != NULL) {
        gtk_list_view_set_model (self->list_view, NULL);
        gtk_grid_view_set_model (self->grid_view, NULL);
    }
    /* the child is bound: the template would take it away behind the bin's back */
    adw_bin_set_child (ADW_BIN (object), NULL);
    gtk_widget_dispose_template (GTK_WIDGET (object), BW_UI_TYPE_BOARD_LIST);
    g_clear_object (&self->selection);
    g_clear_object (&self->filtered);
    g_clear_object (&self->filter);
    g_clear_object (&self->sorter);
    g_clear_object (&self->boards);
    g_hash_table_remove_all (self->shown);
    g_clear_pointer (&self->needle, g_free);
    g_clear_pointer (&self->order, g_free);
    G_OBJECT_CLASS (bw_ui_board_list_parent_class)->dispose (object);
}

static void
bw_ui_board_list_finalize (GObject *object)
{
    BwUiBoardList *self = BW_UI_BOARD_LIST (object);

    g_ptr_array_unref (self->items);
    g_hash_table_unref (self->shown);
    G_OBJECT_CLASS (bw_ui_board_list_parent_class)->finalize (object);
}

static void
bw_ui_board_list_class_init (BwUiBoardListClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

    G_OBJECT_CLASS (klass)->dispose = bw_ui_board_list_dispose;
    G_OBJECT_CLASS (klass)->finalize = bw_ui_board_list_finalize;
    g_type_ensure (BW_UI_TYPE_TAB_STOP);
    gtk_widget_class_set_template_from_resource (
        widget_class, "/io/github/boardwalk/Station/ui/bw-ui-board-list.ui");
    gtk_widget_class_bind_template_child (widget_class, BwUiBoardList, stack);
    gtk_widget_class_bind_template_child (widget_class, BwUiBoardList, list_view);
    gtk_widget_class_bind_template_child (widget_class, BwUiBoardList, grid_view);
    gtk_widget_class_bind_template_callback (widget_class, on_activate);
    gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "win.dismiss", NULL);
    gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_Delete, 0, "win.dismiss", NULL);
}

static void
bw_ui_board_list_init (BwUiBoardList *self)
{
    g_autoptr (GtkListItemFactory) rows = make_factory (self, G_CALLBACK (on_setup_row));
    g_autoptr (GtkListItemFactory) cards = make_factory (self, G_CALLBACK (on_setup_card));
    GtkSortListModel *sorted = NULL;

    self->items = g_ptr_array_new ();
    self->shown = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
    gtk_widget_init_template (GTK_WIDGET (self));
    self->filter = GTK_FILTER (gtk_custom_filter_new (matches, self, NULL));
    self->sorter = GTK_SORTER (gtk_custom_sorter_new (compare, self, NULL));
    self->filtered = gtk_filter_list_model_new (NULL, g_object_ref (self->filter));
    sorted = gtk_sort_list_model_new (g_object_ref (G_LIST_MODEL (self->filtered)),
                                      g_object_ref (self->sorter));
    self->selection = GTK_SELECTION_MODEL (gtk_multi_selection_new (G_LIST_MODEL (sorted)));
    gtk_list_view_set_factory (self->list_view, rows);
    gtk_grid_view_set_factory (self->grid_view, cards);
    give_model (self);
    g_signal_connect_object (self->selection, "items-changed", G_CALLBACK (on_items_changed), self,
                             G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}
