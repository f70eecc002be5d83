/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-ui-batch-page.h"
#include "bw-ui-board-list.h"
#include "bw-ui-board-page.h"
#include "bw-ui-fit.h"
#include "bw-ui-shelf.h"
#include "bw-ui-window.h"

G_BEGIN_DECLS

/* What the files of the main window share. Threads: main thread. */

struct _BwUiWindow {
    AdwApplicationWindow parent_instance;

    AdwToastOverlay *toasts;
    GtkStack *root_stack;
    AdwLeaflet *leaflet;
    GtkWidget *list_header;
    GtkWidget *none_header;
    GtkWidget *list_pane;
    GtkWidget *detail_pane;
    GtkSearchBar *search_bar;
    GtkSearchEntry *search_entry;
    GtkRevealer *trouble_revealer;
    BwUiFit *trouble_fit;
    GtkLabel *trouble;
    BwUiBoardList *list;
    GtkWidget *selection_bar;
    GtkLabel *selection_count;
    GtkWidget *selection_flash;
    GtkStack *detail_stack;
    BwUiBoardPage *board_page;
    BwUiBatchPage *batch_page;

    BwStation *station;
    BwSettings *settings;
    BwUiShelf *shelf;
    GPtrArray *targets;     /* BwBoard: for which a firmware is being loaded; NULL = just look */
    BwAction target_action; /* what it is loaded for */
    AdwToast *request;      /* weak: asks which boards a firmware is for */
    GSignalGroup *shown;    /* of the one board that is selected */
    guint fold_source;      /* what has to follow when it has folded; 0 = nothing */
};

/**
 * _bw_ui_window_install_actions:
 * @self: a window; gets the actions of its menus and keys
 */
void _bw_ui_window_install_actions (BwUiWindow *self);

/**
 * _bw_ui_window_update_actions:
 * @self: a window; enables the actions that make sense for what is selected
 */
void _bw_ui_window_update_actions (BwUiWindow *self);

/**
 * _bw_ui_window_follow:
 * @self: a window that has its station; from now on selects the board that is plugged in next, once
 *   none of those selected is there any more
 */
void _bw_ui_window_follow (BwUiWindow *self);

/**
 * _bw_ui_window_has_board_at_hand:
 * @self: a window
 *
 * Returns: %TRUE when one of the selected boards is more than "Unplugged"
 */
gboolean _bw_ui_window_has_board_at_hand (BwUiWindow *self);

/**
 * _bw_ui_window_install_firmware_actions:
 * @self: a window; gets the actions that choose a firmware and carry out plans
 */
void _bw_ui_window_install_firmware_actions (BwUiWindow *self);

/**
 * _bw_ui_window_load_for:
 * @self: a window
 * @specs: (array zero-terminated=1): a firmware
 * @action: %BW_ACTION_FLASH or %BW_ACTION_VERIFY
 * @boards: (nullable) (transfer none) (element-type BwBoard): show the plan for these afterwards
 */
void _bw_ui_window_load_for (BwUiWindow *self,
                             const char *const *specs,
                             BwAction action,
                             GPtrArray *boards);

/**
 * _bw_ui_window_show_plan:
 * @self: a window
 * @action: %BW_ACTION_FLASH or %BW_ACTION_VERIFY of the chosen firmware, or %BW_ACTION_ERASE
 * @boards: (element-type BwBoard): for these; those at work are left out
 * @again: (nullable): the ERASE job that is done once more
 *
 * Opens the sheet, or starts at once where nobody wants to see it.
 */
void _bw_ui_window_show_plan (BwUiWindow *self,
                              BwAction action,
                              GPtrArray *boards,
                              const BwStoredJob *again);

/**
 * _bw_ui_window_update_suggestion:
 * @self: a window; "Flash…" stands out unless what is chosen cannot go onto what is selected
 */
void _bw_ui_window_update_suggestion (BwUiWindow *self);

/**
 * _bw_ui_window_try_again:
 * @self: a window; what went wrong or was interrupted on the selected boards is done or offered again
 */
void _bw_ui_window_try_again (BwUiWindow *self);

/**
 * _bw_ui_window_start:
 * @self: a window
 * @boards: (element-type BwBoard): on which
 * @plan: what to do
 *
 * Starts one job for each board; says in a toast what could not be started.
 */
void _bw_ui_window_start (BwUiWindow *self, GPtrArray *boards, BwPlan *plan);

G_END_DECLS
