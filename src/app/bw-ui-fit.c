/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-fit"
#include "config.h"

#include "bw-ui-fit.h"

struct _BwUiFit {
    AdwBin parent_instance;

    int kept_height;
    gboolean is_clipped;
    unsigned idle;
};

enum {
    SIGNAL_CLIPPED,
    N_SIGNALS,
};

static unsigned signals[N_SIGNALS];

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

static gboolean
tell (gpointer data)
{
    BwUiFit *self = data;

    self->idle = 0;
    g_signal_emit (self, signals[SIGNAL_CLIPPED], 0, self->is_clipped);
    return G_SOURCE_REMOVE;
}

/* Whoever hears of it may change what is in here, which nobody may while room is given out. */
static void
update_clipped (BwUiFit *self, int width, int height)
{
    gboolean is_clipped = FALSE;
    int natural = 0;

    bw_ui_fit_measure (GTK_WIDGET (self), GTK_ORIENTATION_VERTICAL, width, &(int){ 0 }, &natural,
                       NULL, NULL);
    is_clipped = height < natural;
    if (is_clipped == self->is_clipped)
        return;
    self->is_clipped = is_clipped;
    if (self->idle == 0)
        self->idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE, tell, self, NULL);
}

static void
bw_ui_fit_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
    update_clipped (BW_UI_FIT (widget), width, height);
    gtk_widget_allocate (adw_bin_get_child (ADW_BIN (widget)), width, height, baseline, NULL);
}

static void
bw_ui_fit_dispose (GObject *object)
{
    g_clear_handle_id (&BW_UI_FIT (object)->idle, g_source_remove);
    G_OBJECT_CLASS (bw_ui_fit_parent_class)->dispose (object);
}

static void
bw_ui_fit_class_init (BwUiFitClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

    G_OBJECT_CLASS (klass)->dispose = bw_ui_fit_dispose;
    signals[SIGNAL_CLIPPED] = g_signal_new ("clipped", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                            0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
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
