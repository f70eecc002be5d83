/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What data/boards says: the real files, the rules of choice, and files that are wrong. */
#include "bw-board-file.h"

#include "engine-wait.h"

static BwBoardFile *
load_text (const char *text, unsigned n_warnings)
{
    char *folder = engine_make_folder ();
    g_autofree char *path = g_build_filename (folder, "a.ini", NULL);
    g_autofree char *other = g_build_filename (folder, "a.txt", NULL);
    BwBoardFile *file = NULL;

    g_assert_true (g_file_set_contents (path, text, -1, NULL));
    g_assert_true (g_file_set_contents (other, "not for us", -1, NULL));
    for (unsigned i = 0; i < n_warnings; i++)
        g_test_expect_message ("bw-board-file", G_LOG_LEVEL_WARNING, "*ignoring*");
    file = _bw_board_file_load (folder);
    g_test_assert_expected_messages ();
    engine_remove_folder (folder);
    return file;
}

static void
assert_bridge (const BwBoardFile *file, uint16_t pid, const char *product, const char *name)
{
    BwBridgeFacts facts = { 0 };

    g_assert_cmpint (_bw_board_file_find_bridge (file, 0x10c4, pid, product, &facts), ==,
                     name != NULL);
    if (name != NULL)
        g_assert_cmpstr (facts.name, ==, name);
}

static void
test_choice (void)
{
    g_autoptr (BwBoardFile) file = load_text (
        "[bridge any]\nvid=10c4\npid=*\nname=any\nmax-baud=1\nreset=bridge\n"
        "[bridge plain]\nvid=10c4\npid=ea60\nname=plain\nmax-baud=2\nreset=usb-jtag\nchip=esp32s3\n"
        "[bridge special]\nvid=10c4\npid=ea60\nproduct=CP2102N *\nname=special\n"
        "[board b]\nvid=10c4\npid=ea60\nproduct=Cool*\nname=Cool board\nchip=esp32c3\n",
        0);
    BwBridgeFacts facts = { 0 };
    const char *chip = NULL;

    assert_bridge (file, 0xea60, "CP2102N USB", "special");
    assert_bridge (file, 0xea60, "Other", "plain");
    assert_bridge (file, 0xea60, NULL, "plain");
    assert_bridge (file, 0x1234, NULL, "any");
    g_assert_false (_bw_board_file_find_bridge (file, 0x1234, 0xea60, NULL, &facts));
    g_assert_true (_bw_board_file_find_bridge (file, 0x10c4, 0xea60, NULL, &facts));
    g_assert_cmpuint (facts.max_baud, ==, 2);
    g_assert_cmpstr (facts.chip_key, ==, "esp32s3");
    g_assert_true (facts.is_cdc);
    g_assert_cmpstr (_bw_board_file_find_board (file, 0x10c4, 0xea60, "Cool 2", &chip), ==,
                     "Cool board");
    g_assert_cmpstr (chip, ==, "esp32c3");
    g_assert_null (_bw_board_file_find_board (file, 0x10c4, 0xea60, "Warm", &chip));
}

static void
test_wrong (void)
{
    g_autoptr (BwBoardFile) groups =
            load_text ("[bridge a]\nvid=10c\npid=ea60\nname=x\n[other]\na=b\n"
                       "[board c]\nvid=10c4\npid=zzzz\nname=x\n[board d]\nvid=10c4\npid=ea60\n"
                       "[board e]\nvid=10c4\npid=ea60\nname=right\n",
                       4);
    g_autoptr (BwBoardFile) none = load_text ("no key file", 1);
    g_autoptr (BwBoardFile) nowhere = _bw_board_file_load ("/nonexistent");

    BwBridgeFacts facts = { 0 };

    /* of five the one that is right */
    g_assert_cmpstr (_bw_board_file_find_board (groups, 0x10c4, 0xea60, NULL, NULL), ==, "right");
    g_assert_false (_bw_board_file_find_bridge (groups, 0x10c, 0xea60, NULL, &facts));
    g_assert_null (_bw_board_file_find_board (none, 0x10c4, 0xea60, NULL, NULL));
    g_assert_null (_bw_board_file_find_board (nowhere, 0x10c4, 0xea60, NULL, NULL));
}

static void
test_real (void)
{
    g_autoptr (BwBoardFile) file = _bw_board_file_load (NULL);
    BwBridgeFacts facts = { 0 };

    g_assert_true (_bw_board_file_find_bridge (file, 0x303a, 0x1001, NULL, &facts));
    g_assert_true (facts.is_cdc);
    g_assert_true (_bw_board_file_find_bridge (file, 0x10c4, 0xea60, NULL, &facts));
    g_assert_false (facts.is_cdc);
    g_assert_cmpuint (facts.max_baud, >=, 921600);
}

int
main (int argc, char **argv)
{
    engine_init (&argc, &argv);
    g_test_add_func ("/engine/board-file/choice", test_choice);
    g_test_add_func ("/engine/board-file/wrong", test_wrong);
    g_test_add_func ("/engine/board-file/real", test_real);
    return engine_run ();
}
