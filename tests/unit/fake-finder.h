/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-finder.h"

/**
 * fake_finder_new:
 *
 * Returns: (transfer full): a finder that finds what _bw_finder_add() tells it; looking around for
 *   the first time is over at once, and said twice
 */
BwFinder *fake_finder_new (void);
