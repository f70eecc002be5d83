/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>

/**
 * fuzz_folder_put:
 * @name: of a file
 * @data: what it holds
 * @len: how much
 *
 * Writes the file anew, without waiting for the disk, in a folder of this process that goes with it.
 *
 * Returns: (transfer full): its path
 */
char *fuzz_folder_put (const char *name, const void *data, size_t len);

/**
 * fuzz_folder_get:
 *
 * Returns: (transfer none): the folder
 */
const char *fuzz_folder_get (void);

/**
 * fuzz_folder_empty:
 *
 * Removes all that is in it.
 */
void fuzz_folder_empty (void);
