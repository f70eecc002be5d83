/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The server's side of RFC 2217 (line control within Telnet) without any I/O: bytes of the client
 * are filtered, commands in them answered. Threads: one. */

#define VB_RFC2217_REPLY_MAX 2048
#define VB_RFC2217_OPTION_MAX 64 /* bytes of one subnegotiation; longer ones are ignored */

struct vb_rfc2217_events {
    void (*lines) (void *user, bool dtr, bool rts);
    void (*hold) (void *user, bool on);
    void *user;
};

struct vb_rfc2217 {
    struct vb_rfc2217_events events;
    uint8_t state;
    uint8_t verb;
    uint8_t option[VB_RFC2217_OPTION_MAX];
    size_t option_len;
    uint8_t ours;   /* options we do, one bit each */
    uint8_t theirs; /* options the client does */
    uint32_t baud;  /* 0: not set yet */
    bool dtr, rts, hold;
    uint8_t reply[VB_RFC2217_REPLY_MAX]; /* to be sent; the owner empties it */
    size_t reply_len;
};

/**
 * vb_rfc2217_init:
 * @self: (out): the state of a fresh connection: lines off, rate unknown
 * @events: copied
 */
void vb_rfc2217_init (struct vb_rfc2217 *self, const struct vb_rfc2217_events *events);

/**
 * vb_rfc2217_filter:
 * @self: the connection
 * @bytes: (inout): from the client; what remains is data for the line
 * @len: how many
 *
 * Returns: bytes of data at the start of @bytes
 */
size_t vb_rfc2217_filter (struct vb_rfc2217 *self, uint8_t *bytes, size_t len);

/**
 * vb_rfc2217_escape:
 * @bytes: from the line
 * @len: how many
 * @out: (out): room for twice as many
 *
 * Returns: bytes in @out
 */
size_t vb_rfc2217_escape (const uint8_t *bytes, size_t len, uint8_t *out);
