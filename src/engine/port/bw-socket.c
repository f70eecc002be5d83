/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-port"
#include "config.h"

#include "bw-socket.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "bw-peer-lease.h"

#define CONNECT_TIMEOUT_S 5
#define MAX_TCP_PORT 65535

static gboolean
parse_address (const char *address, char **ret_host, int *ret_port, GError **error)
{
    g_autoptr (GError) local = NULL;
    g_autofree char *host = NULL;
    int port = -1;

    if (!g_uri_split_network (address, G_URI_FLAGS_NONE, NULL, &host, &port, &local) || host == NULL
        || *host == '\0' || port < 1 || port > MAX_TCP_PORT) {
        if (local != NULL)
            bw_set_error (error, BW_CAUSE_USAGE,
                          _ ("\"%s\" is not of the form scheme://host:port: %s"), address,
                          local->message);
        else
            bw_set_error (error, BW_CAUSE_USAGE, _ ("\"%s\" is not of the form scheme://host:port"),
                          address);
        return FALSE;
    }
    *ret_host = g_steal_pointer (&host);
    *ret_port = port;
    return TRUE;
}

static void
explain_failure (const char *address, GError *reason, GError **error)
{
    if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        bw_set_error (error, BW_CAUSE_CANCELLED, _ ("cancelled while connecting to %s"), address);
    else
        bw_set_error (error, BW_CAUSE_NO_SUCH_PORT, "%s: %s", address, reason->message);
}

GSocketConnection *
_bw_socket_connect (const char *address, GCancellable *cancellable, GError **error)
{
    g_autoptr (GSocketClient) client = g_socket_client_new ();
    g_autoptr (GSocketConnection) connection = NULL;
    g_autoptr (BwPeerLease) lease = NULL;
    g_autoptr (GError) local = NULL;
    g_autofree char *host = NULL;
    GSocket *socket = NULL;
    int port = 0;

    if (!parse_address (address, &host, &port, error))
        return NULL;
    /* before the call: some servers put the first caller off when a second one comes */
    lease = bw_peer_lease_take (address, host, (guint16) port, cancellable, error);
    if (lease == NULL)
        return NULL;
    g_socket_client_set_timeout (client, CONNECT_TIMEOUT_S);
    g_socket_client_set_enable_proxy (client, FALSE);
    connection =
        g_socket_client_connect_to_host (client, host, (guint16) port, cancellable, &local);
    if (connection == NULL) {
        explain_failure (address, local, error);
        return NULL;
    }
    g_object_set_data_full (G_OBJECT (connection), "bw-peer-lease", g_steal_pointer (&lease),
                            (GDestroyNotify) bw_peer_lease_free);
    socket = g_socket_connection_get_socket (connection);
    g_socket_set_blocking (socket, FALSE);
    /* a frame must not wait for the answer to the one before; a server that keeps quiet for long
     * must be told from one that has died */
    g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
    g_socket_set_keepalive (socket, TRUE);
    return g_steal_pointer (&connection);
}

/* So much of what a server says is repeated. */
#define MAX_WORDS 80

/* The first line of it, as far as it can be printed. */
static char *
dup_words (const uint8_t *said, size_t len)
{
    GString *words = g_string_new (NULL);

    for (size_t i = 0; i < len && words->len < MAX_WORDS; i++) {
        if (g_ascii_isprint ((char) said[i]))
            g_string_append_c (words, (char) said[i]);
        else if (words->len > 0)
            break;
    }
    return g_strchomp (g_string_free (words, FALSE));
}

void
_bw_socket_explain_hangup (const char *address, const uint8_t *said, size_t len, GError **error)
{
    g_autofree char *words = dup_words (said, len);
    gboolean is_busy = g_regex_match_simple ("\\b(use|used|busy)\\b", words, G_REGEX_CASELESS, 0);

    if (*words == '\0')
        /* translators: the address of a port behind a network */
        bw_set_error (error, BW_CAUSE_BUSY,
                      _ ("%s hung up at once, as servers do while their port is in use"), address);
    else
        /* translators: the address of a port behind a network, and words of its server */
        bw_set_error (error, is_busy ? BW_CAUSE_BUSY : BW_CAUSE_NO_SERIAL_PORT,
                      _ ("%s hung up at once and said: %s"), address, words);
}
