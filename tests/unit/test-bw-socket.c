/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bw-socket.h"
#include "port-peer.h"
#include "port-server.h"

static void
do_nothing (struct server *server)
{
}

static void
test_connects (void)
{
    struct server server = { 0 };
    g_autoptr (GSocketConnection) connection = NULL;
    g_autoptr (GError) error = NULL;

    start_server (&server, "tcp", do_nothing);
    connection = _bw_socket_connect (server.address, NULL, &error);
    g_assert_no_error (error);
    g_assert_false (g_socket_get_blocking (g_socket_connection_get_socket (connection)));
    finish_server (&server);
}

static void
test_addresses (void)
{
    static const char *const bad[] = { "",          "tcp",         "tcp://",
                                       "tcp://a",   "tcp://a:",    "tcp://a:b",
                                       "tcp://:1",  "tcp://a:-1",  "tcp://a:65536",
                                       "tcp://a:0", "tcp://[::1:1" };

    for (size_t i = 0; i < G_N_ELEMENTS (bad); i++) {
        g_autoptr (GError) error = NULL;

        g_test_message ("%s", bad[i]);
        g_assert_null (_bw_socket_connect (bad[i], NULL, &error));
        assert_cause (error, BW_CAUSE_USAGE);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/socket/connects", test_connects);
    g_test_add_func ("/engine/socket/addresses-that-cannot-be", test_addresses);
    return g_test_run ();
}
