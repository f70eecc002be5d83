/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-target"
#include "config.h"

#include "bw-target.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

/* So many names in an access list nobody reads any more. */
#define ACCESS_LIST_BYTES_MAX 4096
#define ACCESS_LIST "system.posix_acl_access"

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

    if (lstat (path, &status) != 0)
        return check_folder (path, error);
    if (S_ISREG (status.st_mode))
        return access (path, W_OK) == 0 ? check_folder (path, error)
                                        : bw_target_set_error (path, errno, error);
    bw_set_error (error, BW_CAUSE_UNWRITABLE_FILE, _ ("%s: is no plain file, and stays as it is"),
                  path);
    return FALSE;
}

static gboolean
keep_owner (int fd, const struct stat *old)
{
    struct stat new;

    if (fstat (fd, &new) == 0 && new.st_uid == old->st_uid &&new.st_gid == old->st_gid)
        return TRUE;
    return fchown (fd, old->st_uid, old->st_gid) == 0 || fchown (fd, (uid_t) -1, old->st_gid) == 0;
}

/* Returns %FALSE if there is one and it could not be kept. */
static gboolean
keep_access_list (int fd, const char *path)
{
    uint8_t list[ACCESS_LIST_BYTES_MAX];
    ssize_t len = getxattr (path, ACCESS_LIST, list, sizeof list);

    if (len < 0)
        return errno != ERANGE;
    return fsetxattr (fd, ACCESS_LIST, list, (size_t) len, 0) == 0;
}

static void
keep_rights (int fd, const char *path)
{
    struct stat old;
    mode_t mode = 0;
    mode_t mode_of_all = 0;

    if (lstat (path, &old) != 0)
        return;
    mode = old.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO);
    mode_of_all = (mode & ~(mode_t) S_IRWXG) | (mode & (mode & S_IRWXO) << 3);
    /* the bits of the group are meant for that group, and with a list for those in it */
    if (!keep_owner (fd, &old) || fchmod (fd, mode) != 0 || !keep_access_list (fd, path))
        (void) fchmod (fd, mode_of_all);
}

int
bw_target_open (const char *path, int mode, char **ret_temporary, GError **error)
{
    g_autofree char *temporary = g_strconcat (path, ".part-XXXXXX", NULL);
    int fd = -1;

    if (!bw_target_check (path, error))
        return -1;
    fd = g_mkstemp_full (temporary, O_WRONLY | O_CLOEXEC, mode);
    if (fd < 0) {
        bw_target_set_error (path, errno, error);
        return -1;
    }
    keep_rights (fd, path);
    *ret_temporary = g_steal_pointer (&temporary);
    return fd;
}

/* The close is part of it: network file systems report a full disk only there. */
static gboolean
write_out (int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write (fd, bytes, len);

        if (n < 0 && errno != EINTR)
            break;
        bytes += MAX (n, 0);
        len -= (size_t) MAX (n, 0);
    }
    if (len > 0 || fsync (fd) != 0) {
        int reason = errno;

        close (fd);
        errno = reason;
        return FALSE;
    }
    return close (fd) == 0;
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
bw_target_write (const char *path, const void *text, size_t len, int mode, GError **error)
{
    g_autofree char *temporary = NULL;
    int fd = bw_target_open (path, mode, &temporary, error);

    if (fd < 0)
        return FALSE;
    if (write_out (fd, text, len) ? bw_target_replace (path, temporary, error)
                                  : bw_target_set_error (path, errno, error))
        return TRUE;
    g_unlink (temporary);
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
