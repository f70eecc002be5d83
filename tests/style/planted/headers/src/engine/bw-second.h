/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/**
 * bw_first:
 *
 * Returns: a number.
 */
int bw_first (void);
static inline int
bw_second (void)
{
    return bw_first ();
}
