/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-esp-session.h"

G_BEGIN_DECLS

/* Bringing a stub into the board's RAM. The source of stubs is bw-esp-stub-file.h alone: another
 * kind of stub needs another source there and nothing here. Threads: the port's. */

/**
 * bw_esp_stub_ensure:
 * @session: a detected session
 * @error: of the link, or unreadable-file where the folder of stubs that was named, the folder
 *   itself or this chip's file in it, is missing or damaged
 *
 * Uploads and starts a stub unless one runs already. Where none is allowed, found in the usual
 * places or able to start the ROM goes on answering: no error, said once in a note, and not tried
 * again.
 *
 * Returns: %TRUE when a loader answers; look at the session's is_stub
 */
gboolean bw_esp_stub_ensure (BwEspSession *session, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
