/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-batch-page"
#include "config.h"

#include "bw-ui-batch-page.h"

#include <glib/gi18n.h>

#include "bw-ui-batch-row.h"
#include "bw-ui-state-mark.h"
#include "bw-ui-tab-stop.h"

struct _BwUiBatchPage {
    AdwBin parent_instance;

    GtkWidget *header;
    GtkWidget *back;
    GtkWidget *flash;
    GtkLabel *count;
    GtkLabel *plan;
    GtkLabel *chips;
    GtkLabel *states;
    GtkWidget *failed;
    GtkLabel *failed_count;
    GtkLabel *failed_names;
    GtkWidget *cancel;
    GtkListView *list;

    GListModel *boards;
    unsigned tick;
};

G_DEFINE_FINAL_TYPE (BwUiBatchPage, bw_ui_batch_page, ADW_TYPE_BIN)

/* How often the counts above the bars are taken anew while they are on screen. */
#define TICK_MS 100

/* Counts equal words: "6 × ESP32-C3, 2 × ESP8266", in the order they first appear. */
static void
count_word (GHashTable *counts, GPtrArray *words, const char *word)
{
    unsigned n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, word));

    if (n == 0)
        g_ptr_array_add (words, (gpointer) word);
    g_hash_table_insert (counts, (gpointer) word, GUINT_TO_POINTER (n + 1));
}

static char *
join_counts (GHashTable *counts, GPtrArray *words)
{
    GString *text = g_string_new (NULL);

    for (unsigned i = 0; i < words->len; i++)
        g_string_append_printf (text, "%s%u × %s", i > 0 ? ", " : "",
                                GPOINTER_TO_UINT (g_hash_table_lookup (counts, words->pdata[i])),
                                (const char *) words->pdata[i]);
    return g_string_free (text, FALSE);
}

typedef const char *(*WordFunc) (BwBoard *board);

static const char *
get_chip (BwBoard *board)
{
    const char *chip = bw_board_get_chip_name (board);

    return chip != NULL ? chip : _ ("unknown chip");
}

static void
show_counts (BwUiBatchPage *self, GtkLabel *label, WordFunc get_word)
{
    g_autoptr (GHashTable) counts = g_hash_table_new (g_str_hash, g_str_equal);
    g_autoptr (GPtrArray) words = g_ptr_array_new ();
    unsigned n = g_list_model_get_n_items (self->boards);
    g_autofree char *text = NULL;

    for (unsigned i = 0; i < n; i++) {
        g_autoptr (BwBoard) board = g_list_model_get_item (self->boards, i);

        count_word (counts, words, get_word (board));
    }
    text = join_counts (counts, words);
    gtk_label_set_text (label, text);
}

/* The plan of the first board that has one: boards flashed together share it. */
static char *
dup_plan_title (BwUiBatchPage *self)
{
    unsigned n = g_list_model_get_n_items (self->boards);

    for (unsigned i = 0; i < n; i++) {
        g_autoptr (BwBoard) board = g_list_model_get_item (self->boards, i);
        BwJob *job = bw_board_get_job (board);

        if (job != NULL && bw_plan_get_action (bw_job_get_plan (job)) != BW_ACTION_IDENTIFY)
            return bw_plan_dup_title (bw_job_get_plan (job));
    }
    return NULL;
}

static unsigned
count_busy (BwUiBatchPage *self)
{
    unsigned n = g_list_model_get_n_items (self->boards);
    unsigned n_busy = 0;

    for (unsigned i = 0; i < n; i++) {
        g_autoptr (BwBoard) board = g_list_model_get_item (self->boards, i);

        n_busy += bw_board_is_busy (board) ? 1 : 0;
    }
    return n_busy;
}

/* Three among sixty-four are far apart: once nothing moves any more they stand together, above the
 * rows, with a way to them. */
static void
show_failed (BwUiBatchPage *self, gboolean is_at_rest)
{
    unsigned n = g_list_model_get_n_items (self->boards);
    g_autoptr (GString) names = g_string_new (NULL);
    g_autofree char *count = NULL;
    unsigned n_failed = 0;

    for (unsigned i = 0; i < n; i++) {
        g_autoptr (BwBoard) board = g_list_model_get_item (self->boards, i);

        if (!bw_ui_state_went_wrong (bw_board_get_state (board)))
            continue;
        g_string_append_printf (names, "%s%s", n_failed > 0 ? ", " : "", bw_board_get_name (board));
        n_failed++;
    }
    gtk_widget_set_visible (self->failed, is_at_rest && n_failed > 0 && n_failed < n);
    count = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u board did not go well",
                                          "%u boards did not go well", n_failed),
                             n_failed);
    gtk_label_set_text (self->failed_count, count);
    gtk_label_set_text (self->failed_names, names->str);
}

static gboolean
update (gpointer data)
{
    BwUiBatchPage *self = data;
    unsigned n = g_list_model_get_n_items (self->boards);
    g_autofree char *text =
        g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u board", "%u boards", n), n);
    g_autofree char *plan = dup_plan_title (self);
    unsigned n_busy = count_busy (self);

    gtk_label_set_text (self->plan, plan == NULL ? "" : plan);
    gtk_widget_set_visible (GTK_WIDGET (self->plan), plan != NULL);
    gtk_label_set_text (self->count, text);
    show_counts (self, self->chips, get_chip);
    show_counts (self, self->states, bw_board_get_state_text);
    gtk_widget_set_visible (self->cancel, n_busy > 0);
    gtk_widget_set_visible (self->flash, n_busy < n);
    show_failed (self, n_busy == 0);
    return G_SOURCE_CONTINUE;
}

static void
give_model (BwUiBatchPage *self, gboolean is_shown)
{
    g_autoptr (GtkSelectionModel) selection =
                   is_shown
                       ? GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (self->boards)))
                       : NULL;

    gtk_list_view_set_model (self->list, selection);
}

/* A list keeps its place when rows come before those on screen: it gets them all at once, and begins
 * at the first. */
static void
on_map (BwUiBatchPage *self)
{
    give_model (self, TRUE);
    update (self);
    if (self->tick == 0)
        self->tick = g_timeout_add (TICK_MS, update, self);
}

static void
on_unmap (BwUiBatchPage *self)
{
    g_clear_handle_id (&self->tick, g_source_remove);
    if (self->list != NULL)
        give_model (self, FALSE);
}

static void
on_activate (GtkListView *list, unsigned position, BwUiBatchPage *self)
{
    g_autoptr (BwBoard) board = g_list_model_get_item (self->boards, position);

    gtk_widget_activate_action (GTK_WIDGET (self), "win.select-board", "s",
                                bw_board_get_address (board));
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
    gtk_list_item_set_child (list_item, bw_ui_batch_row_new ());
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
    bw_ui_batch_row_set_board (BW_UI_BATCH_ROW (gtk_list_item_get_child (list_item)),
                               gtk_list_item_get_item (list_item));
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
    bw_ui_batch_row_set_board (BW_UI_BATCH_ROW (gtk_list_item_get_child (list_item)), NULL);
}

void
bw_ui_batch_page_set_boards (BwUiBatchPage *self, GListModel *boards)
{
    g_set_object (&self->boards, boards);
    g_signal_connect_object (boards, "items-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    update (self);
}

void
bw_ui_batch_page_set_alone (BwUiBatchPage *self, gboolean is_alone)
{
    gtk_widget_set_visible (self->back, is_alone);
}

GtkWidget *
bw_ui_batch_page_get_header (BwUiBatchPage *self)
{
    return self->header;
}

GtkWidget *
bw_ui_batch_page_get_flash (BwUiBatchPage *self)
{
    return self->flash;
}

static void
bw_ui_batch_page_dispose (GObject *object)
{
    BwUiBatchPage *self = BW_UI_BATCH_PAGE (object);

    on_unmap (self);
    g_clear_object (&self->boards);
    gtk_widget_dispose_template (GTK_WIDGET (object), BW_UI_TYPE_BATCH_PAGE);
    G_OBJECT_CLASS (bw_ui_batch_page_parent_class)->dispose (object);
}

static void
bw_ui_batch_page_class_init (BwUiBatchPageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

    G_OBJECT_CLASS (klass)->dispose = bw_ui_batch_page_dispose;
    g_type_ensure (BW_UI_TYPE_TAB_STOP);
    gtk_widget_class_set_template_from_resource (
        widget_class, "/io/github/boardwalk/Station/ui/bw-ui-batch-page.ui");
    gtk_widget_class_bind_template_child (widget_class, BwUiBatchPage, header);
    gtk_widget_class_bind_template_child (widget_class, BwUiBatchPage, back);
    gtk_widget_class_bind_template_child (widget_class, BwUiBatchPage, flash);
    gtk_widget_class_bind_template_child (widget_class, BwUiBatchPage, plan);
    gtk_widget_class_bind_template_child (widget_class, BwUiBatchPage, count);
    gtk_widget_class_bind_template_child (widget_class, BwUiBatchPage, chips);
    gtk_widget_class_bind_template_child (widget_class, BwUiBatchPage, states);
    gtk_widget_class_bind_template_child (widget_class, BwUiBatchPage, failed);
    gtk_widget_class_bind_template_child (widget_class, BwUiBatchPage, failed_count);
    gtk_widget_class_bind_template_child (widget_class, BwUiBatchPage, failed_names);
    gtk_widget_class_bind_template_child (widget_class, BwUiBatchPage, cancel);
    gtk_widget_class_bind_template_child (widget_class, BwUiBatchPage, list);
    gtk_widget_class_bind_template_callback (widget_class, on_activate);
}

static void
bw_ui_batch_page_init (BwUiBatchPage *self)
{
    g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

    gtk_widget_init_template (GTK_WIDGET (self));
    g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
    g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
    g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), NULL);
    gtk_list_view_set_factory (self->list, factory);
    g_signal_connect (self, "map", G_CALLBACK (on_map), NULL);
    g_signal_connect (self, "unmap", G_CALLBACK (on_unmap), NULL);
}
