/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is found depends on this machine; that it is found beside the main loop does not. What there
 * is to find is tested with made-up machines in test-bw-port-owner.c. */
#include "bw-survey.h"

struct answer {
    GMainLoop *loop;
    GPtrArray *found;
    char *ports;
    GError *error;
};

static void
on_surveyed (GObject *source, GAsyncResult *result, gpointer user_data)
{
    struct answer *answer = user_data;

    answer->found = bw_survey_finish (result, &answer->ports, &answer->error);
    g_main_loop_quit (answer->loop);
}

static void
ask (struct answer *answer, GCancellable *cancellable)
{
    answer->loop = g_main_loop_new (NULL, FALSE);
    bw_survey_async (cancellable, on_surveyed, answer);
    g_assert_null (answer->found);
    g_main_loop_run (answer->loop);
    g_main_loop_unref (answer->loop);
}

static void
test_looks (void)
{
    struct answer answer = { 0 };

    ask (&answer, NULL);
    g_assert_no_error (answer.error);
    g_assert_nonnull (answer.found);
    /* something is in the way, or some port is ready: never nothing at all */
    g_assert_true (answer.found->len > 0 || *answer.ports != '\0');
    for (unsigned i = 0; i < answer.found->len; i++)
        g_assert_cmpint (bw_error_get_cause (answer.found->pdata[i]), !=, BW_CAUSE_NONE);
    g_ptr_array_unref (answer.found);
    g_free (answer.ports);
}

static void
test_cancelled (void)
{
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    struct answer answer = { 0 };

    g_cancellable_cancel (cancellable);
    ask (&answer, cancellable);
    g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_null (answer.found);
    g_assert_null (answer.ports);
    g_clear_error (&answer.error);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/survey/looks-in-a-thread", test_looks);
    g_test_add_func ("/engine/survey/cancelled", test_cancelled);
    return g_test_run ();
}
