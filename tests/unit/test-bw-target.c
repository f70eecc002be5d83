/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may be replaced by a file, and what has to stay. */
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bw-target.h"

static void
assert_stays (const char *path)
{
    g_autoptr (GError) error = NULL;

    g_assert_false (bw_target_check (path, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_UNWRITABLE_FILE);
    g_assert_true (g_str_has_prefix (error->message, path));
}

static void
assert_may_go (const char *path)
{
    g_autoptr (GError) error = NULL;

    g_assert_true (bw_target_check (path, &error));
    g_assert_no_error (error);
}

static void
test_kinds (void)
{
    g_autofree char *folder = g_dir_make_tmp ("bw-target-XXXXXX", NULL);
    g_autofree char *file = g_build_filename (folder, "file", NULL);
    g_autofree char *pipe = g_build_filename (folder, "pipe", NULL);
    g_autofree char *inside_pipe = g_build_filename (folder, "pipe", "file", NULL);
    g_autofree char *link = g_build_filename (folder, "link", NULL);
    struct stat status;

    assert_may_go (file);
    g_assert_true (g_file_set_contents (file, "old", -1, NULL));
    assert_may_go (file);
    g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
    assert_stays (pipe);
    g_assert_cmpint (symlink (pipe, link), ==, 0);
    assert_stays (link);
    assert_stays (folder);
    /* /dev/stdout leads to a plain file where a shell sends it into one */
    g_unlink (link);
    g_assert_cmpint (symlink (file, link), ==, 0);
    assert_stays (link);
    g_unlink (link);
    g_assert_cmpint (symlink ("nowhere", link), ==, 0);
    assert_stays (link);
    assert_stays ("/dev/full");
    /* in a folder that is none, or is not there */
    assert_stays (inside_pipe);
    assert_stays ("/nonexistent/file");
    /* it has only looked */
    g_assert_cmpint (stat (pipe, &status), ==, 0);
    g_assert_true (S_ISFIFO (status.st_mode));
    g_unlink (link);
    g_unlink (pipe);
    g_unlink (file);
    g_rmdir (folder);
}

static void
test_source (void)
{
    g_autofree char *folder = g_dir_make_tmp ("bw-target-XXXXXX", NULL);
    g_autofree char *file = g_build_filename (folder, "file", NULL);
    g_autofree char *inside_pipe = g_build_filename (folder, "pipe", "file", NULL);
    g_autofree char *link = g_build_filename (folder, "link", NULL);
    g_autofree char *other = g_build_filename (folder, "other", NULL);
    g_autoptr (GError) error = NULL;

    g_assert_true (bw_target_check_source (file, file, NULL)); /* nothing there to be lost */
    g_assert_true (g_file_set_contents (file, "old", -1, NULL));
    g_assert_true (g_file_set_contents (other, "old", -1, NULL));
    g_assert_cmpint (symlink (file, link), ==, 0);
    g_assert_true (bw_target_check_source (other, file, NULL));
    g_assert_true (bw_target_check_source (other, "/nowhere", NULL));
    g_assert_false (bw_target_check_source (file, link, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_USAGE);
    g_unlink (link);
    g_unlink (other);
    g_unlink (file);
    g_rmdir (folder);
}

static void
test_replace (void)
{
    g_autofree char *folder = g_dir_make_tmp ("bw-target-XXXXXX", NULL);
    g_autofree char *path = g_build_filename (folder, "file", NULL);
    g_autofree char *temporary = g_build_filename (folder, "new", NULL);
    g_autofree char *text = NULL;
    g_autoptr (GError) error = NULL;

    g_assert_true (g_file_set_contents (path, "old", -1, NULL));
    g_assert_false (bw_target_replace (path, temporary, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_UNWRITABLE_FILE);
    g_clear_error (&error);
    g_assert_true (g_file_set_contents (temporary, "new", -1, NULL));
    g_assert_true (bw_target_replace (path, temporary, &error));
    g_assert_no_error (error);
    g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
    g_assert_cmpstr (text, ==, "new");
    g_assert_false (g_file_test (temporary, G_FILE_TEST_EXISTS));
    g_unlink (path);
    g_rmdir (folder);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/target/kinds", test_kinds);
    g_test_add_func ("/engine/target/source", test_source);
    g_test_add_func ("/engine/target/replace", test_replace);
    return g_test_run ();
}
