/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-port.h"

G_BEGIN_DECLS

/* Which rate worked through which adapter at which place, kept in a small file of the user's state
 * folder. It is a hint and nothing else: a damaged or unwritable file is ignored with a warning.
 * Threads: any; one lock inside. Blocks on the disk for a few kilobytes, never on the main thread.
 * Limits: %BW_BAUD_MEMORY_MAX places, the oldest go. */

#define BW_BAUD_MEMORY_MAX 512

/**
 * bw_baud_memory_dup_key:
 * @port: an open port
 *
 * Returns: (transfer full): adapter and place: USB ids and hub path, or the address of a port that
 * is not on this machine's USB
 */
char *bw_baud_memory_dup_key (BwPort *port);

/**
 * bw_baud_memory_get:
 * @key: adapter and place
 * @ret_bad: (nullable): lowest rate that failed there; 0 = none
 *
 * Returns: best rate that worked there; 0 = unknown
 */
unsigned bw_baud_memory_get (const char *key, unsigned *ret_bad);

/**
 * bw_baud_memory_note_good:
 * @key: adapter and place
 * @baud: a rate at which much was sent without an error
 */
void bw_baud_memory_note_good (const char *key, unsigned baud);

/**
 * bw_baud_memory_note_bad:
 * @key: adapter and place
 * @baud: a rate at which the line showed errors
 */
void bw_baud_memory_note_bad (const char *key, unsigned baud);

/**
 * bw_baud_memory_step_down:
 * @baud: a rate
 *
 * Returns: the next lower one worth trying, at least 115200
 */
unsigned bw_baud_memory_step_down (unsigned baud);

/**
 * bw_baud_memory_step_up:
 * @baud: a rate
 *
 * Returns: the next higher one worth trying; @baud itself at the top
 */
unsigned bw_baud_memory_step_up (unsigned baud);

/**
 * bw_baud_memory_choose:
 * @best: as bw_baud_memory_get(); 0 = unknown
 * @bad: as bw_baud_memory_get(); 0 = none
 * @usual: rate for a line nothing is known about
 *
 * Returns: the rate to go to: one step above what worked, below what failed
 */
unsigned bw_baud_memory_choose (unsigned best, unsigned bad, unsigned usual);

G_END_DECLS
