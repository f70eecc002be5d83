/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <string.h>

#include "bw-error.h"
#include "bw-result.h"

static void
assert_becomes (enum bwp_result result, BwCause cause)
{
    g_autoptr (GError) error = NULL;

    g_assert_false (bw_result_check (result, BW_CAUSE_BAD_FIRMWARE, &error, "segment %u", 3u));
    g_assert_cmpint (bw_error_get_cause (error), ==, cause);
    g_assert_true (g_str_has_prefix (error->message, "segment 3: "));
}

static void
test_a_fault_of_the_bytes_is_the_callers_cause (void)
{
    assert_becomes (BWP_ERR_CORRUPT, BW_CAUSE_BAD_FIRMWARE);
    assert_becomes (BWP_ERR_SPACE, BW_CAUSE_BAD_FIRMWARE);
    assert_becomes (BWP_ERR_RULE, BW_CAUSE_BAD_FIRMWARE);
}

static void
test_our_own_fault_is_internal (void)
{
    assert_becomes (BWP_ERR_CALLER, BW_CAUSE_INTERNAL);
}

static void
test_more_wanted_is_truncated (void)
{
    g_autoptr (GError) error = NULL;

    assert_becomes (BWP_AGAIN, BW_CAUSE_BAD_FIRMWARE);
    g_assert_false (bw_result_check (BWP_AGAIN, BW_CAUSE_PROTOCOL, &error, "reply"));
    g_assert_nonnull (strstr (error->message, bwp_result_text (BWP_ERR_CUT)));
}

static void
test_done_sets_nothing (void)
{
    g_autoptr (GError) error = NULL;

    g_assert_true (bw_result_check (BWP_OK, BW_CAUSE_PROTOCOL, &error, "reply"));
    g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/result/a-fault-of-the-bytes-is-the-callers-cause",
                     test_a_fault_of_the_bytes_is_the_callers_cause);
    g_test_add_func ("/engine/result/our-own-fault-is-internal", test_our_own_fault_is_internal);
    g_test_add_func ("/engine/result/more-wanted-is-truncated", test_more_wanted_is_truncated);
    g_test_add_func ("/engine/result/done-sets-nothing", test_done_sets_nothing);
    return g_test_run ();
}
