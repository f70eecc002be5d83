/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <stdint.h>

#include "bw-esp-diff.h"
#include "bw-port.h"

G_BEGIN_DECLS

/* Covers what is read out of a flash, so that a recording holds no content: zeros stand in for it,
 * and the digest of zeros for its digest, where that is what the chip was expected to say. A
 * recording then plays as the conversation went, on a flash full of zeros. What is damaged in other
 * ways than in its content is kept as it came, and so are the words of an ESP8266's ROM, which come
 * in the same replies as registers.
 * Threads: the port's. */

typedef struct _BwEspMask BwEspMask;

/* Payload of all packets of READ_FLASH but the last. */
#define BW_ESP_MASK_PACKET_BYTES 0x1000u

/**
 * bw_esp_mask_new:
 * @port: an open port; it is covered from here on
 *
 * Returns: (transfer full): a mask that awaits nothing yet
 */
BwEspMask *bw_esp_mask_new (BwPort *port);

/**
 * bw_esp_mask_free:
 * @self: (nullable) (transfer full): a mask; its port is no longer covered
 */
void bw_esp_mask_free (BwEspMask *self);

/**
 * bw_esp_mask_begin:
 * @self: (nullable): a mask
 * @size: what READ_FLASH will be asked for, bytes
 *
 * The packets behind the reply to it are content.
 */
void bw_esp_mask_begin (BwEspMask *self, uint32_t size);

/**
 * bw_esp_mask_end:
 * @self: (nullable): a mask
 *
 * No more packets are awaited. Whole ones that come all the same are content, too.
 */
void bw_esp_mask_end (BwEspMask *self);

/**
 * bw_esp_mask_set_digest:
 * @self: (nullable): a mask
 * @md5: digest of the content as it arrived
 * @size: of that content, bytes
 */
void bw_esp_mask_set_digest (BwEspMask *self, const uint8_t md5[BW_ESP_MD5_BYTES], uint32_t size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwEspMask, bw_esp_mask_free)

G_END_DECLS
