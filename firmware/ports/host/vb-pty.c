/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "vb-port.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

/* A pseudo-terminal knows no DTR, RTS or break; it carries the rate, which is read on the master.
 * Whether a host has it open shows as a hang-up of the master; that it opens is told by inotify. */

/* The kernel's struct termios2, whose header collides with termios.h. */
struct terminal2 {
    uint32_t input, output, control, local;
    uint8_t line;
    uint8_t characters[19];
    uint32_t input_baud, output_baud;
};

#define GET_TERMINAL2 _IOR ('T', 0x2a, struct terminal2)

static bool
host_has_it_open (int master)
{
    struct pollfd state = { .fd = master, .events = POLLOUT };

    return poll (&state, 1, 0) >= 0 && (state.revents & POLLHUP) == 0;
}

/* What the last host has not read is gone for the next one, as with a real adapter. */
static void
forget_unread (struct vb_port *self)
{
    char name[64];
    int slave;

    if (ptsname_r (self->main.fd, name, sizeof name) != 0)
        return;
    slave = open (name, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (slave < 0)
        return;
    tcflush (slave, TCIFLUSH);
    close (slave);
}

static void
look_for_host (struct vb_port *self)
{
    bool open = host_has_it_open (self->main.fd);
    bool had = self->has_host;

    self->has_host = open;
    if (open && !had)
        self->readable = self->writable = true;
    else if (!open && had)
        forget_unread (self);
    self->events.wake (self->events.user);
}

static void
on_master (void *user, uint32_t events)
{
    struct vb_port *self = user;
    bool news = (!self->readable && (events & EPOLLIN) != 0)
                || (!self->writable && (events & EPOLLOUT) != 0);

    self->readable = self->readable || (events & EPOLLIN) != 0;
    self->writable = self->writable || (events & EPOLLOUT) != 0;
    if (!self->has_host || (events & EPOLLHUP) != 0)
        look_for_host (self);
    /* the end of every write of the host shows here: most of them say nothing new */
    if (news)
        self->events.wake (self->events.user);
}

/* One inotify for all terminals: the kernel grants few of them. */
static struct vb_watch openings = { .fd = -1 };
static struct vb_port *ptys;

static void
on_opened (void *user, uint32_t events)
{
    char buffer[4096] __attribute__ ((aligned (8)));
    ssize_t n;

    while ((n = read (openings.fd, buffer, sizeof buffer)) > 0) {
        for (ssize_t at = 0; at < n;) {
            struct inotify_event event;

            memcpy (&event, buffer + at, sizeof event);
            at += (ssize_t) (sizeof event + event.len);
            for (struct vb_port *port = ptys; port != NULL; port = port->next)
                if (port->opening == event.wd)
                    look_for_host (port);
        }
    }
}

/* Raw, 115200: what a program that sets nothing gets. */
static bool
prepare_slave (const char *name)
{
    struct termios terminal;
    int slave = open (name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    bool done;

    if (slave < 0)
        return false;
    done = tcgetattr (slave, &terminal) == 0;
    cfmakeraw (&terminal);
    cfsetspeed (&terminal, B115200);
    done = done && tcsetattr (slave, TCSANOW, &terminal) == 0;
    close (slave);
    return done;
}

static bool
watch_master (struct vb_port *self)
{
    self->main.ready = on_master;
    self->main.user = self;
    return vb_loop_add (self->loop, &self->main, EPOLLIN | EPOLLOUT | EPOLLET);
}

static bool
start_openings (struct vb_loop *loop)
{
    if (openings.fd >= 0)
        return true;
    openings.fd = inotify_init1 (IN_CLOEXEC | IN_NONBLOCK);
    openings.ready = on_opened;
    return openings.fd >= 0 && vb_loop_add (loop, &openings, EPOLLIN);
}

static bool
watch_opening (struct vb_port *self, const char *name)
{
    if (!start_openings (self->loop))
        return false;
    self->opening = inotify_add_watch (openings.fd, name, IN_OPEN | IN_CLOSE);
    self->next = ptys;
    ptys = self;
    return self->opening >= 0;
}

static void
forget_opening (struct vb_port *self)
{
    for (struct vb_port **at = &ptys; *at != NULL; at = &(*at)->next) {
        if (*at == self) {
            *at = self->next;
            break;
        }
    }
    if (self->opening >= 0)
        inotify_rm_watch (openings.fd, self->opening);
    self->opening = -1;
}

/* The new link replaces the old one in one step; nothing but a link is ever replaced. */
static bool
put_link (const char *target, const char *link)
{
    char fresh[VB_PATH_MAX + 32];
    char old[VB_PATH_MAX];

    if (readlink (link, old, sizeof old) < 0 && errno != ENOENT) {
        errno = errno == EINVAL ? EEXIST : errno;
        return false;
    }
    snprintf (fresh, sizeof fresh, "%s.%ld", link, (long) getpid ());
    unlink (fresh);
    return symlink (target, fresh) == 0 && rename (fresh, link) == 0;
}

static bool
open_pty (struct vb_port *self, char *name, size_t name_size)
{
    self->main.fd = posix_openpt (O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    return self->main.fd >= 0 && grantpt (self->main.fd) == 0 && unlockpt (self->main.fd) == 0
           && ptsname_r (self->main.fd, name, name_size) == 0 && prepare_slave (name);
}

/* Another board may have taken its place. */
static void
remove_link (const struct vb_port *self)
{
    char name[64], target[sizeof name];
    ssize_t n = readlink (self->link, target, sizeof target);

    if (ptsname_r (self->main.fd, name, sizeof name) == 0 && n == (ssize_t) strlen (name)
        && memcmp (target, name, (size_t) n) == 0)
        unlink (self->link);
}

static void
unplug_pty (struct vb_port *self)
{
    if (self->main.fd >= 0)
        remove_link (self);
    forget_opening (self);
    vb_loop_close (self->loop, &self->main);
    self->has_host = false;
}

static bool
plug_pty (struct vb_port *self)
{
    char name[64];
    int saved;

    if (open_pty (self, name, sizeof name) && watch_opening (self, name) && watch_master (self)
        && put_link (name, self->link))
        return true;
    saved = errno;
    forget_opening (self);
    vb_loop_close (self->loop, &self->main);
    errno = saved;
    return false;
}

static size_t
read_pty (struct vb_port *self, uint8_t *out, size_t capacity)
{
    ssize_t n;

    n = read (self->main.fd, out, capacity);
    if (n > 0)
        return (size_t) n;
    self->readable = false;
    return 0;
}

static size_t
write_pty (struct vb_port *self, const uint8_t *bytes, size_t len)
{
    ssize_t n;

    /* nobody listens: as with a real adapter the bytes are gone */
    if (!self->has_host)
        return len;
    n = write (self->main.fd, bytes, len);
    if (n >= 0)
        return (size_t) n;
    self->writable = false;
    return 0;
}

static uint32_t
baud_pty (struct vb_port *self)
{
    struct terminal2 terminal;

    if (ioctl (self->main.fd, GET_TERMINAL2, &terminal) != 0)
        return 0;
    return terminal.output_baud;
}

static const struct vb_port_class pty_class = {
    .plug = plug_pty,
    .unplug = unplug_pty,
    .read = read_pty,
    .write = write_pty,
    .baud = baud_pty,
};

static bool
absolute_path (const char *path, char *out, size_t out_size)
{
    char folder[VB_PATH_MAX];
    const char *slash = strrchr (path, '/');
    char resolved[PATH_MAX];
    size_t len = slash == NULL ? 0 : (size_t) (slash - path);

    if (len >= sizeof folder) {
        errno = ENAMETOOLONG;
        return false;
    }
    snprintf (folder, sizeof folder, "%.*s", (int) len, path);
    if (realpath (slash == NULL ? "." : len == 0 ? "/" : folder, resolved) == NULL)
        return false;
    errno = ENAMETOOLONG;
    return (size_t) snprintf (out, out_size, "%s/%s", strcmp (resolved, "/") == 0 ? "" : resolved,
                              slash == NULL ? path : slash + 1)
           < out_size;
}

bool
vb_port_init_pty (struct vb_port *self,
                  struct vb_loop *loop,
                  const char *link,
                  const struct vb_port_events *events)
{
    memset (self, 0, sizeof *self);
    self->class = &pty_class;
    self->loop = loop;
    self->events = *events;
    self->main.fd = self->client.fd = self->opening = -1;
    if (!absolute_path (link, self->link, sizeof self->link))
        return false;
    memcpy (self->address, self->link, sizeof self->address);
    return true;
}
