/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "vb-registry.h"
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Ours alone, and no link into somebody else's folder. */
static bool
make_private (const char *path)
{
    struct stat status;

    if (mkdir (path, 0700) != 0 && errno != EEXIST)
        return false;
    if (lstat (path, &status) != 0)
        return false;
    if (!S_ISDIR (status.st_mode) || status.st_uid != getuid ()
        || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        errno = EPERM;
        return false;
    }
    return true;
}

static bool
is_stale (const char *name)
{
    char *end;
    long pid;

    if (strncmp (name, "vb-", 3) != 0)
        return false;
    pid = strtol (name + 3, &end, 10);
    return pid > 0 && *end == '-' && kill ((pid_t) pid, 0) != 0 && errno == ESRCH;
}

static void
remove_stale (const char *folder)
{
    DIR *dir = opendir (folder);
    const struct dirent *entry;

    if (dir == NULL)
        return;
    while ((entry = readdir (dir)) != NULL)
        if (is_stale (entry->d_name))
            unlinkat (dirfd (dir), entry->d_name, 0);
    closedir (dir);
}

bool
vb_registry_folder (char *out, size_t size)
{
    const char *runtime = getenv ("XDG_RUNTIME_DIR");
    char base[256];
    int n;

    if (runtime != NULL && runtime[0] == '/')
        n = snprintf (base, sizeof base, "%s/boardwalk", runtime);
    else
        n = snprintf (base, sizeof base, "/tmp/boardwalk-%ld", (long) getuid ());
    if (n < 0 || (size_t) n >= sizeof base || (size_t) n + sizeof "/vboards" > size) {
        errno = ENAMETOOLONG;
        return false;
    }
    snprintf (out, size, "%s/vboards", base);
    if (!make_private (base) || !make_private (out))
        return false;
    remove_stale (out);
    return true;
}
