/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How texts with numbers in them are sorted. Threads: any; nothing is shared. */

/**
 * bw_text_compare:
 * @a: (nullable): a name, a place, an address; %NULL counts as ""
 * @b: (nullable): another one
 *
 * As a person counts, in the order of the locale: 2 before 10.
 *
 * Returns: < 0, 0 or > 0, as strcmp()
 */
int bw_text_compare (const char *a, const char *b);

G_END_DECLS
