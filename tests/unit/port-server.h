/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <gio/gio.h>

/* A server for one client, on loopback, in a thread of the test. */
struct server {
    GSocket *listener;
    GSocket *client;
    GThread *thread;
    char *address;
    void (*serve) (struct server *server);
    gpointer data;
};

static inline gpointer
run_server (gpointer data)
{
    struct server *server = data;

    server->client = g_socket_accept (server->listener, NULL, NULL);
    g_assert_nonnull (server->client);
    server->serve (server);
    g_clear_object (&server->client);
    return NULL;
}

static inline void
start_server (struct server *server, const char *scheme, void (*serve) (struct server *))
{
    g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
    g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
    g_autoptr (GSocketAddress) bound = NULL;

    server->serve = serve;
    server->listener =
        g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
    g_assert_true (g_socket_bind (server->listener, any, TRUE, NULL));
    g_assert_true (g_socket_listen (server->listener, NULL));
    bound = g_socket_get_local_address (server->listener, NULL);
    server->address =
        g_strdup_printf ("%s://127.0.0.1:%u", scheme,
                         g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
    server->thread = g_thread_new ("server", run_server, server);
}

static inline void
finish_server (struct server *server)
{
    g_thread_join (server->thread);
    g_clear_object (&server->listener);
    g_free (server->address);
}

static inline void
serve_bytes (struct server *server, const void *bytes, size_t len)
{
    if (len > 0)
        g_socket_send (server->client, bytes, len, NULL, NULL);
}

/* Sends back what comes, until the client has gone. */
static inline void
serve_echo (struct server *server)
{
    char buf[4096];
    gssize n = 0;

    while ((n = g_socket_receive (server->client, buf, sizeof buf, NULL, NULL)) > 0)
        serve_bytes (server, buf, (size_t) n);
}

/* Sends the same again and again until the client has gone. */
static inline void
serve_without_end (struct server *server, const void *bytes, size_t len)
{
    g_autoptr (GString) many = g_string_new (NULL);

    while (many->len < 65536)
        g_string_append_len (many, bytes, (gssize) len);
    for (size_t at = 0;;) {
        gssize n = g_socket_send (server->client, many->str + at, many->len - at, NULL, NULL);

        if (n <= 0)
            return;
        at = (at + (size_t) n) % many->len;
    }
}
