/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "fw-board.h"
#include "fw-line.h"
#include "fw-meter.h"
#include "vb-control.h"
#include "vb-flash.h"
#include "vb-ops.h"
#include "vb-options.h"
#include "vb-port.h"
#include <stdbool.h>

/* One virtual board of the program: the core's board on its line, joined to a port, with its
 * control sockets. Threads: one. */

struct vb_board {
    struct vb_loop *loop;
    struct fw_board board;
    struct fw_line line;
    struct fw_meter meter;
    struct fw_faults faults;
    struct vb_flash flash;
    struct vb_ops ops;
    struct vb_port port;
    struct vb_control control;           /* LINK.ctl, or --control */
    struct vb_control registry;          /* where stations look; closed while unplugged */
    char registry_path[VB_CONTROL_PATH]; /* empty: stations do not look */
    char name[80];
    uint8_t out[4096]; /* on its way to a host that does not read fast enough */
    size_t out_len;
    bool plugged;
    bool woken;
    uint64_t replug_at;
    uint64_t due;
    uint64_t last_traffic;
};

/**
 * vb_board_init:
 * @self: (out): an unplugged board
 * @options: the command line
 * @index: of this board, from 0
 * @loop: borrowed
 * @error: (out): a sentence about what went wrong
 * @error_size: room for it
 *
 * Returns: false with @error set; @self may be cleared all the same
 */
bool vb_board_init (struct vb_board *self,
                    const struct vb_options *options,
                    unsigned index,
                    struct vb_loop *loop,
                    char *error,
                    size_t error_size);

/**
 * vb_board_start:
 * @self: an initialised board
 * @options: the command line
 * @index: of this board
 * @folder: (nullable): where stations look for it
 * @error: (out): a sentence about what went wrong
 * @error_size: room for it
 *
 * Plugs it in and opens its sockets.
 *
 * Returns: false with @error set
 */
bool vb_board_start (struct vb_board *self,
                     const struct vb_options *options,
                     unsigned index,
                     const char *folder,
                     char *error,
                     size_t error_size);

/**
 * vb_board_clear:
 * @self: is unplugged and everything of it given back
 */
void vb_board_clear (struct vb_board *self);

/**
 * vb_board_tick:
 * @self: the board
 * @now: present time
 *
 * Does what is due and sets when it wants to be called again.
 */
void vb_board_tick (struct vb_board *self, uint64_t now);

/**
 * vb_board_plug:
 * @self: the board
 * @now: present time
 * @on: plugs it in or pulls the cable
 *
 * Returns: false with errno set when it cannot be made reachable
 */
bool vb_board_plug (struct vb_board *self, uint64_t now, bool on);

/**
 * vb_board_command:
 * @user: a struct vb_board
 * @line: of a control socket; see --help
 * @reply: (out): "ok…" or "error…"
 * @size: room for it
 */
void vb_board_command (void *user, const char *line, char *reply, size_t size);

/**
 * vb_board_introduce:
 * @user: a struct vb_board
 * @reply: (out): what stations are told about it, one JSON object
 * @size: room for it
 */
void vb_board_introduce (void *user, char *reply, size_t size);

/**
 * vb_board_stats:
 * @self: the board
 * @out: (out): its counters, one JSON object
 * @size: room for it
 */
void vb_board_stats (const struct vb_board *self, char *out, size_t size);
