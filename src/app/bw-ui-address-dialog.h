/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Asks for a firmware in the network: its address, and the digest that belongs to it. Threads: main
 * thread. */

#define BW_UI_TYPE_ADDRESS_DIALOG (bw_ui_address_dialog_get_type ())
/* Signal "answered" (const char *): a FIRMWARE argument that may be asked for; the window closes
 * afterwards. */
G_DECLARE_FINAL_TYPE (BwUiAddressDialog, bw_ui_address_dialog, BW_UI, ADDRESS_DIALOG, AdwWindow)

/**
 * bw_ui_address_dialog_new:
 * @parent: the window it stands before
 * @address: (nullable): what stands in it at first, with a digest or without
 *
 * Returns: (transfer floating): the question, not yet shown
 */
GtkWidget *bw_ui_address_dialog_new (GtkWindow *parent, const char *address);

G_END_DECLS
