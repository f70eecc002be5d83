/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-port"
#define _GNU_SOURCE
#include "config.h"

#include <poll.h>
#include <sys/socket.h>

#include "bw-port-kinds.h"
#include "bw-port-poll.h"
#include "bw-port-private.h"
#include "bw-socket.h"

/* Serial bytes over TCP and nothing else: no rate, no lines. */

#define BW_TYPE_PORT_TCP (bw_port_tcp_get_type ())
G_DECLARE_FINAL_TYPE (BwPortTcp, bw_port_tcp, BW, PORT_TCP, BwPort)

struct _BwPortTcp {
    BwPort parent_instance;
    GSocketConnection *connection;
};

G_DEFINE_FINAL_TYPE (BwPortTcp, bw_port_tcp, BW_TYPE_PORT)

static int
get_fd (BwPort *port)
{
    return g_socket_get_fd (g_socket_connection_get_socket (BW_PORT_TCP (port)->connection));
}

/* A server whose port is in use takes the call and hangs up: that comes within this time. */
#define HANGUP_US (100 * 1000)
#define GREETING_BYTES 128

/* What has come stays for who reads next. */
static gboolean
check_is_kept (BwPort *port, GCancellable *cancellable, GError **error)
{
    uint8_t greeting[GREETING_BYTES];
    ssize_t n = 0;
    BwPollResult polled = _bw_port_poll (port, get_fd (port), POLLRDHUP,
                                         g_get_monotonic_time () + HANGUP_US, cancellable, error);

    if (polled != BW_POLL_READY)
        return polled == BW_POLL_DEADLINE;
    n = recv (get_fd (port), greeting, sizeof greeting, MSG_PEEK);
    _bw_socket_explain_hangup (bw_port_get_address (port), greeting, n > 0 ? (size_t) n : 0, error);
    return FALSE;
}

static gboolean
open_connection (BwPort *port, GCancellable *cancellable, GError **error)
{
    BwPortTcp *self = BW_PORT_TCP (port);

    self->connection = _bw_socket_connect (bw_port_get_address (port), cancellable, error);
    return self->connection != NULL && check_is_kept (port, cancellable, error);
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
    return _bw_port_read_fd (port, get_fd (port), BW_CAUSE_LOST, ret_buf, len, deadline_us,
                             cancellable, error);
}

static gboolean
write_bytes (BwPort *port,
             const void *head,
             size_t head_len,
             const void *body,
             size_t body_len,
             int64_t deadline_us,
             GCancellable *cancellable,
             GError **error)
{
    struct iovec pieces[] = { { (void *) head, head_len }, { (void *) body, body_len } };

    return _bw_port_write_fd (port, get_fd (port), BW_CAUSE_LOST, pieces, G_N_ELEMENTS (pieces),
                              deadline_us, cancellable, error);
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
