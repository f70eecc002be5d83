/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-firmware-page"
#include "config.h"

#include "bw-ui-firmware-page.h"

#include <glib/gi18n.h>

#include "bw-ui-firmware-view.h"
#include "bw-ui-watch.h"

/* Flash is erased in pieces of so many bytes. */
#define SECTOR_BYTES 4096u
/* How often it is shown how far a firmware has come. */
#define TICK_MS 100

struct _BwUiFirmwarePage {
    AdwBin parent_instance;

    GtkStack *stack;
    BwUiFirmwareView *view;
    GtkWidget *another;
    GtkWidget *stale;
    GtkLabel *stale_text;
    GtkWidget *place_box;
    GtkWidget *place_button;
    GtkEntry *place;
    GtkLabel *loading_text;
    GtkProgressBar *loading_bar;
    GtkLabel *loading_size;
    GtkLabel *error_title;
    GtkLabel *error_text;
    GtkLabel *error_todo;
    GtkButton *error_again;
    GtkWidget *error_choose;
    GtkWidget *error_address;
    AdwPreferencesGroup *recent_group;
    GtkListBox *recent;
    GStrv listed; /* what stands in it */

    BwUiShelf *shelf;
    BwBoard *board;
    BwBoardInfo *compared;
    BwUiWatch *watch;
    unsigned tick;
};

G_DEFINE_FINAL_TYPE (BwUiFirmwarePage, bw_ui_firmware_page, ADW_TYPE_BIN)

static void
on_recent_activated (GtkListBox *list, GtkListBoxRow *row, BwUiFirmwarePage *self)
{
    const char *spec = g_object_get_data (G_OBJECT (row), "spec");
    const char *specs[] = { spec, NULL };

    bw_ui_shelf_load (self->shelf, specs, NULL, NULL);
}

static GtkWidget *
make_recent_row (const char *spec)
{
    GtkWidget *row = adw_action_row_new ();
    g_autofree char *shown = bw_firmware_spec_dup_shown (spec);
    g_autofree char *name = g_path_get_basename (shown);
    g_autofree char *folder = g_path_get_dirname (shown);
    gboolean is_address = bw_firmware_spec_is_address (spec);

    adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), folder);
    adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 1);
    adw_action_row_set_icon_name (ADW_ACTION_ROW (row), is_address
                                                            ? "folder-remote-symbolic"
                                                            : "document-open-recent-symbolic");
    gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
    g_object_set_data_full (G_OBJECT (row), "spec", g_strdup (spec), g_free);
    return row;
}

static gboolean
is_same_list (const char *const *a, const char *const *b)
{
    return a != NULL && b != NULL && g_strv_equal (a, b);
}

static void
update_recent (BwUiFirmwarePage *self)
{
    const char *const *specs = bw_settings_get_recent (bw_ui_shelf_get_settings (self->shelf));
    GtkWidget *row = NULL;

    /* the same rows stay: one of them may have the keyboard */
    if (is_same_list (specs, (const char *const *) self->listed))
        return;
    g_strfreev (self->listed);
    self->listed = g_strdupv ((char **) specs);
    while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->recent))) != NULL)
        gtk_list_box_remove (self->recent, row);
    for (unsigned i = 0; specs != NULL && specs[i] != NULL; i++)
        gtk_list_box_append (self->recent, make_recent_row (specs[i]));
    gtk_widget_set_visible (GTK_WIDGET (self->recent_group), specs != NULL && specs[0] != NULL);
}

static void
show_files (BwUiFirmwarePage *self, BwFirmwareFilesState files)
{
    gtk_widget_set_visible (self->stale, files != BW_FIRMWARE_FILES_SAME);
    gtk_label_set_text (self->stale_text,
                        files == BW_FIRMWARE_FILES_GONE
                            ? _ ("Files are gone since they were read; what was read is kept")
                            : _ ("The files have changed since they were read"));
}

static void
show_firmware (BwUiFirmwarePage *self)
{
    g_autoptr (GPtrArray) boards = g_ptr_array_new ();

    if (self->board != NULL)
        g_ptr_array_add (boards, self->board);
    show_files (self, bw_ui_shelf_get_files (self->shelf));
    bw_ui_firmware_view_show (self->view, bw_ui_shelf_get_firmware (self->shelf), boards);
    if (bw_ui_firmware_view_is_refused (self->view))
        gtk_widget_add_css_class (self->another, "suggested-action");
    else
        gtk_widget_remove_css_class (self->another, "suggested-action");
}

/* --- a file that does not say where it goes ------------------------------------------------- */

/* An address at which a sector begins, or the only partition of the board of that name. */
static gboolean
find_place (BwUiFirmwarePage *self, uint64_t *ret_offset)
{
    g_autofree char *text =
        g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->place))));
    BwBoardInfo *info = self->board == NULL ? NULL : bw_board_get_info (self->board);
    const BwPartition *partition =
        info == NULL ? NULL : bw_board_info_find_partition (info, text, NULL);
    gboolean is_hex = g_ascii_strncasecmp (text, "0x", 2) == 0;

    if (partition != NULL) {
        *ret_offset = partition->offset;
        return TRUE;
    }
    return bw_number_parse (is_hex ? text + 2 : text, is_hex ? 16 : 10, 0, UINT32_MAX, ret_offset)
           && *ret_offset % SECTOR_BYTES == 0;
}

static void
update_place (BwUiFirmwarePage *self)
{
    uint64_t offset = 0;

    gtk_widget_set_sensitive (self->place_button, find_place (self, &offset));
}

static void
on_place (BwUiFirmwarePage *self)
{
    const char *path = bw_ui_shelf_get_path (self->shelf);
    g_autofree char *spec = NULL;
    uint64_t offset = 0;

    if (path == NULL || !find_place (self, &offset))
        return;
    spec = g_strdup_printf ("%s@0x%" G_GINT64_MODIFIER "x", path, offset);
    bw_ui_shelf_load (self->shelf, (const char *const[]){ spec, NULL }, NULL, NULL);
}

/* Its remedy knows more than "another file". */
static gboolean
is_from_network (BwCause cause)
{
    return cause == BW_CAUSE_FETCH_FAILED || cause == BW_CAUSE_UNTRUSTED_SERVER
           || cause == BW_CAUSE_WRONG_DIGEST;
}

static void
show_error (BwUiFirmwarePage *self, const GError *error)
{
    BwCause cause = bw_error_get_cause (error);
    gboolean is_address = bw_ui_shelf_is_address (self->shelf);

    gtk_label_set_text (self->error_title, bw_cause_get_title (cause));
    gtk_label_set_text (self->error_todo, is_from_network (cause)
                                              ? bw_cause_get_remedy (cause)
                                              : _ ("Nothing was written. Choose another file."));
    gtk_button_set_label (self->error_again, is_address ? _ ("Try again") : _ ("Read again"));
    gtk_widget_set_visible (self->error_address, is_address);
    gtk_widget_set_visible (self->error_choose, !is_address);
    /* whole: which of the files it is stands before what was seen */
    gtk_label_set_text (self->error_text, error->message);
    gtk_widget_set_visible (self->place_box, cause == BW_CAUSE_BAD_FIRMWARE
                                                 && bw_ui_shelf_get_path (self->shelf) != NULL);
    update_place (self);
}

/* --- while it is being read ------------------------------------------------------------------ */

static gboolean
show_loading (gpointer data)
{
    BwUiFirmwarePage *self = data;
    BwFirmwareMeter *meter = bw_ui_shelf_get_meter (self->shelf);
    uint64_t done = meter == NULL ? 0 : bw_firmware_meter_get_done (meter);
    uint64_t total = meter == NULL ? 0 : bw_firmware_meter_get_total (meter);
    g_autofree char *done_text = g_format_size (done);
    g_autofree char *total_text = g_format_size (total);
    g_autofree char *both = NULL;

    gtk_widget_set_visible (GTK_WIDGET (self->loading_bar), total > 0);
    gtk_widget_set_visible (GTK_WIDGET (self->loading_size), done > 0);
    if (total > 0)
        gtk_progress_bar_set_fraction (self->loading_bar, CLAMP ((double) done / total, 0, 1));
    /* translators: sizes of a download: "1.2 MB of 4.0 MB" */
    both = total > 0 ? g_strdup_printf (_ ("%s of %s"), done_text, total_text) : NULL;
    gtk_label_set_text (self->loading_size, both == NULL ? done_text : both);
    return G_SOURCE_CONTINUE;
}

static void
watch_loading (BwUiFirmwarePage *self)
{
    gboolean is_loading = bw_ui_shelf_is_loading (self->shelf);

    if (!is_loading) {
        g_clear_handle_id (&self->tick, g_source_remove);
        return;
    }
    gtk_label_set_text (self->loading_text, bw_ui_shelf_is_address (self->shelf)
                                                ? _ ("Fetching and checking the firmware…")
                                                : _ ("Reading and checking the firmware…"));
    show_loading (self);
    if (self->tick == 0)
        self->tick = g_timeout_add (TICK_MS, show_loading, self);
}

static void
update (BwUiFirmwarePage *self)
{
    const GError *error = bw_ui_shelf_get_error (self->shelf);

    if (bw_ui_shelf_is_loading (self->shelf)) {
        gtk_stack_set_visible_child_name (self->stack, "loading");
    } else if (bw_ui_shelf_get_firmware (self->shelf) != NULL) {
        show_firmware (self);
        gtk_stack_set_visible_child_name (self->stack, "chosen");
    } else if (error != NULL) {
        show_error (self, error);
        gtk_stack_set_visible_child_name (self->stack, "refused");
    } else {
        gtk_stack_set_visible_child_name (self->stack, "none");
    }
    watch_loading (self);
    update_recent (self);
}

/* Progress does not change how a firmware fits; what was learnt about the board does. */
static void
on_board_changed (gpointer owner)
{
    BwUiFirmwarePage *self = owner;
    BwBoardInfo *info = self->board == NULL ? NULL : bw_board_get_info (self->board);

    if (info == self->compared)
        return;
    bw_board_info_unref (self->compared);
    self->compared = bw_board_info_ref (info);
    update (self);
}

void
bw_ui_firmware_page_set_shelf (BwUiFirmwarePage *self, BwUiShelf *shelf)
{
    g_set_object (&self->shelf, shelf);
    g_signal_connect_object (shelf, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    update (self);
}

void
bw_ui_firmware_page_set_board (BwUiFirmwarePage *self, BwBoard *board)
{
    if (!g_set_object (&self->board, board))
        return;
    bw_ui_watch_set_object (self->watch, board);
    g_clear_pointer (&self->compared, bw_board_info_unref);
    if (board != NULL)
        self->compared = bw_board_info_ref (bw_board_get_info (board));
    update (self);
}

static void
on_reload (BwUiFirmwarePage *self)
{
    bw_ui_shelf_reload (self->shelf);
}

static void
on_clear (BwUiFirmwarePage *self)
{
    bw_ui_shelf_clear (self->shelf);
}

static void
bw_ui_firmware_page_dispose (GObject *object)
{
    BwUiFirmwarePage *self = BW_UI_FIRMWARE_PAGE (object);

    g_clear_handle_id (&self->tick, g_source_remove);
    g_clear_pointer (&self->watch, bw_ui_watch_free);
    g_clear_object (&self->shelf);
    g_clear_object (&self->board);
    g_clear_pointer (&self->compared, bw_board_info_unref);
    g_clear_pointer (&self->listed, g_strfreev);
    gtk_widget_dispose_template (GTK_WIDGET (object), BW_UI_TYPE_FIRMWARE_PAGE);
    G_OBJECT_CLASS (bw_ui_firmware_page_parent_class)->dispose (object);
}

static void
bw_ui_firmware_page_class_init (BwUiFirmwarePageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

    G_OBJECT_CLASS (klass)->dispose = bw_ui_firmware_page_dispose;
    g_type_ensure (BW_UI_TYPE_FIRMWARE_VIEW);
    gtk_widget_class_set_template_from_resource (
        widget_class, "/io/github/boardwalk/Station/ui/bw-ui-firmware-page.ui");
    gtk_widget_class_bind_template_child (widget_class, BwUiFirmwarePage, stack);
    gtk_widget_class_bind_template_child (widget_class, BwUiFirmwarePage, view);
    gtk_widget_class_bind_template_child (widget_class, BwUiFirmwarePage, another);
    gtk_widget_class_bind_template_child (widget_class, BwUiFirmwarePage, stale);
    gtk_widget_class_bind_template_child (widget_class, BwUiFirmwarePage, stale_text);
    gtk_widget_class_bind_template_child (widget_class, BwUiFirmwarePage, place_box);
    gtk_widget_class_bind_template_child (widget_class, BwUiFirmwarePage, place_button);
    gtk_widget_class_bind_template_child (widget_class, BwUiFirmwarePage, place);
    gtk_widget_class_bind_template_child (widget_class, BwUiFirmwarePage, loading_text);
    gtk_widget_class_bind_template_child (widget_class, BwUiFirmwarePage, loading_bar);
    gtk_widget_class_bind_template_child (widget_class, BwUiFirmwarePage, loading_size);
    gtk_widget_class_bind_template_child (widget_class, BwUiFirmwarePage, error_title);
    gtk_widget_class_bind_template_child (widget_class, BwUiFirmwarePage, error_todo);
    gtk_widget_class_bind_template_child (widget_class, BwUiFirmwarePage, error_choose);
    gtk_widget_class_bind_template_child (widget_class, BwUiFirmwarePage, error_again);
    gtk_widget_class_bind_template_child (widget_class, BwUiFirmwarePage, error_address);
    gtk_widget_class_bind_template_child (widget_class, BwUiFirmwarePage, error_text);
    gtk_widget_class_bind_template_child (widget_class, BwUiFirmwarePage, recent_group);
    gtk_widget_class_bind_template_child (widget_class, BwUiFirmwarePage, recent);
    gtk_widget_class_bind_template_callback (widget_class, on_recent_activated);
    gtk_widget_class_bind_template_callback (widget_class, on_clear);
    gtk_widget_class_bind_template_callback (widget_class, on_reload);
    gtk_widget_class_bind_template_callback (widget_class, update_place);
    gtk_widget_class_bind_template_callback (widget_class, on_place);
}

static void
bw_ui_firmware_page_init (BwUiFirmwarePage *self)
{
    self->watch = bw_ui_watch_new (on_board_changed, self);
    gtk_widget_init_template (GTK_WIDGET (self));
}
