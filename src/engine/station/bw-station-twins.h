/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-board-private.h"

G_BEGIN_DECLS

/**
 * _bw_station_twins_update:
 * @boards: (element-type BwBoard): all of them
 *
 * Tells each board whether another one that is present has its MAC. To be called when a board came or
 * went, or its MAC was learnt.
 */
void _bw_station_twins_update (GPtrArray *boards);

G_END_DECLS
