/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-port"
#include "config.h"

#include "bw-port-pty.h"

#include <poll.h>

#define PTY_FOLDER "/dev/pts/"

void
bw_port_pty_note_open (struct BwPortPty *self, const char *path, const char *real_path)
{
    self->is_gone = FALSE;
    self->is_pty = g_str_has_prefix (real_path, PTY_FOLDER);
    self->is_link = self->is_pty && lstat (path, &self->name) == 0 && S_ISLNK (self->name.st_mode);
}

void
bw_port_pty_note_close (struct BwPortPty *self, int fd)
{
    struct pollfd state = { .fd = fd };

    if (self->is_pty && poll (&state, 1, 0) > 0 && (state.revents & POLLHUP) != 0)
        self->is_gone = TRUE;
}

static gboolean
is_same_time (const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

gboolean
bw_port_pty_may_open (const struct BwPortPty *self, const char *path)
{
    struct stat now = { 0 };

    if (!self->is_gone)
        return TRUE;
    /* a name that leads nowhere does no harm and has its own error */
    if (lstat (path, &now) != 0)
        return TRUE;
    return self->is_link
           && (now.st_ino != self->name.st_ino
               || !is_same_time (&now.st_ctim, &self->name.st_ctim));
}
