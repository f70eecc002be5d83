/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-board-card"
#include "config.h"

#include "bw-ui-board-card.h"

struct _BwUiBoardCard {
    BwUiBoardItem parent_instance;
};

G_DEFINE_FINAL_TYPE (BwUiBoardCard, bw_ui_board_card, BW_UI_TYPE_BOARD_ITEM)

GtkWidget *
bw_ui_board_card_new (void)
{
    return g_object_new (BW_UI_TYPE_BOARD_CARD, NULL);
}

static void
bw_ui_board_card_dispose (GObject *object)
{
    gtk_widget_dispose_template (GTK_WIDGET (object), BW_UI_TYPE_BOARD_CARD);
    G_OBJECT_CLASS (bw_ui_board_card_parent_class)->dispose (object);
}

static void
bw_ui_board_card_class_init (BwUiBoardCardClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

    G_OBJECT_CLASS (klass)->dispose = bw_ui_board_card_dispose;
    g_type_ensure (BW_UI_TYPE_STATE_MARK);
    gtk_widget_class_set_template_from_resource (
        widget_class, "/io/github/boardwalk/Station/ui/bw-ui-board-card.ui");
    bw_ui_board_item_class_bind (widget_class);
}

static void
bw_ui_board_card_init (BwUiBoardCard *self)
{
    gtk_widget_init_template (GTK_WIDGET (self));
    bw_ui_board_item_attach (BW_UI_BOARD_ITEM (self));
}
