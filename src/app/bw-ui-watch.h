/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* Looks at one engine object for a view: many property changes become one update of the view,
 * shortly before the next frame. Threads: main thread. */

typedef struct _BwUiWatch BwUiWatch;

/**
 * BwUiWatchFunc:
 * @owner: the view
 *
 * Brings the view up to date.
 */
typedef void (*BwUiWatchFunc) (gpointer owner);

/**
 * bw_ui_watch_new:
 * @func: called once after any number of changes
 * @owner: (transfer none): for @func, which frees the watch in its dispose
 *
 * Returns: (transfer full): a watch that looks at nothing yet
 */
BwUiWatch *bw_ui_watch_new (BwUiWatchFunc func, gpointer owner);

/**
 * bw_ui_watch_set_object:
 * @self: a watch
 * @object: (nullable) (transfer none) (type GObject): what to look at from now on
 *
 * Does not call the function: the owner brings itself up to date.
 */
void bw_ui_watch_set_object (BwUiWatch *self, gpointer object);

/**
 * bw_ui_watch_free:
 * @self: (nullable) (transfer full): a watch
 */
void bw_ui_watch_free (BwUiWatch *self);

G_END_DECLS
