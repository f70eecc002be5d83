/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "boardwalk.h"

G_BEGIN_DECLS

/* What a firmware is and how it fits: name, version, chip, parts, and every mismatch with a board.
 * Threads: main thread. */

#define BW_UI_TYPE_FIRMWARE_VIEW (bw_ui_firmware_view_get_type ())
G_DECLARE_FINAL_TYPE (BwUiFirmwareView, bw_ui_firmware_view, BW_UI, FIRMWARE_VIEW, AdwBin)

/**
 * bw_ui_firmware_view_show:
 * @self: a view
 * @firmware: (nullable): what to show
 * @boards: (nullable) (element-type BwBoard): compare it with these
 */
void bw_ui_firmware_view_show (BwUiFirmwareView *self, BwFirmware *firmware, GPtrArray *boards);

/**
 * bw_ui_firmware_view_is_refused:
 * @self: a view
 *
 * Returns: %TRUE when a finding forbids to write it and nobody may override that
 */
gboolean bw_ui_firmware_view_is_refused (BwUiFirmwareView *self);

/**
 * bw_ui_firmware_view_would_refuse:
 * @firmware: a firmware
 * @board: a board
 *
 * Returns: %TRUE when it is known that this firmware cannot go onto this board
 */
gboolean bw_ui_firmware_view_would_refuse (BwFirmware *firmware, BwBoard *board);

G_END_DECLS
