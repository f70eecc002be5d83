/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* ptsname_r() */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static char *
dup_key_of (const char *address)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (BwPort) port = bw_port_open (address, NULL, &error);

    g_assert_no_error (error);
    return bw_baud_memory_dup_key (port);
}

static void
test_key_of_either_address (void)
{
    char device[64] = "";
    int fd = posix_openpt (O_RDWR | O_NOCTTY);
    g_autofree char *address = NULL;
    g_autofree char *plain = NULL;
    g_autofree char *with_scheme = NULL;

    g_assert_cmpint (grantpt (fd), ==, 0);
    g_assert_cmpint (unlockpt (fd), ==, 0);
    g_assert_cmpint (ptsname_r (fd, device, sizeof device), ==, 0);
    address = g_strconcat ("serial://", device, NULL);
    plain = dup_key_of (device);
    with_scheme = dup_key_of (address);
    g_assert_nonnull (strstr (plain, device));
    g_assert_cmpstr (plain, ==, with_scheme);
    close (fd);
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
    g_assert_cmpuint (bw_baud_memory_choose (115200, 0, 921600), ==, 230400);
    g_assert_cmpuint (bw_baud_memory_choose (460800, 0, 460800), ==, 921600);
    /* what is above is for those who ask; where they did and it worked, it stays */
    g_assert_cmpuint (bw_baud_memory_choose (921600, 0, 921600), ==, 921600);
    g_assert_cmpuint (bw_baud_memory_choose (1500000, 0, 921600), ==, 1500000);
    g_assert_cmpuint (bw_baud_memory_choose (2000000, 0, 460800), ==, 2000000);
    g_assert_cmpuint (bw_baud_memory_choose (2000000, 1500000, 921600), ==, 921600);
    g_assert_cmpuint (bw_baud_memory_choose (921600, 1500000, 921600), ==, 921600);
    g_assert_cmpuint (bw_baud_memory_choose (0, 460800, 921600), ==, 230400);
}

static void
note_good_often (const char *key, unsigned baud, unsigned times)
{
    for (unsigned i = 0; i < times; i++)
        bw_baud_memory_note_good (key, baud);
}

static void
assert_bad (const char *key, unsigned expected)
{
    unsigned bad = 1;

    bw_baud_memory_get (key, &bad);
    g_assert_cmpuint (bad, ==, expected);
}

/* A cable gets changed: after some clean runs the rate is tried again, then after twice as many. */
static void
test_forgives_after_runs (void)
{
    const char *key = "10c4:ea60 1-7:1.0";

    bw_baud_memory_note_bad (key, 921600);
    for (unsigned strikes = 1; strikes <= 3; strikes++) {
        unsigned runs = BW_BAUD_MEMORY_CLEAN_RUNS << (strikes - 1);

        note_good_often (key, 460800, runs - 1);
        assert_bad (key, 921600);
        /* at a lower rate than what works, it proves nothing */
        note_good_often (key, 115200, 100);
        assert_bad (key, 921600);
        g_assert_cmpuint (bw_baud_memory_get (key, NULL), ==, 460800);
        note_good_often (key, 460800, 1);
        assert_bad (key, 0);
        bw_baud_memory_note_bad (key, 921600);
        assert_bad (key, 921600);
    }
    /* it works: all is forgotten, and the next failure is a first one */
    bw_baud_memory_note_good (key, 921600);
    g_assert_cmpuint (bw_baud_memory_get (key, NULL), ==, 921600);
    bw_baud_memory_note_bad (key, 921600);
    note_good_often (key, 460800, BW_BAUD_MEMORY_CLEAN_RUNS);
    assert_bad (key, 0);
}

static void
age (const char *key, int days)
{
    g_autoptr (GKeyFile) file = g_key_file_new ();
    g_autofree char *path = dup_path ();

    g_assert_true (g_key_file_load_from_file (file, path, 0, NULL));
    g_key_file_set_int64 (file, key, "since",
                          g_get_real_time () / G_USEC_PER_SEC - (gint64) days * 24 * 3600 - 60);
    g_assert_true (g_key_file_save_to_file (file, path, NULL));
}

static void
test_forgives_after_days (void)
{
    const char *key = "10c4:ea60 1-8:1.0";

    bw_baud_memory_note_bad (key, 921600);
    age (key, BW_BAUD_MEMORY_DAYS - 1);
    assert_bad (key, 921600);
    age (key, BW_BAUD_MEMORY_DAYS);
    assert_bad (key, 0);
    bw_baud_memory_note_bad (key, 921600);
    age (key, BW_BAUD_MEMORY_DAYS);
    assert_bad (key, 921600);
    age (key, 2 * BW_BAUD_MEMORY_DAYS);
    assert_bad (key, 0);
    bw_baud_memory_note_bad (key, 921600);
    /* noted in what is now the future: the clock was set back */
    age (key, -400);
    assert_bad (key, 0);
}

static void
test_places (void)
{
    static const struct {
        const char *sysfs;
        const char *place;
    } cases[] = {
        { "../../devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2.3/1-2.3:1.0/ttyUSB0/tty/ttyUSB0",
          "1-2.3:1.0" },
        { "../../devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2.3/1-2.3:1.1/ttyUSB1/tty/ttyUSB1",
          "1-2.3:1.1" },
        { "../../devices/pci0000:00/0000:00:14.0/usb3/3-1/3-1:1.2/tty/ttyACM1", "3-1:1.2" },
        { "../../devices/platform/serial8250/tty/ttyS0", NULL },
        { "../../devices/virtual/tty/tty0", NULL },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *place = bw_baud_memory_find_place (cases[i].sysfs);

        g_assert_cmpstr (place, ==, cases[i].place);
    }
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
    g_test_add_func ("/driver/baud-memory/key-of-either-address", test_key_of_either_address);
    g_test_add_func ("/driver/baud-memory/steps", test_steps);
    g_test_add_func ("/driver/baud-memory/forgives-after-clean-runs", test_forgives_after_runs);
    g_test_add_func ("/driver/baud-memory/forgives-after-days", test_forgives_after_days);
    g_test_add_func ("/driver/baud-memory/two-ports-are-two-places", test_places);
    g_test_add_func ("/driver/baud-memory/damaged-file", test_damaged_file);
    g_test_add_func ("/driver/baud-memory/bounded", test_bounded);
    return g_test_run ();
}
