/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-port"
#define _GNU_SOURCE
#include "config.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "bw-port-kinds.h"
#include "bw-port-poll.h"
#include "bw-port-private.h"
#include "bw-socket.h"

/* Serial bytes over TCP and nothing else: no rate, no lines. */

#define BW_TYPE_PORT_TCP (bw_port_tcp_get_type ())
G_DECLARE_FINAL_TYPE (BwPortTcp, bw_port_tcp, BW, PORT_TCP, BwPort)

/* The words of a server that hangs up are short. */
#define GREETING_BYTES 128

struct _BwPortTcp {
    BwPort parent_instance;
    GSocketConnection *connection;
    int64_t opened_us;
    gboolean has_written;
    gboolean is_in_use; /* something came that is no greeting */
    uint8_t greeting[GREETING_BYTES];
    size_t greeting_len;
};

G_DEFINE_FINAL_TYPE (BwPortTcp, bw_port_tcp, BW_TYPE_PORT)

static int
get_fd (BwPort *port)
{
    return g_socket_get_fd (g_socket_connection_get_socket (BW_PORT_TCP (port)->connection));
}

/* ---- a server whose port is in use takes the call and hangs up ---- */

/* Nobody waits for that: it shows when it is read or written for the first time. Later than this it
 * was not at once. */
#define AT_ONCE_US (1000 * 1000)
/* Until the answer to what was written to a server that had closed must have come. */
#define RESET_US (100 * 1000)

static gboolean
is_text (const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (!g_ascii_isprint ((char) bytes[i]) && !g_ascii_isspace ((char) bytes[i]))
            return FALSE;
    }
    return TRUE;
}

static void
note_heard (BwPortTcp *self, const uint8_t *bytes, size_t len)
{
    if (len > sizeof self->greeting - self->greeting_len || !is_text (bytes, len))
        self->is_in_use = TRUE;
    if (self->is_in_use)
        return;
    memcpy (self->greeting + self->greeting_len, bytes, len);
    self->greeting_len += len;
}

static gboolean
is_reset (int fd)
{
    struct tcp_info info = { 0 };
    socklen_t len = sizeof info;

    return getsockopt (fd, IPPROTO_TCP, TCP_INFO, &info, &len) == 0 && info.tcpi_state == TCP_CLOSE;
}

/* Who has closed without reading answers with a reset; who has read may have hung up because of
 * that. */
static gboolean
was_heard (BwPort *port, GCancellable *cancellable)
{
    int64_t deadline_us = g_get_monotonic_time () + RESET_US;

    if (!is_reset (get_fd (port)))
        (void) _bw_port_poll (port, get_fd (port), 0, deadline_us, cancellable, NULL);
    return !is_reset (get_fd (port));
}

static gboolean
has_hung_up_at_once (BwPort *port, GCancellable *cancellable)
{
    BwPortTcp *self = BW_PORT_TCP (port);

    return !self->is_in_use && g_get_monotonic_time () - self->opened_us < AT_ONCE_US
           && !(self->has_written && was_heard (port, cancellable));
}

/* Says what it means that the connection was lost so soon. */
static void
explain_loss (BwPort *port, GError *loss, GCancellable *cancellable, GError **error)
{
    BwPortTcp *self = BW_PORT_TCP (port);

    if (bw_error_get_cause (loss) != BW_CAUSE_LOST || !has_hung_up_at_once (port, cancellable)) {
        g_propagate_error (error, loss);
        return;
    }
    g_error_free (loss);
    _bw_socket_explain_hangup (bw_port_get_address (port), self->greeting, self->greeting_len,
                               error);
}

/* ---- bytes ---- */

static gboolean
open_connection (BwPort *port, GCancellable *cancellable, GError **error)
{
    BwPortTcp *self = BW_PORT_TCP (port);

    self->connection = _bw_socket_connect (bw_port_get_address (port), cancellable, error);
    self->opened_us = g_get_monotonic_time ();
    self->has_written = FALSE;
    self->is_in_use = FALSE;
    self->greeting_len = 0;
    return self->connection != NULL;
}

static void
close_connection (BwPort *port)
{
    g_clear_object (&BW_PORT_TCP (port)->connection);
}

static ssize_t
read_bytes (BwPort *port,
            void *ret_buf,
            size_t len,
            int64_t deadline_us,
            GCancellable *cancellable,
            GError **error)
{
    GError *loss = NULL;
    ssize_t n = _bw_port_read_fd (port, get_fd (port), BW_CAUSE_LOST, ret_buf, len, deadline_us,
                                  cancellable, &loss);

    if (n > 0)
        note_heard (BW_PORT_TCP (port), ret_buf, (size_t) n);
    if (n < 0)
        explain_loss (port, loss, cancellable, error);
    return n;
}

static gboolean
write_bytes (BwPort *port,
             const void *buf,
             size_t len,
             int64_t deadline_us,
             GCancellable *cancellable,
             GError **error)
{
    GError *loss = NULL;

    BW_PORT_TCP (port)->has_written = TRUE;
    if (_bw_port_write_fd (port, get_fd (port), BW_CAUSE_LOST, buf, len, deadline_us, cancellable,
                           &loss)
        == len)
        return TRUE;
    explain_loss (port, loss, cancellable, error);
    return FALSE;
}

/* A peer that never stops talking must not hold us. */
#define MAX_DISCARDS 1024

static gboolean
discard_input (BwPort *port, GCancellable *cancellable, GError **error)
{
    uint8_t waste[4096];
    ssize_t n = 1;

    for (int i = 0; n > 0 && i < MAX_DISCARDS; i++)
        n = read_bytes (port, waste, sizeof waste, 0, cancellable, error);
    return n >= 0;
}

static void
bw_port_tcp_class_init (BwPortTcpClass *klass)
{
    BwPortClass *port_class = BW_PORT_CLASS (klass);

    port_class->open = open_connection;
    port_class->close = close_connection;
    port_class->read = read_bytes;
    port_class->write = write_bytes;
    port_class->discard_input = discard_input;
}

static void
bw_port_tcp_init (BwPortTcp *self)
{
}

BwPort *
_bw_port_tcp_open (const char *address,
                   const char *place,
                   GCancellable *cancellable,
                   GError **error)
{
    return _bw_port_open_new (g_object_new (BW_TYPE_PORT_TCP, NULL), address, address, cancellable,
                              error);
}
