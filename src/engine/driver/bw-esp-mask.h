/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <stdint.h>

#include "bw-esp-diff.h"
#include "bw-port.h"

G_BEGIN_DECLS

/* Covers what comes out of a flash, so that a recording is small and holds no content. While a flash
 * is read out, zeros stand in for what comes first. Where the driver knows what should come, zeros
 * stand in for just that, and whoever plays the recording knows it as well and gets it back: the same
 * rule turns the one into the other both ways. What comes in another form than expected is kept as it
 * came, but for digests: of one that is another the beginning tells that.
 * Threads: the port's. */

typedef struct _BwEspMask BwEspMask;

/* Payload of all packets of READ_FLASH but the last. */
#define BW_ESP_MASK_PACKET_BYTES 0x1000u

/* Of digests that are not as expected, and prove nothing, so many bytes are kept: what is told apart by
 * them has to be told apart by these. */
#define BW_ESP_MASK_DIGEST_BYTES 4u

/**
 * BwEspMaskWord:
 * @expected: what should come; 0 where nobody knows and nobody is to know
 * @known: the bits that anybody looks at
 * @is_content: whether zero stands in for all that comes
 * @is_written: whether a WRITE_REG stands here in the order of requests, whose reply has no word
 *
 * One word of a flash, in the reply to a READ_REG.
 */
typedef struct {
    uint32_t expected;
    uint32_t known;
    gboolean is_content;
    gboolean is_written;
} BwEspMaskWord;

/**
 * bw_esp_mask_new:
 * @port: an open port
 *
 * Returns: (transfer full): a mask that covers nothing yet
 */
BwEspMask *bw_esp_mask_new (BwPort *port);

/**
 * bw_esp_mask_free:
 * @self: (nullable) (transfer full): a mask; its port is no longer covered
 */
void bw_esp_mask_free (BwEspMask *self);

/**
 * bw_esp_mask_set_reading:
 * @self: a mask
 * @is_reading: whether the flash is read out from here on
 *
 * As long as it is, whatever looks like content is covered.
 */
void bw_esp_mask_set_reading (BwEspMask *self, gboolean is_reading);

/**
 * bw_esp_mask_is_reading:
 * @self: a mask
 *
 * Returns: as last set
 */
gboolean bw_esp_mask_is_reading (const BwEspMask *self);

/**
 * bw_esp_mask_begin:
 * @self: a mask
 * @size: what READ_FLASH will be asked for, bytes
 *
 * The packets behind the reply to it are content, if the flash is read out.
 */
void bw_esp_mask_begin (BwEspMask *self, uint32_t size);

/**
 * bw_esp_mask_begin_words:
 * @self: a mask
 * @words: (transfer full) (element-type BwEspMaskWord): what replies to READ_REG and WRITE_REG will
 *   bring, in order; one that is not awaited yet is passed over, as a link does
 * @mark: a word that is kept as it is
 */
void bw_esp_mask_begin_words (BwEspMask *self, GArray *words, uint32_t mark);

/**
 * bw_esp_mask_begin_digests:
 * @self: a mask
 * @questions: what will be asked
 * @n: how many, at most %BW_ESP_QUESTIONS_MAX
 *
 * Digests of which nothing is expected are not covered.
 */
void bw_esp_mask_begin_digests (BwEspMask *self, const BwEspQuestion *questions, size_t n);

/**
 * bw_esp_mask_end:
 * @self: a mask
 *
 * Nothing more is awaited. Whole packets that come all the same are content, too.
 */
void bw_esp_mask_end (BwEspMask *self);

/**
 * bw_esp_mask_set_digest:
 * @self: a mask
 * @md5: digest of the content as it arrived, expected behind the last packet
 */
void bw_esp_mask_set_digest (BwEspMask *self, const uint8_t md5[BW_ESP_MD5_BYTES]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwEspMask, bw_esp_mask_free)

G_END_DECLS
