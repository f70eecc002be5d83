/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/**
 * bw_other:
 *
 * Returns: a number.
 */
int bw_wrong_name (int (*callback) (void), int n);
