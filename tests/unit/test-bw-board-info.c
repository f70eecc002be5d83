/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Descriptions of boards: counted, copied, searched. */
#include "bw-board-info.h"

#include "bw-error.h"

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

static void
add_row (BwBoardInfo *info, const char *label, uint32_t offset)
{
    BwPartition *row = bw_partition_new ();

    row->label = g_strdup (label);
    row->offset = offset;
    row->size = 0x1000;
    g_ptr_array_add (info->partitions, row);
}

static void
assert_not_found (const BwBoardInfo *info, const char *label, const char *evidence)
{
    g_autoptr (GError) error = NULL;

    g_assert_null (bw_board_info_find_partition (info, label, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_NO_PARTITION);
    g_assert_cmpstr (bw_error_get_evidence (error), ==, evidence);
}

static void
test_find_partition (void)
{
    g_autoptr (BwBoardInfo) info = bw_board_info_new ();

    assert_not_found (info, "nvs", "nvs: no partition table was found on the board");
    add_row (info, "nvs", 0x9000);
    add_row (info, "", 0xa000); /* a name may be empty, and is none to be offered */
    add_row (info, "log", 0xb000);
    add_row (info, "log", 0xc000);
    g_assert_cmphex (bw_board_info_find_partition (info, "nvs", NULL)->offset, ==, 0x9000);
    assert_not_found (info, "NVS", "NVS: the partition table has nvs, log, log");
    assert_not_found (info, "nv", "nv: the partition table has nvs, log, log");
    assert_not_found (info, "log", "log: there are several of that name, at 0xb000 and 0xc000");
    assert_not_found (info, "\xff", "\xef\xbf\xbd: the partition table has nvs, log, log");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/board-info/copy", test_copy);
    g_test_add_func ("/engine/board-info/counted", test_counted);
    g_test_add_func ("/engine/board-info/find-partition", test_find_partition);
    return g_test_run ();
}
