/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-overview"
#include "config.h"

#include "bw-ui-overview.h"

#include <glib/gi18n.h>

#include "bw-ui-flash-map.h"
#include "bw-ui-format.h"
#include "bw-ui-plan-view.h"
#include "bw-ui-swatch.h"

struct _BwUiOverview {
    AdwBin parent_instance;

    AdwPreferencesGroup *plan_group;
    BwUiPlanView *plan_view;
    AdwPreferencesGroup *flash_group;
    BwUiFlashMap *flash_map;
    AdwExpanderRow *partitions_row;
    GtkListBox *identity;

    BwBoardInfo *info;
    char *shown; /* the facts on screen, to rebuild rows only for new ones */
    GPtrArray *partition_rows;
};

G_DEFINE_FINAL_TYPE (BwUiOverview, bw_ui_overview, ADW_TYPE_BIN)

#define N_FACTS_MAX 16

struct fact {
    const char *title;
    char *value;
};

static void
add_fact (struct fact *facts, unsigned *n, const char *title, char *value)
{
    if (value == NULL || *value == '\0') {
        g_free (value);
        return;
    }
    g_assert (*n < N_FACTS_MAX);
    facts[*n].title = title;
    facts[*n].value = value;
    *n += 1;
}

static char *
dup_revision (const BwBoardInfo *info)
{
    if (info->revision < 0)
        return NULL;
    return g_strdup_printf ("%d.%d", info->revision / 100, info->revision % 100);
}

static char *
dup_flash (const BwBoardInfo *info)
{
    g_autofree char *size = NULL;
    g_autofree char *id = NULL;

    if (info->flash_size_bytes == 0)
        return NULL;
    size = bw_words_dup_memory (info->flash_size_bytes);
    id = info->flash_id == 0 ? NULL : g_strdup_printf ("%06x", info->flash_id);
    return bw_ui_join_facts (size, info->flash_maker, id, BW_UI_END);
}

static char *
dup_security (const BwBoardInfo *info)
{
    if (info->chip_key == NULL)
        return NULL;
    if (!info->is_secure_boot && !info->is_flash_encrypted && !info->is_secure_download)
        return g_strdup (_ ("Open: no secure boot, no flash encryption"));
    return bw_ui_join_facts (info->is_secure_boot ? _ ("Secure boot") : NULL,
                             info->is_flash_encrypted ? _ ("Flash encryption") : NULL,
                             info->is_secure_download ? _ ("Secure download mode") : NULL,
                             BW_UI_END);
}

static char *
dup_application (const BwBoardInfo *info)
{
    g_autofree char *app = bw_ui_format_app (info->app_name, info->app_version);

    return bw_ui_join_facts (app, info->app_sdk, info->app_built, BW_UI_END);
}

static void
add_info_facts (struct fact *facts, unsigned *n, BwBoard *board, const BwBoardInfo *info)
{
    add_fact (facts, n, _ ("Chip"), g_strdup (info->package ? info->package : info->chip_name));
    add_fact (facts, n, _ ("Revision"), dup_revision (info));
    add_fact (facts, n, _ ("Features"), g_strdup (info->features));
    if (info->crystal_mhz > 0)
        add_fact (facts, n, _ ("Crystal"), g_strdup_printf (_ ("%u MHz"), info->crystal_mhz));
    add_fact (facts, n, _ ("Flash"), dup_flash (info));
    add_fact (facts, n, _ ("Security"), dup_security (info));
    /* while it is being written nobody knows */
    if (bw_board_get_running (board) != NULL)
        add_fact (facts, n, _ ("Application"), dup_application (info));
    add_fact (facts, n, _ ("Loader"), g_strdup (info->loader));
}

static char *
dup_mac (BwBoard *board)
{
    const BwBoardInfo *info = bw_board_get_info (board);

    if (info == NULL || !info->is_mac_doubtful)
        return g_strdup (bw_board_get_mac (board));
    return bw_words_dup_mac (info);
}

static unsigned
collect_facts (struct fact *facts, BwBoard *board)
{
    BwBoardInfo *info = bw_board_get_info (board);
    unsigned n = 0;

    if (info != NULL)
        add_info_facts (facts, &n, board, info);
    add_fact (facts, &n, _ ("MAC address"), dup_mac (board));
    add_fact (facts, &n, _ ("Place"), g_strdup (bw_board_get_place (board)));
    add_fact (facts, &n, _ ("Address"), g_strdup (bw_board_get_address (board)));
    add_fact (facts, &n, _ ("Adapter"), g_strdup (bw_board_get_bridge (board)));
    return n;
}

static void
remove_rows (GtkListBox *list)
{
    GtkWidget *row = NULL;

    while ((row = gtk_widget_get_first_child (GTK_WIDGET (list))) != NULL)
        gtk_list_box_remove (list, row);
}

static GtkWidget *
make_fact_row (const char *title, const char *value)
{
    GtkWidget *row = adw_action_row_new ();
    GtkWidget *label = gtk_label_new (value);

    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
    gtk_label_set_selectable (GTK_LABEL (label), TRUE);
    gtk_label_set_wrap (GTK_LABEL (label), TRUE);
    gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
    gtk_label_set_xalign (GTK_LABEL (label), 1);
    gtk_widget_set_margin_top (label, 12);
    gtk_widget_set_margin_bottom (label, 12);
    gtk_widget_add_css_class (label, "dim-label");
    gtk_widget_set_hexpand (label, TRUE);
    adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
    return row;
}

static void
update_identity (BwUiOverview *self, BwBoard *board)
{
    struct fact facts[N_FACTS_MAX] = { 0 };
    unsigned n = collect_facts (facts, board);
    GString *text = g_string_new (NULL);
    gboolean is_new = FALSE;

    for (unsigned i = 0; i < n; i++)
        g_string_append_printf (text, "%s\n%s\n", facts[i].title, facts[i].value);
    is_new = g_strcmp0 (text->str, self->shown) != 0;
    g_free (self->shown);
    self->shown = g_string_free (text, FALSE);
    if (is_new)
        remove_rows (self->identity);
    for (unsigned i = 0; i < n; i++) {
        if (is_new)
            gtk_list_box_append (self->identity, make_fact_row (facts[i].title, facts[i].value));
        g_free (facts[i].value);
    }
}

static GtkWidget *
make_partition_row (const BwBoardInfo *info, unsigned index)
{
    const BwPartition *partition = info->partitions->pdata[index];
    GtkWidget *row = adw_action_row_new ();
    g_autofree char *facts = bw_ui_flash_map_dup_facts (info, index);
    g_autofree char *bytes = bw_words_dup_bytes (partition->size);

    adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), partition->label);
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), facts);
    gtk_widget_set_tooltip_text (row, bytes);
    adw_action_row_add_prefix (ADW_ACTION_ROW (row),
                               bw_ui_swatch_new (bw_ui_flash_map_get_colour_name (info, index)));
    if ((int) index == info->active_partition) {
        GtkWidget *label = gtk_label_new (_ ("Active"));

        gtk_widget_add_css_class (label, "caption-heading");
        adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
    }
    return row;
}

static void
update_partition_rows (BwUiOverview *self, const BwBoardInfo *info)
{
    g_autofree char *title = NULL;

    for (unsigned i = 0; i < self->partition_rows->len; i++)
        adw_expander_row_remove (self->partitions_row, self->partition_rows->pdata[i]);
    g_ptr_array_set_size (self->partition_rows, 0);
    for (unsigned i = 0; i < info->partitions->len; i++) {
        GtkWidget *row = make_partition_row (info, i);

        g_ptr_array_add (self->partition_rows, row);
        adw_expander_row_add_row (self->partitions_row, row);
    }
    title = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u partition", "%u partitions",
                                          info->partitions->len),
                             info->partitions->len);
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->partitions_row), title);
    /* its head is a row of its own inside it: the outer one has no name from there */
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->partitions_row),
                                    GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
}

static void
update_flash (BwUiOverview *self, BwBoardInfo *info)
{
    gboolean has_table = info != NULL && info->partitions->len > 0;
    g_autofree char *size = NULL;
    g_autofree char *title = NULL;

    gtk_widget_set_visible (GTK_WIDGET (self->flash_group), has_table);
    bw_ui_flash_map_show (self->flash_map, has_table ? info : NULL);
    if (info == self->info)
        return;
    bw_board_info_unref (self->info);
    self->info = bw_board_info_ref (info);
    if (!has_table)
        return;
    update_partition_rows (self, info);
    size = info->flash_size_bytes == 0 ? NULL : bw_words_dup_memory (info->flash_size_bytes);
    /* translators: heading above the map of a board's flash: "Flash · 4 MB" */
    title = bw_ui_join_facts (_ ("Flash"), size, BW_UI_END);
    adw_preferences_group_set_title (self->flash_group, title);
}

static void
update_plan (BwUiOverview *self, BwBoard *board)
{
    BwJob *job = bw_board_get_job (board);
    BwPlan *plan = job == NULL ? NULL : bw_job_get_plan (job);
    gboolean is_shown = plan != NULL && bw_plan_get_action (plan) != BW_ACTION_CONSOLE
                        && bw_plan_get_action (plan) != BW_ACTION_IDENTIFY;
    g_autofree char *plain = NULL;
    g_autofree char *title = NULL;

    gtk_widget_set_visible (GTK_WIDGET (self->plan_group), is_shown);
    if (!is_shown)
        return;
    /* a group reads its title as markup, and a firmware may be called anything */
    plain = bw_plan_dup_title (plan);
    title = g_markup_escape_text (plain, -1);
    adw_preferences_group_set_title (self->plan_group, title);
    bw_ui_plan_view_show (self->plan_view, plan, self->info, job);
}

void
bw_ui_overview_show (BwUiOverview *self, BwBoard *board)
{
    if (board == NULL)
        return;
    update_flash (self, bw_board_get_info (board));
    update_plan (self, board);
    update_identity (self, board);
}

static void
bw_ui_overview_dispose (GObject *object)
{
    BwUiOverview *self = BW_UI_OVERVIEW (object);

    gtk_widget_dispose_template (GTK_WIDGET (object), BW_UI_TYPE_OVERVIEW);
    g_clear_pointer (&self->info, bw_board_info_unref);
    g_clear_pointer (&self->shown, g_free);
    g_clear_pointer (&self->partition_rows, g_ptr_array_unref);
    G_OBJECT_CLASS (bw_ui_overview_parent_class)->dispose (object);
}

static void
bw_ui_overview_class_init (BwUiOverviewClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

    G_OBJECT_CLASS (klass)->dispose = bw_ui_overview_dispose;
    g_type_ensure (BW_UI_TYPE_FLASH_MAP);
    g_type_ensure (BW_UI_TYPE_PLAN_VIEW);
    gtk_widget_class_set_template_from_resource (
        widget_class, "/io/github/boardwalk/Station/ui/bw-ui-overview.ui");
    gtk_widget_class_bind_template_child (widget_class, BwUiOverview, plan_group);
    gtk_widget_class_bind_template_child (widget_class, BwUiOverview, plan_view);
    gtk_widget_class_bind_template_child (widget_class, BwUiOverview, flash_group);
    gtk_widget_class_bind_template_child (widget_class, BwUiOverview, flash_map);
    gtk_widget_class_bind_template_child (widget_class, BwUiOverview, partitions_row);
    gtk_widget_class_bind_template_child (widget_class, BwUiOverview, identity);
}

static void
bw_ui_overview_init (BwUiOverview *self)
{
    self->partition_rows = g_ptr_array_new ();
    gtk_widget_init_template (GTK_WIDGET (self));
}
