/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "boardwalk.h"

G_BEGIN_DECLS

/* The firmware that is chosen: loads it without waiting, keeps what came of it. Threads: main thread. */

#define BW_UI_TYPE_SHELF (bw_ui_shelf_get_type ())
G_DECLARE_FINAL_TYPE (BwUiShelf, bw_ui_shelf, BW_UI, SHELF, GObject)

/* Signal "changed" (no argument): firmware, error or loading changed, or its files. */

/**
 * bw_ui_shelf_new:
 * @settings: (transfer none): keeps the list of firmware used last
 *
 * Returns: (transfer full): an empty shelf
 */
BwUiShelf *bw_ui_shelf_new (BwSettings *settings);

/**
 * bw_ui_shelf_load:
 * @self: a shelf
 * @specs: (array zero-terminated=1): as for bw_firmware_load_sync()
 * @callback: (nullable): called when it is over, unless another load took its place
 * @user_data: for @callback
 *
 * Loads a firmware in the place of what is there. A load that runs already is given up.
 */
void bw_ui_shelf_load (BwUiShelf *self,
                       const char *const *specs,
                       GAsyncReadyCallback callback,
                       gpointer user_data);

/**
 * bw_ui_shelf_get_path:
 * @self: a shelf
 *
 * Returns: (transfer none) (nullable): the file that was refused as a firmware, without a place in
 *   flash; %NULL where there is none, it is a folder, or there were several
 */
const char *bw_ui_shelf_get_path (BwUiShelf *self);

/**
 * bw_ui_shelf_get_meter:
 * @self: a shelf
 *
 * Returns: (transfer none) (nullable): how far the load is that runs
 */
BwFirmwareMeter *bw_ui_shelf_get_meter (BwUiShelf *self);

/**
 * bw_ui_shelf_is_address:
 * @self: a shelf
 *
 * Returns: %TRUE when what was asked for last lies in the network
 */
gboolean bw_ui_shelf_is_address (BwUiShelf *self);

/**
 * bw_ui_shelf_get_address:
 * @self: a shelf
 *
 * Returns: (transfer none) (nullable): the address in the network that was asked for last, with its
 *   digest, whatever came of it
 */
const char *bw_ui_shelf_get_address (BwUiShelf *self);

/**
 * bw_ui_shelf_reload:
 * @self: a shelf
 *
 * Reads once more what was asked for last, whatever came of it.
 */
void bw_ui_shelf_reload (BwUiShelf *self);

/**
 * bw_ui_shelf_get_files:
 * @self: a shelf
 *
 * Returns: what has become of the files of the firmware since it was read
 */
BwFirmwareFilesState bw_ui_shelf_get_files (BwUiShelf *self);

/**
 * bw_ui_shelf_clear:
 * @self: a shelf; nothing is chosen any more
 */
void bw_ui_shelf_clear (BwUiShelf *self);

/**
 * bw_ui_shelf_get_firmware:
 * @self: a shelf
 *
 * Returns: (transfer none) (nullable): what is chosen
 */
BwFirmware *bw_ui_shelf_get_firmware (BwUiShelf *self);

/**
 * bw_ui_shelf_get_error:
 * @self: a shelf
 *
 * Returns: (transfer none) (nullable): why the last load failed
 */
const GError *bw_ui_shelf_get_error (BwUiShelf *self);

/**
 * bw_ui_shelf_is_loading:
 * @self: a shelf
 *
 * Returns: %TRUE while a firmware is being read
 */
gboolean bw_ui_shelf_is_loading (BwUiShelf *self);

/**
 * bw_ui_shelf_get_settings:
 * @self: a shelf
 *
 * Returns: (transfer none): the settings with the firmware used last
 */
BwSettings *bw_ui_shelf_get_settings (BwUiShelf *self);

G_END_DECLS
