/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file about boards and bridges, and devices that are looked for in it. */
#include <glib.h>

#include "bw-board-file.h"
#include "fuzz-folder.h"
#include "fuzz.h"

static void
ignore (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
}

static void
look_for (const BwBoardFile *boards, uint16_t vid, uint16_t pid, const char *product)
{
    BwBridgeFacts facts = { 0 };
    const char *chip_key = NULL;
    const char *name = _bw_board_file_find_board (boards, vid, pid, product, &chip_key);

    g_assert_true (name == NULL || g_utf8_validate (name, -1, NULL));
    g_assert_true (chip_key == NULL || g_utf8_validate (chip_key, -1, NULL));
    if (_bw_board_file_find_bridge (boards, vid, pid, product, &facts))
        g_assert_true (g_utf8_validate (facts.name, -1, NULL));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
    g_autofree char *path = fuzz_folder_put ("boards.ini", data, len);
    static gboolean is_quiet;
    BwBoardFile *boards = NULL;

    if (!is_quiet)
        g_log_set_handler ("bw-board-file", G_LOG_LEVEL_WARNING, ignore, NULL);
    is_quiet = TRUE;
    boards = _bw_board_file_load (fuzz_folder_get ());
    look_for (boards, 0x10c4, 0xea60, "CP2102N USB to UART Bridge Controller");
    look_for (boards, 0x303a, 0x1001, NULL);
    _bw_board_file_free (boards);
    return 0;
}
