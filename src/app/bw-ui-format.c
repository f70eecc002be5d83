/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-format"
#include "config.h"

#include "bw-ui-format.h"

#include <glib/gi18n.h>
#include <string.h>

#define DIGEST_DIGITS 8

const char bw_ui_end_of_facts[] = "";

char *
bw_ui_format_clock (int64_t time_us)
{
    g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (time_us / G_USEC_PER_SEC);
    g_autofree char *text = NULL;

    if (time == NULL)
        return g_strdup ("");
    text = g_date_time_format (time, "%H:%M:%S");
    return g_strdup_printf ("%s.%03d", text, (int) (time_us % G_USEC_PER_SEC / 1000));
}

char *
bw_ui_format_date (int64_t time_us)
{
    g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (time_us / G_USEC_PER_SEC);

    if (time == NULL)
        return g_strdup ("");
    /* translators: date and time of a job in the history, see g_date_time_format() */
    return g_date_time_format (time, _ ("%-d %b %Y, %H:%M"));
}

char *
bw_ui_format_digest (const char *sha256)
{
    return g_strndup (sha256, DIGEST_DIGITS);
}

/* A word, and no name of a port, a pin or a partition with digits or signs in it. */
static gboolean
begins_with_word (const char *text)
{
    const char *end = text;

    while (g_unichar_islower (g_utf8_get_char (end)))
        end = g_utf8_next_char (end);
    return end > text && strchr (" ,:;", *end) != NULL;
}

char *
bw_ui_format_sentence (const char *text)
{
    GString *sentence = NULL;

    if (text == NULL || *text == '\0')
        return g_strdup (text);
    sentence = g_string_new (NULL);
    if (begins_with_word (text)) {
        g_string_append_unichar (sentence, g_unichar_toupper (g_utf8_get_char (text)));
        text = g_utf8_next_char (text);
    }
    g_string_append (sentence, text);
    if (strchr (".!?", sentence->str[sentence->len - 1]) == NULL
        && !g_str_has_suffix (sentence->str, "…"))
        g_string_append_c (sentence, '.');
    return g_string_free (sentence, FALSE);
}

char *
bw_ui_join_facts (const char *first, ...)
{
    GString *text = g_string_new (NULL);
    const char *fact = first;
    va_list args;

    va_start (args, first);
    while (fact != BW_UI_END) {
        if (fact != NULL && *fact != '\0')
            g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", fact);
        fact = va_arg (args, const char *);
    }
    va_end (args);
    return g_string_free (text, FALSE);
}

char *
bw_ui_format_boards (GPtrArray *boards, GArray *members, unsigned max)
{
    GString *names = g_string_new (NULL);
    unsigned n = MIN (members->len, max);
    unsigned n_more = members->len - n;

    for (unsigned i = 0; i < n; i++)
        g_string_append_printf (names, "%s%s", i > 0 ? ", " : "",
                                bw_board_get_name (
                                    boards->pdata[g_array_index (members, guint, i)]));
    if (n_more > 0) {
        g_string_append (names, ", ");
        /* Translators: behind a list of names: "Porch, Kitchen, and 7 more" */
        g_string_append_printf (names,
                                g_dngettext (GETTEXT_PACKAGE, "and %u more", "and %u more", n_more),
                                n_more);
    }
    return g_string_free (names, FALSE);
}

char *
bw_ui_format_app (const char *name, const char *version)
{
    return name == NULL ? NULL : g_strjoin (" ", name, version, NULL);
}
