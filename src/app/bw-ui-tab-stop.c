/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-tab-stop"
#include "config.h"

#include "bw-ui-tab-stop.h"

struct _BwUiTabStop {
    AdwBin parent_instance;
};

G_DEFINE_FINAL_TYPE (BwUiTabStop, bw_ui_tab_stop, ADW_TYPE_BIN)

static gboolean
bw_ui_tab_stop_focus (GtkWidget *widget, GtkDirectionType direction)
{
    gboolean is_tab = direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD;
    gboolean is_inside = (gtk_widget_get_state_flags (widget) & GTK_STATE_FLAG_FOCUS_WITHIN) != 0;

    /* nothing more in here: whoever asked goes on to what follows */
    if (is_tab && is_inside)
        return GDK_EVENT_PROPAGATE;
    return GTK_WIDGET_CLASS (bw_ui_tab_stop_parent_class)->focus (widget, direction);
}

static void
bw_ui_tab_stop_class_init (BwUiTabStopClass *klass)
{
    GTK_WIDGET_CLASS (klass)->focus = bw_ui_tab_stop_focus;
}

static void
bw_ui_tab_stop_init (BwUiTabStop *self)
{
}
