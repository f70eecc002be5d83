/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-write"
#include "config.h"

#include "bw-esp-write.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bw-error.h"
#include "bw-esp-deflate.h"
#include "bw-esp-erase.h"
#include "bw-esp-patience.h"
#include "bw-esp-recover.h"
#include "bw-esp-spi-erase.h"

/* Piece sizes before any and after the first, second, … error in a region. The first is bounded so
 * that deflating a piece is over before somebody who cancels would notice. */
static const uint32_t piece_sizes[] = { 2048 * 1024, 256 * 1024, 64 * 1024, 16 * 1024,
                                        BW_ESP_SECTOR };

/* A ROM erases all of a piece before it takes the first byte of it: with shorter ones people see that
 * it goes on, and a cancel is not kept waiting. */
#define ROM_PIECE_BYTES (256u * 1024)

/* A refusal that cannot come from lost bytes is believed after so many tries. */
#define REFUSALS_MAX 3

/* Up to here the line is slower than a hard-working deflate. */
#define SLOW_LINE_BAUD 500000u

/* In all, however much headway is made: nobody waits for ever. */
#define RECOVERIES_MAX 60

/* 40 s per 10^6 bytes, as esptool allows. */
#define PROGRAM_BYTES_PER_MS 25

/* One BEGIN with its blocks. */
typedef struct {
    enum bwp_esp_op begin_op;
    enum bwp_esp_op data_op;
    const uint8_t *wire;
    size_t wire_len;
    uint32_t block;
    uint32_t blocks;
    uint32_t size;
    uint32_t offset;
    gboolean is_encrypted;
    const BwEspDeflated *deflated; /* NULL: plain */
    uint8_t *padded;               /* room for the last plain block */
} Transfer;

static gboolean
can_deflate (const BwEspWriter *self, gboolean is_encrypted)
{
    const BwEspSession *session = self->session;

    if (!self->may_compress || is_encrypted || session->is_secure_download)
        return FALSE;
    return session->is_stub || bwp_esp_chip_supports (session->chip, BWP_ESP_CAN_ROM_FLASH_EXTRAS);
}

static gboolean
has_fifth_word (const BwEspSession *session, gboolean is_encrypted)
{
    if (session->is_stub)
        return is_encrypted;
    return bwp_esp_chip_supports (session->chip, BWP_ESP_CAN_ENCRYPTED_WORD);
}

static uint32_t
begin_size (const BwEspSession *session, const Transfer *transfer)
{
    enum bwp_esp_peer peer = bw_esp_link_get_peer (session->link);

    if (transfer->deflated != NULL)
        return bwp_esp_deflate_begin_size (transfer->size, transfer->block, peer);
    return transfer->size;
}

/* A stub erases while the blocks come: it answers at once, or when it is done with what it was at. */
static gboolean
begin_stub (BwEspSession *session,
            const Transfer *transfer,
            const struct bwp_esp_packet *packet,
            GError **error)
{
    uint32_t timeout_ms =
        bwp_esp_timeout_ms (transfer->begin_op, BWP_ESP_PEER_STUB, transfer->size);
    g_autoptr (GError) failure = NULL;

    if (!bw_esp_link_command (session->link, packet, 0, timeout_ms, NULL, &failure)) {
        if (!bw_esp_patience_goes_on (session)) {
            g_propagate_error (error, g_steal_pointer (&failure));
            return FALSE;
        }
        if (!bw_esp_link_await (session->link, transfer->begin_op, 0, session->late_ms, NULL,
                                error))
            return FALSE;
    }
    session->late_ms = 0;
    session->owes_end = TRUE;
    return TRUE;
}

static gboolean
send_begin (BwEspSession *session, const Transfer *transfer, GError **error)
{
    enum bwp_esp_peer peer = bw_esp_link_get_peer (session->link);
    struct bwp_esp_begin begin = {
        .size = begin_size (session, transfer),
        .blocks = transfer->blocks,
        .block_size = transfer->block,
        .offset = transfer->offset,
        .has_encrypted_word = has_fifth_word (session, transfer->is_encrypted),
        .encrypted = transfer->is_encrypted,
    };
    struct bwp_esp_packet packet;

    if (peer == BWP_ESP_PEER_ROM_8266
        && !bw_esp_spi_erase_begin (session, transfer->offset, transfer->size, &begin.size, error))
        return FALSE;
    bwp_esp_build_begin (&packet, transfer->begin_op, &begin);
    if (!session->is_stub)
        return bw_esp_patient_erase (session, &packet, transfer->offset, transfer->size, error);
    if (begin_stub (session, transfer, &packet, error))
        return TRUE;
    bw_esp_session_note_unsure (session);
    return FALSE;
}

static size_t
block_len (const Transfer *transfer, uint32_t index)
{
    return MIN (transfer->block, transfer->wire_len - (size_t) index * transfer->block);
}

static void
prepare_block (BwEspSession *session, Transfer *transfer, uint32_t index)
{
    const uint8_t *bytes = transfer->wire + (size_t) index * transfer->block;
    size_t len = block_len (transfer, index);
    struct bwp_esp_packet packet;

    /* plain blocks have one size; what is behind the content stays as erased */
    if (transfer->deflated == NULL && len < transfer->block) {
        memset (transfer->padded, 0xff, transfer->block);
        memcpy (transfer->padded, bytes, len);
        bytes = transfer->padded;
        len = transfer->block;
    }
    if (bwp_esp_build_data (&packet, transfer->data_op, index, bytes, len) != BWP_OK)
        g_critical ("block of %zu bytes", len);
    bw_esp_link_prepare (session->link, &packet);
}

static uint32_t
count_expanded (const Transfer *transfer, uint32_t index)
{
    size_t start = (size_t) index * transfer->block;

    if (transfer->deflated == NULL)
        return (uint32_t) block_len (transfer, index);
    return bw_esp_deflated_measure (transfer->deflated, start, block_len (transfer, index));
}

/* A stub acknowledges first and works afterwards: its reply to a block waits for the block before.
 * Allowing for both costs nothing and covers both generations and the ROM. */
static uint32_t
block_timeout_ms (const BwEspSession *session, const Transfer *transfer, uint32_t index)
{
    uint32_t before = index > 0 ? count_expanded (transfer, index - 1) : 0;
    uint32_t expanded = MAX (before, count_expanded (transfer, index));

    if (transfer->deflated == NULL)
        return bwp_esp_timeout_ms (transfer->data_op, bw_esp_link_get_peer (session->link),
                                   expanded);
    /* a ROM has erased at BEGIN and only programs now */
    if (!session->is_stub)
        return BWP_ESP_TIMEOUT_DEFAULT_MS + expanded / PROGRAM_BYTES_PER_MS;
    return bwp_esp_deflate_timeout_ms (expanded);
}

static gboolean
send_blocks (BwEspWriter *self, Transfer *transfer, GError **error)
{
    BwEspSession *session = self->session;
    uint64_t sent = 0;

    prepare_block (session, transfer, 0);
    for (uint32_t i = 0; i < transfer->blocks; i++) {
        if (!bw_esp_link_send_prepared (session->link, error))
            return FALSE;
        /* the next block is made ready while this one is on its way */
        if (i + 1 < transfer->blocks)
            prepare_block (session, transfer, i + 1);
        if (!bw_esp_link_await (session->link, transfer->data_op, 0,
                                block_timeout_ms (session, transfer, i), NULL, error)) {
            g_prefix_error (error, _ ("block %u of %u at 0x%x: "), i + 1, transfer->blocks,
                            transfer->offset);
            return FALSE;
        }
        sent += count_expanded (transfer, i);
        bw_esp_session_progress (session, self->done + MIN (sent, transfer->size), self->total);
    }
    if (session->is_stub)
        session->late_ms = block_timeout_ms (session, transfer, transfer->blocks - 1);
    return TRUE;
}

static void
set_plain (BwEspSession *session, Transfer *transfer, const uint8_t *bytes, size_t len)
{
    transfer->begin_op = BWP_ESP_FLASH_BEGIN;
    transfer->data_op = BWP_ESP_FLASH_DATA;
    transfer->block = bw_esp_session_block_bytes (session, BWP_ESP_TRAFFIC_FLASH);
    transfer->wire = bytes;
    transfer->wire_len = len;
}

static void
set_deflated (BwEspSession *session, Transfer *transfer, const BwEspDeflated *deflated)
{
    transfer->begin_op = BWP_ESP_FLASH_DEFL_BEGIN;
    transfer->data_op = BWP_ESP_FLASH_DEFL_DATA;
    transfer->block = bw_esp_session_block_bytes (session, BWP_ESP_TRAFFIC_DEFLATE);
    transfer->wire = deflated->stream;
    transfer->wire_len = deflated->len;
    transfer->deflated = deflated;
}

static BwEspDeflateEffort
choose_effort (const BwEspSession *session)
{
    gboolean is_slow = session->wire == BWP_ESP_LINK_UART && bw_port_has_baud (session->port)
                       && bw_port_get_baud (session->port) <= SLOW_LINE_BAUD;

    return is_slow ? BW_ESP_DEFLATE_SMALL : BW_ESP_DEFLATE_QUICK;
}

/* One piece, one try. */
static gboolean
write_piece (BwEspWriter *self, const BwEspRegion *piece, gboolean is_encrypted, GError **error)
{
    BwEspSession *session = self->session;
    g_autoptr (GBytes) content = bw_esp_flash_map_dup_bytes (self->map, piece);
    g_autoptr (BwEspDeflated) deflated = NULL;
    g_autofree uint8_t *padded = NULL;
    gsize len = 0;
    const uint8_t *bytes = g_bytes_get_data (content, &len);
    Transfer transfer = { .size = (uint32_t) len,
                          .offset = piece->offset,
                          .is_encrypted = is_encrypted };

    set_plain (session, &transfer, bytes, len);
    if (can_deflate (self, is_encrypted)) {
        deflated = bw_esp_deflate (content, choose_effort (session),
                                   bw_esp_link_get_cancellable (session->link), error);
        if (deflated == NULL)
            return FALSE;
        if (deflated->len < len)
            set_deflated (session, &transfer, deflated);
    }
    if (is_encrypted && !has_fifth_word (session, TRUE)) {
        bw_set_error (error, BW_CAUSE_NEEDS_STUB,
                      _ ("the boot ROM of the %s cannot encrypt; a flasher stub is needed"),
                      session->chip->name);
        return FALSE;
    }
    transfer.blocks = bwp_esp_block_count ((uint32_t) transfer.wire_len, transfer.block);
    transfer.padded = padded = g_malloc (transfer.block);
    return send_begin (session, &transfer, error) && send_blocks (self, &transfer, error);
}

static gboolean
try_piece (BwEspWriter *self, const BwEspRegion *piece, gboolean is_encrypted, GError **error)
{
    if (piece->is_blank)
        return bw_esp_erase_once (self->session, piece->offset,
                                  bwp_esp_block_count (piece->size, BW_ESP_SECTOR) * BW_ESP_SECTOR,
                                  error);
    return write_piece (self, piece, is_encrypted, error);
}

static gboolean
is_hard_refusal (const BwEspLink *link)
{
    return bw_esp_link_get_failure (link) == BW_ESP_FAILURE_UNSUPPORTED
           || (bw_esp_link_get_failure (link) == BW_ESP_FAILURE_REFUSED
               && bwp_esp_status_is_about_board (bw_esp_link_get_status (link)));
}

/* What was cancelled while compressing, or refused here, never reached the link at all. */
static gboolean
may_try_again (BwEspWriter *self, unsigned *refusals, const GError *failure)
{
    if (bw_error_get_cause (failure) == BW_CAUSE_CANCELLED
        || bw_error_get_cause (failure) == BW_CAUSE_INTERNAL
        || bw_error_get_cause (failure) == BW_CAUSE_NEEDS_STUB)
        return FALSE;
    return !is_hard_refusal (self->session->link) || ++*refusals < REFUSALS_MAX;
}

static void
note_written (BwEspWriter *self, const BwEspRegion *piece)
{
    /* headway pays for earlier trouble: only a line that gets nothing across is given up */
    if (self->troubles > 0)
        self->troubles--;
    self->done += piece->size;
    self->sectors += bwp_esp_block_count (piece->size, BW_ESP_SECTOR);
    if (!piece->is_blank)
        self->bytes_sent += piece->size;
    bw_esp_session_progress (self->session, self->done, self->total);
}

static uint32_t
choose_piece_size (const BwEspSession *session, unsigned failures)
{
    uint32_t size = piece_sizes[MIN (failures, G_N_ELEMENTS (piece_sizes) - 1)];

    return session->is_stub ? size : MIN (size, ROM_PIECE_BYTES);
}

gboolean
bw_esp_write_region (BwEspWriter *self, const BwEspRegion *region, GError **error)
{
    const BwEspSpan *span = bw_esp_flash_map_get_span (self->map, region->span);
    uint32_t end = region->offset + region->size;
    unsigned failures = 0;
    unsigned refusals = 0;
    g_autoptr (GError) failure = NULL;

    for (uint32_t at = region->offset; at < end;) {
        BwEspRegion piece = *region;

        piece.offset = at;
        piece.size = MIN (choose_piece_size (self->session, failures), end - at);
        if (try_piece (self, &piece, span->is_encrypted, &failure)) {
            note_written (self, &piece);
            at += piece.size;
            continue;
        }
        failures++;
        self->had_trouble = TRUE;
        if (++self->recoveries > RECOVERIES_MAX)
            self->troubles = BW_ESP_TROUBLES_MAX;
        if (!may_try_again (self, &refusals, failure)) {
            g_propagate_error (error,
                               bw_esp_recover_name (self->session, g_steal_pointer (&failure)));
            return FALSE;
        }
        if (!bw_esp_recover (self->session, &self->troubles, &failure)) {
            g_propagate_error (error, g_steal_pointer (&failure));
            return FALSE;
        }
    }
    return TRUE;
}

gboolean
bw_esp_write_finish (BwEspWriter *self, GError **error)
{
    BwEspSession *session = self->session;
    struct bwp_esp_packet packet;
    g_autoptr (GError) failure = NULL;

    /* who was only told to erase has answered when that was done, and knows of nothing to end */
    if (!session->is_stub || !session->owes_end)
        return TRUE;
    bwp_esp_build_end (&packet, BWP_ESP_FLASH_END, BWP_ESP_AFTER_STAY);
    if (bw_esp_link_command (session->link, &packet, 0,
                             BWP_ESP_TIMEOUT_DEFAULT_MS * 3 + session->late_ms, NULL, &failure)) {
        session->owes_end = FALSE;
        return TRUE;
    }
    g_propagate_error (error, bw_esp_recover_name (session, g_steal_pointer (&failure)));
    return FALSE;
}
