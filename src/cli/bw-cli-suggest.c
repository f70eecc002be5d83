/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-suggest"
#include "config.h"

#include "bw-cli-suggest.h"

#include <string.h>

enum {
    LENGTH_MAX = 32,
    DISTANCE_MAX = 2,
};

/* How many letters have to be put in, taken out or exchanged; rows of the table one by one. */
static unsigned
get_distance (const char *a, const char *b)
{
    size_t a_len = strlen (a), b_len = strlen (b);
    unsigned row[LENGTH_MAX + 1];

    if (a_len > LENGTH_MAX || b_len > LENGTH_MAX)
        return LENGTH_MAX;
    for (size_t j = 0; j <= b_len; j++)
        row[j] = (unsigned) j;
    for (size_t i = 1; i <= a_len; i++) {
        unsigned diagonal = row[0];

        row[0] = (unsigned) i;
        for (size_t j = 1; j <= b_len; j++) {
            unsigned exchange = diagonal + (a[i - 1] != b[j - 1]);

            diagonal = row[j];
            row[j] = MIN (exchange, MIN (row[j], row[j - 1]) + 1);
        }
    }
    return row[b_len];
}

const char *
bw_cli_suggest (const char *typed, const char *const *known)
{
    const char *best = NULL;
    unsigned best_distance = DISTANCE_MAX + 1;

    for (; *known != NULL; known++) {
        unsigned distance = get_distance (typed, *known);

        if (strlen (typed) >= 2 && g_str_has_prefix (*known, typed))
            distance = 0;
        if (distance < best_distance && distance < strlen (*known)) {
            best = *known;
            best_distance = distance;
        }
    }
    return best;
}
