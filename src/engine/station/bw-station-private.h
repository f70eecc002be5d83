/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-finder.h"
#include "bw-station.h"

G_BEGIN_DECLS

/**
 * _bw_station_add_finder:
 * @self: a station that was not started
 * @finder: (transfer none): one more way to find boards; tests bring their own
 */
void _bw_station_add_finder (BwStation *self, BwFinder *finder);

/**
 * _bw_station_drop_finders:
 * @self: a station; no board comes or goes any more
 */
void _bw_station_drop_finders (BwStation *self);

G_END_DECLS
