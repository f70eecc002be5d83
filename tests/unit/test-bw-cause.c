/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bw-cause.h"

static unsigned
count_words (const char *text)
{
    g_auto (GStrv) words = g_strsplit (text, " ", -1);

    return g_strv_length (words);
}

static void
check_text (const char *text)
{
    g_assert_true (g_utf8_validate (text, -1, NULL));
    g_assert_null (strchr (text, '!'));
    g_assert_null (strstr (text, "lease "));
    g_assert_null (strstr (text, "rror:"));
}

static void
test_rows (void)
{
    g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);
    g_autoptr (GHashTable) titles = g_hash_table_new (g_str_hash, g_str_equal);

    for (int i = BW_CAUSE_NONE + 1; i < BW_CAUSE_N; i++) {
        BwCause cause = (BwCause) i;
        const char *id = bw_cause_get_id (cause);

        g_assert_nonnull (id);
        g_test_message ("%s", id);
        g_assert_cmpuint (strspn (id, "abcdefghijklmnopqrstuvwxyz-"), ==, strlen (id));
        g_assert_true (g_hash_table_add (ids, (gpointer) id));
        g_assert_true (g_hash_table_add (titles, (gpointer) bw_cause_get_title (cause)));
        g_assert_cmpuint (strlen (bw_cause_get_title (cause)), >, 0);
        g_assert_cmpuint (count_words (bw_cause_get_title (cause)), <=, 5);
        g_assert_false (g_str_has_suffix (bw_cause_get_title (cause), "."));
        g_assert_true (g_str_has_suffix (bw_cause_get_explanation (cause), "."));
        check_text (bw_cause_get_title (cause));
        check_text (bw_cause_get_explanation (cause));
        check_text (bw_cause_get_remedy (cause));
        if (cause != BW_CAUSE_CANCELLED)
            g_assert_true (g_str_has_suffix (bw_cause_get_remedy (cause), "."));
        /* each may be why the record of a job is */
        g_assert_null (strstr (bw_cause_get_remedy (cause), "Nothing was lost"));
        g_assert_cmpint (bw_cause_get_exit_status (cause), >=, 1);
        g_assert_cmpint (bw_cause_get_exit_status (cause), <=, 6);
        g_assert_cmpint (bw_cause_get_code (cause), <=, BW_ERROR_INTERNAL);
        g_assert_cmpint (bw_cause_from_id (id), ==, cause);
    }
}

static void
test_exit_status (void)
{
    static const struct {
        const char *id;
        int status;
    } cases[] = {
        { "verify-failed", 1 }, { "needs-stub", 1 }, { "no-reset-lines", 1 },
        { "lost", 1 },          { "usage", 2 },      { "bad-firmware", 2 },
        { "no-such-port", 3 },  { "no-answer", 3 },  { "secure-mode", 4 },
        { "refused", 4 },       { "cancelled", 5 },  { "no-space", 6 },
        { "store-closed", 6 },  { "store-busy", 6 }, { "store-gone", 6 },
        { "store-damaged", 6 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
        g_assert_cmpint (bw_cause_get_exit_status (bw_cause_from_id (cases[i].id)), ==,
                         cases[i].status);
    g_assert_cmpint (bw_cause_get_exit_status (BW_CAUSE_NONE), ==, 0);
}

static void
test_foreign (void)
{
    g_assert_cmpint (bw_cause_from_id (NULL), ==, BW_CAUSE_NONE);
    g_assert_cmpint (bw_cause_from_id (""), ==, BW_CAUSE_NONE);
    g_assert_cmpint (bw_cause_from_id ("NO-ANSWER"), ==, BW_CAUSE_NONE);
    g_assert_cmpstr (bw_cause_get_id ((BwCause) 9999), ==, "internal");
    g_assert_cmpstr (bw_cause_get_id ((BwCause) -1), ==, "internal");
    g_assert_cmpstr (bw_cause_get_title (BW_CAUSE_NONE), ==, "");
}

/* Those after which a board is whole: the store's list of torn jobs leaves out the same. */
static void
test_about_start (void)
{
    static const char *const ids[] = { "app-missing", "app-boot-loop", "app-rejected", "brownout" };
    unsigned n = 0;

    for (int cause = BW_CAUSE_NONE; cause < BW_CAUSE_N; cause++)
        n += bw_cause_is_about_start ((BwCause) cause);
    g_assert_cmpuint (n, ==, G_N_ELEMENTS (ids));
    for (unsigned i = 0; i < G_N_ELEMENTS (ids); i++)
        g_assert_true (bw_cause_is_about_start (bw_cause_from_id (ids[i])));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/cause/every-cause-has-its-row", test_rows);
    g_test_add_func ("/engine/cause/exit-statuses", test_exit_status);
    g_test_add_func ("/engine/cause/what-is-no-cause", test_foreign);
    g_test_add_func ("/engine/cause/about-start", test_about_start);
    return g_test_run ();
}
