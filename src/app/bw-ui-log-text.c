/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-log-text"
#include "config.h"

#include "bw-ui-log-text.h"

struct _BwUiLogText {
    GtkWidget parent_instance;

    char *text;
    PangoAttrList *marks;
    gsize n_plain;       /* letters, if all are printable ASCII, else 0 */
    PangoLayout *layout; /* (nullable): of text and marks, in the font of serial */
    unsigned serial;     /* of the context that what follows was measured in, 0 for never */
    int cell_width;      /* of any plain letter, Pango units; 0 if they differ */
    int cell_height;     /* pixels */
};

G_DEFINE_FINAL_TYPE (BwUiLogText, bw_ui_log_text, GTK_TYPE_WIDGET)

static int
measure_width (PangoContext *context, const char *text, int *ret_height)
{
    g_autoptr (PangoLayout) layout = pango_layout_new (context);
    PangoRectangle extents = { 0 };

    pango_layout_set_text (layout, text, -1);
    pango_layout_get_extents (layout, NULL, &extents);
    *ret_height = PANGO_PIXELS_CEIL (extents.height);
    return extents.width;
}

/* The font may have become another one since. */
static void
update_cell (BwUiLogText *self)
{
    PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self));
    unsigned serial = pango_context_get_serial (context);
    int narrow = 0;
    int wide = 0;

    if (serial == self->serial)
        return;
    g_clear_object (&self->layout);
    narrow = measure_width (context, "i", &self->cell_height);
    wide = measure_width (context, "W", &self->cell_height);
    self->cell_width = narrow == wide ? wide : 0;
    self->serial = serial;
}

/* What a board has said gets no letter that it has not said. */
static PangoAttrList *
make_attributes (BwUiLogText *self)
{
    PangoAttrList *list =
        self->marks == NULL ? pango_attr_list_new () : pango_attr_list_copy (self->marks);

    pango_attr_list_insert (list, pango_attr_insert_hyphens_new (FALSE));
    return list;
}

static PangoLayout *
get_layout (BwUiLogText *self, int width)
{
    update_cell (self);
    if (self->layout == NULL) {
        g_autoptr (PangoAttrList) attributes = make_attributes (self);

        self->layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), self->text);
        pango_layout_set_attributes (self->layout, attributes);
        pango_layout_set_wrap (self->layout, PANGO_WRAP_WORD_CHAR);
    }
    pango_layout_set_width (self->layout, width < 0 ? -1 : width * PANGO_SCALE);
    return self->layout;
}

/* In pixels, or -1 where letters have to be shaped to know. */
static int
count_width (BwUiLogText *self)
{
    update_cell (self);
    if ((self->n_plain == 0 && *self->text != '\0') || self->cell_width == 0
        || self->n_plain > G_MAXINT / (gsize) self->cell_width)
        return -1;
    return PANGO_PIXELS_CEIL ((int) self->n_plain * self->cell_width);
}

static GtkSizeRequestMode
bw_ui_log_text_get_request_mode (GtkWidget *widget)
{
    return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
bw_ui_log_text_measure (GtkWidget *widget,
                        GtkOrientation orientation,
                        int for_size,
                        int *minimum,
                        int *natural,
                        int *minimum_baseline,
                        int *natural_baseline)
{
    BwUiLogText *self = BW_UI_LOG_TEXT (widget);
    int for_width = orientation == GTK_ORIENTATION_VERTICAL ? for_size : -1;
    int width = count_width (self);
    int height = self->cell_height;

    if (width < 0 || (for_width >= 0 && width > for_width))
        pango_layout_get_pixel_size (get_layout (self, for_width), &width, &height);
    if (orientation == GTK_ORIENTATION_VERTICAL) {
        *minimum = *natural = height;
    } else {
        *minimum = 0;
        *natural = width;
    }
}

static void
bw_ui_log_text_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
    BwUiLogText *self = BW_UI_LOG_TEXT (widget);
    GdkRGBA colour;

    gtk_style_context_get_color (gtk_widget_get_style_context (widget), &colour);
    gtk_snapshot_append_layout (snapshot, get_layout (self, gtk_widget_get_width (widget)),
                                &colour);
}

static gsize
count_plain (const char *text)
{
    gsize n = 0;

    while (text[n] >= ' ' && text[n] <= '~')
        n++;
    return text[n] == '\0' ? n : 0;
}

void
bw_ui_log_text_set (BwUiLogText *self, const char *text, PangoAttrList *marks)
{
    g_return_if_fail (BW_UI_IS_LOG_TEXT (self));

    g_free (self->text);
    self->text = g_strdup (text);
    self->n_plain = count_plain (text);
    g_clear_pointer (&self->marks, pango_attr_list_unref);
    self->marks = marks == NULL ? NULL : pango_attr_list_ref (marks);
    g_clear_object (&self->layout);
    gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
bw_ui_log_text_finalize (GObject *object)
{
    BwUiLogText *self = BW_UI_LOG_TEXT (object);

    g_clear_object (&self->layout);
    g_clear_pointer (&self->marks, pango_attr_list_unref);
    g_free (self->text);
    G_OBJECT_CLASS (bw_ui_log_text_parent_class)->finalize (object);
}

static void
bw_ui_log_text_class_init (BwUiLogTextClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

    G_OBJECT_CLASS (klass)->finalize = bw_ui_log_text_finalize;
    widget_class->get_request_mode = bw_ui_log_text_get_request_mode;
    widget_class->measure = bw_ui_log_text_measure;
    widget_class->snapshot = bw_ui_log_text_snapshot;
    gtk_widget_class_set_css_name (widget_class, "logtext");
    /* the row's list item carries the words */
    gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
bw_ui_log_text_init (BwUiLogText *self)
{
    gtk_widget_set_direction (GTK_WIDGET (self), GTK_TEXT_DIR_LTR);
    self->text = g_strdup ("");
}

GtkWidget *
bw_ui_log_text_new (void)
{
    return g_object_new (BW_UI_TYPE_LOG_TEXT, NULL);
}
