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
