/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-link-stream"
#include "config.h"

#include "bw-esp-link-self.h"

#include <string.h>

/* Several requests at once, as far as the peer can keep them while it is at work. */

/* What a ROM can take without reading: its ring holds 256 bytes. That of the ESP8266 has the 128 of
 * its UART. */
#define ROM_RING_BYTES 220
#define ROM_8266_RING_BYTES 112
#define STATUS_BYTES 2u
#define ROM_STATUS_BYTES 4u

/* What the peer keeps of requests that come while it is at work; 0: one at a time. */
static size_t
window_bytes (const BwEspLink *self)
{
    if (self->is_one_by_one)
        return 0;
    switch (self->peer) {
    case BWP_ESP_PEER_ROM:
        return ROM_RING_BYTES;
    case BWP_ESP_PEER_ROM_8266:
        return ROM_8266_RING_BYTES;
    case BWP_ESP_PEER_STUB:
        break;
    }
    return 0;
}

gboolean
bw_esp_link_command_pair (BwEspLink *self,
                          const struct bwp_esp_packet *first,
                          const struct bwp_esp_packet *second,
                          uint32_t timeout_ms,
                          GError **error)
{
    enum bwp_esp_op ops[] = { (enum bwp_esp_op) first->head[1], (enum bwp_esp_op) second->head[1] };

    if (window_bytes (self) == 0)
        return bw_esp_link_command (self, first, 0, timeout_ms, NULL, error)
               && bw_esp_link_command (self, second, 0, timeout_ms, NULL, error);
    bw_esp_link_prepare (self, first);
    _bw_esp_link_prepare_behind (self, second);
    if (!bw_esp_link_send_prepared (self, error))
        return FALSE;
    for (size_t i = 0; i < G_N_ELEMENTS (ops); i++) {
        self->tx_op = ops[i];
        if (!bw_esp_link_await (self, ops[i], 0, timeout_ms, NULL, error))
            return FALSE;
    }
    return TRUE;
}

static void
keep_reply (BwEspExchange *exchange, const struct bwp_esp_reply *reply)
{
    exchange->value = reply->value;
    if (reply->data_len > 0)
        memcpy (exchange->data, reply->data, MIN (reply->data_len, sizeof exchange->data));
}

static size_t
wire_size (const BwEspExchange *exchange)
{
    const struct bwp_esp_packet *packet = &exchange->packet;

    return bwp_slip_encoded_size (packet->head, packet->head_len, packet->body, packet->body_len);
}

/* Encodes as many requests one behind the other as fit @room; the first one always does. */
static size_t
encode_some (BwEspLink *self, const BwEspExchange *list, size_t n, size_t room)
{
    size_t count = 0;

    self->tx_len = 0;
    while (count < n && (count == 0 || self->tx_len + wire_size (&list[count]) <= room))
        _bw_esp_link_prepare_behind (self, &list[count++].packet);
    return count;
}

static gboolean
await_one (BwEspLink *self, BwEspExchange *exchange, uint32_t timeout_ms, GError **error)
{
    struct bwp_esp_reply reply = { 0 };
    enum bwp_esp_op op = (enum bwp_esp_op) exchange->packet.head[1];

    self->tx_op = op;
    if (!bw_esp_link_await (self, op, exchange->data_len, timeout_ms, &reply, error))
        return FALSE;
    keep_reply (exchange, &reply);
    return TRUE;
}

/* Sends what the peer can take besides @flying bytes it may not have read yet. Not for every answer
 * a request: half a window at a time. */
static gboolean
refill (BwEspLink *self,
        const BwEspExchange *list,
        size_t n,
        size_t *sent,
        size_t *flying,
        GError **error)
{
    size_t window = window_bytes (self);
    uint64_t noise = self->noise;
    size_t count;

    if (*sent == n || (*flying > 0 && *flying + wire_size (&list[*sent]) > window)
        || *flying * 2 > window)
        return TRUE;
    /* replies still lying here belong to nobody */
    if (*flying == 0)
        _bw_esp_link_forget_input (self);
    count = encode_some (self, list + *sent, n - *sent, window - MIN (window, *flying));
    if (!_bw_esp_link_send_bytes (self, self->tx, self->tx_len, error))
        return FALSE;
    self->noise = noise;
    *sent += count;
    *flying += self->tx_len;
    return TRUE;
}

static size_t
count_reply (const BwEspLink *self, const BwEspExchange *exchange)
{
    size_t status = self->peer == BWP_ESP_PEER_ROM ? ROM_STATUS_BYTES : STATUS_BYTES;

    return BWP_ESP_HEADER_BYTES + exchange->data_len + status;
}

/* No reply is read before it is awaited, so that it is no matter of chance which of them have been
 * when the next request goes out: what goes on as it did before leaves next to nothing in a
 * recording. */
static gboolean
stream (BwEspLink *self, BwEspExchange *list, size_t n, uint32_t timeout_ms, GError **error)
{
    size_t sent = 0;
    size_t flying = 0;

    self->noise = 0;
    for (size_t i = 0; i < n; i++) {
        self->reply_bytes = count_reply (self, &list[i]);
        if (!refill (self, list, n, &sent, &flying, error)
            || !await_one (self, &list[i], timeout_ms, error))
            return FALSE;
        flying -= wire_size (&list[i]);
    }
    return TRUE;
}

gboolean
bw_esp_link_stream (BwEspLink *self,
                    BwEspExchange *list,
                    size_t n,
                    uint32_t timeout_ms,
                    GError **error)
{
    gboolean is_done = stream (self, list, n, timeout_ms, error);

    self->reply_bytes = 0;
    if (is_done)
        self->has_streamed = self->has_streamed || (n > 1 && window_bytes (self) > 0);
    return is_done;
}

static gboolean
can_repeat (const BwEspLink *self)
{
    return self->failure == BW_ESP_FAILURE_SILENT || self->failure == BW_ESP_FAILURE_NONSENSE;
}

gboolean
bw_esp_link_exchange (BwEspLink *self,
                      BwEspExchange *list,
                      size_t n,
                      uint32_t timeout_ms,
                      GError **error)
{
    gboolean is_done;
    g_autoptr (GError) failure = NULL;

    if (bw_esp_link_stream (self, list, n, timeout_ms, &failure))
        return TRUE;
    if (window_bytes (self) == 0 || !can_repeat (self)) {
        g_propagate_error (error, g_steal_pointer (&failure));
        return FALSE;
    }
    /* Answers that came before one was missed may belong to others: all is asked for again. A ROM or
     * adapter that never took several is asked slowly from here on. */
    if (!bw_esp_link_sync (self, BWP_ESP_SYNC_TRIES, NULL, error))
        return FALSE;
    self->is_one_by_one = TRUE;
    is_done = bw_esp_link_stream (self, list, n, timeout_ms, error);
    self->is_one_by_one = !self->has_streamed;
    return is_done;
}
