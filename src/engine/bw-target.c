/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-target"
#include "config.h"

#include "bw-target.h"

#include <glib/gi18n-lib.h>
#include <sys/stat.h>

gboolean
bw_target_check (const char *path, GError **error)
{
    struct stat status;

    if (lstat (path, &status) != 0 || S_ISREG (status.st_mode))
        return TRUE;
    bw_set_error (error, BW_CAUSE_UNREADABLE_FILE, _ ("%s: is no plain file, and stays as it is"),
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
