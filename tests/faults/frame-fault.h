/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hostile-port.h"

G_BEGIN_DECLS

/* One fault at one frame of a conversation: bytes of it damaged on the line (FS3), or its order and
 * time (FS4). The conversation up to there is the same each time, so that the frame is known by its
 * number. Threads: one. */

/* Where in a frame. */
enum frame_field {
    FIELD_BEGIN, /* its first delimiter */
    FIELD_DIRECTION,
    FIELD_COMMAND,
    FIELD_SIZE,
    FIELD_VALUE, /* checksum of a request, value of a reply */
    FIELD_DATA,
    FIELD_STATUS,
    FIELD_END, /* its last delimiter */
    FIELD_WHOLE,
};

enum frame_damage {
    DAMAGE_FLIP_LOW,
    DAMAGE_FLIP_MIDDLE,
    DAMAGE_FLIP_HIGH,
    DAMAGE_DROP,
    DAMAGE_DOUBLE,
    DAMAGE_BURST,
    DAMAGE_NEVER,       /* the frame does not come */
    DAMAGE_TWICE,       /* it comes twice */
    DAMAGE_OLD,         /* the frame before it comes in its place */
    DAMAGE_OLD_LIKE_IT, /* the last reply to a request of that kind does */
    DAMAGE_OLD_FIRST,   /* the frame before it comes once more in front of it */
    DAMAGE_LATE,
};

struct frame_fault {
    unsigned at; /* number of the frame, both ways */
    enum frame_field field;
    size_t place; /* in what the frame says; without meaning for delimiters and the whole */
    enum frame_damage damage;
    uint32_t late_ms;
};

/* One frame of a conversation that nobody disturbs. */
struct sighting {
    gboolean is_request;
    const char *kind; /* name of the request, or what else it is */
    size_t len;
    gboolean is_plain; /* a request or reply, with all of its fields */
};

/* Who does it. */
struct meddler {
    const struct frame_fault *fault; /* (nullable) */
    GArray *seen;                    /* (nullable): of struct sighting, to be filled */
    unsigned count;                  /* of frames */
    uint64_t bytes;                  /* on the line */
    gboolean is_stream;              /* content of the flash comes, and is acknowledged */
    GByteArray *last;                /* (owned): from the board, as it was on the line */
    GByteArray *last_like[256];      /* (owned): by request */
};

/**
 * meddler_meddle:
 * @meddler: a struct meddler, zero at first
 *
 * See #HostileMeddle.
 */
uint32_t meddler_meddle (gpointer meddler,
                         gboolean is_request,
                         const uint8_t *frame,
                         size_t len,
                         GByteArray *wire);

/**
 * meddler_clear:
 * @self: not needed any more, and zero afterwards
 */
void meddler_clear (struct meddler *self);

/**
 * frame_faults_add:
 * @faults: (element-type struct frame_fault): where they are added
 * @sighting: a frame
 * @at: its number
 *
 * Adds all that can happen to that frame: each of its fields with each damage, and for all of it
 * what a loader may do with its answers.
 */
void frame_faults_add (GArray *faults, const struct sighting *sighting, unsigned at);

/**
 * frame_fault_dup_text:
 * @fault: a fault
 *
 * Returns: (transfer full): it in words
 */
char *frame_fault_dup_text (const struct frame_fault *fault);

G_END_DECLS
