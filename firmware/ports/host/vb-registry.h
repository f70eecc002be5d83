/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Where a station on the same machine finds virtual boards: one unix socket per board, named
 * vb-<pid>-<n>.sock, in a folder only this user can enter. Threads: one. */

/**
 * vb_registry_folder:
 * @out: (out): $XDG_RUNTIME_DIR/boardwalk/vboards, else /tmp/boardwalk-<uid>/vboards
 * @size: room for it
 *
 * Makes the folder, mode 0700, and removes sockets in it whose program is gone.
 *
 * Returns: false with errno set, also when the folder belongs to somebody else
 */
bool vb_registry_folder (char *out, size_t size);
