/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Jobs on boards that a test pretends: order of events, verdicts, cancel in every state, lost
 * ports, the journal, the files. */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "bw-error.h"
#include "bw-job-private.h"
#include "bw-job-table.h"
#include "bw-store-private.h"
#include "engine-wait.h"
#include "fake-driver.h"
#include "firmware-make.h"

#define ADDRESS "/dev/fake0"
#define MAC "24:6f:28:00:00:01"

typedef struct {
    char *folder;
    BwStore *store;
    BwFirmware *firmware;
    FakeBoard *board;
    BwLog *log;
    BwJob *job;
    GString *seen; /* S: a state, P: progress, L: a line, R: the result */
    GString *states;
    unsigned n_progress;
    gboolean is_finished;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
    g_autofree char *path = NULL;

    f->folder = make_folder ();
    f->firmware = make_boot_firmware (f->folder);
    path = g_build_filename (f->folder, "boardwalk.db", NULL);
    f->store = bw_store_open_sync (path, NULL, NULL, NULL, NULL);
    fake_world_start ();
    f->board = fake_world_add (ADDRESS);
    f->board->mac = MAC;
    f->log = bw_log_new ();
    f->seen = g_string_new (NULL);
    f->states = g_string_new (NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
    if (f->job != NULL)
        g_signal_handlers_disconnect_by_data (f->job, f);
    if (f->job != NULL)
        engine_wait_unheld (f->job);
    g_clear_object (&f->job);
    /* it may still have a tick on its way */
    engine_wait_unheld (f->log);
    g_clear_object (&f->log);
    fake_world_stop ();
    g_clear_object (&f->firmware);
    g_clear_object (&f->store);
    g_string_free (f->seen, TRUE);
    g_string_free (f->states, TRUE);
    make_folder_remove (f->folder);
}

static void
on_event (BwJob *job, const BwJobEvent *event, Fixture *f)
{
    g_assert_false (f->is_finished);
    g_assert_cmpint (event->time_us, >, 0);
    if (event->kind == BW_JOB_EVENT_STATE) {
        g_string_append_printf (f->states, "%s ", bw_job_state_get_id (event->state));
        g_string_append_c (f->seen, 'S');
    } else if (event->kind == BW_JOB_EVENT_PROGRESS) {
        f->n_progress++;
        g_assert_cmpuint (event->done, <=, event->total);
    } else if (event->kind == BW_JOB_EVENT_LOG) {
        g_assert_nonnull (event->line->text);
        g_string_append_c (f->seen, 'L');
    } else if (event->kind != BW_JOB_EVENT_OPEN_LINE) {
        g_string_append_c (f->seen, 'R');
    }
}

static void
on_finished (BwJob *job, Fixture *f)
{
    g_assert_cmpint (bw_job_get_state (job), ==, BW_JOB_FINISHED);
    g_assert_cmpint (bw_job_get_result (job), !=, BW_JOB_NONE);
    g_assert_false (f->is_finished);
    f->is_finished = TRUE;
}

static void
make_job (Fixture *f, BwPlan *plan)
{
    g_autoptr (BwPlan) owned = plan;

    f->job = bw_job_new (ADDRESS, owned, f->store, f->log);
    _bw_job_set_replug_time (f->job, 300);
    g_signal_connect (f->job, "event", G_CALLBACK (on_event), f);
    g_signal_connect (f->job, "finished", G_CALLBACK (on_finished), f);
}

static gboolean
is_finished (gpointer data)
{
    return ((Fixture *) data)->is_finished;
}

static void
run (Fixture *f, BwPlan *plan)
{
    make_job (f, plan);
    bw_job_start (f->job);
    engine_wait_until (is_finished, f, 10000);
}

static BwPlan *
plan_flash (Fixture *f, const BwPlanOptions *options)
{
    return bw_plan_new_firmware (BW_ACTION_FLASH, f->firmware, options);
}

static void
assert_failed (Fixture *f, BwCause cause)
{
    g_assert_cmpint (bw_job_get_result (f->job), ==, BW_JOB_FAILED);
    g_assert_nonnull (bw_job_get_error (f->job));
    g_test_message ("%s", bw_job_get_error (f->job)->message);
    g_assert_cmpstr (bw_cause_get_id (bw_error_get_cause (bw_job_get_error (f->job))), ==,
                     bw_cause_get_id (cause));
    g_assert_false (bw_job_is_proved (f->job));
}

static void
assert_succeeded (Fixture *f)
{
    if (bw_job_get_error (f->job) != NULL)
        g_test_message ("%s", bw_job_get_error (f->job)->message);
    g_assert_cmpint (bw_job_get_result (f->job), ==, BW_JOB_SUCCESS);
    g_assert_null (bw_job_get_error (f->job));
}

static BwStoredJob *
get_stored (Fixture *f)
{
    g_autoptr (GPtrArray) jobs = bw_store_list_jobs_sync (f->store, NULL, 10, NULL);

    g_assert_cmpuint (jobs->len, ==, 1);
    return bw_stored_job_copy (jobs->pdata[0]);
}

/* Good ends */

static void
test_flash (Fixture *f, gconstpointer data)
{
    g_autoptr (BwStoredJob) stored = NULL;
    BwJobProgress progress;

    run (f, plan_flash (f, NULL));
    assert_succeeded (f);
    g_assert_true (bw_job_is_proved (f->job));
    g_assert_cmpstr (f->states->str, ==,
                     "connecting identifying checking writing verifying confirming listening "
                     "finished ");
    /* the station's own note comes first, the result last, the board's log before the end */
    g_assert_true (g_str_has_prefix (f->seen->str, "L"));
    g_assert_true (g_str_has_suffix (f->seen->str, "SR"));
    g_assert_nonnull (strstr (bw_job_get_summary (f->job), "proved by digest"));
    g_assert_nonnull (strstr (bw_job_get_summary (f->job), "application came up"));
    g_assert_nonnull (strstr (bw_job_get_summary (f->job), "unchanged"));
    g_assert_null (strstr (bw_job_get_summary (f->job), "touched"));
    g_assert_cmpstr (bw_job_get_info (f->job)->mac, ==, MAC);
    bw_job_get_progress (f->job, &progress);
    g_assert_cmpfloat (progress.fraction, ==, 1);
    stored = get_stored (f);
    g_assert_cmpstr (stored->result, ==, "success");
    g_assert_cmpstr (stored->mac, ==, MAC);
    g_assert_nonnull (strstr (stored->firmware, "0x1000 "));
}

/* A manifest has builds for several chips; the record tells what this board got. */
static void
test_records_its_build (Fixture *f, gconstpointer data)
{
    g_autofree char *other = make_text (f->folder, "other.bin", "what another chip gets");
    g_autofree char *manifest =
        make_text (f->folder, "manifest.json",
                   "{ \"name\": \"Weather\", \"builds\": ["
                   " { \"chipFamily\": \"ESP32\", \"parts\": ["
                   "   { \"path\": \"boot.bin\", \"offset\": 4096 } ] },"
                   " { \"chipFamily\": \"ESP32-C3\", \"parts\": ["
                   "   { \"path\": \"other.bin\", \"offset\": 1114112 } ] } ] }");
    g_autoptr (BwStoredJob) stored = NULL;

    g_clear_object (&f->firmware);
    f->firmware = make_load (manifest, NULL);
    run (f, plan_flash (f, NULL));
    assert_succeeded (f);
    stored = get_stored (f);
    g_assert_true (g_str_has_prefix (stored->firmware, "Weather"));
    g_assert_nonnull (strstr (stored->firmware, "\n0x1000 "));
    g_assert_null (strstr (stored->firmware, "0x110000"));
}

/* What the board holds afterwards is known without asking again. */
static void
test_learns (Fixture *f, gconstpointer data)
{
    const MakeImage app = { .app = "weather", .version = "1.5.0" };
    g_autoptr (GBytes) boot = make_image (&(MakeImage){ 0 });
    g_autoptr (GBytes) table = make_table ();
    g_autoptr (GBytes) image = make_image (&app);
    g_autofree char *boot_file = make_bytes (f->folder, "b.bin", boot);
    g_autofree char *table_file = make_bytes (f->folder, "t.bin", table);
    g_autofree char *app_file = make_bytes (f->folder, "a.bin", image);
    g_autofree char *boot_spec = g_strconcat (boot_file, "@0x1000", NULL);
    g_autofree char *table_spec = g_strconcat (table_file, "@0x8000", NULL);
    g_autofree char *app_spec = g_strconcat (app_file, "@0x10000", NULL);
    BwBoardInfo *info = NULL;

    g_clear_object (&f->firmware);
    f->firmware = make_load (boot_spec, table_spec, app_spec, NULL);
    run (f, plan_flash (f, NULL));
    assert_succeeded (f);
    info = bw_job_get_info (f->job);
    g_assert_cmpstr (info->app_name, ==, "weather");
    g_assert_cmpstr (info->app_version, ==, "1.5.0");
    g_assert_cmpint (info->active_partition, >=, 0);
    g_assert_cmphex (((BwPartition *) info->partitions->pdata[info->active_partition])->offset, ==,
                     0x10000);
    g_assert_cmphex (info->partition_table_offset, ==, 0x8000);
}

static void
test_not_proved (Fixture *f, gconstpointer data)
{
    const BwPlanOptions options = { .no_verify = TRUE, .no_listen = TRUE, .no_diff = TRUE };

    run (f, plan_flash (f, &options));
    assert_succeeded (f);
    g_assert_false (bw_job_is_proved (f->job));
    g_assert_nonnull (strstr (bw_job_get_summary (f->job), "not proved"));
    g_assert_cmpstr (f->states->str, ==, "connecting identifying writing confirming finished ");
}

static void
test_identify (Fixture *f, gconstpointer data)
{
    g_autoptr (GPtrArray) jobs = NULL;
    g_autoptr (GPtrArray) boards = NULL;

    run (f, bw_plan_new (BW_ACTION_IDENTIFY, NULL));
    assert_succeeded (f);
    g_assert_cmpuint (f->board->n_resets, ==, 1);
    /* looking is not written into the history, but the board is remembered */
    jobs = bw_store_list_jobs_sync (f->store, NULL, 10, NULL);
    g_assert_cmpuint (jobs->len, ==, 0);
    boards = bw_store_list_boards_sync (f->store, NULL);
    g_assert_cmpuint (boards->len, ==, 1);
}

static void
test_stay (Fixture *f, gconstpointer data)
{
    const BwPlanOptions options = { .stay = TRUE };

    run (f, bw_plan_new_erase (0x1000, 0x1000, &options));
    assert_succeeded (f);
    g_assert_cmpuint (f->board->n_resets, ==, 0);
}

static void
test_reset (Fixture *f, gconstpointer data)
{
    run (f, bw_plan_new (BW_ACTION_RESET, NULL));
    assert_succeeded (f);
    g_assert_cmpstr (f->states->str, ==, "connecting confirming finished ");
    g_assert_cmpuint (f->board->n_connects, ==, 0);
}

static void
test_verify (Fixture *f, gconstpointer data)
{
    run (f, bw_plan_new_firmware (BW_ACTION_VERIFY, f->firmware, NULL));
    assert_succeeded (f);
    g_assert_true (bw_job_is_proved (f->job));
}

static void
assert_not_recorded (Fixture *f)
{
    g_assert_cmpint (bw_job_get_result (f->job), ==, BW_JOB_FAILED);
    g_assert_cmpint (bw_error_get_cause (bw_job_get_error (f->job)), ==, BW_CAUSE_NOT_RECORDED);
    g_assert_true (bw_job_is_proved (f->job));
    g_assert_true (bw_job_is_unrecorded (f->job));
}

/* Without a store nobody will know that a board was good, so it is not called so. */
static void
test_unrecorded (Fixture *f, gconstpointer data)
{
    g_autoptr (BwJob) kept = NULL;

    run (f, plan_flash (f, NULL));
    g_assert_false (bw_job_is_unrecorded (f->job));
    kept = g_steal_pointer (&f->job);
    g_signal_handlers_disconnect_by_data (kept, f);
    f->is_finished = FALSE;
    g_clear_object (&f->store);
    run (f, plan_flash (f, NULL));
    assert_not_recorded (f);
}

static void
test_unrecorded_erase (Fixture *f, gconstpointer data)
{
    g_clear_object (&f->store);
    run (f, bw_plan_new (BW_ACTION_ERASE, NULL));
    assert_succeeded (f);
    g_assert_true (bw_job_is_unrecorded (f->job));
}

/* Who only looks leaves no record. */
static void
test_unrecorded_look (Fixture *f, gconstpointer data)
{
    g_clear_object (&f->store);
    run (f, bw_plan_new (BW_ACTION_IDENTIFY, NULL));
    g_assert_false (bw_job_is_unrecorded (f->job));
}

/* Bad ends */

static void
test_fails (Fixture *f, gconstpointer data)
{
    g_autoptr (BwStoredJob) stored = NULL;

    f->board->deeds[BW_STEP_WRITE] = FAKE_FAIL;
    f->board->causes[BW_STEP_WRITE] = BW_CAUSE_FLASH_WRITE_FAILED;
    run (f, plan_flash (f, NULL));
    assert_failed (f, BW_CAUSE_FLASH_WRITE_FAILED);
    g_assert_cmpstr (bw_job_get_left_behind (f->job), ==, "left behind");
    stored = get_stored (f);
    g_assert_cmpstr (stored->result, ==, "failed");
    g_assert_cmpstr (stored->cause, ==, "flash-write-failed");
    /* what was changed is not started */
    g_assert_cmpuint (f->board->n_resets, ==, 0);
}

/* What was refused before it began has changed nothing: the board gets its application back. */
static void
test_refused (Fixture *f, gconstpointer data)
{
    g_autoptr (BwStoredJob) stored = NULL;

    f->board->deeds[BW_STEP_ERASE] = FAKE_REFUSE;
    f->board->causes[BW_STEP_ERASE] = BW_CAUSE_SECURE_MODE;
    run (f, bw_plan_new_erase (0, 0, NULL));
    assert_failed (f, BW_CAUSE_SECURE_MODE);
    g_assert_false (_bw_job_was_changed (f->job));
    g_assert_cmpuint (f->board->n_resets, ==, 1);
    stored = get_stored (f);
    g_assert_false (stored->was_changed);
}

static void
stop_recording (BwJob *job, const BwJobEvent *event, Fixture *f)
{
    if (event->kind == BW_JOB_EVENT_STATE && event->state == BW_JOB_VERIFYING)
        g_assert_true (
            _bw_store_exec (f->store, "PRAGMA foreign_keys = 0; DELETE FROM jobs", NULL));
}

/* A result that could not be kept is not shown as a good one, not even for a moment. */
static void
test_not_recorded (Fixture *f, gconstpointer data)
{
    GListModel *log = G_LIST_MODEL (f->log);
    gboolean has_said_so = FALSE;

    make_job (f, plan_flash (f, NULL));
    f->board->step_us = 50000;
    g_signal_connect (f->job, "event", G_CALLBACK (stop_recording), f);
    bw_job_start (f->job);
    engine_wait_until (is_finished, f, 10000);
    g_signal_handlers_disconnect_by_func (f->job, stop_recording, f);
    assert_not_recorded (f);
    g_assert_nonnull (bw_job_get_record_error (f->job));
    for (guint i = 0; i < g_list_model_get_n_items (log); i++) {
        g_autoptr (BwLogItem) item = g_list_model_get_item (log, i);
        const char *text = bw_log_item_get_line (item)->text;

        g_assert_false (g_str_has_prefix (text, "done"));
        has_said_so = has_said_so || strstr (text, "the result is not recorded") != NULL;
    }
    g_assert_true (has_said_so);
}

/* What must be on disk before a board is touched is, or it is not touched. */
static void
test_begin_not_recorded (Fixture *f, gconstpointer data)
{
    g_assert_true (_bw_store_exec (f->store,
                                   "CREATE TRIGGER full BEFORE INSERT ON jobs BEGIN"
                                   " SELECT RAISE (FAIL, 'full'); END",
                                   NULL));
    run (f, plan_flash (f, NULL));
    assert_failed (f, BW_CAUSE_INTERNAL);
    g_assert_true (bw_job_is_unrecorded (f->job));
    g_assert_cmpstr (bw_job_get_record_error (f->job)->message, ==,
                     bw_job_get_error (f->job)->message);
    g_assert_false (_bw_job_was_changed (f->job));
    g_assert_null (bw_job_get_info (f->job));
}

/* A refused board was only looked at: it gets its application back. */
static void
test_wrong_chip (Fixture *f, gconstpointer data)
{
    f->board->chip_key = "esp32c3";
    run (f, plan_flash (f, NULL));
    assert_failed (f, BW_CAUSE_WRONG_CHIP);
    g_assert_cmpuint (f->board->n_resets, ==, 1);
    g_assert_null (strstr (f->states->str, "writing"));
}

/* What would brick a board is refused, whatever the plan says. */
static void
test_force_is_no_key (Fixture *f, gconstpointer data)
{
    const BwPlanOptions force = { .force = TRUE };

    f->board->is_secure_boot = TRUE;
    run (f, plan_flash (f, &force));
    assert_failed (f, BW_CAUSE_SECURE_MODE);
    g_assert_null (strstr (f->states->str, "writing"));
    g_assert_cmpuint (f->board->n_resets, ==, 1);
}

static void
test_force_is_no_chip (Fixture *f, gconstpointer data)
{
    const BwPlanOptions force = { .force = TRUE };
    g_autoptr (BwFirmware) firmware = NULL;
    g_autofree char *file = g_build_filename (f->folder, "boot.bin", NULL);
    g_autofree char *spec = g_strconcat (file, "@0x0", NULL);

    f->board->chip_key = "esp32c3";
    firmware = make_load (spec, NULL);
    run (f, bw_plan_new_firmware (BW_ACTION_FLASH, firmware, &force));
    assert_failed (f, BW_CAUSE_WRONG_CHIP);
    g_assert_null (strstr (f->states->str, "writing"));
}

static void
test_boot_verdicts (Fixture *f, gconstpointer data)
{
    const BwCause any = BW_CAUSE_APP_MISSING;

    f->board->verdict = (BwBootVerdict) GPOINTER_TO_INT (data);
    f->board->boot_cause = any;
    run (f, plan_flash (f, NULL));
    switch (f->board->verdict) {
    case BW_BOOT_REJECTED:
    case BW_BOOT_LOOP:
    case BW_BOOT_BROWNOUT:
        /* the driver knows why */
        assert_failed (f, any);
        break;
    case BW_BOOT_SILENT:
    case BW_BOOT_DOWNLOAD:
    case BW_BOOT_APP:
    default:
        assert_succeeded (f);
        g_assert_true (bw_job_is_proved (f->job));
    }
}

/* Messages that would end the test are counted instead. */
static void
on_message (const char *domain, GLogLevelFlags level, const char *text, gpointer data)
{
    GString *texts = data;

    g_string_append_printf (texts, "%s\n", text);
}

struct expected {
    GString *texts;
    GLogLevelFlags fatal;
    const char *domain;
    guint handler;
};

static void
expect_messages (struct expected *expected, const char *domain, GLogLevelFlags level)
{
    expected->texts = g_string_new (NULL);
    expected->fatal = g_log_set_always_fatal (G_LOG_LEVEL_ERROR);
    expected->domain = domain;
    expected->handler = g_log_set_handler (domain, level, on_message, expected->texts);
}

static void
assert_messages (struct expected *expected, const char *word)
{
    g_log_remove_handler (expected->domain, expected->handler);
    g_log_set_always_fatal (expected->fatal);
    g_assert_nonnull (strstr (expected->texts->str, word));
    g_string_free (expected->texts, TRUE);
}

static void
test_undeclared_step (Fixture *f, gconstpointer data)
{
    struct expected expected;

    f->board->deeds[BW_STEP_WRITE] = FAKE_WRONG;
    expect_messages (&expected, "bw-job-worker", G_LOG_LEVEL_CRITICAL);
    run (f, plan_flash (f, NULL));
    assert_messages (&expected, "no edge from state writing");
    assert_failed (f, BW_CAUSE_INTERNAL);
}

static void
test_no_port (Fixture *f, gconstpointer data)
{
    f->board->open_cause = BW_CAUSE_NO_SUCH_PORT;
    f->board->open_failures = 1;
    run (f, plan_flash (f, NULL));
    assert_failed (f, BW_CAUSE_NO_SUCH_PORT);
    g_assert_cmpuint (f->board->n_connects, ==, 0);
}

static void
test_busy_for_a_moment (Fixture *f, gconstpointer data)
{
    f->board->open_cause = BW_CAUSE_BUSY;
    f->board->open_failures = 3;
    run (f, plan_flash (f, NULL));
    assert_succeeded (f);
}

/* Two seconds, every tenth of one. */
#define MANY 100000u
#define BUSY_TRIES_MAX 22u

static void
test_busy_for_good (Fixture *f, gconstpointer data)
{
    f->board->open_cause = BW_CAUSE_BUSY;
    f->board->open_failures = MANY;
    run (f, plan_flash (f, NULL));
    assert_failed (f, BW_CAUSE_BUSY);
    g_assert_cmpuint (MANY - f->board->open_failures, >=, 2);
    g_assert_cmpuint (MANY - f->board->open_failures, <=, BUSY_TRIES_MAX);
}

/* A server takes the call of everybody, and hangs up on all but one. */
static void
test_taken_for_a_moment (Fixture *f, gconstpointer data)
{
    f->board->taken_connects = 2;
    run (f, plan_flash (f, NULL));
    assert_succeeded (f);
    g_assert_cmpuint (f->board->n_connects, ==, 3);
}

static void
test_taken_for_good (Fixture *f, gconstpointer data)
{
    f->board->taken_connects = MANY;
    run (f, plan_flash (f, NULL));
    assert_failed (f, BW_CAUSE_BUSY);
    g_assert_cmpuint (f->board->n_connects, >=, 2);
    g_assert_cmpuint (f->board->n_connects, <=, BUSY_TRIES_MAX);
    g_assert_null (bw_job_get_left_behind (f->job));
}

/* Without a journal nothing is begun. */
static void
test_no_journal (Fixture *f, gconstpointer data)
{
    g_autofree char *path = g_build_filename (f->folder, "other.db", NULL);
    struct rlimit old;
    struct rlimit none;
    struct expected expected;

    /* the disk is full as far as this process is concerned */
    g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &old), ==, 0);
    none = old;
    none.rlim_cur = 1;
    signal (SIGXFSZ, SIG_IGN);
    g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &none), ==, 0);
    expect_messages (&expected, "bw-log-file", G_LOG_LEVEL_WARNING);
    run (f, plan_flash (f, NULL));
    g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &old), ==, 0);
    assert_messages (&expected, "ignoring");
    assert_failed (f, BW_CAUSE_NO_SPACE);
    g_assert_cmpuint (f->board->n_connects, ==, 0);
}

/* Cancel */

struct cancel_case {
    const char *name;
    BwDriverStep step;
    BwJobState state;
    gboolean is_at_once;
};

static const struct cancel_case cancel_cases[] = {
    { "connecting", BW_STEP_CONNECT, BW_JOB_CONNECTING, TRUE },
    { "identifying", BW_STEP_IDENTIFY, BW_JOB_IDENTIFYING, TRUE },
    { "checking", BW_STEP_CHECK, BW_JOB_CHECKING, TRUE },
    { "erasing", BW_STEP_ERASE, BW_JOB_ERASING, TRUE },
    { "writing", BW_STEP_WRITE, BW_JOB_WRITING, TRUE },
    { "reading", BW_STEP_READ, BW_JOB_READING, TRUE },
    { "verifying", BW_STEP_VERIFY, BW_JOB_VERIFYING, TRUE },
    { "confirming", BW_STEP_RESET, BW_JOB_CONFIRMING, FALSE },
    { "listening", BW_STEP_LISTEN, BW_JOB_LISTENING, TRUE },
};

static BwPlan *
plan_through (Fixture *f, BwDriverStep step)
{
    const BwPlanOptions erase = { .erase_all = TRUE };
    g_autofree char *path = g_build_filename (f->folder, "read.bin", NULL);

    if (step == BW_STEP_READ)
        return bw_plan_new_read (0, 0x10000, path, NULL);
    return plan_flash (f, step == BW_STEP_ERASE ? &erase : NULL);
}

static void
test_cancel (Fixture *f, gconstpointer data)
{
    const struct cancel_case *at = data;
    g_autoptr (BwStoredJob) stored = NULL;
    gboolean is_changed = FALSE;
    gboolean is_begun = FALSE;

    f->board->deeds[at->step] = FAKE_HANG;
    make_job (f, plan_through (f, at->step));
    bw_job_start (f->job);
    engine_wait_for_state (f->job, at->state);
    bw_job_request_cancel (f->job);
    bw_job_request_cancel (f->job);
    engine_wait_until (is_finished, f, 5000);
    is_changed = at->state == BW_JOB_ERASING || strstr (f->states->str, "writing") != NULL;
    /* a driver that hangs ends by the cancel alone, or where it cannot be stopped by itself; it may
     * have come before there was anything to stop */
    is_begun = strchr (f->board->calls->str, '0' + (int) at->step) != NULL;
    g_assert_cmpint (f->board->was_stopped, ==, at->is_at_once && is_begun);
    g_assert_cmpint (bw_job_get_result (f->job), ==, BW_JOB_CANCELLED);
    g_assert_cmpstr (bw_job_get_left_behind (f->job), ==, is_changed ? "left behind" : "untouched");
    g_assert_cmpint (_bw_job_was_changed (f->job), ==, is_changed);
    /* what was changed is not started, except by the reset that was under way; the rest is */
    g_assert_cmpuint (f->board->n_resets, ==,
                      !is_changed || at->state == BW_JOB_CONFIRMING
                          || at->state == BW_JOB_LISTENING);
    stored = get_stored (f);
    g_assert_cmpstr (stored->result, ==, "cancelled");
    g_assert_cmpint (stored->was_changed, ==, is_changed);
}

static void
test_cancel_queued (Fixture *f, gconstpointer data)
{
    make_job (f, plan_flash (f, NULL));
    bw_job_request_cancel (f->job);
    engine_wait_until (is_finished, f, 5000);
    g_assert_cmpint (bw_job_get_result (f->job), ==, BW_JOB_CANCELLED);
    g_assert_cmpuint (f->board->n_connects, ==, 0);
}

static void
test_cancel_waiting (Fixture *f, gconstpointer data)
{

    f->board->deeds[BW_STEP_WRITE] = FAKE_FAIL;
    f->board->causes[BW_STEP_WRITE] = BW_CAUSE_UNPLUGGED;
    make_job (f, plan_flash (f, NULL));
    _bw_job_set_replug_time (f->job, 60000);
    bw_job_start (f->job);
    engine_wait_for_state (f->job, BW_JOB_WAITING_REPLUG);
    bw_job_request_cancel (f->job);
    engine_wait_until (is_finished, f, 1000);
    g_assert_cmpint (bw_job_get_result (f->job), ==, BW_JOB_CANCELLED);
    g_assert_true (_bw_job_was_changed (f->job));
    g_assert_cmpstr (bw_job_get_left_behind (f->job), ==, "left behind");
}

static void
test_cancel_finished (Fixture *f, gconstpointer data)
{
    run (f, plan_flash (f, NULL));
    bw_job_request_cancel (f->job);
    assert_succeeded (f);
}

/* Lost ports */

static void
test_replug (Fixture *f, gconstpointer data)
{
    f->board->deeds[BW_STEP_WRITE] = FAKE_FAIL;
    f->board->causes[BW_STEP_WRITE] = BW_CAUSE_UNPLUGGED;
    f->board->times[BW_STEP_WRITE] = 2;
    f->board->is_back = TRUE;
    run (f, plan_flash (f, NULL));
    assert_succeeded (f);
    g_assert_true (bw_job_is_proved (f->job));
    g_assert_null (bw_job_get_left_behind (f->job));
    g_assert_cmpuint (f->board->n_connects, ==, 3);
}

/* A letter for each line of the plan that writes, whenever a state begins. */
static void
on_reach_event (BwJob *job, const BwJobEvent *event, GString *seen)
{
    g_autoptr (GPtrArray) lines = bw_plan_describe (bw_job_get_plan (job), NULL);

    if (event->kind != BW_JOB_EVENT_STATE)
        return;
    g_string_append_printf (seen, "%s:", bw_job_state_get_id (event->state));
    for (unsigned i = 0; i < lines->len; i++)
        if (((const BwPlanLine *) lines->pdata[i])->bytes > 0)
            g_string_append_c (seen, "-NDTSM."[bw_job_get_reach (job, lines->pdata[i])]);
    g_string_append_c (seen, ' ');
}

static void
load_two_parts (Fixture *f)
{
    const MakeImage how = { 0 };
    g_autoptr (GBytes) image = make_image (&how);
    g_autofree char *file = make_bytes (f->folder, "app.bin", image);
    g_autofree char *boot = g_strconcat (file, "@0x1000", NULL);
    g_autofree char *app = g_strconcat (file, "@0x10000", NULL);

    g_clear_object (&f->firmware);
    f->firmware = make_load (boot, app, NULL);
}

/* What was reached stays reached while a board is away. */
static void
test_reach_while_away (Fixture *f, gconstpointer data)
{
    g_autoptr (GString) seen = g_string_new (NULL);
    g_autoptr (BwPlan) plan = NULL;

    load_two_parts (f);
    plan = plan_flash (f, NULL);
    f->board->deeds[BW_STEP_WRITE] = FAKE_FAIL;
    f->board->causes[BW_STEP_WRITE] = BW_CAUSE_UNPLUGGED;
    f->board->times[BW_STEP_WRITE] = 1;
    f->board->is_back = TRUE;
    make_job (f, g_object_ref (plan));
    g_signal_connect (f->job, "event", G_CALLBACK (on_reach_event), seen);
    bw_job_start (f->job);
    engine_wait_until (is_finished, f, 10000);
    assert_succeeded (f);
    g_signal_handlers_disconnect_by_data (f->job, seen);
    g_test_message ("%s", seen->str);
    g_assert_nonnull (strstr (seen->str, "writing:-- waiting-replug:DT connecting:-- "));
    g_assert_nonnull (strstr (seen->str, "verifying:DD "));
    g_assert_true (g_str_has_suffix (seen->str, "finished:DD "));
}

static void
test_replug_twice_only (Fixture *f, gconstpointer data)
{
    f->board->deeds[BW_STEP_WRITE] = FAKE_FAIL;
    f->board->causes[BW_STEP_WRITE] = BW_CAUSE_UNPLUGGED;
    f->board->is_back = TRUE;
    run (f, plan_flash (f, NULL));
    assert_failed (f, BW_CAUSE_UNPLUGGED);
    g_assert_cmpuint (f->board->n_connects, ==, 3);
}

/* A plug makes and breaks contact before it sits: the board is waited for again. */
static void
test_replug_bounces (Fixture *f, gconstpointer data)
{
    f->board->deeds[BW_STEP_WRITE] = FAKE_FAIL;
    f->board->causes[BW_STEP_WRITE] = BW_CAUSE_UNPLUGGED;
    f->board->times[BW_STEP_WRITE] = 1;
    f->board->torn_connect = 2;
    f->board->is_back = TRUE;
    run (f, plan_flash (f, NULL));
    assert_succeeded (f);
    g_assert_cmpuint (f->board->n_connects, ==, 3);
}

/* What the first connection wrote is still there when the second one does not get that far. */
static void
test_left_by_the_first (Fixture *f, gconstpointer data)
{
    f->board->deeds[BW_STEP_WRITE] = FAKE_FAIL;
    f->board->causes[BW_STEP_WRITE] = BW_CAUSE_UNPLUGGED;
    f->board->is_back = TRUE;
    f->board->silent_connect = 2;
    run (f, plan_flash (f, NULL));
    assert_failed (f, BW_CAUSE_NO_ANSWER);
    g_assert_cmpstr (bw_job_get_left_behind (f->job), ==, "left behind");
    g_assert_true (_bw_job_was_changed (f->job));
}

static void
test_another_is_back (Fixture *f, gconstpointer data)
{
    g_autoptr (BwStoredJob) stored = NULL;

    f->board->deeds[BW_STEP_WRITE] = FAKE_FAIL;
    f->board->causes[BW_STEP_WRITE] = BW_CAUSE_UNPLUGGED;
    f->board->times[BW_STEP_WRITE] = 1;
    f->board->is_back = TRUE;
    f->board->is_swapped = TRUE;
    f->board->other_mac = data;
    run (f, plan_flash (f, NULL));
    assert_failed (f, BW_CAUSE_OTHER_BOARD);
    /* the second board was only asked for its name */
    g_assert_nonnull (strstr (f->states->str, "waiting-replug connecting identifying finished"));
    /* what is said and kept is about the first one */
    g_assert_cmpstr (bw_job_get_left_behind (f->job), ==, "left behind");
    g_assert_cmpstr (bw_job_get_info (f->job)->mac, ==, MAC);
    stored = get_stored (f);
    g_assert_cmpstr (stored->mac, ==, MAC);
    g_assert_cmpstr (stored->result, ==, "failed");
}

/* A driver that does not say that it proved what it was told to prove has not done its work. */
static void
test_unverified (Fixture *f, gconstpointer data)
{
    f->board->is_unverified = TRUE;
    run (f, plan_flash (f, NULL));
    assert_failed (f, BW_CAUSE_VERIFY_FAILED);
}

/* Good about what was written, and what else may have been hit is said where it is read. */
static void
test_strayed (Fixture *f, gconstpointer data)
{
    f->board->has_strayed = TRUE;
    run (f, plan_flash (f, NULL));
    assert_succeeded (f);
    g_assert_true (bw_job_is_proved (f->job));
    g_assert_nonnull (strstr (bw_job_get_summary (f->job), "may have been touched"));
}

static void
test_not_back (Fixture *f, gconstpointer data)
{
    f->board->deeds[BW_STEP_WRITE] = FAKE_FAIL;
    f->board->causes[BW_STEP_WRITE] = BW_CAUSE_UNPLUGGED;
    run (f, plan_flash (f, NULL));
    assert_failed (f, BW_CAUSE_UNPLUGGED);
    g_assert_nonnull (strstr (f->states->str, "waiting-replug finished"));
}

static void
on_needs_hand (BwJob *job, GParamSpec *pspec, GString *hands)
{
    g_string_append_printf (hands, "%s ", bw_cause_get_id (bw_job_get_needs_hand (job)));
    if (bw_job_get_hand_evidence (job) != NULL)
        g_string_append_printf (hands, "(%s, %u s) ", bw_job_get_hand_evidence (job),
                                bw_job_get_hand_seconds (job) / 10 * 10);
}

/* It is plugged in again, but may not be opened: to plug it in is no advice then. */
static void
test_withheld (Fixture *f, gconstpointer data)
{
    GString *hands = g_string_new (NULL);

    f->board->deeds[BW_STEP_WRITE] = FAKE_FAIL;
    f->board->causes[BW_STEP_WRITE] = BW_CAUSE_UNPLUGGED;
    f->board->withheld_cause = BW_CAUSE_PERMISSION;
    make_job (f, plan_flash (f, NULL));
    /* longer than one look for it */
    _bw_job_set_replug_time (f->job, 600);
    g_signal_connect (f->job, "notify::needs-hand", G_CALLBACK (on_needs_hand), hands);
    bw_job_start (f->job);
    engine_wait_until (is_finished, f, 5000);
    assert_failed (f, BW_CAUSE_PERMISSION);
    g_assert_cmpstr (bw_job_get_left_behind (f->job), ==, "left behind");
    g_test_message ("%s", hands->str);
    g_assert_true (g_str_has_prefix (hands->str, "unplugged ("));
    g_assert_true (g_str_has_suffix (hands->str, " permission (not back, 0 s) none "));
    g_string_free (hands, TRUE);
}

static void
test_needs_hand (Fixture *f, gconstpointer data)
{
    GString *hands = g_string_new (NULL);

    f->board->hand = BW_CAUSE_BOOT_LOG_SEEN;
    make_job (f, plan_flash (f, NULL));
    g_signal_connect (f->job, "notify::needs-hand", G_CALLBACK (on_needs_hand), hands);
    bw_job_start (f->job);
    engine_wait_until (is_finished, f, 5000);
    assert_succeeded (f);
    g_assert_cmpstr (hands->str, ==, "boot-log-seen (it said rst:0x1, 60 s) none ");
    g_string_free (hands, TRUE);
}

/* Reading */

static void
test_read (Fixture *f, gconstpointer data)
{
    g_autofree char *path = g_build_filename (f->folder, "read.bin", NULL);
    g_autofree char *bytes = NULL;
    size_t len = 0;

    g_assert_true (g_file_set_contents (path, "old", -1, NULL));
    run (f, bw_plan_new_read (0x1000, 0, path, NULL));
    assert_succeeded (f);
    g_assert_true (g_file_get_contents (path, &bytes, &len, NULL));
    g_assert_cmpuint (len, ==, 4 * 1024 * 1024 - 0x1000);
}

/* Passwords of networks and keys lie in a flash, readable: nobody else gets to see them. */
static void
test_read_is_private (Fixture *f, gconstpointer data)
{
    g_autofree char *path = g_build_filename (f->folder, "read.bin", NULL);
    mode_t old = umask (0);
    GStatBuf status;

    run (f, bw_plan_new_read (0, 0x1000, path, NULL));
    umask (old);
    assert_succeeded (f);
    g_assert_cmpint (g_stat (path, &status), ==, 0);
    g_assert_cmphex (status.st_mode & 0777, ==, 0600);
}

static unsigned
count_files (const char *folder)
{
    GDir *dir = g_dir_open (folder, 0, NULL);
    unsigned n = 0;

    while (g_dir_read_name (dir) != NULL)
        n++;
    g_dir_close (dir);
    return n;
}

static void
test_read_fails (Fixture *f, gconstpointer data)
{
    g_autofree char *path = g_build_filename (f->folder, "read.bin", NULL);
    g_autofree char *text = NULL;
    unsigned n = 0;

    g_assert_true (g_file_set_contents (path, "old", -1, NULL));
    n = count_files (f->folder);
    f->board->deeds[BW_STEP_READ] = FAKE_FAIL;
    f->board->causes[BW_STEP_READ] = BW_CAUSE_LOST;
    run (f, bw_plan_new_read (0, 0x1000, path, NULL));
    assert_failed (f, BW_CAUSE_LOST);
    g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
    g_assert_cmpstr (text, ==, "old");
    g_assert_cmpuint (count_files (f->folder), ==, n);
}

static void
test_read_outside (Fixture *f, gconstpointer data)
{
    g_autofree char *path = g_build_filename (f->folder, "read.bin", NULL);

    run (f, bw_plan_new_read (0x3ff000, 0x2000, path, NULL));
    assert_failed (f, BW_CAUSE_BEYOND_FLASH);
    g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* Files of this process may not grow: the same as a disk that is full while reading. */
static void
test_read_full (Fixture *f, gconstpointer data)
{
    g_autofree char *path = g_build_filename (f->folder, "read.bin", NULL);
    struct rlimit old;
    struct rlimit less;
    unsigned n = count_files (f->folder);

    g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &old), ==, 0);
    less = old;
    less.rlim_cur = 1024 * 1024;
    signal (SIGXFSZ, SIG_IGN);
    g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &less), ==, 0);
    run (f, bw_plan_new_read (0, 0, path, NULL));
    g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &old), ==, 0);
    assert_failed (f, BW_CAUSE_NO_SPACE);
    g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
    g_assert_cmpuint (count_files (f->folder), ==, n);
}

static void
test_read_nowhere (Fixture *f, gconstpointer data)
{
    run (f, bw_plan_new_read (0, 0x1000, "/nonexistent/read.bin", NULL));
    assert_failed (f, BW_CAUSE_UNWRITABLE_FILE);
}

/* Without a store, and dropped while it runs: the job keeps itself alive. */
static void
test_alone (Fixture *f, gconstpointer data)
{
    g_autoptr (BwPlan) plan = plan_flash (f, NULL);
    BwJob *job = bw_job_new (ADDRESS, plan, NULL, NULL);

    f->board->step_us = 20000;
    g_signal_connect (job, "finished", G_CALLBACK (on_finished), f);
    bw_job_start (job);
    g_object_unref (job);
    engine_wait_until (is_finished, f, 5000);
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer), gconstpointer data)
{
    g_test_add (path, Fixture, data, set_up, test, tear_down);
}

static void
add_all (void)
{
    add ("/engine/job/flash", test_flash, NULL);
    add ("/engine/job/learns-what-it-wrote", test_learns, NULL);
    add ("/engine/job/not-proved", test_not_proved, NULL);
    add ("/engine/job/not-in-the-records", test_unrecorded, NULL);
    add ("/engine/job/nothing-to-record", test_unrecorded_look, NULL);
    add ("/engine/job/refused-and-left-alone", test_refused, NULL);
    add ("/engine/job/force-is-no-key", test_force_is_no_key, NULL);
    add ("/engine/job/force-is-no-chip", test_force_is_no_chip, NULL);
    add ("/engine/job/identify", test_identify, NULL);
    add ("/engine/job/stay", test_stay, NULL);
    add ("/engine/job/reset", test_reset, NULL);
    add ("/engine/job/verify", test_verify, NULL);
    add ("/engine/job/fails", test_fails, NULL);
    add ("/engine/job/wrong-chip", test_wrong_chip, NULL);
    add ("/engine/job/undeclared-step", test_undeclared_step, NULL);
    add ("/engine/job/no-port", test_no_port, NULL);
    add ("/engine/job/busy-for-a-moment", test_busy_for_a_moment, NULL);
    add ("/engine/job/busy-for-good", test_busy_for_good, NULL);
    add ("/engine/job/taken-for-a-moment", test_taken_for_a_moment, NULL);
    add ("/engine/job/taken-for-good", test_taken_for_good, NULL);
    add ("/engine/job/no-journal", test_no_journal, NULL);
    add ("/engine/job/cancel-queued", test_cancel_queued, NULL);
    add ("/engine/job/cancel-waiting", test_cancel_waiting, NULL);
    add ("/engine/job/cancel-finished", test_cancel_finished, NULL);
    add ("/engine/job/replug", test_replug, NULL);
    add ("/engine/job/reach-while-away", test_reach_while_away, NULL);
    add ("/engine/job/another-board-is-not-gone-on-with", test_another_is_back,
         "24:6f:28:00:00:02");
    add ("/engine/job/nameless-board-is-not-gone-on-with", test_another_is_back, NULL);
    add ("/engine/job/records-its-build", test_records_its_build, NULL);
    add ("/engine/job/unrecorded-is-not-good", test_not_recorded, NULL);
    add ("/engine/job/unrecorded-erase", test_unrecorded_erase, NULL);
    add ("/engine/job/begin-not-recorded", test_begin_not_recorded, NULL);
    add ("/engine/job/unverified-is-not-good", test_unverified, NULL);
    add ("/engine/job/replug-twice-only", test_replug_twice_only, NULL);
    add ("/engine/job/withheld", test_withheld, NULL);
    add ("/engine/job/replug-bounces", test_replug_bounces, NULL);
    add ("/engine/job/left-by-the-first", test_left_by_the_first, NULL);
    add ("/engine/job/strayed-is-said", test_strayed, NULL);
    add ("/engine/job/not-back", test_not_back, NULL);
    add ("/engine/job/needs-hand", test_needs_hand, NULL);
    add ("/engine/job/read", test_read, NULL);
    add ("/engine/job/read-is-private", test_read_is_private, NULL);
    add ("/engine/job/read-fails", test_read_fails, NULL);
    add ("/engine/job/read-outside", test_read_outside, NULL);
    add ("/engine/job/read-full-disk", test_read_full, NULL);
    add ("/engine/job/read-nowhere", test_read_nowhere, NULL);
    add ("/engine/job/alone", test_alone, NULL);
}

int
main (int argc, char **argv)
{
    engine_init (&argc, &argv);
    add_all ();
    for (BwBootVerdict verdict = BW_BOOT_SILENT; verdict <= BW_BOOT_DOWNLOAD; verdict++) {
        g_autofree char *path = g_strdup_printf ("/engine/job/boot-verdict-%d", (int) verdict);

        add (path, test_boot_verdicts, GINT_TO_POINTER (verdict));
    }
    for (unsigned i = 0; i < G_N_ELEMENTS (cancel_cases); i++) {
        g_autofree char *path = g_strconcat ("/engine/job/cancel-", cancel_cases[i].name, NULL);

        add (path, test_cancel, &cancel_cases[i]);
    }
    return engine_run ();
}
