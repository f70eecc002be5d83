/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <stdarg.h>

#include "bw-cause.h"

G_BEGIN_DECLS

/* Errors of the engine: GError domain %BW_ERROR. The code (BwError) says what can be done, the
 * cause why it happened, the message what was seen. People read the message in window, log and
 * command line, so it is in the user's language, as that of GLib's own errors is; programs go by
 * code and cause. g_error_copy() and g_propagate_error() keep cause and evidence;
 * g_prefix_error() touches the message only.
 * Threads: any. */

#define BW_ERROR (bw_error_quark ())

/**
 * bw_error_quark:
 *
 * Returns: the domain; use %BW_ERROR.
 */
GQuark bw_error_quark (void);

/**
 * bw_error_new:
 * @cause: why; decides the code. %BW_CAUSE_NONE is a mistake of the caller and becomes internal
 * @evidence_format: printf form of what was seen that tells this cause from others, already
 * translated with _(), no full stop, no secret: _("no reply to 7 times 5 SYNC at 115200 baud").
 * Names of requests, codes and what a board printed stay as they are
 * @...: its arguments
 *
 * The message of the new error is the evidence.
 *
 * Returns: (transfer full): an error.
 */
GError *bw_error_new (BwCause cause, const char *evidence_format, ...) G_GNUC_PRINTF (2, 3);

/**
 * bw_error_new_valist:
 * @cause: as for bw_error_new()
 * @evidence_format: as for bw_error_new()
 * @args: its arguments
 *
 * Returns: (transfer full): an error.
 */
GError *bw_error_new_valist (BwCause cause, const char *evidence_format, va_list args)
    G_GNUC_PRINTF (2, 0);

/**
 * bw_set_error:
 * @error: (nullable): where to put it; as for g_set_error()
 * @cause: as for bw_error_new()
 * @evidence_format: as for bw_error_new()
 * @...: its arguments
 *
 * Sets @error to a new error.
 */
void bw_set_error (GError **error, BwCause cause, const char *evidence_format, ...)
    G_GNUC_PRINTF (3, 4);

/**
 * bw_error_get_cause:
 * @error: (nullable): any error
 *
 * Returns: its cause. Of foreign errors G_IO_ERROR_CANCELLED gives %BW_CAUSE_CANCELLED and the two
 * "no space" codes of GLib give %BW_CAUSE_NO_SPACE; all others and NULL give %BW_CAUSE_NONE.
 */
BwCause bw_error_get_cause (const GError *error);

/**
 * bw_error_get_evidence:
 * @error: (nullable): any error
 *
 * Returns: (transfer none) (nullable): what was seen, without the prefixes that the message got
 * on its way; the message for foreign errors; NULL for NULL. Lives as long as @error.
 */
const char *bw_error_get_evidence (const GError *error);

/**
 * bw_error_set_offer:
 * @error: one of our errors
 * @offer: (nullable): text that mends what is wrong when it is copied to where it says itself, such
 * as a rule with a comment above it
 *
 * It stays with the error when that is copied or propagated.
 */
void bw_error_set_offer (GError *error, const char *offer);

/**
 * bw_error_get_offer:
 * @error: (nullable): any error
 *
 * Returns: (transfer none) (nullable): what was offered. Lives as long as @error.
 */
const char *bw_error_get_offer (const GError *error);

/**
 * bw_error_get_exit_status:
 * @error: (nullable): any error
 *
 * Returns: exit status for a process that fails with @error: of its cause, 1 for foreign errors,
 * 0 for NULL.
 */
int bw_error_get_exit_status (const GError *error);

G_END_DECLS
