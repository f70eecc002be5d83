/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-finder.h"

G_BEGIN_DECLS

/* For the kinds of finder. The base keeps what was told, so that nothing is told twice and nothing
 * disappears that never appeared. */

/**
 * _bw_finder_add:
 * @self: a finder
 * @endpoint: (transfer full): what is there; the same once more is dropped, another device of
 *   the same address takes the place of the first
 */
void _bw_finder_add (BwFinder *self, BwEndpoint *endpoint);

/**
 * _bw_finder_remove:
 * @self: a finder
 * @address: of an endpoint; unknown ones are ignored
 */
void _bw_finder_remove (BwFinder *self, const char *address);

/**
 * _bw_finder_settle:
 * @self: a finder whose first look is over; further calls do nothing
 */
void _bw_finder_settle (BwFinder *self);

G_END_DECLS
