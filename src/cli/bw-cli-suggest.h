/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * bw_cli_suggest:
 * @typed: what somebody typed
 * @known: (array zero-terminated=1): what there is
 *
 * Finds what was probably meant. Any thread.
 *
 * Returns: (transfer none) (nullable): the nearest of @known; NULL when nothing is near.
 */
const char *bw_cli_suggest (const char *typed, const char *const *known);

G_END_DECLS
