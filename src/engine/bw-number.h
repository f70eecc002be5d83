/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/* Unsigned numbers in text, without signs, blanks, prefixes or a locale. GLib's own functions look at
 * errno after a lock that may set it: in GLib 2.74 the first call of two threads at once takes a good
 * number for none. Threads: any; nothing is shared. */

/**
 * bw_number_scan:
 * @text: digits, then anything
 * @base: 10 or 16
 * @ret_end: (out): the first byte that is no digit; @text itself where there is none
 *
 * Returns: the number, %UINT64_MAX if it is larger
 */
uint64_t bw_number_scan (const char *text, unsigned base, const char **ret_end);

/**
 * bw_number_parse:
 * @text: digits and nothing else
 * @base: 10 or 16
 * @min: the least that is taken
 * @max: the most that is taken, less than %UINT64_MAX
 * @ret_value: (out): the number; as it was on failure
 *
 * Returns: %TRUE if @text is such a number
 */
gboolean bw_number_parse (const char *text,
                          unsigned base,
                          uint64_t min,
                          uint64_t max,
                          uint64_t *ret_value) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
