/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-number"
#include "config.h"

#include "bw-cli-number.h"

#include <glib/gi18n.h>

#include "boardwalk.h"

static uint64_t
get_factor (const char *suffix)
{
    if (*suffix == '\0')
        return 1;
    if (suffix[1] != '\0')
        return 0;
    switch (*suffix) {
    case 'k':
    case 'K':
        return UINT64_C (1) << 10;
    case 'm':
    case 'M':
        return UINT64_C (1) << 20;
    case 'g':
    case 'G':
        return UINT64_C (1) << 30;
    default:
        return 0;
    }
}

static gboolean
is_hex (const char *text)
{
    return text[0] == '0' && (text[1] == 'x' || text[1] == 'X') && g_ascii_isxdigit (text[2]);
}

/* FALSE: no number at all, nothing is set. */
static gboolean
scan (const char *text, uint64_t *ret_value, uint64_t *ret_factor)
{
    const char *end = NULL;
    const char *digits = text != NULL && is_hex (text) ? text + 2 : text;

    if (text == NULL)
        return FALSE;
    *ret_value = bw_number_scan (digits, is_hex (text) ? 16 : 10, &end);
    *ret_factor = end != digits ? get_factor (end) : 0;
    return *ret_factor != 0;
}

gboolean
bw_cli_parse_u32 (const char *text, uint32_t *ret_value, GError **error)
{
    uint64_t value = 0, factor = 0;

    if (!scan (text, &value, &factor)) {
        bw_set_error (error, BW_CAUSE_USAGE, _ ("“%s” is not a number like 4096, 0x1000 or 64k"),
                      text == NULL ? "" : text);
        return FALSE;
    }
    if (value > UINT32_MAX / factor) {
        bw_set_error (error, BW_CAUSE_USAGE, _ ("%s is too large"), text);
        return FALSE;
    }
    *ret_value = (uint32_t) (value * factor);
    return TRUE;
}

gboolean
bw_cli_check_name (const char *text, GError **error)
{
    uint32_t offset = 0;

    if (text[0] == '\0')
        bw_set_error (error, BW_CAUSE_USAGE, "%s", _ ("the name of the partition is empty"));
    else if (bw_cli_parse_u32 (text, &offset, NULL))
        bw_set_error (error, BW_CAUSE_USAGE, _ ("%s is an offset, SIZE is missing"), text);
    else
        return TRUE;
    return FALSE;
}

gboolean
bw_cli_parse_option (const char *option,
                     const char *text,
                     uint32_t min,
                     uint32_t max,
                     uint32_t *ret_value,
                     GError **error)
{
    uint64_t number = 0, factor = 0;
    uint32_t value = 0;

    if (text == NULL)
        return TRUE;
    if (!scan (text, &number, &factor)) {
        bw_set_error (error, BW_CAUSE_USAGE, _ ("--%s: “%s” is not a whole number"), option, text);
        return FALSE;
    }
    if (!bw_cli_parse_u32 (text, &value, error)) {
        g_prefix_error (error, "--%s: ", option);
        return FALSE;
    }
    if (value < min || value > max) {
        bw_set_error (error, BW_CAUSE_USAGE, _ ("--%s: %s is not within %u and %u"), option, text,
                      min, max);
        return FALSE;
    }
    *ret_value = value;
    return TRUE;
}
