/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "fw-board.h"

/* A deflated block in pieces of at most a flash sector, none of them behind the announced end.
 * Threads: the board's. */

struct fw_inflated {
    const uint8_t *in; /* what is left of the block */
    size_t in_len;
    uint8_t out[FW_FLASH_SECTOR];
    size_t len;      /* of the piece in out */
    bool is_broken;  /* the stream is damaged */
    bool is_surplus; /* it goes on behind the announced end */
};

/**
 * fw_inflate_next:
 * @self: the board, whose stream is under way
 * @transfer: says where the next byte goes; notes the end of the stream
 * @piece: (inout): the block; gets the next piece
 *
 * Returns: false when the block is used up, or broken
 */
bool
fw_inflate_next (struct fw_board *self, struct fw_transfer *transfer, struct fw_inflated *piece);
