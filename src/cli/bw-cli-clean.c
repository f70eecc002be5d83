/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-clean"
#include "config.h"

#include "bw-cli-clean.h"

#include <string.h>

static size_t
get_allowed_length (const char *text, const char *const *allowed)
{
    for (; *allowed != NULL; allowed++)
        if (**allowed != '\0' && g_str_has_prefix (text, *allowed))
            return strlen (*allowed);
    return 0;
}

static gboolean
is_harmless (gunichar letter)
{
    return letter == '\n' || letter == '\t' || !g_unichar_iscntrl (letter);
}

char *
bw_cli_dup_clean (const char *text, const char *const *allowed)
{
    g_autofree char *valid = g_utf8_make_valid (text, -1);
    GString *clean = g_string_sized_new (strlen (valid));

    for (const char *at = valid; *at != '\0';) {
        size_t n = get_allowed_length (at, allowed);

        if (n > 0) {
            g_string_append_len (clean, at, (gssize) n);
            at += n;
            continue;
        }
        g_string_append_unichar (clean,
                                 is_harmless (g_utf8_get_char (at)) ? g_utf8_get_char (at) : '?');
        at = g_utf8_next_char (at);
    }
    return g_string_free (clean, FALSE);
}
