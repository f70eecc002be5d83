/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "boardwalk.h"
#include "bw-ui-shelf.h"

G_BEGIN_DECLS

/* Chooses what to load: by dialog, by drop, or from what was used last; shows how it fits the
 * board. Threads: main thread. */

#define BW_UI_TYPE_FIRMWARE_PAGE (bw_ui_firmware_page_get_type ())
G_DECLARE_FINAL_TYPE (BwUiFirmwarePage, bw_ui_firmware_page, BW_UI, FIRMWARE_PAGE, AdwBin)

/**
 * bw_ui_firmware_page_set_shelf:
 * @self: a page
 * @shelf: (transfer none): where the chosen firmware is kept
 */
void bw_ui_firmware_page_set_shelf (BwUiFirmwarePage *self, BwUiShelf *shelf);

/**
 * bw_ui_firmware_page_set_board:
 * @self: a page
 * @board: (nullable): the board to compare with
 */
void bw_ui_firmware_page_set_board (BwUiFirmwarePage *self, BwBoard *board);

G_END_DECLS
