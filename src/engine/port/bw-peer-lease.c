/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-port"
#define _GNU_SOURCE /* struct ucred */
#include "config.h"

#include "bw-peer-lease.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bw-port-owner.h"

/* A name server may say what it likes. */
#define MAX_ADDRESSES 32u
#define THIS_MACHINE "localhost"

/* Sockets without a file, one for each address, that only one process can have: in the same network
 * namespace as the servers, gone when the process is. They listen, so that the kernel tells who
 * asks whose they are. */
struct BwPeerLease {
    int fds[MAX_ADDRESSES];
    unsigned n;
};

/* To one of its own addresses a machine speaks from that very address. Nothing is sent. */
static gboolean
is_own (GInetAddress *address)
{
    g_autoptr (GSocketAddress) there = g_inet_socket_address_new (address, 9);
    g_autoptr (GSocketAddress) here = NULL;
    g_autoptr (GSocket) socket = NULL;

    if (g_inet_address_get_is_loopback (address) || g_inet_address_get_is_any (address))
        return TRUE;
    socket = g_socket_new (g_inet_address_get_family (address), G_SOCKET_TYPE_DATAGRAM,
                           G_SOCKET_PROTOCOL_UDP, NULL);
    if (socket == NULL || !g_socket_connect (socket, there, NULL, NULL))
        return FALSE;
    here = g_socket_get_local_address (socket, NULL);
    return here != NULL
           && g_inet_address_equal (g_inet_socket_address_get_address (
                                        G_INET_SOCKET_ADDRESS (here)),
                                    address);
}

/* ::ffff:192.0.2.1 is 192.0.2.1. */
static GInetAddress *
dup_plain (GInetAddress *address)
{
    static const uint8_t head[] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
    const uint8_t *bytes = g_inet_address_to_bytes (address);

    if (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6
        && memcmp (bytes, head, sizeof head) == 0)
        return g_inet_address_new_from_bytes (bytes + sizeof head, G_SOCKET_FAMILY_IPV4);
    return g_object_ref (address);
}

static void
add_once (GPtrArray *names, char *name)
{
    if (!g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL)
        && names->len < MAX_ADDRESSES)
        g_ptr_array_add (names, name);
    else
        g_free (name);
}

/* Of a host that nobody knows the name is what there is; who calls it will say what is wrong. */
static GPtrArray *
find_names (const char *host, GCancellable *cancellable)
{
    g_autoptr (GResolver) resolver = g_resolver_get_default ();
    GList *addresses = g_resolver_lookup_by_name (resolver, host, cancellable, NULL);
    GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

    for (GList *i = addresses; i != NULL; i = i->next) {
        g_autoptr (GInetAddress) address = dup_plain (i->data);

        add_once (names,
                  is_own (address) ? g_strdup (THIS_MACHINE) : g_inet_address_to_string (address));
    }
    if (names->len == 0)
        g_ptr_array_add (names, g_ascii_strdown (host, -1));
    g_resolver_free_addresses (addresses);
    return names;
}

/* Two long names that begin alike count as one. */
static socklen_t
fill_name (struct sockaddr_un *where, const char *name, uint16_t port)
{
    int len = 0;

    memset (where, 0, sizeof *where);
    where->sun_family = AF_UNIX;
    len =
        g_snprintf (where->sun_path + 1, sizeof where->sun_path - 1, "boardwalk/%u/%s", port, name);
    len = MIN (len, (int) sizeof where->sun_path - 2);
    return (socklen_t) (offsetof (struct sockaddr_un, sun_path) + 1 + (size_t) len);
}

static pid_t
find_holder (const struct sockaddr_un *where, socklen_t len)
{
    int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct ucred holder = { 0 };
    socklen_t holder_len = sizeof holder;

    if (fd < 0)
        return 0;
    if (connect (fd, (const struct sockaddr *) where, len) != 0
        || getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &holder, &holder_len) != 0)
        holder.pid = 0;
    close (fd);
    return holder.pid;
}

static void
explain (const char *address, pid_t holder, GError **error)
{
    g_autofree char *name =
        holder == 0 ? NULL : bw_port_owner_dup_name (BW_PORT_OWNER_PROC, holder);

    if (holder == getpid ())
        bw_set_error (error, BW_CAUSE_BUSY, _ ("%s is in use by another job of this program"),
                      address);
    else if (name != NULL)
        bw_set_error (error, BW_CAUSE_BUSY, _ ("%s is held by %s (pid %d)"), address, name,
                      (int) holder);
    else
        bw_set_error (error, BW_CAUSE_BUSY,
                      _ ("%s is held by a program that this user may not see"), address);
}

/* Where the kernel has no such socket for us nobody else of ours has one either. */
static gboolean
take_one (BwPeerLease *self, const char *address, const char *name, uint16_t port, GError **error)
{
    struct sockaddr_un where;
    socklen_t len = fill_name (&where, name, port);
    int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    gboolean is_taken = FALSE;

    if (fd < 0)
        return TRUE;
    if (bind (fd, (const struct sockaddr *) &where, len) == 0) {
        (void) listen (fd, SOMAXCONN);
        self->fds[self->n++] = fd;
        return TRUE;
    }
    is_taken = errno == EADDRINUSE;
    if (is_taken)
        explain (address, find_holder (&where, len), error);
    close (fd);
    return !is_taken;
}

BwPeerLease *
bw_peer_lease_take (const char *address,
                    const char *host,
                    uint16_t port,
                    GCancellable *cancellable,
                    GError **error)
{
    g_autoptr (BwPeerLease) self = g_new0 (BwPeerLease, 1);
    g_autoptr (GPtrArray) names = find_names (host, cancellable);

    if (g_cancellable_is_cancelled (cancellable)) {
        bw_set_error (error, BW_CAUSE_CANCELLED, _ ("cancelled while connecting to %s"), address);
        return NULL;
    }
    for (unsigned i = 0; i < names->len; i++)
        if (!take_one (self, address, names->pdata[i], port, error))
            return NULL;
    return g_steal_pointer (&self);
}

void
bw_peer_lease_free (BwPeerLease *self)
{
    for (unsigned i = 0; self != NULL && i < self->n; i++)
        close (self->fds[i]);
    g_free (self);
}
