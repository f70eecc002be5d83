/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "fw-fault.h"
#include "fw-ops.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The serial line between a board and its host: bytes take the time the baud rate gives them, are
 * garbled when the two ends disagree about it, and suffer the faults the board was told to have.
 * It is a queue in virtual time: every byte carries the moment at which it arrives, so a port that
 * wakes up late changes when the host sees something, not when it happened.
 * Memory: all in the structure. Threads: one. */

#define FW_LINE_RX 8192
#define FW_LINE_TX 163840 /* ten escaped packets of READ_FLASH */
#define FW_LINE_MARKS 512
#define FW_LINE_TICK (4 * FW_MS) /* bulk data is handed over in pieces of that length */

/* What stands at the board's end. */
struct fw_line_device {
    /* @bytes have arrived; the last one at @now */
    void (*receive) (void *user, uint64_t now, const uint8_t *bytes, size_t len);
    /* the next moment at which the board does something by itself */
    uint64_t (*next) (void *user);
    /* that moment has come */
    void (*step) (void *user, uint64_t now);
    /* the rate of the board's UART: at which it sends when @host_baud is 0, else at which it hears
     * a host of that rate, which is the same except while the board measures it */
    uint32_t (*baud) (void *user, uint32_t host_baud);
    /* a fault restarts the chip */
    void (*reset) (void *user, uint64_t now);
    void *user;
};

struct fw_line_mark {
    uint32_t len;
    uint32_t byte_ns;
    uint64_t start;   /* first bit leaves the board */
    uint64_t release; /* the adapter hands the whole piece on, not before */
};

struct fw_line_counts {
    uint64_t bytes_in;  /* towards the board */
    uint64_t bytes_out; /* towards the host */
    uint64_t lost;      /* no room: nobody read them */
};

struct fw_line {
    struct fw_line_device device;
    struct fw_faults *faults;
    bool paced;
    uint32_t host_baud; /* 0: unknown, taken to be right */
    uint64_t latency;   /* nanoseconds a short reply is held by the adapter */
    bool reset_due;     /* a fault restarts the chip as soon as it is safe */
    bool unplugged;     /* a fault pulled the cable; the port looks, acts, clears it */
    struct fw_line_counts counts;

    uint8_t rx[FW_LINE_RX];
    size_t rx_len;
    uint64_t rx_time; /* when the first byte of rx starts */

    uint8_t tx[FW_LINE_TX];
    size_t tx_head, tx_len;
    struct fw_line_mark marks[FW_LINE_MARKS];
    unsigned mark_head, mark_count;
    uint64_t tx_free; /* when the last byte has left the board */
};

/**
 * fw_line_init:
 * @self: (out): an idle line
 * @device: the board's end; copied, its user borrowed
 * @faults: borrowed
 * @paced: whether bytes take time
 * @latency_ms: how long the adapter holds less than a full packet
 */
void fw_line_init (struct fw_line *self,
                   const struct fw_line_device *device,
                   struct fw_faults *faults,
                   bool paced,
                   uint32_t latency_ms);

/**
 * fw_line_set_host_baud:
 * @self: the line
 * @baud: what the host has set, 0 when nobody knows
 */
void fw_line_set_host_baud (struct fw_line *self, uint32_t baud);

/**
 * fw_line_room:
 * @self: the line
 * @now: present time
 *
 * Returns: how many bytes of the host may be put now; 0 while the line is as far ahead as it may
 */
size_t fw_line_room (const struct fw_line *self, uint64_t now);

/**
 * fw_line_put:
 * @self: the line
 * @now: present time
 * @bytes: what the host sent
 * @len: at most fw_line_room()
 */
void fw_line_put (struct fw_line *self, uint64_t now, const uint8_t *bytes, size_t len);

/**
 * fw_line_run:
 * @self: the line
 * @now: present time
 *
 * Lets everything happen that is due, in its order and at its own time.
 */
void fw_line_run (struct fw_line *self, uint64_t now);

/**
 * fw_line_take:
 * @self: the line
 * @now: present time
 * @out: for what has reached the host by now
 * @capacity: size of @out
 *
 * Returns: bytes written; call again until it gives 0
 */
size_t fw_line_take (struct fw_line *self, uint64_t now, uint8_t *out, size_t capacity);

/**
 * fw_line_next:
 * @self: the line
 * @host_reads: whether fw_line_take() counts; false while the host takes nothing
 *
 * Returns: when fw_line_run() or fw_line_take() has something to do; %FW_NEVER
 */
uint64_t fw_line_next (const struct fw_line *self, bool host_reads);

/**
 * fw_line_send:
 * @self: the line
 * @when: not before this; the board's side
 * @bytes: what the board sends
 * @len: how many
 *
 * Returns: when the last bit has left the board
 */
uint64_t fw_line_send (struct fw_line *self, uint64_t when, const uint8_t *bytes, size_t len);

/**
 * fw_line_cut:
 * @self: the line
 * @when: the chip stops; what it has not sent by then is lost
 */
void fw_line_cut (struct fw_line *self, uint64_t when);

/**
 * fw_line_purge:
 * @self: the line
 * @now: present time
 *
 * The host went away or the cable was pulled: nothing is under way any more.
 */
void fw_line_purge (struct fw_line *self, uint64_t now);
