/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-flash-map"
#include "config.h"

#include "bw-ui-flash-map.h"

#include <glib/gi18n.h>
#include <math.h>

#include "bw-ui-format.h"

#define MAP_HEIGHT 54
#define MAP_MIN_WIDTH 240
#define FIELD_MIN_WIDTH 2.0
#define FIELD_GAP 1.0
#define LABEL_PADDING 6
#define ACTIVE_BAR 4.0

struct _BwUiFlashMap {
    GtkWidget parent_instance;

    BwBoardInfo *info;
};

G_DEFINE_FINAL_TYPE (BwUiFlashMap, bw_ui_flash_map, GTK_TYPE_WIDGET)

/* The types of a partition table that the map tells apart. */
enum {
    TYPE_APP = 0,
    TYPE_DATA = 1,
};

const char *
bw_ui_flash_map_get_colour_name (const BwBoardInfo *info, unsigned index)
{
    const BwPartition *partition = info->partitions->pdata[index];

    if ((int) index == info->active_partition)
        return "bw_map_active";
    if (partition->type == TYPE_APP)
        return "bw_map_app";
    return partition->type == TYPE_DATA ? "bw_map_data" : "bw_map_other";
}

char *
bw_ui_flash_map_dup_facts (const BwBoardInfo *info, unsigned index)
{
    const BwPartition *partition = info->partitions->pdata[index];
    g_autofree char *size = bw_words_dup_memory (partition->size);
    g_autofree char *place = g_strdup_printf ("0x%x", partition->offset);
    g_autofree char *app = bw_ui_format_app (partition->app_name, partition->app_version);

    return bw_ui_join_facts (partition->kind, place, size,
                             partition->is_encrypted ? _ ("encrypted") : NULL,
                             partition->is_readonly ? _ ("read-only") : NULL, app, BW_UI_END);
}

static uint64_t
get_extent (const BwBoardInfo *info)
{
    uint64_t end = info->flash_size_bytes;

    for (unsigned i = 0; i < info->partitions->len; i++) {
        const BwPartition *partition = info->partitions->pdata[i];

        end = MAX (end, (uint64_t) partition->offset + partition->size);
    }
    return MAX (end, 1);
}

static graphene_rect_t
get_field (BwUiFlashMap *self, unsigned index)
{
    const BwPartition *partition = self->info->partitions->pdata[index];
    double width = gtk_widget_get_width (GTK_WIDGET (self));
    double scale = width / (double) get_extent (self->info);
    double x = floor (partition->offset * scale);
    double end = floor (((double) partition->offset + partition->size) * scale);
    double field = MAX (end - x - FIELD_GAP, FIELD_MIN_WIDTH);

    return GRAPHENE_RECT_INIT ((float) x, 0, (float) field, MAP_HEIGHT);
}

static GdkRGBA
find_colour (BwUiFlashMap *self, const char *name)
{
    GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (self));
    GdkRGBA colour = { 0.5f, 0.5f, 0.5f, 1 };

    if (!gtk_style_context_lookup_color (style, name, &colour))
        gtk_style_context_get_color (style, &colour);
    return colour;
}

static void
draw_text (BwUiFlashMap *self,
           GtkSnapshot *snapshot,
           const char *text,
           const graphene_rect_t *field,
           double y,
           double scale)
{
    g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
    g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
    GdkRGBA colour = find_colour (self, "bw_map_text");
    int width = (int) field->size.width - 2 * LABEL_PADDING;

    if (width < 2 * LABEL_PADDING)
        return;
    pango_attr_list_insert (attributes, pango_attr_scale_new (scale));
    pango_layout_set_attributes (layout, attributes);
    pango_layout_set_width (layout, width * PANGO_SCALE);
    pango_layout_set_height (layout, -1);
    pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
    gtk_snapshot_save (snapshot);
    gtk_snapshot_translate (snapshot,
                            &GRAPHENE_POINT_INIT (field->origin.x + LABEL_PADDING, (float) y));
    gtk_snapshot_append_layout (snapshot, layout, &colour);
    gtk_snapshot_restore (snapshot);
}

static void
draw_field (BwUiFlashMap *self, GtkSnapshot *snapshot, unsigned index)
{
    const BwPartition *partition = self->info->partitions->pdata[index];
    graphene_rect_t field = get_field (self, index);
    GdkRGBA colour = find_colour (self, bw_ui_flash_map_get_colour_name (self->info, index));
    g_autofree char *app = bw_ui_format_app (partition->app_name, partition->app_version);

    gtk_snapshot_append_color (snapshot, &colour, &field);
    if ((int) index == self->info->active_partition) {
        GdkRGBA text = find_colour (self, "bw_map_text");

        gtk_snapshot_append_color (snapshot, &text,
                                   &GRAPHENE_RECT_INIT (field.origin.x,
                                                        MAP_HEIGHT - (float) ACTIVE_BAR,
                                                        field.size.width, (float) ACTIVE_BAR));
    }
    draw_text (self, snapshot, partition->label, &field, 8, PANGO_SCALE_MEDIUM);
    draw_text (self, snapshot, app, &field, 28, PANGO_SCALE_SMALL);
}

static void
bw_ui_flash_map_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
    BwUiFlashMap *self = BW_UI_FLASH_MAP (widget);
    GskRoundedRect outline;

    if (self->info == NULL)
        return;
    gsk_rounded_rect_init_from_rect (
        &outline, &GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (widget), MAP_HEIGHT), 6);
    gtk_snapshot_push_rounded_clip (snapshot, &outline);
    for (unsigned i = 0; i < self->info->partitions->len; i++)
        draw_field (self, snapshot, i);
    gtk_snapshot_pop (snapshot);
}

static void
bw_ui_flash_map_measure (GtkWidget *widget,
                         GtkOrientation orientation,
                         int for_size,
                         int *minimum,
                         int *natural,
                         int *minimum_baseline,
                         int *natural_baseline)
{
    *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? MAP_MIN_WIDTH : MAP_HEIGHT;
    *natural = *minimum;
}

static gboolean
on_query_tooltip (GtkWidget *widget, int x, int y, gboolean is_keyboard, GtkTooltip *tooltip)
{
    BwUiFlashMap *self = BW_UI_FLASH_MAP (widget);

    for (unsigned i = 0; self->info != NULL && i < self->info->partitions->len; i++) {
        const BwPartition *partition = self->info->partitions->pdata[i];
        graphene_rect_t field = get_field (self, i);
        g_autofree char *facts = NULL;
        g_autofree char *text = NULL;

        if (x < field.origin.x - 1 || x > field.origin.x + field.size.width + 1)
            continue;
        facts = bw_ui_flash_map_dup_facts (self->info, i);
        text = bw_ui_join_facts (partition->label, facts, BW_UI_END);
        gtk_tooltip_set_text (tooltip, text);
        return TRUE;
    }
    return FALSE;
}

static void
update_accessible (BwUiFlashMap *self)
{
    GString *text = g_string_new (NULL);

    for (unsigned i = 0; self->info != NULL && i < self->info->partitions->len; i++) {
        const BwPartition *partition = self->info->partitions->pdata[i];
        g_autofree char *facts = bw_ui_flash_map_dup_facts (self->info, i);

        g_string_append_printf (text, "%s: %s%s. ", partition->label, facts,
                                (int) i == self->info->active_partition ? _ (", active") : "");
    }
    gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    _ ("Flash map"), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text->str,
                                    -1);
    g_string_free (text, TRUE);
}

void
bw_ui_flash_map_show (BwUiFlashMap *self, BwBoardInfo *info)
{
    if (self->info == info)
        return;
    bw_board_info_unref (self->info);
    self->info = bw_board_info_ref (info);
    update_accessible (self);
    gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
bw_ui_flash_map_dispose (GObject *object)
{
    g_clear_pointer (&BW_UI_FLASH_MAP (object)->info, bw_board_info_unref);
    G_OBJECT_CLASS (bw_ui_flash_map_parent_class)->dispose (object);
}

static void
bw_ui_flash_map_class_init (BwUiFlashMapClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

    G_OBJECT_CLASS (klass)->dispose = bw_ui_flash_map_dispose;
    widget_class->snapshot = bw_ui_flash_map_snapshot;
    widget_class->measure = bw_ui_flash_map_measure;
    widget_class->query_tooltip = on_query_tooltip;
    gtk_widget_class_set_css_name (widget_class, "flashmap");
    gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
bw_ui_flash_map_init (BwUiFlashMap *self)
{
    /* addresses grow from left to right, and names begin where their place does */
    gtk_widget_set_direction (GTK_WIDGET (self), GTK_TEXT_DIR_LTR);
    gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
    gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}
