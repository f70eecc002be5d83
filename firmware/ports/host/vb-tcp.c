/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "vb-port.h"
#include "vb-rfc2217.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define WRITE_PIECE 2048
#define PENDING_MAX (2 * WRITE_PIECE + VB_RFC2217_REPLY_MAX)

/* One host at a time; what is escaped must go out whole, so it waits here when the socket is full. */
struct connection {
    bool is_rfc2217;
    struct vb_rfc2217 codec;
    uint8_t pending[PENDING_MAX];
    size_t pending_len;
};

static void
drop_host (struct vb_port *self)
{
    bool had = self->has_host;

    vb_loop_close (self->loop, &self->client);
    self->has_host = false;
    if (had)
        self->events.lines (self->events.user, false, false);
    self->events.wake (self->events.user);
}

static bool
flush_pending (struct vb_port *self)
{
    struct connection *connection = self->codec;
    ssize_t n;

    if (connection->pending_len == 0)
        return true;
    n = send (self->client.fd, connection->pending, connection->pending_len, MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN) {
        drop_host (self);
        return false;
    }
    if (n > 0) {
        connection->pending_len -= (size_t) n;
        memmove (connection->pending, connection->pending + n, connection->pending_len);
    }
    return connection->pending_len == 0;
}

static void
send_replies (struct vb_port *self)
{
    struct connection *connection = self->codec;
    size_t len = connection->codec.reply_len;

    if (len == 0 || len > sizeof connection->pending - connection->pending_len)
        return;
    memcpy (connection->pending + connection->pending_len, connection->codec.reply, len);
    connection->pending_len += len;
    connection->codec.reply_len = 0;
    flush_pending (self);
}

static void
on_client (void *user, uint32_t events)
{
    struct vb_port *self = user;
    bool news = !self->readable || (events & EPOLLOUT) != 0;

    self->readable = self->readable || (events & (EPOLLIN | EPOLLHUP | EPOLLRDHUP)) != 0;
    self->writable = self->writable || (events & EPOLLOUT) != 0;
    if ((events & EPOLLERR) != 0)
        drop_host (self);
    else if ((events & EPOLLOUT) != 0 && flush_pending (self))
        send_replies (self);
    if (news)
        self->events.wake (self->events.user);
}

static void
greet (struct vb_port *self)
{
    struct connection *connection = self->codec;
    struct vb_rfc2217_events events = { .lines = self->events.lines,
                                        .hold = self->events.hold,
                                        .user = self->events.user };

    connection->pending_len = 0;
    vb_rfc2217_init (&connection->codec, &events);
}

static void
accept_host (struct vb_port *self, int fd)
{
    int one = 1;

    setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    self->client.fd = fd;
    self->client.ready = on_client;
    self->client.user = self;
    if (!vb_loop_add (self->loop, &self->client, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET)) {
        vb_loop_close (self->loop, &self->client);
        return;
    }
    self->has_host = self->readable = self->writable = true;
    greet (self);
    self->events.wake (self->events.user);
}

static void
on_listener (void *user, uint32_t events)
{
    struct vb_port *self = user;
    int fd = accept4 (self->main.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    if (fd < 0) {
        if (errno == EMFILE || errno == ENFILE)
            vb_loop_rest (self->loop, &self->main);
        return;
    }
    /* a serial port has one user */
    if (self->has_host)
        close (fd);
    else
        accept_host (self, fd);
}

static bool
listen_at (struct vb_port *self)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons (self->tcp_port),
                                   .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
    socklen_t len = sizeof address;
    int one = 1;

    self->main.fd = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (self->main.fd < 0)
        return false;
    setsockopt (self->main.fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind (self->main.fd, (struct sockaddr *) &address, len) != 0
        || listen (self->main.fd, 4) != 0
        || getsockname (self->main.fd, (struct sockaddr *) &address, &len) != 0)
        return false;
    self->tcp_port = ntohs (address.sin_port);
    self->main.ready = on_listener;
    self->main.user = self;
    return vb_loop_add (self->loop, &self->main, EPOLLIN);
}

static bool
plug_tcp (struct vb_port *self)
{
    const struct connection *connection = self->codec;
    int saved;

    if (listen_at (self)) {
        snprintf (self->address, sizeof self->address, "%s://127.0.0.1:%u",
                  connection->is_rfc2217 ? "rfc2217" : "tcp", self->tcp_port);
        return true;
    }
    saved = errno;
    vb_loop_close (self->loop, &self->main);
    errno = saved;
    return false;
}

static void
unplug_tcp (struct vb_port *self)
{
    drop_host (self);
    vb_loop_close (self->loop, &self->main);
}

static size_t
read_tcp (struct vb_port *self, uint8_t *out, size_t capacity)
{
    struct connection *connection = self->codec;
    ssize_t n;

    if (!self->has_host) {
        self->readable = false;
        return 0;
    }
    n = recv (self->client.fd, out, capacity, 0);
    if (n > 0) {
        if (!connection->is_rfc2217)
            return (size_t) n;
        n = (ssize_t) vb_rfc2217_filter (&connection->codec, out, (size_t) n);
        send_replies (self);
        return (size_t) n;
    }
    self->readable = false;
    if (n == 0 || errno != EAGAIN)
        drop_host (self);
    return 0;
}

static size_t
write_tcp (struct vb_port *self, const uint8_t *bytes, size_t len)
{
    struct connection *connection = self->codec;

    if (!self->has_host)
        return len;
    if (!flush_pending (self))
        return self->has_host ? 0 : len;
    len = len < WRITE_PIECE ? len : WRITE_PIECE;
    if (connection->is_rfc2217) {
        connection->pending_len = vb_rfc2217_escape (bytes, len, connection->pending);
    } else {
        memcpy (connection->pending, bytes, len);
        connection->pending_len = len;
    }
    self->writable = flush_pending (self);
    return len;
}

static uint32_t
baud_tcp (struct vb_port *self)
{
    const struct connection *connection = self->codec;

    return connection->is_rfc2217 && self->has_host ? connection->codec.baud : 0;
}

static const struct vb_port_class tcp_class = {
    .plug = plug_tcp,
    .unplug = unplug_tcp,
    .read = read_tcp,
    .write = write_tcp,
    .baud = baud_tcp,
};

bool
vb_port_init_tcp (struct vb_port *self,
                  struct vb_loop *loop,
                  uint16_t tcp_port,
                  bool rfc2217,
                  const struct vb_port_events *events)
{
    struct connection *connection = calloc (1, sizeof *connection);

    if (connection == NULL)
        return false;
    memset (self, 0, sizeof *self);
    self->class = &tcp_class;
    self->loop = loop;
    self->events = *events;
    self->main.fd = self->client.fd = self->opening = -1;
    self->tcp_port = tcp_port;
    connection->is_rfc2217 = rfc2217;
    self->codec = connection;
    return true;
}

void
vb_port_clear (struct vb_port *self)
{
    if (self->class == NULL)
        return;
    self->class->unplug (self);
    free (self->codec);
    self->codec = NULL;
}
