/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "bwp-result.h"
#include <stddef.h>
#include <stdint.h>

/* SLIP framing (RFC 1055 with a delimiter on both ends) as Espressif boot loaders speak it.
 * Source: esptool docs "serial-protocol", measured against ESP32 and ESP32-C3 boot ROMs.
 * Threads: a decoder belongs to one thread; two share nothing.
 * Memory: the caller owns every buffer; init borrows one until the decoder is dropped. */

#define BWP_SLIP_END 0xc0
#define BWP_SLIP_ESC 0xdb
#define BWP_SLIP_ESC_END 0xdc
#define BWP_SLIP_ESC_ESC 0xdd

/* Wire bytes of a frame with n payload bytes, if every one of them needs an escape. */
#define BWP_SLIP_WORST(n) (2 * (n) + 2)

/* All members are private to bwp-slip.c. */
struct bwp_slip_decoder {
    uint8_t *buf;
    size_t capacity;
    size_t len;
    uint8_t state;
};

#ifdef __cplusplus
extern "C" {
#endif

/**
 * bwp_slip_decoder_init:
 * @self: (out): the decoder
 * @buf: where payloads are collected; borrowed
 * @capacity: size of @buf; a longer payload is an error of that frame
 */
void bwp_slip_decoder_init (struct bwp_slip_decoder *self, uint8_t *buf, size_t capacity);

/**
 * bwp_slip_decoder_reset:
 * @self: the decoder
 *
 * Forgets a half-received frame and waits for the next delimiter: to be called whenever the
 * caller discards input (line reset, baud change).
 */
void bwp_slip_decoder_reset (struct bwp_slip_decoder *self);

/**
 * bwp_slip_decoder_resync:
 * @self: the decoder, right after a push that returned %BWP_OK
 *
 * The frame just returned made no sense. A lost delimiter turns ends into starts, so the closing
 * delimiter of that frame is now taken as an opening one.
 */
void bwp_slip_decoder_resync (struct bwp_slip_decoder *self);

/**
 * bwp_slip_collected:
 * @self: the decoder
 *
 * Returns: payload bytes of the frame on its way that have been received; 0 between frames
 */
size_t bwp_slip_collected (const struct bwp_slip_decoder *self);

/**
 * bwp_slip_push:
 * @self: the decoder
 * @in: bytes from the wire, cut anywhere
 * @in_len: how many
 * @ret_used: how many of @in were taken; set on every return. Push the rest again.
 * @ret_len: payload length, at least 1; set on %BWP_OK only. The payload lies at the start of the
 *   buffer given to init and stays until the next push.
 * @ret_skipped: (nullable): set on every return: that many bytes *at the start of @in* belonged to
 *   no frame (boot log, panic text) or to one already reported lost
 *
 * Repeated delimiters count as one, empty frames do not exist. At most one frame is returned.
 *
 * Returns: %BWP_OK one frame is complete; %BWP_AGAIN all of @in was taken, feed more;
 * %BWP_ERR_SPACE the payload exceeds the buffer, %BWP_ERR_CORRUPT bad escape: this frame is lost
 * and the decoder already skips to its end
 */
enum bwp_result bwp_slip_push (struct bwp_slip_decoder *self,
                               const uint8_t *in,
                               size_t in_len,
                               size_t *ret_used,
                               size_t *ret_len,
                               size_t *ret_skipped);

/**
 * bwp_slip_encoded_size:
 * @head: first piece of the payload; may be NULL when @head_len is 0
 * @head_len: its length
 * @body: second piece; may be NULL when @body_len is 0
 * @body_len: its length
 *
 * Returns: wire bytes of the frame, delimiters included
 */
size_t
bwp_slip_encoded_size (const uint8_t *head, size_t head_len, const uint8_t *body, size_t body_len);

/**
 * bwp_slip_encode:
 * @head: first piece of the payload; may be NULL when @head_len is 0
 * @head_len: its length
 * @body: second piece, so that a block need not be copied behind its header; may be NULL
 * @body_len: its length
 * @out: where the frame goes; must not overlap the pieces
 * @capacity: size of @out; BWP_SLIP_WORST (@head_len + @body_len) always suffices
 * @ret_len: wire bytes written
 *
 * Returns: %BWP_OK, or %BWP_ERR_SPACE with @out in an undefined state
 */
enum bwp_result bwp_slip_encode (const uint8_t *head,
                                 size_t head_len,
                                 const uint8_t *body,
                                 size_t body_len,
                                 uint8_t *out,
                                 size_t capacity,
                                 size_t *ret_len);

#ifdef __cplusplus
}
#endif
