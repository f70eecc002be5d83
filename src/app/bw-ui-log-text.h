/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One paragraph of monospaced text that costs next to nothing until it is drawn.
 *
 * A list keeps some 200 rows about what is on screen, and a board that talks fast fills them all anew
 * ten times a second. A GtkLabel shapes its text several times to be measured; here letters are
 * counted while they are plain ASCII and fit into one line, and only what is drawn, is longer or holds
 * other letters gets a layout. Threads: main thread. */

#define BW_UI_TYPE_LOG_TEXT (bw_ui_log_text_get_type ())
G_DECLARE_FINAL_TYPE (BwUiLogText, bw_ui_log_text, BW_UI, LOG_TEXT, GtkWidget)

/**
 * bw_ui_log_text_new:
 *
 * Returns: (transfer floating): a paragraph without text
 */
GtkWidget *bw_ui_log_text_new (void);

/**
 * bw_ui_log_text_set:
 * @self: a paragraph
 * @text: UTF-8 without line breaks; copied
 * @marks: (nullable): attributes that do not change the size of letters, by bytes of @text
 */
void bw_ui_log_text_set (BwUiLogText *self, const char *text, PangoAttrList *marks);

G_END_DECLS
