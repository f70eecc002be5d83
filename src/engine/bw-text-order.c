/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-text-order"
#include "config.h"

#include "bw-text-order.h"

#include <string.h>

int
bw_text_compare (const char *a, const char *b)
{
    g_autofree char *one = g_utf8_collate_key_for_filename (a == NULL ? "" : a, -1);
    g_autofree char *other = g_utf8_collate_key_for_filename (b == NULL ? "" : b, -1);

    return strcmp (one, other);
}
