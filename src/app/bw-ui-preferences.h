/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "boardwalk.h"

G_BEGIN_DECLS

/* The person's settings. Threads: main thread. */

#define BW_UI_TYPE_PREFERENCES (bw_ui_preferences_get_type ())
G_DECLARE_FINAL_TYPE (BwUiPreferences, bw_ui_preferences, BW_UI, PREFERENCES, AdwPreferencesWindow)

/**
 * bw_ui_preferences_new:
 * @parent: the window it stands before
 * @settings: (transfer none): what is changed, at once
 *
 * Returns: (transfer floating): the window, not yet shown
 */
GtkWidget *bw_ui_preferences_new (GtkWindow *parent, BwSettings *settings);

G_END_DECLS
