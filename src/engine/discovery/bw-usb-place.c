/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-usb-place"
#include "config.h"

#include "bw-usb-place.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bw-mac.h"

char *
_bw_usb_place_make (const char *sysfs_name, unsigned interface)
{
    if (interface == 0)
        return g_strdup (sysfs_name);
    return g_strdup_printf ("%s:%u", sysfs_name, interface);
}

char *
_bw_usb_place_dup_text (const char *sysfs_name, unsigned interface)
{
    g_auto (GStrv) words = g_strsplit_set (sysfs_name, "-.", -1);
    unsigned n = g_strv_length (words);
    GString *text = g_string_new (NULL);

    if (n < 2) {
        g_string_append (text, sysfs_name);
        return g_string_free (text, FALSE);
    }
    /* Translators: number of a USB bus */
    g_string_append_printf (text, _ ("USB %s"), words[0]);
    for (unsigned i = 1; i + 1 < n; i++)
        /* Translators: where a hub is plugged in: ", hub place 2" */
        g_string_append_printf (text, _ (", hub place %s"), words[i]);
    /* Translators: where the board is plugged in: ", place 3" */
    g_string_append_printf (text, _ (", place %s"), words[n - 1]);
    if (interface != 0)
        /* Translators: number of one of several ports of one adapter */
        g_string_append_printf (text, _ (", port %u"), interface);
    return g_string_free (text, FALSE);
}

char *
_bw_usb_place_dup_mac (const char *serial)
{
    g_auto (GStrv) bytes = serial == NULL ? NULL : g_strsplit (serial, ":", -1);
    uint8_t mac[BW_MAC_BYTES];

    if (bytes == NULL || g_strv_length (bytes) != BW_MAC_BYTES)
        return NULL;
    for (unsigned i = 0; i < BW_MAC_BYTES; i++) {
        if (strlen (bytes[i]) != 2 || !g_ascii_isxdigit (bytes[i][0])
            || !g_ascii_isxdigit (bytes[i][1]))
            return NULL;
        mac[i] = (uint8_t) g_ascii_strtoull (bytes[i], NULL, 16);
    }
    return bw_mac_is_own (mac) ? g_ascii_strdown (serial, -1) : NULL;
}
