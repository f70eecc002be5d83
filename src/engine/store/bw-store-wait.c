/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-store-wait"
#include "config.h"

#include "bw-store-wait.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Another process of ours may be writing: it never holds the lock for long. */
#define PATIENCE_US (5 * G_USEC_PER_SEC)
/* So long nobody wonders. */
#define SILENCE_US G_USEC_PER_SEC
#define LOOK_AGAIN_MS 20

/* "1: POSIX  ADVISORY  WRITE 1234 fd:01:5678 120 120" */
static pid_t
find_writer (const char *locks, uint64_t inode)
{
    g_auto (GStrv) lines = g_strsplit (locks, "\n", -1);

    for (char **line = lines; *line != NULL; line++) {
        unsigned long long number = 0;
        int pid = 0;

        if (sscanf (*line, "%*u: POSIX ADVISORY WRITE %d %*x:%*x:%llu", &pid, &number) == 2
            && number == inode && pid > 0 && pid != getpid ())
            return pid;
    }
    return 0;
}

/* The kernel's list is read: to open a file of the database here and close it again would give up
 * the locks that this process has. */
static pid_t
find_holder (const char *path)
{
    static const char *const suffixes[] = { "", "-shm" };
    g_autofree char *locks = NULL;
    pid_t pid = 0;

    if (!g_file_get_contents ("/proc/locks", &locks, NULL, NULL))
        return 0;
    for (unsigned i = 0; pid == 0 && i < G_N_ELEMENTS (suffixes); i++) {
        g_autofree char *file = g_strconcat (path, suffixes[i], NULL);
        struct stat status;

        if (stat (file, &status) == 0)
            pid = find_writer (locks, status.st_ino);
    }
    return pid;
}

static char *
dup_program_name (pid_t pid)
{
    g_autofree char *path = g_strdup_printf ("/proc/%d/comm", (int) pid);
    g_autofree char *name = NULL;

    if (pid == 0 || !g_file_get_contents (path, &name, NULL, NULL))
        return NULL;
    return g_utf8_make_valid (g_strchomp (name), -1);
}

static void
say (BwStoreWait *self)
{
    pid_t pid = find_holder (self->path);
    g_autofree char *name = dup_program_name (pid);
    g_autofree char *evidence = NULL;

    self->is_said = TRUE;
    if (self->func == NULL)
        return;
    if (name != NULL)
        /* translators: a file, a program, its process number */
        evidence = g_strdup_printf (_ ("%s is held by %s (pid %d)"), self->path, name, (int) pid);
    else
        evidence = g_strdup_printf (_ ("%s is held by another program"), self->path);
    self->func (evidence, self->data);
    /* however long that took */
    self->since_us = g_get_monotonic_time () - SILENCE_US;
}

static int
on_busy (void *data, int count)
{
    BwStoreWait *self = data;
    int64_t now_us = g_get_monotonic_time ();

    if (self->since_us == 0)
        self->since_us = now_us;
    if ((self->is_unwanted != NULL && self->is_unwanted (self->of))
        || now_us - self->since_us >= PATIENCE_US)
        return 0;
    if (!self->is_said && now_us - self->since_us >= SILENCE_US)
        say (self);
    (void) g_poll (NULL, 0, LOOK_AGAIN_MS);
    return 1;
}

void
_bw_store_wait_install (BwStoreWait *self, sqlite3 *db)
{
    sqlite3_busy_handler (db, on_busy, self);
}

gboolean
_bw_store_wait_is_long (const BwStoreWait *self)
{
    return self->since_us != 0 && g_get_monotonic_time () - self->since_us >= SILENCE_US;
}

void
_bw_store_wait_begin (BwStoreWait *self)
{
    self->since_us = 0;
}

void
_bw_store_wait_forget (BwStoreWait *self)
{
    self->is_said = FALSE;
}
