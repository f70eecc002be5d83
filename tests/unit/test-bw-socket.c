/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

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

/* One server, however it is called: who comes second would talk to the same board. */
static void
test_one_caller (void)
{
    struct server server = { 0 };
    g_autoptr (GSocketConnection) connection = NULL;
    g_autofree char *again = NULL;
    g_autoptr (GError) error = NULL;

    start_server (&server, "tcp", do_nothing);
    connection = _bw_socket_connect (server.address, NULL, &error);
    g_assert_no_error (error);
    again = g_strconcat ("rfc2217://localhost", strrchr (server.address, ':'), NULL);
    g_assert_null (_bw_socket_connect (again, NULL, &error));
    assert_cause (error, BW_CAUSE_BUSY);
    g_assert_nonnull (strstr (error->message, again));
    g_clear_error (&error);
    g_clear_object (&connection);
    finish_server (&server);
    g_assert_null (_bw_socket_connect (again, NULL, &error));
    assert_cause (error, BW_CAUSE_NO_SUCH_PORT);
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

static void
test_hangup (void)
{
    static const struct {
        const char *said;
        BwCause cause;
        const char *words;
    } cases[] = {
        { "", BW_CAUSE_BUSY, "tcp://a:1 hung up at once, as" },
        { "\r\n", BW_CAUSE_BUSY, "tcp://a:1 hung up at once, as" },
        { "Port already in use\r\n", BW_CAUSE_BUSY, "said: Port already in use" },
        { "\r\nBUSY \r\nbye", BW_CAUSE_BUSY, "said: BUSY" },
        { "user unknown", BW_CAUSE_NO_SERIAL_PORT, "said: user unknown" },
        { "connection refused", BW_CAUSE_NO_SERIAL_PORT, "said: connection refused" },
        { "HTTP/1.1 400 Bad Request\r\n\r\n", BW_CAUSE_NO_SERIAL_PORT,
          "said: HTTP/1.1 400 Bad Request" },
        { "\x1b[2Jred\x07", BW_CAUSE_NO_SERIAL_PORT, "said: [2Jred" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (GError) error = NULL;

        _bw_socket_explain_hangup ("tcp://a:1", (const uint8_t *) cases[i].said,
                                   strlen (cases[i].said), &error);
        assert_cause (error, cases[i].cause);
        g_test_message ("%s", error->message);
        g_assert_nonnull (strstr (error->message, cases[i].words));
        g_assert_cmpint (g_ascii_iscntrl (error->message[strlen (error->message) - 1]), ==, 0);
    }
}

/* Whatever is said, little of it is repeated. */
static void
test_hangup_of_a_talker (void)
{
    g_autofree uint8_t *much = g_malloc (100000);
    g_autoptr (GError) error = NULL;

    memset (much, 'x', 100000);
    _bw_socket_explain_hangup ("tcp://a:1", much, 100000, &error);
    g_assert_cmpuint (strlen (error->message), <, 160);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/socket/connects", test_connects);
    g_test_add_func ("/engine/socket/one-caller", test_one_caller);
    g_test_add_func ("/engine/socket/addresses-that-cannot-be", test_addresses);
    g_test_add_func ("/engine/socket/hangup", test_hangup);
    g_test_add_func ("/engine/socket/hangup-of-a-talker", test_hangup_of_a_talker);
    return g_test_run ();
}
