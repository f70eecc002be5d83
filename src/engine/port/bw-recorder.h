/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>
#include <stdint.h>

#include "bw-port.h"

G_BEGIN_DECLS

/* Keeps a conversation as text that bw-port-replay.h can play. What was written is kept as length
 * and CRC-32 only, what a mask covers as what stands in for it. Writes that got the same answer
 * become one entry with a count, entries that come again become one line, and all is packed, so that
 * a session of many thousand blocks stays small; when there is too much all the same, the oldest
 * entries go.
 * Threads: one recorder belongs to one thread.
 *
 * The form, packed with gzip, one entry a line, ASCII:
 *
 *     boardwalk-recording 4
 *     port 303a:1001 local lines atomic baud     USB ids and abilities
 *     cut                                        only if older entries were dropped
 *     baud N [Failure]                           a rate was set (or could not be)
 *     lines DR [Failure]                         two digits 0 or 1: DTR, RTS
 *     break 0|1 [Failure]
 *     reopen [303a:0002] [Failure]               it came back, as another USB device if named, or
 *                                                was waited for in vain
 *     x COUNT BYTES CRC32 ITEM…                  COUNT writes, and what followed each one; BYTES in
 *                                                all and CRC32 over all writes since the last x
 *     w COUNT ITEM…                              writes that the next x sums up
 *     - ITEM…                                    what came without a write before it
 *     again DISTANCE COUNT                       COUNT entries, each like the one DISTANCE before it
 *     end                                        last line
 *
 * Items: R<hex> bytes read · Z<n> n bytes read that are zero · M the mask was another from here on ·
 * T<n> a read ended n times with its deadline · D input was discarded · F<cause>:<evidence> a read
 * failed · E… the write itself failed. Evidence is percent-escaped. The first
 * writes of a session are all summed up one by one, later ones many at a time. Version 2 had no w,
 * again and M, and no mask gave back what it had taken away; version 1 had no Z besides, and was not
 * packed. Up to version 3 nobody took down as what a device came back. */

/* One recording never gets longer than this many bytes, packed. */
#define BW_RECORDER_MAX_BYTES ((size_t) 64 * 1024)

typedef struct BwRecorder BwRecorder;

/* What failed, for bw_recorder_add_failure(). */
typedef enum {
    BW_RECORDER_READ = 'F',
    BW_RECORDER_WRITE = 'E',
} BwRecorderFailure;

/**
 * bw_recorder_new:
 * @port_line: (nullable): USB ids and abilities, as in the form above, without "port "
 *
 * Returns: (transfer full): an empty recorder.
 */
BwRecorder *bw_recorder_new (const char *port_line);

/**
 * bw_recorder_free:
 * @self: (nullable): a recorder
 */
void bw_recorder_free (BwRecorder *self);

/**
 * bw_recorder_set_mask:
 * @self: a recorder
 * @mask: (nullable): what is asked about bytes read from here on, as bw_port_set_mask()
 * @data: for @mask
 */
void bw_recorder_set_mask (BwRecorder *self, BwPortMask mask, gpointer data);

/**
 * bw_recorder_add_write:
 * @self: a recorder
 * @buf: bytes written
 * @len: how many
 */
void bw_recorder_add_write (BwRecorder *self, const void *buf, size_t len);

/**
 * bw_recorder_add_read:
 * @self: a recorder
 * @buf: bytes that arrived
 * @len: how many
 */
void bw_recorder_add_read (BwRecorder *self, const void *buf, size_t len);

/**
 * bw_recorder_add_deadline:
 * @self: a recorder
 *
 * A read ended without bytes.
 */
void bw_recorder_add_deadline (BwRecorder *self);

/**
 * bw_recorder_add_discard:
 * @self: a recorder
 *
 * Input was thrown away.
 */
void bw_recorder_add_discard (BwRecorder *self);

/**
 * bw_recorder_add_failure:
 * @self: a recorder
 * @what: what failed; a failed write is added as a write first
 * @error: why
 */
void bw_recorder_add_failure (BwRecorder *self, BwRecorderFailure what, const GError *error);

/**
 * bw_recorder_add_baud:
 * @self: a recorder
 * @baud: the rate that was asked for
 * @error: (nullable): why it could not be set
 */
void bw_recorder_add_baud (BwRecorder *self, uint32_t baud, const GError *error);

/**
 * bw_recorder_add_lines:
 * @self: a recorder
 * @lines: the lines that were asked for
 * @error: (nullable): why they could not be set
 */
void bw_recorder_add_lines (BwRecorder *self, BwPortLines lines, const GError *error);

/**
 * bw_recorder_add_break:
 * @self: a recorder
 * @is_on: what was asked for
 * @error: (nullable): why it could not be set
 */
void bw_recorder_add_break (BwRecorder *self, gboolean is_on, const GError *error);

/**
 * bw_recorder_add_reopen:
 * @self: a recorder
 * @vendor: USB vendor id, where the device came back as another one; else 0
 * @product: its product id; else 0
 * @error: (nullable): why it could not be opened
 *
 * The port was closed and opened again, or should have been.
 */
void
bw_recorder_add_reopen (BwRecorder *self, uint16_t vendor, uint16_t product, const GError *error);

/**
 * bw_recorder_dup_recording:
 * @self: a recorder
 *
 * Returns: (transfer full): the recording, packed, at most %BW_RECORDER_MAX_BYTES.
 */
GBytes *bw_recorder_dup_recording (BwRecorder *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwRecorder, bw_recorder_free)

G_END_DECLS
