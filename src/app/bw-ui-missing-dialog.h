/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "boardwalk.h"

G_BEGIN_DECLS

/* What to look at when a board does not appear, each cause with its remedy. Threads: main thread. */

#define BW_UI_TYPE_MISSING_DIALOG (bw_ui_missing_dialog_get_type ())
G_DECLARE_FINAL_TYPE (BwUiMissingDialog, bw_ui_missing_dialog, BW_UI, MISSING_DIALOG, AdwWindow)

/**
 * bw_ui_missing_dialog_new:
 * @parent: the window it stands before
 *
 * Returns: (transfer floating): the window, not yet shown
 */
GtkWidget *bw_ui_missing_dialog_new (GtkWindow *parent);

G_END_DECLS
