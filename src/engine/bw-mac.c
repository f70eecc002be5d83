/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-mac"
#include "config.h"

#include "bw-mac.h"

#define GROUP_BIT 0x01

gboolean
bw_mac_is_own (const uint8_t mac[BW_MAC_BYTES])
{
    uint8_t any = 0;

    for (unsigned i = 0; i < BW_MAC_BYTES; i++)
        any |= mac[i];
    return any != 0 && (mac[0] & GROUP_BIT) == 0;
}
