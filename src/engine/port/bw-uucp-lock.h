/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* The old way to lock a serial port, by a file: terminal programs such as minicom have no other.
 * Read only, our own locks are those of the kernel. Threads: any but the interface's. */

/* Where they lie, unless a test says otherwise. */
#define BW_UUCP_LOCK_FOLDER "/var/lock"

/**
 * bw_uucp_lock_find:
 * @folder: %BW_UUCP_LOCK_FOLDER
 * @proc: folder of the process list
 * @device: real path of a serial port
 * @ret_name: (out) (transfer full): name of the program that has locked it, if one has
 *
 * A lock whose program is gone is none, nor is one of our own.
 *
 * Returns: that program's process; 0 if nobody has
 */
pid_t bw_uucp_lock_find (const char *folder, const char *proc, const char *device, char **ret_name);

G_END_DECLS
