/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Descriptions of boards: counted, copied. */
#include "bw-board-info.h"

static void
test_copy (void)
{
    g_autoptr (BwBoardInfo) one = bw_board_info_new ();
    g_autoptr (BwBoardInfo) two = NULL;
    BwPartition *partition = bw_partition_new ();

    g_assert_cmpint (one->revision, ==, -1);
    g_assert_cmpint (one->active_partition, ==, -1);
    one->chip_key = g_strdup ("esp32");
    one->mac = g_strdup ("24:6f:28:00:00:01");
    one->flash_size_bytes = 4096;
    partition->label = g_strdup ("nvs");
    partition->size = 7;
    g_ptr_array_add (one->partitions, partition);
    two = bw_board_info_copy (one);
    g_assert_true (two->mac != one->mac);
    g_assert_cmpstr (two->mac, ==, one->mac);
    g_assert_cmpuint (two->flash_size_bytes, ==, 4096);
    g_assert_cmpuint (two->partitions->len, ==, 1);
    g_assert_true (two->partitions->pdata[0] != partition);
    g_assert_cmpstr (((BwPartition *) two->partitions->pdata[0])->label, ==, "nvs");
    g_assert_cmpuint (((BwPartition *) two->partitions->pdata[0])->size, ==, 7);
}

static void
test_counted (void)
{
    BwBoardInfo *one = bw_board_info_new ();
    BwBoardInfo *same = bw_board_info_ref (one);

    g_assert_true (one == same);
    bw_board_info_unref (one);
    g_assert_cmpint (same->revision, ==, -1);
    bw_board_info_unref (same);
    bw_board_info_unref (NULL);
    g_assert_null (bw_board_info_ref (NULL));
    bw_partition_free (NULL);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/board-info/copy", test_copy);
    g_test_add_func ("/engine/board-info/counted", test_counted);
    return g_test_run ();
}
