/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib-object.h>
G_BEGIN_DECLS
typedef struct {
    int (*bw_member) (int a);
} BwGood;
#define BW_TYPE_GOOD (bw_good_get_type ())
/**
 * bw_good_get_type:
 *
 * Returns: the type.
 */
GType bw_good_get_type (void);
G_END_DECLS
