/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may be replaced by a file, and what has to stay. */
#include <glib/gstdio.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "bw-target.h"

#define LIST "system.posix_acl_access"

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

static void
assert_mode (const char *path, unsigned mode)
{
    struct stat status;

    g_assert_cmpint (stat (path, &status), ==, 0);
    g_assert_cmpuint (status.st_mode & 07777, ==, mode);
}

static void
write_new (const char *path)
{
    g_autofree char *text = NULL;
    g_autoptr (GError) error = NULL;

    g_assert_true (bw_target_write (path, "new", 3, 0640, &error));
    g_assert_no_error (error);
    g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
    g_assert_cmpstr (text, ==, "new");
}

/* Who may read a file may read the one that takes its place, and nobody else. */
static void
test_rights (void)
{
    static const unsigned modes[] = { 0600, 0644, 0666, 0755, 0700 };
    g_autofree char *folder = g_dir_make_tmp ("bw-target-XXXXXX", NULL);
    g_autofree char *path = g_build_filename (folder, "file", NULL);
    mode_t before = umask (027);

    write_new (path);
    assert_mode (path, 0640);
    for (unsigned i = 0; i < G_N_ELEMENTS (modes); i++) {
        g_assert_cmpint (g_chmod (path, (int) modes[i]), ==, 0);
        write_new (path);
        assert_mode (path, modes[i]);
    }
    umask (before);
    g_unlink (path);
    g_assert_cmpint (g_rmdir (folder), ==, 0); /* nothing else is left in it */
}

/* The administrator gives a file to any group, others to one that they are in. */
static gid_t
give_to_group (const char *path)
{
    gid_t groups[64];
    int n = getgroups (G_N_ELEMENTS (groups), groups);
    struct stat status;

    if (chown (path, (uid_t) -1, 4321) != 0)
        for (int i = 0; i < n && chown (path, (uid_t) -1, groups[i]) == 0; i++)
            continue;
    g_assert_cmpint (stat (path, &status), ==, 0);
    return status.st_gid;
}

static void
test_group (void)
{
    g_autofree char *folder = g_dir_make_tmp ("bw-target-XXXXXX", NULL);
    g_autofree char *path = g_build_filename (folder, "file", NULL);
    struct stat status;
    gid_t group;

    write_new (path);
    group = give_to_group (path);
    g_assert_cmpint (g_chmod (path, 0664), ==, 0);
    write_new (path);
    g_assert_cmpint (stat (path, &status), ==, 0);
    g_assert_cmpuint (status.st_gid, ==, group);
    assert_mode (path, 0664);
    g_unlink (path);
    g_rmdir (folder);
}

/* "user::rw-,user:4321:rw-,group::---,mask::rw-,other::---", as the kernel keeps it */
static const uint8_t one_more_user[] = {
    2,   0,   0,   0, /* version */
    1,   0,   6,   0,   255, 255, 255, 255, 2,   0,   6,   0,   0xe1, 0x10,
    0,   0,   4,   0,   0,   0,   255, 255, 255, 255, 16,  0,   6,    0,
    255, 255, 255, 255, 32,  0,   0,   0,   255, 255, 255, 255,
};

static void
test_access_list (void)
{
    g_autofree char *folder = g_dir_make_tmp ("bw-target-XXXXXX", NULL);
    g_autofree char *path = g_build_filename (folder, "file", NULL);
    uint8_t list[100];
    gboolean has_lists;
    ssize_t len;

    write_new (path);
    /* a file system that keeps none makes none up either */
    has_lists = setxattr (path, LIST, one_more_user, sizeof one_more_user, 0) == 0;
    write_new (path);
    len = getxattr (path, LIST, list, sizeof list);
    g_assert_cmpint (len, ==, has_lists ? (ssize_t) sizeof one_more_user : -1);
    if (has_lists)
        g_assert_cmpmem (list, sizeof one_more_user, one_more_user, sizeof one_more_user);
    g_unlink (path);
    g_rmdir (folder);
}

static void
test_write_fails (void)
{
    g_autofree char *folder = g_dir_make_tmp ("bw-target-XXXXXX", NULL);
    g_autofree char *link = g_build_filename (folder, "link", NULL);
    g_autofree char *to = NULL;
    g_autoptr (GError) error = NULL;

    g_assert_cmpint (symlink ("nowhere", link), ==, 0);
    g_assert_false (bw_target_write (link, "new", 3, 0666, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_UNWRITABLE_FILE);
    to = g_file_read_link (link, NULL);
    g_assert_cmpstr (to, ==, "nowhere");
    g_unlink (link);
    g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/target/kinds", test_kinds);
    g_test_add_func ("/engine/target/source", test_source);
    g_test_add_func ("/engine/target/replace", test_replace);
    g_test_add_func ("/engine/target/rights", test_rights);
    g_test_add_func ("/engine/target/group", test_group);
    g_test_add_func ("/engine/target/access-list", test_access_list);
    g_test_add_func ("/engine/target/write-fails", test_write_fails);
    return g_test_run ();
}
