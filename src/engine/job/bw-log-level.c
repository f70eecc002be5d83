/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-log-level"
#include "config.h"

#include "bw-log-level.h"

#include <string.h>

struct word {
    const char *text;
    BwLogLevel level;
};

/* Heads of lines, compared from their first character. */
static const struct word heads[] = {
    { "CRITICAL:", BW_LOG_ERROR },
    { "ERROR:", BW_LOG_ERROR },
    { "WARNING:", BW_LOG_WARNING },
    { "INFO:", BW_LOG_INFO },
    { "DEBUG:", BW_LOG_DEBUG },
    { "Traceback (most recent call last)", BW_LOG_ERROR },
    { "Guru Meditation Error", BW_LOG_ERROR },
    { "Brownout detector was triggered", BW_LOG_ERROR },
    { "E BOD: ", BW_LOG_ERROR }, /* the same in newer ones, where no clock runs yet */
    { "abort() was called", BW_LOG_ERROR },
    { "assert failed:", BW_LOG_ERROR },
    { "Backtrace:", BW_LOG_ERROR },
    { "Fatal exception", BW_LOG_ERROR },
    { "***ERROR***", BW_LOG_ERROR },
    { "invalid header:", BW_LOG_ERROR },
};

static BwLogLevel
from_letter (char letter)
{
    switch (letter) {
    case 'E':
        return BW_LOG_ERROR;
    case 'W':
        return BW_LOG_WARNING;
    case 'I':
        return BW_LOG_INFO;
    case 'D':
    case 'V':
        return BW_LOG_DEBUG;
    default:
        return BW_LOG_PLAIN;
    }
}

/* "E (123) tag: text", also with a clock time in the brackets */
static BwLogLevel
find_idf (const char *text)
{
    BwLogLevel level = from_letter (text[0]);

    if (level == BW_LOG_PLAIN || text[1] != ' ' || text[2] != '(' || !g_ascii_isdigit (text[3]))
        return BW_LOG_PLAIN;
    return level;
}

/* "[E][file.cpp:1] f(): text", in newer cores behind "[  1234]" */
static BwLogLevel
find_arduino (const char *text)
{
    if (text[0] == '[' && (text[1] == ' ' || g_ascii_isdigit (text[1]))) {
        const char *close = strchr (text, ']');

        if (close == NULL || close - text > 16)
            return BW_LOG_PLAIN;
        text = close + 1;
    }
    if (text[0] != '[' || text[1] == '\0' || text[2] != ']' || text[3] != '[')
        return BW_LOG_PLAIN;
    return from_letter (text[1]);
}

/* "1a2b3 2 mgos_wifi.c:123:fn text": clock in hex, level digit, source file */
static BwLogLevel
find_mongoose (const char *text)
{
    static const BwLogLevel levels[] = { BW_LOG_PLAIN, BW_LOG_ERROR, BW_LOG_INFO, BW_LOG_DEBUG,
                                         BW_LOG_DEBUG };
    const char *p = text;
    BwLogLevel level = BW_LOG_PLAIN;

    while (g_ascii_isxdigit (*p))
        p++;
    if (p == text || p[0] != ' ' || p[1] < '1' || p[1] > '4' || p[2] != ' ')
        return BW_LOG_PLAIN;
    level = levels[p[1] - '0'];
    p += 3;
    p += strcspn (p, " .");
    return strncmp (p, ".c:", 3) == 0 ? level : BW_LOG_PLAIN;
}

static BwLogLevel
find_head (const char *text)
{
    for (unsigned i = 0; i < G_N_ELEMENTS (heads); i++)
        if (strncmp (text, heads[i].text, strlen (heads[i].text)) == 0)
            return heads[i].level;
    return BW_LOG_PLAIN;
}

BwLogLevel
_bw_log_level_find (const char *text)
{
    BwLogLevel level = find_idf (text);

    if (level == BW_LOG_PLAIN)
        level = find_arduino (text);
    if (level == BW_LOG_PLAIN)
        level = find_mongoose (text);
    if (level == BW_LOG_PLAIN)
        level = find_head (text);
    return level;
}

const char *
bw_log_level_get_id (BwLogLevel level)
{
    static const char *const ids[] = {
        [BW_LOG_STATION] = "station", [BW_LOG_PLAIN] = "plain",     [BW_LOG_DEBUG] = "debug",
        [BW_LOG_INFO] = "info",       [BW_LOG_WARNING] = "warning", [BW_LOG_ERROR] = "error",
    };

    g_return_val_if_fail ((unsigned) level < G_N_ELEMENTS (ids), "plain");
    return ids[level];
}
