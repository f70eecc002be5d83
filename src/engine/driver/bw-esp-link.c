/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-link"
#include "config.h"

#include "bw-esp-link.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "bw-esp-link-self.h"

/* Bytes outside of frames, while a reply is awaited, from which on the line counts as noisy. */
#define NOISE_BYTES 16
/* Most that is heard at once while bytes are thrown away, or while a board is asked to connect: more
 * than a line brings in that time. */
#define TALK_MAX 4096
/* Who has said so much and is not connected talks without end. From there on little of it is heard
 * each time, and a recording has room for many times. Eight replies to a SYNC still have, too. */
#define TALK_WITHOUT_END (2 * TALK_MAX)
#define TALK_SAMPLE 128
/* In which who restarts has said why. */
#define RESTART_TEXT_MS 100

/* Reads that may still bring what had arrived before the deadline, when this thread was late. */
#define LATE_READS 16

BwEspLink *
bw_esp_link_new (BwPort *port)
{
    BwEspLink *self = g_new0 (BwEspLink, 1);

    self->port = g_object_ref (port);
    self->evidence = bw_esp_evidence_new ();
    self->peer = BWP_ESP_PEER_ROM;
    self->tx = g_malloc (BWP_SLIP_WORST (BWP_ESP_FRAME_MAX));
    bwp_slip_decoder_init (&self->decoder, self->frame, sizeof self->frame);
    return self;
}

void
bw_esp_link_free (BwEspLink *self)
{
    if (self == NULL)
        return;
    g_clear_object (&self->cancellable);
    g_clear_object (&self->port);
    g_clear_pointer (&self->evidence, bw_esp_evidence_free);
    g_free (self->tx);
    g_free (self);
}

BwEspEvidence *
bw_esp_link_get_evidence (BwEspLink *self)
{
    return self->evidence;
}

void
bw_esp_link_set_cancellable (BwEspLink *self, GCancellable *cancellable)
{
    g_set_object (&self->cancellable, cancellable);
}

GCancellable *
bw_esp_link_get_cancellable (BwEspLink *self)
{
    return self->cancellable;
}

void
bw_esp_link_set_peer (BwEspLink *self, enum bwp_esp_peer peer)
{
    if (peer != self->peer)
        memset (self->carried_out, 0, sizeof self->carried_out);
    self->peer = peer;
}

enum bwp_esp_peer
bw_esp_link_get_peer (const BwEspLink *self)
{
    return self->peer;
}

BwEspFailure
bw_esp_link_get_failure (const BwEspLink *self)
{
    return self->failure;
}

uint16_t
bw_esp_link_get_status (const BwEspLink *self)
{
    return self->status;
}

unsigned
bw_esp_link_get_turns (const BwEspLink *self)
{
    return self->n_turns;
}

gboolean
bw_esp_link_is_noise (const BwEspLink *self)
{
    if (self->failure == BW_ESP_FAILURE_REFUSED)
        return bwp_esp_status_is_line_noise (self->status);
    return self->failure == BW_ESP_FAILURE_NONSENSE || self->failure == BW_ESP_FAILURE_SILENT;
}

gboolean
_bw_esp_link_fail (BwEspLink *self, BwEspFailure failure)
{
    self->failure = failure;
    return FALSE;
}

void
_bw_esp_link_forget_input (BwEspLink *self)
{
    self->chunk_at = 0;
    self->chunk_len = 0;
    bwp_slip_decoder_reset (&self->decoder);
}

gboolean
bw_esp_link_heard_other (const BwEspLink *self)
{
    return self->heard_other;
}

gboolean
bw_esp_link_heard_new_rom (const BwEspLink *self)
{
    return self->heard_new_rom;
}

static gboolean
is_connecting (const BwEspLink *self)
{
    return self->tx_op == BWP_ESP_SYNC;
}

static gboolean
talks_without_end (const BwEspLink *self)
{
    return is_connecting (self) && bw_esp_evidence_count (self->evidence) >= TALK_WITHOUT_END;
}

/* Bytes that are listened to for one reply. */
static size_t
count_bearable (const BwEspLink *self)
{
    if (!is_connecting (self))
        return SIZE_MAX;
    return talks_without_end (self) ? TALK_SAMPLE : TALK_MAX;
}

/* Reads instead of flushing: what is thrown away is evidence, if it is not too much. */
gboolean
bw_esp_link_discard (BwEspLink *self, GError **error)
{
    size_t room = talks_without_end (self) ? 0 : TALK_MAX;

    bw_esp_evidence_push (self->evidence, self->chunk + self->chunk_at,
                          self->chunk_len - self->chunk_at);
    _bw_esp_link_forget_input (self);
    while (room > 0) {
        ssize_t n = bw_port_read (self->port, self->chunk, MIN (room, sizeof self->chunk), 0,
                                  self->cancellable, error);

        if (n < 0)
            return _bw_esp_link_fail (self, BW_ESP_FAILURE_PORT);
        if (n == 0)
            return TRUE;
        bw_esp_evidence_push (self->evidence, self->chunk, (size_t) n);
        room -= (size_t) n;
    }
    bw_esp_evidence_end_line (self->evidence);
    return bw_port_discard_input (self->port, self->cancellable, error)
           || _bw_esp_link_fail (self, BW_ESP_FAILURE_PORT);
}

const uint8_t *
bw_esp_link_take_unread (BwEspLink *self, size_t *ret_len)
{
    const uint8_t *unread = self->chunk + self->chunk_at;

    *ret_len = self->chunk_len - self->chunk_at;
    _bw_esp_link_forget_input (self);
    return unread;
}

void
_bw_esp_link_prepare_behind (BwEspLink *self, const struct bwp_esp_packet *packet)
{
    size_t len = 0;
    enum bwp_result result =
        bwp_slip_encode (packet->head, packet->head_len, packet->body, packet->body_len,
                         self->tx + self->tx_len, BWP_SLIP_WORST (BWP_ESP_FRAME_MAX) - self->tx_len,
                         &len);

    if (result != BWP_OK)
        g_critical ("request does not fit its buffer: %s", bwp_result_text (result));
    self->tx_len += len;
    self->tx_op = (enum bwp_esp_op) packet->head[1];
}

void
bw_esp_link_prepare (BwEspLink *self, const struct bwp_esp_packet *packet)
{
    self->tx_len = 0;
    _bw_esp_link_prepare_behind (self, packet);
}

gboolean
_bw_esp_link_send_bytes (BwEspLink *self, const void *bytes, size_t len, GError **error)
{
    uint32_t baud = MAX (bw_port_get_baud (self->port), 1);
    int64_t now = g_get_monotonic_time ();
    int64_t line_us = (int64_t) len * 10 * G_USEC_PER_SEC / baud;

    self->failure = BW_ESP_FAILURE_NONE;
    self->status = 0;
    self->noise = 0;
    self->heard = 0;
    self->heard_max = count_bearable (self);
    if (!bw_port_write (self->port, bytes, len, now + line_us + BW_ESP_LINK_WRITE_TIMEOUT_MS * 1000,
                        self->cancellable, error))
        return _bw_esp_link_fail (self, BW_ESP_FAILURE_PORT);
    self->sent_at_us = now + line_us;
    return TRUE;
}

gboolean
bw_esp_link_send_prepared (BwEspLink *self, GError **error)
{
    /* replies still lying here belong to nobody */
    _bw_esp_link_forget_input (self);
    return _bw_esp_link_send_bytes (self, self->tx, self->tx_len, error);
}

static void
note_skipped (BwEspLink *self, const uint8_t *bytes, size_t len)
{
    if (len == 0)
        return;
    self->noise += len;
    bw_esp_evidence_push (self->evidence, bytes, len);
}

/* Decodes what has been read. Returns whether a frame is complete. */
static gboolean
decode (BwEspLink *self, size_t *ret_len)
{
    while (self->chunk_at < self->chunk_len) {
        const uint8_t *in = self->chunk + self->chunk_at;
        size_t used = 0;
        size_t skipped = 0;
        enum bwp_result result =
            bwp_slip_push (&self->decoder, in, self->chunk_len - self->chunk_at, &used, ret_len,
                           &skipped);

        note_skipped (self, in, skipped);
        self->chunk_at += used;
        if (result == BWP_OK)
            return TRUE;
        if (result != BWP_AGAIN)
            self->noise += NOISE_BYTES;
    }
    return FALSE;
}

/* What a board says that has restarted, the most telling first; %NULL if it has said nothing of it. */
static const char *
find_restart_text (const BwEspLink *self)
{
    static const char *const texts[] = { "rst:0x", "rst cause:", "ESP-ROM:", "Guru Meditation",
                                         "Fatal exception" };

    for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
        if (bw_esp_evidence_mentions (self->evidence, texts[i]))
            return texts[i];
    return NULL;
}

/* While connecting, boot text is what one expects. */
static gboolean
has_restarted (const BwEspLink *self)
{
    return !is_connecting (self) && self->noise >= NOISE_BYTES && find_restart_text (self) != NULL;
}

/* Waits for the rest of the text, so that it is no matter of chance how much of it is quoted. */
static gboolean
fail_reset (BwEspLink *self, GError **error)
{
    const char *text;
    g_autofree char *line = NULL;

    if (!bw_port_wait (self->port, RESTART_TEXT_MS, self->cancellable, error)
        || !bw_esp_link_discard (self, error))
        return _bw_esp_link_fail (self, BW_ESP_FAILURE_PORT);
    text = find_restart_text (self);
    line = text != NULL ? bw_esp_evidence_dup_line_with (self->evidence, text) : NULL;
    /* translators: the name of a request such as FLASH_DATA, and what the board printed */
    bw_set_error (error, BW_CAUSE_RESET_IN_THE_MIDDLE, _ ("the board restarted while %s ran: %s"),
                  bwp_esp_op_name ((uint8_t) self->tx_op), line != NULL ? line : _ ("boot text"));
    return _bw_esp_link_fail (self, BW_ESP_FAILURE_RESET);
}

/* Content of a flash that was damaged on its way looks like a board that talks, and what programs
 * print stands in them. */
static gboolean
awaits_content (const BwEspLink *self)
{
    return self->tx_op == BWP_ESP_READ_FLASH || self->tx_op == BWP_ESP_READ_FLASH_SLOW;
}

static gboolean
fail_silent (BwEspLink *self, uint32_t timeout_ms, GError **error)
{
    /* behind damaged content more of it would have come */
    if (awaits_content (self) && has_restarted (self))
        return fail_reset (self, error);
    if (self->noise >= NOISE_BYTES) {
        bw_set_error (error, BW_CAUSE_GARBAGE,
                      _ ("no reply to %s in %u ms, but %" PRIu64 " bytes that are none at %u baud"),
                      bwp_esp_op_name ((uint8_t) self->tx_op), timeout_ms, self->noise,
                      bw_port_get_baud (self->port));
        return _bw_esp_link_fail (self, BW_ESP_FAILURE_NONSENSE);
    }
    /* translators: the name of a request such as SYNC */
    bw_set_error (error, BW_CAUSE_TIMEOUT, _ ("no reply to %s in %u ms"),
                  bwp_esp_op_name ((uint8_t) self->tx_op), timeout_ms);
    return _bw_esp_link_fail (self, BW_ESP_FAILURE_SILENT);
}

/* Bytes that have to come at least until the frame is complete; all that may be heard where that is
 * not known. */
static size_t
count_missing (const BwEspLink *self)
{
    size_t room = MIN (self->heard_max - self->heard, sizeof self->chunk);
    size_t missing =
        self->reply_bytes + 1 - MIN (bwp_slip_collected (&self->decoder), self->reply_bytes);

    return self->reply_bytes > 0 ? MIN (missing, room) : room;
}

/* Nobody listens any more, but the board gets its time. No reply was among so much. */
static gboolean
sit_out (BwEspLink *self, int64_t deadline_us, uint32_t timeout_ms, GError **error)
{
    int64_t left_us = MAX (deadline_us - g_get_monotonic_time (), 0);

    if (!bw_port_wait (self->port, (uint32_t) (left_us / 1000), self->cancellable, error))
        return _bw_esp_link_fail (self, BW_ESP_FAILURE_PORT);
    self->noise = self->heard;
    return fail_silent (self, timeout_ms, error);
}

gboolean
_bw_esp_link_receive_until (BwEspLink *self,
                            int64_t deadline_us,
                            uint32_t timeout_ms,
                            size_t *ret_len,
                            GError **error)
{
    unsigned n_late = 0;

    for (;;) {
        gboolean is_complete = decode (self, ret_len);
        ssize_t n;

        /* also in front of a frame: who restarts does not answer */
        if (!awaits_content (self) && has_restarted (self))
            return fail_reset (self, error);
        if (is_complete)
            return TRUE;
        if (self->heard == self->heard_max)
            return sit_out (self, deadline_us, timeout_ms, error);
        /* a board that never stops talking does not move the deadline */
        if (g_get_monotonic_time () >= deadline_us && ++n_late > LATE_READS)
            return fail_silent (self, timeout_ms, error);
        n = bw_port_read (self->port, self->chunk, count_missing (self), deadline_us,
                          self->cancellable, error);
        if (n < 0)
            return _bw_esp_link_fail (self, BW_ESP_FAILURE_PORT);
        if (n == 0)
            return fail_silent (self, timeout_ms, error);
        self->chunk_at = 0;
        self->chunk_len = (size_t) n;
        self->heard += (size_t) n;
    }
}

static int64_t
make_deadline (const BwEspLink *self, uint32_t timeout_ms)
{
    return MAX (self->sent_at_us, g_get_monotonic_time ()) + (int64_t) timeout_ms * 1000;
}

gboolean
bw_esp_link_receive (BwEspLink *self,
                     uint32_t timeout_ms,
                     const uint8_t **ret_frame,
                     size_t *ret_len,
                     GError **error)
{
    if (!_bw_esp_link_receive_until (self, make_deadline (self, timeout_ms), timeout_ms, ret_len,
                                     error))
        return FALSE;
    *ret_frame = self->frame;
    return TRUE;
}

/* What opens the way for blocks of data. */
static enum bwp_esp_op
get_opener (enum bwp_esp_op op)
{
    if (op == BWP_ESP_FLASH_DATA)
        return BWP_ESP_FLASH_BEGIN;
    if (op == BWP_ESP_FLASH_DEFL_DATA)
        return BWP_ESP_FLASH_DEFL_BEGIN;
    return op == BWP_ESP_MEM_DATA ? BWP_ESP_MEM_BEGIN : op;
}

/* A loader that has done a thing does not forget how: what it does not understand then came damaged.
 * A refusal that is about the board, and not about the message, stays one. */
static gboolean
is_damaged_on_the_way (const BwEspLink *self, enum bwp_esp_op op, uint16_t status)
{
    unsigned known = (unsigned) get_opener (op) & 0xff;

    return bwp_esp_status_is_line_noise (status)
           || ((self->carried_out[known / 32] & 1u << known % 32) != 0
               && !bwp_esp_status_is_about_board (status));
}

static gboolean
fail_refused (BwEspLink *self, enum bwp_esp_op op, uint16_t status, GError **error)
{
    BwCause cause = BW_CAUSE_PROTOCOL;

    self->status = status;
    if (is_damaged_on_the_way (self, op, status))
        cause = BW_CAUSE_GARBAGE;
    bw_set_error (error, cause, _ ("%s was answered with error %04x: %s"),
                  bwp_esp_op_name ((uint8_t) op), status, _ (bwp_esp_status_text (status)));
    return _bw_esp_link_fail (self, BW_ESP_FAILURE_REFUSED);
}

/* The ROM says it eight times; swallow the rest. */
static gboolean
fail_unsupported (BwEspLink *self, enum bwp_esp_op op, GError **error)
{
    if (!bw_port_wait (self->port, BWP_ESP_UNSUPPORTED_DRAIN_MS, self->cancellable, error)
        || !bw_esp_link_discard (self, error))
        return _bw_esp_link_fail (self, BW_ESP_FAILURE_PORT);
    self->status = 0x0105;
    bw_set_error (error, BW_CAUSE_PROTOCOL, _ ("the loader does not know or not allow %s"),
                  bwp_esp_op_name ((uint8_t) op));
    return _bw_esp_link_fail (self, BW_ESP_FAILURE_UNSUPPORTED);
}

static gboolean
fail_nonsense (BwEspLink *self, enum bwp_esp_op op, enum bwp_result result, GError **error)
{
    bw_set_error (error, BW_CAUSE_GARBAGE, _ ("the reply to %s is damaged: %s"),
                  bwp_esp_op_name ((uint8_t) op), _ (bwp_result_text (result)));
    return _bw_esp_link_fail (self, BW_ESP_FAILURE_NONSENSE);
}

gboolean
bw_esp_link_check (BwEspLink *self,
                   enum bwp_esp_op op,
                   enum bwp_result result,
                   uint16_t status,
                   GError **error)
{
    if (result == BWP_ERR_PEER)
        return fail_refused (self, op, status, error);
    if (result != BWP_OK)
        return fail_nonsense (self, op, result, error);
    self->carried_out[(unsigned) op % 256 / 32] |= 1u << (unsigned) op % 32;
    self->n_turns += self->last_op != (uint8_t) op ? 1 : 0;
    self->last_op = (uint8_t) op;
    return TRUE;
}

gboolean
bw_esp_link_await_frame (BwEspLink *self,
                         enum bwp_esp_op op,
                         uint32_t timeout_ms,
                         const uint8_t **ret_frame,
                         size_t *ret_len,
                         GError **error)
{
    int64_t deadline_us = make_deadline (self, timeout_ms);

    for (unsigned i = 0; i < BWP_ESP_REPLY_TRIES; i++) {
        if (!_bw_esp_link_receive_until (self, deadline_us, timeout_ms, ret_len, error))
            return FALSE;
        if (bwp_esp_is_reply_to (self->frame, *ret_len, op)) {
            *ret_frame = self->frame;
            return TRUE;
        }
        if (bwp_esp_is_unsupported (self->frame, *ret_len))
            return fail_unsupported (self, op, error);
        if (!bwp_esp_is_reply (self->frame, *ret_len)) {
            bw_esp_evidence_push (self->evidence, self->frame, *ret_len);
            bwp_slip_decoder_resync (&self->decoder);
        }
    }
    return fail_nonsense (self, op, BWP_ERR_SURPLUS, error);
}

gboolean
bw_esp_link_await (BwEspLink *self,
                   enum bwp_esp_op op,
                   size_t data_len,
                   uint32_t timeout_ms,
                   struct bwp_esp_reply *ret_reply,
                   GError **error)
{
    struct bwp_esp_reply reply = { 0 };
    const uint8_t *frame = NULL;
    size_t len = 0;
    enum bwp_result result;

    if (!bw_esp_link_await_frame (self, op, timeout_ms, &frame, &len, error))
        return FALSE;
    result = bwp_esp_parse_reply (frame, len, data_len, &reply);
    if (!bw_esp_link_check (self, op, result, reply.status, error))
        return FALSE;
    if (ret_reply != NULL)
        *ret_reply = reply;
    return TRUE;
}

gboolean
bw_esp_link_command (BwEspLink *self,
                     const struct bwp_esp_packet *packet,
                     size_t data_len,
                     uint32_t timeout_ms,
                     struct bwp_esp_reply *ret_reply,
                     GError **error)
{
    bw_esp_link_prepare (self, packet);
    if (!bw_esp_link_send_prepared (self, error))
        return FALSE;
    return bw_esp_link_await (self, self->tx_op, data_len, timeout_ms, ret_reply, error);
}
