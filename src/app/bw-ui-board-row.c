/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-board-row"
#include "config.h"

#include "bw-ui-board-row.h"

struct _BwUiBoardRow {
    BwUiBoardItem parent_instance;
};

G_DEFINE_FINAL_TYPE (BwUiBoardRow, bw_ui_board_row, BW_UI_TYPE_BOARD_ITEM)

GtkWidget *
bw_ui_board_row_new (void)
{
    return g_object_new (BW_UI_TYPE_BOARD_ROW, NULL);
}

static void
bw_ui_board_row_dispose (GObject *object)
{
    gtk_widget_dispose_template (GTK_WIDGET (object), BW_UI_TYPE_BOARD_ROW);
    G_OBJECT_CLASS (bw_ui_board_row_parent_class)->dispose (object);
}

static void
bw_ui_board_row_class_init (BwUiBoardRowClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

    G_OBJECT_CLASS (klass)->dispose = bw_ui_board_row_dispose;
    g_type_ensure (BW_UI_TYPE_STATE_MARK);
    gtk_widget_class_set_template_from_resource (
        widget_class, "/io/github/boardwalk/Station/ui/bw-ui-board-row.ui");
    bw_ui_board_item_class_bind (widget_class);
}

static void
bw_ui_board_row_init (BwUiBoardRow *self)
{
    gtk_widget_init_template (GTK_WIDGET (self));
    bw_ui_board_item_attach (BW_UI_BOARD_ITEM (self));
}
