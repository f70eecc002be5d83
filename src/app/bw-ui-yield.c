/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-yield"
#include "config.h"

#include "bw-ui-yield.h"

struct _BwUiYield {
    AdwBin parent_instance;
};

G_DEFINE_FINAL_TYPE (BwUiYield, bw_ui_yield, ADW_TYPE_BIN)

static void
bw_ui_yield_measure (GtkWidget *widget,
                     GtkOrientation orientation,
                     int for_size,
                     int *minimum,
                     int *natural,
                     int *minimum_baseline,
                     int *natural_baseline)
{
    gtk_widget_measure (adw_bin_get_child (ADW_BIN (widget)), orientation, for_size, minimum,
                        natural, NULL, NULL);
    if (orientation == GTK_ORIENTATION_VERTICAL)
        *natural = *minimum;
}

static GtkSizeRequestMode
bw_ui_yield_get_request_mode (GtkWidget *widget)
{
    return gtk_widget_get_request_mode (adw_bin_get_child (ADW_BIN (widget)));
}

static void
bw_ui_yield_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
    gtk_widget_allocate (adw_bin_get_child (ADW_BIN (widget)), width, height, baseline, NULL);
}

static void
bw_ui_yield_class_init (BwUiYieldClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

    widget_class->get_request_mode = bw_ui_yield_get_request_mode;
    widget_class->measure = bw_ui_yield_measure;
    widget_class->size_allocate = bw_ui_yield_size_allocate;
}

static void
bw_ui_yield_init (BwUiYield *self)
{
    /* the bin's own asks for what the child wants */
    gtk_widget_set_layout_manager (GTK_WIDGET (self), NULL);
}
