/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "bw-port.h"

G_BEGIN_DECLS

/* Which rate worked through which adapter at which place, kept in a small file of the user's state
 * folder. It is a hint and nothing else: a damaged or unwritable file is ignored with a warning.
 * A rate that failed is left alone for %BW_BAUD_MEMORY_CLEAN_RUNS runs without an error or
 * %BW_BAUD_MEMORY_DAYS days, whichever is over first; twice as long each time it fails again. Rates
 * above 921600 are used where somebody has asked for one there and it worked, never by themselves.
 * Threads: any; one lock inside. Blocks on the disk for a few kilobytes, never on the main thread.
 * Limits: %BW_BAUD_MEMORY_MAX places, the oldest go. */

#define BW_BAUD_MEMORY_MAX 512
#define BW_BAUD_MEMORY_CLEAN_RUNS 5
#define BW_BAUD_MEMORY_DAYS 7

/**
 * bw_baud_memory_dup_key:
 * @port: an open port
 *
 * Returns: (transfer full): adapter and place: USB ids, hub path and interface, or the address of a
 * port that is not on this machine's USB
 */
char *bw_baud_memory_dup_key (BwPort *port);

/**
 * bw_baud_memory_find_place:
 * @sysfs: path of a tty in sysfs
 *
 * Returns: (transfer full) (nullable): the place on the bus: hub path and interface, "1-2.3:1.0"; an
 * adapter with two ports has two of them. %NULL for a tty that is not on USB
 */
char *bw_baud_memory_find_place (const char *sysfs);

/**
 * bw_baud_memory_get:
 * @key: adapter and place
 * @ret_bad: (nullable): lowest rate that failed there and is not tried again yet; 0 = none
 *
 * Returns: best rate that worked there; 0 = unknown
 */
unsigned bw_baud_memory_get (const char *key, unsigned *ret_bad);

/**
 * bw_baud_memory_note_good:
 * @key: adapter and place
 * @baud: a rate at which much was sent without an error; says nothing where a higher one works
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
 * Returns: the rate to go to: one step above what worked, below what failed; above 921600 only what
 * worked there already
 */
unsigned bw_baud_memory_choose (unsigned best, unsigned bad, unsigned usual);

G_END_DECLS
