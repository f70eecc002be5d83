/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The station and its boards with a finder and drivers of the test's own: cards, merging, names,
 * first looks, batches, 64 at once with one hung, what a crash left behind. */
#define _GNU_SOURCE /* posix_openpt() */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bw-error.h"
#include "bw-finder-private.h"
#include "bw-station-private.h"
#include "bw-station.h"
#include "bw-store-private.h"
#include "engine-wait.h"
#include "fake-driver.h"
#include "fake-finder.h"
#include "firmware-make.h"

typedef struct {
    char *folder;
    char *path;
    BwStore *store;
    const GError *no_store; /* borrowed */
    BwFirmware *firmware;
    BwFinder *finder;
    BwStation *station;
    gboolean is_settled;
    unsigned n_batches;
    unsigned n_good;
    unsigned n_done;
    unsigned n_failed;
    unsigned n_open;
} Fixture;

static void
on_settled (BwStation *station, Fixture *f)
{
    f->is_settled = TRUE;
}

static void
on_batch (BwStation *station, guint good, guint done, guint failed, guint open, Fixture *f)
{
    f->n_open = open;
    f->n_batches++;
    f->n_good = good;
    f->n_done = done;
    f->n_failed = failed;
}

static gboolean
is_settled (gpointer data)
{
    return ((Fixture *) data)->is_settled;
}

static void
start_station (Fixture *f, BwStationFlags flags)
{
    f->is_settled = FALSE;
    f->finder = fake_finder_new ();
    f->station = bw_station_new (f->store, flags);
    bw_station_explain_no_store (f->station, f->no_store);
    _bw_station_add_finder (f->station, f->finder);
    g_signal_connect (f->station, "settled", G_CALLBACK (on_settled), f);
    g_signal_connect (f->station, "batch-finished", G_CALLBACK (on_batch), f);
    bw_station_start (f->station);
    engine_wait_until (is_settled, f, 5000);
}

static gboolean
is_idle (gpointer data)
{
    BwStation *station = data;
    unsigned n = g_list_model_get_n_items (G_LIST_MODEL (station));

    for (unsigned i = 0; i < n; i++) {
        g_autoptr (BwBoard) board = g_list_model_get_item (G_LIST_MODEL (station), i);
        BwJob *job = bw_board_get_job (board);

        if (bw_board_get_console (board) != NULL
            || (job != NULL && bw_job_get_result (job) == BW_JOB_NONE))
            return FALSE;
    }
    return TRUE;
}

static void
stop_station (Fixture *f)
{
    engine_wait_until (is_idle, f->station, 10000);
    g_signal_handlers_disconnect_by_data (f->station, f);
    g_clear_object (&f->finder);
    g_assert_finalize_object (f->station);
    f->station = NULL;
    engine_run_for (250);
}

static void
set_up (Fixture *f, gconstpointer data)
{
    f->folder = make_folder ();
    f->path = g_build_filename (f->folder, "boardwalk.db", NULL);
    f->store = bw_store_open_sync (f->path, NULL, NULL, NULL, NULL);
    f->firmware = make_boot_firmware (f->folder);
    fake_world_start ();
    start_station (f, (BwStationFlags) GPOINTER_TO_INT (data));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
    stop_station (f);
    fake_world_stop ();
    g_object_unref (f->firmware);
    g_clear_object (&f->store);
    g_free (f->path);
    make_folder_remove (f->folder);
}

static void
plug_adapter (Fixture *f, const char *address, const char *place, const char *mac, uint16_t vendor)
{
    BwEndpoint *endpoint = g_new0 (BwEndpoint, 1);

    endpoint->address = g_strdup (address);
    endpoint->place = g_strdup (place);
    endpoint->place_text = g_strdup_printf ("USB %s", place);
    endpoint->bridge = g_strdup ("CP2102");
    endpoint->mac = g_strdup (mac);
    endpoint->is_cdc = g_str_has_prefix (address, "/dev/ttyACM");
    endpoint->is_virtual = g_str_has_prefix (address, "/dev/pts/");
    endpoint->vid = vendor;
    endpoint->is_known = TRUE;
    _bw_finder_add (f->finder, endpoint);
}

static void
plug (Fixture *f, const char *address, const char *place, const char *mac)
{
    plug_adapter (f, address, place, mac, g_str_has_prefix (address, "/dev/tty") ? 0x10c4 : 0);
}

static void
unplug (Fixture *f, const char *address)
{
    _bw_finder_remove (f->finder, address);
}

static unsigned
count (Fixture *f)
{
    return g_list_model_get_n_items (G_LIST_MODEL (f->station));
}

/* Borrowed from the station. */
static BwBoard *
get (Fixture *f, unsigned i)
{
    g_autoptr (BwBoard) board = g_list_model_get_item (G_LIST_MODEL (f->station), i);

    g_assert_nonnull (board);
    return board;
}

static void
settle (Fixture *f)
{
    engine_wait_until (is_idle, f->station, 10000);
}

static BwJob *
flash (Fixture *f, BwBoard *board)
{
    g_autoptr (BwPlan) plan = bw_plan_new_firmware (BW_ACTION_FLASH, f->firmware, NULL);
    g_autoptr (GError) error = NULL;
    BwJob *job = bw_board_start (board, plan, &error);

    g_assert_no_error (error);
    return job;
}

/* Cards */

static void
test_cards (Fixture *f, gconstpointer data)
{
    BwBoard *board = NULL;

    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    plug (f, "/dev/ttyUSB1", "1-3", NULL);
    g_assert_cmpuint (count (f), ==, 2);
    board = get (f, 0);
    g_assert_cmpstr (bw_board_get_name (board), ==, "USB 1-2");
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_READY);
    g_assert_cmpint (bw_board_get_group (board), ==, BW_BOARD_GROUP_USB);
    g_assert_true (bw_board_is_present (board));
    unplug (f, "/dev/ttyUSB0");
    g_assert_cmpuint (count (f), ==, 2);
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_GONE);
    g_assert_cmpstr (bw_board_get_state_text (board), ==, "Unplugged");
    g_assert_false (bw_board_is_present (board));
    /* the same place under another name is the same card */
    plug (f, "/dev/ttyUSB7", "1-2", NULL);
    g_assert_cmpuint (count (f), ==, 2);
    g_assert_true (get (f, 0) == board);
    g_assert_cmpstr (bw_board_get_address (board), ==, "/dev/ttyUSB7");
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_READY);
    /* only who is gone can be dismissed */
    bw_station_dismiss (f->station, board);
    g_assert_cmpuint (count (f), ==, 2);
    unplug (f, "/dev/ttyUSB7");
    bw_station_dismiss (f->station, board);
    g_assert_cmpuint (count (f), ==, 1);
}

static void
test_look (Fixture *f, gconstpointer data)
{
    BwBoard *board = NULL;

    fake_world_add ("/dev/ttyUSB0")->mac = "24:6f:28:00:00:01";
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    board = get (f, 0);
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_LOOKING);
    g_assert_false (bw_board_is_busy (board));
    settle (f);
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_READY);
    g_assert_cmpstr (bw_board_get_mac (board), ==, "24:6f:28:00:00:01");
    g_assert_cmpstr (bw_board_get_running (board), ==, "old 1.0");
    g_assert_cmpstr (bw_board_get_chip_name (board), ==, "ESP32");
    g_assert_nonnull (bw_board_get_info (board));
}

static unsigned
count_connects (const FakeBoard *fake)
{
    unsigned n = 0;

    for (const char *p = fake->calls->str; *p != '\0'; p++)
        n += *p == '0' + BW_STEP_CONNECT ? 1 : 0;
    return n;
}

/* A chip on its own USB leaves the bus when the look ends with its restart: to look at it again would
 * go on without end. An adapter that comes back may have another board. */
static void
test_look_once (Fixture *f, gconstpointer data)
{
    static const struct {
        const char *address;
        uint16_t vendor;
        unsigned n;
    } cases[] = { { "/dev/ttyACM0", 0x303a, 1 }, { "/dev/ttyUSB0", 0x10c4, 2 } };
    FakeBoard *other = NULL;

    for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++) {
        FakeBoard *fake = fake_world_add (cases[i].address);

        plug_adapter (f, cases[i].address, cases[i].address, NULL, cases[i].vendor);
        settle (f);
        unplug (f, cases[i].address);
        plug_adapter (f, cases[i].address, cases[i].address, NULL, cases[i].vendor);
        settle (f);
        g_assert_cmpint (bw_board_get_state (get (f, i)), ==, BW_BOARD_READY);
        g_assert_cmpuint (count_connects (fake), ==, cases[i].n);
    }
    /* another board at its place, as its own name tells */
    fake_world_add ("/dev/ttyACM1")->mac = "24:6f:28:00:00:01";
    plug_adapter (f, "/dev/ttyACM1", "1-9", "24:6f:28:00:00:01", 0x303a);
    settle (f);
    unplug (f, "/dev/ttyACM1");
    other = fake_world_add ("/dev/ttyACM2");
    other->mac = "24:6f:28:00:00:02";
    plug_adapter (f, "/dev/ttyACM2", "1-9", other->mac, 0x303a);
    settle (f);
    g_assert_cmpuint (count_connects (other), ==, 1);
}

static gboolean
is_listening (gpointer job)
{
    return bw_job_get_state (job) == BW_JOB_LISTENING;
}

/* What is said of a board stays while it restarts, and goes when it is taken out. */
static void
test_verdict_outlives_restart (Fixture *f, gconstpointer data)
{
    FakeBoard *fake = fake_world_add ("/dev/ttyACM0");
    BwBoard *board = NULL;

    fake->step_us = 20000;
    plug_adapter (f, "/dev/ttyACM0", "1-2", NULL, 0x303a);
    settle (f);
    board = get (f, 0);
    engine_wait_until (is_listening, flash (f, board), 10000);
    unplug (f, "/dev/ttyACM0");
    settle (f);
    plug_adapter (f, "/dev/ttyACM0", "1-2", NULL, 0x303a);
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_PASSED);
    unplug (f, "/dev/ttyACM0");
    plug_adapter (f, "/dev/ttyACM0", "1-2", NULL, 0x303a);
    g_assert_cmpint (bw_board_get_state (board), !=, BW_BOARD_PASSED);
}

static void
test_look_fails (Fixture *f, gconstpointer data)
{
    FakeBoard *fake = fake_world_add ("/dev/ttyUSB0");

    fake->deeds[BW_STEP_CONNECT] = FAKE_FAIL;
    fake->causes[BW_STEP_CONNECT] = BW_CAUSE_NO_ANSWER;
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    settle (f);
    g_assert_cmpint (bw_board_get_state (get (f, 0)), ==, BW_BOARD_FAILED);
    g_assert_cmpstr (bw_board_get_state_text (get (f, 0)), ==,
                     bw_cause_get_title (BW_CAUSE_NO_ANSWER));
    bw_board_acknowledge (get (f, 0));
    g_assert_cmpint (bw_board_get_state (get (f, 0)), ==, BW_BOARD_READY);
}

/* Pressed while the first look runs: it waits for its end. */
static void
test_flash_while_looking (Fixture *f, gconstpointer data)
{
    FakeBoard *fake = fake_world_add ("/dev/ttyUSB0");
    BwBoard *board = NULL;

    fake->step_us = 20000;
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    board = get (f, 0);
    flash (f, board);
    g_assert_true (bw_board_is_busy (board));
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_QUEUED);
    settle (f);
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_PASSED);
    g_assert_cmpuint (fake->n_connects, ==, 2);
}

/* The same board at another place: the old card goes. */
static void
test_moved (Fixture *f, gconstpointer data)
{
    fake_world_add ("/dev/ttyUSB0")->mac = "24:6f:28:00:00:01";
    fake_world_add ("/dev/ttyUSB1")->mac = "24:6f:28:00:00:01";
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    settle (f);
    unplug (f, "/dev/ttyUSB0");
    plug (f, "/dev/ttyUSB1", "1-3", NULL);
    g_assert_cmpuint (count (f), ==, 2);
    settle (f);
    g_assert_cmpuint (count (f), ==, 1);
    g_assert_cmpstr (bw_board_get_address (get (f, 0)), ==, "/dev/ttyUSB1");
    g_assert_true (bw_board_is_present (get (f, 0)));
}

/* One board on its bridge and on its own USB: one card, two ways. */
static void
test_two_ways (Fixture *f, gconstpointer data)
{
    fake_world_add ("/dev/ttyUSB0")->mac = "24:6f:28:00:00:01";
    fake_world_add ("/dev/ttyACM0")->mac = "24:6f:28:00:00:01";
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    settle (f);
    plug (f, "/dev/ttyACM0", "1-3", NULL);
    settle (f);
    g_assert_cmpuint (count (f), ==, 1);
    unplug (f, "/dev/ttyUSB0");
    g_assert_true (bw_board_is_present (get (f, 0)));
    g_assert_cmpstr (bw_board_get_address (get (f, 0)), ==, "/dev/ttyACM0");
    unplug (f, "/dev/ttyACM0");
    g_assert_false (bw_board_is_present (get (f, 0)));
}

/* Copies with one MAC: each has a card at its place, says so, and keeps it while the other one works,
 * goes, and comes back; none takes over what happened to the other. */
static void
test_twins (Fixture *f, gconstpointer data)
{
    const char *mac = "24:6f:28:00:00:01";

    for (unsigned i = 0; i < 2; i++) {
        g_autofree char *address = g_strdup_printf ("/dev/ttyUSB%u", i);
        g_autofree char *place = g_strdup_printf ("1-%u", i + 2);

        fake_world_add (address)->mac = mac;
        plug (f, address, place, NULL);
        settle (f);
        g_assert_cmpuint (count (f), ==, i + 1);
        g_assert_cmpint (bw_board_shares_mac (get (f, 0)), ==, i == 1);
    }
    g_assert_true (bw_board_shares_mac (get (f, 1)));
    g_assert_true (bw_board_set_name (get (f, 1), "Porch", NULL));
    g_assert_cmpstr (bw_board_get_name (get (f, 0)), ==, "Porch");

    flash (f, get (f, 1));
    unplug (f, "/dev/ttyUSB0");
    g_assert_false (bw_board_shares_mac (get (f, 1)));
    settle (f);
    g_assert_cmpuint (count (f), ==, 2);
    g_assert_cmpint (bw_board_get_state (get (f, 0)), ==, BW_BOARD_GONE);
    g_assert_cmpint (bw_board_get_state (get (f, 1)), ==, BW_BOARD_PASSED);

    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    g_assert_true (bw_board_shares_mac (get (f, 0)) && bw_board_shares_mac (get (f, 1)));
    settle (f);
    g_assert_cmpuint (count (f), ==, 2);
    g_assert_cmpint (bw_board_get_state (get (f, 0)), ==, BW_BOARD_READY);
    g_assert_cmpint (bw_board_get_state (get (f, 1)), ==, BW_BOARD_PASSED);
    unplug (f, "/dev/ttyUSB1");
    bw_station_dismiss (f->station, get (f, 1));
    g_assert_cmpuint (count (f), ==, 1);
    g_assert_false (bw_board_shares_mac (get (f, 0)));
}

/* Those whose port tells the MAC, even at places that are called the same. */
static void
test_twins_told_by_port (Fixture *f, gconstpointer data)
{
    const char *mac = "24:6f:28:00:00:01";
    g_autoptr (GError) error = NULL;

    plug (f, "/dev/pts/1", "virtual board", mac);
    plug (f, "/dev/pts/2", "virtual board", mac);
    plug (f, "/dev/pts/3", "virtual copy", mac);
    g_assert_cmpuint (count (f), ==, 3);
    for (unsigned i = 0; i < 3; i++)
        g_assert_true (bw_board_shares_mac (get (f, i)));
    /* whoever names one by its MAC may mean the other */
    g_assert_null (bw_station_add_address (f->station, "board:24:6f:28:00:00:01", &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_USAGE);
    g_assert_nonnull (strstr (bw_error_get_evidence (error), "more than one board"));
    unplug (f, "/dev/pts/3");
    unplug (f, "/dev/pts/1");
    g_assert_false (bw_board_shares_mac (get (f, 1)));
    g_assert_true (bw_station_add_address (f->station, "board:24:6f:28:00:00:01", NULL)
                   == get (f, 1));
    plug (f, "/dev/pts/7", "virtual copy", mac);
    g_assert_cmpuint (count (f), ==, 3);
    g_assert_true (bw_board_is_present (get (f, 2)));
    g_assert_false (bw_board_is_present (get (f, 0)));
}

/* Another board at the place of one that went. */
static void
test_exchanged (Fixture *f, gconstpointer data)
{
    BwBoard *board = NULL;

    plug (f, "/dev/ttyACM0", "1-2", "24:6f:28:00:00:01");
    board = get (f, 0);
    g_assert_true (bw_board_set_name (board, "Porch", NULL));
    unplug (f, "/dev/ttyACM0");
    plug (f, "/dev/ttyACM0", "1-2", "24:6f:28:00:00:02");
    g_assert_cmpuint (count (f), ==, 1);
    g_assert_cmpstr (bw_board_get_mac (board), ==, "24:6f:28:00:00:02");
    g_assert_cmpstr (bw_board_get_name (board), ==, "USB 1-2");
    /* and the first again, elsewhere: its name comes with it */
    plug (f, "/dev/ttyACM1", "1-3", "24:6f:28:00:00:01");
    g_assert_cmpuint (count (f), ==, 2);
    g_assert_cmpstr (bw_board_get_name (get (f, 1)), ==, "Porch");
}

/* Two boards that are said to be at the same place, as virtual boards with one name are. */
static void
test_one_place_for_two (Fixture *f, gconstpointer data)
{
    plug (f, "/dev/pts/1", "virtual board", "24:6f:28:00:00:01");
    plug (f, "/dev/pts/2", "virtual board", "24:6f:28:00:00:02");
    g_assert_cmpuint (count (f), ==, 2);
    for (unsigned i = 0; i < 2; i++) {
        g_autofree char *address = g_strdup_printf ("/dev/pts/%u", i + 1);
        g_autofree char *mac = g_strdup_printf ("24:6f:28:00:00:%02u", i + 1);

        g_assert_cmpstr (bw_board_get_address (get (f, i)), ==, address);
        g_assert_cmpstr (bw_board_get_mac (get (f, i)), ==, mac);
    }
    unplug (f, "/dev/pts/2");
    g_assert_true (bw_board_is_present (get (f, 0)));
    g_assert_false (bw_board_is_present (get (f, 1)));
    plug (f, "/dev/pts/3", "virtual board", "24:6f:28:00:00:02");
    g_assert_cmpuint (count (f), ==, 2);
    g_assert_cmpstr (bw_board_get_address (get (f, 1)), ==, "/dev/pts/3");
}

static void
test_names_last (Fixture *f, gconstpointer data)
{
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    g_assert_false (bw_board_set_name (get (f, 0), "too early", NULL));
    plug (f, "/dev/ttyACM0", "1-3", "24:6f:28:00:00:01");
    g_assert_true (bw_board_set_name (get (f, 1), "Porch", NULL));
    stop_station (f);
    start_station (f, 0);
    plug (f, "/dev/ttyACM5", "1-9", "24:6f:28:00:00:01");
    g_assert_cmpstr (bw_board_get_name (get (f, 0)), ==, "Porch");
    g_assert_true (bw_board_set_name (get (f, 0), "", NULL));
    g_assert_cmpstr (bw_board_get_name (get (f, 0)), ==, "USB 1-9");
}

static void
test_addresses (Fixture *f, gconstpointer data)
{
    g_autoptr (GError) error = NULL;
    BwBoard *board = bw_station_add_address (f->station, "rfc2217://127.0.0.1:4000", &error);

    g_assert_no_error (error);
    g_assert_cmpint (bw_board_get_group (board), ==, BW_BOARD_GROUP_ADDRESS);
    g_assert_true (bw_station_add_address (f->station, "rfc2217://127.0.0.1:4000", &error)
                   == board);
    g_assert_true (bw_station_add_address (f->station, "RFC2217://LocalHost:4000/", &error)
                   == board);
    g_assert_null (bw_station_add_address (f->station, "tcp://localhost", &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_USAGE);
    g_assert_nonnull (strstr (error->message, "tcp://localhost:4000"));
    g_clear_error (&error);
    g_assert_null (bw_station_add_address (f->station, "gopher://x", &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_USAGE);
    g_clear_error (&error);
    g_assert_null (bw_station_add_address (f->station, "board:24:6f:28:00:00:01", &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_NO_SUCH_PORT);
    plug (f, "/dev/ttyACM0", "1-2", "24:6f:28:00:00:01");
    g_assert_true (bw_station_add_address (f->station, "board:24:6F:28:00:00:01", NULL)
                   == get (f, 1));
    g_assert_true (bw_station_add_address (f->station, "serial:///dev/ttyACM0", NULL)
                   == get (f, 1));
    bw_station_dismiss (f->station, board);
    g_assert_cmpuint (count (f), ==, 1);
}

/* Jobs */

static void
test_busy (Fixture *f, gconstpointer data)
{
    g_autoptr (BwPlan) plan = bw_plan_new (BW_ACTION_RESET, NULL);
    g_autoptr (GError) error = NULL;
    BwBoard *board = NULL;

    fake_world_add ("/dev/ttyUSB0")->step_us = 20000;
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    board = get (f, 0);
    flash (f, board);
    g_assert_null (bw_board_start (board, plan, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_BUSY);
    g_clear_error (&error);
    settle (f);
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_PASSED);
    g_assert_cmpstr (bw_board_get_state_text (board), ==, "Good");
    /* the verdict stays until the board is taken out */
    unplug (f, "/dev/ttyUSB0");
    g_assert_null (bw_board_start (board, plan, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_UNPLUGGED);
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_READY);
    g_assert_cmpuint (f->n_batches, ==, 0);
}

static char *
dup_texts (GPtrArray *lines)
{
    GString *texts = g_string_new (NULL);

    for (unsigned i = 0; i < lines->len; i++) {
        const BwPlanLine *line = lines->pdata[i];

        g_string_append_printf (texts, "%s\n%s\n", line->text, line->detail);
    }
    return g_string_free (texts, FALSE);
}

/* What a person agreed to stays readable, whatever the job changes about the board. */
static void
test_agreed (Fixture *f, gconstpointer data)
{
    g_autofree char *agreed = NULL;
    g_autofree char *later = NULL;
    g_autoptr (BwJob) look = NULL;
    BwJob *job = NULL;

    fake_world_add ("/dev/ttyUSB0");
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    settle (f);
    look = g_object_ref (bw_board_get_job (get (f, 0)));
    job = flash (f, get (f, 0));
    agreed = dup_texts (bw_job_get_lines (job));
    settle (f);
    later = dup_texts (bw_job_get_lines (job));
    g_assert_cmpstr (agreed, ==, later);
    g_assert_nonnull (strstr (agreed, "Write bootloader at 0x1000"));
    /* nobody agreed to a first look */
    g_assert_null (bw_job_get_lines (look));
}

typedef struct {
    gboolean is_over;
    gboolean is_still;
} Stopped;

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer user_data)
{
    Stopped *stopped = user_data;

    stopped->is_still = bw_station_stop_finish (BW_STATION (source), result);
    stopped->is_over = TRUE;
}

static gboolean
is_over (gpointer data)
{
    return ((Stopped *) data)->is_over;
}

static void
test_stop (Fixture *f, gconstpointer data)
{
    g_autoptr (BwPlan) plan = bw_plan_new (BW_ACTION_CONSOLE, NULL);
    g_autoptr (BwJob) job = NULL;
    g_autoptr (BwJob) console = NULL;
    int master = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);
    Stopped stopped = { 0 };

    fake_world_add ("/dev/ttyUSB0")->step_us = 20000;
    g_assert_cmpint (unlockpt (master), ==, 0);
    fake_world_add ("/dev/ttyUSB1")->tty = ptsname (master);
    plug (f, "/dev/ttyUSB0", "1-1", NULL);
    plug (f, "/dev/ttyUSB1", "1-2", NULL);
    job = g_object_ref (flash (f, get (f, 0)));
    console = g_object_ref (bw_board_start (get (f, 1), plan, NULL));
    bw_station_stop_async (f->station, G_MAXINT, on_stopped, &stopped);
    engine_wait_until (is_over, &stopped, 60000);
    g_assert_true (stopped.is_still);
    g_assert_cmpint (bw_job_get_result (job), ==, BW_JOB_CANCELLED);
    g_assert_cmpint (bw_job_get_result (console), !=, BW_JOB_NONE);
    /* where nothing runs, nothing is waited for */
    stopped = (Stopped){ 0 };
    bw_station_stop_async (f->station, G_MAXINT, on_stopped, &stopped);
    engine_wait_until (is_over, &stopped, 60000);
    g_assert_true (stopped.is_still);
    close (master);
}

static gboolean
needs_hand (gpointer data)
{
    return bw_board_get_state (data) == BW_BOARD_NEEDS_HAND;
}

static void
identify (BwBoard *board)
{
    g_autoptr (BwPlan) plan = bw_plan_new (BW_ACTION_IDENTIFY, NULL);

    g_assert_nonnull (bw_board_start (board, plan, NULL));
}

/* @app: what was there before is still needed to say what is replaced; NULL = it is not */
static void
assert_nothing_known_to_run (BwBoard *board, const char *app)
{
    g_assert_cmpstr (bw_board_get_running (board), ==, NULL);
    g_assert_cmpstr (bw_board_get_info (board)->app_name, ==, app);
}

static void
test_unplugged_in_the_middle (Fixture *f, gconstpointer data)
{
    FakeBoard *fake = fake_world_add ("/dev/ttyUSB0");
    BwBoard *board = NULL;

    fake->deeds[BW_STEP_WRITE] = FAKE_FAIL;
    fake->causes[BW_STEP_WRITE] = BW_CAUSE_UNPLUGGED;
    fake->times[BW_STEP_WRITE] = 1;
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    board = get (f, 0);
    flash (f, board);
    unplug (f, "/dev/ttyUSB0");
    engine_wait_until (needs_hand, board, 60000);
    g_assert_cmpstr (bw_board_get_state_text (board), ==, "Plug it in again");
    assert_nothing_known_to_run (board, "old");
    plug (f, "/dev/ttyUSB4", "1-2", NULL);
    g_assert_cmpuint (count (f), ==, 1);
    bw_board_cancel (board);
    settle (f);
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_INTERRUPTED);
    assert_nothing_known_to_run (board, NULL);
    /* what can be read on a half-written flash does not run */
    fake_world_add ("/dev/ttyUSB4");
    identify (board);
    settle (f);
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_INTERRUPTED);
    assert_nothing_known_to_run (board, NULL);
    g_assert_true (g_str_has_prefix (bw_board_get_state_text (board), "Interrupted at "));
    bw_board_acknowledge (board);
    g_assert_cmpstr (bw_board_get_running (board), ==, "old 1.0");
}

/* A line that is lost in the middle: with its port the board has gone as if it were unplugged; on a port
 * that is still there it has failed. */
static void
test_lost_in_the_middle (Fixture *f, gconstpointer data)
{
    for (unsigned is_gone = 0; is_gone < 2; is_gone++) {
        g_autofree char *address = g_strdup_printf ("/dev/ttyUSB%u", is_gone);
        g_autofree char *place = g_strdup_printf ("1-%u", is_gone);
        FakeBoard *fake = fake_world_add (address);
        int master = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);

        g_assert_cmpint (grantpt (master), ==, 0);
        g_assert_cmpint (unlockpt (master), ==, 0);
        fake->tty = ptsname (master);
        fake->tty_master = is_gone ? master : 0;
        fake->deeds[BW_STEP_WRITE] = FAKE_FAIL;
        fake->causes[BW_STEP_WRITE] = BW_CAUSE_LOST;
        plug (f, address, place, NULL);
        _bw_job_set_replug_time (flash (f, get (f, is_gone)), 100);
        settle (f);
        g_assert_cmpint (bw_board_get_state (get (f, is_gone)), ==,
                         is_gone ? BW_BOARD_INTERRUPTED : BW_BOARD_FAILED);
        if (!is_gone)
            close (master);
    }
}

/* Back at its place, but reached in another way: the job goes on there. */
static void
test_back_elsewhere (Fixture *f, gconstpointer data)
{
    FakeBoard *fake = fake_world_add ("rfc2217://127.0.0.1:1");
    FakeBoard *other = fake_world_add ("rfc2217://127.0.0.1:2");
    BwBoard *board = NULL;

    fake->mac = "24:6f:28:00:00:01";
    other->mac = "24:6f:28:00:00:01";
    fake->deeds[BW_STEP_WRITE] = FAKE_FAIL;
    fake->causes[BW_STEP_WRITE] = BW_CAUSE_UNPLUGGED;
    plug (f, "rfc2217://127.0.0.1:1", "virtual a", NULL);
    board = get (f, 0);
    flash (f, board);
    unplug (f, "rfc2217://127.0.0.1:1");
    engine_wait_until (needs_hand, board, 60000);
    plug (f, "rfc2217://127.0.0.1:2", "virtual a", NULL);
    settle (f);
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_PASSED);
    g_assert_cmpuint (other->n_connects, ==, 1);
}

/* Written, but not proved: done, and not called good. What was to be proved and was not, failed. */
static void
test_never_a_false_green (Fixture *f, gconstpointer data)
{
    const BwPlanOptions unproved = { .no_verify = TRUE };
    g_autoptr (BwPlan) plan = bw_plan_new_firmware (BW_ACTION_FLASH, f->firmware, &unproved);

    fake_world_add ("/dev/ttyUSB0")->is_unverified = TRUE;
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    flash (f, get (f, 0));
    settle (f);
    g_assert_cmpint (bw_board_get_state (get (f, 0)), ==, BW_BOARD_FAILED);
    assert_nothing_known_to_run (get (f, 0), NULL);
    g_assert_nonnull (bw_board_start (get (f, 0), plan, NULL));
    settle (f);
    g_assert_cmpint (bw_job_get_result (bw_board_get_job (get (f, 0))), ==, BW_JOB_SUCCESS);
    g_assert_cmpint (bw_board_get_state (get (f, 0)), ==, BW_BOARD_READY);
    assert_nothing_known_to_run (get (f, 0), NULL);
    identify (get (f, 0));
    settle (f);
    g_assert_cmpstr (bw_board_get_running (get (f, 0)), ==, "old 1.0");
}

static void
test_erased (Fixture *f, gconstpointer data)
{
    g_autoptr (BwPlan) plan = bw_plan_new_erase (0, 0, NULL);

    fake_world_add ("/dev/ttyUSB0");
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    identify (get (f, 0));
    settle (f);
    g_assert_cmpstr (bw_board_get_running (get (f, 0)), ==, "old 1.0");
    g_assert_nonnull (bw_board_start (get (f, 0), plan, NULL));
    settle (f);
    assert_nothing_known_to_run (get (f, 0), NULL);
    g_assert_cmpuint (bw_board_get_info (get (f, 0))->partitions->len, ==, 0);
}

/* What was stopped or not proved does not make a batch good. */
static void
test_batch_is_not_all_good (Fixture *f, gconstpointer data)
{
    const BwPlanOptions unproved = { .no_verify = TRUE };
    g_autoptr (BwPlan) plan = bw_plan_new_firmware (BW_ACTION_FLASH, f->firmware, &unproved);

    fake_world_add ("/dev/ttyUSB0");
    fake_world_add ("/dev/ttyUSB1");
    fake_world_add ("/dev/ttyUSB2")->deeds[BW_STEP_WRITE] = FAKE_HANG;
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    plug (f, "/dev/ttyUSB1", "1-3", NULL);
    plug (f, "/dev/ttyUSB2", "1-4", NULL);
    flash (f, get (f, 0));
    g_assert_nonnull (bw_board_start (get (f, 1), plan, NULL));
    engine_wait_for_state (flash (f, get (f, 2)), BW_JOB_WRITING);
    bw_board_cancel (get (f, 2));
    settle (f);
    g_assert_cmpuint (f->n_batches, ==, 1);
    g_assert_cmpuint (f->n_good, ==, 1);
    g_assert_cmpuint (f->n_done, ==, 1);
    g_assert_cmpuint (f->n_failed, ==, 0);
    g_assert_cmpuint (f->n_open, ==, 1);
}

/* A board that nothing tells about tomorrow is red, so it is not counted as good. */
static void
test_batch_without_records (Fixture *f, gconstpointer data)
{
    stop_station (f);
    g_clear_object (&f->store);
    start_station (f, 0);
    fake_world_add ("/dev/ttyUSB0");
    fake_world_add ("/dev/ttyUSB1");
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    plug (f, "/dev/ttyUSB1", "1-3", NULL);
    flash (f, get (f, 0));
    flash (f, get (f, 1));
    settle (f);
    g_assert_true (bw_job_is_proved (bw_board_get_job (get (f, 0))));
    g_assert_cmpuint (f->n_batches, ==, 1);
    g_assert_cmpuint (f->n_good, ==, 0);
    g_assert_cmpuint (f->n_done, ==, 0);
    g_assert_cmpuint (f->n_failed, ==, 2);
    g_assert_cmpuint (f->n_open, ==, 0);
}

/* Without records a proved board says so, and has no name that would be gone tomorrow. */
static void
test_without_records (Fixture *f, gconstpointer data)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *name = NULL;

    stop_station (f);
    g_clear_object (&f->store);
    start_station (f, 0);
    fake_world_add ("/dev/ttyUSB0")->mac = "24:6f:28:00:00:01";
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    flash (f, get (f, 0));
    settle (f);
    g_assert_cmpint (bw_board_get_state (get (f, 0)), ==, BW_BOARD_FAILED);
    g_assert_cmpstr (bw_board_get_state_text (get (f, 0)), ==, "Not recorded");
    name = g_strdup (bw_board_get_name (get (f, 0)));
    g_assert_false (bw_board_set_name (get (f, 0), "Porch", &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_STORE_CLOSED);
    g_assert_cmpstr (bw_board_get_name (get (f, 0)), ==, name);
    g_assert_null (bw_job_get_record_error (bw_board_get_job (get (f, 0))));
}

/* Whoever knows why there are none is heard wherever they are missed. */
static void
test_why_no_records (Fixture *f, gconstpointer data)
{
    g_autoptr (GError) why = bw_error_new (BW_CAUSE_NO_SPACE, "no room for it");
    g_autoptr (GError) error = NULL;
    BwJob *job = NULL;

    stop_station (f);
    g_clear_object (&f->store);
    f->no_store = why;
    start_station (f, 0);
    fake_world_add ("/dev/ttyUSB0")->mac = "24:6f:28:00:00:01";
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    flash (f, get (f, 0));
    settle (f);
    job = bw_board_get_job (get (f, 0));
    g_assert_cmpint (bw_error_get_cause (bw_job_get_error (job)), ==, BW_CAUSE_NOT_RECORDED);
    g_assert_cmpstr (bw_job_get_error (job)->message, ==, "no room for it");
    g_assert_cmpint (bw_error_get_cause (bw_job_get_record_error (job)), ==, BW_CAUSE_NO_SPACE);
    g_assert_false (bw_board_set_name (get (f, 0), "Porch", &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_NO_SPACE);
}

/* To look at a board again does not make good what was torn off on it. */
static void
test_look_keeps_interrupted (Fixture *f, gconstpointer data)
{
    g_autoptr (BwPlan) look = bw_plan_new (BW_ACTION_IDENTIFY, NULL);
    FakeBoard *fake = fake_world_add ("/dev/ttyUSB0");

    fake->mac = "24:6f:28:00:00:01";
    fake->deeds[BW_STEP_WRITE] = FAKE_HANG;
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    engine_wait_for_state (flash (f, get (f, 0)), BW_JOB_WRITING);
    bw_board_cancel (get (f, 0));
    settle (f);
    g_assert_cmpint (bw_board_get_state (get (f, 0)), ==, BW_BOARD_INTERRUPTED);
    g_assert_nonnull (bw_board_start (get (f, 0), look, NULL));
    settle (f);
    g_assert_cmpint (bw_board_get_state (get (f, 0)), ==, BW_BOARD_INTERRUPTED);
    g_assert_nonnull (bw_board_get_interrupted (get (f, 0)));
}

static BwJob *
erase (BwBoard *board, uint32_t offset, uint32_t size)
{
    g_autoptr (BwPlan) plan = bw_plan_new_erase (offset, size, NULL);
    BwJob *job = bw_board_start (board, plan, NULL);

    g_assert_nonnull (job);
    return job;
}

/* An erase that was torn off is done when the same one is, and not when another one is. */
static void
test_same_erase_ends_interrupted (Fixture *f, gconstpointer data)
{
    const struct {
        uint32_t offset;
        uint32_t size;
    } others[] = { { 0x20000, 0x2000 }, { 0x10000, 0x1000 } };
    FakeBoard *fake = fake_world_add ("/dev/ttyUSB0");
    BwBoard *board = NULL;

    fake->mac = "24:6f:28:00:00:01";
    fake->deeds[BW_STEP_ERASE] = FAKE_HANG;
    fake->times[BW_STEP_ERASE] = 1;
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    board = get (f, 0);
    engine_wait_for_state (erase (board, 0x10000, 0x2000), BW_JOB_ERASING);
    bw_board_cancel (board);
    settle (f);
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_INTERRUPTED);
    for (unsigned i = 0; i < G_N_ELEMENTS (others); i++) {
        erase (board, others[i].offset, others[i].size);
        settle (f);
        g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_INTERRUPTED);
    }
    erase (board, 0x10000, 0x2000);
    settle (f);
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_READY);
    g_assert_null (bw_board_get_interrupted (board));
}

/* An erased board, and one that was only looked at, is done: there is nothing that was proved. */
static void
test_batch_without_proof (Fixture *f, gconstpointer data)
{
    const BwAction actions[] = { BW_ACTION_ERASE, BW_ACTION_IDENTIFY, BW_ACTION_RESET };

    fake_world_add ("/dev/ttyUSB0");
    fake_world_add ("/dev/ttyUSB1");
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    plug (f, "/dev/ttyUSB1", "1-3", NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS (actions); i++) {
        g_autoptr (BwPlan) plan = actions[i] == BW_ACTION_ERASE ? bw_plan_new_erase (0, 0, NULL)
                                                                : bw_plan_new (actions[i], NULL);

        g_assert_nonnull (bw_board_start (get (f, 0), plan, NULL));
        g_assert_nonnull (bw_board_start (get (f, 1), plan, NULL));
        settle (f);
        g_assert_cmpuint (f->n_batches, ==, i + 1);
        g_assert_cmpuint (f->n_good, ==, 0);
        g_assert_cmpuint (f->n_done, ==, 2);
        g_assert_cmpuint (f->n_open + f->n_failed, ==, 0);
    }
}

/* Two cards turn out to be one board: its last verdict holds, on whichever card it came. */
static void
test_last_verdict_holds (Fixture *f, gconstpointer data)
{
    FakeBoard *other = fake_world_add ("/dev/ttyACM0");

    fake_world_add ("/dev/ttyUSB0")->mac = "24:6f:28:00:00:01";
    other->mac = "24:6f:28:00:00:01";
    other->deeds[BW_STEP_VERIFY] = FAKE_FAIL;
    other->causes[BW_STEP_VERIFY] = BW_CAUSE_VERIFY_FAILED;
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    flash (f, get (f, 0));
    settle (f);
    g_assert_cmpint (bw_board_get_state (get (f, 0)), ==, BW_BOARD_PASSED);
    plug (f, "/dev/ttyACM0", "1-3", NULL);
    flash (f, get (f, 1));
    settle (f);
    g_assert_cmpuint (count (f), ==, 1);
    g_assert_cmpint (bw_board_get_state (get (f, 0)), ==, BW_BOARD_FAILED);
    g_assert_cmpint (bw_job_get_result (bw_board_get_job (get (f, 0))), ==, BW_JOB_FAILED);
}

/* Whoever names a board means that one, whatever answers at its port by now. */
static void
test_named_board (Fixture *f, gconstpointer data)
{
    FakeBoard *fake = fake_world_add ("/dev/ttyACM0");
    BwBoard *board = NULL;

    fake->mac = "24:6f:28:00:00:02";
    plug (f, "/dev/ttyACM0", "1-2", "24:6f:28:00:00:01");
    board = bw_station_add_address (f->station, "board:24:6F:28:00:00:01", NULL);
    g_assert_true (board == get (f, 0));
    flash (f, board);
    settle (f);
    g_assert_cmpint (bw_error_get_cause (bw_job_get_error (bw_board_get_job (board))), ==,
                     BW_CAUSE_OTHER_BOARD);
    g_assert_false (_bw_job_was_changed (bw_board_get_job (board)));
    /* it got its application back */
    g_assert_cmpuint (fake->n_resets, ==, 1);
    fake->mac = "24:6f:28:00:00:01";
    flash (f, board);
    settle (f);
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_PASSED);
}

/* Half written, and the cable stays out: that it is gone is not all there is to say. */
static void
test_not_back (Fixture *f, gconstpointer data)
{
    FakeBoard *fake = fake_world_add ("/dev/ttyUSB0");
    BwBoard *board = NULL;

    fake->deeds[BW_STEP_WRITE] = FAKE_FAIL;
    fake->causes[BW_STEP_WRITE] = BW_CAUSE_UNPLUGGED;
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    board = get (f, 0);
    _bw_job_set_replug_time (flash (f, board), 100);
    unplug (f, "/dev/ttyUSB0");
    settle (f);
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_INTERRUPTED);
    g_assert_false (bw_board_is_present (board));
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_INTERRUPTED);
}

/* A job that failed says why as long as the board is there. Taken out and put back, the board is no
 * ready one: what is on it was written in part, and what can be read of it does not run. */
static void
test_failed_in_part (Fixture *f, gconstpointer data)
{
    FakeBoard *fake = fake_world_add ("/dev/ttyUSB0");
    BwBoard *board = NULL;

    fake->deeds[BW_STEP_WRITE] = FAKE_FAIL;
    fake->causes[BW_STEP_WRITE] = BW_CAUSE_NOISY_LINE;
    fake->times[BW_STEP_WRITE] = 1;
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    board = get (f, 0);
    flash (f, board);
    settle (f);
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_FAILED);
    assert_nothing_known_to_run (board, NULL);
    unplug (f, "/dev/ttyUSB0");
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_INTERRUPTED);
    identify (board);
    settle (f);
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_INTERRUPTED);
    g_assert_cmpstr (bw_board_get_interrupted (board)->cause, ==, "noisy-line");
    assert_nothing_known_to_run (board, NULL);
    flash (f, board);
    settle (f);
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_PASSED);
    g_assert_null (bw_board_get_interrupted (board));
}

/* The same when a person has it looked at again. */
static void
test_failed_and_looked_at (Fixture *f, gconstpointer data)
{
    FakeBoard *fake = fake_world_add ("/dev/ttyUSB0");
    BwBoard *board = NULL;

    fake->deeds[BW_STEP_WRITE] = FAKE_FAIL;
    fake->causes[BW_STEP_WRITE] = BW_CAUSE_NOISY_LINE;
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    board = get (f, 0);
    flash (f, board);
    settle (f);
    identify (board);
    settle (f);
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_INTERRUPTED);
    assert_nothing_known_to_run (board, NULL);
}

/* What is whole and only does not start was not written in part. */
static void
test_failed_to_start (Fixture *f, gconstpointer data)
{
    FakeBoard *fake = fake_world_add ("/dev/ttyUSB0");
    BwBoard *board = NULL;

    fake->deeds[BW_STEP_LISTEN] = FAKE_FAIL;
    fake->causes[BW_STEP_LISTEN] = BW_CAUSE_BROWNOUT;
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    board = get (f, 0);
    flash (f, board);
    settle (f);
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_FAILED);
    unplug (f, "/dev/ttyUSB0");
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_READY);
}

/* Who took the place of a board in the middle of the work does not end what is known of it. */
static void
test_swapped_in_the_middle (Fixture *f, gconstpointer data)
{
    FakeBoard *fake = fake_world_add ("/dev/ttyUSB0");
    BwBoard *board = NULL;

    fake->deeds[BW_STEP_WRITE] = FAKE_FAIL;
    fake->causes[BW_STEP_WRITE] = BW_CAUSE_OTHER_BOARD;
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    board = get (f, 0);
    flash (f, board);
    unplug (f, "/dev/ttyUSB0");
    settle (f);
    g_assert_false (bw_board_is_present (board));
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_INTERRUPTED);
    assert_nothing_known_to_run (board, NULL);
}

/* ... and when another board is put there, the mark is not its own. */
static void
test_other_board (Fixture *f, gconstpointer data)
{
    FakeBoard *fake = fake_world_add ("/dev/ttyUSB0");
    BwBoard *board = NULL;

    fake->mac = "24:6f:28:00:00:01";
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    settle (f);
    board = get (f, 0);
    fake->deeds[BW_STEP_WRITE] = FAKE_HANG;
    engine_wait_for_state (flash (f, board), BW_JOB_WRITING);
    bw_board_cancel (board);
    settle (f);
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_INTERRUPTED);
    unplug (f, "/dev/ttyUSB0");
    fake->mac = "24:6f:28:00:00:02";
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    settle (f);
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_READY);
    g_assert_cmpstr (bw_board_get_mac (board), ==, "24:6f:28:00:00:02");
}

static void
test_cancelled_before_anything (Fixture *f, gconstpointer data)
{
    BwJob *job = NULL;

    fake_world_add ("/dev/ttyUSB0")->deeds[BW_STEP_CONNECT] = FAKE_HANG;
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    job = flash (f, get (f, 0));
    g_assert_cmpuint (bw_station_count_busy (f->station), ==, 1);
    engine_wait_for_state (job, BW_JOB_CONNECTING);
    bw_station_cancel_all (f->station);
    settle (f);
    g_assert_cmpint (bw_board_get_state (get (f, 0)), ==, BW_BOARD_READY);
}

#define N_BOARDS 64u

static gboolean
is_one_left (gpointer data)
{
    return bw_station_count_busy (data) <= 1;
}

/* 64 at once, one hung: the others do not wait for it. */
static void
test_64 (Fixture *f, gconstpointer data)
{
    int64_t begin_us = g_get_monotonic_time ();

    for (unsigned i = 0; i < N_BOARDS; i++) {
        g_autofree char *address = g_strdup_printf ("/dev/ttyUSB%u", i);
        g_autofree char *place = g_strdup_printf ("1-%u", i);
        FakeBoard *fake = fake_world_add (address);

        fake->step_us = 30000;
        if (i == 7)
            fake->deeds[BW_STEP_WRITE] = FAKE_HANG;
        if (i == 9) {
            fake->deeds[BW_STEP_VERIFY] = FAKE_FAIL;
            fake->causes[BW_STEP_VERIFY] = BW_CAUSE_VERIFY_FAILED;
        }
        plug (f, address, place, NULL);
        flash (f, get (f, i));
    }
    g_assert_cmpuint (bw_station_count_busy (f->station), ==, N_BOARDS);
    engine_wait_until (is_one_left, f->station, 20000);
    g_test_message ("63 boards in %d ms", (int) ((g_get_monotonic_time () - begin_us) / 1000));
    g_assert_cmpint (bw_board_get_state (get (f, 7)), ==, BW_BOARD_WORKING);
    g_assert_cmpstr (bw_board_get_state_text (get (f, 7)), ==, "Writing");
    g_assert_cmpuint (f->n_batches, ==, 0);
    bw_board_cancel (get (f, 7));
    settle (f);
    g_assert_cmpuint (f->n_batches, ==, 1);
    g_assert_cmpuint (f->n_good, ==, N_BOARDS - 2);
    g_assert_cmpuint (f->n_failed, ==, 1);
    g_assert_cmpint (bw_board_get_state (get (f, 9)), ==, BW_BOARD_FAILED);
    g_assert_cmpint (bw_board_get_state (get (f, 8)), ==, BW_BOARD_PASSED);
}

/* Consoles step aside */

static gboolean
has_passed (gpointer data)
{
    return bw_board_get_state (data) == BW_BOARD_PASSED;
}

static void
test_console (Fixture *f, gconstpointer data)
{
    g_autoptr (BwPlan) plan = bw_plan_new (BW_ACTION_CONSOLE, NULL);
    FakeBoard *fake = fake_world_add ("/dev/ttyUSB0");
    int master = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);
    BwBoard *board = NULL;
    BwJob *console = NULL;

    g_assert_cmpint (unlockpt (master), ==, 0);
    fake->tty = ptsname (master);
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    board = get (f, 0);
    console = bw_board_start (board, plan, NULL);
    g_assert_true (bw_board_get_console (board) == console);
    g_assert_true (bw_board_start (board, plan, NULL) == console);
    g_assert_null (bw_board_get_job (board));
    g_assert_false (bw_board_is_busy (board));
    engine_wait_for_state (console, BW_JOB_LISTENING);
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_READY);
    flash (f, board);
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_QUEUED);
    engine_wait_until (has_passed, board, 60000);
    /* and it is back */
    g_assert_nonnull (bw_board_get_console (board));
    g_assert_true (bw_board_get_console (board) != console);
    bw_board_cancel (board);
    settle (f);
    g_assert_null (bw_board_get_console (board));
    g_assert_cmpint (bw_board_get_state (board), ==, BW_BOARD_PASSED);
    close (master);
}

/* A console that cannot be opened is not tried for ever. */
static void
test_console_fails (Fixture *f, gconstpointer data)
{
    g_autoptr (BwPlan) plan = bw_plan_new (BW_ACTION_CONSOLE, NULL);
    FakeBoard *fake = fake_world_add ("/dev/ttyUSB0");

    fake->open_cause = BW_CAUSE_NO_SUCH_PORT;
    fake->open_failures = 1000;
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    g_assert_nonnull (bw_board_start (get (f, 0), plan, NULL));
    settle (f);
    engine_run_for (100);
    g_assert_null (bw_board_get_console (get (f, 0)));
    g_assert_cmpuint (fake->open_failures, ==, 999);
}

/* Opened while the first look runs: it comes behind it. */
static void
test_console_behind_look (Fixture *f, gconstpointer data)
{
    g_autoptr (BwPlan) plan = bw_plan_new (BW_ACTION_CONSOLE, NULL);
    FakeBoard *fake = fake_world_add ("/dev/ttyUSB0");
    int master = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);
    BwJob *console = NULL;

    g_assert_cmpint (unlockpt (master), ==, 0);
    fake->tty = ptsname (master);
    fake->step_us = 20000;
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    console = bw_board_start (get (f, 0), plan, NULL);
    g_assert_true (bw_board_get_console (get (f, 0)) == console);
    g_assert_cmpint (bw_job_get_state (console), ==, BW_JOB_QUEUED);
    engine_wait_for_state (console, BW_JOB_LISTENING);
    bw_board_cancel (get (f, 0));
    settle (f);
    close (master);
}

/* After a crash */

static void
crash (Fixture *f, const char *mac, const char *place)
{
    const BwStoredJob job = { .mac = (char *) mac,
                              .place = (char *) place,
                              .address = (char *) "x",
                              .title = (char *) "Flash" };
    int64_t id = 0;

    g_assert_true (bw_store_job_begin_sync (f->store, &job, NULL, &id, NULL));
    bw_store_job_state (f->store, id, "writing", 0.62, NULL);
    bw_store_flush_sync (f->store);
    g_assert_true (_bw_store_exec (f->store, "UPDATE jobs SET owner = '1 1 other'", NULL));
}

static void
restart (Fixture *f, BwStationFlags flags)
{
    stop_station (f);
    g_clear_object (&f->store);
    f->store = bw_store_open_sync (f->path, NULL, NULL, NULL, NULL);
    start_station (f, flags);
}

static void
test_interrupted (Fixture *f, gconstpointer data)
{
    g_autoptr (GPtrArray) jobs = NULL;

    crash (f, "24:6f:28:00:00:01", NULL);
    crash (f, NULL, "1-7");
    restart (f, 0);
    jobs = bw_station_dup_interrupted (f->station);
    g_assert_cmpuint (jobs->len, ==, 2);
    plug (f, "/dev/ttyUSB0", "1-7", NULL);
    plug (f, "/dev/ttyUSB1", "1-8", NULL);
    plug (f, "/dev/ttyACM0", "1-9", "24:6f:28:00:00:01");
    g_assert_cmpint (bw_board_get_state (get (f, 0)), ==, BW_BOARD_INTERRUPTED);
    g_assert_cmpint (bw_board_get_state (get (f, 1)), ==, BW_BOARD_READY);
    g_assert_cmpint (bw_board_get_state (get (f, 2)), ==, BW_BOARD_INTERRUPTED);
    g_assert_cmpstr (bw_board_get_state_text (get (f, 2)), ==,
                     "Interrupted at 62 %. Safe to start again");
    g_clear_pointer (&jobs, g_ptr_array_unref);
    jobs = bw_station_dup_interrupted (f->station);
    g_assert_cmpuint (jobs->len, ==, 2);
    /* seen is seen, made good is made good */
    bw_board_acknowledge (get (f, 0));
    g_assert_cmpint (bw_board_get_state (get (f, 0)), ==, BW_BOARD_READY);
    fake_world_add ("/dev/ttyACM0")->mac = "24:6f:28:00:00:01";
    flash (f, get (f, 2));
    settle (f);
    g_assert_cmpint (bw_board_get_state (get (f, 2)), ==, BW_BOARD_PASSED);
    restart (f, 0);
    g_clear_pointer (&jobs, g_ptr_array_unref);
    jobs = bw_station_dup_interrupted (f->station);
    g_assert_cmpuint (jobs->len, ==, 0);
}

/* Of copies with one MAC the one at the place where it was torn off has the mark, even if another one
 * came first and was taken for it; no more of them have. */
static void
test_interrupted_twin (Fixture *f, gconstpointer data)
{
    crash (f, "24:6f:28:00:00:01", "1-7");
    restart (f, 0);
    plug (f, "/dev/ttyACM0", "1-6", "24:6f:28:00:00:01");
    plug (f, "/dev/ttyACM1", "1-7", "24:6f:28:00:00:01");
    plug (f, "/dev/ttyACM2", "1-8", "24:6f:28:00:00:01");
    g_assert_cmpuint (count (f), ==, 3);
    g_assert_cmpint (bw_board_get_state (get (f, 1)), ==, BW_BOARD_INTERRUPTED);
    g_assert_cmpint (bw_board_get_state (get (f, 2)), ==, BW_BOARD_READY);
}

/* Of two copies one is torn off; the other one, flashed good later elsewhere, does not make it good, and
 * does not get its mark either. */
static void
test_interrupted_of_copies (Fixture *f, gconstpointer data)
{
    const char *mac = "24:6f:28:00:00:01";
    g_autoptr (GPtrArray) jobs = NULL;

    crash (f, mac, "1-6");
    restart (f, 0);
    plug (f, "/dev/ttyACM0", "1-6", mac);
    plug (f, "/dev/ttyACM1", "1-7", mac);
    fake_world_add ("/dev/ttyACM1")->mac = mac;
    flash (f, get (f, 1));
    settle (f);
    g_assert_cmpint (bw_board_get_state (get (f, 1)), ==, BW_BOARD_PASSED);
    restart (f, 0);
    jobs = bw_station_dup_interrupted (f->station);
    g_assert_cmpuint (jobs->len, ==, 1);
    plug (f, "/dev/ttyACM1", "1-7", mac);
    plug (f, "/dev/ttyACM0", "1-6", mac);
    g_assert_cmpint (bw_board_get_state (get (f, 0)), ==, BW_BOARD_READY);
    g_assert_cmpint (bw_board_get_state (get (f, 1)), ==, BW_BOARD_INTERRUPTED);
}

/* Both of two copies torn off: each has its own mark, whichever comes first. */
static void
test_both_copies_interrupted (Fixture *f, gconstpointer data)
{
    const char *mac = "24:6f:28:00:00:01";

    plug (f, "/dev/ttyACM0", "1-6", mac);
    plug (f, "/dev/ttyACM1", "1-7", mac);
    crash (f, mac, "1-6");
    crash (f, mac, "1-7");
    restart (f, 0);
    plug (f, "/dev/ttyACM0", "1-6", mac);
    plug (f, "/dev/ttyACM1", "1-7", mac);
    g_assert_cmpstr (bw_board_get_interrupted (get (f, 0))->place, ==, "1-6");
    g_assert_cmpstr (bw_board_get_interrupted (get (f, 1))->place, ==, "1-7");
}

static void
assert_words (BwBoard *board, BwBoardState state, const char *words)
{
    g_assert_cmpint (bw_board_get_state (board), ==, state);
    g_assert_cmpstr (bw_board_get_state_text (board), ==, words);
}

/* Written whole after it was torn off, but not proved: that is the news, in words of its own, until it
 * is proved, also for the next station. */
static void
test_unproved_after_interrupted (Fixture *f, gconstpointer data)
{
    const BwPlanOptions unproved = { .no_verify = TRUE };
    g_autoptr (BwPlan) plan = bw_plan_new_firmware (BW_ACTION_FLASH, f->firmware, &unproved);
    g_autoptr (GPtrArray) jobs = NULL;

    crash (f, "24:6f:28:00:00:01", "1-2");
    restart (f, 0);
    fake_world_add ("/dev/ttyACM0")->mac = "24:6f:28:00:00:01";
    plug (f, "/dev/ttyACM0", "1-2", "24:6f:28:00:00:01");
    g_assert_cmpint (bw_board_get_state (get (f, 0)), ==, BW_BOARD_INTERRUPTED);
    g_assert_nonnull (bw_board_start (get (f, 0), plan, NULL));
    settle (f);
    assert_words (get (f, 0), BW_BOARD_READY, "Written, not verified");
    g_assert_null (bw_board_get_interrupted (get (f, 0)));
    identify (get (f, 0));
    settle (f);
    unplug (f, "/dev/ttyACM0");
    plug (f, "/dev/ttyACM0", "1-2", "24:6f:28:00:00:01");
    assert_words (get (f, 0), BW_BOARD_READY, "Written, not verified");

    restart (f, BW_STATION_IDENTIFY);
    jobs = bw_station_dup_interrupted (f->station);
    g_assert_cmpuint (jobs->len, ==, 0);
    plug (f, "/dev/ttyACM0", "1-2", "24:6f:28:00:00:01");
    settle (f);
    assert_words (get (f, 0), BW_BOARD_READY, "Written, not verified");
    flash (f, get (f, 0));
    settle (f);
    assert_words (get (f, 0), BW_BOARD_PASSED, "Good");
    restart (f, 0);
    plug (f, "/dev/ttyACM0", "1-2", "24:6f:28:00:00:01");
    assert_words (get (f, 0), BW_BOARD_READY, "Ready");
}

/* What was torn off holds until a job makes another thing of what is on the board. A restart does not,
 * nor one that was stopped in time; one that fails leads, and what lies under it comes out again. */
static void
test_interrupted_holds (Fixture *f, gconstpointer data)
{
    g_autoptr (BwPlan) reset = bw_plan_new (BW_ACTION_RESET, NULL);
    g_autoptr (BwPlan) erase = bw_plan_new_erase (0, 0, NULL);
    g_autoptr (GPtrArray) jobs = NULL;
    FakeBoard *fake = NULL;

    crash (f, "24:6f:28:00:00:01", "1-2");
    restart (f, 0);
    fake = fake_world_add ("/dev/ttyACM0");
    fake->mac = "24:6f:28:00:00:01";
    plug (f, "/dev/ttyACM0", "1-2", "24:6f:28:00:00:01");
    g_assert_nonnull (bw_board_start (get (f, 0), reset, NULL));
    settle (f);
    assert_words (get (f, 0), BW_BOARD_INTERRUPTED, "Interrupted at 62 %. Safe to start again");

    fake->deeds[BW_STEP_CONNECT] = FAKE_FAIL;
    fake->causes[BW_STEP_CONNECT] = BW_CAUSE_NO_ANSWER;
    flash (f, get (f, 0));
    settle (f);
    assert_words (get (f, 0), BW_BOARD_FAILED, bw_cause_get_title (BW_CAUSE_NO_ANSWER));
    bw_board_acknowledge (get (f, 0));
    g_assert_cmpint (bw_board_get_state (get (f, 0)), ==, BW_BOARD_INTERRUPTED);

    fake->deeds[BW_STEP_CONNECT] = FAKE_GO_ON;
    g_assert_nonnull (bw_board_start (get (f, 0), erase, NULL));
    settle (f);
    assert_words (get (f, 0), BW_BOARD_READY, "Ready");
    bw_store_flush_sync (f->store);
    jobs = bw_store_list_interrupted_sync (f->store, NULL);
    g_assert_cmpuint (jobs->len, ==, 0);
}

/* A first look finds whose card it is, and does not wipe the mark out. */
static void
test_interrupted_is_found (Fixture *f, gconstpointer data)
{
    crash (f, "24:6f:28:00:00:01", NULL);
    restart (f, BW_STATION_IDENTIFY);
    fake_world_add ("/dev/ttyUSB0")->mac = "24:6f:28:00:00:01";
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    settle (f);
    g_assert_cmpint (bw_board_get_state (get (f, 0)), ==, BW_BOARD_INTERRUPTED);
}

/* Torn off for good: that is said while the board is away, when it is back and looked at again, at
 * another place, and by the next station. */
static void
tear_off (Fixture *f)
{
    FakeBoard *fake = fake_world_add ("/dev/ttyUSB0");

    fake->mac = "24:6f:28:00:00:01";
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    settle (f);
    fake->deeds[BW_STEP_WRITE] = FAKE_FAIL;
    fake->causes[BW_STEP_WRITE] = BW_CAUSE_UNPLUGGED;
    _bw_job_set_replug_time (flash (f, get (f, 0)), 100);
    unplug (f, "/dev/ttyUSB0");
    settle (f);
    fake->deeds[BW_STEP_WRITE] = FAKE_GO_ON;
}

static void
assert_torn_off (Fixture *f)
{
    const BwStoredJob *job = bw_board_get_interrupted (get (f, 0));

    g_assert_cmpint (bw_board_get_state (get (f, 0)), ==, BW_BOARD_INTERRUPTED);
    g_assert_nonnull (job);
    g_assert_cmpstr (job->title, ==, "Flash boot.bin@0x1000");
    g_assert_cmpstr (job->state, ==, "writing");
    g_assert_cmpstr (job->result, ==, "failed");
    g_assert_cmpstr (job->cause, ==, "unplugged");
}

static void
test_torn_off (Fixture *f, gconstpointer data)
{
    g_autoptr (GPtrArray) jobs = NULL;

    tear_off (f);
    g_assert_false (bw_board_is_present (get (f, 0)));
    g_assert_cmpint (bw_board_get_state (get (f, 0)), ==, BW_BOARD_INTERRUPTED);
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    settle (f);
    g_assert_cmpint (bw_plan_get_action (bw_job_get_plan (bw_board_get_job (get (f, 0)))), ==,
                     BW_ACTION_IDENTIFY);
    assert_torn_off (f);
    /* the next station knows it, and where the mark is taken away that is remembered */
    restart (f, BW_STATION_IDENTIFY);
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    settle (f);
    assert_torn_off (f);
    bw_board_acknowledge (get (f, 0));
    g_assert_cmpint (bw_board_get_state (get (f, 0)), ==, BW_BOARD_READY);
    bw_store_flush_sync (f->store);
    jobs = bw_store_list_interrupted_sync (f->store, NULL);
    g_assert_cmpuint (jobs->len, ==, 0);
}

static void
test_torn_off_elsewhere (Fixture *f, gconstpointer data)
{
    tear_off (f);
    fake_world_add ("/dev/ttyUSB5")->mac = "24:6f:28:00:00:01";
    plug (f, "/dev/ttyUSB5", "1-5", NULL);
    settle (f);
    g_assert_cmpuint (count (f), ==, 1);
    assert_torn_off (f);
    g_assert_true (bw_board_is_present (get (f, 0)));
}

/* Set aside while it was away: then it is, also for the next station. */
static void
test_torn_off_set_aside (Fixture *f, gconstpointer data)
{
    g_autoptr (GPtrArray) jobs = NULL;

    tear_off (f);
    bw_board_acknowledge (get (f, 0));
    g_assert_cmpint (bw_board_get_state (get (f, 0)), ==, BW_BOARD_GONE);
    bw_store_flush_sync (f->store);
    jobs = bw_store_list_interrupted_sync (f->store, NULL);
    g_assert_cmpuint (jobs->len, ==, 0);
}

static gboolean
has_console (gpointer data)
{
    return bw_board_get_console (data) != NULL;
}

/* A good board is listened to, as long as that is wanted. */
static void
test_listens (Fixture *f, gconstpointer data)
{
    FakeBoard *fake = fake_world_add ("/dev/ttyUSB0");
    int master = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);

    g_assert_cmpint (unlockpt (master), ==, 0);
    fake->tty = ptsname (master);
    plug (f, "/dev/ttyUSB0", "1-2", NULL);
    flash (f, get (f, 0));
    engine_wait_until (has_console, get (f, 0), 0);
    g_assert_cmpint (bw_board_get_state (get (f, 0)), ==, BW_BOARD_PASSED);
    bw_board_cancel (get (f, 0));
    settle (f);
    bw_station_set_habits (f->station, 0);
    flash (f, get (f, 0));
    engine_wait_until (has_passed, get (f, 0), 0);
    /* it came at once before */
    engine_run_for (300);
    g_assert_null (bw_board_get_console (get (f, 0)));
    close (master);
}

static void
add (const char *path, BwStationFlags flags, void (*test) (Fixture *, gconstpointer))
{
    g_test_add (path, Fixture, GINT_TO_POINTER (flags), set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
    engine_init (&argc, &argv);
    add ("/engine/station/cards", 0, test_cards);
    add ("/engine/station/look", BW_STATION_IDENTIFY, test_look);
    add ("/engine/station/look-once", BW_STATION_IDENTIFY, test_look_once);
    add ("/engine/station/verdict-outlives-restart", BW_STATION_IDENTIFY,
         test_verdict_outlives_restart);
    add ("/engine/station/look-fails", BW_STATION_IDENTIFY, test_look_fails);
    add ("/engine/station/flash-while-looking", BW_STATION_IDENTIFY, test_flash_while_looking);
    add ("/engine/station/moved", BW_STATION_IDENTIFY, test_moved);
    add ("/engine/station/two-ways", BW_STATION_IDENTIFY, test_two_ways);
    add ("/engine/station/twins", BW_STATION_IDENTIFY, test_twins);
    add ("/engine/station/twins-told-by-port", 0, test_twins_told_by_port);
    add ("/engine/station/exchanged", 0, test_exchanged);
    add ("/engine/station/one-place-for-two", 0, test_one_place_for_two);
    add ("/engine/station/names-last", 0, test_names_last);
    add ("/engine/station/addresses", 0, test_addresses);
    add ("/engine/station/busy", 0, test_busy);
    add ("/engine/station/plan-stays-as-agreed", BW_STATION_IDENTIFY, test_agreed);
    add ("/engine/station/stop", 0, test_stop);
    add ("/engine/station/unplugged-in-the-middle", 0, test_unplugged_in_the_middle);
    add ("/engine/station/lost-in-the-middle", 0, test_lost_in_the_middle);
    add ("/engine/station/cancelled-before-anything", 0, test_cancelled_before_anything);
    add ("/engine/station/64-at-once-one-hung", 0, test_64);
    add ("/engine/station/console-steps-aside", 0, test_console);
    add ("/engine/station/console-fails", 0, test_console_fails);
    add ("/engine/station/console-behind-look", BW_STATION_IDENTIFY, test_console_behind_look);
    add ("/engine/station/batch-is-not-all-good", 0, test_batch_is_not_all_good);
    add ("/engine/station/batch-without-proof-is-done", 0, test_batch_without_proof);
    add ("/engine/station/batch-without-records", 0, test_batch_without_records);
    add ("/engine/station/without-records", 0, test_without_records);
    add ("/engine/station/why-no-records", 0, test_why_no_records);
    add ("/engine/station/look-keeps-interrupted", 0, test_look_keeps_interrupted);
    add ("/engine/station/same-erase-ends-interrupted", 0, test_same_erase_ends_interrupted);
    add ("/engine/station/last-verdict-holds", 0, test_last_verdict_holds);
    add ("/engine/station/named-board-and-no-other", 0, test_named_board);
    add ("/engine/station/back-elsewhere", 0, test_back_elsewhere);
    add ("/engine/station/never-a-false-green", 0, test_never_a_false_green);
    add ("/engine/station/not-back", 0, test_not_back);
    add ("/engine/station/failed-in-part", 0, test_failed_in_part);
    add ("/engine/station/failed-and-looked-at", 0, test_failed_and_looked_at);
    add ("/engine/station/failed-to-start", 0, test_failed_to_start);
    add ("/engine/station/swapped-in-the-middle", 0, test_swapped_in_the_middle);
    add ("/engine/station/other-board-there", BW_STATION_IDENTIFY, test_other_board);
    add ("/engine/station/erased", 0, test_erased);
    add ("/engine/station/interrupted", 0, test_interrupted);
    add ("/engine/station/listens-after-flashing", BW_STATION_LISTEN, test_listens);
    add ("/engine/station/unproved-after-interrupted", 0, test_unproved_after_interrupted);
    add ("/engine/station/interrupted-holds", 0, test_interrupted_holds);
    add ("/engine/station/interrupted-twin", 0, test_interrupted_twin);
    add ("/engine/station/interrupted-of-copies", 0, test_interrupted_of_copies);
    add ("/engine/station/both-copies-interrupted", 0, test_both_copies_interrupted);
    add ("/engine/station/interrupted-is-found", 0, test_interrupted_is_found);
    add ("/engine/station/torn-off", BW_STATION_IDENTIFY, test_torn_off);
    add ("/engine/station/torn-off-elsewhere", BW_STATION_IDENTIFY, test_torn_off_elsewhere);
    add ("/engine/station/torn-off-set-aside", BW_STATION_IDENTIFY, test_torn_off_set_aside);
    return engine_run ();
}
