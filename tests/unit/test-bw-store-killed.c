/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A station that is killed before, or in the middle of, any of its writes to the store: what it has
 * promised holds, what it was at is told, and the store can be opened. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bw-error.h"
#include "bw-store.h"
#include "engine-wait.h"

/* More than a child does; it says when it has come to its end. */
#define WRITES_MAX 1000

static const char *program;

/* --- the child: does its work through a disk at which it dies --- */

static sqlite3_vfs *real_vfs;
static sqlite3_vfs deadly_vfs;
static const sqlite3_io_methods *real_methods;
static sqlite3_io_methods deadly_methods[4]; /* files of a database differ in how they are locked */
static unsigned n_methods;
static int n_left;
static gboolean is_torn;
static gboolean is_to_fill; /* the disk, and stays so */

static gboolean
is_time (void)
{
    return !is_to_fill && g_atomic_int_dec_and_test (&n_left);
}

static gboolean
is_full (void)
{
    return is_to_fill && g_atomic_int_add (&n_left, -1) <= 1;
}

static int
write_and_die (sqlite3_file *file, const void *bytes, int len, sqlite3_int64 offset)
{
    if (is_full ())
        return SQLITE_FULL;
    if (is_time ()) {
        if (is_torn)
            (void) real_methods->xWrite (file, bytes, len / 2, offset);
        (void) raise (SIGKILL);
    }
    return real_methods->xWrite (file, bytes, len, offset);
}

static int
truncate_and_die (sqlite3_file *file, sqlite3_int64 size)
{
    if (is_time ())
        (void) raise (SIGKILL);
    return real_methods->xTruncate (file, size);
}

static int
sync_and_die (sqlite3_file *file, int flags)
{
    if (is_time ())
        (void) raise (SIGKILL);
    return real_methods->xSync (file, flags);
}

static int
delete_and_die (sqlite3_vfs *vfs, const char *name, int is_synced)
{
    if (is_time ())
        (void) raise (SIGKILL);
    return real_vfs->xDelete (real_vfs, name, is_synced);
}

static const sqlite3_io_methods *
make_deadly (const sqlite3_io_methods *methods)
{
    sqlite3_io_methods *deadly = NULL;

    for (unsigned i = 0; i < n_methods; i++)
        if (deadly_methods[i].xLock == methods->xLock)
            return &deadly_methods[i];
    g_assert_cmpuint (n_methods, <, G_N_ELEMENTS (deadly_methods));
    g_assert_true (real_methods == NULL || real_methods->xWrite == methods->xWrite);
    real_methods = methods;
    deadly = &deadly_methods[n_methods++];
    *deadly = *methods;
    deadly->xWrite = write_and_die;
    deadly->xTruncate = truncate_and_die;
    deadly->xSync = sync_and_die;
    return deadly;
}

static int
open_deadly (sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
    int code = real_vfs->xOpen (real_vfs, name, file, flags, ret_flags);

    if (code == SQLITE_OK && file->pMethods != NULL)
        file->pMethods = make_deadly (file->pMethods);
    return code;
}

static int64_t
begin (BwStore *store)
{
    const BwStoredJob job = { .address = (char *) "/dev/ttyUSB0", .title = (char *) "Flash" };
    int64_t id = 0;

    g_assert_true (bw_store_job_begin_sync (store, &job, NULL, &id, NULL));
    g_print ("began %d\n", (int) id);
    return id;
}

static void
do_work (BwStore *store)
{
    const BwStoredJob good = { .result = (char *) "success", .is_proved = TRUE };
    int64_t id = begin (store);

    bw_store_job_state (store, id, "connecting", 0, NULL);
    bw_store_job_state (store, id, "writing", 0.5, "24:6f:28:00:00:01");
    bw_store_flush_sync (store);
    g_print ("writing %d\n", (int) id);
    g_assert_true (bw_store_job_end_sync (store, id, &good, NULL, NULL));
    g_print ("ended %d\n", (int) id);
    id = begin (store);
    bw_store_job_state (store, id, "erasing", 0.1, NULL);
    bw_store_flush_sync (store);
    g_print ("erasing %d\n", (int) id);
}

/* What is not kept is not said. */
static void
try_work (BwStore *store)
{
    const BwStoredJob job = { .address = (char *) "/dev/ttyUSB0", .title = (char *) "Flash" };
    const BwStoredJob good = { .result = (char *) "success", .is_proved = TRUE };
    g_autoptr (GError) error = NULL;
    int64_t id = 0;

    for (unsigned i = 0; i < 2 && error == NULL; i++) {
        if (!bw_store_job_begin_sync (store, &job, NULL, &id, &error))
            break;
        g_print ("began %d\n", (int) id);
        bw_store_job_state (store, id, "writing", 0.5, "24:6f:28:00:00:01");
        if (bw_store_job_end_sync (store, id, &good, NULL, &error))
            g_print ("ended %d\n", (int) id);
    }
    if (error != NULL)
        g_print ("%s\n", bw_cause_get_id (bw_error_get_cause (error)));
}

static int
run_on_full_disk (const char *path)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (BwStore) store = bw_store_open_sync (path, NULL, NULL, NULL, &error);

    if (store != NULL)
        try_work (store);
    else
        g_print ("%s\n", bw_cause_get_id (bw_error_get_cause (error)));
    g_clear_object (&store);
    if (g_atomic_int_get (&n_left) > 0)
        g_print ("over\n");
    return 0;
}

static int
run_child (char **argv)
{
    BwStore *store = NULL;

    n_left = (int) g_ascii_strtoll (argv[3], NULL, 10);
    is_torn = strcmp (argv[4], "torn") == 0;
    is_to_fill = strcmp (argv[4], "full") == 0;
    real_vfs = sqlite3_vfs_find (NULL);
    deadly_vfs = *real_vfs;
    deadly_vfs.zName = "deadly";
    deadly_vfs.xOpen = open_deadly;
    deadly_vfs.xDelete = delete_and_die;
    if (sqlite3_vfs_register (&deadly_vfs, 1) != SQLITE_OK)
        return 1;
    if (is_to_fill)
        return run_on_full_disk (argv[2]);
    store = bw_store_open_sync (argv[2], NULL, NULL, NULL, NULL);
    if (store == NULL)
        return 1;
    do_work (store);
    g_object_unref (store);
    g_print ("over\n");
    return 0;
}

/* --- a child that dies while a damaged store leaves --- */

static gboolean is_leaving;

/* They stand before those of the C library. */
int
rename (const char *from, const char *to)
{
    if (is_leaving && is_time ())
        (void) raise (SIGKILL);
    return (int) syscall (SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
mkdir (const char *path, mode_t mode)
{
    if (is_leaving && is_time ())
        (void) raise (SIGKILL);
    return (int) syscall (SYS_mkdirat, AT_FDCWD, path, mode);
}

/* Opens a store, and says what came of it. */
static int
run_opener (char **argv)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (BwStore) store = NULL;

    n_left = (int) g_ascii_strtoll (argv[3], NULL, 10);
    is_leaving = TRUE;
    store = bw_store_open_sync (argv[2], NULL, NULL, NULL, &error);
    g_print ("%s\n", store != NULL ? "open" : bw_cause_get_id (bw_error_get_cause (error)));
    return 0;
}

/* Leaves all it has written beside the database, as a power cut does. */
static int
run_worker (char **argv)
{
    BwStore *store = bw_store_open_sync (argv[2], NULL, NULL, NULL, NULL);

    do_work (store);
    fflush (stdout);
    _exit (0);
}

/* --- the parent --- */

static char *
run_and_die (const char *path, int n_writes, const char *how)
{
    g_autofree char *number = g_strdup_printf ("%d", n_writes);
    const char *argv[] = { program, "--child", path, number, how, NULL };
    g_autoptr (GError) error = NULL;
    char *said = NULL;
    int status = 0;

    g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &said, NULL, &status,
                  &error);
    g_assert_no_error (error);
    g_assert_true (WIFSIGNALED (status) ? WTERMSIG (status) == SIGKILL : status == 0);
    return said;
}

static const BwStoredJob *
find_job (GPtrArray *jobs, int64_t id)
{
    for (unsigned i = 0; i < jobs->len; i++)
        if (((const BwStoredJob *) jobs->pdata[i])->id == id)
            return jobs->pdata[i];
    return NULL;
}

static void
check_line (const char *line, GPtrArray *jobs)
{
    g_auto (GStrv) words = g_strsplit (line, " ", 2);
    const BwStoredJob *job =
        g_strv_length (words) == 2 ? find_job (jobs, g_ascii_strtoll (words[1], NULL, 10)) : NULL;

    if (g_strv_length (words) != 2)
        return;
    g_assert_nonnull (job);
    if (strcmp (words[0], "ended") == 0) {
        g_assert_cmpstr (job->result, ==, "success");
        g_assert_true (job->is_proved);
    } else if (strcmp (words[0], "began") != 0 && strcmp (job->result, "interrupted") == 0) {
        g_assert_cmpstr (job->state, ==, words[0]);
    }
}

/* Nothing is said to run any more, and what nobody knows of is not there. */
static void
check_jobs (GPtrArray *jobs, const char *said)
{
    unsigned n_began = 0;

    for (const char *at = strstr (said, "began"); at != NULL; at = strstr (at + 1, "began"))
        n_began++;
    g_assert_cmpuint (jobs->len, >=, n_began);
    g_assert_cmpuint (jobs->len, <=, n_began + 1);
    for (unsigned i = 0; i < jobs->len; i++) {
        const BwStoredJob *job = jobs->pdata[i];

        g_assert_true (strcmp (job->result, "interrupted") == 0
                       || strcmp (job->result, "success") == 0);
        if (strcmp (job->result, "success") == 0)
            g_assert_true (job->is_proved);
    }
}

/* Nothing else may be the matter with a full disk. */
static void
check_cause (const char *line)
{
    if (*line != '\0' && strchr (line, ' ') == NULL && strcmp (line, "over") != 0)
        g_assert_cmpstr (line, ==, "no-space");
}

static gboolean
check_death (int n_writes, const char *how)
{
    char *folder = engine_make_folder ();
    g_autofree char *path = g_build_filename (folder, "boardwalk.db", NULL);
    g_autofree char *said = run_and_die (path, n_writes, how);
    g_auto (GStrv) lines = g_strsplit (said, "\n", -1);
    g_autoptr (GError) error = NULL;
    g_autoptr (BwStore) store = bw_store_open_sync (path, NULL, NULL, NULL, &error);
    g_autoptr (GPtrArray) jobs = NULL;

    g_assert_no_error (error);
    jobs = bw_store_list_jobs_sync (store, NULL, 100, &error);
    g_assert_no_error (error);
    for (char **line = lines; *line != NULL; line++) {
        check_line (*line, jobs);
        check_cause (*line);
    }
    check_jobs (jobs, said);
    g_clear_object (&store);
    engine_remove_folder (folder);
    return strstr (said, "over\n") == NULL;
}

static void
test_killed (gconstpointer how)
{
    int n_writes = 1;

    while (n_writes < WRITES_MAX && check_death (n_writes, how))
        n_writes++;
    g_test_message ("killed %d times", n_writes - 1);
    g_assert_cmpint (n_writes, >, 20);
    g_assert_cmpint (n_writes, <, WRITES_MAX);
}

/* --- a damaged store leaves --- */

#define NAME "boardwalk.db"
#define OPENERS 12u

struct damaged {
    char *folder;
    char *path;
    char *db; /* what it and its companion are */
    size_t db_len;
    char *wal;
    size_t wal_len;
};

static void
spoil_pages (struct damaged *self)
{
    g_assert_true (g_file_get_contents (self->path, &self->db, &self->db_len, NULL));
    memset (self->db, 0xa5, self->db_len);
    g_assert_true (g_file_set_contents (self->path, self->db, (gssize) self->db_len, NULL));
}

static void
damaged_init (struct damaged *self)
{
    g_autofree char *wal = NULL;

    self->folder = engine_make_folder ();
    self->path = g_build_filename (self->folder, NAME, NULL);
    wal = g_strconcat (self->path, "-wal", NULL);
    g_free (run_and_die (self->path, 0, "at-work"));
    spoil_pages (self);
    g_assert_true (g_file_get_contents (wal, &self->wal, &self->wal_len, NULL));
    g_assert_cmpuint (self->wal_len, >, 1000);
}

static void
damaged_clear (struct damaged *self)
{
    engine_remove_folder (self->folder);
    g_free (self->path);
    g_free (self->db);
    g_free (self->wal);
}

static void
assert_kept (const char *folder, const char *name, const char *bytes, size_t len)
{
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_autofree char *kept = NULL;
    size_t kept_len = 0;

    g_assert_true (g_file_get_contents (path, &kept, &kept_len, NULL));
    g_assert_cmpmem (kept, kept_len, bytes, len);
}

/* Kept whole, once, and under names that SQLite takes for one database. */
static void
assert_kept_as_one (const struct damaged *self)
{
    g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
    g_autofree char *aside = NULL;
    const char *name = NULL;

    while ((name = g_dir_read_name (dir)) != NULL) {
        if (g_str_has_prefix (name, NAME ".damaged-")) {
            g_assert_null (aside);
            aside = g_build_filename (self->folder, name, NULL);
        } else if (strcmp (name, NAME "-wal") != 0 && strcmp (name, NAME "-shm") != 0) {
            g_assert_cmpstr (name, ==, NAME);
        }
    }
    g_assert_nonnull (aside);
    assert_kept (aside, NAME, self->db, self->db_len);
    assert_kept (aside, NAME "-wal", self->wal, self->wal_len);
}

/* The new one knows nothing, and keeps what it is told. */
static void
assert_begins_anew (const char *path)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (BwStore) store = bw_store_open_sync (path, NULL, NULL, NULL, &error);
    g_autoptr (GPtrArray) jobs = NULL;

    g_assert_no_error (error);
    jobs = bw_store_list_jobs_sync (store, NULL, 100, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (jobs->len, ==, 0);
    begin (store);
}

static gboolean
check_leaving (int n_steps)
{
    struct damaged damaged = { NULL };
    g_autofree char *said = NULL;
    g_autofree char *said_next = NULL;

    damaged_init (&damaged);
    said = run_and_die (damaged.path, n_steps, "leaving");
    /* somebody is told */
    if (*said == '\0')
        said_next = run_and_die (damaged.path, 0, "leaving");
    g_assert_cmpstr (*said == '\0' ? said_next : said, ==, "store-damaged\n");
    assert_begins_anew (damaged.path);
    assert_kept_as_one (&damaged);
    damaged_clear (&damaged);
    return *said == '\0';
}

static void
test_killed_leaving (void)
{
    int n_steps = 1;

    while (n_steps < WRITES_MAX && check_leaving (n_steps))
        n_steps++;
    g_test_message ("killed %d times", n_steps - 1);
    g_assert_cmpint (n_steps, >, 3);
}

static GSubprocess *
start_opener (const char *path)
{
    g_autoptr (GError) error = NULL;
    GSubprocess *child = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program,
                                           "--child", path, "0", "leaving", NULL);

    g_assert_no_error (error);
    return child;
}

/* Several find the damage, and each its own moment for it. */
static void
test_many_find_the_damage (void)
{
    struct damaged damaged = { NULL };
    GSubprocess *children[OPENERS] = { NULL };
    unsigned n_told = 0;

    damaged_init (&damaged);
    for (unsigned i = 0; i < OPENERS; i++)
        children[i] = start_opener (damaged.path);
    for (unsigned i = 0; i < OPENERS; i++) {
        g_autofree char *said = NULL;

        g_assert_true (g_subprocess_communicate_utf8 (children[i], NULL, NULL, &said, NULL, NULL));
        g_assert_true (g_subprocess_get_successful (children[i]));
        if (strcmp (said, "store-damaged\n") == 0)
            n_told++;
        else
            g_assert_cmpstr (said, ==, "open\n");
        g_object_unref (children[i]);
    }
    g_test_message ("%u of %u were told", n_told, OPENERS);
    g_assert_cmpuint (n_told, >, 0);
    assert_begins_anew (damaged.path);
    assert_kept_as_one (&damaged);
    damaged_clear (&damaged);
}

int
main (int argc, char **argv)
{
    if (argc == 5 && strcmp (argv[1], "--child") == 0) {
        if (strcmp (argv[4], "leaving") == 0)
            return run_opener (argv);
        return strcmp (argv[4], "at-work") == 0 ? run_worker (argv) : run_child (argv);
    }
    program = argv[0];
    engine_init (&argc, &argv);
    g_test_add_data_func ("/engine/store/killed-before-any-write", "whole", test_killed);
    g_test_add_data_func ("/engine/store/killed-amid-any-write", "torn", test_killed);
    g_test_add_data_func ("/engine/store/full-from-any-write-on", "full", test_killed);
    g_test_add_func ("/engine/store/killed-while-a-damaged-one-leaves", test_killed_leaving);
    g_test_add_func ("/engine/store/many-find-the-damage", test_many_find_the_damage);
    return g_test_run ();
}
