/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-read"
#include "config.h"

#include "bw-esp-read.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "bw-error.h"
#include "bw-esp-diff.h"
#include "bw-esp-flash-map.h"
#include "bw-esp-flash.h"
#include "bw-esp-recover.h"
#include "bwp-bytes.h"
#include "bwp-slip.h"

#define PACKET_BYTES BW_ESP_MASK_PACKET_BYTES
#define IN_FLIGHT 64u
#define PACKET_TIMEOUT_MS 3000
#define MD5_BYTES 16
/* A ROM gives 64 bytes at a time: a stub pays early. */
#define ROM_IS_QUICKER_BYTES 2048u
#define ROM_PIECE 1024u

/* How it goes: @troubles as bw_esp_recover() counts them, less those that later headway paid for;
 * @piece bytes are tried next. */
typedef struct {
    BwEspSession *session;
    unsigned troubles;
    uint32_t piece;
} BwEspReader;

/* Damage that another try may mend, told to those who try. */
static gboolean
fail_digest (uint32_t offset, GError **error)
{
    bw_set_error (error, BW_CAUSE_GARBAGE, _ ("a wrong digest while reading at 0x%x"), offset);
    return FALSE;
}

/* Each packet is acknowledged with the number of bytes received so far, in a bare frame. */
static gboolean
acknowledge (BwEspSession *self, uint32_t received, GError **error)
{
    uint8_t total[4];
    uint8_t frame[BWP_SLIP_WORST (sizeof total)];
    size_t len = 0;

    bwp_put_u32le (total, received);
    if (bwp_slip_encode (total, sizeof total, NULL, 0, frame, sizeof frame, &len) != BWP_OK)
        g_critical ("acknowledgement does not fit");
    return bw_port_write (self->port, frame, len,
                          g_get_monotonic_time () + PACKET_TIMEOUT_MS * 1000,
                          bw_esp_link_get_cancellable (self->link), error);
}

/* Knows the digest before the last packet is acknowledged: the chip's answers that. */
static gboolean
receive_packets (BwEspSession *self,
                 uint32_t offset,
                 uint32_t size,
                 uint8_t *ret_bytes,
                 uint8_t ret_md5[MD5_BYTES],
                 GError **error)
{
    uint32_t received = 0;

    while (received < size) {
        uint32_t expected = MIN (PACKET_BYTES, size - received);
        const uint8_t *frame = NULL;
        size_t len = 0;

        if (!bw_esp_link_receive (self->link, PACKET_TIMEOUT_MS, &frame, &len, error))
            return FALSE;
        if (len != expected) {
            bw_set_error (error, BW_CAUSE_GARBAGE,
                          _ ("a packet of another size while reading at 0x%x"), offset + received);
            return FALSE;
        }
        memcpy (ret_bytes + received, frame, len);
        received += expected;
        if (received == size) {
            bw_esp_md5 (ret_bytes, size, ret_md5);
            bw_esp_mask_set_digest (self->mask, ret_md5);
        }
        if (!acknowledge (self, received, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
read_with_stub (BwEspSession *self,
                uint32_t offset,
                uint32_t size,
                uint8_t *ret_bytes,
                GError **error)
{
    struct bwp_esp_read_flash read = { offset, size, PACKET_BYTES, IN_FLIGHT };
    struct bwp_esp_packet packet;
    const uint8_t *frame = NULL;
    size_t len = 0;
    uint8_t wanted[MD5_BYTES];

    bwp_esp_build_read_flash (&packet, &read);
    /* the reply and the first packets arrive together: nothing may be thrown away in between */
    if (!bw_esp_link_command (self->link, &packet, 0, PACKET_TIMEOUT_MS, NULL, error)
        || !receive_packets (self, offset, size, ret_bytes, wanted, error)
        || !bw_esp_link_receive (self->link, PACKET_TIMEOUT_MS, &frame, &len, error))
        return FALSE;
    if (len != MD5_BYTES || memcmp (frame, wanted, MD5_BYTES) != 0)
        return fail_digest (offset, error);
    return TRUE;
}

gboolean
bw_esp_read_with_stub (BwEspSession *self,
                       uint32_t offset,
                       uint32_t size,
                       uint8_t *ret_bytes,
                       GError **error)
{
    gboolean is_read;

    bw_esp_mask_begin (self->mask, size);
    is_read = read_with_stub (self, offset, size, ret_bytes, error);
    bw_esp_mask_end (self->mask);
    return is_read;
}

/* Neither checksum nor digest: what comes twice alike is believed. */
static gboolean
read_again (BwEspSession *self, const BwEspPeek *first, GError **error)
{
    g_autofree uint8_t *bytes = g_malloc (first->size);
    BwEspPeek second = { first->offset, first->size, bytes, first->bytes };

    if (!bw_esp_flash_peek (self, &second, 1, error))
        return FALSE;
    if (memcmp (bytes, first->bytes, first->size) == 0)
        return TRUE;
    bw_set_error (error, BW_CAUSE_GARBAGE, _ ("the flash at 0x%x reads differently each time"),
                  first->offset);
    return FALSE;
}

/* The ROM's replies carry no checksum, and a stub's digest is of what it took the request for, which
 * carries none either: compare with a digest that is asked for. Nothing older can come in its place:
 * the content came in between. */
static gboolean
prove_piece (BwEspSession *self, const BwEspPeek *piece, GError **error)
{
    BwEspQuestion question = { .offset = piece->offset, .size = piece->size };

    bw_esp_question_want (&question, piece->bytes);
    if (!bw_esp_flash_digests (self, &question, 1, error))
        return FALSE;
    return bw_esp_question_is_met (&question) || fail_digest (piece->offset, error);
}

static gboolean
read_piece (BwEspSession *self, uint32_t offset, uint32_t size, uint8_t *bytes, GError **error)
{
    BwEspPeek peek = { .offset = offset, .size = size, .bytes = bytes };

    if (!bw_esp_flash_peek (self, &peek, 1, error))
        return FALSE;
    return bw_esp_session_can_digest (self) ? prove_piece (self, &peek, error)
                                            : read_again (self, &peek, error);
}

static gboolean
check_range (const BwEspSession *self, uint32_t offset, uint32_t size, GError **error)
{
    if (size == 0) {
        bw_set_error (error, BW_CAUSE_USAGE, _ ("nothing to read"));
        return FALSE;
    }
    if (self->flash_bytes != 0 && (uint64_t) offset + size > self->flash_bytes) {
        bw_set_error (error, BW_CAUSE_BEYOND_FLASH,
                      _ ("0x%x bytes at 0x%x reach beyond the flash of 0x%" PRIx64), size, offset,
                      self->flash_bytes);
        return FALSE;
    }
    if (!bw_esp_flash_can_peek (self)) {
        bw_set_error (error, BW_CAUSE_SECURE_MODE, "%s",
                      _ ("this loader cannot read its flash out"));
        return FALSE;
    }
    return TRUE;
}

/* On a noisy line short pieces get across where long ones never would. */
static uint32_t
choose_piece (const BwEspReader *self, uint32_t left)
{
    return MIN (MIN (self->piece, self->session->is_stub ? BW_ESP_READ_PIECE : ROM_PIECE), left);
}

/* Headway pays for earlier trouble: only a line that gets nothing across is given up. */
static void
note_read (BwEspReader *self)
{
    if (self->troubles > 0)
        self->troubles--;
    self->piece = MIN (self->piece * 2, BW_ESP_READ_PIECE);
}

static void
note_trouble (BwEspReader *self)
{
    self->piece = MAX (self->piece / 4, BW_ESP_SECTOR);
}

/* Reads the next piece, whatever length gets across. */
static gboolean
read_surely (BwEspReader *self,
             uint32_t offset,
             uint32_t left,
             uint8_t *bytes,
             uint32_t *ret_len,
             GError **error)
{
    g_autoptr (GError) failure = NULL;
    uint32_t len = choose_piece (self, left);

    while (!read_piece (self->session, offset, len, bytes, &failure)) {
        note_trouble (self);
        if (!bw_esp_recover (self->session, &self->troubles, &failure)) {
            g_propagate_error (error, g_steal_pointer (&failure));
            return FALSE;
        }
        len = choose_piece (self, left);
    }
    note_read (self);
    *ret_len = len;
    return TRUE;
}

static gboolean
read_all (BwEspSession *self, uint32_t offset, uint32_t size, GOutputStream *to, GError **error)
{
    g_autofree uint8_t *bytes = NULL;
    BwEspReader reader = { .session = self, .piece = BW_ESP_READ_PIECE };
    gboolean wants_stub =
        size > ROM_IS_QUICKER_BYTES || bw_esp_session_rom_peer (self) == BWP_ESP_PEER_ROM_8266;

    if (!bw_esp_ready_surely (self, wants_stub, &reader.troubles, error)
        || !check_range (self, offset, size, error))
        return FALSE;
    bytes = g_malloc (MIN (size, BW_ESP_READ_PIECE));
    bw_esp_session_step (self, BW_STEP_READ);
    for (uint32_t done = 0; done < size;) {
        uint32_t len = 0;

        if (!read_surely (&reader, offset + done, size - done, bytes, &len, error)
            || !g_output_stream_write_all (to, bytes, len, NULL,
                                           bw_esp_link_get_cancellable (self->link), error))
            return FALSE;
        done += len;
        bw_esp_session_progress (self, done, size);
    }
    return TRUE;
}

/* Content can be secret and is long: it is kept out of the recording. */
gboolean
bw_esp_read (BwEspSession *self, uint32_t offset, uint32_t size, GOutputStream *to, GError **error)
{
    gboolean is_read;

    bw_esp_mask_set_reading (self->mask, TRUE);
    is_read = read_all (self, offset, size, to, error);
    bw_esp_mask_set_reading (self->mask, FALSE);
    return is_read;
}
