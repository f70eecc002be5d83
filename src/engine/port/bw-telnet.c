/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-telnet"
#include "config.h"

#include "bw-telnet.h"

#include <string.h>

static void
push_sub (struct BwTelnet *self, uint8_t byte)
{
    if (self->sub_len < sizeof self->sub)
        self->sub[self->sub_len] = byte;
    if (self->sub_len <= sizeof self->sub)
        self->sub_len++;
}

static void
end_sub (struct BwTelnet *self, const BwTelnetHandlers *handlers)
{
    self->state = BW_TELNET_IN_DATA;
    if (self->sub_len >= 1 && self->sub_len <= sizeof self->sub)
        handlers->on_subnegotiation (self->sub[0], self->sub + 1, self->sub_len - 1,
                                     handlers->user_data);
}

/* The byte behind IAC, among data. */
static void
take_command (struct BwTelnet *self, uint8_t byte, GByteArray *data)
{
    self->state = BW_TELNET_IN_DATA;
    switch (byte) {
    case BW_TELNET_IAC:
        g_byte_array_append (data, &byte, 1);
        break;
    case BW_TELNET_WILL:
    case BW_TELNET_WONT:
    case BW_TELNET_DO:
    case BW_TELNET_DONT:
        self->verb = byte;
        self->state = BW_TELNET_IN_OPTION;
        break;
    case BW_TELNET_SB:
        self->sub_len = 0;
        self->state = BW_TELNET_IN_SUB;
        break;
    default: /* no-operation, go ahead, …: nothing for us */
        break;
    }
}

/* The byte behind IAC, within a subnegotiation. */
static void
take_sub_command (struct BwTelnet *self,
                  uint8_t byte,
                  GByteArray *data,
                  const BwTelnetHandlers *handlers)
{
    if (byte == BW_TELNET_IAC) {
        push_sub (self, byte);
        self->state = BW_TELNET_IN_SUB;
    } else if (byte == BW_TELNET_SE) {
        end_sub (self, handlers);
    } else {
        /* its end got lost: the subnegotiation is void, the command counts */
        take_command (self, byte, data);
    }
}

static size_t
take_data (struct BwTelnet *self, const uint8_t *in, size_t len, GByteArray *data)
{
    const uint8_t *iac = memchr (in, BW_TELNET_IAC, len);
    size_t n = iac == NULL ? len : (size_t) (iac - in);

    g_byte_array_append (data, in, (unsigned) n);
    if (iac == NULL)
        return n;
    self->state = BW_TELNET_IN_COMMAND;
    return n + 1;
}

void
bw_telnet_decode (struct BwTelnet *self,
                  const uint8_t *in,
                  size_t len,
                  GByteArray *data,
                  const BwTelnetHandlers *handlers)
{
    size_t i = 0;

    while (i < len) {
        switch (self->state) {
        case BW_TELNET_IN_COMMAND:
            take_command (self, in[i++], data);
            break;
        case BW_TELNET_IN_OPTION:
            self->state = BW_TELNET_IN_DATA;
            handlers->on_option (self->verb, in[i++], handlers->user_data);
            break;
        case BW_TELNET_IN_SUB:
            if (in[i] == BW_TELNET_IAC)
                self->state = BW_TELNET_IN_SUB_COMMAND;
            else
                push_sub (self, in[i]);
            i++;
            break;
        case BW_TELNET_IN_SUB_COMMAND:
            take_sub_command (self, in[i++], data, handlers);
            break;
        case BW_TELNET_IN_DATA:
        default:
            i += take_data (self, in + i, len - i, data);
            break;
        }
    }
}

void
bw_telnet_encode (GByteArray *wire, const uint8_t *in, size_t len)
{
    static const uint8_t escaped[] = { BW_TELNET_IAC, BW_TELNET_IAC };

    while (len > 0) {
        const uint8_t *iac = memchr (in, BW_TELNET_IAC, len);
        size_t n = iac == NULL ? len : (size_t) (iac - in);

        g_byte_array_append (wire, in, (unsigned) n);
        if (iac == NULL)
            return;
        g_byte_array_append (wire, escaped, sizeof escaped);
        in += n + 1;
        len -= n + 1;
    }
}

void
bw_telnet_append_option (GByteArray *wire, uint8_t verb, uint8_t option)
{
    const uint8_t request[] = { BW_TELNET_IAC, verb, option };

    g_byte_array_append (wire, request, sizeof request);
}

void
bw_telnet_append_subnegotiation (GByteArray *wire,
                                 uint8_t option,
                                 const uint8_t *payload,
                                 size_t len)
{
    const uint8_t begin[] = { BW_TELNET_IAC, BW_TELNET_SB, option };
    const uint8_t end[] = { BW_TELNET_IAC, BW_TELNET_SE };

    g_byte_array_append (wire, begin, sizeof begin);
    bw_telnet_encode (wire, payload, len);
    g_byte_array_append (wire, end, sizeof end);
}
