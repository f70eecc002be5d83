/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-job.h"

/* Waiting in tests of the engine: the main loop runs until something is so, or the test fails. */

/**
 * engine_wait_until:
 * @is_so: a condition
 * @data: for @is_so
 * @limit_ms: after which the test fails, never before a busy machine has had its chance
 */
void engine_wait_until (gboolean (*is_so) (gpointer data), gpointer data, unsigned limit_ms);

/**
 * engine_wait_unheld:
 * @object: (transfer none): what the caller holds one reference to
 *
 * Runs the main loop until the caller's reference is the only one: no source and no thread that
 * holds @object is left, and nothing can come of it any more.
 */
void engine_wait_unheld (gpointer object);

/**
 * engine_wait_for_state:
 * @job: a job
 * @state: which it comes to and does not leave by itself
 *
 * Runs the main loop until the job is in that state.
 */
void engine_wait_for_state (BwJob *job, BwJobState state);

/**
 * engine_run_for:
 * @ms: how long the main loop runs
 */
void engine_run_for (unsigned ms);

/**
 * engine_make_folder:
 *
 * Returns: (transfer full): path of a new empty folder
 */
char *engine_make_folder (void);

/**
 * engine_remove_folder:
 * @path: (nullable) (transfer full): a folder with all that is in it
 */
void engine_remove_folder (char *path);

/**
 * engine_init:
 * @argc: of main()
 * @argv: of main()
 *
 * g_test_init() with folders of the user that are this test's own.
 */
void engine_init (int *argc, char ***argv);

/**
 * engine_run:
 *
 * Returns: g_test_run(); the folders are gone afterwards
 */
int engine_run (void);
