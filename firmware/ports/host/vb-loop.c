/* SPDX-License-Identifier: Apache-2.0 */
#include "vb-loop.h"
#include <errno.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#define EVENTS_AT_ONCE 64
#define SECOND 1000000000ull
#define REST (SECOND / 10)

uint64_t
vb_now (void)
{
    struct timespec now;

    clock_gettime (CLOCK_MONOTONIC, &now);
    return (uint64_t) now.tv_sec * SECOND + (uint64_t) now.tv_nsec;
}

bool
vb_loop_init (struct vb_loop *self, uint64_t (*tick) (void *user, uint64_t now), void *user)
{
    self->epoll = epoll_create1 (EPOLL_CLOEXEC);
    self->stop = false;
    self->tick = tick;
    self->user = user;
    self->resting = NULL;
    self->rest_end = UINT64_MAX;
    return self->epoll >= 0;
}

bool
vb_loop_add (struct vb_loop *self, struct vb_watch *watch, uint32_t events)
{
    struct epoll_event event = { .events = events, .data.ptr = watch };

    watch->events = events;
    return epoll_ctl (self->epoll, EPOLL_CTL_ADD, watch->fd, &event) == 0;
}

static void
listen_for (struct vb_loop *self, struct vb_watch *watch, uint32_t events)
{
    struct epoll_event event = { .events = events, .data.ptr = watch };

    epoll_ctl (self->epoll, EPOLL_CTL_MOD, watch->fd, &event);
}

static void
forget_resting (struct vb_loop *self, const struct vb_watch *watch)
{
    struct vb_watch **at = &self->resting;

    while (*at != NULL && *at != watch)
        at = &(*at)->next_resting;
    if (*at != NULL)
        *at = watch->next_resting;
}

void
vb_loop_rest (struct vb_loop *self, struct vb_watch *watch)
{
    forget_resting (self, watch);
    if (self->resting == NULL)
        self->rest_end = vb_now () + REST;
    watch->next_resting = self->resting;
    self->resting = watch;
    listen_for (self, watch, 0);
}

static void
wake_rested (struct vb_loop *self)
{
    if (self->resting == NULL || vb_now () < self->rest_end)
        return;
    for (struct vb_watch *watch = self->resting; watch != NULL; watch = watch->next_resting)
        listen_for (self, watch, watch->events);
    self->resting = NULL;
    self->rest_end = UINT64_MAX;
}

void
vb_loop_close (struct vb_loop *self, struct vb_watch *watch)
{
    if (watch->fd < 0)
        return;
    forget_resting (self, watch);
    epoll_ctl (self->epoll, EPOLL_CTL_DEL, watch->fd, NULL);
    close (watch->fd);
    watch->fd = -1;
}

static int
wait_until (struct vb_loop *self, uint64_t when, struct epoll_event *events)
{
    uint64_t now = vb_now (), left = when > now ? when - now : 0;
    struct timespec timeout = { .tv_sec = (time_t) (left / SECOND),
                                .tv_nsec = (long) (left % SECOND) };

    return epoll_pwait2 (self->epoll, events, EVENTS_AT_ONCE, when == UINT64_MAX ? NULL : &timeout,
                         NULL);
}

/* A handler may close the watch of a later event of the same batch: its fd is -1 then. The
 * watches themselves live as long as their boards. */
static void
dispatch (const struct epoll_event *events, int count)
{
    for (int i = 0; i < count; i++) {
        struct vb_watch *watch = events[i].data.ptr;

        if (watch->fd >= 0)
            watch->ready (watch->user, events[i].events);
    }
}

bool
vb_loop_run (struct vb_loop *self)
{
    struct epoll_event events[EVENTS_AT_ONCE];

    while (!self->stop) {
        uint64_t due = self->tick (self->user, vb_now ());
        int n = wait_until (self, due < self->rest_end ? due : self->rest_end, events);

        if (n < 0 && errno != EINTR)
            return false;
        dispatch (events, n);
        wake_rested (self);
    }
    return true;
}
