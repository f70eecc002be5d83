/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How facts are written for people. */
#include "bw-words.h"

static void
check_memory (uint64_t bytes, const char *expected)
{
    g_autofree char *text = bw_words_dup_memory (bytes);

    g_assert_cmpstr (text, ==, expected);
}

static void
test_memory (void)
{
    check_memory (0, "0 bytes");
    check_memory (1, "1 byte");
    check_memory (1000, "1000 bytes");
    check_memory (0x5000, "20 KB");
    check_memory (0x180000, "1536 KB");
    check_memory (0x100001, "1048577 bytes");
    check_memory (4u << 20, "4 MB");
    check_memory (UINT64_C (1) << 32, "4096 MB");
}

static void
check_mac (const char *mac, gboolean is_doubtful, const char *expected)
{
    g_autoptr (BwBoardInfo) info = bw_board_info_new ();
    g_autofree char *text = NULL;

    info->mac = g_strdup (mac);
    info->is_mac_doubtful = is_doubtful;
    text = bw_words_dup_mac (info);
    g_assert_cmpstr (text, ==, expected);
}

static void
test_mac (void)
{
    check_mac (NULL, FALSE, NULL);
    check_mac ("24:6f:28:00:00:01", FALSE, "24:6f:28:00:00:01");
    check_mac ("24:6f:28:00:00:01", TRUE,
               "24:6f:28:00:00:01 (doubtful: its check byte in the chip does not fit)");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/words/memory", test_memory);
    g_test_add_func ("/engine/words/mac", test_mac);
    return g_test_run ();
}
