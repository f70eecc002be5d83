/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-store.h"

G_BEGIN_DECLS

/**
 * _bw_store_exec:
 * @self: a store
 * @sql: statements
 * @error: cause no-space, store-damaged …
 *
 * For tests: brings the database into a state that is hard to reach otherwise (a full disk).
 *
 * Returns: %TRUE when carried out
 */
gboolean _bw_store_exec (BwStore *self, const char *sql, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
