/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-firmware-view"
#include "config.h"

#include "bw-ui-firmware-view.h"

#include <glib/gi18n.h>

#include "bw-ui-flash-map.h"
#include "bw-ui-format.h"

struct _BwUiFirmwareView {
    AdwBin parent_instance;

    GtkLabel *title;
    GtkLabel *facts;
    GtkListBox *findings;
    AdwExpanderRow *parts_row;
    GtkWidget *layout;
    BwUiFlashMap *map;
    GPtrArray *part_rows;
    gboolean is_refused;
    gboolean has_doubts;
};

G_DEFINE_FINAL_TYPE (BwUiFirmwareView, bw_ui_firmware_view, ADW_TYPE_BIN)

static void
add_finding (BwUiFirmwareView *self,
             const char *icon,
             const char *style,
             const char *title,
             const char *text)
{
    GtkWidget *row = adw_action_row_new ();
    GtkWidget *image = gtk_image_new_from_icon_name (icon);

    gtk_widget_add_css_class (image, style);
    adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text == NULL ? "" : text);
    adw_action_row_add_prefix (ADW_ACTION_ROW (row), image);
    gtk_list_box_append (self->findings, row);
}

static void
add_problem (BwUiFirmwareView *self, BwBoard *board, BwCause cause, const char *text, gboolean hard)
{
    g_autofree char *title =
        bw_ui_join_facts (bw_board_get_name (board), bw_cause_get_title (cause), BW_UI_END);

    if (hard)
        self->is_refused = TRUE;
    else
        self->has_doubts = TRUE;
    add_finding (self, hard ? "bw-state-failed-symbolic" : "dialog-warning-symbolic",
                 hard ? "error" : "warning", title, text);
}

static void
add_findings (BwUiFirmwareView *self, BwBoard *board, const BwFirmwareBuild *build)
{
    g_autoptr (GPtrArray) findings = bw_firmware_build_check (build, bw_board_get_info (board));

    for (unsigned i = 0; i < findings->len; i++) {
        const BwFinding *finding = findings->pdata[i];

        add_problem (self, board, finding->cause, finding->text, !finding->is_overridable);
    }
}

/* Compares with one board; returns the build that is for it. */
static BwFirmwareBuild *
compare (BwUiFirmwareView *self, BwFirmware *firmware, BwBoard *board)
{
    BwBoardInfo *info = bw_board_get_info (board);
    g_autoptr (GError) error = NULL;
    BwFirmwareBuild *build = NULL;

    if (info == NULL || info->chip_key == NULL)
        return NULL;
    build = bw_firmware_dup_build (firmware, info, &error);
    if (build == NULL)
        add_problem (self, board, bw_error_get_cause (error), bw_error_get_evidence (error), TRUE);
    else
        add_findings (self, board, build);
    return build;
}

static char *
dup_place (const BwFirmwarePart *part)
{
    if (part->is_open)
        /* translators: where something goes that has no address yet: the name of a partition */
        return g_strdup_printf (_ ("partition %s"), part->partition);
    return g_strdup_printf ("0x%x", part->offset);
}

static GtkWidget *
make_part_row (const BwFirmwarePart *part)
{
    GtkWidget *row = adw_action_row_new ();
    g_autofree char *size = g_format_size (g_bytes_get_size (part->data));
    g_autofree char *bytes = bw_words_dup_bytes (g_bytes_get_size (part->data));
    g_autofree char *place = dup_place (part);
    g_autofree char *digest = bw_ui_format_digest (part->sha256);
    g_autofree char *digest_text = g_strdup_printf ("SHA-256 %s…", digest);
    g_autofree char *facts =
        bw_ui_join_facts (place, size, digest_text,
                          part->is_encrypted ? _ ("written encrypted") : NULL, BW_UI_END);
    g_autofree char *tooltip = g_strdup_printf ("%s\nSHA-256 %s", bytes, part->sha256);

    adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), part->name);
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), facts);
    gtk_widget_set_tooltip_text (row, tooltip);
    return row;
}

static void
show_parts (BwUiFirmwareView *self, const BwFirmwareBuild *build)
{
    g_autofree char *title = NULL;
    g_autofree char *size = NULL;

    for (unsigned i = 0; i < self->part_rows->len; i++)
        adw_expander_row_remove (self->parts_row, self->part_rows->pdata[i]);
    g_ptr_array_set_size (self->part_rows, 0);
    for (unsigned i = 0; i < build->parts->len; i++) {
        GtkWidget *row = make_part_row (build->parts->pdata[i]);

        g_ptr_array_add (self->part_rows, row);
        adw_expander_row_add_row (self->parts_row, row);
    }
    title =
        g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u part", "%u parts", build->parts->len),
                         build->parts->len);
    size = g_format_size (bw_firmware_build_get_size (build));
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->parts_row), title);
    /* its head is a row of its own inside it: the outer one has no name from there */
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->parts_row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    title, -1);
    adw_expander_row_set_subtitle (self->parts_row, size);
}

/* The flash as it will be, to the end of its last partition. */
static void
show_layout (BwUiFirmwareView *self, const BwFirmwareBuild *build)
{
    g_autoptr (BwBoardInfo) info = bw_board_info_new ();

    for (unsigned i = 0; i < build->partitions->len; i++)
        g_ptr_array_add (info->partitions, bw_partition_copy (build->partitions->pdata[i]));
    bw_ui_flash_map_show (self->map, info);
    gtk_widget_set_visible (self->layout, build->partitions->len > 0);
}

/* What people call the form a firmware comes in. */
static const char *
get_form (BwFirmware *firmware)
{
    static const struct {
        const char *id;
        const char *name;
    } forms[] = {
        { "arduino", N_ ("Arduino build") }, { "bin", N_ ("plain image") },
        { "idf", N_ ("ESP-IDF build") },     { "manifest", N_ ("web manifest") },
        { "merged", N_ ("merged image") },   { "uf2", N_ ("UF2 file") },
        { "ihex", N_ ("Intel HEX file") },
    };

    for (gsize i = 0; i < G_N_ELEMENTS (forms); i++)
        if (g_str_equal (forms[i].id, bw_firmware_get_format (firmware)))
            return _ (forms[i].name);
    return NULL;
}

/* Its files, with their folders one below the other, and by their names alone. */
static void
name_files (BwFirmware *firmware, GString *ret_paths, GString *ret_names)
{
    const char *const *specs = bw_firmware_get_specs (firmware);

    for (unsigned i = 0; specs[i] != NULL; i++) {
        g_autofree char *path = bw_firmware_spec_dup_shown (specs[i]);
        g_autofree char *name = g_path_get_basename (path);

        g_string_append_printf (ret_paths, "%s%s", i > 0 ? "\n" : "", path);
        g_string_append_printf (ret_names, "%s%s", i > 0 ? ", " : "", name);
    }
}

static void
show_head (BwUiFirmwareView *self, BwFirmware *firmware)
{
    g_autofree char *chips = bw_firmware_dup_chip_names (firmware);
    const char *chip = *chips != '\0' ? chips : _ ("no chip named in the file");
    g_autoptr (GString) paths = g_string_new (NULL);
    g_autoptr (GString) names = g_string_new (NULL);
    g_autofree char *facts = NULL;

    name_files (firmware, paths, names);
    facts = bw_ui_join_facts (chip, get_form (firmware), names->str, BW_UI_END);
    gtk_label_set_text (self->title, bw_firmware_get_title (firmware));
    gtk_label_set_text (self->facts, facts);
    gtk_widget_set_tooltip_text (GTK_WIDGET (self->facts), paths->str);
}

static void
remove_rows (GtkListBox *list)
{
    GtkWidget *row = NULL;

    while ((row = gtk_widget_get_first_child (GTK_WIDGET (list))) != NULL)
        gtk_list_box_remove (list, row);
}

static void
show_fit (BwUiFirmwareView *self, unsigned n_fit, unsigned n_boards)
{
    if (self->is_refused || self->has_doubts || n_boards == 0)
        return;
    if (n_fit == n_boards)
        add_finding (self, "bw-state-passed-symbolic", "success",
                     g_dngettext (GETTEXT_PACKAGE, "Fits this board", "Fits all these boards",
                                  n_boards),
                     NULL);
    else
        add_finding (self, "bw-state-looking-symbolic", "dim-label", _ ("Not compared yet"),
                     _ ("The board is looked at before anything is written."));
}

void
bw_ui_firmware_view_show (BwUiFirmwareView *self, BwFirmware *firmware, GPtrArray *boards)
{
    g_autoptr (BwFirmwareBuild) chosen = NULL;
    const BwFirmwareBuild *shown = NULL;
    unsigned n_fit = 0;

    self->is_refused = FALSE;
    self->has_doubts = FALSE;
    gtk_widget_set_visible (GTK_WIDGET (self), firmware != NULL);
    if (firmware == NULL)
        return;
    remove_rows (self->findings);
    for (unsigned i = 0; boards != NULL && i < boards->len; i++) {
        g_autoptr (BwFirmwareBuild) build = compare (self, firmware, boards->pdata[i]);

        n_fit += build != NULL;
        if (chosen == NULL)
            chosen = g_steal_pointer (&build);
    }
    show_fit (self, n_fit, boards == NULL ? 0 : boards->len);
    gtk_widget_set_visible (GTK_WIDGET (self->findings), boards != NULL && boards->len > 0);
    show_head (self, firmware);
    shown = chosen != NULL ? chosen : bw_firmware_get_builds (firmware)->pdata[0];
    show_parts (self, shown);
    show_layout (self, shown);
}

gboolean
bw_ui_firmware_view_is_refused (BwUiFirmwareView *self)
{
    return self->is_refused;
}

gboolean
bw_ui_firmware_view_would_refuse (BwFirmware *firmware, BwBoard *board)
{
    BwBoardInfo *info = bw_board_get_info (board);
    g_autoptr (BwFirmwareBuild) build = NULL;
    g_autoptr (GPtrArray) findings = NULL;
    g_autoptr (GError) error = NULL;

    if (info == NULL || info->chip_key == NULL)
        return FALSE;
    build = bw_firmware_dup_build (firmware, info, &error);
    if (build == NULL)
        return TRUE;
    findings = bw_firmware_build_check (build, info);
    for (unsigned i = 0; i < findings->len; i++)
        if (!((const BwFinding *) findings->pdata[i])->is_overridable)
            return TRUE;
    return FALSE;
}

static void
bw_ui_firmware_view_dispose (GObject *object)
{
    gtk_widget_dispose_template (GTK_WIDGET (object), BW_UI_TYPE_FIRMWARE_VIEW);
    g_clear_pointer (&BW_UI_FIRMWARE_VIEW (object)->part_rows, g_ptr_array_unref);
    G_OBJECT_CLASS (bw_ui_firmware_view_parent_class)->dispose (object);
}

static void
bw_ui_firmware_view_class_init (BwUiFirmwareViewClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

    G_OBJECT_CLASS (klass)->dispose = bw_ui_firmware_view_dispose;
    g_type_ensure (BW_UI_TYPE_FLASH_MAP);
    gtk_widget_class_set_template_from_resource (
        widget_class, "/io/github/boardwalk/Station/ui/bw-ui-firmware-view.ui");
    gtk_widget_class_bind_template_child (widget_class, BwUiFirmwareView, title);
    gtk_widget_class_bind_template_child (widget_class, BwUiFirmwareView, facts);
    gtk_widget_class_bind_template_child (widget_class, BwUiFirmwareView, findings);
    gtk_widget_class_bind_template_child (widget_class, BwUiFirmwareView, parts_row);
    gtk_widget_class_bind_template_child (widget_class, BwUiFirmwareView, layout);
    gtk_widget_class_bind_template_child (widget_class, BwUiFirmwareView, map);
}

static void
bw_ui_firmware_view_init (BwUiFirmwareView *self)
{
    self->part_rows = g_ptr_array_new ();
    gtk_widget_init_template (GTK_WIDGET (self));
}
