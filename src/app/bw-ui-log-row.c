/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-log-row"
#include "config.h"

#include "bw-ui-log-row.h"

#include <glib/gi18n.h>

#include "bw-ui-format.h"
#include "bw-ui-log-text.h"

struct _BwUiLogRow {
    GtkBox parent_instance;

    GtkLabel *time;
    BwUiLogText *text;
    const char *style; /* that of the text now */
};

G_DEFINE_FINAL_TYPE (BwUiLogRow, bw_ui_log_row, GTK_TYPE_BOX)

static const char *const level_styles[] = {
    [BW_LOG_STATION] = "log-station", [BW_LOG_PLAIN] = "log-plain",
    [BW_LOG_DEBUG] = "log-debug",     [BW_LOG_INFO] = "log-info",
    [BW_LOG_WARNING] = "log-warning", [BW_LOG_ERROR] = "log-error",
};

/* Marks by bytes; only plain ASCII letters are compared without case, which keeps offsets equal. */
static PangoAttrList *
mark_hits (const char *text, const char *needle)
{
    PangoAttrList *list = pango_attr_list_new ();
    gsize length = strlen (needle);

    for (const char *p = text; *p != '\0';) {
        PangoAttribute *attribute = NULL;

        if (g_ascii_strncasecmp (p, needle, length) != 0) {
            p++;
            continue;
        }
        attribute = pango_attr_background_new (0xffff, 0xdddd, 0x3333);
        attribute->start_index = (unsigned) (p - text);
        attribute->end_index = (unsigned) (p - text + length);
        pango_attr_list_insert (list, attribute);
        attribute = pango_attr_foreground_new (0, 0, 0);
        attribute->start_index = (unsigned) (p - text);
        attribute->end_index = (unsigned) (p - text + length);
        pango_attr_list_insert (list, attribute);
        p += length;
    }
    return list;
}

static void
show_level (BwUiLogRow *self, BwLogLevel level)
{
    const char *classes[] = { level_styles[level], NULL };

    if (self->style == classes[0])
        return;
    self->style = classes[0];
    gtk_widget_set_css_classes (GTK_WIDGET (self->text), classes);
}

void
bw_ui_log_row_show (BwUiLogRow *self, const BwLogLine *line, gboolean has_time, const char *needle)
{
    g_autoptr (PangoAttrList) marks = needle == NULL ? NULL : mark_hits (line->text, needle);
    g_autofree char *time = has_time ? bw_ui_format_clock (line->time_us) : NULL;

    gtk_widget_set_visible (GTK_WIDGET (self->time), has_time);
    gtk_label_set_text (self->time, has_time ? time : "");
    bw_ui_log_text_set (self->text, line->text, marks);
    show_level (self, line->level);
}

GtkWidget *
bw_ui_log_row_new (void)
{
    return g_object_new (BW_UI_TYPE_LOG_ROW, NULL);
}

static void
bw_ui_log_row_class_init (BwUiLogRowClass *klass)
{
    gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "logrow");
}

static void
bw_ui_log_row_init (BwUiLogRow *self)
{
    /* what boards print runs from left to right, in whatever language the window speaks */
    gtk_widget_set_direction (GTK_WIDGET (self), GTK_TEXT_DIR_LTR);
    gtk_box_set_spacing (GTK_BOX (self), 12);
    self->time = GTK_LABEL (gtk_label_new (NULL));
    self->text = BW_UI_LOG_TEXT (bw_ui_log_text_new ());
    gtk_widget_add_css_class (GTK_WIDGET (self->time), "log-time");
    gtk_widget_set_valign (GTK_WIDGET (self->time), GTK_ALIGN_START);
    gtk_widget_set_hexpand (GTK_WIDGET (self->text), TRUE);
    gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->time));
    gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->text));
}
