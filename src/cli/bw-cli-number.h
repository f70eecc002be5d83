/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/* Numbers as people type them. Threads: any. */

/**
 * bw_cli_parse_u32:
 * @text: (nullable): "4096", "0x1000", "64k", "4M" (k, M, G count 1024); nothing before or behind it
 * @ret_value: the number
 * @error: cause usage: empty, junk, negative, or above 4294967295
 *
 * Returns: TRUE when @ret_value is set.
 */
gboolean
bw_cli_parse_u32 (const char *text, uint32_t *ret_value, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_cli_check_name:
 * @text: what stands where the name of a partition may stand
 * @error: cause usage: it is empty, or an offset whose size was forgotten
 *
 * Returns: TRUE when it may be a name.
 */
gboolean bw_cli_check_name (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_cli_parse_option:
 * @option: long name of the option, for the message
 * @text: (nullable): its value; NULL when it was not given
 * @min: smallest number that makes sense
 * @max: largest number that makes sense
 * @ret_value: set when there is a value
 * @error: cause usage
 *
 * Returns: TRUE when the value makes sense or was not given
 */
gboolean bw_cli_parse_option (const char *option,
                              const char *text,
                              uint32_t min,
                              uint32_t max,
                              uint32_t *ret_value,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
