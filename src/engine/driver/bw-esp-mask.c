/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-mask"
#include "config.h"

#include "bw-esp-mask.h"

#include <string.h>

#include "bwp-bytes.h"
#include "bwp-esp-command.h"
#include "bwp-slip.h"

/* Nothing else that arrives is so long, also if it is damaged. */
#define LONG_BYTES 1024
/* The longest frame that anybody takes for one. */
#define FRAME_MAX (BW_ESP_MASK_PACKET_BYTES + 64)
#define MD5_HEX_BYTES (2 * BW_ESP_MD5_BYTES)

struct _BwEspMask {
    BwPort *port;
    gboolean is_reading;
    gboolean awaits_reply; /* to READ_FLASH; packets come behind it */
    uint32_t left;         /* content that packets will bring */
    gboolean has_digest;
    uint8_t digest[BW_ESP_MD5_BYTES]; /* of that content */
    GArray *words;                    /* (nullable): of BwEspMaskWord */
    unsigned n_words;                 /* that came */
    uint32_t mark;
    BwEspQuestion questions[BW_ESP_QUESTIONS_MAX];
    size_t n_questions;
    size_t n_answers; /* that came */
    uint8_t frame[FRAME_MAX];
    uint8_t wire[BWP_SLIP_WORST (FRAME_MAX)];
};

/* The very rule by which a reader takes packets. */
static gboolean
is_packet (BwEspMask *self, size_t len)
{
    if (self->left == 0 || len != MIN (self->left, BW_ESP_MASK_PACKET_BYTES))
        return FALSE;
    self->left -= (uint32_t) len;
    return TRUE;
}

/* What is @expected and zeros take each other's place. */
static void
swap_bytes (uint8_t *bytes, const uint8_t *expected, size_t len)
{
    static const uint8_t zeros[BW_ESP_MD5_BYTES];

    if (memcmp (bytes, expected, len) == 0)
        memset (bytes, 0, len);
    else if (memcmp (bytes, zeros, len) == 0)
        memcpy (bytes, expected, len);
}

static uint32_t
swap_word (const BwEspMaskWord *word, uint32_t value)
{
    value &= word->known;
    if (word->is_content || value == word->expected)
        return 0;
    return value == 0 ? word->expected : value;
}

/* The word that a reply to a request of this kind brings now; %NULL where nobody awaits one. */
static const BwEspMaskWord *
take_awaited (BwEspMask *self, gboolean is_written)
{
    const BwEspMaskWord *word = self->n_words < self->words->len
                                    ? &g_array_index (self->words, BwEspMaskWord, self->n_words)
                                    : NULL;

    if (word == NULL || word->is_written != is_written)
        return NULL;
    self->n_words++;
    return word;
}

/* Returns whether the frame may have become another, as all these do. What nobody awaits may be content
 * as well. */
static gboolean
cover_word (BwEspMask *self, uint8_t *frame)
{
    static const BwEspMaskWord content = { 0, UINT32_MAX, TRUE, FALSE };
    uint8_t *value = frame + BWP_ESP_HEADER_BYTES - sizeof (uint32_t);
    const BwEspMaskWord *word = take_awaited (self, FALSE);

    if (word == NULL && !self->is_reading)
        return FALSE;
    if (bwp_get_u32le (value) != self->mark)
        bwp_put_u32le (value, swap_word (word != NULL ? word : &content, bwp_get_u32le (value)));
    return TRUE;
}

/* A ROM leaves the word it gave last where others have no value to give: nobody looks at it. */
static gboolean
cover_left_over (BwEspMask *self, uint8_t *frame)
{
    take_awaited (self, TRUE);
    bwp_put_u32le (frame + BWP_ESP_HEADER_BYTES - sizeof (uint32_t), 0);
    return TRUE;
}

/* One that answers another question, or comes twice, may still be believed. */
static gboolean
is_expected_elsewhere (const BwEspMask *self, const uint8_t md5[BW_ESP_MD5_BYTES])
{
    for (size_t i = 0; i < self->n_questions; i++) {
        if (memcmp (self->questions[i].wanted, md5, BW_ESP_MD5_BYTES) == 0)
            return TRUE;
    }
    return FALSE;
}

static void
cover_answer (const BwEspMask *self, const BwEspQuestion *question, uint8_t md5[BW_ESP_MD5_BYTES])
{
    uint8_t before[BW_ESP_MD5_BYTES];

    memcpy (before, md5, sizeof before);
    swap_bytes (md5, question->wanted, BW_ESP_MD5_BYTES);
    if (memcmp (md5, before, sizeof before) == 0 && !question->is_proof
        && !is_expected_elsewhere (self, md5))
        memset (md5 + BW_ESP_MASK_DIGEST_BYTES, 0, BW_ESP_MD5_BYTES - BW_ESP_MASK_DIGEST_BYTES);
}

/* Loaders answer in hexadecimal or in bytes. */
static gboolean
cover_md5_reply (BwEspMask *self, uint8_t *frame, size_t len)
{
    uint8_t *data = frame + BWP_ESP_HEADER_BYTES;
    size_t data_len = len - BWP_ESP_HEADER_BYTES;
    uint8_t md5[BW_ESP_MD5_BYTES];
    const BwEspQuestion *question;

    if (self->n_answers == self->n_questions)
        return FALSE;
    question = &self->questions[self->n_answers++];
    if (!question->has_wanted)
        return FALSE;
    if (data_len >= MD5_HEX_BYTES && bwp_esp_parse_md5_hex (data, md5) == BWP_OK) {
        cover_answer (self, question, md5);
        bwp_esp_put_md5_hex (md5, data);
        return TRUE;
    }
    if (data_len < BW_ESP_MD5_BYTES || data_len >= MD5_HEX_BYTES)
        return FALSE;
    cover_answer (self, question, data);
    return TRUE;
}

static gboolean
cover_reply (BwEspMask *self, uint8_t *frame, size_t len)
{
    if (self->words != NULL && bwp_esp_is_reply_to (frame, len, BWP_ESP_READ_REG))
        return cover_word (self, frame);
    if (self->words != NULL && bwp_esp_is_reply_to (frame, len, BWP_ESP_WRITE_REG))
        return cover_left_over (self, frame);
    if (bwp_esp_is_reply_to (frame, len, BWP_ESP_FLASH_MD5))
        return cover_md5_reply (self, frame, len);
    if (!self->is_reading || !bwp_esp_is_reply_to (frame, len, BWP_ESP_READ_FLASH_SLOW)
        || len < BWP_ESP_HEADER_BYTES + BWP_ESP_READ_SLOW_MAX)
        return FALSE;
    memset (frame + BWP_ESP_HEADER_BYTES, 0, BWP_ESP_READ_SLOW_MAX);
    return TRUE;
}

static gboolean
cover_frame (BwEspMask *self, uint8_t *frame, size_t len)
{
    if (self->awaits_reply) {
        self->awaits_reply = !bwp_esp_is_reply_to (frame, len, BWP_ESP_READ_FLASH);
        return FALSE;
    }
    if (is_packet (self, len) || (self->is_reading && len >= LONG_BYTES)) {
        memset (frame, 0, len);
        return TRUE;
    }
    if (len == BW_ESP_MD5_BYTES && self->has_digest) {
        swap_bytes (frame, self->digest, len);
        return TRUE;
    }
    return cover_reply (self, frame, len);
}

static size_t
encode_frame (BwEspMask *self, size_t len)
{
    size_t wire_len = 0;

    if (bwp_slip_encode (self->frame, len, NULL, 0, self->wire, sizeof self->wire, &wire_len)
        != BWP_OK)
        g_critical ("a frame of %zu bytes", len);
    return wire_len;
}

/* Whether @in ends with what the encoder says of the frame, but for its first @omitted bytes. */
static gboolean
ends_with_frame (const BwEspMask *self,
                 const uint8_t *in,
                 size_t used,
                 size_t wire_len,
                 size_t omitted)
{
    size_t len = wire_len - omitted;

    return len <= used && memcmp (in + used - len, self->wire + omitted, len) == 0;
}

/* One frame, and what is in front of it, of which decoders pass over some. What began a frame that
 * was none may begin this one. */
static void
cover_decoded (BwEspMask *self, const uint8_t *in, size_t used, size_t frame_len, GByteArray *out)
{
    size_t wire_len = encode_frame (self, frame_len);
    size_t omitted = ends_with_frame (self, in, used, wire_len, 0) ? 0 : 1;

    if (!ends_with_frame (self, in, used, wire_len, omitted)
        || !cover_frame (self, self->frame, frame_len)) {
        g_byte_array_append (out, in, (guint) used);
        return;
    }
    g_byte_array_append (out, in, (guint) (used - (wire_len - omitted)));
    wire_len = encode_frame (self, frame_len);
    g_byte_array_append (out, self->wire + omitted, (guint) (wire_len - omitted));
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

        if (result == BWP_AGAIN)
            used = skipped;
        if (result == BWP_OK)
            cover_decoded (self, in + done, used, frame_len, out);
        else
            g_byte_array_append (out, in + done, (guint) used);
        done += used;
        if (result == BWP_AGAIN)
            break;
    }
    return done;
}

/* What came before is judged by what was awaited then. */
static void
change (BwEspMask *self)
{
    gboolean covers = self->is_reading || self->words != NULL || self->n_questions > 0;

    bw_port_set_mask (self->port, covers ? cover : NULL, self);
}

static void
await_nothing (BwEspMask *self)
{
    self->awaits_reply = FALSE;
    self->left = 0;
    self->has_digest = FALSE;
    g_clear_pointer (&self->words, g_array_unref);
    self->n_words = 0;
    self->n_questions = 0;
    self->n_answers = 0;
}

BwEspMask *
bw_esp_mask_new (BwPort *port)
{
    BwEspMask *self = g_new0 (BwEspMask, 1);

    self->port = g_object_ref (port);
    return self;
}

void
bw_esp_mask_free (BwEspMask *self)
{
    if (self == NULL)
        return;
    bw_port_set_mask (self->port, NULL, NULL);
    g_clear_pointer (&self->words, g_array_unref);
    g_object_unref (self->port);
    g_free (self);
}

void
bw_esp_mask_set_reading (BwEspMask *self, gboolean is_reading)
{
    change (self);
    self->is_reading = is_reading;
    change (self);
}

gboolean
bw_esp_mask_is_reading (const BwEspMask *self)
{
    return self->is_reading;
}

void
bw_esp_mask_begin (BwEspMask *self, uint32_t size)
{
    if (!self->is_reading)
        return;
    change (self);
    self->awaits_reply = TRUE;
    self->left = size;
}

void
bw_esp_mask_begin_words (BwEspMask *self, GArray *words, uint32_t mark)
{
    bw_esp_mask_end (self);
    self->words = words;
    self->mark = mark;
    change (self);
}

void
bw_esp_mask_begin_digests (BwEspMask *self, const BwEspQuestion *questions, size_t n)
{
    bw_esp_mask_end (self);
    self->n_questions = MIN (n, BW_ESP_QUESTIONS_MAX);
    memcpy (self->questions, questions, self->n_questions * sizeof *questions);
    change (self);
}

void
bw_esp_mask_end (BwEspMask *self)
{
    change (self);
    await_nothing (self);
    change (self);
}

void
bw_esp_mask_set_digest (BwEspMask *self, const uint8_t md5[BW_ESP_MD5_BYTES])
{
    memcpy (self->digest, md5, sizeof self->digest);
    self->has_digest = TRUE;
}
