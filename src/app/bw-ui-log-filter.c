/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-log-filter"
#include "config.h"

#include "bw-ui-log-filter.h"

#define ALL_LEVELS ((1u << (BW_LOG_ERROR + 1)) - 1)

struct _BwUiLogFilter {
    GObject parent_instance;

    GtkFilterListModel *shown;
    GtkFilterListModel *hits;
    GtkFilter *level_filter;
    GtkFilter *text_filter;
    unsigned levels; /* bit for each level shown */
    char *needle;
};

G_DEFINE_FINAL_TYPE (BwUiLogFilter, bw_ui_log_filter, G_TYPE_OBJECT)

static gboolean
is_level_shown (gpointer item, gpointer user_data)
{
    BwUiLogFilter *self = user_data;

    return (self->levels >> bw_log_item_get_line (item)->level) & 1u;
}

/* ASCII letters without case: what boards print, at a cost that 100,000 lines can bear. */
static gboolean
is_hit (gpointer item, gpointer user_data)
{
    BwUiLogFilter *self = user_data;
    const char *text = bw_log_item_get_line (item)->text;
    gsize length = self->needle == NULL ? 0 : strlen (self->needle);

    if (length == 0)
        return FALSE;
    for (; *text != '\0'; text++)
        if (g_ascii_strncasecmp (text, self->needle, length) == 0)
            return TRUE;
    return FALSE;
}

void
bw_ui_log_filter_set_log (BwUiLogFilter *self, BwLog *log)
{
    gtk_filter_list_model_set_model (self->shown, G_LIST_MODEL (log));
}

void
bw_ui_log_filter_set_level (BwUiLogFilter *self, BwLogLevel level, gboolean is_shown)
{
    unsigned levels = is_shown ? self->levels | (1u << level) : self->levels & ~(1u << level);

    if (levels == self->levels)
        return;
    self->levels = levels;
    gtk_filter_changed (self->level_filter,
                        is_shown ? GTK_FILTER_CHANGE_LESS_STRICT : GTK_FILTER_CHANGE_MORE_STRICT);
    /* without a filter the model passes lines on without looking at them */
    gtk_filter_list_model_set_filter (self->shown,
                                      levels == ALL_LEVELS ? NULL : self->level_filter);
}

void
bw_ui_log_filter_set_needle (BwUiLogFilter *self, const char *needle)
{
    g_free (self->needle);
    self->needle = needle == NULL || *needle == '\0' ? NULL : g_strdup (needle);
    gtk_filter_list_model_set_model (self->hits,
                                     self->needle == NULL ? NULL : G_LIST_MODEL (self->shown));
    gtk_filter_changed (self->text_filter, GTK_FILTER_CHANGE_DIFFERENT);
}

const char *
bw_ui_log_filter_get_needle (BwUiLogFilter *self)
{
    return self->needle;
}

GListModel *
bw_ui_log_filter_get_shown (BwUiLogFilter *self)
{
    return G_LIST_MODEL (self->shown);
}

GListModel *
bw_ui_log_filter_get_hits (BwUiLogFilter *self)
{
    return G_LIST_MODEL (self->hits);
}

static uint64_t
get_number (GListModel *model, unsigned position)
{
    g_autoptr (BwLogItem) item = g_list_model_get_item (model, position);

    return bw_log_item_get_line (item)->number;
}

/* Numbers grow, so a few looks suffice: each look makes an item. */
static unsigned
find_line (GListModel *model, uint64_t number)
{
    unsigned low = 0;
    unsigned high = g_list_model_get_n_items (model);

    while (low < high) {
        unsigned middle = low + (high - low) / 2;

        if (get_number (model, middle) < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

gboolean
bw_ui_log_filter_find_shown (BwUiLogFilter *self, uint64_t number, unsigned *ret_position)
{
    unsigned position = find_line (G_LIST_MODEL (self->shown), number);

    if (position == g_list_model_get_n_items (G_LIST_MODEL (self->shown)))
        return FALSE;
    *ret_position = position;
    return TRUE;
}

unsigned
bw_ui_log_filter_find_hit (BwUiLogFilter *self, uint64_t number)
{
    return find_line (G_LIST_MODEL (self->hits), number);
}

gboolean
bw_ui_log_filter_is_looking (BwUiLogFilter *self)
{
    return gtk_filter_list_model_get_pending (self->shown) > 0;
}

unsigned
bw_ui_log_filter_get_levels (BwUiLogFilter *self)
{
    return self->levels;
}

BwUiLogFilter *
bw_ui_log_filter_new (void)
{
    return g_object_new (BW_UI_TYPE_LOG_FILTER, NULL);
}

static void
bw_ui_log_filter_finalize (GObject *object)
{
    BwUiLogFilter *self = BW_UI_LOG_FILTER (object);

    g_object_unref (self->hits);
    g_object_unref (self->shown);
    g_object_unref (self->level_filter);
    g_object_unref (self->text_filter);
    g_free (self->needle);
    G_OBJECT_CLASS (bw_ui_log_filter_parent_class)->finalize (object);
}

static void
bw_ui_log_filter_class_init (BwUiLogFilterClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = bw_ui_log_filter_finalize;
}

static void
bw_ui_log_filter_init (BwUiLogFilter *self)
{
    self->levels = ALL_LEVELS;
    self->level_filter = GTK_FILTER (gtk_custom_filter_new (is_level_shown, self, NULL));
    self->text_filter = GTK_FILTER (gtk_custom_filter_new (is_hit, self, NULL));
    /* both look at a few lines each time the window has nothing else to do */
    self->shown = gtk_filter_list_model_new (NULL, NULL);
    gtk_filter_list_model_set_incremental (self->shown, TRUE);
    self->hits = gtk_filter_list_model_new (NULL, g_object_ref (self->text_filter));
    gtk_filter_list_model_set_incremental (self->hits, TRUE);
}
