/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Keeps a growing list at its end, until a person turns away from it, and again when one has come back
 * to it. Signal: "changed" when it is switched on or off, by whomever. Threads: main thread. */

#define BW_UI_TYPE_FOLLOW (bw_ui_follow_get_type ())
G_DECLARE_FINAL_TYPE (BwUiFollow, bw_ui_follow, BW_UI, FOLLOW, GObject)

/**
 * bw_ui_follow_new:
 * @host: (transfer none): the widget by whose frames it goes; it owns this
 * @scrolled: (transfer none): a part of it, with a list view in it
 *
 * Returns: (transfer full): a follower that is on
 */
BwUiFollow *bw_ui_follow_new (GtkWidget *host, GtkScrolledWindow *scrolled);

/**
 * bw_ui_follow_is_on:
 * @self: a follower
 *
 * Returns: %TRUE while the end is what is shown
 */
gboolean bw_ui_follow_is_on (BwUiFollow *self);

/**
 * bw_ui_follow_set_on:
 * @self: a follower
 * @is_on: %TRUE to go to the end and stay there, %FALSE to stay where it is
 */
void bw_ui_follow_set_on (BwUiFollow *self, gboolean is_on);

/**
 * bw_ui_follow_catch_up:
 * @self: a follower; where it is on, and lines have come or the list was out of sight, it goes to the
 *   end
 */
void bw_ui_follow_catch_up (BwUiFollow *self);

G_END_DECLS
