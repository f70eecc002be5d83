/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-window-firmware"
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bw-ui-address-dialog.h"
#include "bw-ui-file-dialog.h"
#include "bw-ui-firmware-view.h"
#include "bw-ui-plan-dialog.h"
#include "bw-ui-problem.h"
#include "bw-ui-window-private.h"

void
_bw_ui_window_start (BwUiWindow *self, GPtrArray *boards, BwPlan *plan)
{
    g_autoptr (GError) first = NULL;
    unsigned refused = 0;

    for (unsigned i = 0; i < boards->len; i++) {
        g_autoptr (GError) error = NULL;

        if (bw_board_start (boards->pdata[i], plan, &error) != NULL)
            continue;
        refused++;
        if (first == NULL)
            first = g_steal_pointer (&error);
    }
    if (refused > 0)
        bw_ui_window_toast (self, bw_cause_get_title (bw_error_get_cause (first)));
    _bw_ui_window_update_actions (self);
}

/* --- asking which boards -------------------------------------------------------------------- */

/* Stays until it is answered: walking along a jig takes longer than a toast lasts. */
static void
ask_for_boards (BwUiWindow *self)
{
    AdwToast *toast = adw_toast_new (_ ("Choose the boards it is for, then press Flash"));

    adw_toast_set_timeout (toast, 0);
    adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
    g_set_weak_pointer (&self->request, toast);
    adw_toast_overlay_add_toast (self->toasts, toast);
    g_action_group_change_action_state (G_ACTION_GROUP (self), "selecting",
                                        g_variant_new_boolean (TRUE));
}

static void
stop_asking (BwUiWindow *self)
{
    if (self->request != NULL)
        adw_toast_dismiss (self->request);
    g_clear_weak_pointer (&self->request);
}

/* --- the sheet ------------------------------------------------------------------------------ */

static void
on_confirmed (BwUiPlanDialog *dialog, BwPlan *plan, GPtrArray *boards, BwUiWindow *self)
{
    _bw_ui_window_start (self, boards, plan);
    if (boards->len == 1)
        bw_ui_board_page_show_page (self->board_page, "overview");
}

/* A second press is no second job: boards at work are left out, and it is said. */
static GPtrArray *
dup_idle (BwUiWindow *self, GPtrArray *boards)
{
    GPtrArray *idle = g_ptr_array_new_with_free_func (g_object_unref);
    unsigned n_busy = 0;
    g_autofree char *text = NULL;

    for (unsigned i = 0; i < boards->len; i++)
        if (!bw_board_is_busy (boards->pdata[i]))
            g_ptr_array_add (idle, g_object_ref (boards->pdata[i]));
    n_busy = boards->len - idle->len;
    text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u board is still at work and left out",
                                         "%u boards are still at work and left out", n_busy),
                            n_busy);
    if (n_busy > 0)
        bw_ui_window_toast (self, text);
    return idle;
}

void
_bw_ui_window_show_plan (BwUiWindow *self,
                         BwAction action,
                         GPtrArray *selected,
                         const BwStoredJob *again)
{
    g_autoptr (GPtrArray) boards = dup_idle (self, selected);
    BwFirmware *firmware =
        action == BW_ACTION_ERASE ? NULL : bw_ui_shelf_get_firmware (self->shelf);
    GtkWidget *dialog = NULL;
    gboolean should_confirm = TRUE;

    stop_asking (self);
    if (boards->len == 0)
        return;
    dialog =
        bw_ui_plan_dialog_new (GTK_WINDOW (self), self->settings, boards, action, firmware, again);
    g_signal_connect_object (dialog, "confirmed", G_CALLBACK (on_confirmed), self, 0);
    g_object_get (self->settings, "confirm-flash", &should_confirm, NULL);
    if (should_confirm || action == BW_ACTION_ERASE
        || bw_ui_plan_dialog_needs_person (BW_UI_PLAN_DIALOG (dialog)))
        gtk_window_present (GTK_WINDOW (dialog));
    else
        bw_ui_plan_dialog_confirm (BW_UI_PLAN_DIALOG (dialog));
}

/* --- what stands out ------------------------------------------------------------------------ */

/* Of several the others can go on. */
static gboolean
are_all_refused (BwUiWindow *self, GPtrArray *boards)
{
    BwFirmware *firmware = bw_ui_shelf_get_firmware (self->shelf);

    for (unsigned i = 0; firmware != NULL && i < boards->len; i++)
        if (!bw_ui_firmware_view_would_refuse (firmware, boards->pdata[i]))
            return FALSE;
    return firmware != NULL && boards->len > 0;
}

static void
suggest (GtkWidget *button, gboolean is_suggested)
{
    if (is_suggested)
        gtk_widget_add_css_class (button, "suggested-action");
    else
        gtk_widget_remove_css_class (button, "suggested-action");
}

void
_bw_ui_window_update_suggestion (BwUiWindow *self)
{
    g_autoptr (GPtrArray) boards = bw_ui_board_list_dup_selected (self->list);
    gboolean is_refused = are_all_refused (self, boards);
    gboolean has_problem = boards->len == 1 && bw_ui_problem_is_there (boards->pdata[0]);

    /* what is suggested for a problem stands beside it */
    suggest (bw_ui_board_page_get_flash (self->board_page), !is_refused && !has_problem);
    suggest (bw_ui_batch_page_get_flash (self->batch_page), !is_refused);
    suggest (self->selection_flash, !is_refused);
}

/* --- choosing ------------------------------------------------------------------------------- */

/* A newer load has begun or is done, or the window was closed meanwhile. */
static gboolean
is_outdated (BwUiWindow *self, gboolean is_loaded)
{
    return self->board_page == NULL
           || (!is_loaded
               && (bw_ui_shelf_is_loading (self->shelf)
                   || bw_ui_shelf_get_firmware (self->shelf) != NULL));
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (BwUiWindow) self = user_data;
    gboolean is_loaded = g_task_propagate_boolean (G_TASK (result), NULL);
    g_autoptr (GPtrArray) targets = NULL;

    /* the boards are those of the newer load then */
    if (is_outdated (self, is_loaded))
        return;
    targets = g_steal_pointer (&self->targets);
    if (is_loaded && targets != NULL && targets->len > 0) {
        if (targets->len == 1)
            bw_ui_board_list_select (self->list, targets->pdata[0]);
        _bw_ui_window_show_plan (self, self->target_action, targets, NULL);
        return;
    }
    if (is_loaded && targets != NULL)
        ask_for_boards (self);
    bw_ui_board_page_show_page (self->board_page, "firmware");
}

void
_bw_ui_window_load_for (BwUiWindow *self,
                        const char *const *specs,
                        BwAction action,
                        GPtrArray *boards)
{
    g_clear_pointer (&self->targets, g_ptr_array_unref);
    self->target_action = action;
    self->targets = boards == NULL ? NULL : g_ptr_array_ref (boards);
    stop_asking (self);
    bw_ui_shelf_load (self->shelf, specs, on_loaded, g_object_ref (self));
}

static void
on_address (BwUiAddressDialog *dialog, const char *spec, BwUiWindow *self)
{
    const char *specs[] = { spec, NULL };

    _bw_ui_window_load_for (self, specs, BW_ACTION_FLASH,
                            g_object_get_data (G_OBJECT (dialog), "boards"));
}

/* @boards: for which the plan is shown afterwards; NULL = only look at the firmware */
static void
ask_for_address (BwUiWindow *self, const char *address, GPtrArray *boards)
{
    GtkWidget *dialog = bw_ui_address_dialog_new (GTK_WINDOW (self), address);

    if (boards != NULL)
        g_object_set_data_full (G_OBJECT (dialog), "boards", g_ptr_array_ref (boards),
                                (GDestroyNotify) g_ptr_array_unref);
    g_signal_connect_object (dialog, "answered", G_CALLBACK (on_address), self, 0);
    gtk_window_present (GTK_WINDOW (dialog));
}

static void
open_address (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    BwUiWindow *self = user_data;

    ask_for_address (self, bw_ui_shelf_get_address (self->shelf), NULL);
}

/* An address without its digest, as browsers give it away. */
static gboolean
is_half (const char *const *specs)
{
    return specs[1] == NULL && bw_firmware_spec_is_address (specs[0])
           && strchr (specs[0], '#') == NULL;
}

static GPtrArray *
find_boards (BwUiWindow *self, const char *const *addresses)
{
    GPtrArray *boards = g_ptr_array_new_with_free_func (g_object_unref);
    unsigned n =
        self->station == NULL ? 0 : g_list_model_get_n_items (G_LIST_MODEL (self->station));

    for (unsigned i = 0; i < n; i++) {
        g_autoptr (BwBoard) board = g_list_model_get_item (G_LIST_MODEL (self->station), i);

        if (g_strv_contains (addresses, bw_board_get_address (board)))
            g_ptr_array_add (boards, g_steal_pointer (&board));
    }
    return boards;
}

static void
load (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    BwUiWindow *self = user_data;
    g_autofree const char **specs = NULL;
    g_autofree const char **addresses = NULL;
    g_autoptr (GPtrArray) boards = NULL;

    g_variant_get (parameter, "(^a&s^a&s)", &specs, &addresses);
    if (specs[0] == NULL)
        return;
    boards = find_boards (self, addresses);
    if (is_half (specs))
        ask_for_address (self, specs[0], boards);
    else
        _bw_ui_window_load_for (self, specs, BW_ACTION_FLASH, boards);
}

static void
on_file_response (GtkNativeDialog *dialog, int response, BwUiWindow *self)
{
    g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
    g_autofree char *path = file == NULL ? NULL : g_file_get_path (file);
    GPtrArray *boards = g_object_get_data (G_OBJECT (dialog), "boards");
    const char *specs[] = { path, NULL };

    if (response == GTK_RESPONSE_ACCEPT && path != NULL)
        _bw_ui_window_load_for (self, specs, BW_ACTION_FLASH, boards);
}

static void
add_pattern (GtkFileChooser *chooser, const char *name, const char *const *patterns)
{
    g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

    gtk_file_filter_set_name (filter, name);
    for (gsize i = 0; patterns[i] != NULL; i++)
        gtk_file_filter_add_pattern (filter, patterns[i]);
    gtk_file_chooser_add_filter (chooser, filter);
}

/* @boards: for which the plan is shown afterwards; NULL = only look at the firmware */
static void
choose (BwUiWindow *self, GtkFileChooserAction what, GPtrArray *boards)
{
    static const char *const firmware[] = { "*.bin", "*.uf2", "*.hex", "*.gz", "*.json",
                                            "*.BIN", "*.UF2", "*.HEX", NULL };
    static const char *const everything[] = { "*", NULL };
    gboolean is_folder = what == GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER;
    GtkFileChooserNative *dialog =
        gtk_file_chooser_native_new (is_folder ? _ ("Choose a build folder")
                                               : _ ("Choose a firmware"),
                                     GTK_WINDOW (self), what, _ ("Choose"), _ ("Cancel"));

    if (!is_folder) {
        add_pattern (GTK_FILE_CHOOSER (dialog), _ ("Firmware"), firmware);
        add_pattern (GTK_FILE_CHOOSER (dialog), _ ("All files"), everything);
    }
    if (boards != NULL)
        g_object_set_data_full (G_OBJECT (dialog), "boards", g_ptr_array_ref (boards),
                                (GDestroyNotify) g_ptr_array_unref);
    g_signal_connect_object (dialog, "response", G_CALLBACK (on_file_response), self, 0);
    bw_ui_file_dialog_show (dialog);
}

static void
open_firmware (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    choose (user_data, GTK_FILE_CHOOSER_ACTION_OPEN, NULL);
}

static void
open_folder (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    choose (user_data, GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, NULL);
}

/* What was built since is what is meant. */
static void
reload_for (BwUiWindow *self, BwAction action, GPtrArray *boards)
{
    BwFirmware *firmware = bw_ui_shelf_get_firmware (self->shelf);
    g_auto (GStrv) specs = g_strdupv ((char **) bw_firmware_get_specs (firmware));

    _bw_ui_window_load_for (self, (const char *const *) specs, action, boards);
    bw_ui_window_toast (self, _ ("The files have changed and are read again"));
}

static void
show_or_choose (BwUiWindow *self, BwAction action)
{
    g_autoptr (GPtrArray) boards = bw_ui_board_list_dup_selected (self->list);

    if (boards->len == 0)
        return;
    if (bw_ui_shelf_get_firmware (self->shelf) == NULL) {
        choose (self, GTK_FILE_CHOOSER_ACTION_OPEN, boards);
    } else if (bw_ui_shelf_get_files (self->shelf) == BW_FIRMWARE_FILES_CHANGED) {
        reload_for (self, action, boards);
    } else {
        if (bw_ui_shelf_get_files (self->shelf) == BW_FIRMWARE_FILES_GONE)
            bw_ui_window_toast (self,
                                _ ("Files of the firmware are gone; it stays as it was read"));
        _bw_ui_window_show_plan (self, action, boards, NULL);
    }
}

static void
flash (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    show_or_choose (user_data, BW_ACTION_FLASH);
}

static void
verify (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    BwUiWindow *self = user_data;

    if (bw_ui_shelf_get_firmware (self->shelf) != NULL)
        show_or_choose (self, BW_ACTION_VERIFY);
    else
        bw_ui_window_toast (self, _ ("Choose the firmware to compare with first"));
}

static void
erase (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
    BwUiWindow *self = user_data;
    g_autoptr (GPtrArray) boards = bw_ui_board_list_dup_selected (self->list);

    if (boards->len > 0)
        _bw_ui_window_show_plan (self, BW_ACTION_ERASE, boards, NULL);
}

static const GActionEntry entries[] = {
    { .name = "load", .activate = load, .parameter_type = "(asas)" },
    { .name = "open-firmware", .activate = open_firmware },
    { .name = "open-folder", .activate = open_folder },
    { .name = "open-address", .activate = open_address },
    { .name = "flash", .activate = flash },
    { .name = "verify", .activate = verify },
    { .name = "erase", .activate = erase },
};

void
_bw_ui_window_install_firmware_actions (BwUiWindow *self)
{
    g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}
