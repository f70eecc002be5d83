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
