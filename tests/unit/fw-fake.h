/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fw-board.h"
#include "fw-loader.h"
#include <glib.h>
#include <zlib.h>

G_BEGIN_DECLS

/* A board of the firmware's core for tests: flash in memory, a clock that is a variable, and what
 * the board sends in an array. Every failure ends the test. */

struct fake {
    struct fw_board board;
    struct fw_faults faults;
    guint8 *flash;
    guint8 *scratch;
    z_stream stream;
    gboolean streaming;
    guint64 now;
    guint64 last_sent; /* when the last byte was to leave */
    GByteArray *out;   /* sent and not taken yet */
};

/**
 * fake_new:
 * @chip: key of a chip
 * @takes_time: whether the board's work takes its time
 *
 * Returns: (transfer full): a blank board without power
 */
struct fake *fake_new (const char *chip, gboolean takes_time);

/**
 * fake_renew:
 * @self: a board
 * @chip: key of a chip
 * @takes_time: as fake_new()
 *
 * The board becomes a new one without power; its flash stays as it is.
 */
void fake_renew (struct fake *self, const char *chip, gboolean takes_time);

/**
 * fake_free:
 * @self: (nullable): a board
 */
void fake_free (struct fake *self);

/**
 * fake_start:
 * @self: a board without power
 * @download: whether its boot button is held
 *
 * Gives it power, waits until its loader listens and forgets what it has printed.
 */
void fake_start (struct fake *self, gboolean download);

/**
 * fake_wait:
 * @self: a board
 * @time: nanoseconds that pass
 */
void fake_wait (struct fake *self, guint64 time);

/**
 * fake_send:
 * @self: a board
 * @payload: of one frame
 * @len: its length
 */
void fake_send (struct fake *self, const guint8 *payload, gsize len);

/**
 * fake_request:
 * @self: a board
 * @packet: a request of the host
 */
void fake_request (struct fake *self, const struct bwp_esp_packet *packet);

/**
 * fake_frame:
 * @self: a board
 *
 * Returns: (transfer full) (nullable): payload of the next frame it has sent; text before it is
 * skipped
 */
GByteArray *fake_frame (struct fake *self);

/**
 * fake_text:
 * @self: a board
 *
 * Returns: (transfer full): everything it has sent, as text
 */
char *fake_text (struct fake *self);

/**
 * fake_expect:
 * @self: a board
 * @peer: who answers
 * @op: of the expected answer
 * @status: of the expected answer
 *
 * Takes one frame and compares it.
 */
void fake_expect (struct fake *self, enum bwp_esp_peer peer, guint8 op, guint16 status);

/**
 * fake_sync:
 * @self: a board whose loader listens
 * @copies: answers it must give
 */
void fake_sync (struct fake *self, guint copies);

/**
 * fake_attach:
 * @self: a board whose ROM is in sync
 *
 * Connects its flash, in the way its ROM has for that.
 */
void fake_attach (struct fake *self);

/**
 * fake_upload_stub:
 * @self: a board whose ROM is in sync
 * @generation: 1 or 2
 *
 * Uploads a few bytes as a stub and takes its greeting.
 */
void fake_upload_stub (struct fake *self, enum fw_generation generation);

G_END_DECLS
