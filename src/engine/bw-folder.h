/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is in a folder. Threads: any; blocks on the disk. */

/**
 * bw_folder_list:
 * @path: a folder
 * @suffix: end of the names that are wanted
 *
 * Returns: (transfer full) (element-type filename): names without the folder, sorted by their
 *   bytes; empty for a folder that is not there or cannot be read
 */
GPtrArray *bw_folder_list (const char *path, const char *suffix);

G_END_DECLS
