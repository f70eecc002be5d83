/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "boardwalk.h"

G_BEGIN_DECLS

/* The flash of a board drawn to scale: one field for each partition, the active one marked, free
 * space left empty. The same facts are its accessible description. Threads: main thread. */

#define BW_UI_TYPE_FLASH_MAP (bw_ui_flash_map_get_type ())
G_DECLARE_FINAL_TYPE (BwUiFlashMap, bw_ui_flash_map, BW_UI, FLASH_MAP, GtkWidget)

/**
 * bw_ui_flash_map_show:
 * @self: a map
 * @info: (nullable): whose flash to draw
 */
void bw_ui_flash_map_show (BwUiFlashMap *self, BwBoardInfo *info);

/**
 * bw_ui_flash_map_get_colour_name:
 * @info: a board
 * @index: number of a partition in its table
 *
 * Returns: (transfer none): name of the theme colour its field has
 */
const char *bw_ui_flash_map_get_colour_name (const BwBoardInfo *info, unsigned index);

/**
 * bw_ui_flash_map_dup_facts:
 * @info: a board
 * @index: number of a partition in its table
 *
 * Returns: (transfer full): kind, place and size of the partition in one line
 */
char *bw_ui_flash_map_dup_facts (const BwBoardInfo *info, unsigned index);

G_END_DECLS
