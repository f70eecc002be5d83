/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A small field in a colour of the theme: the key to a drawing. Threads: main thread. */

/**
 * bw_ui_swatch_new:
 * @colour_name: name of a colour that ui/style.css defines
 *
 * Returns: (transfer floating): the field, decoration only
 */
GtkWidget *bw_ui_swatch_new (const char *colour_name);

G_END_DECLS
