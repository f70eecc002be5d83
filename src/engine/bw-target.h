/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-error.h"

G_BEGIN_DECLS

/**
 * bw_target_check:
 * @path: file that is to be written anew and then renamed into place
 * @error: cause unwritable-file, or no-space
 *
 * A rename would put a plain file where a device, a pipe, a socket or a link was: /dev/full,
 * /dev/stdout, which leads to a plain file where a shell sends it into one.
 * Only looks. Threads: any but the interface's.
 *
 * Returns: %TRUE if nothing, or a plain file that may be written to, is there, in a folder that new
 *   files may be made in
 */
gboolean bw_target_check (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_target_open:
 * @path: file that is to be
 * @mode: of a new one, before the umask
 * @ret_temporary: (transfer full): name of the file that was opened, beside @path
 * @error: as bw_target_check()
 *
 * One that stands for an old file may be read and written by those who may read and write that one:
 * mode, group and access list are the same, and where they cannot be, nobody gets more. Threads: any
 * but the interface's.
 *
 * Returns: a descriptor to write to; -1 on failure
 */
int bw_target_open (const char *path, int mode, char **ret_temporary, GError **error);

/**
 * bw_target_write:
 * @path: file that is to be
 * @text: what it holds
 * @len: bytes of it
 * @mode: as bw_target_open()
 * @error: cause unwritable-file, or no-space
 *
 * Threads: any but the interface's.
 *
 * Returns: %TRUE if the new file is in its place, on the disk; else what was there is still there
 */
gboolean bw_target_write (const char *path, const void *text, size_t len, int mode, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_target_replace:
 * @path: file that is to be
 * @temporary: the same, whole and synced, beside it; it stays on failure
 * @error: cause unwritable-file, or no-space
 *
 * Renames, and syncs the folder: until then a power cut may bring the old file back, or none.
 * Threads: any but the interface's.
 *
 * Returns: %TRUE if the new file is in its place
 */
gboolean bw_target_replace (const char *path,
                            const char *temporary,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_target_is_full:
 * @reason: an errno of a write
 *
 * Returns: %TRUE if the disk, a quota or a limit of file sizes is the reason
 */
gboolean bw_target_is_full (int reason);

/**
 * bw_target_set_error:
 * @path: file that cannot be written
 * @reason: an errno
 * @error: cause no-space or unwritable-file
 *
 * Threads: any.
 *
 * Returns: %FALSE, for the caller to return
 */
gboolean bw_target_set_error (const char *path, int reason, GError **error);

/**
 * bw_target_check_source:
 * @path: file that is to be written anew
 * @source: file that is read for it; need not exist
 * @error: cause usage
 *
 * Only looks. Threads: any but the interface's.
 *
 * Returns: %TRUE if they are not one and the same file
 */
gboolean bw_target_check_source (const char *path,
                                 const char *source,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
