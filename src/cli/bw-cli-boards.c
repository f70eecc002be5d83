/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-boards"
#include "config.h"

#include "bw-cli-boards.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#include "bw-cli-json.h"
#include "bw-cli-work.h"

enum {
    LOOK_SECONDS = 10,
    IDENTIFY_SECONDS = 60,
    /* for what is left to be written, of who has said stop before */
    LEFT_OVER_MS = 1000,
};

#define EVERYWHERE (BW_STATION_USB | BW_STATION_VIRTUAL)

/* --- what the station remembers --- */

/* A newer station has been at work here: what it has kept would be neither seen nor continued. */
struct news {
    BwCli *cli;
    char *evidence;
};

static char *
dup_wait_words (const char *evidence)
{
    /* translators: that a file is held by a program */
    return g_strdup_printf (_ ("waiting for the records: %s"), evidence);
}

static gboolean
say_wait (gpointer data)
{
    struct news *news = data;
    g_autofree char *text = dup_wait_words (news->evidence);
    cJSON *fields = NULL;

    /* the last line of JSON is out at the end */
    if (news->cli->ending == NULL) {
        fields = cJSON_CreateObject ();
        cJSON_AddStringToObject (fields, "level", "warning");
        bw_cli_json_add_text (fields, "line", text);
        bw_cli_output_event (news->cli->output, "log", 0, NULL, NULL, fields);
    }
    bw_cli_output_warn (news->cli->output, "boardwalk: %s", text);
    return G_SOURCE_REMOVE;
}

static void
news_free (gpointer data)
{
    struct news *news = data;

    g_free (news->evidence);
    g_free (news);
}

/* On whichever thread waits. */
static void
on_store_waits (const char *evidence, gpointer data)
{
    BwCliBoards *self = data;
    struct news *news = g_new0 (struct news, 1);

    news->cli = self->cli;
    news->evidence = g_strdup (evidence);
    g_idle_add_full (G_PRIORITY_DEFAULT, say_wait, news, news_free);
}

static gpointer
open_in_thread (gpointer self, GCancellable *cancellable, GError **error)
{
    return bw_store_open_sync (NULL, cancellable, on_store_waits, self, error);
}

static void
say_no_store (BwCli *cli, const GError *why)
{
    BwCause cause = bw_error_get_cause (why);
    cJSON *fields = cJSON_CreateObject ();
    g_autofree char *text = NULL;

    /* translators: why there are none */
    text = g_strdup_printf (_ ("going on without records: %s"), why->message);
    cJSON_AddStringToObject (fields, "level", "warning");
    bw_cli_json_add_text (fields, "line", text);
    bw_cli_json_add_text (fields, "code", bw_cause_get_id (cause));
    bw_cli_json_add_text (fields, "remedy", bw_cause_get_remedy (cause));
    bw_cli_output_event (cli->output, "log", 0, NULL, NULL, fields);
    bw_cli_output_warn (cli->output, "boardwalk: %s\n%s", text, bw_cause_get_remedy (cause));
}

static gboolean
open_store (BwCliBoards *self, BwCli *cli, GError **error)
{
    g_autoptr (GError) reason = NULL;

    self->store = bw_cli_work (cli, open_in_thread, self, &reason);
    if (bw_error_get_cause (reason) == BW_CAUSE_STORE_FROM_FUTURE
        || bw_error_get_cause (reason) == BW_CAUSE_CANCELLED) {
        g_propagate_error (error, g_steal_pointer (&reason));
        return FALSE;
    }
    if (reason != NULL)
        say_no_store (cli, reason);
    self->no_store = g_steal_pointer (&reason);
    return TRUE;
}

BwCliBoards *
bw_cli_boards_new (BwCli *cli, GError **error)
{
    g_autoptr (BwCliBoards) self = g_new0 (BwCliBoards, 1);

    self->cli = cli;
    self->boards = g_ptr_array_new_with_free_func (g_object_unref);
    return open_store (self, cli, error) ? g_steal_pointer (&self) : NULL;
}

static gpointer
flush_in_thread (gpointer store, GCancellable *cancellable, GError **error)
{
    bw_store_flush_sync (store);
    return store;
}

static void
on_ending_cancelled (GCancellable *ending, BwStore *store)
{
    bw_store_abandon (store);
}

static gboolean
on_late (gpointer ending)
{
    g_cancellable_cancel (ending);
    return G_SOURCE_REMOVE;
}

/* Ctrl-C is heard, also an earlier one: what is lost then, the store says. */
static void
end_store (BwCliBoards *self)
{
    g_autoptr (GCancellable) ending = g_cancellable_new ();
    g_autoptr (GSource) late = g_timeout_source_new (LEFT_OVER_MS);

    g_signal_connect (ending, "cancelled", G_CALLBACK (on_ending_cancelled), self->store);
    self->cli->ending = ending;
    g_source_set_callback (late, on_late, ending, NULL);
    if (g_cancellable_is_cancelled (self->cli->cancellable))
        g_source_attach (late, NULL);
    g_warn_if_fail (bw_cli_work (self->cli, flush_in_thread, self->store, NULL) == self->store);
    g_source_destroy (late);
    g_signal_handlers_disconnect_by_data (ending, self->store);
    self->cli->ending = NULL;
}

void
bw_cli_boards_free (BwCliBoards *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref (self->boards);
    g_clear_object (&self->station);
    if (self->store != NULL)
        end_store (self);
    g_clear_object (&self->store);
    g_clear_error (&self->no_store);
    g_free (self);
}

/* --- looking around --- */

static gboolean
is_settled (gpointer data)
{
    return bw_station_is_settled (data);
}

/* The sooner of what is enough here and what the person gives the whole command. */
static int64_t
get_deadline (const BwCli *cli, unsigned seconds)
{
    int64_t here_us = bw_cli_seconds_from_now (seconds);

    return cli->deadline_us != 0 ? MIN (here_us, cli->deadline_us) : here_us;
}

/* Returns whether all that is there is known now, as far as anybody still waits for it. */
static gboolean
look_around (BwCliBoards *self, BwCli *cli, BwStationFlags flags)
{
    g_clear_object (&self->station);
    self->station = bw_station_new (self->store, flags);
    bw_station_explain_no_store (self->station, self->no_store);
    bw_station_start (self->station);
    return bw_cli_wait (cli->cancellable, is_settled, self->station,
                        get_deadline (cli, LOOK_SECONDS))
           || g_cancellable_is_cancelled (cli->cancellable) || bw_cli_is_late (cli, NULL);
}

static void
warn_of_more (BwCli *cli)
{
    bw_cli_output_warn (cli->output, "%s",
                        _ ("boardwalk: the search is not over yet; there may be more boards"));
}

void
bw_cli_boards_look (BwCliBoards *self, BwCli *cli, BwStationFlags flags)
{
    if (!look_around (self, cli, flags))
        warn_of_more (cli);
}

static gboolean
is_every_board_known (gpointer data)
{
    GListModel *list = G_LIST_MODEL (data);

    for (unsigned i = 0; i < g_list_model_get_n_items (list); i++) {
        g_autoptr (BwBoard) board = g_list_model_get_item (list, i);

        if (bw_board_get_state (board) == BW_BOARD_LOOKING)
            return FALSE;
    }
    return TRUE;
}

/* The only way to find a board by its MAC where its port does not tell it: ask every board. */
static void
look_closely (BwCliBoards *self, BwCli *cli)
{
    bw_cli_boards_look (self, cli, EVERYWHERE | BW_STATION_IDENTIFY);
    (void) bw_cli_wait (cli->cancellable, is_every_board_known, self->station,
                        get_deadline (cli, IDENTIFY_SECONDS));
}

/* --- choosing --- */

static gboolean
is_by_mac (const char *address)
{
    return g_ascii_strncasecmp (address, "board:", 6) == 0;
}

/* Where links lead to: /dev/serial/by-id names what /dev/ttyUSB0 is. */
static gboolean
is_same_device (const char *a, const char *b)
{
    g_autofree char *real_a = *a == '/' ? realpath (a, NULL) : NULL;
    g_autofree char *real_b = *b == '/' ? realpath (b, NULL) : NULL;

    return real_a != NULL && g_strcmp0 (real_a, real_b) == 0;
}

static gboolean
is_named (BwCliBoards *self, BwBoard *board)
{
    for (unsigned i = 0; i < self->boards->len; i++) {
        BwBoard *other = g_ptr_array_index (self->boards, i);

        if (other == board
            || is_same_device (bw_board_get_address (other), bw_board_get_address (board)))
            return TRUE;
    }
    return FALSE;
}

static gboolean
add_board (BwCliBoards *self, BwBoard *board, const char *address, GError **error)
{
    if (is_named (self, board)) {
        bw_set_error (error, BW_CAUSE_USAGE, _ ("%s: this board was named before"), address);
        return FALSE;
    }
    g_ptr_array_add (self->boards, g_object_ref (board));
    return TRUE;
}

static gboolean
is_device (const char *path)
{
    return g_file_test (path, G_FILE_TEST_EXISTS)
           && !g_file_test (path, G_FILE_TEST_IS_REGULAR | G_FILE_TEST_IS_DIR);
}

/* "ttyUSB0", and a link in this folder as a virtual board makes one, are clear enough. */
static char *
dup_address (const char *typed)
{
    g_autofree char *in_dev = g_build_filename ("/dev", typed, NULL);

    if (*typed == '/' || strchr (typed, ':') != NULL)
        return g_strdup (typed);
    if (is_device (typed))
        return g_canonicalize_filename (typed, NULL);
    return is_device (in_dev) ? g_steal_pointer (&in_dev) : g_strdup (typed);
}

static gboolean
choose_address (BwCliBoards *self, const char *typed, GError **error)
{
    g_autofree char *address = dup_address (typed);
    BwBoard *board = NULL;

    if (*typed == '\0') {
        bw_set_error (error, BW_CAUSE_USAGE, "%s", _ ("-p: an empty name is no board"));
        return FALSE;
    }
    board = bw_station_add_address (self->station, address, error);
    return board != NULL && add_board (self, board, typed, error);
}

static gboolean
choose_named (BwCliBoards *self, BwCli *cli, GError **error)
{
    g_ptr_array_set_size (self->boards, 0);
    for (char **port = cli->options.ports; *port != NULL; port++)
        if (!choose_address (self, *port, error))
            return FALSE;
    return TRUE;
}

static gboolean
has_one_by_mac (BwCli *cli)
{
    for (char **port = cli->options.ports; *port != NULL; port++)
        if (is_by_mac (*port))
            return TRUE;
    return FALSE;
}

static gboolean
choose_ports (BwCliBoards *self, BwCli *cli, GError **error)
{
    g_autoptr (GError) first_error = NULL;
    gboolean is_by_name = has_one_by_mac (cli);

    bw_cli_boards_look (self, cli, is_by_name ? EVERYWHERE : 0);
    if (choose_named (self, cli, &first_error))
        return TRUE;
    if (!is_by_name || bw_error_get_cause (first_error) != BW_CAUSE_NO_SUCH_PORT) {
        g_propagate_error (error, g_steal_pointer (&first_error));
        return FALSE;
    }
    look_closely (self, cli);
    return choose_named (self, cli, error);
}

/* Leaves out, into @others, what may be a modem or somebody's console. */
static void
choose_present (BwCliBoards *self, GPtrArray *others)
{
    GListModel *list = G_LIST_MODEL (self->station);

    for (unsigned i = 0; i < g_list_model_get_n_items (list); i++) {
        g_autoptr (BwBoard) board = g_list_model_get_item (list, i);

        if (bw_board_is_present (board)) {
            GPtrArray *to = bw_board_is_likely (board) ? self->boards : others;

            g_ptr_array_add (to, g_steal_pointer (&board));
        }
    }
}

static char *
join_addresses (GPtrArray *boards)
{
    g_autoptr (GPtrArray) addresses = g_ptr_array_new ();

    for (unsigned i = 0; i < boards->len; i++)
        g_ptr_array_add (addresses, (char *) bw_board_get_address (boards->pdata[i]));
    g_ptr_array_add (addresses, NULL);
    return g_strjoinv (", ", (char **) addresses->pdata);
}

static gboolean
does_write (BwPlan *plan)
{
    BwAction action = bw_plan_get_action (plan);

    return action == BW_ACTION_FLASH || action == BW_ACTION_ERASE;
}

static void
set_several_error (BwCliBoards *self, GError **error)
{
    g_autofree char *addresses = join_addresses (self->boards);

    bw_set_error (error, BW_CAUSE_USAGE, _ ("which board? name it with -p: %s"), addresses);
}

/* The only board found so far need not be the one that was meant, nor the boards found so far all. */
static void
set_more_error (BwCliBoards *self, BwCli *cli, GError **error)
{
    g_autofree char *addresses = join_addresses (self->boards);

    bw_set_error (error, BW_CAUSE_USAGE,
                  cli->options.is_all
                      ? _ ("the search is not over yet, so these may not be all boards; name "
                           "those that you mean with -p: %s")
                      : _ ("the search is not over yet, so this may not be the only board; if you "
                           "mean it, name it with -p: %s"),
                  addresses);
}

/* One board on the table needs no name. */
static gboolean
choose_unnamed (BwCliBoards *self, BwCli *cli, BwPlan *plan, GError **error)
{
    g_autoptr (GPtrArray) others = g_ptr_array_new_with_free_func (g_object_unref);
    g_autofree char *left_out = NULL;
    gboolean is_over = look_around (self, cli, EVERYWHERE);
    gboolean may_be_another = !is_over && does_write (plan);

    if (!is_over && !may_be_another)
        warn_of_more (cli);
    choose_present (self, others);
    left_out = join_addresses (others);
    if (self->boards->len == 0 && others->len > 0) {
        bw_set_error (error, BW_CAUSE_USAGE,
                      _ ("no adapter known to carry a board; if it is one, name it with -p: %s"),
                      left_out);
        return FALSE;
    }
    if (others->len > 0)
        bw_cli_output_warn (cli->output, _ ("boardwalk: left out, as no board is known there: %s"),
                            left_out);
    if (self->boards->len == 0) {
        bw_set_error (error, BW_CAUSE_CHARGE_ONLY_OR_UNPLUGGED, "%s",
                      _ ("no serial port of a board is here"));
        return FALSE;
    }
    if (self->boards->len > 1 && !cli->options.is_all) {
        set_several_error (self, error);
        return FALSE;
    }
    if (may_be_another)
        set_more_error (self, cli, error);
    return !may_be_another;
}

static gboolean
choose (BwCliBoards *self, BwCli *cli, BwPlan *plan, GError **error)
{
    char **ports = cli->options.ports;

    if (ports != NULL && cli->options.is_all) {
        bw_set_error (error, BW_CAUSE_USAGE, "%s", _ ("-p and --all exclude each other"));
        return FALSE;
    }
    if (ports == NULL)
        return choose_unnamed (self, cli, plan, error);
    if ((cli->command->groups & BW_CLI_OPTIONS_PORT) != 0 && ports[1] != NULL) {
        bw_set_error (error, BW_CAUSE_USAGE, "%s", _ ("this command takes one board"));
        return FALSE;
    }
    return choose_ports (self, cli, error);
}

gboolean
bw_cli_boards_choose (BwCliBoards *self, BwCli *cli, BwPlan *plan, GError **error)
{
    g_autoptr (GError) reason = NULL;
    gboolean is_chosen = choose (self, cli, plan, &reason);

    /* who stops the search does not want to hear what was not found */
    if (g_cancellable_set_error_if_cancelled (cli->cancellable, error))
        return FALSE;
    /* and a search that was cut short does not know what is not there */
    if (!is_chosen && !bw_cli_is_late (cli, error))
        g_propagate_error (error, g_steal_pointer (&reason));
    return is_chosen;
}
