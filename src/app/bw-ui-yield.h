/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Takes what height is left, and asks for none beyond its minimum: what stands beside it gets all that
 * it wants first. For what scrolls in itself. Threads: main thread. */

#define BW_UI_TYPE_YIELD (bw_ui_yield_get_type ())
G_DECLARE_FINAL_TYPE (BwUiYield, bw_ui_yield, BW_UI, YIELD, AdwBin)

G_END_DECLS
