/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-finder.h"

G_BEGIN_DECLS

/* The line a virtual board says when one connects to its socket: one JSON object
 * {"name","address","chip","mac","pid"}. Other members are ignored. */

#define BW_VIRTUAL_HELLO_BYTES_MAX 4096u

/**
 * _bw_virtual_hello_parse:
 * @line: bytes up to the newline, any values
 * @len: how many
 * @error: cause protocol, with what is wrong
 *
 * The peer is another program of the same user, but nothing it says is believed unseen: an address
 * must be one of this machine.
 *
 * Returns: (transfer full) (nullable): the endpoint
 */
BwEndpoint *
_bw_virtual_hello_parse (const char *line, size_t len, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
