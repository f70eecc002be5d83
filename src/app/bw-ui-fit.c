/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-fit"
#include "config.h"

#include "bw-ui-fit.h"

struct _BwUiFit {
    AdwBin parent_instance;

    int kept_height;
};

G_DEFINE_FINAL_TYPE (BwUiFit, bw_ui_fit, ADW_TYPE_BIN)

void
bw_ui_fit_set_kept_height (BwUiFit *self, int height)
{
    self->kept_height = height;
    gtk_widget_queue_resize (GTK_WIDGET (self));
}

static GtkSizeRequestMode
bw_ui_fit_get_request_mode (GtkWidget *widget)
{
    return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
bw_ui_fit_measure (GtkWidget *widget,
                   GtkOrientation orientation,
                   int for_size,
                   int *minimum,
                   int *natural,
                   int *minimum_baseline,
                   int *natural_baseline)
{
    GtkWidget *scrolled = adw_bin_get_child (ADW_BIN (widget));
    GtkWidget *content = gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (scrolled));

    if (orientation == GTK_ORIENTATION_HORIZONTAL) {
        gtk_widget_measure (scrolled, orientation, -1, minimum, natural, NULL, NULL);
        return;
    }
    gtk_widget_measure (content, orientation, for_size, NULL, natural, NULL, NULL);
    *minimum = MIN (*natural, BW_UI_FIT (widget)->kept_height);
}

static void
bw_ui_fit_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
    gtk_widget_allocate (adw_bin_get_child (ADW_BIN (widget)), width, height, baseline, NULL);
}

static void
bw_ui_fit_class_init (BwUiFitClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

    widget_class->get_request_mode = bw_ui_fit_get_request_mode;
    widget_class->measure = bw_ui_fit_measure;
    widget_class->size_allocate = bw_ui_fit_size_allocate;
}

static void
bw_ui_fit_init (BwUiFit *self)
{
    /* the bin's own asks the child for its height */
    gtk_widget_set_layout_manager (GTK_WIDGET (self), NULL);
}
