/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-link-sync"
#include "config.h"

#include "bw-esp-link-self.h"

/* Whether a loader listens, and of which kind it is. */

#define SYNC_TIMEOUT_MS 100
#define PROBE_BYTES 128

/* Swallows the other replies to a SYNC; those of a stub carry the value 0. Replies have no checksum:
 * the majority decides, so that one damaged value does not turn a stub into a ROM. */
static gboolean
swallow_sync (BwEspLink *self, uint32_t first_value, gboolean *ret_is_stub, GError **error)
{
    int64_t deadline_us = g_get_monotonic_time () + SYNC_TIMEOUT_MS * 1000;
    unsigned zeros = first_value == 0 ? 1 : 0;
    unsigned seen = 1;

    for (unsigned i = 0; seen < BWP_ESP_SYNC_REPLIES && i < BWP_ESP_REPLY_TRIES; i++) {
        g_autoptr (GError) failure = NULL;
        size_t len = 0;
        struct bwp_esp_reply reply = { 0 };

        if (!_bw_esp_link_receive_until (self, deadline_us, SYNC_TIMEOUT_MS, &len, &failure)) {
            if (self->failure != BW_ESP_FAILURE_PORT)
                break;
            g_propagate_error (error, g_steal_pointer (&failure));
            return FALSE;
        }
        if (bwp_esp_parse_reply (self->frame, len, 0, &reply) == BWP_OK
            && reply.op == BWP_ESP_SYNC) {
            zeros += reply.value == 0 ? 1 : 0;
            seen++;
        }
    }
    self->failure = BW_ESP_FAILURE_NONE;
    self->heard_new_rom = bw_esp_evidence_mentions (self->evidence, "ESP-ROM:");
    self->heard_other = bw_esp_evidence_count (self->evidence) > 0;
    bw_esp_evidence_clear (self->evidence);
    if (ret_is_stub != NULL)
        *ret_is_stub = zeros > seen / 2;
    return TRUE;
}

static gboolean
sync_once (BwEspLink *self, gboolean is_odd, gboolean *ret_is_stub, GError **error)
{
    static const uint8_t delimiter = BWP_SLIP_END;
    struct bwp_esp_packet packet;
    struct bwp_esp_reply reply = { 0 };

    /* A lost delimiter leaves the receiver of a stub inverted: it takes ends for starts. One more
     * in front of every second try turns it round; whoever is not inverted does not mind. */
    if (is_odd && !_bw_esp_link_send_bytes (self, &delimiter, 1, error))
        return FALSE;
    bwp_esp_build_sync (&packet);
    if (!bw_esp_link_command (self, &packet, 0, SYNC_TIMEOUT_MS, &reply, error))
        return FALSE;
    return swallow_sync (self, reply.value, ret_is_stub, error);
}

gboolean
bw_esp_link_sync (BwEspLink *self, unsigned tries, gboolean *ret_is_stub, GError **error)
{
    for (unsigned i = 0; i < tries; i++) {
        g_autoptr (GError) failure = NULL;

        if (!bw_esp_link_discard (self, error))
            return FALSE;
        if (sync_once (self, i % 2 == 1, ret_is_stub, &failure))
            return TRUE;
        if (self->failure == BW_ESP_FAILURE_PORT || i + 1 == tries) {
            g_propagate_error (error, g_steal_pointer (&failure));
            return FALSE;
        }
        if (!bw_port_wait (self->port, BWP_ESP_SYNC_PAUSE_MS, self->cancellable, error))
            return _bw_esp_link_fail (self, BW_ESP_FAILURE_PORT);
    }
    return FALSE;
}

gboolean
bw_esp_link_probe (BwEspLink *self, GError **error)
{
    int64_t now = g_get_monotonic_time ();
    uint8_t wire[PROBE_BYTES];
    struct bwp_esp_packet packet;
    size_t len = 0;

    bwp_esp_build_sync (&packet);
    if (bwp_slip_encode (packet.head, packet.head_len, packet.body, packet.body_len, wire,
                         sizeof wire, &len)
        != BWP_OK)
        g_critical ("SYNC does not fit its buffer");
    return bw_port_write (self->port, wire, len, now + BW_ESP_LINK_WRITE_TIMEOUT_MS * 1000,
                          self->cancellable, error)
           || _bw_esp_link_fail (self, BW_ESP_FAILURE_PORT);
}
