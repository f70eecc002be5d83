/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bw-error.h"

#include <gio/gio.h>

static void
test_carries (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GError) copy = NULL;

    bw_set_error (&error, BW_CAUSE_NO_ANSWER, "no reply to %d SYNC", 35);
    g_prefix_error (&error, "connecting: ");
    copy = g_error_copy (error);
    g_clear_error (&error);
    g_assert_error (copy, BW_ERROR, BW_ERROR_REPLUG);
    g_assert_cmpint (bw_error_get_cause (copy), ==, BW_CAUSE_NO_ANSWER);
    g_assert_cmpstr (bw_error_get_evidence (copy), ==, "no reply to 35 SYNC");
    g_assert_cmpstr (copy->message, ==, "connecting: no reply to 35 SYNC");
    g_assert_cmpint (bw_error_get_exit_status (copy), ==, 3);
}

static void
test_offer (void)
{
    g_autoptr (GError) error = bw_error_new (BW_CAUSE_BRLTTY, "taken");
    g_autoptr (GError) theirs = g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "theirs");
    g_autoptr (GError) copy = NULL;

    g_assert_null (bw_error_get_offer (error));
    g_assert_null (bw_error_get_offer (theirs));
    g_assert_null (bw_error_get_offer (NULL));
    bw_error_set_offer (error, "a rule");
    bw_error_set_offer (error, "a better rule");
    copy = g_error_copy (error);
    bw_error_set_offer (error, NULL);
    g_assert_cmpstr (bw_error_get_offer (copy), ==, "a better rule");
    g_assert_null (bw_error_get_offer (error));
}

/* Neither an error that nobody wants nor one that is not there is a fault of ours. */
static void
test_ignored (void)
{
    bw_set_error (NULL, BW_CAUSE_LOST, "nobody listens");
    g_assert_cmpint (bw_error_get_cause (NULL), ==, BW_CAUSE_NONE);
}

static void
test_without_cause (void)
{
    g_autoptr (GError) error = bw_error_new (BW_CAUSE_NONE, "100 %% %s", "odd");

    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_INTERNAL);
    g_assert_cmpstr (error->message, ==, "100 % odd");
}

static void
test_foreign (void)
{
    static const struct {
        int code;
        BwCause cause;
        int status;
    } cases[] = {
        { G_IO_ERROR_CANCELLED, BW_CAUSE_CANCELLED, 5 },
        { G_IO_ERROR_NO_SPACE, BW_CAUSE_NO_SPACE, 6 },
        { G_IO_ERROR_FAILED, BW_CAUSE_NONE, 1 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (GError) error = g_error_new (G_IO_ERROR, cases[i].code, "theirs");

        g_assert_cmpint (bw_error_get_cause (error), ==, cases[i].cause);
        g_assert_cmpint (bw_error_get_exit_status (error), ==, cases[i].status);
        g_assert_cmpstr (bw_error_get_evidence (error), ==, "theirs");
    }
    g_assert_cmpint (bw_error_get_cause (NULL), ==, BW_CAUSE_NONE);
    g_assert_cmpint (bw_error_get_exit_status (NULL), ==, 0);
    g_assert_null (bw_error_get_evidence (NULL));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/error/cause-and-evidence-travel", test_carries);
    g_test_add_func ("/engine/error/offer", test_offer);
    g_test_add_func ("/engine/error/nobody-listens", test_ignored);
    g_test_add_func ("/engine/error/no-cause-is-our-fault", test_without_cause);
    g_test_add_func ("/engine/error/foreign-errors", test_foreign);
    return g_test_run ();
}
