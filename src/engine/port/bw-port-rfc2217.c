/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-port"
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bw-port-kinds.h"
#include "bw-port-poll.h"
#include "bw-port-private.h"
#include "bw-socket.h"
#include "bw-telnet.h"

/* A serial port behind a server that speaks RFC 2217: Telnet with an option for rate and lines.
 * Orders are sent one at a time and each is waited for: what the server confirms has happened
 * before the bytes that follow. */

#define BW_TYPE_PORT_RFC2217 (bw_port_rfc2217_get_type ())
G_DECLARE_FINAL_TYPE (BwPortRfc2217, bw_port_rfc2217, BW, PORT_RFC2217, BwPort)

#define OPTION_BINARY 0u
#define OPTION_SUPPRESS_GO_AHEAD 3u
#define OPTION_COM_PORT 44u

/* Orders; the server's answer carries the number plus SERVER_OFFSET. */
#define SET_BAUDRATE 1u
#define SET_DATASIZE 2u
#define SET_PARITY 3u
#define SET_STOPSIZE 4u
#define SET_CONTROL 5u
#define FLOWCONTROL_SUSPEND 8u
#define FLOWCONTROL_RESUME 9u
#define PURGE_DATA 12u
#define SERVER_OFFSET 100u

#define DATASIZE_8 8u
#define PARITY_NONE 1u
#define STOPSIZE_1 1u
#define CONTROL_NO_FLOW 1u
#define CONTROL_BREAK_ON 5u
#define CONTROL_BREAK_OFF 6u
#define CONTROL_DTR_ON 8u
#define CONTROL_DTR_OFF 9u
#define CONTROL_RTS_ON 11u
#define CONTROL_RTS_OFF 12u
#define PURGE_INPUT 1u

#define ANSWER_TIMEOUT_US (3 * G_USEC_PER_SEC)
#define PURGE_TIMEOUT_US (1 * G_USEC_PER_SEC)
#define OPTIONAL_TIMEOUT_US (1 * G_USEC_PER_SEC)
#define FILL_BYTES 16384

/* What a peer may pile up: bytes nobody has read, and requests that want an answer. */
#define MAX_INPUT_BYTES (4u << 20)
#define MAX_OUTPUT_BYTES (64u << 10)

/* Orders whose answer may still come, the oldest are forgotten first. */
#define MAX_UNANSWERED 16u

/* One side of one option. */
enum side {
    SIDE_OFF = 0,
    SIDE_ASKED,
    SIDE_ON,
    SIDE_REFUSED,
};

/* An order, as far as its answer tells which one it was. */
struct order {
    uint8_t code; /* 0: none */
    uint8_t line; /* of the orders about lines: which */
};

struct _BwPortRfc2217 {
    BwPort parent_instance;
    GSocketConnection *connection;
    struct BwTelnet telnet;
    GByteArray *input; /* data that was not read yet, from input_used on */
    size_t input_used;
    GByteArray *output;    /* answers to the server's requests, not yet sent */
    GByteArray *wire;      /* room for what is being sent */
    gboolean is_half_sent; /* a cancelled write ended between the two halves of an escape */
    gboolean is_suspended; /* the server asked us to stop sending */
    gboolean has_no_purge; /* the server does not answer PURGE-DATA */
    enum side ours[OPTION_COM_PORT + 1];
    enum side theirs[OPTION_COM_PORT + 1];
    struct order awaited;
    gboolean has_answer;
    uint32_t answer;                         /* its value, big-endian on the wire */
    struct order unanswered[MAX_UNANSWERED]; /* given up before, the oldest first */
    size_t n_unanswered;
    gboolean has_late; /* while an order is awaited: an older one like it was answered */
    uint32_t late;
    gboolean is_echo;         /* an order came back as it was sent, which no server does */
    gboolean are_lines_known; /* no order about them has failed since they were set */
};

G_DEFINE_FINAL_TYPE (BwPortRfc2217, bw_port_rfc2217, BW_TYPE_PORT)

static gboolean
is_known_option (uint8_t option)
{
    return option == OPTION_BINARY || option == OPTION_SUPPRESS_GO_AHEAD
           || option == OPTION_COM_PORT;
}

/* Answers a request, but only where it changes something: else two ends could go on for ever. */
static void
on_option (uint8_t verb, uint8_t option, gpointer user_data)
{
    BwPortRfc2217 *self = user_data;
    gboolean is_about_us = verb == BW_TELNET_DO || verb == BW_TELNET_DONT;
    gboolean is_yes = verb == BW_TELNET_DO || verb == BW_TELNET_WILL;
    uint8_t agree = is_about_us ? BW_TELNET_WILL : BW_TELNET_DO;
    uint8_t refuse = is_about_us ? BW_TELNET_WONT : BW_TELNET_DONT;
    enum side *side = NULL;

    if (!is_known_option (option)) {
        if (is_yes)
            bw_telnet_append_option (self->output, refuse, option);
        return;
    }
    side = is_about_us ? &self->ours[option] : &self->theirs[option];
    if (is_yes) {
        if (*side == SIDE_OFF || *side == SIDE_REFUSED)
            bw_telnet_append_option (self->output, agree, option);
        *side = SIDE_ON;
    } else {
        if (*side == SIDE_ON)
            bw_telnet_append_option (self->output, refuse, option);
        *side = SIDE_REFUSED;
    }
}

static uint8_t
get_line (uint8_t code, uint32_t value)
{
    if (code != SET_CONTROL)
        return 0;
    if (value == CONTROL_DTR_ON || value == CONTROL_DTR_OFF)
        return CONTROL_DTR_ON;
    if (value == CONTROL_RTS_ON || value == CONTROL_RTS_OFF)
        return CONTROL_RTS_ON;
    return value == CONTROL_BREAK_ON || value == CONTROL_BREAK_OFF ? CONTROL_BREAK_ON : 0;
}

static void
forget_unanswered (BwPortRfc2217 *self, size_t at)
{
    self->n_unanswered--;
    memmove (&self->unanswered[at], &self->unanswered[at + 1],
             (self->n_unanswered - at) * sizeof self->unanswered[0]);
}

static void
remember_unanswered (BwPortRfc2217 *self, struct order order)
{
    if (self->n_unanswered == MAX_UNANSWERED)
        forget_unanswered (self, 0);
    self->unanswered[self->n_unanswered++] = order;
}

/* Answers come in the order of the orders: whether this one is for an order that was given up. */
static gboolean
take_unanswered (BwPortRfc2217 *self, struct order order)
{
    for (size_t i = 0; i < self->n_unanswered; i++) {
        if (self->unanswered[i].code == order.code && self->unanswered[i].line == order.line) {
            forget_unanswered (self, i);
            return TRUE;
        }
    }
    return FALSE;
}

static void
take_answer (BwPortRfc2217 *self, uint8_t code, uint32_t value)
{
    struct order order = { code, get_line (code, value) };

    if (self->awaited.code != code || (order.line != 0 && order.line != self->awaited.line)) {
        (void) take_unanswered (self, order);
    } else if (take_unanswered (self, order)) {
        self->has_late = TRUE;
        self->late = value;
    } else {
        self->has_answer = TRUE;
        self->answer = value;
    }
}

static void
on_subnegotiation (uint8_t option, const uint8_t *payload, size_t len, gpointer user_data)
{
    BwPortRfc2217 *self = user_data;
    uint32_t value = 0;

    if (option != OPTION_COM_PORT || len < 1)
        return;
    if (payload[0] < SERVER_OFFSET) {
        self->is_echo = self->is_echo || (len > 1 && payload[0] == self->awaited.code);
        return;
    }
    if (payload[0] == SERVER_OFFSET + FLOWCONTROL_SUSPEND)
        self->is_suspended = TRUE;
    if (payload[0] == SERVER_OFFSET + FLOWCONTROL_RESUME)
        self->is_suspended = FALSE;
    if (len < 2 || len > 1 + sizeof value)
        return;
    for (size_t i = 1; i < len; i++)
        value = value << 8 | payload[i];
    take_answer (self, payload[0] - SERVER_OFFSET, value);
}

static int
get_fd (BwPortRfc2217 *self)
{
    return g_socket_get_fd (g_socket_connection_get_socket (self->connection));
}

static gboolean
ends_in_half_escape (const GByteArray *wire, size_t sent)
{
    size_t n = 0;

    while (n < sent && wire->data[sent - n - 1] == BW_TELNET_IAC)
        n++;
    return n % 2 != 0;
}

/* Sends self->wire; it is empty afterwards, sent or not. */
static gboolean
send_wire (BwPortRfc2217 *self, int64_t deadline_us, GCancellable *cancellable, GError **error)
{
    size_t n = _bw_port_write_fd (BW_PORT (self), get_fd (self), BW_CAUSE_LOST, self->wire->data,
                                  self->wire->len, deadline_us, cancellable, error);
    gboolean is_sent = n == self->wire->len;

    if (!is_sent)
        self->is_half_sent = ends_in_half_escape (self->wire, n);
    g_byte_array_set_size (self->wire, 0);
    return is_sent;
}

static void
begin_wire (BwPortRfc2217 *self)
{
    static const uint8_t other_half = BW_TELNET_IAC;

    g_byte_array_set_size (self->wire, 0);
    if (self->is_half_sent)
        g_byte_array_append (self->wire, &other_half, 1);
    self->is_half_sent = FALSE;
    g_byte_array_append (self->wire, self->output->data, self->output->len);
    g_byte_array_set_size (self->output, 0);
}

/* Orders are a few bytes: they go out whole or the connection is dead, so no cancel cuts them. */
static gboolean
send_output (BwPortRfc2217 *self, GError **error)
{
    if (self->output->len == 0)
        return TRUE;
    begin_wire (self);
    return send_wire (self, g_get_monotonic_time () + ANSWER_TIMEOUT_US, NULL, error);
}

static gboolean
check_limits (BwPortRfc2217 *self, GError **error)
{
    if (self->input->len - self->input_used <= MAX_INPUT_BYTES
        && self->output->len <= MAX_OUTPUT_BYTES)
        return TRUE;
    bw_set_error (error, BW_CAUSE_PROTOCOL, _ ("the server sends without end"));
    return FALSE;
}

/* Whatever goes wrong before the server has agreed to anything is no fault of a board. */
static void
explain_no_start (BwPortRfc2217 *self, GError *reason, GError **error)
{
    const char *address = bw_port_get_address (BW_PORT (self));
    BwCause cause = bw_error_get_cause (reason);

    if (cause == BW_CAUSE_LOST)
        _bw_socket_explain_hangup (address, self->input->data, self->input->len, error);
    else if (cause == BW_CAUSE_PROTOCOL)
        bw_set_error (error, BW_CAUSE_NO_SERIAL_PORT, "%s: %s", address, reason->message);
    else
        g_propagate_error (error, g_error_copy (reason));
}

/* Takes what the server sends: 1 something came, 0 the deadline passed, -1 error. */
static int
fill (BwPortRfc2217 *self, int64_t deadline_us, GCancellable *cancellable, GError **error)
{
    const BwTelnetHandlers handlers = { on_option, on_subnegotiation, self };
    uint8_t raw[FILL_BYTES];
    ssize_t n = _bw_port_read_fd (BW_PORT (self), get_fd (self), BW_CAUSE_LOST, raw, sizeof raw,
                                  deadline_us, cancellable, error);

    if (n <= 0)
        return (int) n;
    if (self->input_used > 0) {
        g_byte_array_remove_range (self->input, 0, (unsigned) self->input_used);
        self->input_used = 0;
    }
    bw_telnet_decode (&self->telnet, raw, (size_t) n, self->input, &handlers);
    return check_limits (self, error) && send_output (self, error) ? 1 : -1;
}

/* Reads that may still bring what had arrived before the deadline, when this thread was late. */
#define LATE_FILLS 16

/* fill() as often as it takes: a server that sends without end does not move the deadline. */
static int
fill_on (BwPortRfc2217 *self,
         unsigned *n_late,
         int64_t deadline_us,
         GCancellable *cancellable,
         GError **error)
{
    if (g_get_monotonic_time () >= deadline_us && ++*n_late > LATE_FILLS)
        return 0;
    return fill (self, deadline_us, cancellable, error);
}

static void
append_order (BwPortRfc2217 *self, uint8_t order, uint32_t value, size_t value_len)
{
    uint8_t payload[1 + sizeof value] = { order };

    for (size_t i = 0; i < value_len; i++)
        payload[1 + i] = (uint8_t) (value >> 8 * (value_len - 1 - i));
    bw_telnet_append_subnegotiation (self->output, OPTION_COM_PORT, payload, 1 + value_len);
}

/* Behind the wait for an answer. Where only the answer to an older order like this one came, the
 * older one will never get any, and what came is the answer to this one. */
static int
end_wait (BwPortRfc2217 *self, int filled)
{
    if (filled == 0 && self->has_late) {
        self->answer = self->late;
        filled = 1;
    }
    if (filled <= 0)
        remember_unanswered (self, self->awaited);
    self->awaited = (struct order){ 0 };
    return filled;
}

/* Sends an order and waits for its answer: 1 here it is, 0 none came in time, -1 error. */
static int
ask (BwPortRfc2217 *self,
     uint8_t order,
     uint32_t value,
     size_t value_len,
     int64_t timeout_us,
     GCancellable *cancellable,
     GError **error)
{
    int64_t deadline_us = g_get_monotonic_time () + timeout_us;
    unsigned n_late = 0;
    int filled = 1;

    append_order (self, order, value, value_len);
    self->awaited = (struct order){ order, get_line (order, value) };
    self->has_answer = FALSE;
    self->has_late = FALSE;
    if (!send_output (self, error))
        filled = -1;
    while (filled > 0 && !self->has_answer && !self->is_echo)
        filled = fill_on (self, &n_late, deadline_us, cancellable, error);
    return end_wait (self, filled > 0 && !self->has_answer ? 0 : filled);
}

static gboolean
fail_silent (BwPortRfc2217 *self, uint8_t order, GError **error)
{
    if (self->is_echo) {
        bw_set_error (error, BW_CAUSE_NO_SERIAL_PORT,
                      _ ("%s sends back what it is sent, and does not speak RFC 2217"),
                      bw_port_get_address (BW_PORT (self)));
        return FALSE;
    }
    bw_set_error (error, BW_CAUSE_TIMEOUT, _ ("the server does not answer order %u of RFC 2217"),
                  (unsigned) order);
    return FALSE;
}

/* An order of one byte that must be confirmed as it was given. */
static gboolean
order (BwPortRfc2217 *self, uint8_t code, uint8_t value, GCancellable *cancellable, GError **error)
{
    int asked = ask (self, code, value, 1, ANSWER_TIMEOUT_US, cancellable, error);

    if (asked == 0)
        return fail_silent (self, code, error);
    if (asked < 0)
        return FALSE;
    if (self->answer == value)
        return TRUE;
    bw_set_error (error, BW_CAUSE_REFUSED,
                  _ ("order %u of RFC 2217 with value %u: the server keeps %u"), (unsigned) code,
                  (unsigned) value, (unsigned) self->answer);
    return FALSE;
}

static gboolean
set_baud (BwPort *port,
          uint32_t baud,
          uint32_t *ret_in_force,
          GCancellable *cancellable,
          GError **error)
{
    BwPortRfc2217 *self = BW_PORT_RFC2217 (port);
    int asked = ask (self, SET_BAUDRATE, baud, sizeof baud, ANSWER_TIMEOUT_US, cancellable, error);

    if (asked == 0)
        return fail_silent (self, SET_BAUDRATE, error);
    if (asked > 0)
        *ret_in_force = self->answer;
    return asked > 0;
}

static gboolean
set_dtr (BwPortRfc2217 *self, BwPortLines lines, GCancellable *cancellable, GError **error)
{
    return order (self, SET_CONTROL, lines & BW_PORT_LINE_DTR ? CONTROL_DTR_ON : CONTROL_DTR_OFF,
                  cancellable, error);
}

static gboolean
set_rts (BwPortRfc2217 *self, BwPortLines lines, GCancellable *cancellable, GError **error)
{
    return order (self, SET_CONTROL, lines & BW_PORT_LINE_RTS ? CONTROL_RTS_ON : CONTROL_RTS_OFF,
                  cancellable, error);
}

/* RTS without DTR holds a board in reset. On the way to another state it is never passed: DTR goes
 * first, except where both are released. */
static gboolean
change_lines (BwPortRfc2217 *self,
              BwPortLines lines,
              BwPortLines changed,
              GCancellable *cancellable,
              GError **error)
{
    if (lines == BW_PORT_LINES_NONE && (changed & BW_PORT_LINE_RTS) != 0) {
        if (!set_rts (self, lines, cancellable, error))
            return FALSE;
        changed &= ~BW_PORT_LINE_RTS;
    }
    if ((changed & BW_PORT_LINE_DTR) != 0 && !set_dtr (self, lines, cancellable, error))
        return FALSE;
    return (changed & BW_PORT_LINE_RTS) == 0 || set_rts (self, lines, cancellable, error);
}

/* An order that failed may have been carried out all the same: then both lines are said again. */
static gboolean
set_lines (BwPort *port, BwPortLines lines, GCancellable *cancellable, GError **error)
{
    BwPortRfc2217 *self = BW_PORT_RFC2217 (port);
    BwPortLines changed = self->are_lines_known ? lines ^ bw_port_get_lines (port)
                                                : BW_PORT_LINE_DTR | BW_PORT_LINE_RTS;

    self->are_lines_known = change_lines (self, lines, changed, cancellable, error);
    return self->are_lines_known;
}

static gboolean
set_break (BwPort *port, gboolean is_on, GCancellable *cancellable, GError **error)
{
    return order (BW_PORT_RFC2217 (port), SET_CONTROL, is_on ? CONTROL_BREAK_ON : CONTROL_BREAK_OFF,
                  cancellable, error);
}

static void
request_options (BwPortRfc2217 *self)
{
    static const uint8_t options[] = { OPTION_BINARY, OPTION_SUPPRESS_GO_AHEAD, OPTION_COM_PORT };

    for (size_t i = 0; i < G_N_ELEMENTS (options); i++) {
        bw_telnet_append_option (self->output, BW_TELNET_WILL, options[i]);
        self->ours[options[i]] = SIDE_ASKED;
        if (options[i] == OPTION_COM_PORT)
            continue;
        bw_telnet_append_option (self->output, BW_TELNET_DO, options[i]);
        self->theirs[options[i]] = SIDE_ASKED;
    }
}

static gboolean
negotiate (BwPortRfc2217 *self, GCancellable *cancellable, GError **error)
{
    int64_t deadline_us = g_get_monotonic_time () + ANSWER_TIMEOUT_US;
    enum side *side = &self->ours[OPTION_COM_PORT];
    g_autoptr (GError) reason = NULL;
    unsigned n_late = 0;
    int filled = 1;

    request_options (self);
    if (!send_output (self, &reason))
        filled = -1;
    while (filled > 0 && *side == SIDE_ASKED)
        filled = fill_on (self, &n_late, deadline_us, cancellable, &reason);
    if (*side == SIDE_ON && reason == NULL)
        return TRUE;
    if (reason != NULL)
        explain_no_start (self, reason, error);
    else
        bw_set_error (error, BW_CAUSE_NO_SERIAL_PORT,
                      *side == SIDE_REFUSED
                          ? _ ("%s does not speak RFC 2217 (it refuses the option); tcp:// may do")
                          : _ ("%s does not speak RFC 2217 (it does not answer); tcp:// may do"),
                      bw_port_get_address (BW_PORT (self)));
    return FALSE;
}

/* An order that a port behind the server may not know: FALSE only if the connection is at fault. */
static gboolean
try_order (BwPortRfc2217 *self,
           uint8_t code,
           uint8_t value,
           gboolean *ret_is_done,
           GCancellable *cancellable,
           GError **error)
{
    int asked = ask (self, code, value, 1, OPTIONAL_TIMEOUT_US, cancellable, error);

    *ret_is_done = asked > 0 && self->answer == value;
    return asked >= 0;
}

/* Lines are released, RTS first: that does not reset the board. A port without lines (a pty, a
 * printer) is served without. */
static gboolean
settle_lines (BwPortRfc2217 *self, GCancellable *cancellable, GError **error)
{
    gboolean has_rts = FALSE;
    gboolean has_dtr = FALSE;

    if (!try_order (self, SET_CONTROL, CONTROL_RTS_OFF, &has_rts, cancellable, error))
        return FALSE;
    if (has_rts && !try_order (self, SET_CONTROL, CONTROL_DTR_OFF, &has_dtr, cancellable, error))
        return FALSE;
    self->are_lines_known = has_dtr;
    _bw_port_set_abilities (BW_PORT (self),
                            BW_PORT_ABILITY_BAUD | (has_dtr ? BW_PORT_ABILITY_LINES : 0));
    return TRUE;
}

static gboolean
settle (BwPortRfc2217 *self, GCancellable *cancellable, GError **error)
{
    uint32_t in_force = 0;
    gboolean is_without_flow = FALSE;

    return set_baud (BW_PORT (self), BW_PORT_FIRST_BAUD, &in_force, cancellable, error)
           && order (self, SET_DATASIZE, DATASIZE_8, cancellable, error)
           && order (self, SET_PARITY, PARITY_NONE, cancellable, error)
           && order (self, SET_STOPSIZE, STOPSIZE_1, cancellable, error)
           && try_order (self, SET_CONTROL, CONTROL_NO_FLOW, &is_without_flow, cancellable, error)
           && settle_lines (self, cancellable, error);
}

static gboolean
open_server (BwPort *port, GCancellable *cancellable, GError **error)
{
    BwPortRfc2217 *self = BW_PORT_RFC2217 (port);

    self->connection = _bw_socket_connect (bw_port_get_address (port), cancellable, error);
    if (self->connection == NULL)
        return FALSE;
    self->telnet = (struct BwTelnet){ 0 };
    memset (self->ours, 0, sizeof self->ours);
    memset (self->theirs, 0, sizeof self->theirs);
    self->is_half_sent = FALSE;
    self->is_suspended = FALSE;
    self->has_no_purge = FALSE;
    self->is_echo = FALSE;
    self->n_unanswered = 0;
    return negotiate (self, cancellable, error) && settle (self, cancellable, error);
}

static void
close_server (BwPort *port)
{
    BwPortRfc2217 *self = BW_PORT_RFC2217 (port);

    g_clear_object (&self->connection);
    g_byte_array_set_size (self->input, 0);
    g_byte_array_set_size (self->output, 0);
    self->input_used = 0;
}

static ssize_t
read_bytes (BwPort *port,
            void *ret_buf,
            size_t len,
            int64_t deadline_us,
            GCancellable *cancellable,
            GError **error)
{
    BwPortRfc2217 *self = BW_PORT_RFC2217 (port);
    unsigned n_late = 0;
    size_t n = 0;

    while (self->input_used == self->input->len) {
        int filled = fill_on (self, &n_late, deadline_us, cancellable, error);

        if (filled <= 0)
            return filled;
    }
    n = MIN (len, self->input->len - self->input_used);
    memcpy (ret_buf, self->input->data + self->input_used, n);
    self->input_used += n;
    return (ssize_t) n;
}

static gboolean
await_resume (BwPortRfc2217 *self, int64_t deadline_us, GCancellable *cancellable, GError **error)
{
    unsigned n_late = 0;
    int filled = 1;

    while (self->is_suspended && filled > 0)
        filled = fill_on (self, &n_late, deadline_us, cancellable, error);
    if (filled == 0)
        bw_set_error (error, BW_CAUSE_TIMEOUT, _ ("the server asked to stop sending"));
    return filled > 0;
}

static gboolean
write_bytes (BwPort *port,
             const void *buf,
             size_t len,
             int64_t deadline_us,
             GCancellable *cancellable,
             GError **error)
{
    BwPortRfc2217 *self = BW_PORT_RFC2217 (port);

    if (!await_resume (self, deadline_us, cancellable, error))
        return FALSE;
    begin_wire (self);
    bw_telnet_encode (self->wire, buf, len);
    return send_wire (self, deadline_us, cancellable, error);
}

/* Reads for what has arrived: a board that never stops talking must not hold us. */
#define MAX_DISCARDS 256

static gboolean
take_what_came (BwPortRfc2217 *self, GCancellable *cancellable, GError **error)
{
    int filled = 1;

    for (int i = 0; filled > 0 && i < MAX_DISCARDS; i++) {
        filled = fill (self, 0, cancellable, error);
        self->input_used = self->input->len;
    }
    return filled >= 0;
}

static gboolean
discard_input (BwPort *port, GCancellable *cancellable, GError **error)
{
    BwPortRfc2217 *self = BW_PORT_RFC2217 (port);
    int asked = 1;

    /* what the server had before its answer is ahead of it in the stream, so it goes as well */
    if (!self->has_no_purge)
        asked = ask (self, PURGE_DATA, PURGE_INPUT, 1, PURGE_TIMEOUT_US, cancellable, error);
    if (asked < 0)
        return FALSE;
    self->has_no_purge = self->has_no_purge || asked == 0;
    if (self->has_no_purge && !take_what_came (self, cancellable, error))
        return FALSE;
    g_byte_array_set_size (self->input, 0);
    self->input_used = 0;
    return TRUE;
}

static void
bw_port_rfc2217_finalize (GObject *object)
{
    BwPortRfc2217 *self = BW_PORT_RFC2217 (object);

    g_byte_array_unref (self->input);
    g_byte_array_unref (self->output);
    g_byte_array_unref (self->wire);
    G_OBJECT_CLASS (bw_port_rfc2217_parent_class)->finalize (object);
}

static void
bw_port_rfc2217_class_init (BwPortRfc2217Class *klass)
{
    BwPortClass *port_class = BW_PORT_CLASS (klass);

    G_OBJECT_CLASS (klass)->finalize = bw_port_rfc2217_finalize;
    port_class->open = open_server;
    port_class->close = close_server;
    port_class->read = read_bytes;
    port_class->write = write_bytes;
    port_class->discard_input = discard_input;
    port_class->set_baud = set_baud;
    port_class->set_lines = set_lines;
    port_class->set_break = set_break;
}

static void
bw_port_rfc2217_init (BwPortRfc2217 *self)
{
    self->input = g_byte_array_new ();
    self->output = g_byte_array_new ();
    self->wire = g_byte_array_new ();
}

BwPort *
_bw_port_rfc2217_open (const char *address,
                       const char *place,
                       GCancellable *cancellable,
                       GError **error)
{
    return _bw_port_open_new (g_object_new (BW_TYPE_PORT_RFC2217, NULL), address, address,
                              cancellable, error);
}
