/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "vb-control.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

void
vb_control_init (struct vb_control *self)
{
    memset (self, 0, sizeof *self);
    self->listener.fd = -1;
    for (unsigned i = 0; i < VB_CONTROL_CLIENTS; i++) {
        self->clients[i].watch.fd = -1;
        self->clients[i].control = self;
    }
}

/* One line, whole or not at all: who does not read his answers is dropped. */
static void
say (struct vb_control_client *client, char *text, size_t size)
{
    size_t len = strlen (text);

    if (len + 1 < size)
        text[len++] = '\n';
    if (send (client->watch.fd, text, len, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t) len)
        vb_loop_close (client->control->loop, &client->watch);
}

static void
run_line (struct vb_control_client *client)
{
    struct vb_control *self = client->control;
    char reply[VB_CONTROL_REPLY] = "";

    client->line[client->line_len] = '\0';
    if (client->too_long)
        snprintf (reply, sizeof reply, "error line too long");
    else
        self->command (self->user, client->line, reply, sizeof reply);
    client->line_len = 0;
    client->too_long = false;
    if (client->watch.fd >= 0)
        say (client, reply, sizeof reply);
}

static void
take (struct vb_control_client *client, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len && client->watch.fd >= 0; i++) {
        if (bytes[i] == '\n')
            run_line (client);
        else if (client->line_len + 1 < sizeof client->line)
            client->line[client->line_len++] = bytes[i];
        else
            client->too_long = true;
    }
}

static void
on_client (void *user, uint32_t events)
{
    struct vb_control_client *client = user;
    char bytes[VB_CONTROL_LINE];
    ssize_t n = recv (client->watch.fd, bytes, sizeof bytes, MSG_DONTWAIT);

    if (n > 0)
        take (client, bytes, (size_t) n);
    else if (n == 0 || errno != EAGAIN)
        vb_loop_close (client->control->loop, &client->watch);
}

static struct vb_control_client *
free_client (struct vb_control *self)
{
    for (unsigned i = 0; i < VB_CONTROL_CLIENTS; i++)
        if (self->clients[i].watch.fd < 0)
            return &self->clients[i];
    return NULL;
}

void
vb_control_adopt (struct vb_control *self, struct vb_control_client *client, int fd)
{
    char greeting[VB_CONTROL_REPLY] = "";

    client->watch.fd = fd;
    client->watch.ready = on_client;
    client->watch.user = client;
    client->line_len = 0;
    client->too_long = false;
    if (!vb_loop_add (self->loop, &client->watch, EPOLLIN)) {
        vb_loop_close (self->loop, &client->watch);
        return;
    }
    if (self->greet == NULL)
        return;
    self->greet (self->user, greeting, sizeof greeting);
    say (client, greeting, sizeof greeting);
}

static void
on_listener (void *user, uint32_t events)
{
    struct vb_control *self = user;
    struct vb_control_client *client = free_client (self);
    int fd = accept4 (self->listener.fd, NULL, NULL, SOCK_CLOEXEC);

    if (fd < 0) {
        if (errno == EMFILE || errno == ENFILE)
            vb_loop_rest (self->loop, &self->listener);
        return;
    }
    if (client == NULL)
        close (fd);
    else
        vb_control_adopt (self, client, fd);
}

static bool
remove_old (const char *path)
{
    struct stat status;

    if (lstat (path, &status) != 0)
        return errno == ENOENT;
    if (!S_ISSOCK (status.st_mode)) {
        errno = EEXIST;
        return false;
    }
    return unlink (path) == 0;
}

/* A socket's address is short; through the open folder any path can be named. */
static bool
bind_at (int fd, const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    const char *slash = strrchr (path, '/');
    char folder[VB_CONTROL_PATH];
    int dir, n;
    bool done;

    snprintf (folder, sizeof folder, "%.*s", slash == NULL ? 1 : (int) (slash - path) + 1,
              slash == NULL ? "." : path);
    dir = open (folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return false;
    n = snprintf (address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%s", dir,
                  slash == NULL ? path : slash + 1);
    errno = ENAMETOOLONG;
    done = (size_t) n < sizeof address.sun_path
           && bind (fd, (struct sockaddr *) &address, sizeof address) == 0;
    close (dir);
    return done;
}

static bool
listen_at (struct vb_control *self, const char *path)
{
    mode_t before = umask (0177);
    bool done;

    self->listener.fd = socket (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    done = self->listener.fd >= 0 && bind_at (self->listener.fd, path)
           && listen (self->listener.fd, VB_CONTROL_CLIENTS) == 0;
    umask (before);
    return done;
}

static void
remember_file (struct vb_control *self, const char *path)
{
    struct stat status = { 0 };

    if (lstat (path, &status) != 0)
        status.st_ino = 0;
    self->device = status.st_dev;
    self->inode = status.st_ino;
    snprintf (self->path, sizeof self->path, "%s", path);
}

static void
remove_file (const struct vb_control *self)
{
    struct stat status;

    if (lstat (self->path, &status) == 0 && status.st_ino == self->inode
        && status.st_dev == self->device)
        unlink (self->path);
}

bool
vb_control_open (struct vb_control *self, struct vb_loop *loop, const char *path)
{
    self->loop = loop;
    self->listener.ready = on_listener;
    self->listener.user = self;
    if (strlen (path) >= sizeof self->path) {
        errno = ENAMETOOLONG;
        return false;
    }
    if (!remove_old (path) || !listen_at (self, path)
        || !vb_loop_add (loop, &self->listener, EPOLLIN)) {
        int saved = errno;

        vb_loop_close (loop, &self->listener);
        errno = saved;
        return false;
    }
    remember_file (self, path);
    return true;
}

void
vb_control_close (struct vb_control *self)
{
    if (self->listener.fd < 0)
        return;
    for (unsigned i = 0; i < VB_CONTROL_CLIENTS; i++)
        vb_loop_close (self->loop, &self->clients[i].watch);
    vb_loop_close (self->loop, &self->listener);
    remove_file (self);
}
