/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-ui-application.h"

G_BEGIN_DECLS

/* The main window: boards at the left or as a grid, the selected one or several at the right, or
 * what to do when there is none. Threads: main thread. */

#define BW_UI_TYPE_WINDOW (bw_ui_window_get_type ())
G_DECLARE_FINAL_TYPE (BwUiWindow, bw_ui_window, BW_UI, WINDOW, AdwApplicationWindow)

/**
 * bw_ui_window_new:
 * @app: the program
 *
 * Returns: (transfer floating): a window without a station, not yet shown
 */
GtkWidget *bw_ui_window_new (BwUiApplication *app);

/**
 * bw_ui_window_set_station:
 * @self: a window
 * @station: (transfer none): whose boards it shows from now on
 */
void bw_ui_window_set_station (BwUiWindow *self, BwStation *station);

/**
 * bw_ui_window_load:
 * @self: a window
 * @specs: (array zero-terminated=1): a firmware to choose, as for bw_firmware_load_sync()
 */
void bw_ui_window_load (BwUiWindow *self, const char *const *specs);

/**
 * bw_ui_window_show_trouble:
 * @self: a window
 * @markup: something about the station itself that people should know, below the boards, until they
 *   hide it; "" for nothing
 */
void bw_ui_window_show_trouble (BwUiWindow *self, const char *markup);

/**
 * bw_ui_window_toast:
 * @self: a window
 * @text: something small that went away again
 */
void bw_ui_window_toast (BwUiWindow *self, const char *text);

G_END_DECLS
