/* SPDX-License-Identifier: Apache-2.0 */
#include "vb-rfc2217.h"
#include "bwp-bytes.h"
#include <string.h>

enum state {
    STATE_DATA,
    STATE_IAC,
    STATE_VERB,
    STATE_OPTION,
    STATE_OPTION_IAC,
};

#define IAC 255
#define DONT 254
#define DO 253
#define WONT 252
#define WILL 251
#define SB 250
#define SE 240

#define OPTION_BINARY 0
#define OPTION_SGA 3
#define OPTION_COM_PORT 44

/* Commands of the client; the server's answers are 100 higher. */
#define SIGNATURE 0
#define SET_BAUDRATE 1
#define SET_DATASIZE 2
#define SET_PARITY 3
#define SET_STOPSIZE 4
#define SET_CONTROL 5
#define NOTIFY_LINESTATE 6
#define NOTIFY_MODEMSTATE 7
#define SET_LINESTATE_MASK 10
#define SET_MODEMSTATE_MASK 11
#define PURGE_DATA 12
#define SERVER 100

#define CONTROL_ASK_FLOW 0
#define CONTROL_NO_FLOW 1
#define CONTROL_ASK_BREAK 4
#define CONTROL_BREAK_ON 5
#define CONTROL_BREAK_OFF 6
#define CONTROL_ASK_DTR 7
#define CONTROL_DTR_ON 8
#define CONTROL_DTR_OFF 9
#define CONTROL_ASK_RTS 10
#define CONTROL_RTS_ON 11
#define CONTROL_RTS_OFF 12
#define CONTROL_ASK_FLOW_IN 13
#define CONTROL_NO_FLOW_IN 14

#define VERB_BYTES 3
#define EIGHT_BITS 8
#define NO_PARITY 1
#define ONE_STOP 1
#define MODEM_STATE 0xb0 /* carrier, DSR, CTS */

void
vb_rfc2217_init (struct vb_rfc2217 *self, const struct vb_rfc2217_events *events)
{
    memset (self, 0, sizeof *self);
    self->events = *events;
}

/* A client that asks and asks without listening gets whole answers, or none. */
static bool
has_room (const struct vb_rfc2217 *self, size_t len)
{
    return len <= sizeof self->reply - self->reply_len;
}

static void
put (struct vb_rfc2217 *self, uint8_t byte)
{
    self->reply[self->reply_len++] = byte;
}

static void
put_verb (struct vb_rfc2217 *self, uint8_t verb, uint8_t option)
{
    if (!has_room (self, VERB_BYTES))
        return;
    put (self, IAC);
    put (self, verb);
    put (self, option);
}

static void
answer (struct vb_rfc2217 *self, uint8_t command, const uint8_t *bytes, size_t len)
{
    /* every byte may have to be doubled */
    if (!has_room (self, VERB_BYTES + 1 + 2 * len + 2))
        return;
    put_verb (self, SB, OPTION_COM_PORT);
    put (self, (uint8_t) (command + SERVER));
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] == IAC)
            put (self, IAC);
        put (self, bytes[i]);
    }
    put (self, IAC);
    put (self, SE);
}

static void
answer_byte (struct vb_rfc2217 *self, uint8_t command, uint8_t byte)
{
    answer (self, command, &byte, 1);
}

static void
set_lines (struct vb_rfc2217 *self, bool dtr, bool rts)
{
    self->dtr = dtr;
    self->rts = rts;
    self->events.lines (self->events.user, dtr, rts);
}

static void
set_hold (struct vb_rfc2217 *self, bool hold)
{
    self->hold = hold;
    self->events.hold (self->events.user, hold);
}

/* What is now set; the answer to a request and to a question alike. */
static uint8_t
control (struct vb_rfc2217 *self, uint8_t value)
{
    switch (value) {
    case CONTROL_ASK_FLOW:
        return CONTROL_NO_FLOW;
    case CONTROL_ASK_FLOW_IN:
        return CONTROL_NO_FLOW_IN;
    case CONTROL_BREAK_ON:
    case CONTROL_BREAK_OFF:
        set_hold (self, value == CONTROL_BREAK_ON);
        return value;
    case CONTROL_DTR_ON:
    case CONTROL_DTR_OFF:
        set_lines (self, value == CONTROL_DTR_ON, self->rts);
        return value;
    case CONTROL_RTS_ON:
    case CONTROL_RTS_OFF:
        set_lines (self, self->dtr, value == CONTROL_RTS_ON);
        return value;
    case CONTROL_ASK_BREAK:
        return self->hold ? CONTROL_BREAK_ON : CONTROL_BREAK_OFF;
    case CONTROL_ASK_DTR:
        return self->dtr ? CONTROL_DTR_ON : CONTROL_DTR_OFF;
    case CONTROL_ASK_RTS:
        return self->rts ? CONTROL_RTS_ON : CONTROL_RTS_OFF;
    default:
        return value; /* other kinds of flow control: taken, of no effect */
    }
}

static void
set_baud (struct vb_rfc2217 *self, const uint8_t *bytes, size_t len)
{
    uint8_t now[4];

    if (len < 4)
        return;
    if (bwp_get_u32be (bytes) != 0)
        self->baud = bwp_get_u32be (bytes);
    now[0] = (uint8_t) (self->baud >> 24);
    now[1] = (uint8_t) (self->baud >> 16);
    now[2] = (uint8_t) (self->baud >> 8);
    now[3] = (uint8_t) self->baud;
    answer (self, SET_BAUDRATE, now, sizeof now);
}

static void
run_com_port (struct vb_rfc2217 *self, uint8_t command, const uint8_t *bytes, size_t len)
{
    static const char name[] = "boardwalk-vboard";
    uint8_t first = len > 0 ? bytes[0] : 0;

    switch (command) {
    case SIGNATURE:
        answer (self, SIGNATURE, (const uint8_t *) name, sizeof name - 1);
        break;
    case SET_BAUDRATE:
        set_baud (self, bytes, len);
        break;
    case SET_DATASIZE:
        answer_byte (self, command, EIGHT_BITS);
        break;
    case SET_PARITY:
        answer_byte (self, command, NO_PARITY);
        break;
    case SET_STOPSIZE:
        answer_byte (self, command, ONE_STOP);
        break;
    case SET_CONTROL:
        answer_byte (self, command, control (self, first));
        break;
    case NOTIFY_LINESTATE:
        answer_byte (self, command, 0);
        break;
    case NOTIFY_MODEMSTATE:
        answer_byte (self, command, MODEM_STATE);
        break;
    case SET_LINESTATE_MASK:
    case SET_MODEMSTATE_MASK:
    case PURGE_DATA: /* nothing waits here that has not left the board */
        answer_byte (self, command, first);
        break;
    default:
        break;
    }
}

static uint8_t
option_bit (uint8_t option)
{
    return option == OPTION_BINARY     ? 1
           : option == OPTION_SGA      ? 2
           : option == OPTION_COM_PORT ? 4
                                       : 0;
}

/* Agrees to what we can, once; refuses the rest. */
static void
negotiate (struct vb_rfc2217 *self, uint8_t verb, uint8_t option)
{
    bool theirs = verb == WILL || verb == WONT;
    uint8_t *done = theirs ? &self->theirs : &self->ours;
    uint8_t bit = option_bit (option);

    if (verb == DONT || verb == WONT) {
        if ((*done & bit) != 0)
            put_verb (self, theirs ? DONT : WONT, option);
        *done &= (uint8_t) ~bit;
    } else if (bit == 0) {
        put_verb (self, theirs ? DONT : WONT, option);
    } else if ((*done & bit) == 0) {
        *done |= bit;
        put_verb (self, theirs ? DO : WILL, option);
    }
}

static void
end_option (struct vb_rfc2217 *self)
{
    if (self->option_len >= 2 && self->option_len < sizeof self->option
        && self->option[0] == OPTION_COM_PORT)
        run_com_port (self, self->option[1], self->option + 2, self->option_len - 2);
    self->option_len = 0;
}

static void
add_to_option (struct vb_rfc2217 *self, uint8_t byte)
{
    if (self->option_len < sizeof self->option)
        self->option[self->option_len++] = byte;
}

static void
after_iac (struct vb_rfc2217 *self, uint8_t byte)
{
    self->state = STATE_DATA;
    if (byte == SB) {
        self->option_len = 0;
        self->state = STATE_OPTION;
    } else if (byte >= WILL && byte <= DONT) {
        self->verb = byte;
        self->state = STATE_VERB;
    }
}

/* Returns whether @byte is data. */
static bool
step (struct vb_rfc2217 *self, uint8_t byte)
{
    switch ((enum state) self->state) {
    case STATE_DATA:
        if (byte != IAC)
            return true;
        self->state = STATE_IAC;
        return false;
    case STATE_IAC:
        if (byte == IAC) {
            self->state = STATE_DATA;
            return true;
        }
        after_iac (self, byte);
        return false;
    case STATE_VERB:
        negotiate (self, self->verb, byte);
        self->state = STATE_DATA;
        return false;
    case STATE_OPTION:
        if (byte == IAC)
            self->state = STATE_OPTION_IAC;
        else
            add_to_option (self, byte);
        return false;
    case STATE_OPTION_IAC:
        self->state = byte == SE ? STATE_DATA : STATE_OPTION;
        if (byte == SE)
            end_option (self);
        else
            add_to_option (self, byte);
        return false;
    default:
        return false;
    }
}

size_t
vb_rfc2217_filter (struct vb_rfc2217 *self, uint8_t *bytes, size_t len)
{
    size_t kept = 0;

    if (self->state == STATE_DATA && memchr (bytes, IAC, len) == NULL)
        return len;
    for (size_t i = 0; i < len; i++)
        if (step (self, bytes[i]))
            bytes[kept++] = bytes[i];
    return kept;
}

size_t
vb_rfc2217_escape (const uint8_t *bytes, size_t len, uint8_t *out)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        if (bytes[i] == IAC)
            out[n++] = IAC;
        out[n++] = bytes[i];
    }
    return n;
}
