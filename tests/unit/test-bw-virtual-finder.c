/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Virtual boards that come, go, lie, and say nothing. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bw-finder.h"
#include "engine-wait.h"

typedef struct {
    char *home;
    char *folder;
    BwFinder *finder;
    GString *seen; /* "+address" and "-address" in their order */
    gboolean is_settled;
} Fixture;

static void
on_appeared (BwFinder *finder, const BwEndpoint *endpoint, Fixture *f)
{
    g_string_append_printf (f->seen, "+%s", endpoint->address);
}

static void
on_disappeared (BwFinder *finder, const char *place, const char *address, Fixture *f)
{
    g_assert_true (g_str_has_prefix (place, "virtual "));
    g_string_append_printf (f->seen, "-%s", address);
}

static void
on_settled (BwFinder *finder, Fixture *f)
{
    g_assert_false (f->is_settled);
    f->is_settled = TRUE;
}

static void
set_up (Fixture *f, gconstpointer data)
{
    f->home = engine_make_folder ();
    g_setenv ("XDG_RUNTIME_DIR", f->home, TRUE);
    f->folder = g_build_filename (f->home, "boardwalk", "vboards", NULL);
    g_assert_cmpint (g_mkdir_with_parents (f->folder, 0700), ==, 0);
    f->seen = g_string_new (NULL);
    f->finder = bw_virtual_finder_new ();
    g_signal_connect (f->finder, "appeared", G_CALLBACK (on_appeared), f);
    g_signal_connect (f->finder, "disappeared", G_CALLBACK (on_disappeared), f);
    g_signal_connect (f->finder, "settled", G_CALLBACK (on_settled), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
    g_assert_finalize_object (f->finder);
    g_string_free (f->seen, TRUE);
    g_free (f->folder);
    engine_remove_folder (f->home);
}

/* A board of this test: a socket, and the connections that were made to it. */
typedef struct {
    GSocketListener *listener;
    char *hello;
    GPtrArray *connections;
} Peer;

static void accept_next (Peer *peer);

static void
on_accepted (GObject *source, GAsyncResult *result, gpointer data)
{
    Peer *peer = data;
    GSocketConnection *connection =
        g_socket_listener_accept_finish (G_SOCKET_LISTENER (source), result, NULL, NULL);

    if (connection == NULL)
        return;
    g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)),
                               peer->hello, strlen (peer->hello), NULL, NULL, NULL);
    g_ptr_array_add (peer->connections, connection);
    accept_next (peer);
}

static void
accept_next (Peer *peer)
{
    g_socket_listener_accept_async (peer->listener, NULL, on_accepted, peer);
}

static Peer *
start_peer (Fixture *f, const char *file, const char *hello)
{
    Peer *peer = g_new0 (Peer, 1);
    g_autofree char *path = g_build_filename (f->folder, file, NULL);
    g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
    g_autoptr (GError) error = NULL;

    g_unlink (path);
    peer->listener = g_socket_listener_new ();
    peer->hello = g_strdup (hello);
    peer->connections = g_ptr_array_new_with_free_func (g_object_unref);
    g_socket_listener_add_address (peer->listener, address, G_SOCKET_TYPE_STREAM,
                                   G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, &error);
    g_assert_no_error (error);
    accept_next (peer);
    return peer;
}

static void
stop_peer (Peer *peer)
{
    g_socket_listener_close (peer->listener);
    g_ptr_array_unref (peer->connections);
    engine_run_for (10);
    g_object_unref (peer->listener);
    g_free (peer->hello);
    g_free (peer);
}

static Peer *
start_board (Fixture *f, const char *file, const char *name)
{
    g_autofree char *hello =
        g_strdup_printf ("{\"name\":\"%s\",\"address\":\"/dev/%s\"}\n", name, name);

    return start_peer (f, file, hello);
}

static gboolean
is_settled (gpointer data)
{
    return ((Fixture *) data)->is_settled;
}

static const char *awaited;

static gboolean
has_seen (gpointer data)
{
    return strcmp (((Fixture *) data)->seen->str, awaited) == 0;
}

static void
wait_for (Fixture *f, const char *seen)
{
    awaited = seen;
    g_test_message ("waiting for %s, have %s", seen, f->seen->str);
    engine_wait_until (has_seen, f, 5000);
}

static void
test_nobody (Fixture *f, gconstpointer data)
{
    bw_finder_start (f->finder);
    g_assert_true (f->is_settled);
    g_assert_true (bw_finder_is_settled (f->finder));
}

static void
test_come_and_go (Fixture *f, gconstpointer data)
{
    Peer *second = start_board (f, "vb-1-10.sock", "b");
    Peer *first = start_board (f, "vb-1-2.sock", "a");
    Peer *third = NULL;

    bw_finder_start (f->finder);
    engine_wait_until (is_settled, f, 5000);
    g_assert_cmpuint (strlen (f->seen->str), ==, strlen ("+/dev/a+/dev/b"));
    third = start_board (f, "vb-1-3.sock", "c");
    g_string_truncate (f->seen, 0);
    wait_for (f, "+/dev/c");
    stop_peer (first);
    wait_for (f, "+/dev/c-/dev/a");
    stop_peer (second);
    stop_peer (third);
    engine_run_for (100);
}

/* Killed and started again at once, under the same name. */
static void
test_restart (Fixture *f, gconstpointer data)
{
    Peer *peer = start_board (f, "vb-1-0.sock", "a");
    Peer *again = NULL;

    bw_finder_start (f->finder);
    wait_for (f, "+/dev/a");
    again = start_board (f, "vb-1-0.sock", "a");
    stop_peer (peer);
    wait_for (f, "+/dev/a-/dev/a+/dev/a");
    stop_peer (again);
    engine_run_for (100);
}

/* A socket file that a dead board left behind. */
static void
test_stale (Fixture *f, gconstpointer data)
{
    Peer *peer = start_board (f, "vb-1-0.sock", "a");
    g_autofree char *other = g_build_filename (f->folder, "other.sock", NULL);

    stop_peer (peer);
    g_assert_true (g_file_set_contents (other, "x", -1, NULL));
    bw_finder_start (f->finder);
    engine_wait_until (is_settled, f, 5000);
    g_assert_cmpstr (f->seen->str, ==, "");
}

/* An address of a socket has room for 107 bytes; a folder may lie deeper. */
static void
test_deep_folder (Fixture *f, gconstpointer data)
{
    g_autofree char *name = g_strnfill (120, 'd');
    g_autofree char *runtime = g_build_filename (f->home, name, NULL);
    g_autofree char *deep = g_build_filename (runtime, "boardwalk", "vboards", NULL);
    Peer *peer = NULL;
    int dir = -1;

    g_assert_cmpint (g_mkdir_with_parents (deep, 0700), ==, 0);
    dir = open (deep, O_PATH | O_CLOEXEC);
    g_setenv ("XDG_RUNTIME_DIR", runtime, TRUE);
    g_free (f->folder);
    f->folder = g_strdup_printf ("/proc/self/fd/%d", dir);
    peer = start_board (f, "vb-1-0.sock", "a");
    bw_finder_start (f->finder);
    wait_for (f, "+/dev/a");
    stop_peer (peer);
    wait_for (f, "+/dev/a-/dev/a");
    close (dir);
}

static gboolean
has_caller (gpointer data)
{
    GSocket **sockets = data;

    sockets[1] = g_socket_accept (sockets[0], NULL, NULL);
    return sockets[1] != NULL;
}

/* Caught between making its socket and listening on it: nobody waits for it, and it is not lost. */
static void
test_half_way (Fixture *f, gconstpointer data)
{
    static const char hello[] = "{\"name\":\"a\",\"address\":\"/dev/a\"}\n";
    g_autofree char *path = g_build_filename (f->folder, "vb-1-0.sock", NULL);
    g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
    GSocket *sockets[2] = { g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM,
                                          G_SOCKET_PROTOCOL_DEFAULT, NULL) };

    g_socket_set_blocking (sockets[0], FALSE);
    g_assert_true (g_socket_bind (sockets[0], address, FALSE, NULL));
    bw_finder_start (f->finder);
    g_assert_true (f->is_settled);
    g_assert_true (g_socket_listen (sockets[0], NULL));
    engine_wait_until (has_caller, sockets, 20000);
    g_assert_cmpint (g_socket_send (sockets[1], hello, strlen (hello), NULL, NULL), ==,
                     strlen (hello));
    wait_for (f, "+/dev/a");
    g_object_unref (sockets[0]);
    g_object_unref (sockets[1]);
    wait_for (f, "+/dev/a-/dev/a");
}

static void
test_liar (Fixture *f, gconstpointer data)
{
    g_autofree char *endless = g_strnfill (10000, ' ');
    Peer *liar =
        start_peer (f, "vb-1-0.sock", "{\"name\":\"a\",\"address\":\"tcp://example.org:1\"}\n");
    Peer *talker = start_peer (f, "vb-1-1.sock", endless);
    Peer *board = start_board (f, "vb-1-2.sock", "b");

    g_test_expect_message ("bw-virtual-finder", G_LOG_LEVEL_WARNING, "*not on this machine*");
    g_test_expect_message ("bw-virtual-finder", G_LOG_LEVEL_WARNING, "*no JSON*");
    bw_finder_start (f->finder);
    engine_wait_until (is_settled, f, 5000);
    g_test_assert_expected_messages ();
    g_assert_cmpstr (f->seen->str, ==, "+/dev/b");
    stop_peer (liar);
    stop_peer (talker);
    stop_peer (board);
    engine_run_for (100);
}

static void
test_silent (Fixture *f, gconstpointer data)
{
    Peer *silent = start_peer (f, "vb-1-0.sock", "{\"name\":");

    g_test_expect_message ("bw-virtual-finder", G_LOG_LEVEL_WARNING, "*says nothing*");
    bw_finder_start (f->finder);
    engine_wait_until (is_settled, f, 5000);
    g_test_assert_expected_messages ();
    stop_peer (silent);
}

static void
on_first_look_over (BwFinder *finder, Fixture *f)
{
    g_string_append_c (f->seen, '!');
}

/* Those that are there from the start come in the order a person counts in, whoever answers first. */
static void
test_in_order (Fixture *f, gconstpointer data)
{
    Peer *ten = start_board (f, "vb-1-0.sock", "Tray 10");
    Peer *two = start_board (f, "vb-1-1.sock", "Tray 2");
    Peer *nine = start_board (f, "vb-1-2.sock", "Tray 9");

    g_signal_connect (f->finder, "settled", G_CALLBACK (on_first_look_over), f);
    bw_finder_start (f->finder);
    engine_wait_until (is_settled, f, 5000);
    g_assert_cmpstr (f->seen->str, ==, "+/dev/Tray 2+/dev/Tray 9+/dev/Tray 10!");
    stop_peer (ten);
    stop_peer (two);
    stop_peer (nine);
}

/* Whoever is given up before this is missed by the logger. */
static void
expect_silence (BwFinder *finder, const BwEndpoint *endpoint, Fixture *f)
{
    g_test_expect_message ("bw-virtual-finder", G_LOG_LEVEL_WARNING, "*says nothing*");
}

/* Nor do they wait until one that says nothing is given up. */
static void
test_others_do_not_wait (Fixture *f, gconstpointer data)
{
    Peer *board = start_board (f, "vb-1-0.sock", "b");
    Peer *silent = start_peer (f, "vb-1-1.sock", "{\"name\":");

    g_signal_connect (f->finder, "appeared", G_CALLBACK (expect_silence), f);
    bw_finder_start (f->finder);
    engine_wait_until (is_settled, f, 5000);
    g_test_assert_expected_messages ();
    g_assert_cmpstr (f->seen->str, ==, "+/dev/b");
    stop_peer (board);
    stop_peer (silent);
}

static gboolean
is_called (gpointer data)
{
    return ((Peer *) data)->connections->len > 0;
}

/* One that goes while the others are waited for: it was never there, or is gone again. */
static void
test_gone_meanwhile (Fixture *f, gconstpointer data)
{
    Peer *board = start_board (f, "vb-1-0.sock", "b");
    Peer *silent = start_peer (f, "vb-1-1.sock", "{\"name\":");
    Peer *gone = start_board (f, "vb-1-2.sock", "a");

    bw_finder_start (f->finder);
    engine_wait_until (is_called, gone, 5000);
    stop_peer (gone);
    stop_peer (silent);
    engine_wait_until (is_settled, f, 5000);
    g_assert_nonnull (strstr (f->seen->str, "+/dev/b"));
    g_assert_true (strstr (f->seen->str, "+/dev/a") == NULL
                   || g_str_has_suffix (f->seen->str, "-/dev/a"));
    stop_peer (board);
}

/* Anybody may write into it: nobody in it is believed. */
static void
test_open_folder (Fixture *f, gconstpointer data)
{
    Peer *peer = start_board (f, "vb-1-0.sock", "a");

    g_assert_cmpint (g_chmod (f->folder, 0777), ==, 0);
    g_test_expect_message ("bw-virtual-finder", G_LOG_LEVEL_WARNING, "*not this user's own*");
    bw_finder_start (f->finder);
    g_assert_true (f->is_settled);
    engine_run_for (100);
    g_assert_cmpstr (f->seen->str, ==, "");
    stop_peer (peer);
}

/* It is somebody's own, there is just no folder: that is said as it is. */
static void
test_no_folder (Fixture *f, gconstpointer data)
{
    g_autofree char *parent = g_path_get_dirname (f->folder);

    g_assert_cmpint (g_rmdir (f->folder), ==, 0);
    g_assert_cmpint (g_rmdir (parent), ==, 0);
    g_assert_true (g_file_set_contents (parent, "", 0, NULL));
    g_test_expect_message ("bw-virtual-finder", G_LOG_LEVEL_WARNING, "*Not a directory*");
    bw_finder_start (f->finder);
    g_test_assert_expected_messages ();
    g_assert_true (f->is_settled);
}

/* Dropping the finder with boards in it leaves nothing behind. */
static void
test_dropped (Fixture *f, gconstpointer data)
{
    Peer *peer = start_board (f, "vb-1-0.sock", "a");

    bw_finder_start (f->finder);
    g_assert_finalize_object (f->finder);
    engine_run_for (100);
    f->finder = bw_virtual_finder_new ();
    stop_peer (peer);
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
    g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
    engine_init (&argc, &argv);
    add ("/engine/virtual-finder/nobody", test_nobody);
    add ("/engine/virtual-finder/come-and-go", test_come_and_go);
    add ("/engine/virtual-finder/restart", test_restart);
    add ("/engine/virtual-finder/stale", test_stale);
    add ("/engine/virtual-finder/deep-folder", test_deep_folder);
    add ("/engine/virtual-finder/half-way", test_half_way);
    add ("/engine/virtual-finder/liar", test_liar);
    add ("/engine/virtual-finder/silent", test_silent);
    add ("/engine/virtual-finder/in-order", test_in_order);
    add ("/engine/virtual-finder/others-do-not-wait", test_others_do_not_wait);
    add ("/engine/virtual-finder/gone-meanwhile", test_gone_meanwhile);
    add ("/engine/virtual-finder/open-folder", test_open_folder);
    add ("/engine/virtual-finder/no-folder", test_no_folder);
    add ("/engine/virtual-finder/dropped", test_dropped);
    return engine_run ();
}
