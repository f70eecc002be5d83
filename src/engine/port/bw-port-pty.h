/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>
#include <sys/stat.h>

G_BEGIN_DECLS

/* A pseudo-terminal that is gone never returns, but the kernel hands its number to the next program
 * that wants one: opening "/dev/pts/4" again may take a stranger's terminal. A link to it (as a
 * virtual board makes) is trusted again once it was made anew. */
struct BwPortPty {
    gboolean is_pty;
    gboolean is_gone;
    gboolean is_link;
    struct stat name; /* of what the user named, when it was opened */
};

/**
 * bw_port_pty_note_open:
 * @self: what is known of the port's name
 * @path: the name that was opened, a device or a link to one
 * @real_path: the device
 *
 * To be called after each successful opening.
 */
void bw_port_pty_note_open (struct BwPortPty *self, const char *path, const char *real_path);

/**
 * bw_port_pty_note_close:
 * @self: what is known of the port's name
 * @fd: its descriptor, not closed yet
 *
 * Learns whether this was a pty whose other side has gone.
 */
void bw_port_pty_note_close (struct BwPortPty *self, int fd);

/**
 * bw_port_pty_may_open:
 * @self: what is known of the port's name
 * @path: the name that is to be opened
 *
 * Returns: FALSE when @path may lead to a stranger's terminal by now.
 */
gboolean bw_port_pty_may_open (const struct BwPortPty *self, const char *path);

G_END_DECLS
