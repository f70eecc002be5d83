/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-target"
#include "config.h"

#include "bw-target.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
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
