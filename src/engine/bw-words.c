/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-words"
#include "config.h"

#include "bw-words.h"

#include <glib/gi18n-lib.h>

enum {
    KIB = 1024,
    MIB = 1024 * KIB,
};

char *
bw_words_dup_bytes (uint64_t bytes)
{
    /* which form it is follows from the last digits */
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%llu byte", "%llu bytes",
                                         (gulong) bytes),
                            (unsigned long long) bytes);
}

char *
bw_words_dup_memory (uint64_t bytes)
{
    if (bytes >= MIB && bytes % MIB == 0)
        return g_strdup_printf (_ ("%llu MB"), (unsigned long long) (bytes / MIB));
    if (bytes >= KIB && bytes % KIB == 0)
        return g_strdup_printf (_ ("%llu KB"), (unsigned long long) (bytes / KIB));
    return bw_words_dup_bytes (bytes);
}

char *
bw_words_dup_mac (const BwBoardInfo *info)
{
    if (info->mac == NULL || !info->is_mac_doubtful)
        return g_strdup (info->mac);
    /* translators: a MAC address */
    return g_strdup_printf (_ ("%s (doubtful: its check byte in the chip does not fit)"),
                            info->mac);
}
