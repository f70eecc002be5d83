/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-driver.h"
#include "fw-fake.h"

G_BEGIN_DECLS

/* A conversation of the driver with a board in memory: what board it is, what is in its flash and
 * what is done with it; and afterwards, whether what was said of it is so. There is one board, one
 * firmware of two parts, and nothing is remembered of a line. Threads: one. */

enum scene_work {
    SCENE_WRITE,
    SCENE_VERIFY,
    SCENE_READ,
    SCENE_ERASE,
    SCENE_INFO,
};

/* What the flash holds before. */
enum scene_flash {
    SCENE_BLANK,
    SCENE_SAME,   /* the firmware */
    SCENE_NEARLY, /* the firmware, but for a byte */
    SCENE_OTHER,  /* another one */
};

struct scene {
    const char *chip;
    enum scene_work work;
    enum fw_usb usb;
    enum fw_generation generation;
    gboolean has_stub;
    BwWriteOptions write;
    enum scene_flash before;
};

/* What one conversation came to, and what was said on the way. */
struct scene_outcome {
    gboolean is_good;
    gboolean has_changed;
    gboolean is_verified;
    BwCause cause;     /* of a failure */
    BwBoardInfo *info; /* (nullable): what the board is */
    GString *told;
    GByteArray *read;
};

/**
 * scene_stage:
 * @scene: what is to be played
 *
 * Returns: (transfer none): the board, without power
 */
struct fake *scene_stage (const struct scene *scene);

/**
 * scene_talk:
 * @port: open, to the board that was staged last or to a recording of it
 * @scene: what is played
 * @outcome: begun and empty
 * @cancellable: ends it
 *
 * Connects, identifies, does the work. A failure without a name ends the test.
 */
void scene_talk (BwPort *port,
                 const struct scene *scene,
                 struct scene_outcome *outcome,
                 GCancellable *cancellable);

/**
 * scene_outcome_begin:
 *
 * Returns: nothing has happened yet; scene_outcome_end()
 */
struct scene_outcome scene_outcome_begin (void);

/**
 * scene_outcome_end:
 * @outcome: not needed any more
 */
void scene_outcome_end (struct scene_outcome *outcome);

/**
 * scene_is_good:
 * @scene: what was played
 * @outcome: that ended well
 *
 * Returns: whether flash, and what was read of it, are as they have to be then
 */
gboolean scene_is_good (const struct scene *scene, const struct scene_outcome *outcome);

/**
 * scene_is_rest_kept:
 * @scene: what was played
 * @outcome: of it
 *
 * Returns: whether the flash has changed only where the work is, and the driver says so
 */
gboolean scene_is_rest_kept (const struct scene *scene, const struct scene_outcome *outcome);

/**
 * scene_check_replay:
 * @port: of the conversation
 * @scene: what was played
 * @outcome: of it
 * @cancellable: of it
 *
 * The recording, played to the same driver, comes to the same in the same words, or the test ends.
 */
void scene_check_replay (BwPort *port,
                         const struct scene *scene,
                         const struct scene_outcome *outcome,
                         GCancellable *cancellable);

G_END_DECLS
