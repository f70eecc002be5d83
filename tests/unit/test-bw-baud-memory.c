/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "bw-baud-memory.h"

static char *
dup_path (void)
{
    return g_build_filename (g_get_user_state_dir (), "boardwalk", "baud.ini", NULL);
}

static void
test_remembers (void)
{
    unsigned bad = 1;

    g_assert_cmpuint (bw_baud_memory_get ("1a86:7523 1-2", &bad), ==, 0);
    g_assert_cmpuint (bad, ==, 0);
    bw_baud_memory_note_good ("1a86:7523 1-2", 921600);
    g_assert_cmpuint (bw_baud_memory_get ("1a86:7523 1-2", NULL), ==, 921600);
    g_assert_cmpuint (bw_baud_memory_get ("1a86:7523 1-3", NULL), ==, 0);
    bw_baud_memory_note_bad ("1a86:7523 1-2", 1500000);
    g_assert_cmpuint (bw_baud_memory_get ("1a86:7523 1-2", &bad), ==, 921600);
    g_assert_cmpuint (bad, ==, 1500000);
    /* the rate that worked yesterday fails today */
    bw_baud_memory_note_bad ("1a86:7523 1-2", 921600);
    g_assert_cmpuint (bw_baud_memory_get ("1a86:7523 1-2", &bad), ==, 460800);
    g_assert_cmpuint (bad, ==, 921600);
    /* the lowest one is never bad */
    bw_baud_memory_note_bad ("1a86:7523 1-4", 115200);
    g_assert_cmpuint (bw_baud_memory_get ("1a86:7523 1-4", &bad), ==, 0);
    g_assert_cmpuint (bad, ==, 0);
}

static void
test_steps (void)
{
    g_assert_cmpuint (bw_baud_memory_step_down (921600), ==, 460800);
    g_assert_cmpuint (bw_baud_memory_step_down (1000000), ==, 921600);
    g_assert_cmpuint (bw_baud_memory_step_down (115200), ==, 115200);
    g_assert_cmpuint (bw_baud_memory_step_up (921600), ==, 1500000);
    g_assert_cmpuint (bw_baud_memory_step_up (3000000), ==, 3000000);
    g_assert_cmpuint (bw_baud_memory_choose (0, 0, 921600), ==, 921600);
    g_assert_cmpuint (bw_baud_memory_choose (921600, 0, 921600), ==, 1500000);
    g_assert_cmpuint (bw_baud_memory_choose (921600, 1500000, 921600), ==, 921600);
    g_assert_cmpuint (bw_baud_memory_choose (0, 460800, 921600), ==, 230400);
}

static void
test_damaged_file (void)
{
    g_autofree char *path = dup_path ();
    g_autofree char *dir = g_path_get_dirname (path);

    g_mkdir_with_parents (dir, 0700);
    g_assert_true (g_file_set_contents (path, "[x\nbest=1\n\xff\xfe", -1, NULL));
    g_test_expect_message ("bw-baud-memory", G_LOG_LEVEL_WARNING, "*ignoring");
    g_assert_cmpuint (bw_baud_memory_get ("a", NULL), ==, 0);
    g_test_assert_expected_messages ();
    g_test_expect_message ("bw-baud-memory", G_LOG_LEVEL_WARNING, "*ignoring");
    g_test_expect_message ("bw-baud-memory", G_LOG_LEVEL_WARNING, "*ignoring");
    bw_baud_memory_note_good ("a", 460800);
    g_test_assert_expected_messages ();
    g_assert_cmpuint (bw_baud_memory_get ("a", NULL), ==, 460800);
    g_assert_true (g_file_set_contents (path, "[a]\nbest=-5\nbad=99999999999\n", -1, NULL));
    g_assert_cmpuint (bw_baud_memory_get ("a", NULL), ==, 0);
    g_unlink (path);
}

static void
test_bounded (void)
{
    g_autofree char *path = dup_path ();
    g_autofree char *text = NULL;
    gsize len = 0;
    g_autoptr (GKeyFile) file = g_key_file_new ();
    g_autofree char *dir = g_path_get_dirname (path);

    g_mkdir_with_parents (dir, 0700);
    for (unsigned i = 0; i < BW_BAUD_MEMORY_MAX; i++) {
        g_autofree char *key = g_strdup_printf ("place %u", i);

        g_key_file_set_integer (file, key, "best", 460800);
    }
    g_assert_true (g_key_file_save_to_file (file, path, NULL));
    bw_baud_memory_note_good ("place 531", 460800);
    g_assert_true (g_file_get_contents (path, &text, &len, NULL));
    g_assert_true (g_key_file_load_from_data (file, text, len, 0, NULL));
    g_strfreev (g_key_file_get_groups (file, &len));
    g_assert_cmpuint (len, <=, BW_BAUD_MEMORY_MAX);
    g_assert_cmpuint (bw_baud_memory_get ("place 531", NULL), ==, 460800);
    g_assert_cmpuint (bw_baud_memory_get ("place 0", NULL), ==, 0);
}

int
main (int argc, char **argv)
{
    g_autofree char *dir = g_dir_make_tmp ("bw-baud-XXXXXX", NULL);

    g_setenv ("XDG_STATE_HOME", dir, TRUE);
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/driver/baud-memory/remembers", test_remembers);
    g_test_add_func ("/driver/baud-memory/steps", test_steps);
    g_test_add_func ("/driver/baud-memory/damaged-file", test_damaged_file);
    g_test_add_func ("/driver/baud-memory/bounded", test_bounded);
    return g_test_run ();
}
