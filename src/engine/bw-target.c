/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-target"
#include "config.h"

#include "bw-target.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

gboolean
bw_target_is_full (int reason)
{
    return reason == ENOSPC || reason == EDQUOT || reason == EFBIG;
}

gboolean
bw_target_set_error (const char *path, int reason, GError **error)
{
    BwCause cause = bw_target_is_full (reason) ? BW_CAUSE_NO_SPACE : BW_CAUSE_UNWRITABLE_FILE;

    bw_set_error (error, cause, "%s: %s", path, g_strerror (reason));
    return FALSE;
}

static gboolean
check_folder (const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname (path);

    return access (folder, W_OK | X_OK) == 0 || bw_target_set_error (path, errno, error);
}

gboolean
bw_target_check (const char *path, GError **error)
{
    struct stat status;

    if (lstat (path, &status) != 0 || S_ISREG (status.st_mode))
        return check_folder (path, error);
    bw_set_error (error, BW_CAUSE_UNWRITABLE_FILE, _ ("%s: is no plain file, and stays as it is"),
                  path);
    return FALSE;
}

/* There are file systems on which a folder cannot be synced: they do it themselves, or never. */
static void
sync_folder_of (const char *path)
{
    g_autofree char *folder = g_path_get_dirname (path);
    int fd = g_open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return;
    if (fsync (fd) != 0)
        g_debug ("%s is not synced: %s", folder, g_strerror (errno));
    close (fd);
}

gboolean
bw_target_replace (const char *path, const char *temporary, GError **error)
{
    if (g_rename (temporary, path) != 0)
        return bw_target_set_error (path, errno, error);
    sync_folder_of (path);
    return TRUE;
}

gboolean
bw_target_check_source (const char *path, const char *source, GError **error)
{
    struct stat target;
    struct stat read;

    if (stat (path, &target) != 0 || stat (source, &read) != 0 || target.st_dev != read.st_dev
        || target.st_ino != read.st_ino)
        return TRUE;
    bw_set_error (error, BW_CAUSE_USAGE, _ ("%s: is read for it and would be overwritten"), path);
    return FALSE;
}
