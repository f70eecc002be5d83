/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A file dialog that lives as long as it is open: nobody else owns it. Threads: main thread. */

/**
 * bw_ui_file_dialog_show:
 * @dialog: (transfer full): a dialog with a window it belongs to; its "response" is heard by whoever
 * wants the answer. Gone after the response, or with its window.
 */
void bw_ui_file_dialog_show (GtkFileChooserNative *dialog);

G_END_DECLS
