/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-batch-row"
#include "config.h"

#include "bw-ui-batch-row.h"

#include <glib/gi18n.h>

#include "bw-ui-format.h"
#include "bw-ui-state-mark.h"
#include "bw-ui-watch.h"

struct _BwUiBatchRow {
    AdwBin parent_instance;

    BwUiStateMark *mark;
    GtkLabel *name;
    GtkLabel *state;
    GtkLabel *detail;
    GtkProgressBar *progress;

    BwBoard *board;
    BwUiWatch *watch;
};

G_DEFINE_FINAL_TYPE (BwUiBatchRow, bw_ui_batch_row, ADW_TYPE_BIN)

/* What stands at the right: progress while it works, else the first sign of what is on it. */
static const char *
get_detail (BwBoard *board)
{
    const char *text = bw_board_is_busy (board) ? bw_board_get_progress_text (board)
                                                : bw_board_get_running (board);

    return text == NULL ? "" : text;
}

static double
get_fraction (BwBoard *board)
{
    return bw_board_is_busy (board) ? CLAMP (bw_board_get_fraction (board), 0, 1) : 0;
}

/* What a screen reader says for the whole row. */
static void
update_accessible (BwUiBatchRow *self)
{
    GtkWidget *row = gtk_widget_get_parent (GTK_WIDGET (self));
    const char *name = bw_board_get_name (self->board);
    g_autofree char *description = bw_ui_join_facts (bw_board_get_state_text (self->board),
                                                     get_detail (self->board), BW_UI_END);

    gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    name, -1);
    if (row != NULL)
        gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                        GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description, -1);
}

static void
update (gpointer owner)
{
    BwUiBatchRow *self = owner;

    if (self->board == NULL)
        return;
    bw_ui_state_mark_show (self->mark, self->board);
    bw_ui_state_add_class (GTK_WIDGET (self->state), bw_board_get_state (self->board));
    gtk_label_set_text (self->name, bw_board_get_name (self->board));
    gtk_label_set_text (self->state, bw_board_get_state_text (self->board));
    gtk_label_set_text (self->detail, get_detail (self->board));
    /* time left is the last of it, and the last to be cut */
    gtk_label_set_ellipsize (self->detail, bw_board_is_busy (self->board) ? PANGO_ELLIPSIZE_START
                                                                          : PANGO_ELLIPSIZE_END);
    gtk_progress_bar_set_fraction (self->progress, get_fraction (self->board));
    /* not hidden: rows keep their height when work begins */
    gtk_widget_set_opacity (GTK_WIDGET (self->progress), get_fraction (self->board) > 0 ? 1 : 0);
    update_accessible (self);
}

void
bw_ui_batch_row_set_board (BwUiBatchRow *self, BwBoard *board)
{
    g_set_object (&self->board, board);
    bw_ui_watch_set_object (self->watch, board);
    update (self);
}

GtkWidget *
bw_ui_batch_row_new (void)
{
    return g_object_new (BW_UI_TYPE_BATCH_ROW, NULL);
}

static void
bw_ui_batch_row_dispose (GObject *object)
{
    BwUiBatchRow *self = BW_UI_BATCH_ROW (object);

    g_clear_pointer (&self->watch, bw_ui_watch_free);
    g_clear_object (&self->board);
    gtk_widget_dispose_template (GTK_WIDGET (object), BW_UI_TYPE_BATCH_ROW);
    G_OBJECT_CLASS (bw_ui_batch_row_parent_class)->dispose (object);
}

static void
bw_ui_batch_row_class_init (BwUiBatchRowClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

    G_OBJECT_CLASS (klass)->dispose = bw_ui_batch_row_dispose;
    g_type_ensure (BW_UI_TYPE_STATE_MARK);
    gtk_widget_class_set_template_from_resource (
        widget_class, "/io/github/boardwalk/Station/ui/bw-ui-batch-row.ui");
    gtk_widget_class_bind_template_child (widget_class, BwUiBatchRow, mark);
    gtk_widget_class_bind_template_child (widget_class, BwUiBatchRow, name);
    gtk_widget_class_bind_template_child (widget_class, BwUiBatchRow, state);
    gtk_widget_class_bind_template_child (widget_class, BwUiBatchRow, detail);
    gtk_widget_class_bind_template_child (widget_class, BwUiBatchRow, progress);
}

static void
bw_ui_batch_row_init (BwUiBatchRow *self)
{
    self->watch = bw_ui_watch_new (update, self);
    gtk_widget_init_template (GTK_WIDGET (self));
}
