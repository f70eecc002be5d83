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

/**
 * bw_folder_dup_absolute:
 * @path: a path as somebody gave it
 *
 * Nothing in it is resolved: ".." behind a symbolic link leads where the system says. Threads: any.
 *
 * Returns: (transfer full): the same path from the root, if need be below the folder we are in
 */
char *bw_folder_dup_absolute (const char *path);

/**
 * bw_folder_ignore_relative_homes:
 *
 * Takes relative folders of the XDG specification out of the environment, as it demands, and a HOME
 * that is empty or relative: GLib then asks the list of users. Else records would lie below the
 * folder a program was started in. Threads: none may run yet; first thing in main().
 */
void bw_folder_ignore_relative_homes (void);

G_END_DECLS
