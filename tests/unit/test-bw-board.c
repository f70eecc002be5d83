/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Boards by themselves: words and icons of every state, names, what is notified. */
#include <string.h>

#include "bw-board-private.h"
#include "bw-board-text.h"
#include "engine-wait.h"

static void
test_words (void)
{
    g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

    for (BwBoardState state = BW_BOARD_LOOKING; state <= BW_BOARD_GONE; state++) {
        g_assert_true (g_hash_table_add (seen, (char *) bw_board_state_get_id (state)));
        g_assert_true (g_hash_table_add (seen, (char *) _bw_board_text_get_icon (state)));
        g_assert_true (g_hash_table_add (seen, (char *) _bw_board_text_get_word (state)));
        g_assert_true (g_str_has_suffix (_bw_board_text_get_icon (state), "-symbolic"));
    }
    g_assert_cmpstr (_bw_board_text_get_hand (BW_CAUSE_UNPLUGGED), ==, "Plug it in again");
    g_assert_cmpstr (_bw_board_text_get_hand (BW_CAUSE_BOOT_LOG_SEEN), ==,
                     "Hold BOOT, press RESET");
}

static void
test_progress (void)
{
    BwJobProgress progress = {
        .done = 1100000, .total = 2000000, .bytes_per_second = 92000, .seconds_left = 3
    };
    g_autofree char *all = _bw_board_text_dup_amount (&progress);
    g_autofree char *left = _bw_board_text_dup_time_left (&progress);
    g_autofree char *little = NULL;
    g_autofree char *minutes = NULL;
    g_autofree char *interrupted = _bw_board_text_dup_interrupted (0.629);

    g_assert_nonnull (strstr (all, "1.1"));
    g_assert_nonnull (strstr (all, "92"));
    g_assert_nonnull (strstr (left, "3"));
    g_assert_nonnull (strstr (left, "left"));
    progress.seconds_left = 600;
    minutes = _bw_board_text_dup_time_left (&progress);
    g_assert_nonnull (strstr (minutes, "10"));
    progress.seconds_left = -1;
    progress.bytes_per_second = 0;
    little = _bw_board_text_dup_amount (&progress);
    g_assert_null (_bw_board_text_dup_time_left (&progress));
    g_assert_null (strstr (little, "/s"));
    progress.total = 0;
    progress.seconds_left = 3;
    g_assert_null (_bw_board_text_dup_amount (&progress));
    g_assert_null (_bw_board_text_dup_time_left (&progress));
    g_assert_cmpstr (interrupted, ==, "Interrupted at 62 %. Safe to start again");
}

static void
on_notify (GObject *object, GParamSpec *pspec, GString *names)
{
    g_string_append_printf (names, "%s ", pspec->name);
}

static void
test_board (void)
{
    BwBoard *board = _bw_board_new (BW_BOARD_GROUP_USB, NULL, NULL);
    BwEndpoint endpoint = { .address = (char *) "/dev/ttyUSB0",
                            .place = (char *) "1-2",
                            .place_text = (char *) "USB 1, place 2",
                            .chip_name = (char *) "ESP32-S2" };
    GString *names = g_string_new (NULL);
    g_autofree char *icon = NULL;
    gboolean is_present = TRUE;

    g_assert_cmpint (*bw_board_get_name (board), !=, '\0');
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_GONE);
    g_signal_connect (board, "notify", G_CALLBACK (on_notify), names);
    _bw_board_add_endpoint (board, &endpoint);
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_READY);
    g_assert_nonnull (strstr (names->str, "state "));
    g_assert_nonnull (strstr (names->str, "is-present "));
    g_assert_nonnull (strstr (names->str, "address "));
    g_assert_cmpstr (bw_board_get_chip_name (board), ==, "ESP32-S2");
    g_assert_true (_bw_board_has_place (board, "1-2"));
    g_assert_true (_bw_board_has_address (board, "/dev/ttyUSB0"));
    /* told again: nothing new but the endpoint itself */
    g_string_truncate (names, 0);
    _bw_board_add_endpoint (board, &endpoint);
    g_assert_null (strstr (names->str, "state"));
    endpoint.likely_board = (char *) "Thing";
    _bw_board_add_endpoint (board, &endpoint);
    g_assert_cmpstr (bw_board_get_name (board), ==, "Thing");
    _bw_board_set_known_name (board, "Porch");
    g_assert_cmpstr (bw_board_get_name (board), ==, "Porch");
    _bw_board_remove_endpoint (board, "/dev/other");
    _bw_board_remove_endpoint (board, "/dev/ttyUSB0");
    g_object_get (board, "is-present", &is_present, "state-icon", &icon, NULL);
    g_assert_false (is_present);
    g_assert_cmpstr (icon, ==, _bw_board_text_get_icon (BW_BOARD_GONE));
    g_assert_true (_bw_board_has_place (board, "1-2"));
    g_assert_false (_bw_board_has_address (board, "/dev/ttyUSB0"));
    g_signal_handlers_disconnect_by_data (board, names);
    g_string_free (names, TRUE);
    g_assert_finalize_object (board);
}

int
main (int argc, char **argv)
{
    engine_init (&argc, &argv);
    g_test_add_func ("/engine/board/words", test_words);
    g_test_add_func ("/engine/board/progress", test_progress);
    g_test_add_func ("/engine/board/board", test_board);
    return engine_run ();
}
