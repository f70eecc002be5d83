/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* One loop for all boards of the program: descriptors by epoll, times by whoever is asked before
 * every wait. Threads: the only one of the program. */

/**
 * vb_watch_func:
 * @user: as given to vb_watch
 * @events: EPOLL* bits
 */
typedef void (*vb_watch_func) (void *user, uint32_t events);

/* Embedded in its owner, which outlives it. A watch with fd -1 is not in the loop. Its last two
 * fields are the loop's. */
struct vb_watch {
    int fd;
    vb_watch_func ready;
    void *user;
    uint32_t events;
    struct vb_watch *next_resting;
};

struct vb_loop {
    int epoll;
    bool stop;
    /* called before every wait with the present time: does what is due, returns when next */
    uint64_t (*tick) (void *user, uint64_t now);
    void *user;
    /* watches that are left alone for a while, and until when */
    struct vb_watch *resting;
    uint64_t rest_end;
};

/**
 * vb_now:
 *
 * Returns: nanoseconds of the monotonic clock
 */
uint64_t vb_now (void);

/**
 * vb_loop_init:
 * @self: (out): the loop
 * @tick: see struct vb_loop
 * @user: for @tick
 *
 * Returns: false with errno set
 */
bool vb_loop_init (struct vb_loop *self, uint64_t (*tick) (void *user, uint64_t now), void *user);

/**
 * vb_loop_add:
 * @self: the loop
 * @watch: what to watch; its fields are set by the caller
 * @events: EPOLL* bits
 *
 * Returns: false with errno set
 */
bool vb_loop_add (struct vb_loop *self, struct vb_watch *watch, uint32_t events);

/**
 * vb_loop_rest:
 * @self: the loop
 * @watch: in the loop; is looked at again some 100 ms later
 *
 * For what cannot be taken now and would stay ready: a connection when descriptors have run out.
 */
void vb_loop_rest (struct vb_loop *self, struct vb_watch *watch);

/**
 * vb_loop_close:
 * @self: the loop
 * @watch: is taken out, its descriptor closed; one with fd -1 is left alone
 */
void vb_loop_close (struct vb_loop *self, struct vb_watch *watch);

/**
 * vb_loop_run:
 * @self: the loop
 *
 * Runs until @stop is set.
 *
 * Returns: false with errno set when waiting itself fails
 */
bool vb_loop_run (struct vb_loop *self);
