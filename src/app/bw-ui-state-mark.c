/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-state-mark"
#include "config.h"

#include "bw-ui-state-mark.h"

#include <math.h>

#define DEFAULT_PIXEL_SIZE 16
/* Of the edge length: the same weight as the strokes of the icons. */
#define RING_WIDTH (2.0 / 16.0)
#define TRACK_ALPHA 0.25

struct _BwUiStateMark {
    GtkWidget parent_instance;

    GtkWidget *image;
    int pixel_size;
    double fraction;
    gboolean is_ring;
};

enum {
    PROP_PIXEL_SIZE = 1,
    N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (BwUiStateMark, bw_ui_state_mark, GTK_TYPE_WIDGET)

void
bw_ui_state_add_class (GtkWidget *widget, BwBoardState state)
{
    for (int i = BW_BOARD_LOOKING; i <= BW_BOARD_GONE; i++) {
        g_autofree char *name =
            g_strconcat ("state-", bw_board_state_get_id ((BwBoardState) i), NULL);

        if (i == (int) state)
            gtk_widget_add_css_class (widget, name);
        else
            gtk_widget_remove_css_class (widget, name);
    }
}

gboolean
bw_ui_state_went_wrong (BwBoardState state)
{
    return state == BW_BOARD_FAILED || state == BW_BOARD_INTERRUPTED;
}

void
bw_ui_state_mark_show (BwUiStateMark *self, BwBoard *board)
{
    gboolean is_ring = board != NULL && bw_board_get_state (board) == BW_BOARD_WORKING;
    double fraction = is_ring ? CLAMP (bw_board_get_fraction (board), 0.0, 1.0) : 0.0;

    gtk_widget_set_visible (GTK_WIDGET (self), board != NULL);
    if (board == NULL)
        return;
    bw_ui_state_add_class (GTK_WIDGET (self), bw_board_get_state (board));
    gtk_widget_set_child_visible (self->image, !is_ring);
    if (!is_ring)
        gtk_image_set_from_icon_name (GTK_IMAGE (self->image), bw_board_get_state_icon (board));
    if (is_ring != self->is_ring || fabs (fraction - self->fraction) > 0.002)
        gtk_widget_queue_draw (GTK_WIDGET (self));
    self->is_ring = is_ring;
    self->fraction = fraction;
}

static void
draw_ring (BwUiStateMark *self, GtkSnapshot *snapshot)
{
    double width = gtk_widget_get_width (GTK_WIDGET (self));
    double height = gtk_widget_get_height (GTK_WIDGET (self));
    double edge = MIN (MIN (width, height), self->pixel_size);
    double line = edge * RING_WIDTH;
    double radius = (edge - line) / 2 - edge / 16;
    double top = -G_PI / 2;
    GdkRGBA colour;
    GdkRGBA track;
    cairo_t *cr = NULL;

    gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), &colour);
    track = colour;
    track.alpha *= (float) TRACK_ALPHA;
    cr = gtk_snapshot_append_cairo (snapshot,
                                    &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
    cairo_set_line_width (cr, line);
    gdk_cairo_set_source_rgba (cr, &track);
    cairo_arc (cr, width / 2, height / 2, radius, 0, 2 * G_PI);
    cairo_stroke (cr);
    gdk_cairo_set_source_rgba (cr, &colour);
    cairo_arc (cr, width / 2, height / 2, radius, top, top + 2 * G_PI * MAX (self->fraction, 0.02));
    cairo_stroke (cr);
    cairo_destroy (cr);
}

static void
bw_ui_state_mark_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
    BwUiStateMark *self = BW_UI_STATE_MARK (widget);

    if (self->is_ring)
        draw_ring (self, snapshot);
    else
        gtk_widget_snapshot_child (widget, self->image, snapshot);
}

static void
bw_ui_state_mark_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    BwUiStateMark *self = BW_UI_STATE_MARK (object);

    if (id == PROP_PIXEL_SIZE)
        g_value_set_int (value, self->pixel_size);
    else
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
bw_ui_state_mark_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
    BwUiStateMark *self = BW_UI_STATE_MARK (object);

    if (id != PROP_PIXEL_SIZE) {
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
        return;
    }
    self->pixel_size = g_value_get_int (value);
    gtk_image_set_pixel_size (GTK_IMAGE (self->image), self->pixel_size);
}

static void
bw_ui_state_mark_dispose (GObject *object)
{
    BwUiStateMark *self = BW_UI_STATE_MARK (object);

    g_clear_pointer (&self->image, gtk_widget_unparent);
    G_OBJECT_CLASS (bw_ui_state_mark_parent_class)->dispose (object);
}

static void
bw_ui_state_mark_class_init (BwUiStateMarkClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS (klass);
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

    object_class->get_property = bw_ui_state_mark_get_property;
    object_class->set_property = bw_ui_state_mark_set_property;
    object_class->dispose = bw_ui_state_mark_dispose;
    widget_class->snapshot = bw_ui_state_mark_snapshot;
    props[PROP_PIXEL_SIZE] = g_param_spec_int ("pixel-size", NULL, NULL, 1, 256, DEFAULT_PIXEL_SIZE,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
    g_object_class_install_properties (object_class, N_PROPS, props);
    gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
    gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
    gtk_widget_class_set_css_name (widget_class, "statemark");
}

static void
bw_ui_state_mark_init (BwUiStateMark *self)
{
    self->pixel_size = DEFAULT_PIXEL_SIZE;
    self->image = g_object_new (GTK_TYPE_IMAGE, "pixel-size", DEFAULT_PIXEL_SIZE, "accessible-role",
                                GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
    gtk_widget_set_parent (self->image, GTK_WIDGET (self));
}
