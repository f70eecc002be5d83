/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "bw-cause.h"
#include "bwp-result.h"

G_BEGIN_DECLS

/* The one place where a result of the wire layer becomes a #GError. Threads: any. */

/**
 * bw_result_check:
 * @result: what a function of the wire layer returned for a complete input
 * @cause: what it means when the bytes are at fault: bad-firmware for a file, protocol for a wire
 * @error: gets @cause, or internal when the fault is ours (%BWP_ERR_CALLER)
 * @what_format: printf form of what was being done, marked with N_(): "segment %u"; looked up when
 *   it is needed, because most results are good
 * @...: its arguments
 *
 * The message is "what: phrase of the result", in the user's language. %BWP_AGAIN counts as truncated
 * here: a complete input that still asks for more was cut.
 *
 * Returns: %TRUE for %BWP_OK, else %FALSE with @error set
 */
gboolean bw_result_check (enum bwp_result result,
                          BwCause cause,
                          GError **error,
                          const char *what_format,
                          ...) G_GNUC_PRINTF (4, 5) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
