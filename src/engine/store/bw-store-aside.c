/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-store-aside"
#include "config.h"

#include "bw-store-aside.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "bw-error.h"
#include "bw-store-db.h"
#include "bw-target.h"

/* To open a database takes no longer, also while another program holds it. */
#define PATIENCE_US (10 * G_USEC_PER_SEC)
#define LOOK_AGAIN_MS 20

static char *
dup_leaving (const char *path)
{
    return g_strconcat (path, ".leaving", NULL);
}

static gboolean
is_leaving (const char *path)
{
    g_autofree char *leaving = dup_leaving (path);

    return g_file_test (leaving, G_FILE_TEST_IS_DIR);
}

static gboolean
may_wait (const BwStoreWait *wait, int64_t deadline_us)
{
    return g_get_monotonic_time () < deadline_us
           && (wait == NULL || wait->is_unwanted == NULL || !wait->is_unwanted (wait->of));
}

/* The folder is what is held: it is there before any file in it. There are file systems that know no
 * such hold; they have one station at a time. Returns %FALSE only where somebody else has it. */
static gboolean
hold (const char *path, int how, const BwStoreWait *wait, int *ret_hold)
{
    g_autofree char *folder = g_path_get_dirname (path);
    int64_t deadline_us = g_get_monotonic_time () + PATIENCE_US;
    int fd = g_open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    *ret_hold = fd;
    while (fd >= 0 && flock (fd, how | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        if (!may_wait (wait, deadline_us)) {
            close (fd);
            *ret_hold = -1;
            return FALSE;
        }
        (void) g_poll (NULL, 0, LOOK_AGAIN_MS);
    }
    return TRUE;
}

static void
let_go (int fd)
{
    if (fd >= 0)
        close (fd);
}

static gboolean
move (const char *path, const char *suffix, const char *folder)
{
    g_autofree char *from = g_strconcat (path, suffix, NULL);
    g_autofree char *name = g_path_get_basename (from);
    g_autofree char *to = g_build_filename (folder, name, NULL);

    return g_rename (from, to) == 0 || errno == ENOENT;
}

/* Under an exclusive hold. Returns (nullable) what the file is called now. */
static char *
finish (const char *path)
{
    g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
    g_autofree char *stamp = g_date_time_format (now, "%Y%m%dT%H%M%S%fZ");
    g_autofree char *folder = g_strdup_printf ("%s.damaged-%s", path, stamp);
    g_autofree char *leaving = dup_leaving (path);
    g_autofree char *name = g_path_get_basename (path);

    if (!move (path, "", leaving) || !move (path, "-wal", leaving) || !move (path, "-shm", leaving)
        || !bw_target_replace (folder, leaving, NULL))
        return NULL;
    return g_build_filename (folder, name, NULL);
}

static void
report (GError **error, const char *path, const char *reason, const char *kept)
{
    if (kept == NULL)
        bw_set_error (error, BW_CAUSE_STORE_DAMAGED,
                      _ ("%s is damaged (%s) and could not be moved away"), path, reason);
    else
        bw_set_error (error, BW_CAUSE_STORE_DAMAGED, _ ("%s is damaged (%s); it is kept as %s"),
                      path, reason, kept);
}

static void
finish_what_was_begun (const char *path, const BwStoreWait *wait, GError **error)
{
    g_autofree char *kept = NULL;
    int fd = -1;

    if (hold (path, LOCK_EX, wait, &fd) && is_leaving (path))
        kept = finish (path);
    report (error, path, _ ("found by a program that ended before it could say so"), kept);
    let_go (fd);
}

gboolean
_bw_store_aside_enter (const char *path, BwStoreWait *wait, int *ret_hold, GError **error)
{
    if (!hold (path, LOCK_SH, wait, ret_hold)) {
        bw_set_error (error, BW_CAUSE_STORE_BUSY, _ ("%s is held by another program"), path);
        return FALSE;
    }
    if (!is_leaving (path))
        return TRUE;
    let_go (*ret_hold);
    finish_what_was_begun (path, wait, error);
    return FALSE;
}

void
_bw_store_aside_leave (int held)
{
    let_go (held);
}

/* Under an exclusive hold. */
static void
take (const char *path, const GError *reason, GError **error)
{
    g_autofree char *leaving = dup_leaving (path);
    g_autofree char *kept = g_mkdir (leaving, 0700) == 0 ? finish (path) : NULL;

    report (error, path, reason->message, kept);
}

void
_bw_store_aside_take (sqlite3 *db, const char *path, const GError *reason, GError **error)
{
    int fd = -1;

    if (!hold (path, LOCK_EX, NULL, &fd))
        report (error, path, reason->message, NULL);
    else if (db == NULL || _bw_store_db_check_there (db, path, NULL))
        take (path, reason, error);
    else
        bw_set_error (error, BW_CAUSE_STORE_DAMAGED,
                      _ ("%s was damaged (%s); another program has moved it away"), path,
                      reason->message);
    let_go (fd);
}
