/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* As high as what it holds is at the width it gets, and where there is less room, it scrolls. A
 * scrolled window alone asks for the height of its lines at their narrowest. Its child is a
 * GtkScrolledWindow with what is shown. Threads: main thread. */

#define BW_UI_TYPE_FIT (bw_ui_fit_get_type ())
/* Signal "clipped" (gboolean): there is not room for all of it any more, or there is again; not while
 * room is given out. */
G_DECLARE_FINAL_TYPE (BwUiFit, bw_ui_fit, BW_UI, FIT, AdwBin)

/**
 * bw_ui_fit_set_kept_height:
 * @self: the widget
 * @height: so much of what it holds stays on screen, in pixels; less where it is lower
 */
void bw_ui_fit_set_kept_height (BwUiFit *self, int height);

G_END_DECLS
