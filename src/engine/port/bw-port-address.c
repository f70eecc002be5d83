/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-port"
#include "config.h"

#include <glib/gi18n-lib.h>

#include "bw-port-kinds.h"
#include "bw-port-private.h"

/* A new kind of port is a new row. */
static const struct {
    const char *prefix;
    BwPort *(*open) (const char *address,
                     const char *rest,
                     GCancellable *cancellable,
                     GError **error);
} kinds[] = {
    { "serial://", _bw_port_tty_open },
    { "tcp://", _bw_port_tcp_open },
    { "rfc2217://", _bw_port_rfc2217_open },
};

static gboolean
is_this_machine (const char *host)
{
    g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

    return g_strcmp0 (host, "localhost") == 0
           || (address != NULL && g_inet_address_get_is_loopback (address));
}

char *
bw_port_address_dup_plain (const char *address)
{
    const char *scheme = g_uri_peek_scheme (address);
    const char *rest = NULL;
    g_autofree char *lower = NULL;

    if (scheme == NULL || g_strcmp0 (scheme, "serial") == 0)
        return g_strdup (address);
    rest = address + strlen (scheme);
    lower = g_ascii_strdown (rest, -1);
    while (g_str_has_suffix (lower, "/") && !g_str_has_suffix (lower, "://"))
        lower[strlen (lower) - 1] = '\0';
    return g_strconcat (scheme, lower, NULL);
}

/* Of names that need no name server. */
static char *
dup_key (const char *address)
{
    g_autofree char *plain = bw_port_address_dup_plain (address);
    g_autofree char *scheme = NULL;
    g_autofree char *host = NULL;
    int port = -1;

    if (!g_uri_split_network (plain, G_URI_FLAGS_NONE, &scheme, &host, &port, NULL) || port < 0)
        return g_steal_pointer (&plain);
    return g_strdup_printf ("%s://%s:%d", scheme, is_this_machine (host) ? "localhost" : host,
                            port);
}

gboolean
bw_port_address_is_same (const char *a, const char *b)
{
    g_autofree char *one = dup_key (a);
    g_autofree char *other = dup_key (b);

    return g_strcmp0 (one, other) == 0;
}

BwPort *
bw_port_open (const char *address, GCancellable *cancellable, GError **error)
{
    g_return_val_if_fail (address != NULL, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS (kinds); i++)
        if (g_str_has_prefix (address, kinds[i].prefix))
            return kinds[i].open (address, address + strlen (kinds[i].prefix), cancellable, error);
    if (strstr (address, "://") == NULL && *address != '\0')
        return _bw_port_tty_open (address, address, cancellable, error);
    bw_set_error (error, BW_CAUSE_USAGE, _ ("\"%s\" is not the address of a serial port"), address);
    return NULL;
}
