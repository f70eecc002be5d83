/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store: what is kept, what is refused, and what is left when the power goes at any instant. */
#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "bw-error.h"
#include "bw-store-db.h"
#include "bw-store-private.h"
#include "bw-store.h"
#include "engine-wait.h"

static char *folder;
static char *path;
static const char *program;

static void
set_up (void)
{
    folder = engine_make_folder ();
    path = g_build_filename (folder, "sub", "boardwalk.db", NULL);
}

static void
tear_down (void)
{
    g_clear_pointer (&path, g_free);
    engine_remove_folder (g_steal_pointer (&folder));
}

static BwStore *
open_store (void)
{
    g_autoptr (GError) error = NULL;
    BwStore *store = bw_store_open_sync (path, NULL, NULL, NULL, &error);

    g_assert_no_error (error);
    return store;
}

static void
assert_refused (BwCause cause)
{
    g_autoptr (GError) error = NULL;

    g_assert_null (bw_store_open_sync (path, NULL, NULL, NULL, &error));
    g_assert_cmpstr (bw_cause_get_id (bw_error_get_cause (error)), ==, bw_cause_get_id (cause));
    g_assert_nonnull (strstr (error->message, "boardwalk.db"));
}

static int64_t
begin (BwStore *store, const char *mac, const char *place)
{
    const BwStoredJob job = { .mac = (char *) mac,
                              .place = (char *) place,
                              .address = (char *) "/dev/ttyUSB0",
                              .title = (char *) "Flash weather 1.5.0",
                              .firmware = (char *) "weather 1.5.0" };
    g_autoptr (GError) error = NULL;
    int64_t id = 0;

    g_assert_true (bw_store_job_begin_sync (store, &job, NULL, &id, &error));
    g_assert_no_error (error);
    g_assert_cmpint (id, >, 0);
    return id;
}

static void
end_how (BwStore *store, int64_t id, const char *result, const char *cause, gboolean was_changed)
{
    const BwStoredJob how = { .result = (char *) result,
                              .cause = (char *) cause,
                              .message = (char *) "words",
                              .was_changed = was_changed };
    g_autoptr (GError) error = NULL;

    g_assert_true (bw_store_job_end_sync (store, id, &how, NULL, &error));
    g_assert_no_error (error);
}

static void
end (BwStore *store, int64_t id, const char *result, const char *cause)
{
    end_how (store, id, result, cause, FALSE);
}

static void
end_proved (BwStore *store, int64_t id)
{
    const BwStoredJob how = { .result = (char *) "success",
                              .is_proved = TRUE,
                              .was_changed = TRUE };
    g_autoptr (GError) error = NULL;

    g_assert_true (bw_store_job_end_sync (store, id, &how, NULL, &error));
    g_assert_no_error (error);
}

static GPtrArray *
list_jobs (BwStore *store, const char *mac)
{
    g_autoptr (GError) error = NULL;
    GPtrArray *jobs = bw_store_list_jobs_sync (store, mac, 1000, &error);

    g_assert_no_error (error);
    return jobs;
}

static void
test_jobs (void)
{
    g_autoptr (BwStore) store = NULL;
    g_autoptr (GPtrArray) jobs = NULL;
    g_autoptr (GPtrArray) own = NULL;
    const BwStoredJob *job = NULL;
    int64_t first = 0;
    int64_t second = 0;

    set_up ();
    store = open_store ();
    first = begin (store, NULL, "1-2.3");
    second = begin (store, "24:6f:28:00:00:02", NULL);
    bw_store_job_state (store, first, "connecting", 0.1, NULL);
    bw_store_job_state (store, first, "writing", 0.5, "24:6f:28:00:00:01");
    end (store, first, "failed", "lost");
    /* a late state must not open a finished job again */
    bw_store_job_state (store, first, "writing", 0.6, NULL);
    jobs = list_jobs (store, NULL);
    g_assert_cmpuint (jobs->len, ==, 2);
    job = jobs->pdata[0];
    g_assert_cmpint (job->id, ==, second);
    g_assert_cmpstr (job->result, ==, "none");
    g_assert_cmpint (job->finished_us, ==, 0);
    own = list_jobs (store, "24:6f:28:00:00:01");
    g_assert_cmpuint (own->len, ==, 1);
    job = own->pdata[0];
    g_assert_cmpstr (job->result, ==, "failed");
    g_assert_cmpstr (job->cause, ==, "lost");
    g_assert_cmpstr (job->state, ==, "finished");
    g_assert_cmpstr (job->place, ==, "1-2.3");
    g_assert_cmpfloat (job->fraction, ==, 0.5);
    g_assert_cmpint (job->finished_us, >=, job->started_us);
    g_clear_object (&store);
    tear_down ();
}

static int64_t
end_whole (BwStore *store, const char *mac, const char *place)
{
    int64_t id = begin (store, mac, place);

    end_how (store, id, "success", NULL, TRUE);
    return id;
}

static int64_t
tear (BwStore *store, const char *mac, const char *place)
{
    int64_t id = begin (store, mac, place);

    end_how (store, id, "failed", "unplugged", TRUE);
    return id;
}

/* @id: 0 = none is */
static void
assert_open (BwStore *store, int64_t id, const char *result)
{
    g_autoptr (GPtrArray) jobs = bw_store_list_interrupted_sync (store, NULL);

    g_assert_cmpuint (jobs->len, ==, id == 0 ? 0 : 1);
    if (id == 0)
        return;
    g_assert_cmpint (((BwStoredJob *) jobs->pdata[0])->id, ==, id);
    g_assert_cmpstr (((BwStoredJob *) jobs->pdata[0])->result, ==, result);
}

/* Torn off, and written whole later without a proof: the newest of these is what is open. */
static void
test_written_later (void)
{
    g_autoptr (BwStore) store = NULL;
    int64_t newest = 0;

    set_up ();
    store = open_store ();
    newest = tear (store, "24:6f:28:00:00:01", "1-1");
    /* a restart, and a write of another board */
    end (store, begin (store, "24:6f:28:00:00:01", "1-1"), "success", NULL);
    end_whole (store, "24:6f:28:00:00:02", "1-1");
    assert_open (store, newest, "failed");
    end_whole (store, "24:6f:28:00:00:01", "1-2");
    newest = end_whole (store, "24:6f:28:00:00:01", "1-1");
    assert_open (store, newest, "success");
    newest = tear (store, "24:6f:28:00:00:01", "1-1");
    assert_open (store, newest, "failed");
    end_whole (store, "24:6f:28:00:00:01", "1-1");
    end_proved (store, begin (store, "24:6f:28:00:00:01", "1-1"));
    assert_open (store, 0, NULL);
    g_clear_object (&store);
    tear_down ();
}

/* What ran meanwhile at another place ran on another board, though it has the same MAC. */
static void
test_torn_beside_a_twin (void)
{
    g_autoptr (BwStore) store = NULL;
    int64_t torn = 0;
    int64_t twin = 0;

    set_up ();
    store = open_store ();
    torn = begin (store, "24:6f:28:00:00:01", "1-1");
    twin = begin (store, "24:6f:28:00:00:01", "1-2");
    end_how (store, torn, "failed", "unplugged", TRUE);
    end_proved (store, twin);
    assert_open (store, torn, "failed");
    end_proved (store, begin (store, "24:6f:28:00:00:01", "1-2"));
    assert_open (store, 0, NULL);
    g_clear_object (&store);
    tear_down ();
}

/* Once copies with its MAC have been seen, the place tells which board it was: also for a job that runs
 * then, and for the next station. */
static void
test_torn_of_copies (void)
{
    const char *mac = "24:6f:28:00:00:01";
    g_autoptr (BwStore) store = NULL;
    g_autoptr (GPtrArray) jobs = NULL;
    int64_t torn = 0;
    int64_t id = 0;

    set_up ();
    store = open_store ();
    torn = tear (store, mac, "1-1");
    bw_store_remember_copies (store, mac);
    bw_store_remember_copies (store, mac);
    g_clear_object (&store);
    store = open_store ();
    assert_open (store, torn, "failed");
    end_whole (store, mac, "1-3");
    end_proved (store, begin (store, mac, "1-2"));
    end_proved (store, begin (store, mac, "1-2"));
    assert_open (store, torn, "failed");
    jobs = bw_store_list_interrupted_sync (store, NULL);
    g_assert_cmpuint (g_strv_length (((BwStoredJob *) jobs->pdata[0])->good_elsewhere), ==, 1);
    g_assert_cmpstr (((BwStoredJob *) jobs->pdata[0])->good_elsewhere[0], ==, "1-2");
    /* which one it is is learnt on the way */
    id = begin (store, NULL, "1-4");
    bw_store_job_state (store, id, "writing", 0.5, mac);
    end_proved (store, id);
    assert_open (store, torn, "failed");
    end_proved (store, begin (store, mac, "1-1"));
    assert_open (store, 0, NULL);
    g_clear_object (&store);
    tear_down ();
}

/* A copy that is seen only later is no reason to doubt what was made good before; one that is seen while
 * a job runs is. */
static void
test_copies_seen_later (void)
{
    const char *mac = "24:6f:28:00:00:01";
    g_autoptr (BwStore) store = NULL;
    int64_t torn = 0;
    int64_t id = 0;

    set_up ();
    store = open_store ();
    tear (store, mac, "1-1");
    end_proved (store, begin (store, mac, "1-2"));
    bw_store_remember_copies (store, mac);
    assert_open (store, 0, NULL);
    torn = tear (store, "24:6f:28:00:00:02", "1-1");
    id = begin (store, "24:6f:28:00:00:02", "1-2");
    bw_store_remember_copies (store, "24:6f:28:00:00:02");
    end_proved (store, id);
    assert_open (store, torn, "failed");
    g_clear_object (&store);
    tear_down ();
}

/* What makes a job good, and what makes it torn, is kept with it. */
static void
test_proved (void)
{
    const BwStoredJob stopped = { .result = (char *) "cancelled" };
    g_autoptr (BwStore) store = NULL;
    g_autoptr (GPtrArray) jobs = NULL;
    g_autoptr (GPtrArray) torn = NULL;
    int64_t id = 0;

    set_up ();
    store = open_store ();
    end_proved (store, begin (store, NULL, "1-1"));
    end (store, begin (store, NULL, "1-2"), "success", NULL);
    /* it came to the state in which a board is changed, and did not change it */
    id = begin (store, NULL, "1-3");
    bw_store_job_state (store, id, "erasing", 0.1, NULL);
    g_assert_true (bw_store_job_end_sync (store, id, &stopped, NULL, NULL));
    jobs = list_jobs (store, NULL);
    g_assert_cmpuint (jobs->len, ==, 3);
    g_assert_false (((BwStoredJob *) jobs->pdata[1])->is_proved);
    g_assert_false (((BwStoredJob *) jobs->pdata[1])->was_changed);
    g_assert_true (((BwStoredJob *) jobs->pdata[2])->is_proved);
    g_assert_true (((BwStoredJob *) jobs->pdata[2])->was_changed);
    torn = bw_store_list_interrupted_sync (store, NULL);
    g_assert_cmpuint (torn->len, ==, 0);
    g_clear_object (&store);
    tear_down ();
}

/* A store of version 1, as it was left: what is new in it is what was known then. */
static void
test_from_past (void)
{
    g_autoptr (BwStore) store = NULL;
    g_autoptr (GPtrArray) jobs = NULL;
    g_autoptr (GPtrArray) torn = NULL;
    int64_t writing = 0;

    set_up ();
    store = open_store ();
    end (store, begin (store, "24:6f:28:00:00:01", NULL), "success", NULL);
    end (store, begin (store, "24:6f:28:00:00:02", NULL), "cancelled", NULL);
    writing = begin (store, "24:6f:28:00:00:03", NULL);
    bw_store_job_state (store, writing, "writing", 0.5, NULL);
    end (store, writing, "cancelled", NULL);
    bw_store_flush_sync (store);
    g_assert_true (_bw_store_exec (store,
                                   "ALTER TABLE jobs DROP COLUMN is_proved;"
                                   "ALTER TABLE jobs DROP COLUMN was_changed;"
                                   "ALTER TABLE jobs DROP COLUMN action;"
                                   "ALTER TABLE jobs DROP COLUMN partition;"
                                   "ALTER TABLE jobs DROP COLUMN offset;"
                                   "ALTER TABLE jobs DROP COLUMN size;"
                                   "ALTER TABLE jobs DROP COLUMN files;"
                                   "ALTER TABLE jobs DROP COLUMN is_told_by_place;"
                                   "ALTER TABLE boards DROP COLUMN has_copies;"
                                   "PRAGMA user_version = 1",
                                   NULL));
    g_clear_object (&store);
    store = open_store ();
    jobs = list_jobs (store, NULL);
    g_assert_cmpuint (jobs->len, ==, 3);
    g_assert_false (((BwStoredJob *) jobs->pdata[2])->is_proved);
    torn = bw_store_list_interrupted_sync (store, NULL);
    g_assert_cmpuint (torn->len, ==, 1);
    g_assert_cmpint (((BwStoredJob *) torn->pdata[0])->id, ==, writing);
    g_clear_object (&store);
    tear_down ();
}

static void
assert_did (const BwStoredJob *job, const char *action)
{
    g_assert_cmpstr (job->action, ==, action);
    g_assert_cmpstr (job->partition, ==, action == NULL ? NULL : "nvs");
    g_assert_cmpuint (job->offset, ==, action == NULL ? 0 : 0x9000);
    g_assert_cmpuint (job->size, ==, action == NULL ? 0 : 4096);
    g_assert_cmpuint (job->files == NULL ? 0 : g_strv_length (job->files), ==,
                      action == NULL ? 0 : 2);
}

/* Files that stations of earlier versions left: what they did may not be known, and nothing else is
 * lost. */
static void
test_from_files_of_the_past (void)
{
    static const char *const names[] = { "version-1", "version-2", "version-3" };

    for (unsigned i = 0; i < G_N_ELEMENTS (names); i++) {
        g_autofree char *old =
            g_test_build_filename (G_TEST_DIST, "fuzz", "corpus", "store", names[i], NULL);
        g_autofree char *parent = NULL;
        g_autofree char *data = NULL;
        g_autoptr (BwStore) store = NULL;
        g_autoptr (GPtrArray) jobs = NULL;
        const BwStoredJob *job = NULL;
        gsize len = 0;

        set_up ();
        parent = g_path_get_dirname (path);
        g_assert_cmpint (g_mkdir (parent, 0700), ==, 0);
        g_assert_true (g_file_get_contents (old, &data, &len, NULL));
        g_assert_true (g_file_set_contents (path, data, (gssize) len, NULL));
        store = open_store ();
        jobs = bw_store_list_interrupted_sync (store, NULL);
        g_assert_cmpuint (jobs->len, ==, 1);
        job = jobs->pdata[0];
        g_assert_cmpstr (job->title, ==, "Flash weather");
        g_assert_cmpstr (job->state, ==, "writing");
        assert_did (job, i < 2 ? NULL : "flash");
        /* nobody knew of copies then: wherever it is now, its MAC tells */
        end_proved (store, begin (store, "24:6f:28:00:00:01", "1-9"));
        assert_open (store, 0, NULL);
        g_clear_pointer (&jobs, g_ptr_array_unref);
        jobs = bw_store_list_boards_sync (store, NULL);
        g_assert_cmpstr (((BwStoredBoard *) jobs->pdata[0])->name, ==, "Porch");
        g_clear_object (&store);
        tear_down ();
    }
}

static int64_t
begin_action (BwStore *store, const char *action, const char *partition, uint32_t offset)
{
    const BwStoredJob job = { .mac = (char *) "24:6f:28:00:00:01",
                              .action = (char *) action,
                              .partition = (char *) partition,
                              .offset = offset,
                              .size = offset == 0 ? 0 : 4096 };
    int64_t id = 0;

    g_assert_true (bw_store_job_begin_sync (store, &job, NULL, &id, NULL));
    return id;
}

static void
test_what_it_did (void)
{
    char *files[] = { (char *) "/x@5/app.bin@0x10000", (char *) "/it's \"\xff\".bin", NULL };
    const BwStoredJob job = { .action = (char *) "read",
                              .partition = (char *) "nvs",
                              .offset = 0x9000,
                              .size = UINT32_MAX,
                              .files = files };
    g_autoptr (BwStore) store = NULL;
    g_autoptr (GPtrArray) jobs = NULL;
    g_autoptr (BwStoredJob) copy = NULL;
    int64_t id = 0;

    set_up ();
    store = open_store ();
    g_assert_true (bw_store_job_begin_sync (store, &job, NULL, &id, NULL));
    jobs = list_jobs (store, NULL);
    copy = bw_stored_job_copy (jobs->pdata[0]);
    g_assert_cmpstr (copy->action, ==, "read");
    g_assert_cmpstr (copy->partition, ==, "nvs");
    g_assert_cmphex (copy->offset, ==, 0x9000);
    g_assert_cmphex (copy->size, ==, UINT32_MAX);
    g_assert_cmpstrv (copy->files, files);
    /* somebody else's hand in the file */
    g_assert_true (
        _bw_store_exec (store, "UPDATE jobs SET files = '[b''/app.bin', offset = -1", NULL));
    g_clear_pointer (&jobs, g_ptr_array_unref);
    jobs = list_jobs (store, NULL);
    g_assert_null (((BwStoredJob *) jobs->pdata[0])->files);
    g_assert_cmphex (((BwStoredJob *) jobs->pdata[0])->offset, ==, 0);
    g_clear_object (&store);
    tear_down ();
}

/* What was torn, what succeeded later without proof, and whether that made it good. */
static void
test_good_without_proof (void)
{
    static const struct {
        const char *action;
        const char *partition;
        uint32_t offset;
        const char *later_action;
        const char *later_partition;
        uint32_t later_offset;
        gboolean is_good;
    } cases[] = {
        { "erase", NULL, 0, "erase", NULL, 0, TRUE },
        { "flash", NULL, 0, "erase", NULL, 0, TRUE },
        { "erase", "nvs", 0, "erase", "nvs", 0, TRUE },
        { "erase", NULL, 0x9000, "erase", NULL, 0x9000, TRUE },
        { "erase", NULL, 0x9000, "erase", NULL, 0, TRUE },
        { "read", NULL, 0, "read", NULL, 0, TRUE },
        { "erase", NULL, 0, "erase", "nvs", 0, FALSE },
        { "erase", NULL, 0, "erase", NULL, 0x9000, FALSE },
        { "erase", "nvs", 0, "erase", "otadata", 0, FALSE },
        { "flash", NULL, 0, "flash", NULL, 0, FALSE },
        { "flash", NULL, 0, "reset", NULL, 0, FALSE },
        { NULL, NULL, 0, "reset", NULL, 0, FALSE },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (BwStore) store = NULL;
        g_autoptr (GPtrArray) jobs = NULL;

        set_up ();
        store = open_store ();
        end_how (store, begin_action (store, cases[i].action, cases[i].partition, cases[i].offset),
                 "cancelled", NULL, TRUE);
        end_how (store,
                 begin_action (store, cases[i].later_action, cases[i].later_partition,
                               cases[i].later_offset),
                 "success", NULL, TRUE);
        jobs = bw_store_list_interrupted_sync (store, NULL);
        g_test_message ("case %u", i);
        g_assert_cmpuint (jobs->len, ==, cases[i].is_good ? 0 : 1);
        g_clear_object (&store);
        tear_down ();
    }
}

static void
test_boards (void)
{
    g_autoptr (BwStore) store = NULL;
    g_autoptr (GPtrArray) boards = NULL;
    g_autoptr (BwBoardInfo) info = bw_board_info_new ();
    g_autofree char *long_name = g_strnfill (200, 'n');
    const BwStoredBoard *board = NULL;

    set_up ();
    store = open_store ();
    info->mac = g_strdup ("24:6f:28:00:00:01");
    info->chip_name = g_strdup ("ESP32-C3");
    bw_store_remember_board (store, info, "1-2");
    bw_store_rename_board (store, info->mac, "Porch sensor");
    bw_store_rename_board (store, "24:6f:28:00:00:02", long_name);
    info->app_name = g_strdup ("weather");
    bw_store_remember_board (store, info, NULL);
    boards = bw_store_list_boards_sync (store, NULL);
    g_assert_cmpuint (boards->len, ==, 2);
    board = boards->pdata[0];
    g_assert_cmpstr (board->name, ==, "Porch sensor");
    g_assert_cmpstr (board->app_name, ==, "weather");
    g_assert_cmpstr (board->last_place, ==, "1-2");
    board = boards->pdata[1];
    g_assert_cmpuint (strlen (board->name), ==, 80);
    bw_store_rename_board (store, info->mac, "");
    g_clear_pointer (&boards, g_ptr_array_unref);
    boards = bw_store_list_boards_sync (store, NULL);
    g_assert_null (((BwStoredBoard *) boards->pdata[0])->name);
    g_clear_object (&store);
    tear_down ();
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer data)
{
    *(GPtrArray **) data = bw_store_list_jobs_finish (BW_STORE (source), result, NULL);
}

static gboolean
is_set (gpointer data)
{
    return *(gpointer *) data != NULL;
}

static void
test_async (void)
{
    g_autoptr (BwStore) store = NULL;
    g_autoptr (GPtrArray) jobs = NULL;

    set_up ();
    store = open_store ();
    begin (store, NULL, NULL);
    bw_store_list_jobs_async (store, NULL, 10, NULL, on_listed, &jobs);
    engine_wait_until (is_set, &jobs, 5000);
    g_assert_cmpuint (jobs->len, ==, 1);
    g_clear_object (&store);
    tear_down ();
}

static void
test_private (void)
{
    struct stat status;
    g_autoptr (BwStore) store = NULL;

    set_up ();
    store = open_store ();
    g_assert_cmpint (g_stat (path, &status), ==, 0);
    g_assert_cmpint (status.st_mode & 0777, ==, 0600);
    g_clear_object (&store);
    tear_down ();
}

static void
test_from_future (void)
{
    g_autoptr (BwStore) store = NULL;
    g_autofree char *before = NULL;
    g_autofree char *after = NULL;
    size_t len = 0;
    size_t len_after = 0;

    set_up ();
    store = open_store ();
    g_assert_true (_bw_store_exec (store, "PRAGMA user_version = 99", NULL));
    g_clear_object (&store);
    g_assert_true (g_file_get_contents (path, &before, &len, NULL));
    assert_refused (BW_CAUSE_STORE_FROM_FUTURE);
    g_assert_true (g_file_get_contents (path, &after, &len_after, NULL));
    g_assert_cmpmem (before, len, after, len_after);
    tear_down ();
}

static char *
find_aside (void)
{
    g_autofree char *sub = g_path_get_dirname (path);
    GDir *dir = g_dir_open (sub, 0, NULL);
    const char *name = NULL;
    char *found = NULL;

    while ((name = g_dir_read_name (dir)) != NULL)
        if (g_str_has_prefix (name, "boardwalk.db.damaged-")) {
            g_assert_null (found);
            found = g_build_filename (sub, name, "boardwalk.db", NULL);
        }
    g_dir_close (dir);
    return found;
}

static void
damage (size_t from, size_t n)
{
    g_autofree char *bytes = NULL;
    size_t len = 0;

    g_assert_true (g_file_get_contents (path, &bytes, &len, NULL));
    g_assert_cmpuint (from + n, <=, len);
    memset (bytes + from, 0xa5, n);
    g_assert_true (g_file_set_contents (path, bytes, (gssize) len, NULL));
}

static void
try_damage (size_t from, size_t n)
{
    g_autoptr (BwStore) store = NULL;
    g_autofree char *aside = NULL;
    g_autofree char *damaged = NULL;
    g_autofree char *kept = NULL;
    size_t len = 0;
    size_t kept_len = 0;

    set_up ();
    store = open_store ();
    for (unsigned i = 0; i < 20; i++)
        begin (store, "24:6f:28:00:00:01", NULL);
    g_clear_object (&store);
    damage (from, n);
    g_assert_true (g_file_get_contents (path, &damaged, &len, NULL));
    assert_refused (BW_CAUSE_STORE_DAMAGED);
    aside = find_aside ();
    g_assert_nonnull (aside);
    g_assert_true (g_file_get_contents (aside, &kept, &kept_len, NULL));
    g_assert_cmpmem (damaged, len, kept, kept_len);
    /* the next start works */
    store = open_store ();
    begin (store, NULL, NULL);
    g_clear_object (&store);
    tear_down ();
}

static void
test_damaged (void)
{
    try_damage (0, 100);
    try_damage (4096, 2000);
    try_damage (100, 3000);
}

static void
test_no_database (void)
{
    set_up ();
    {
        g_autofree char *sub = g_path_get_dirname (path);
        g_autofree char *text = g_strnfill (5000, 'x');

        g_assert_cmpint (g_mkdir_with_parents (sub, 0700), ==, 0);
        g_assert_true (g_file_set_contents (path, text, -1, NULL));
    }
    assert_refused (BW_CAUSE_STORE_DAMAGED);
    tear_down ();
}

/* A sound database that is not what its version says: made by something else, or half of it gone. */
static void
try_other_tables (const char *sql)
{
    g_autoptr (BwStore) store = NULL;
    g_autofree char *aside = NULL;

    set_up ();
    store = open_store ();
    g_assert_true (_bw_store_exec (store, sql, NULL));
    g_clear_object (&store);
    assert_refused (BW_CAUSE_STORE_DAMAGED);
    aside = find_aside ();
    g_assert_nonnull (aside);
    store = open_store ();
    begin (store, NULL, NULL);
    g_clear_object (&store);
    tear_down ();
}

static void
test_other_tables (void)
{
    try_other_tables ("DROP TABLE journal");
    try_other_tables ("ALTER TABLE jobs RENAME COLUMN owner TO other");
    try_other_tables ("ALTER TABLE boards DROP COLUMN name");
    try_other_tables ("PRAGMA user_version = 0");
    /* found only when the jobs of a station that died are marked */
    try_other_tables ("INSERT INTO jobs (address, title, state, started_us, owner)"
                      " VALUES ('a', 't', 'writing', 1, '1 2 3');"
                      "CREATE TRIGGER odd BEFORE UPDATE ON jobs"
                      " BEGIN INSERT INTO nowhere VALUES (1); END");
}

/* Text in the file is shown to people, whoever put it there. */
static void
test_odd_text (void)
{
    g_autoptr (BwStore) store = NULL;
    g_autoptr (GPtrArray) boards = NULL;
    const BwStoredBoard *board = NULL;

    set_up ();
    store = open_store ();
    bw_store_rename_board (store, "24:6f:28:00:00:01", "name");
    bw_store_flush_sync (store);
    g_assert_true (
        _bw_store_exec (store, "UPDATE boards SET name = CAST (x'61ff62' AS TEXT)", NULL));
    boards = bw_store_list_boards_sync (store, NULL);
    board = boards->pdata[0];
    g_assert_cmpstr (board->name, ==, "a\357\277\275b");
    g_clear_object (&store);
    tear_down ();
}

static void
test_no_folder (void)
{
    set_up ();
    {
        g_autofree char *sub = g_path_get_dirname (path);

        g_assert_true (g_file_set_contents (sub, "a file", -1, NULL));
    }
    assert_refused (BW_CAUSE_STORE_CLOSED);
    tear_down ();
}

/* A VFS whose locks fail, as those of a network file system may for a while. */
static sqlite3_vfs sick_vfs;
static sqlite3_vfs *healthy_vfs;
static sqlite3_io_methods sick_methods;
static const sqlite3_io_methods *healthy_methods;

static int
fail_lock (sqlite3_file *file, int level)
{
    return SQLITE_IOERR_LOCK;
}

static int
open_sick (sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
    int code = healthy_vfs->xOpen (healthy_vfs, name, file, flags, ret_flags);

    if (code != SQLITE_OK || file->pMethods == NULL)
        return code;
    healthy_methods = file->pMethods;
    sick_methods = *healthy_methods;
    sick_methods.xLock = fail_lock;
    file->pMethods = &sick_methods;
    return code;
}

/* Only what is damaged is moved away: another station may be at work on the file. */
/* Another process that holds the database until its input ends. */
static int
run_holder (const char *database)
{
    sqlite3 *db = NULL;
    char c = 0;

    if (sqlite3_open (database, &db) != SQLITE_OK
        || sqlite3_exec (db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
        return 1;
    g_print ("held\n");
    while (read (STDIN_FILENO, &c, 1) > 0)
        ;
    sqlite3_close (db);
    return 0;
}

struct holder {
    GPid pid;
    int in;
    unsigned n_said;
    char *evidence;
    GCancellable *cancellable; /* to be cancelled rather than let go */
    GThread *later;            /* lets go */
};

static void
start_holder (struct holder *holder)
{
    const char *argv[] = { program, "--hold", path, NULL };
    int out = -1;
    char c = 0;

    g_assert_true (g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD,
                                             NULL, NULL, &holder->pid, &holder->in, &out, NULL,
                                             NULL));
    g_assert_cmpint (read (out, &c, 1), ==, 1);
    close (out);
}

static void
let_go (struct holder *holder)
{
    close (holder->in);
    waitpid (holder->pid, NULL, 0);
    g_spawn_close_pid (holder->pid);
}

/* After a time in which it would be said several times more. */
static gpointer
let_go_later (gpointer holder)
{
    g_usleep (200 * 1000);
    let_go (holder);
    return NULL;
}

static void
on_wait (const char *evidence, gpointer data)
{
    struct holder *holder = data;

    holder->n_said++;
    g_free (holder->evidence);
    holder->evidence = g_strdup (evidence);
    if (holder->cancellable != NULL)
        g_cancellable_cancel (holder->cancellable);
    else if (holder->later == NULL)
        holder->later = g_thread_new ("later", let_go_later, holder);
}

/* Who has to wait says for whom, once, and goes on when that one is done. */
static void
test_held (void)
{
    struct holder holder = { 0 };
    g_autoptr (BwStore) store = NULL;
    g_autoptr (GError) error = NULL;
    g_autofree char *words = NULL;

    set_up ();
    store = open_store ();
    g_clear_object (&store);
    start_holder (&holder);
    words = g_strdup_printf ("is held by test-bw-store (pid %d)", (int) holder.pid);
    store = bw_store_open_sync (path, NULL, on_wait, &holder, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (holder.n_said, ==, 1);
    g_assert_nonnull (strstr (holder.evidence, "boardwalk.db"));
    g_assert_nonnull (strstr (holder.evidence, words));
    g_thread_join (g_steal_pointer (&holder.later));
    start_holder (&holder);
    begin (store, NULL, NULL);
    g_assert_cmpuint (holder.n_said, ==, 2);
    g_thread_join (g_steal_pointer (&holder.later));
    begin (store, NULL, NULL);
    g_assert_cmpuint (holder.n_said, ==, 2);
    g_clear_object (&store);
    g_free (holder.evidence);
    tear_down ();
}

/* Who does not want to wait any longer leaves nothing behind. */
static void
test_held_and_cancelled (void)
{
    struct holder holder = { 0 };
    const BwStoredJob job = { .title = (char *) "Flash" };
    g_autoptr (BwStore) store = NULL;
    g_autoptr (GPtrArray) jobs = NULL;
    g_autoptr (GError) error = NULL;
    int64_t id = 0;

    set_up ();
    store = bw_store_open_sync (path, NULL, on_wait, &holder, NULL);
    start_holder (&holder);
    holder.cancellable = g_cancellable_new ();
    g_assert_false (bw_store_job_begin_sync (store, &job, holder.cancellable, &id, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_CANCELLED);
    g_clear_error (&error);
    g_clear_object (&store);
    g_clear_object (&holder.cancellable);
    holder.cancellable = g_cancellable_new ();
    store = bw_store_open_sync (path, holder.cancellable, on_wait, &holder, &error);
    g_assert_null (store);
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_CANCELLED);
    g_assert_cmpuint (holder.n_said, ==, 2);
    let_go (&holder);
    store = open_store ();
    jobs = list_jobs (store, NULL);
    g_assert_cmpuint (jobs->len, ==, 0);
    g_clear_object (&store);
    g_object_unref (holder.cancellable);
    g_free (holder.evidence);
    tear_down ();
}

/* A verdict is tried whoever has been cancelled before, and waited for until somebody says stop. */
static void
test_end_held_and_cancelled (void)
{
    const BwStoredJob good = { .result = (char *) "success", .is_proved = TRUE };
    struct holder holder = { 0 };
    g_autoptr (BwStore) store = NULL;
    g_autoptr (GPtrArray) jobs = NULL;
    g_autoptr (GError) error = NULL;
    int64_t id = 0;

    set_up ();
    store = bw_store_open_sync (path, NULL, on_wait, &holder, NULL);
    id = begin (store, NULL, NULL);
    start_holder (&holder);
    holder.cancellable = g_cancellable_new ();
    g_assert_false (bw_store_job_end_sync (store, id, &good, holder.cancellable, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_STORE_BUSY);
    g_assert_nonnull (strstr (error->message, "cancelled"));
    g_assert_cmpuint (holder.n_said, ==, 1);
    let_go (&holder);
    jobs = list_jobs (store, NULL);
    g_assert_cmpstr (((const BwStoredJob *) jobs->pdata[0])->result, ==, "none");
    g_clear_pointer (&jobs, g_ptr_array_unref);
    g_assert_true (bw_store_job_end_sync (store, id, &good, holder.cancellable, NULL));
    jobs = list_jobs (store, NULL);
    g_assert_cmpstr (((const BwStoredJob *) jobs->pdata[0])->result, ==, "success");
    g_clear_object (&store);
    g_object_unref (holder.cancellable);
    g_free (holder.evidence);
    tear_down ();
}

static void
on_wait_abandon (const char *evidence, gpointer store)
{
    bw_store_abandon (*(BwStore **) store);
}

/* Who leaves does not wait to the end, and says what is lost. */
static void
test_abandoned (void)
{
    struct holder holder = { 0 };
    BwStore *store = NULL;
    int64_t began_us = 0;
    int64_t id = 0;

    set_up ();
    store = bw_store_open_sync (path, NULL, on_wait_abandon, &store, NULL);
    id = begin (store, NULL, NULL);
    start_holder (&holder);
    g_test_expect_message ("bw-store", G_LOG_LEVEL_WARNING,
                           "name of board 24:6f:28:00:00:01 is not recorded: *");
    g_test_expect_message ("bw-store", G_LOG_LEVEL_WARNING,
                           "step “writing” of job 1 is not recorded: *");
    began_us = g_get_monotonic_time ();
    bw_store_rename_board (store, "24:6f:28:00:00:01", "Porch");
    bw_store_job_state (store, id, "writing", 0.5, NULL);
    bw_store_flush_sync (store);
    g_object_unref (store);
    g_assert_cmpint (g_get_monotonic_time () - began_us, <, 4 * G_USEC_PER_SEC);
    g_test_assert_expected_messages ();
    let_go (&holder);
    tear_down ();
}

/* The writing thread waits with somebody else's work until the cancelled one has come back. */
struct queue {
    BwStore *store;
    GCancellable *cancellable;
    int is_waiting;
    int is_back;
};

static void
on_wait_for_other (const char *evidence, gpointer data)
{
    struct queue *queue = data;

    g_atomic_int_set (&queue->is_waiting, 1);
    while (g_atomic_int_get (&queue->is_back) == 0)
        g_thread_yield ();
}

static gpointer
begin_in_queue (gpointer data)
{
    struct queue *queue = data;
    const BwStoredJob job = { .title = (char *) "Flash" };
    GError *error = NULL;
    int64_t id = 0;

    g_assert_false (bw_store_job_begin_sync (queue->store, &job, queue->cancellable, &id, &error));
    return error;
}

static void
test_cancelled_behind_others (void)
{
    struct holder holder = { 0 };
    struct queue queue = { 0 };
    g_autoptr (GPtrArray) jobs = NULL;
    g_autoptr (GError) error = NULL;
    GThread *thread = NULL;
    int64_t id = 0;

    set_up ();
    queue.store = bw_store_open_sync (path, NULL, on_wait_for_other, &queue, NULL);
    queue.cancellable = g_cancellable_new ();
    id = begin (queue.store, NULL, NULL);
    start_holder (&holder);
    bw_store_job_state (queue.store, id, "writing", 0.5, NULL);
    while (g_atomic_int_get (&queue.is_waiting) == 0)
        g_thread_yield ();
    thread = g_thread_new ("queue", begin_in_queue, &queue);
    while (g_atomic_int_get ((int *) &G_OBJECT (queue.cancellable)->ref_count) < 2)
        g_thread_yield ();
    g_cancellable_cancel (queue.cancellable);
    /* would never come back */
    error = g_thread_join (thread);
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_CANCELLED);
    let_go (&holder);
    g_atomic_int_set (&queue.is_back, 1);
    jobs = list_jobs (queue.store, NULL);
    g_assert_cmpuint (jobs->len, ==, 1);
    g_assert_cmpstr (((const BwStoredJob *) jobs->pdata[0])->state, ==, "writing");
    g_clear_object (&queue.store);
    g_object_unref (queue.cancellable);
    tear_down ();
}

static void
test_passing_trouble (void)
{
    g_autoptr (BwStore) store = NULL;
    g_autoptr (GError) error = NULL;

    set_up ();
    store = open_store ();
    begin (store, NULL, NULL);
    healthy_vfs = sqlite3_vfs_find (NULL);
    sick_vfs = *healthy_vfs;
    sick_vfs.zName = "sick";
    sick_vfs.xOpen = open_sick;
    g_assert_cmpint (sqlite3_vfs_register (&sick_vfs, 1), ==, SQLITE_OK);
    g_assert_null (bw_store_open_sync (path, NULL, NULL, NULL, &error));
    g_assert_cmpint (sqlite3_vfs_register (healthy_vfs, 1), ==, SQLITE_OK);
    g_assert_cmpint (sqlite3_vfs_unregister (&sick_vfs), ==, SQLITE_OK);
    g_test_message ("%s", error->message);
    g_assert_cmpstr (bw_cause_get_id (bw_error_get_cause (error)), ==, "store-busy");
    g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
    begin (store, NULL, NULL);
    g_clear_object (&store);
    tear_down ();
}

/* A VFS that counts how often the log of what is written is brought to the disk. */
static sqlite3_vfs counting_vfs;
static sqlite3_io_methods counting_methods;
static const sqlite3_io_methods *plain_methods;
static int n_syncs;
static void (*on_sync) (void); /* NULL: nothing; called on the thread that writes */

static int
count_sync (sqlite3_file *file, int flags)
{
    g_atomic_int_inc (&n_syncs);
    if (on_sync != NULL)
        on_sync ();
    return plain_methods->xSync (file, flags);
}

static int
open_counting (sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
    int code = healthy_vfs->xOpen (healthy_vfs, name, file, flags, ret_flags);

    if (code != SQLITE_OK || (flags & SQLITE_OPEN_WAL) == 0)
        return code;
    plain_methods = file->pMethods;
    counting_methods = *plain_methods;
    counting_methods.xSync = count_sync;
    file->pMethods = &counting_methods;
    return code;
}

static void
begin_counting (void)
{
    healthy_vfs = sqlite3_vfs_find (NULL);
    counting_vfs = *healthy_vfs;
    counting_vfs.zName = "counting";
    counting_vfs.xOpen = open_counting;
    g_assert_cmpint (sqlite3_vfs_register (&counting_vfs, 1), ==, SQLITE_OK);
}

static void
end_counting (void)
{
    g_assert_cmpint (sqlite3_vfs_register (healthy_vfs, 1), ==, SQLITE_OK);
    g_assert_cmpint (sqlite3_vfs_unregister (&counting_vfs), ==, SQLITE_OK);
}

/* The start before anything is done to a board, the verdict before anybody sees it. */
static void
test_begin_and_end_are_on_disk (void)
{
    g_autoptr (BwStore) store = NULL;
    int64_t id = 0;

    set_up ();
    begin_counting ();
    store = open_store ();
    g_atomic_int_set (&n_syncs, 0);
    id = begin (store, NULL, NULL);
    g_assert_cmpint (g_atomic_int_get (&n_syncs), >, 0);
    g_atomic_int_set (&n_syncs, 0);
    end (store, id, "success", NULL);
    g_assert_cmpint (g_atomic_int_get (&n_syncs), >, 0);
    g_clear_object (&store);
    end_counting ();
    tear_down ();
}

/* A job that begins in the same transaction as something that fails, and is not wanted any more when
 * its turn comes again. */
struct unlucky {
    BwStore *store;
    GCancellable *cancellable;
    GError *error;
};

static struct unlucky unlucky;
static int is_held; /* the writing thread */

static void
hold_then_cancel (void)
{
    if (g_atomic_int_get (&is_held) == 0)
        g_cancellable_cancel (unlucky.cancellable);
    while (g_atomic_int_get (&is_held) != 0)
        g_thread_yield ();
}

static gpointer
begin_unlucky (gpointer data)
{
    const BwStoredJob job = { .title = (char *) "Flash" };
    int64_t id = 0;

    g_assert_false (
        bw_store_job_begin_sync (unlucky.store, &job, unlucky.cancellable, &id, &unlucky.error));
    g_assert_cmpint (id, ==, 0);
    return NULL;
}

static void
test_rolled_back_and_cancelled (void)
{
    g_autoptr (GPtrArray) jobs = NULL;
    GThread *thread = NULL;
    int64_t id = 0;

    set_up ();
    begin_counting ();
    unlucky.store = open_store ();
    unlucky.cancellable = g_cancellable_new ();
    id = begin (unlucky.store, NULL, NULL);
    g_atomic_int_set (&is_held, 1);
    on_sync = hold_then_cancel;
    g_atomic_int_set (&n_syncs, 0);
    bw_store_job_state (unlucky.store, id, "connecting", 0, NULL);
    while (g_atomic_int_get (&n_syncs) == 0)
        g_thread_yield ();
    bw_store_job_state (unlucky.store, id, "writing", 0, NULL);
    thread = g_thread_new ("unlucky", begin_unlucky, NULL);
    /* it is with the others now, or about to be: if it comes too late there is nothing to see */
    while (g_atomic_int_get ((int *) &G_OBJECT (unlucky.cancellable)->ref_count) < 2)
        g_thread_yield ();
    for (unsigned i = 0; i < 1000; i++)
        g_thread_yield ();
    g_test_expect_message ("bw-store", G_LOG_LEVEL_WARNING, "*FOREIGN KEY*ignoring*");
    bw_store_job_state (unlucky.store, id + 1000, "writing", 0, NULL);
    g_atomic_int_set (&is_held, 0);
    g_thread_join (thread);
    g_assert_cmpint (bw_error_get_cause (unlucky.error), ==, BW_CAUSE_CANCELLED);
    jobs = list_jobs (unlucky.store, NULL);
    g_test_assert_expected_messages ();
    g_assert_cmpuint (jobs->len, ==, 1);
    g_clear_object (&unlucky.store);
    on_sync = NULL;
    end_counting ();
    g_clear_error (&unlucky.error);
    g_clear_object (&unlucky.cancellable);
    tear_down ();
}

/* A verdict about a job that is not in the store is not kept, and that is said. */
static void
test_unknown_job (void)
{
    g_autoptr (BwStore) store = NULL;
    g_autoptr (GError) error = NULL;
    const BwStoredJob good = { .result = (char *) "success" };
    int64_t id = 0;

    set_up ();
    store = open_store ();
    id = begin (store, NULL, NULL);
    g_assert_true (_bw_store_exec (store, "DELETE FROM jobs", NULL));
    g_assert_false (bw_store_job_end_sync (store, id, &good, NULL, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_STORE_DAMAGED);
    g_clear_object (&store);
    tear_down ();
}

/* SQLite would go on writing to a file that nobody finds any more. */
static void
test_gone (void)
{
    g_autoptr (BwStore) store = NULL;
    g_autoptr (GError) error = NULL;
    const BwStoredJob good = { .result = (char *) "success" };
    int64_t id = 0, other = 0;

    set_up ();
    store = open_store ();
    id = begin (store, NULL, NULL);
    g_assert_cmpint (g_unlink (path), ==, 0);
    g_assert_false (bw_store_job_end_sync (store, id, &good, NULL, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_STORE_GONE);
    g_assert_nonnull (strstr (error->message, path));
    g_clear_error (&error);
    g_assert_true (g_file_set_contents (path, "another", -1, NULL));
    g_assert_false (bw_store_job_begin_sync (store, &good, NULL, &other, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_STORE_GONE);
    g_assert_cmpint (other, ==, 0);
    g_clear_object (&store);
    tear_down ();
}

/* A disk without room: pages beyond the present ones are refused by the database itself. */
static void
test_full (void)
{
    g_autoptr (BwStore) store = NULL;
    g_autoptr (GError) error = NULL;
    g_autofree char *much = g_strnfill (100000, 'm');
    BwStoredJob job = { .address = (char *) "a", .title = much };
    int64_t id = 0;

    set_up ();
    store = open_store ();
    id = begin (store, NULL, NULL);
    g_assert_true (_bw_store_exec (store, "PRAGMA max_page_count = 1", NULL));
    g_assert_false (bw_store_job_begin_sync (store, &job, NULL, &id, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_NO_SPACE);
    /* small things still fit, and what was there is there */
    g_assert_true (_bw_store_exec (store, "PRAGMA max_page_count = 100000", NULL));
    end (store, id, "success", NULL);
    g_clear_object (&store);
    tear_down ();
}

static void
test_read_only (void)
{
    g_autoptr (BwStore) store = NULL;
    g_autoptr (GError) error = NULL;
    const BwStoredJob job = { .address = (char *) "a", .title = (char *) "t" };
    int64_t id = 0;

    set_up ();
    store = open_store ();
    g_assert_true (_bw_store_exec (store, "PRAGMA query_only = 1", NULL));
    g_assert_false (bw_store_job_begin_sync (store, &job, NULL, &id, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_STORE_CLOSED);
    /* what nobody waits for must not take the program down */
    g_test_expect_message ("bw-store", G_LOG_LEVEL_WARNING, "*ignoring*");
    bw_store_rename_board (store, "24:6f:28:00:00:01", "x");
    bw_store_flush_sync (store);
    g_test_assert_expected_messages ();
    g_clear_object (&store);
    tear_down ();
}

static gpointer
write_jobs (gpointer data)
{
    for (unsigned i = 0; i < 10; i++) {
        int64_t id = begin (data, NULL, NULL);

        bw_store_job_state (data, id, "writing", 0.5, NULL);
        end (data, id, "success", NULL);
    }
    return NULL;
}

static void
test_many_threads (void)
{
    g_autoptr (BwStore) store = NULL;
    g_autoptr (GPtrArray) jobs = NULL;
    GThread *threads[64];

    set_up ();
    store = open_store ();
    for (unsigned i = 0; i < 64; i++)
        threads[i] = g_thread_new ("job", write_jobs, store);
    for (unsigned i = 0; i < 64; i++)
        g_thread_join (threads[i]);
    jobs = list_jobs (store, NULL);
    g_assert_cmpuint (jobs->len, ==, 640);
    for (unsigned i = 0; i < jobs->len; i++)
        g_assert_cmpstr (((BwStoredJob *) jobs->pdata[i])->result, ==, "success");
    g_clear_object (&store);
    tear_down ();
}

/* A second program may open the store while the first one's jobs run. */
static void
test_shared (void)
{
    g_autoptr (BwStore) store = NULL;
    g_autoptr (BwStore) other = NULL;
    g_autoptr (GPtrArray) jobs = NULL;
    int64_t id = 0;

    set_up ();
    store = open_store ();
    id = begin (store, NULL, NULL);
    other = open_store ();
    jobs = list_jobs (other, NULL);
    g_assert_cmpstr (((BwStoredJob *) jobs->pdata[0])->result, ==, "none");
    end (store, id, "success", NULL);
    g_clear_object (&other);
    g_clear_object (&store);
    tear_down ();
}

static void
test_owner (void)
{
    g_autofree char *own = _bw_store_db_dup_owner ();
    g_auto (GStrv) words = g_strsplit (own, " ", 3);
    g_autofree char *recycled = g_strdup_printf ("%s 1 %s", words[0], words[2]);
    g_autofree char *rebooted = g_strdup_printf ("%s %s other", words[0], words[1]);

    g_assert_true (_bw_store_db_owner_lives (own));
    g_assert_false (_bw_store_db_owner_lives (recycled));
    g_assert_false (_bw_store_db_owner_lives (rebooted));
    g_assert_false (_bw_store_db_owner_lives ("junk"));
    g_assert_false (_bw_store_db_owner_lives (NULL));
}

/* The child of the kill test: journals jobs until it is killed, and says what it was promised. */
static int
run_child (const char *database)
{
    BwStore *store = bw_store_open_sync (database, NULL, NULL, NULL, NULL);

    if (store == NULL)
        return 1;
    for (;;) {
        int64_t id = begin (store, "24:6f:28:00:00:01", NULL);

        g_print ("began %" G_GINT64_FORMAT "\n", id);
        for (unsigned i = 0; i < 5; i++)
            bw_store_job_state (store, id, "writing", i / 5.0, NULL);
        if (id % 2 == 0)
            end (store, id, "success", NULL);
        if (id % 2 == 0)
            g_print ("ended %" G_GINT64_FORMAT "\n", id);
    }
}

static char *
run_and_kill (unsigned ms)
{
    const char *argv[] = { program, "--child", path, NULL };
    g_autoptr (GError) error = NULL;
    GPid pid = 0;
    int out = -1;
    char buffer[65536];
    GString *text = g_string_new (NULL);
    ssize_t n = 0;

    g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                              &pid, NULL, &out, NULL, &error);
    g_assert_no_error (error);
    /* the clock starts when it works */
    n = read (out, buffer, sizeof buffer);
    g_assert_cmpint (n, >, 0);
    g_string_append_len (text, buffer, n);
    g_usleep (ms * 1000);
    kill (pid, SIGKILL);
    while ((n = read (out, buffer, sizeof buffer)) > 0)
        g_string_append_len (text, buffer, n);
    close (out);
    waitpid (pid, NULL, 0);
    g_spawn_close_pid (pid);
    return g_string_free (text, FALSE);
}

static const BwStoredJob *
find_job (GPtrArray *jobs, int64_t id)
{
    for (unsigned i = 0; i < jobs->len; i++)
        if (((BwStoredJob *) jobs->pdata[i])->id == id)
            return jobs->pdata[i];
    return NULL;
}

/* Each promise that was printed holds; nothing is half. */
static void
check_promises (GPtrArray *jobs, const char *text)
{
    g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

    for (char **line = lines; *line != NULL && line[1] != NULL; line++) {
        int64_t id = g_ascii_strtoll (*line + strlen ("began "), NULL, 10);
        const BwStoredJob *job = find_job (jobs, id);

        g_assert_nonnull (job);
        if (g_str_has_prefix (*line, "ended "))
            g_assert_cmpstr (job->result, ==, "success");
        else if (id % 2 == 1)
            g_assert_cmpstr (job->result, ==, "interrupted");
    }
}

static void
test_killed (void)
{
    set_up ();
    for (unsigned round = 0; round < 12; round++) {
        g_autofree char *text = run_and_kill (round * 7);
        g_autoptr (BwStore) store = open_store ();
        g_autoptr (GPtrArray) jobs = bw_store_list_jobs_sync (store, NULL, 1000000, NULL);

        check_promises (jobs, text);
        for (unsigned i = 0; i < jobs->len; i++)
            g_assert_cmpstr (((BwStoredJob *) jobs->pdata[i])->result, !=, "none");
    }
    tear_down ();
}

static void
test_interrupted (void)
{
    g_autoptr (BwStore) store = NULL;
    g_autoptr (GPtrArray) jobs = NULL;
    int64_t first = 0;
    int64_t second = 0;
    int64_t third = 0;

    set_up ();
    store = open_store ();
    first = begin (store, "24:6f:28:00:00:01", NULL);
    second = begin (store, "24:6f:28:00:00:02", NULL);
    third = begin (store, NULL, "1-3");
    bw_store_job_state (store, first, "writing", 0.62, NULL);
    bw_store_flush_sync (store);
    /* as if another process had begun them and died */
    g_assert_true (_bw_store_exec (store, "UPDATE jobs SET owner = '1 1 other'", NULL));
    g_clear_object (&store);
    store = open_store ();
    jobs = bw_store_list_interrupted_sync (store, NULL);
    g_assert_cmpuint (jobs->len, ==, 3);
    g_assert_cmpstr (((BwStoredJob *) jobs->pdata[2])->state, ==, "writing");
    g_assert_cmpfloat (((BwStoredJob *) jobs->pdata[2])->fraction, ==, 0.62);
    bw_store_acknowledge_job (store, second);
    end_proved (store, begin (store, "24:6f:28:00:00:01", NULL));
    end (store, begin (store, NULL, "1-3"), "failed", "lost");
    g_clear_pointer (&jobs, g_ptr_array_unref);
    jobs = bw_store_list_interrupted_sync (store, NULL);
    g_assert_cmpuint (jobs->len, ==, 1);
    g_assert_cmpint (((BwStoredJob *) jobs->pdata[0])->id, ==, third);
    g_clear_object (&store);
    tear_down ();
}

static int64_t
end_at (BwStore *store, const char *mac, const char *state, const char *result, const char *cause)
{
    int64_t id = begin (store, mac, NULL);

    bw_store_job_state (store, id, "connecting", 0, NULL);
    bw_store_job_state (store, id, state, 0.4, NULL);
    bw_store_job_state (store, id, "waiting-replug", 0.4, NULL);
    end_how (store, id, result, cause, g_strcmp0 (state, "checking") != 0);
    return id;
}

/* Not only a station that dies leaves a board half written. */
static void
test_torn (void)
{
    g_autoptr (BwStore) store = NULL;
    g_autoptr (GPtrArray) jobs = NULL;
    const BwStoredJob *job = NULL;

    set_up ();
    store = open_store ();
    end_at (store, "24:6f:28:00:00:01", "writing", "failed", "unplugged");
    end_at (store, "24:6f:28:00:00:02", "erasing", "cancelled", "cancelled");
    /* nothing was touched, or it is whole and does not start */
    end_at (store, "24:6f:28:00:00:03", "checking", "failed", "unplugged");
    end_at (store, "24:6f:28:00:00:04", "checking", "cancelled", "cancelled");
    end_at (store, "24:6f:28:00:00:05", "listening", "failed", "app-boot-loop");
    end_at (store, "24:6f:28:00:00:08", "listening", "failed", "brownout");
    /* it said why, but what is on the board is no whole firmware all the same */
    end_at (store, "24:6f:28:00:00:09", "writing", "failed", "noisy-line");
    /* where a network port's cable is pulled, the line is lost */
    end_at (store, "24:6f:28:00:00:07", "writing", "failed", "lost");
    /* of two on one board the later one counts, whether seen or not */
    end_at (store, "24:6f:28:00:00:06", "writing", "failed", "unplugged");
    bw_store_acknowledge_job (store, end_at (store, "24:6f:28:00:00:06", "writing", "cancelled",
                                             "cancelled"));
    jobs = bw_store_list_interrupted_sync (store, NULL);
    g_assert_cmpuint (jobs->len, ==, 4);
    job = jobs->pdata[0];
    g_assert_cmpstr (job->mac, ==, "24:6f:28:00:00:07");
    g_assert_cmpstr (job->cause, ==, "lost");
    job = jobs->pdata[1];
    g_assert_cmpstr (job->mac, ==, "24:6f:28:00:00:09");
    job = jobs->pdata[2];
    g_assert_cmpstr (job->mac, ==, "24:6f:28:00:00:02");
    g_assert_cmpstr (job->state, ==, "erasing");
    g_assert_cmpstr (job->result, ==, "cancelled");
    job = jobs->pdata[3];
    g_assert_cmpstr (job->mac, ==, "24:6f:28:00:00:01");
    g_assert_cmpstr (job->state, ==, "writing");
    g_assert_cmpstr (job->cause, ==, "unplugged");
    g_assert_cmpfloat (job->fraction, ==, 0.4);
    g_clear_object (&store);
    tear_down ();
}

static unsigned
count_torn (BwStore *store)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) jobs = bw_store_list_interrupted_sync (store, &error);

    g_assert_no_error (error);
    return jobs->len;
}

/* A restart succeeds on a half-written board as well; only what was proved makes it good. */
static void
test_made_good (void)
{
    const char *mac = "24:6f:28:00:00:01";
    g_autoptr (BwStore) store = NULL;
    int64_t running = 0;

    set_up ();
    store = open_store ();
    end_at (store, mac, "writing", "cancelled", "cancelled");
    g_assert_cmpuint (count_torn (store), ==, 1);
    /* while a job runs it may yet */
    running = begin (store, mac, NULL);
    g_assert_cmpuint (count_torn (store), ==, 0);
    end (store, running, "success", NULL);
    g_assert_cmpuint (count_torn (store), ==, 1);
    end_how (store, begin (store, mac, NULL), "success", NULL, TRUE);
    g_assert_cmpuint (count_torn (store), ==, 1);
    end_proved (store, begin (store, mac, NULL));
    g_assert_cmpuint (count_torn (store), ==, 0);
    g_clear_object (&store);
    tear_down ();
}

int
main (int argc, char **argv)
{
    if (argc == 3 && strcmp (argv[1], "--child") == 0)
        return run_child (argv[2]);
    if (argc == 3 && strcmp (argv[1], "--hold") == 0)
        return run_holder (argv[2]);
    program = argv[0];
    engine_init (&argc, &argv);
    g_test_add_func ("/engine/store/jobs", test_jobs);
    g_test_add_func ("/engine/store/keeps-what-was-proved", test_proved);
    g_test_add_func ("/engine/store/from-version-1", test_from_past);
    g_test_add_func ("/engine/store/from-files-of-the-past", test_from_files_of_the_past);
    g_test_add_func ("/engine/store/what-it-did", test_what_it_did);
    g_test_add_func ("/engine/store/good-without-proof", test_good_without_proof);
    g_test_add_func ("/engine/store/boards", test_boards);
    g_test_add_func ("/engine/store/async", test_async);
    g_test_add_func ("/engine/store/only-the-owner-reads", test_private);
    g_test_add_func ("/engine/store/from-the-future", test_from_future);
    g_test_add_func ("/engine/store/damaged", test_damaged);
    g_test_add_func ("/engine/store/no-database", test_no_database);
    g_test_add_func ("/engine/store/other-tables", test_other_tables);
    g_test_add_func ("/engine/store/odd-text", test_odd_text);
    g_test_add_func ("/engine/store/no-folder", test_no_folder);
    g_test_add_func ("/engine/store/unknown-job", test_unknown_job);
    g_test_add_func ("/engine/store/gone", test_gone);
    g_test_add_func ("/engine/store/passing-trouble-is-no-damage", test_passing_trouble);
    g_test_add_func ("/engine/store/begin-and-end-are-on-disk", test_begin_and_end_are_on_disk);
    g_test_add_func ("/engine/store/cancelled-behind-others", test_cancelled_behind_others);
    g_test_add_func ("/engine/store/rolled-back-and-cancelled", test_rolled_back_and_cancelled);
    g_test_add_func ("/engine/store/held", test_held);
    g_test_add_func ("/engine/store/held-and-cancelled", test_held_and_cancelled);
    g_test_add_func ("/engine/store/abandoned", test_abandoned);
    g_test_add_func ("/engine/store/end-held-and-cancelled", test_end_held_and_cancelled);
    g_test_add_func ("/engine/store/full", test_full);
    g_test_add_func ("/engine/store/read-only", test_read_only);
    g_test_add_func ("/engine/store/64-threads", test_many_threads);
    g_test_add_func ("/engine/store/shared", test_shared);
    g_test_add_func ("/engine/store/owner", test_owner);
    g_test_add_func ("/engine/store/killed-at-any-instant", test_killed);
    g_test_add_func ("/engine/store/interrupted", test_interrupted);
    g_test_add_func ("/engine/store/written-later", test_written_later);
    g_test_add_func ("/engine/store/torn-beside-a-twin", test_torn_beside_a_twin);
    g_test_add_func ("/engine/store/torn-of-copies", test_torn_of_copies);
    g_test_add_func ("/engine/store/copies-seen-later", test_copies_seen_later);
    g_test_add_func ("/engine/store/made-good-by-proof-only", test_made_good);
    g_test_add_func ("/engine/store/torn", test_torn);
    return engine_run ();
}
