/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "vb-loop.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* How a host reaches a board: a pseudo-terminal, a plain socket, or a socket with line control.
 * A port is plugged or not, and has a host or not. Threads: one. */

#define VB_PATH_MAX 256

/* What the port tells its board. */
struct vb_port_events {
    void (*wake) (void *user); /* there is something to read, or room to write, or a host */
    void (*lines) (void *user, bool dtr, bool rts);
    void (*hold) (void *user, bool on); /* break */
    void *user;
};

struct vb_port;

struct vb_port_class {
    /* makes the port reachable; false with errno set */
    bool (*plug) (struct vb_port *self);
    /* the cable is pulled */
    void (*unplug) (struct vb_port *self);
    /* bytes read, 0 for none at present; never blocks */
    size_t (*read) (struct vb_port *self, uint8_t *out, size_t capacity);
    /* bytes taken, 0 when the host does not read; never blocks */
    size_t (*write) (struct vb_port *self, const uint8_t *bytes, size_t len);
    /* the rate the host has set, 0 when it has no way to say */
    uint32_t (*baud) (struct vb_port *self);
};

struct vb_port {
    const struct vb_port_class *class;
    struct vb_loop *loop;
    struct vb_port_events events;
    char link[VB_PATH_MAX];    /* pty: where the link is put */
    char address[VB_PATH_MAX]; /* as a host names it */
    uint16_t tcp_port;
    struct vb_watch main;   /* pty master, or listening socket */
    struct vb_watch client; /* connected socket */
    int opening;            /* pty: inotify's number of the terminal, -1 for none */
    struct vb_port *next;   /* pty: in the list of those */
    bool has_host;
    bool readable;
    bool writable;
    void *codec; /* RFC 2217 state; owned by the port */
};

/**
 * vb_port_init_pty:
 * @self: (out): an unplugged port
 * @loop: borrowed
 * @link: path of the symbolic link to be made; replaced if it is a link already
 * @events: copied
 *
 * The port's address becomes the absolute path of the link.
 *
 * Returns: false with errno set when the folder of the link does not exist or the path is long
 */
bool vb_port_init_pty (struct vb_port *self,
                       struct vb_loop *loop,
                       const char *link,
                       const struct vb_port_events *events);

/**
 * vb_port_init_tcp:
 * @self: (out): an unplugged port
 * @loop: borrowed
 * @tcp_port: on the loopback address; 0 = any free one
 * @rfc2217: whether the host controls the line over the same socket
 * @events: copied
 *
 * Returns: false with errno set
 */
bool vb_port_init_tcp (struct vb_port *self,
                       struct vb_loop *loop,
                       uint16_t tcp_port,
                       bool rfc2217,
                       const struct vb_port_events *events);

/**
 * vb_port_clear:
 * @self: is unplugged, its memory given back
 */
void vb_port_clear (struct vb_port *self);
