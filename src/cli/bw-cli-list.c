/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-list"
#include "config.h"

#include <glib/gi18n.h>

#include "bw-cli-boards.h"
#include "bw-cli-json.h"
#include "bw-cli-text.h"
#include "bw-cli-work.h"

static gboolean is_watching;
static gboolean is_usb_only;

static const GOptionEntry entries[] = {
    { "watch", 'w', 0, G_OPTION_ARG_NONE, &is_watching,
      N_ ("Go on and tell of every board that appears or disappears"), NULL },
    { "usb", 0, 0, G_OPTION_ARG_NONE, &is_usb_only, N_ ("Boards on USB only"), NULL },
    { NULL },
};

/* --- once --- */

static char *
dup_or_dash (const char *text)
{
    return g_strdup (text != NULL && *text != '\0' ? text : "–");
}

/* Of boards with one MAC the place tells which is which. */
static char *
dup_mac (BwBoard *board)
{
    if (!bw_board_shares_mac (board))
        return dup_or_dash (bw_board_get_mac (board));
    /* Translators: a MAC address in a list of boards; another board of the list has it as well */
    return g_strdup_printf (_ ("%s (not the only one)"), bw_board_get_mac (board));
}

static void
add_row (GPtrArray *rows, BwBoard *board)
{
    char **row = g_new0 (char *, 8);

    row[0] = g_strdup (bw_board_get_address (board));
    row[1] = g_strdup (bw_board_get_name (board));
    row[2] = dup_or_dash (bw_board_get_chip_name (board));
    row[3] = g_strdup (bw_board_get_state_text (board));
    row[4] = dup_mac (board);
    row[5] = dup_or_dash (bw_board_get_place (board));
    row[6] = dup_or_dash (bw_board_get_bridge (board));
    g_ptr_array_add (rows, row);
}

static void
add_heading (GPtrArray *rows)
{
    const char *const words[] = { _ ("Port"), _ ("Board"), _ ("Chip"),    _ ("State"),
                                  _ ("MAC"),  _ ("Place"), _ ("Adapter"), NULL };

    g_ptr_array_add (rows, g_strdupv ((char **) words));
}

static int
compare_boards (gconstpointer a, gconstpointer b)
{
    return bw_board_compare (*(BwBoard *const *) a, *(BwBoard *const *) b);
}

/* In the order of the window's list, whichever answered first. */
static GPtrArray *
sort_boards (GListModel *list)
{
    GPtrArray *boards = g_ptr_array_new_with_free_func (g_object_unref);

    for (unsigned i = 0; i < g_list_model_get_n_items (list); i++)
        g_ptr_array_add (boards, g_list_model_get_item (list, i));
    g_ptr_array_sort (boards, compare_boards);
    return boards;
}

static void
print_rows (BwCli *cli, GPtrArray *rows, gboolean is_settled)
{
    g_autofree char *table = bw_cli_text_dup_table (rows);

    if (rows->len > 1)
        bw_cli_output_print (cli->output, "%s", table);
    else if (is_settled)
        bw_cli_output_print (cli->output, "%s", _ ("No board is here. Plug one in."));
}

static int
list_once (BwCli *cli, BwStation *station)
{
    GListModel *list = G_LIST_MODEL (station);
    g_autoptr (GPtrArray) boards = sort_boards (list);
    g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
    cJSON *fields = cJSON_CreateObject ();
    cJSON *array = cJSON_AddArrayToObject (fields, "boards");

    add_heading (rows);
    for (unsigned i = 0; i < boards->len; i++) {
        add_row (rows, boards->pdata[i]);
        cJSON_AddItemToArray (array, bw_cli_json_new_board (boards->pdata[i]));
    }
    print_rows (cli, rows, bw_station_is_settled (station));
    return bw_cli_succeed (cli, fields);
}

/* --- watching --- */

static void
show_board (BwCli *cli, BwBoard *board)
{
    gboolean is_here = bw_board_is_present (board);
    const char *chip = bw_board_get_chip_name (board);

    bw_cli_output_print (cli->output, "%s %s  %s%s%s  %s", is_here ? "+" : "-",
                         bw_board_get_address (board), bw_board_get_name (board),
                         chip != NULL ? "  " : "", chip != NULL ? chip : "",
                         bw_board_get_place (board));
    bw_cli_output_event (cli->output, "state", 0, bw_board_get_mac (board),
                         bw_board_get_address (board), bw_cli_json_new_board (board));
}

static void
on_present_changed (BwBoard *board, GParamSpec *pspec, gpointer data)
{
    show_board (data, board);
}

static void
on_items_changed (GListModel *list, guint position, guint removed, guint added, gpointer data)
{
    for (unsigned i = position; i < position + added; i++) {
        g_autoptr (BwBoard) board = g_list_model_get_item (list, i);

        show_board (data, board);
        g_signal_connect (board, "notify::is-present", G_CALLBACK (on_present_changed), data);
    }
}

static gboolean
is_unread (gpointer data)
{
    return bw_cli_output_is_broken (data);
}

/* Ends by --timeout or when nobody reads any more, which is what was wanted; or by a stop. */
static int
watch (BwCli *cli, GListModel *list)
{
    g_autoptr (GError) error = NULL;

    on_items_changed (list, 0, 0, g_list_model_get_n_items (list), cli);
    g_signal_connect (list, "items-changed", G_CALLBACK (on_items_changed), cli);
    (void) bw_cli_wait (cli->cancellable, is_unread, cli->output, cli->deadline_us);
    g_signal_handlers_disconnect_by_data (list, cli);
    for (unsigned i = 0; i < g_list_model_get_n_items (list); i++) {
        g_autoptr (BwBoard) board = g_list_model_get_item (list, i);

        g_signal_handlers_disconnect_by_data (board, cli);
    }
    /* a signal that ended the wait for a reader was not heard yet */
    while (g_main_context_iteration (NULL, FALSE))
        continue;
    if (!g_cancellable_set_error_if_cancelled (cli->cancellable, &error))
        return bw_cli_succeed (cli, NULL);
    return bw_cli_fail (cli, error);
}

/* A search that was cut short does not know what is not there. */
static gboolean
has_looked (BwCli *cli, BwStation *station, GError **error)
{
    return bw_station_is_settled (station)
           || (!g_cancellable_set_error_if_cancelled (cli->cancellable, error)
               && !bw_cli_is_late (cli, error));
}

static int
run_list (BwCli *cli)
{
    BwStationFlags flags = BW_STATION_USB | (is_usb_only ? 0 : BW_STATION_VIRTUAL);
    g_autoptr (GError) error = NULL;
    g_autoptr (BwCliBoards) boards = bw_cli_boards_new (cli, &error);

    if (boards == NULL)
        return bw_cli_fail (cli, error);
    bw_cli_boards_look (boards, cli, flags);
    if (is_watching)
        return watch (cli, G_LIST_MODEL (boards->station));
    if (!has_looked (cli, boards->station, &error))
        return bw_cli_fail (cli, error);
    return list_once (cli, boards->station);
}

const BwCliCommand bw_cli_list_command = {
    .name = "list",
    .arguments = "",
    .summary = N_ ("Show the boards that are here"),
    .details =
        N_ ("No board is touched: what it is shows only where its port tells, or where it was "
            "seen before."),
    .groups = BW_CLI_OPTIONS_TIMEOUT,
    .entries = entries,
    .run = run_list,
};
