/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/* What the files of data/boards know about USB devices; the README there is the source of the format.
 * Threads: immutable once loaded. */

typedef struct _BwBoardFile BwBoardFile;

/**
 * BwBridgeFacts:
 * @name: what people call the adapter
 * @chip_key: (nullable): the chip, where the ids tell it
 * @max_baud: highest rate it is good for; 0: no line behind it
 * @is_cdc: the chip's own USB
 */
typedef struct {
    const char *name;
    const char *chip_key;
    unsigned max_baud;
    gboolean is_cdc;
} BwBridgeFacts;

/**
 * _bw_board_file_load:
 * @folder: (nullable): folder of *.ini files; %NULL = the installed one, or boards/ in the folder
 *   named by BOARDWALK_DATA_DIR
 *
 * A file or group that is wrong is warned of and left out. Blocks for a few small files.
 *
 * Returns: (transfer full): what was found, perhaps nothing
 */
BwBoardFile *_bw_board_file_load (const char *folder);

/**
 * _bw_board_file_free:
 * @self: (nullable) (transfer full): what was loaded
 */
void _bw_board_file_free (BwBoardFile *self);

/**
 * _bw_board_file_find_bridge:
 * @self: what was loaded
 * @vid: USB vendor
 * @pid: USB product
 * @product: (nullable): product text of the device
 * @ret_facts: set when one is found; borrowed from @self
 *
 * Returns: %FALSE when the ids are not known
 */
gboolean _bw_board_file_find_bridge (const BwBoardFile *self,
                                     uint16_t vid,
                                     uint16_t pid,
                                     const char *product,
                                     BwBridgeFacts *ret_facts);

/**
 * _bw_board_file_find_board:
 * @self: what was loaded
 * @vid: USB vendor
 * @pid: USB product
 * @product: (nullable): product text of the device
 * @ret_chip_key: (nullable): set to its chip, or %NULL
 *
 * Returns: (nullable): name of the likely board; borrowed from @self
 */
const char *_bw_board_file_find_board (const BwBoardFile *self,
                                       uint16_t vid,
                                       uint16_t pid,
                                       const char *product,
                                       const char **ret_chip_key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwBoardFile, _bw_board_file_free)

G_END_DECLS
