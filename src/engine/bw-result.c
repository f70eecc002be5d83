/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-result"
#include "config.h"

#include "bw-result.h"

#include <glib/gi18n-lib.h>

#include "bw-error.h"

gboolean
bw_result_check (enum bwp_result result,
                 BwCause cause,
                 GError **error,
                 const char *what_format,
                 ...)
{
    g_autofree char *what = NULL;
    va_list args;

    if (result == BWP_OK)
        return TRUE;
    if (result == BWP_AGAIN)
        result = BWP_ERR_CUT;
    va_start (args, what_format);
    what = g_strdup_vprintf (_ (what_format), args);
    va_end (args);
    bw_set_error (error, result == BWP_ERR_CALLER ? BW_CAUSE_INTERNAL : cause, "%s: %s", what,
                  _ (bwp_result_text (result)));
    return FALSE;
}
