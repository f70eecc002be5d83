/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-error.h"

#include <stdint.h>

#include "bw-line-again.h"

G_BEGIN_DECLS

/* Reads what bw-recorder.h writes; the form is described there. It may come from anywhere:
 * everything is checked. Threads: a recording does not change and may be shared. */

/* A longer text, unpacked, is refused. */
#define BW_RECORDING_MAX_BYTES ((size_t) 2 * 1024 * 1024)

/* One thing that happened after a write; kind is the letter of the form. */
struct BwRecordingItem {
    char kind;      /* R Z M T D F E */
    GBytes *bytes;  /* R */
    uint32_t count; /* T: how often, Z: how many bytes; 1 or more */
    BwCause cause;  /* F E */
    char *evidence; /* F E */
};

typedef enum {
    BW_RECORDING_EXCHANGE,
    BW_RECORDING_LOOSE,
    BW_RECORDING_BAUD,
    BW_RECORDING_LINES,
    BW_RECORDING_BREAK,
    BW_RECORDING_REOPEN,
    BW_RECORDING_AGAIN, /* in the list only: stands for entries before it */
} BwRecordingKind;

struct BwRecordingEntry {
    BwRecordingKind kind;
    unsigned line;    /* in the text, from 1, for messages */
    uint64_t count;   /* exchange: writes, again: entries; 1 or more */
    gboolean has_sum; /* exchange: of all writes since the last one that has */
    uint64_t bytes;
    uint32_t crc;
    uint32_t value;   /* baud; lines as BwPortLines; break 0 or 1; again: distance, in entries;
                       * reopen: USB vendor << 16 | product, where the device came back as another */
    GPtrArray *items; /* of struct BwRecordingItem; of set-up entries at most one F */
};

typedef struct {
    uint16_t usb_vendor;
    uint16_t usb_product;
    gboolean is_local;
    gboolean has_lines;
    gboolean has_atomic_lines;
    gboolean has_baud;
    gboolean is_cut;     /* the beginning is missing */
    gboolean gives_back; /* masks give back what they took away */
    GPtrArray *entries;  /* of struct BwRecordingEntry */
    uint64_t n_entries;  /* with those that others stand for */
} BwRecording;

/* The entries one after the other, with those that others stand for. Lives no longer than its
 * recording. */
typedef struct {
    const BwRecording *recording;
    unsigned index; /* of the next one in the list */
    uint64_t left;  /* entries that the one before it still stands for */
    unsigned distance;
    const struct BwRecordingEntry *recent[BW_LINE_AGAIN_DISTANCE_MAX]; /* a ring */
    unsigned n_recent;
} BwRecordingCursor;

/**
 * bw_recording_unpack:
 * @packed: a recording, packed or not
 * @error: where to put the reason: %BW_CAUSE_UNREADABLE_FILE
 *
 * Returns: (transfer full) (nullable): its text.
 */
GBytes *bw_recording_unpack (GBytes *packed, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_recording_parse:
 * @packed: a recording, packed or not
 * @error: where to put the reason: %BW_CAUSE_UNREADABLE_FILE
 *
 * Returns: (transfer full) (nullable): the recording.
 */
BwRecording *bw_recording_parse (GBytes *packed, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_recording_free:
 * @self: (nullable): a recording
 */
void bw_recording_free (BwRecording *self);

/**
 * bw_recording_cursor_init:
 * @self: (out): a cursor in front of the first entry
 * @recording: a recording
 */
void bw_recording_cursor_init (BwRecordingCursor *self, const BwRecording *recording);

/**
 * bw_recording_cursor_next:
 * @self: a cursor
 *
 * Returns: (transfer none) (nullable): the next entry, never one that stands for others; %NULL at the
 * end, and where the entries that a cut recording refers to are missing.
 */
const struct BwRecordingEntry *bw_recording_cursor_next (BwRecordingCursor *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwRecording, bw_recording_free)

G_END_DECLS
