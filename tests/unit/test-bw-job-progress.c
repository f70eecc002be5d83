/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far a job is: weights, speed, time left, on a clock of the test's own. */
#include "bw-job-progress.h"

#define MS 1000

static BwJobMeter meter;
static int64_t now_us;
static BwJobProgress progress;

static void
begin (void)
{
    const BwPlanOptions options = { 0 };

    now_us = 1000000;
    _bw_job_meter_init (&meter, BW_ACTION_FLASH, &options);
}

static void
enter (BwJobState state)
{
    _bw_job_meter_enter (&meter, state, now_us);
    _bw_job_meter_get (&meter, now_us, &progress);
}

static void
move (unsigned ms, uint64_t done, uint64_t total)
{
    now_us += (int64_t) ms * MS;
    _bw_job_meter_update (&meter, done, total, now_us);
    _bw_job_meter_get (&meter, now_us, &progress);
}

static void
test_pause (void)
{
    double before = 0;

    begin ();
    enter (BW_JOB_CONNECTING);
    enter (BW_JOB_WRITING);
    move (1000, 100, 1000);
    before = progress.fraction;
    g_assert_cmpfloat (before, <, 0.5);
    enter (BW_JOB_WAITING_REPLUG);
    g_assert_cmpfloat (progress.fraction, ==, before);
}

static void
test_whole_job (void)
{
    static const BwJobState path[] = { BW_JOB_CONNECTING, BW_JOB_IDENTIFYING, BW_JOB_CHECKING,
                                       BW_JOB_WRITING,    BW_JOB_VERIFYING,   BW_JOB_CONFIRMING,
                                       BW_JOB_LISTENING };
    double last = 0;

    begin ();
    for (unsigned i = 0; i < G_N_ELEMENTS (path); i++) {
        enter (path[i]);
        g_assert_cmpfloat (progress.fraction, >=, last);
        for (unsigned k = 0; k <= 10; k++) {
            move (100, k, 10);
            g_assert_cmpfloat (progress.fraction, >=, last);
            g_assert_cmpfloat (progress.fraction, <=, 1);
            last = progress.fraction;
        }
    }
    g_assert_cmpfloat_with_epsilon (last, 1.0, 0.001);
}

static void
test_never_back (void)
{
    double before = 0;

    begin ();
    enter (BW_JOB_CONNECTING);
    enter (BW_JOB_WRITING);
    move (1000, 900, 1000);
    before = progress.fraction;
    /* the region is begun again */
    move (1000, 0, 1000);
    g_assert_cmpfloat (progress.fraction, >=, before);
    enter (BW_JOB_CHECKING);
    g_assert_cmpfloat (progress.fraction, >=, before);
    /* more than all is all */
    enter (BW_JOB_WRITING);
    move (1000, 5000, 1000);
    g_assert_cmpfloat (progress.fraction, <=, 1);
}

static void
test_starts_again (void)
{
    begin ();
    enter (BW_JOB_CONNECTING);
    enter (BW_JOB_WRITING);
    move (1000, 900, 1000);
    g_assert_cmpfloat (progress.fraction, >, 0.5);
    enter (BW_JOB_WAITING_REPLUG);
    g_assert_cmpfloat (progress.fraction, >, 0.5);
    enter (BW_JOB_CONNECTING);
    g_assert_cmpfloat (progress.fraction, <, 0.1);
}

static void
test_speed (void)
{
    begin ();
    enter (BW_JOB_CONNECTING);
    enter (BW_JOB_IDENTIFYING);
    enter (BW_JOB_CHECKING);
    enter (BW_JOB_WRITING);
    g_assert_cmpint (progress.seconds_left, ==, -1);
    for (unsigned i = 1; i <= 50; i++)
        move (100, i * 10000, 1000000);
    g_assert_cmpfloat_with_epsilon (progress.bytes_per_second, 100000, 1000);
    g_assert_cmpint (progress.seconds_left, >=, 5);
    g_assert_cmpint (progress.seconds_left, <=, 9);
    /* nothing moves any more */
    for (unsigned i = 0; i < 50; i++)
        move (1000, 500000, 1000000);
    g_assert_cmpfloat (progress.bytes_per_second, <, 10);
    enter (BW_JOB_VERIFYING);
    g_assert_cmpfloat (progress.bytes_per_second, <=, 0);
    g_assert_cmpuint (progress.total, ==, 0);
}

/* Writing 30 s, then reading back for 120: what the driver knows goes before what is usual. */
static void
test_expected (void)
{
    begin ();
    enter (BW_JOB_CONNECTING);
    enter (BW_JOB_IDENTIFYING);
    enter (BW_JOB_CHECKING);
    enter (BW_JOB_WRITING);
    _bw_job_meter_expect (&meter, BW_JOB_WRITING, 30000);
    _bw_job_meter_expect (&meter, BW_JOB_VERIFYING, 120000);
    for (unsigned i = 1; i <= 15; i++)
        move (1000, i * 10000, 300000);
    g_assert_cmpint (progress.seconds_left, >=, 130);
    g_assert_cmpint (progress.seconds_left, <=, 145);
    /* never back: the steps before counted for more than they were worth */
    g_assert_cmpfloat (progress.fraction, <, 0.15);
    enter (BW_JOB_VERIFYING);
    for (unsigned i = 1; i <= 60; i++)
        move (1000, i * 2500, 300000);
    g_assert_cmpint (progress.seconds_left, >=, 58);
    g_assert_cmpint (progress.seconds_left, <=, 65);
    g_assert_cmpfloat_with_epsilon (progress.fraction, 0.6, 0.03);
}

static void
test_extremes (void)
{
    begin ();
    enter (BW_JOB_WRITING);
    move (0, 0, 0);
    move (0, UINT64_MAX, UINT64_MAX);
    move (1000000, 1, UINT64_MAX);
    move (1000, 2, UINT64_MAX);
    g_assert_cmpint (progress.seconds_left, <=, 24 * 3600);
    g_assert_cmpint (progress.seconds_left, >=, -1);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/job-progress/whole-job", test_whole_job);
    g_test_add_func ("/engine/job-progress/a-pause-ends-no-step", test_pause);
    g_test_add_func ("/engine/job-progress/never-back", test_never_back);
    g_test_add_func ("/engine/job-progress/starts-again", test_starts_again);
    g_test_add_func ("/engine/job-progress/speed", test_speed);
    g_test_add_func ("/engine/job-progress/expected", test_expected);
    g_test_add_func ("/engine/job-progress/extremes", test_extremes);
    return g_test_run ();
}
