/* SPDX-License-Identifier: Apache-2.0 */
#include "fw-inflate.h"

/* Up to the end of the sector, so that every page is programmed in one go where possible. */
static size_t
room_for (const struct fw_transfer *transfer)
{
    return FW_FLASH_SECTOR - (transfer->next & (FW_FLASH_SECTOR - 1));
}

static void
cut_at_end (const struct fw_transfer *transfer, struct fw_inflated *piece)
{
    uint32_t left = transfer->next < transfer->end ? transfer->end - transfer->next : 0;

    if (piece->len > left) {
        piece->len = left;
        piece->is_surplus = true;
    }
}

bool
fw_inflate_next (struct fw_board *self, struct fw_transfer *transfer, struct fw_inflated *piece)
{
    size_t used = piece->in_len;
    enum fw_inflate result;

    piece->len = 0;
    if (transfer->stream_end || piece->is_surplus)
        return false;
    piece->len = room_for (transfer);
    result = self->ops->inflate (self->user, piece->in, &used, piece->out, &piece->len);
    piece->in += used;
    piece->in_len -= used;
    transfer->stream_end = result == FW_INFLATE_END;
    piece->is_broken = result == FW_INFLATE_BROKEN;
    cut_at_end (transfer, piece);
    return !piece->is_broken && piece->len > 0;
}
