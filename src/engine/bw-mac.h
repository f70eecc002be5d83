/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/* What makes a MAC address the name of a board. Threads: any; nothing is shared. */

#define BW_MAC_BYTES 6

/**
 * bw_mac_is_own:
 * @mac: an address as it is sent, first byte first
 *
 * Returns: whether it can belong to one board: not all zero, as in eFuses that were never burnt, and
 *   not for a group, as all ones are
 */
gboolean bw_mac_is_own (const uint8_t mac[BW_MAC_BYTES]);

G_END_DECLS
