/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a board prints, into lines: whole and byte by byte must give the same clean text. */
#include <stdlib.h>
#include <string.h>

#include "bw-log-clean.h"
#include "bw-log-level.h"
#include "bw-log.h"
#include "fuzz.h"

static void
on_line (const char *text, size_t len, gpointer user_data)
{
    g_autofree char *line = g_strndup (text, len);

    if (len > BW_LOG_LINE_BYTES_MAX || strlen (line) != len || !g_utf8_validate (line, -1, NULL))
        abort ();
    for (const char *p = line; *p != '\0'; p = g_utf8_next_char (p))
        if (*p != '\t' && g_unichar_iscntrl (g_utf8_get_char (p)))
            abort ();
    _bw_log_level_find (line);
    g_string_append (user_data, line);
    g_string_append_c (user_data, '\n');
}

static GString *
clean (const uint8_t *data, size_t len, size_t piece)
{
    GString *out = g_string_new (NULL);
    BwLogClean *cleaner = _bw_log_clean_new ();

    for (size_t i = 0; i < len; i += piece)
        _bw_log_clean_push (cleaner, data + i, MIN (piece, len - i), on_line, out);
    g_free (_bw_log_clean_dup_open (cleaner));
    _bw_log_clean_finish (cleaner, on_line, out);
    _bw_log_clean_free (cleaner);
    return out;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
    GString *whole = clean (data, len, MAX (len, 1));
    GString *bytes = clean (data, len, 1);

    if (!g_string_equal (whole, bytes))
        abort ();
    g_string_free (whole, TRUE);
    g_string_free (bytes, TRUE);
    return 0;
}
