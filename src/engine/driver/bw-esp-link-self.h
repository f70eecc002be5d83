/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-esp-link.h"
#include "bwp-slip.h"

G_BEGIN_DECLS

/* The inside of a link, for bw-esp-link*.c only. */

/* A frame of READ_FLASH data is the longest one that arrives. */
#define BW_ESP_LINK_FRAME_MAX (0x1000 + 64)
#define BW_ESP_LINK_CHUNK 4096
#define BW_ESP_LINK_WRITE_TIMEOUT_MS 10000

struct _BwEspLink {
    BwPort *port;
    GCancellable *cancellable;
    BwEspEvidence *evidence;
    enum bwp_esp_peer peer;
    gboolean is_one_by_one; /* several requests at once do not get through */
    gboolean has_streamed;  /* they did, once */
    gboolean heard_new_rom;
    gboolean heard_other;

    BwEspFailure failure;
    uint16_t status;
    uint32_t carried_out[256 / 32]; /* a bit for each request this loader has carried out */
    uint8_t last_op;                /* the request of the last good reply */
    unsigned n_turns;               /* how often that was another one than the one before */
    uint64_t noise;                 /* bytes skipped or frames dropped since the last request */

    struct bwp_slip_decoder decoder;
    uint8_t frame[BW_ESP_LINK_FRAME_MAX];
    uint8_t chunk[BW_ESP_LINK_CHUNK];
    size_t chunk_at;
    size_t chunk_len;
    size_t reply_bytes; /* of the reply that is awaited; 0: not known */
    size_t heard;       /* since the last request */
    size_t heard_max;   /* of that; more is not listened to */

    uint8_t *tx;
    size_t tx_len;
    enum bwp_esp_op tx_op;
    int64_t sent_at_us; /* when what was sent last will have left the line */
};

/**
 * _bw_esp_link_fail:
 * @self: a link
 * @failure: how the request fails
 *
 * Returns: %FALSE, so that it can stand in a return
 */
gboolean _bw_esp_link_fail (BwEspLink *self, BwEspFailure failure);

/**
 * _bw_esp_link_forget_input:
 * @self: a link; what was read and not decoded yet belongs to nobody
 */
void _bw_esp_link_forget_input (BwEspLink *self);

/**
 * _bw_esp_link_prepare_behind:
 * @self: a link
 * @packet: a request
 *
 * Encodes a request behind those that are prepared already, and awaits the reply to this one.
 */
void _bw_esp_link_prepare_behind (BwEspLink *self, const struct bwp_esp_packet *packet);

/**
 * _bw_esp_link_send_bytes:
 * @self: a link
 * @bytes: what to send
 * @len: how much
 * @error: of the port
 *
 * Noise and length of what is heard count from here on.
 *
 * Returns: %TRUE when it was handed to the system
 */
gboolean _bw_esp_link_send_bytes (BwEspLink *self, const void *bytes, size_t len, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * _bw_esp_link_receive_until:
 * @self: a link
 * @deadline_us: monotonic time until which the whole frame must be there
 * @timeout_ms: how long that was, for the error
 * @ret_len: length of the frame in the link's buffer
 * @error: as bw_esp_link_receive()
 *
 * Returns: %TRUE when a frame arrived
 */
gboolean _bw_esp_link_receive_until (BwEspLink *self,
                                     int64_t deadline_us,
                                     uint32_t timeout_ms,
                                     size_t *ret_len,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
