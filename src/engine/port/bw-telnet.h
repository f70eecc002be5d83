/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/* Telnet's way of putting orders between bytes (RFC 854, 855): splits what arrives into data,
 * option requests and subnegotiations. No I/O, takes input cut anywhere, never fails: what makes no
 * sense is left out. Threads: one decoder belongs to one thread. */

#define BW_TELNET_SE 240u
#define BW_TELNET_SB 250u
#define BW_TELNET_WILL 251u
#define BW_TELNET_WONT 252u
#define BW_TELNET_DO 253u
#define BW_TELNET_DONT 254u
#define BW_TELNET_IAC 255u

/* A subnegotiation longer than this, counted from its option, is left out. */
#define BW_TELNET_MAX_SUB_BYTES 64

typedef struct {
    /* verb: WILL, WONT, DO or DONT */
    void (*on_option) (uint8_t verb, uint8_t option, gpointer user_data);
    void (*on_subnegotiation) (uint8_t option,
                               const uint8_t *payload,
                               size_t len,
                               gpointer user_data);
    gpointer user_data;
} BwTelnetHandlers;

/* Set to all zero to begin. */
struct BwTelnet {
    enum {
        BW_TELNET_IN_DATA,
        BW_TELNET_IN_COMMAND,
        BW_TELNET_IN_OPTION,
        BW_TELNET_IN_SUB,
        BW_TELNET_IN_SUB_COMMAND,
    } state;
    uint8_t verb;
    uint8_t sub[BW_TELNET_MAX_SUB_BYTES];
    size_t sub_len; /* may exceed the buffer: then the subnegotiation is left out */
};

/**
 * bw_telnet_decode:
 * @self: a decoder
 * @in: bytes from the wire
 * @len: how many
 * @data: data bytes are appended here, never more than @len
 * @handlers: called for what is not data, in order
 */
void bw_telnet_decode (struct BwTelnet *self,
                       const uint8_t *in,
                       size_t len,
                       GByteArray *data,
                       const BwTelnetHandlers *handlers);

/**
 * bw_telnet_encode:
 * @wire: @in is appended here, escaped
 * @in: data bytes
 * @len: how many
 */
void bw_telnet_encode (GByteArray *wire, const uint8_t *in, size_t len);

/**
 * bw_telnet_append_option:
 * @wire: the request is appended here
 * @verb: WILL, WONT, DO or DONT
 * @option: which option
 */
void bw_telnet_append_option (GByteArray *wire, uint8_t verb, uint8_t option);

/**
 * bw_telnet_append_subnegotiation:
 * @wire: the subnegotiation is appended here, escaped and enclosed
 * @option: which option
 * @payload: what belongs to it
 * @len: its length
 */
void bw_telnet_append_subnegotiation (GByteArray *wire,
                                      uint8_t option,
                                      const uint8_t *payload,
                                      size_t len);

G_END_DECLS
