/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-board-item"
#include "config.h"

#include "bw-ui-board-item.h"

#include <glib/gi18n.h>

#include "bw-ui-drop.h"
#include "bw-ui-format.h"

typedef struct {
    GtkWidget *heading;
    GtkWidget *frame;
    GtkWidget *check;
    BwUiStateMark *mark;
    GtkLabel *name;
    GtkLabel *chip;
    GtkLabel *state;
    GtkLabel *running;
    GtkLabel *place;
    GtkLabel *mac;
    GtkLabel *amount;
    GtkLabel *time_left;
    GtkLabel *note;
    GtkProgressBar *progress;

    BwUiWatch *watch;
    GtkListItem *list_item; /* borrowed while bound */
    gulong selected_handler;
    gboolean is_selecting;
} BwUiBoardItemPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (BwUiBoardItem, bw_ui_board_item, GTK_TYPE_BOX)

static BwUiBoardItemPrivate *
get_private (BwUiBoardItem *self)
{
    return bw_ui_board_item_get_instance_private (self);
}

static BwBoard *
get_board (BwUiBoardItemPrivate *priv)
{
    return priv->list_item == NULL ? NULL : gtk_list_item_get_item (priv->list_item);
}

/* Empty and not hidden: its line keeps its height, and nothing moves when work begins. */
static void
show_text (GtkLabel *label, const char *text)
{
    gtk_label_set_text (label, text == NULL ? "" : text);
}

/* Two that share one place of the item: one of them has something to say at a time. */
static void
show_either (GtkLabel *first, const char *text, GtkLabel *second, const char *other)
{
    show_text (first, text);
    show_text (second, other);
    gtk_widget_set_visible (GTK_WIDGET (first), text != NULL);
    gtk_widget_set_visible (GTK_WIDGET (second), text == NULL);
}

/* A board nobody has named is called by its place already: its adapter says more then. */
static const char *
get_place (BwBoard *board)
{
    gboolean is_name = g_strcmp0 (bw_board_get_place (board), bw_board_get_name (board)) == 0;

    return is_name && bw_board_get_bridge (board) != NULL ? bw_board_get_bridge (board)
                                                          : bw_board_get_place (board);
}

static const char *
get_note (BwBoard *board)
{
    return bw_board_shares_mac (board) ? _ ("Another board has this MAC") : NULL;
}

/* What a screen reader says for the whole row; the parts are read one by one on demand. */
static void
update_accessible (BwUiBoardItem *self, BwBoard *board)
{
    GtkWidget *row = gtk_widget_get_parent (GTK_WIDGET (self));
    g_autofree char *description =
        bw_ui_join_facts (bw_board_get_state_text (board), bw_board_get_chip_name (board),
                          bw_board_get_running (board), get_place (board), bw_board_get_mac (board),
                          get_note (board), BW_UI_END);

    if (row == NULL)
        return;
    gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    bw_board_get_name (board), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                    description, -1);
}

/* At work: how far and how long. At rest: what it is and runs, at the same places. */
static void
update_progress (BwUiBoardItemPrivate *priv, BwBoard *board)
{
    gboolean is_working = bw_board_get_state (board) == BW_BOARD_WORKING;
    const char *left = is_working ? bw_board_get_time_left_text (board) : NULL;
    const char *amount = is_working ? bw_board_get_amount_text (board) : NULL;

    show_either (priv->time_left, left, priv->running, bw_board_get_running (board));
    show_either (priv->amount, amount, priv->mac, bw_board_get_mac (board));
    gtk_widget_set_opacity (GTK_WIDGET (priv->progress), is_working ? 1 : 0);
    gtk_progress_bar_set_fraction (priv->progress,
                                   is_working ? CLAMP (bw_board_get_fraction (board), 0, 1) : 0);
}

static void
update_note (BwUiBoardItemPrivate *priv, BwBoard *board)
{
    const char *note = get_note (board);

    show_text (priv->note, note);
    gtk_widget_set_visible (GTK_WIDGET (priv->note), note != NULL);
}

/* The toolkit asks the screen where the pointer is, and waits for the answer, whenever it is told. */
static void
update_tooltip (GtkWidget *widget, const char *text)
{
    if (g_strcmp0 (gtk_widget_get_tooltip_text (widget), text) != 0)
        gtk_widget_set_tooltip_text (widget, text);
}

static void
update (gpointer owner)
{
    BwUiBoardItem *self = owner;
    BwUiBoardItemPrivate *priv = get_private (self);
    BwBoard *board = get_board (priv);

    if (board == NULL)
        return;
    bw_ui_state_mark_show (priv->mark, board);
    bw_ui_state_add_class (priv->frame, bw_board_get_state (board));
    gtk_label_set_text (priv->name, bw_board_get_name (board));
    show_text (priv->chip, bw_board_get_chip_name (board));
    gtk_label_set_text (priv->state, bw_board_get_state_text (board));
    show_text (priv->place, get_place (board));
    update_tooltip (GTK_WIDGET (priv->name), bw_board_get_address (board));
    update_progress (priv, board);
    update_note (priv, board);
    update_accessible (self, board);
}

static void
update_check (BwUiBoardItemPrivate *priv)
{
    gboolean is_selected = priv->list_item != NULL && gtk_list_item_get_selected (priv->list_item);

    gtk_widget_set_visible (priv->check, priv->is_selecting);
    gtk_check_button_set_active (GTK_CHECK_BUTTON (priv->check), is_selected);
}

static void
toggle (BwUiBoardItem *self)
{
    BwUiBoardItemPrivate *priv = get_private (self);

    if (priv->list_item != NULL)
        gtk_widget_activate_action (GTK_WIDGET (self), "list.select-item", "(ubb)",
                                    gtk_list_item_get_position (priv->list_item), TRUE, FALSE);
}

static gboolean
open_detail (gpointer data)
{
    gtk_widget_activate_action (GTK_WIDGET (data), "win.open-detail", NULL);
    return G_SOURCE_REMOVE;
}

static void
on_released (GtkGestureClick *gesture, int n_press, double x, double y, BwUiBoardItem *self)
{
    GtkEventController *controller = GTK_EVENT_CONTROLLER (gesture);
    GdkModifierType held = gtk_event_controller_get_current_event_state (controller);

    if (get_private (self)->is_selecting) {
        gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
        toggle (self);
        return;
    }
    /* the list selects after us: open what is selected then */
    if (n_press == 1 && (held & (GDK_CONTROL_MASK | GDK_SHIFT_MASK)) == 0)
        g_idle_add_full (G_PRIORITY_DEFAULT, open_detail, g_object_ref (self), g_object_unref);
}

static GPtrArray *
name_for_drop (GtkWidget *widget)
{
    BwBoard *board = get_board (get_private (BW_UI_BOARD_ITEM (widget)));
    GPtrArray *boards = g_ptr_array_new_with_free_func (g_object_unref);

    if (board != NULL)
        g_ptr_array_add (boards, g_object_ref (board));
    return boards;
}

void
bw_ui_board_item_bind (BwUiBoardItem *self, GtkListItem *list_item)
{
    BwUiBoardItemPrivate *priv = get_private (self);

    priv->list_item = list_item;
    bw_ui_watch_set_object (priv->watch, get_board (priv));
    priv->selected_handler =
        g_signal_connect_swapped (list_item, "notify::selected", G_CALLBACK (update_check), priv);
    update_check (priv);
    update (self);
}

void
bw_ui_board_item_unbind (BwUiBoardItem *self)
{
    BwUiBoardItemPrivate *priv = get_private (self);

    if (priv->list_item != NULL)
        g_clear_signal_handler (&priv->selected_handler, priv->list_item);
    priv->list_item = NULL;
    bw_ui_watch_set_object (priv->watch, NULL);
}

GtkListItem *
bw_ui_board_item_get_list_item (BwUiBoardItem *self)
{
    return get_private (self)->list_item;
}

void
bw_ui_board_item_set_heading (BwUiBoardItem *self, const char *heading)
{
    BwUiBoardItemPrivate *priv = get_private (self);

    if (priv->heading == NULL)
        return;
    gtk_label_set_text (GTK_LABEL (priv->heading), heading == NULL ? "" : heading);
    gtk_widget_set_visible (priv->heading, heading != NULL);
}

void
bw_ui_board_item_set_selecting (BwUiBoardItem *self, gboolean is_selecting)
{
    BwUiBoardItemPrivate *priv = get_private (self);

    priv->is_selecting = is_selecting;
    update_check (priv);
}

void
bw_ui_board_item_class_bind (GtkWidgetClass *widget_class)
{
    static const struct {
        const char *name;
        gsize offset;
    } children[] = {
        { "heading", G_STRUCT_OFFSET (BwUiBoardItemPrivate, heading) },
        { "frame", G_STRUCT_OFFSET (BwUiBoardItemPrivate, frame) },
        { "check", G_STRUCT_OFFSET (BwUiBoardItemPrivate, check) },
        { "mark", G_STRUCT_OFFSET (BwUiBoardItemPrivate, mark) },
        { "name", G_STRUCT_OFFSET (BwUiBoardItemPrivate, name) },
        { "chip", G_STRUCT_OFFSET (BwUiBoardItemPrivate, chip) },
        { "state", G_STRUCT_OFFSET (BwUiBoardItemPrivate, state) },
        { "running", G_STRUCT_OFFSET (BwUiBoardItemPrivate, running) },
        { "place", G_STRUCT_OFFSET (BwUiBoardItemPrivate, place) },
        { "mac", G_STRUCT_OFFSET (BwUiBoardItemPrivate, mac) },
        { "amount", G_STRUCT_OFFSET (BwUiBoardItemPrivate, amount) },
        { "time_left", G_STRUCT_OFFSET (BwUiBoardItemPrivate, time_left) },
        { "note", G_STRUCT_OFFSET (BwUiBoardItemPrivate, note) },
        { "progress", G_STRUCT_OFFSET (BwUiBoardItemPrivate, progress) },
    };

    for (gsize i = 0; i < G_N_ELEMENTS (children); i++)
        gtk_widget_class_bind_template_child_full (widget_class, children[i].name, FALSE,
                                                   BwUiBoardItem_private_offset
                                                       + (gssize) children[i].offset);
}

void
bw_ui_board_item_attach (BwUiBoardItem *self)
{
    BwUiBoardItemPrivate *priv = get_private (self);
    GtkGesture *click = gtk_gesture_click_new ();

    gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_PRIMARY);
    g_signal_connect (click, "released", G_CALLBACK (on_released), self);
    gtk_widget_add_controller (priv->frame, GTK_EVENT_CONTROLLER (click));
    bw_ui_drop_attach (GTK_WIDGET (self), priv->frame, name_for_drop);
}

static void
bw_ui_board_item_dispose (GObject *object)
{
    BwUiBoardItem *self = BW_UI_BOARD_ITEM (object);
    BwUiBoardItemPrivate *priv = get_private (self);

    if (priv->watch != NULL)
        bw_ui_board_item_unbind (self);
    g_clear_pointer (&priv->watch, bw_ui_watch_free);
    G_OBJECT_CLASS (bw_ui_board_item_parent_class)->dispose (object);
}

static void
bw_ui_board_item_class_init (BwUiBoardItemClass *klass)
{
    G_OBJECT_CLASS (klass)->dispose = bw_ui_board_item_dispose;
}

static void
bw_ui_board_item_init (BwUiBoardItem *self)
{
    get_private (self)->watch = bw_ui_watch_new (update, self);
}
