/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far a job is with each line of its plan: as its driver told, also while a board is away. */
#include "bw-job-reach.h"

static const BwPlanLine connect_line = { .job_state = BW_JOB_CONNECTING };
static const BwPlanLine keep_line = { .job_state = BW_JOB_WRITING, .is_promise = TRUE };
static const BwPlanLine boot_line = { .job_state = BW_JOB_WRITING,
                                      .offset = 0x1000,
                                      .bytes = 0x6000 };
static const BwPlanLine table_line = { .job_state = BW_JOB_WRITING,
                                       .offset = 0x8000,
                                       .bytes = 0xc00 };
static const BwPlanLine app_line = { .job_state = BW_JOB_WRITING,
                                     .offset = 0x10000,
                                     .bytes = 0x90000 };
static const BwPlanLine check_line = { .job_state = BW_JOB_VERIFYING };
static const BwPlanLine remark_line = { .job_state = -1 };

static const BwPlanLine *const lines[] = { &connect_line, &keep_line,  &boot_line,  &table_line,
                                           &app_line,     &check_line, &remark_line };

/* One letter a line, in the order above. */
static void
assert_reach (const BwJobTrail *trail, const char *wanted)
{
    static const char letters[] = {
        [BW_JOB_REACH_TODO] = '-',   [BW_JOB_REACH_NOW] = 'N',     [BW_JOB_REACH_DONE] = 'D',
        [BW_JOB_REACH_TORN] = 'T',   [BW_JOB_REACH_STOPPED] = 'S', [BW_JOB_REACH_MISSED] = 'M',
        [BW_JOB_REACH_REMARK] = '.',
    };
    char seen[G_N_ELEMENTS (lines) + 1] = { 0 };

    for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
        seen[i] = letters[_bw_job_trail_get_reach (trail, lines[i])];
    g_assert_cmpstr (seen, ==, wanted);
}

static void
tell (BwJobTrail *trail, uint32_t offset, uint32_t size, BwDriverPart how_far)
{
    const BwJobPart part = { offset, size, how_far };

    _bw_job_trail_take_part (trail, &part);
}

/* The application is written, the table begun: the order of a real driver. */
static void
go_into_the_table (BwJobTrail *trail)
{
    _bw_job_trail_enter (trail, BW_JOB_CONNECTING);
    _bw_job_trail_enter (trail, BW_JOB_IDENTIFYING);
    _bw_job_trail_enter (trail, BW_JOB_WRITING);
    tell (trail, 0x1000, 0x6000, BW_PART_TODO);
    tell (trail, 0x8000, 0xc00, BW_PART_TODO);
    tell (trail, 0x10000, 0x90000, BW_PART_NOW);
    tell (trail, 0x10000, 0x90000, BW_PART_DONE);
    tell (trail, 0x8000, 0xc00, BW_PART_NOW);
}

static void
test_in_order (void)
{
    BwJobTrail trail;

    _bw_job_trail_init (&trail);
    assert_reach (&trail, "-.----.");
    _bw_job_trail_enter (&trail, BW_JOB_CONNECTING);
    assert_reach (&trail, "N.----.");
    go_into_the_table (&trail);
    assert_reach (&trail, "D.-ND-.");
    tell (&trail, 0x8000, 0xc00, BW_PART_DONE);
    tell (&trail, 0x1000, 0x6000, BW_PART_NOW);
    assert_reach (&trail, "D.NDD-.");
    _bw_job_trail_enter (&trail, BW_JOB_VERIFYING);
    assert_reach (&trail, "DDDDDN.");
    _bw_job_trail_enter (&trail, BW_JOB_FINISHED);
    trail.result = BW_JOB_SUCCESS;
    assert_reach (&trail, "DDDDDD.");
    _bw_job_trail_clear (&trail);
}

static void
test_away_and_back (void)
{
    BwJobTrail trail;

    _bw_job_trail_init (&trail);
    go_into_the_table (&trail);
    _bw_job_trail_enter (&trail, BW_JOB_WAITING_REPLUG);
    assert_reach (&trail, "D.-TD-.");
    /* it begins anew, and compares first: nothing counts any more */
    _bw_job_trail_enter (&trail, BW_JOB_CONNECTING);
    assert_reach (&trail, "N.----.");
    _bw_job_trail_enter (&trail, BW_JOB_WRITING);
    assert_reach (&trail, "D.----.");
    tell (&trail, 0x1000, 0x6000, BW_PART_TODO);
    tell (&trail, 0x8000, 0xc00, BW_PART_NOW);
    tell (&trail, 0x10000, 0x90000, BW_PART_DONE);
    assert_reach (&trail, "D.-ND-.");
    _bw_job_trail_clear (&trail);
}

static void
test_gone_for_good (void)
{
    BwJobTrail trail;

    _bw_job_trail_init (&trail);
    go_into_the_table (&trail);
    _bw_job_trail_enter (&trail, BW_JOB_WAITING_REPLUG);
    _bw_job_trail_enter (&trail, BW_JOB_FINISHED);
    trail.result = BW_JOB_FAILED;
    assert_reach (&trail, "D.MSDM.");
    _bw_job_trail_clear (&trail);
}

/* A driver that has to connect once more goes on where it was. */
static void
test_connects_again (void)
{
    BwJobTrail trail;

    _bw_job_trail_init (&trail);
    go_into_the_table (&trail);
    _bw_job_trail_enter (&trail, BW_JOB_CONNECTING);
    assert_reach (&trail, "N.-ND-.");
    _bw_job_trail_clear (&trail);
}

static void
test_never_begun (void)
{
    BwJobTrail trail;

    _bw_job_trail_init (&trail);
    _bw_job_trail_enter (&trail, BW_JOB_FINISHED);
    trail.result = BW_JOB_CANCELLED;
    assert_reach (&trail, "M.MMMM.");
    _bw_job_trail_clear (&trail);
}

/* Two parts that share a sector are one stretch. */
static void
test_shared_stretch (void)
{
    BwJobTrail trail;

    _bw_job_trail_init (&trail);
    _bw_job_trail_enter (&trail, BW_JOB_WRITING);
    tell (&trail, 0x1000, 0x7c00, BW_PART_NOW);
    tell (&trail, 0x10000, 0x90000, BW_PART_DONE);
    assert_reach (&trail, "D.NND-.");
    _bw_job_trail_clear (&trail);
}

/* A board that goes before anything was written has lost nothing. */
static void
test_gone_before_writing (void)
{
    BwJobTrail trail;

    _bw_job_trail_init (&trail);
    _bw_job_trail_enter (&trail, BW_JOB_WRITING);
    _bw_job_trail_enter (&trail, BW_JOB_FINISHED);
    trail.result = BW_JOB_FAILED;
    assert_reach (&trail, "D.MMMM.");
    _bw_job_trail_clear (&trail);
}

/* A driver that tells of more stretches than there can be does not fill the memory. */
static void
test_bounded (void)
{
    BwJobTrail trail;

    _bw_job_trail_init (&trail);
    for (uint32_t i = 0; i < 100000; i++)
        tell (&trail, i * 4096, 4096, BW_PART_DONE);
    g_assert_cmpuint (trail.parts->len, <=, 1024);
    _bw_job_trail_clear (&trail);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/job/reach/in-order", test_in_order);
    g_test_add_func ("/engine/job/reach/away-and-back", test_away_and_back);
    g_test_add_func ("/engine/job/reach/gone-for-good", test_gone_for_good);
    g_test_add_func ("/engine/job/reach/connects-again", test_connects_again);
    g_test_add_func ("/engine/job/reach/never-begun", test_never_begun);
    g_test_add_func ("/engine/job/reach/shared-stretch", test_shared_stretch);
    g_test_add_func ("/engine/job/reach/gone-before-writing", test_gone_before_writing);
    g_test_add_func ("/engine/job/reach/bounded", test_bounded);
    return g_test_run ();
}
