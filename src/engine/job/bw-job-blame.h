/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdint.h>

#include "bw-error.h"

G_BEGIN_DECLS

/* What this machine knows of a failure and the conversation does not: who is lost because a hub cut
 * the current needs another remedy than who was unplugged, a port that another program reads as well
 * gives half of what the board says to that one, and of some drivers it is known what goes wrong with
 * them. Threads: the job's. */

typedef struct BwJobBlame BwJobBlame;

/**
 * _bw_job_blame_new:
 * @proc: folder of the process list, %BW_PORT_OWNER_PROC outside tests
 * @sys: folder of the kernel's devices, %BW_PORT_OWNER_SYS outside tests
 * @address: of the port a job is about to use
 *
 * Takes down what is to be compared later.
 *
 * Returns: (transfer full): freed with _bw_job_blame_free()
 */
BwJobBlame *_bw_job_blame_new (const char *proc, const char *sys, const char *address);

/**
 * _bw_job_blame_hear:
 * @self: what was taken down
 * @bytes: what the application on the board said, in pieces of any size
 * @len: how many
 *
 * Returns: %TRUE the first time that the board says that its supply breaks down
 */
gboolean _bw_job_blame_hear (BwJobBlame *self, const uint8_t *bytes, size_t len);

/**
 * _bw_job_blame_name:
 * @self: (nullable): what was taken down
 * @failure: (transfer full): how the conversation ended
 * @baud: highest rate at which it was held; 0 unknown
 *
 * Returns: (transfer full): the same, or power, or who else has the port, with what was seen or is
 *   known added to its evidence
 */
GError *_bw_job_blame_name (const BwJobBlame *self, GError *failure, unsigned baud);

/**
 * _bw_job_blame_free:
 * @self: (nullable) (transfer full): what was taken down
 */
void _bw_job_blame_free (BwJobBlame *self);

G_END_DECLS
