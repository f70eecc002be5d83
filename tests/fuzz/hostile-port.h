/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-port.h"
#include "fw-fake.h"

G_BEGIN_DECLS

/* A port to a board in memory that behaves as boards do, except where a script says otherwise.
 * Time is a variable: what waits costs none, and the clock that the driver looks at is this one
 * (the linker puts it in the place of g_get_monotonic_time()).
 *
 * The script is entries of four bytes: kind, count, a, b. Kinds below 16 wait for @count replies
 * (128 and above: 16 times the rest) and then do to the next one what is said in hostile-port.c;
 * kinds from 16 on do the same with requests. One entry follows the other; behind the last one
 * the board is as good as any.
 * Memory: grows with what the board says unasked and nobody reads; the board's time limits that.
 * Threads: one. */

/* What the script has done so far that no board does by itself. */
typedef enum {
    HOSTILE_NOTHING = 0,
    HOSTILE_REQUESTS = 1 << 0, /* the board was told something else than the driver said */
    HOSTILE_REPLIES = 1 << 1,
    HOSTILE_CANCEL = 1 << 2,
} HostileDeeds;

typedef enum {
    HOSTILE_LINES,   /* DTR, RTS and a rate */
    HOSTILE_BARE,    /* bytes only */
    HOSTILE_UNWIRED, /* DTR and RTS of an adapter that go nowhere, and a rate */
} HostileWiring;

/**
 * hostile_port_open:
 * @board: (transfer none): without power
 * @wiring: what the port can do
 * @script: (transfer none): lives as long as the port
 * @len: of @script
 * @cancellable: (transfer none): for entries that cancel
 *
 * Returns: (transfer full): an open port
 */
BwPort *hostile_port_open (struct fake *board,
                           HostileWiring wiring,
                           const uint8_t *script,
                           size_t len,
                           GCancellable *cancellable);

/**
 * HostileMeddle:
 * @user_data: of hostile_port_open_meddled()
 * @is_request: a frame to the board, else from it
 * @frame: what it says
 * @len: of @frame
 * @wire: the bytes on the line, delimiters and all; may be changed
 *
 * Sees every frame.
 *
 * Returns: milliseconds by which it is late
 */
typedef uint32_t (*HostileMeddle) (gpointer user_data,
                                   gboolean is_request,
                                   const uint8_t *frame,
                                   size_t len,
                                   GByteArray *wire);

/**
 * hostile_port_open_meddled:
 * @board: (transfer none): without power
 * @wiring: what the port can do
 * @meddle: (scope notified): does with the frames what it wants
 * @user_data: for @meddle
 *
 * Returns: (transfer full): an open port
 */
BwPort *hostile_port_open_meddled (struct fake *board,
                                   HostileWiring wiring,
                                   HostileMeddle meddle,
                                   gpointer user_data);

/**
 * hostile_port_get_deeds:
 * @port: a port of hostile_port_open()
 *
 * Returns: what has been done to the conversation
 */
HostileDeeds hostile_port_get_deeds (BwPort *port);

/**
 * hostile_clock_us:
 *
 * Returns: the time of the board opened last
 */
int64_t hostile_clock_us (void);

G_END_DECLS
