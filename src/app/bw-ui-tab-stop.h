/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A list that is one stop for the Tab key, however long it is: arrows move inside it, Tab leaves it,
 * and comes back to the row it left. GTK 4.8's own lists step through every row first. Made in
 * templates, around what scrolls the list. Threads: main thread. */

#define BW_UI_TYPE_TAB_STOP (bw_ui_tab_stop_get_type ())
G_DECLARE_FINAL_TYPE (BwUiTabStop, bw_ui_tab_stop, BW_UI, TAB_STOP, AdwBin)

G_END_DECLS
