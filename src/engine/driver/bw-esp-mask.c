/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-mask"
#include "config.h"

#include "bw-esp-mask.h"

#include <string.h>

#include "bwp-esp-command.h"
#include "bwp-slip.h"

/* Nothing else that arrives is so long, also if it is damaged. */
#define LONG_BYTES 1024
/* The longest frame that anybody takes for one. */
#define FRAME_MAX (BW_ESP_MASK_PACKET_BYTES + 64)
#define DIRECTION_REPLY 0x01
#define MD5_HEX_BYTES (2 * BW_ESP_MD5_BYTES)

struct _BwEspMask {
    BwPort *port;
    gboolean awaits_reply; /* to READ_FLASH; packets come behind it */
    uint32_t left;         /* content that packets will bring */
    gboolean has_digest;
    uint8_t digest[BW_ESP_MD5_BYTES];
    uint8_t stand_in[BW_ESP_MD5_BYTES];
    uint32_t stand_in_size;
    uint8_t frame[FRAME_MAX];
    uint8_t wire[BWP_SLIP_WORST (FRAME_MAX)];
};

static gboolean
is_reply (const uint8_t *frame, size_t len, enum bwp_esp_op op)
{
    return len >= BWP_ESP_HEADER_BYTES && frame[0] == DIRECTION_REPLY && frame[1] == op;
}

/* The very rule by which a reader takes packets. */
static gboolean
is_packet (BwEspMask *self, size_t len)
{
    if (self->left == 0 || len != MIN (self->left, BW_ESP_MASK_PACKET_BYTES))
        return FALSE;
    self->left -= (uint32_t) len;
    return TRUE;
}

static gboolean
is_digest (const BwEspMask *self, const uint8_t md5[BW_ESP_MD5_BYTES])
{
    return self->has_digest && memcmp (md5, self->digest, sizeof self->digest) == 0;
}

static gboolean
is_hex_digest (const BwEspMask *self, const uint8_t hex[MD5_HEX_BYTES])
{
    uint8_t md5[BW_ESP_MD5_BYTES];

    return bwp_esp_parse_md5_hex (hex, md5) == BWP_OK && is_digest (self, md5);
}

static void
put_hex (const uint8_t md5[BW_ESP_MD5_BYTES], uint8_t hex[MD5_HEX_BYTES])
{
    for (size_t i = 0; i < BW_ESP_MD5_BYTES; i++) {
        hex[2 * i] = (uint8_t) "0123456789abcdef"[md5[i] >> 4];
        hex[2 * i + 1] = (uint8_t) "0123456789abcdef"[md5[i] & 15];
    }
}

/* Returns whether the frame has become another. */
static gboolean
cover_reply (const BwEspMask *self, uint8_t *frame, size_t len)
{
    uint8_t *data = frame + BWP_ESP_HEADER_BYTES;

    if (is_reply (frame, len, BWP_ESP_READ_FLASH_SLOW)
        && len >= BWP_ESP_HEADER_BYTES + BWP_ESP_READ_SLOW_MAX) {
        memset (data, 0, BWP_ESP_READ_SLOW_MAX);
        return TRUE;
    }
    if (is_reply (frame, len, BWP_ESP_FLASH_MD5) && len >= BWP_ESP_HEADER_BYTES + MD5_HEX_BYTES
        && is_hex_digest (self, data)) {
        put_hex (self->stand_in, data);
        return TRUE;
    }
    return FALSE;
}

static gboolean
cover_frame (BwEspMask *self, uint8_t *frame, size_t len)
{
    if (self->awaits_reply) {
        self->awaits_reply = !is_reply (frame, len, BWP_ESP_READ_FLASH);
        return FALSE;
    }
    if (is_packet (self, len) || len >= LONG_BYTES) {
        memset (frame, 0, len);
        return TRUE;
    }
    if (len == BW_ESP_MD5_BYTES && is_digest (self, frame)) {
        memcpy (frame, self->stand_in, len);
        return TRUE;
    }
    return cover_reply (self, frame, len);
}

static void
append_frame (BwEspMask *self, size_t len, GByteArray *out)
{
    size_t wire_len = 0;

    if (bwp_slip_encode (self->frame, len, NULL, 0, self->wire, sizeof self->wire, &wire_len)
        != BWP_OK)
        g_critical ("a frame of %zu bytes", len);
    g_byte_array_append (out, self->wire, (guint) wire_len);
}

/* A BwPortMask: all up to the last whole frame. */
static size_t
cover (gpointer data, const uint8_t *in, size_t len, GByteArray *out)
{
    BwEspMask *self = data;
    struct bwp_slip_decoder decoder;
    size_t done = 0;

    bwp_slip_decoder_init (&decoder, self->frame, sizeof self->frame);
    while (done < len) {
        size_t used = 0;
        size_t frame_len = 0;
        size_t skipped = 0;
        enum bwp_result result =
            bwp_slip_push (&decoder, in + done, len - done, &used, &frame_len, &skipped);
        gboolean is_covered = result == BWP_OK && cover_frame (self, self->frame, frame_len);

        if (result == BWP_AGAIN)
            used = skipped;
        g_byte_array_append (out, in + done, (guint) (is_covered ? skipped : used));
        if (is_covered)
            append_frame (self, frame_len, out);
        done += used;
        if (result == BWP_AGAIN)
            break;
    }
    return done;
}

BwEspMask *
bw_esp_mask_new (BwPort *port)
{
    BwEspMask *self = g_new0 (BwEspMask, 1);

    self->port = g_object_ref (port);
    bw_port_set_mask (port, cover, self);
    return self;
}

void
bw_esp_mask_free (BwEspMask *self)
{
    if (self == NULL)
        return;
    bw_port_set_mask (self->port, NULL, NULL);
    g_object_unref (self->port);
    g_free (self);
}

void
bw_esp_mask_begin (BwEspMask *self, uint32_t size)
{
    if (self == NULL)
        return;
    /* what came before is judged by what was awaited then */
    bw_port_set_mask (self->port, cover, self);
    self->awaits_reply = TRUE;
    self->left = size;
}

void
bw_esp_mask_end (BwEspMask *self)
{
    if (self == NULL)
        return;
    self->awaits_reply = FALSE;
    self->left = 0;
}

void
bw_esp_mask_set_digest (BwEspMask *self, const uint8_t md5[BW_ESP_MD5_BYTES], uint32_t size)
{
    if (self == NULL)
        return;
    memcpy (self->digest, md5, sizeof self->digest);
    self->has_digest = TRUE;
    if (self->stand_in_size != size) {
        g_autofree uint8_t *zeros = g_malloc0 (size);

        bw_esp_md5 (zeros, size, self->stand_in);
        self->stand_in_size = size;
    }
}
