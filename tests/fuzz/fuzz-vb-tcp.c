/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <arpa/inet.h>
#include <glib.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "vb-port.h"
#include "vb-rfc2217.h"

/* The server of a board's serial line with a real socket, and a client that does as it likes. */
static struct {
    struct vb_loop loop;
    struct vb_port port;
    int far;
} world;

static void
on_wake (void *user)
{
}

static void
on_lines (void *user, bool dtr, bool rts)
{
}

static void
on_hold (void *user, bool on)
{
}

static uint64_t
tick (void *user, uint64_t now)
{
    return UINT64_MAX;
}

static void
set_up (void)
{
    const struct vb_port_events events = { on_wake, on_lines, on_hold, NULL };

    g_assert_true (vb_loop_init (&world.loop, tick, NULL));
    g_assert_true (vb_port_init_tcp (&world.port, &world.loop, 0, true, &events));
    g_assert_true (world.port.class->plug (&world.port));
}

static void
connect_client (void)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons (world.port.tcp_port),
                                   .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
    const struct linger at_once = { 1, 0 };

    world.far = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint (world.far, >=, 0);
    setsockopt (world.far, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    g_assert_cmpint (connect (world.far, (struct sockaddr *) &address, sizeof address), ==, 0);
    world.port.main.ready (world.port.main.user, EPOLLIN);
    g_assert_true (world.port.has_host);
}

static void
take_answers (GByteArray *said)
{
    uint8_t bytes[4096];
    ssize_t n;

    while ((n = recv (world.far, bytes, sizeof bytes, MSG_DONTWAIT)) > 0)
        g_byte_array_append (said, bytes, (guint) n);
}

enum {
    IAC = 255,
    SE = 240,
    SB = 250,
    WILL = 251
};

/* What comes back is whole Telnet: no order is cut, and nothing stands between orders but what the
 * board said. Returns the bytes of data. */
static size_t
check_telnet (const GByteArray *said)
{
    size_t n_data = 0, at = 0;

    while (at < said->len) {
        if (said->data[at] != IAC) {
            n_data++;
            at++;
            continue;
        }
        g_assert_cmpuint (at + 1, <, said->len);
        if (said->data[at + 1] == IAC) {
            n_data++;
            at += 2;
        } else if (said->data[at + 1] >= WILL) {
            g_assert_cmpuint (at + 2, <, said->len);
            at += 3;
        } else {
            g_assert_cmpuint (said->data[at + 1], ==, SB);
            for (at += 2; said->data[at] != IAC || said->data[at + 1] == IAC; at++) {
                at += said->data[at] == IAC;
                g_assert_cmpuint (at + 2, <, said->len);
            }
            g_assert_cmpuint (said->data[at + 1], ==, SE);
            at += 2;
        }
    }
    return n_data;
}

/* Whatever a client sends while the board talks: its answers are whole, the board's bytes too. */
int
LLVMFuzzerTestOneInput (const uint8_t *in, size_t len)
{
    static const uint8_t talk[] = { 'I', 255, 0, 255, 255, 240, 10 };
    g_autoptr (GByteArray) said = g_byte_array_new ();
    size_t n_talked = 0;
    uint8_t bytes[4096];

    if (world.port.class == NULL)
        set_up ();
    connect_client ();
    for (size_t at = 0, piece = 1; at < len; at += piece, piece = piece * 5 % 2003 + 7) {
        piece = MIN (piece, len - at);
        g_assert_cmpint (send (world.far, in + at, piece, MSG_NOSIGNAL), ==, (ssize_t) piece);
        world.port.client.ready (world.port.client.user, EPOLLIN);
        for (size_t n_read = 1; n_read > 0 && world.port.readable;)
            n_read = world.port.class->read (&world.port, bytes, 1 + 15 * (size_t) in[at]);
        n_talked += world.port.class->write (&world.port, talk, sizeof talk);
        world.port.client.ready (world.port.client.user, EPOLLOUT);
        take_answers (said);
    }
    g_assert_cmpuint (check_telnet (said), ==, n_talked);
    close (world.far);
    world.port.client.ready (world.port.client.user, EPOLLIN | EPOLLHUP | EPOLLERR);
    g_assert_false (world.port.has_host);
    return 0;
}
