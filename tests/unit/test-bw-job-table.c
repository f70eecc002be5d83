/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state table of jobs, every state with every trigger, against a second writing of it. */
#include <string.h>

#include "bw-job-table.h"

/* One letter for each state, in their order. */
static const char letters[] = "qcikewrvflpd";

/* Rows: states; columns: triggers, in their order; '.': not declared. */
static const char *const matrix[BW_JOB_N_STATES] = {
    /*                           CIKEWRVFL lost done fail cancel */
    [BW_JOB_QUEUED] = "c.........."
                      "dd",
    [BW_JOB_CONNECTING] = "cikewrvfl"
                          "pddd",
    [BW_JOB_IDENTIFYING] = "cikewrvf."
                           "pddd",
    [BW_JOB_CHECKING] = "c.kewrvf."
                        "pddd",
    [BW_JOB_ERASING] = "c.kewrvf."
                       "pddd",
    [BW_JOB_WRITING] = "c.kewrvf."
                       "pddd",
    [BW_JOB_READING] = "c.kewrvf."
                       "pddd",
    [BW_JOB_VERIFYING] = "c.kewrvf."
                         "pddd",
    [BW_JOB_CONFIRMING] = ".......fl"
                          "pddd",
    [BW_JOB_LISTENING] = "c.......l"
                         "pddd",
    [BW_JOB_WAITING_REPLUG] = "c.........."
                              "dd",
    [BW_JOB_FINISHED] = ".............",
};

static void
test_edges (void)
{
    for (unsigned state = 0; state < BW_JOB_N_STATES; state++) {
        g_assert_cmpuint (strlen (matrix[state]), ==, BW_JOB_TRIGGER_N);
        for (unsigned trigger = 0; trigger < BW_JOB_TRIGGER_N; trigger++) {
            BwJobState to = (BwJobState) 99;
            gboolean is_declared =
                _bw_job_table_next ((BwJobState) state, (BwJobTrigger) trigger, &to);
            char expected = matrix[state][trigger];

            g_test_message ("state %u trigger %u", state, trigger);
            g_assert_cmpint (is_declared, ==, expected != '.');
            if (is_declared)
                g_assert_cmpint (letters[to], ==, expected);
            else
                g_assert_cmpint (to, ==, 99);
        }
    }
}

static void
test_facts (void)
{
    g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);

    for (unsigned state = 0; state < BW_JOB_N_STATES; state++) {
        const BwJobStateFacts *facts = _bw_job_table_get_facts ((BwJobState) state);

        g_assert_nonnull (facts->id);
        g_assert_true (g_hash_table_add (ids, (char *) facts->id));
        g_assert_cmpstr (bw_job_state_get_id ((BwJobState) state), ==, facts->id);
        g_assert_cmpint (*bw_job_state_get_word ((BwJobState) state), !=, '\0');
        g_assert_cmpint (facts->is_cancellable, ==,
                         state != BW_JOB_CONFIRMING && state != BW_JOB_FINISHED);
    }
    g_assert_cmpuint (_bw_job_table_get_facts (BW_JOB_WAITING_REPLUG)->timeout_ms, ==, 30000);
}

static unsigned
get_path (BwAction action, BwPlanOptions options)
{
    return _bw_job_table_get_path (action, &options);
}

#define BIT(state) (1u << BW_JOB_##state)

static void
test_paths (void)
{
    const BwPlanOptions plain = { 0 };
    const BwPlanOptions bare = { .erase_all = TRUE, .no_verify = TRUE, .stay = TRUE };
    const unsigned looked = BIT (CONNECTING) | BIT (IDENTIFYING) | BIT (CONFIRMING);

    g_assert_cmphex (get_path (BW_ACTION_IDENTIFY, plain), ==, looked);
    g_assert_cmphex (get_path (BW_ACTION_FLASH, plain), ==,
                     looked | BIT (CHECKING) | BIT (WRITING) | BIT (VERIFYING) | BIT (LISTENING));
    g_assert_cmphex (get_path (BW_ACTION_FLASH, bare), ==,
                     BIT (CONNECTING) | BIT (IDENTIFYING) | BIT (ERASING) | BIT (WRITING));
    g_assert_cmphex (get_path (BW_ACTION_VERIFY, plain), ==, looked | BIT (VERIFYING));
    g_assert_cmphex (get_path (BW_ACTION_READ, plain), ==, looked | BIT (READING));
    g_assert_cmphex (get_path (BW_ACTION_ERASE, plain), ==, looked | BIT (ERASING));
    g_assert_cmphex (get_path (BW_ACTION_CONSOLE, plain), ==, BIT (CONNECTING) | BIT (LISTENING));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/job-table/every-state-with-every-trigger", test_edges);
    g_test_add_func ("/engine/job-table/facts", test_facts);
    g_test_add_func ("/engine/job-table/paths", test_paths);
    return g_test_run ();
}
