/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "vb-loop.h"
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* A unix socket that takes lines of text and answers each with one line. Threads: one. */

#define VB_CONTROL_CLIENTS 8
#define VB_CONTROL_LINE 512
#define VB_CONTROL_REPLY 8192
#define VB_CONTROL_PATH 512

struct vb_control;

struct vb_control_client {
    struct vb_watch watch;
    struct vb_control *control;
    char line[VB_CONTROL_LINE];
    size_t line_len;
    bool too_long;
};

struct vb_control {
    struct vb_loop *loop;
    struct vb_watch listener;
    struct vb_control_client clients[VB_CONTROL_CLIENTS];
    char path[VB_CONTROL_PATH];
    dev_t device; /* of the socket's file, so that nothing else is removed */
    ino_t inode;
    /* what a client gets before it has said anything, into @reply; (nullable) */
    void (*greet) (void *user, char *reply, size_t size);
    /* the answer to @line, into @reply, without line end */
    void (*command) (void *user, const char *line, char *reply, size_t size);
    void *user;
};

/**
 * vb_control_init:
 * @self: (out): closed
 */
void vb_control_init (struct vb_control *self);

/**
 * vb_control_open:
 * @self: closed; greet, command and user are set
 * @loop: borrowed
 * @path: of the socket, mode 0600; an old socket there is replaced, anything else is not
 *
 * Returns: false with errno set
 */
bool vb_control_open (struct vb_control *self, struct vb_loop *loop, const char *path);

/**
 * vb_control_adopt:
 * @self: what the connection belongs to; loop, greet, command and user are set
 * @client: one of its own, not connected
 * @fd: (transfer full): the connection
 *
 * Greets and serves it: what accepting one comes to.
 */
void vb_control_adopt (struct vb_control *self, struct vb_control_client *client, int fd);

/**
 * vb_control_close:
 * @self: closes every connection, removes the socket unless another one has taken its place; a
 *   closed one is left alone
 */
void vb_control_close (struct vb_control *self);
