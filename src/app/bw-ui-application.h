/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "boardwalk.h"

G_BEGIN_DECLS

/* The program: owns station, store and settings, and the windows that look at them.
 * Threads: main thread. */

#define BW_UI_TYPE_APPLICATION (bw_ui_application_get_type ())
G_DECLARE_FINAL_TYPE (BwUiApplication, bw_ui_application, BW_UI, APPLICATION, AdwApplication)

/**
 * bw_ui_application_new:
 *
 * Returns: (transfer full): the program, not yet running
 */
BwUiApplication *bw_ui_application_new (void);

/**
 * bw_ui_application_get_settings:
 * @self: the program, after start-up
 *
 * Returns: (transfer none): the person's settings; never %NULL
 */
BwSettings *bw_ui_application_get_settings (BwUiApplication *self);

/**
 * bw_ui_application_start_virtual_boards:
 * @self: the program
 * @count: how many, 1 to 64
 *
 * Starts boards without hardware. They end with this program, and appear in the station by
 * themselves; the window says when the program that plays them is not there or does not start.
 */
void bw_ui_application_start_virtual_boards (BwUiApplication *self, unsigned count);

/**
 * bw_ui_application_show_refusal:
 * @self: the program
 * @markup: what a person asked for and was not done, and what to do; "" when that was done
 */
void bw_ui_application_show_refusal (BwUiApplication *self, const char *markup);

/**
 * bw_ui_application_hide_troubles:
 * @self: the program; a person has read what it had to say of itself
 */
void bw_ui_application_hide_troubles (BwUiApplication *self);

G_END_DECLS
