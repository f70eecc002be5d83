/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <signal.h>
#include <string.h>

#include "bw-port.h"
#include "bw-telnet.h"
#include "port-peer.h"
#include "port-server.h"

#define COM_PORT 44u
#define UNKNOWN_OPTION 60u

/* A small server of our own that can also behave badly. */
enum manner {
    POLITE,
    REFUSES,
    SILENT,
    HANGS_UP, /* on everybody, at once */
    DEAF_TO_PURGE,
    OTHER_BAUD,
    NO_LINES,
    NO_CONTROL,    /* a pty behind ser2net: no answer to orders about lines */
    TALKS_BETWEEN, /* data in front of and behind every answer */
    ASKS_FOR_EVER, /* offers unknown options with every answer */
    DIES,          /* in the middle of the first answer */
    BABBLES,       /* from the first byte on nothing but orders without meaning */
    IS_LATE,       /* answers RTS on with the next order; the client is cancelled meanwhile */
    FORGETS, /* gives the first purge, or break, no answer; the client is cancelled meanwhile */
};

struct com_port {
    enum manner manner;
    GByteArray *wire;
    GByteArray *data;
    GMutex lock;
    GString *orders; /* under the lock: the thread of the server writes it */
    GByteArray *late;
    GCancellable *client; /* the call that is to be cancelled */
    int n_echoed;         /* bytes of data that are on their way back */
};

static void
on_option (uint8_t verb, uint8_t option, gpointer user_data)
{
    struct com_port *com = user_data;

    if (com->manner == SILENT)
        return;
    if (com->manner == IS_LATE && verb == BW_TELNET_DONT && option == UNKNOWN_OPTION) {
        g_byte_array_append (com->wire, com->late->data, com->late->len);
        com->manner = POLITE;
    }
    if (verb == BW_TELNET_WILL && option == COM_PORT)
        bw_telnet_append_option (com->wire, com->manner == REFUSES ? BW_TELNET_DONT : BW_TELNET_DO,
                                 option);
    else if (verb == BW_TELNET_WILL)
        bw_telnet_append_option (com->wire, BW_TELNET_DO, option);
    else if (verb == BW_TELNET_DO)
        bw_telnet_append_option (com->wire, BW_TELNET_WILL, option);
}

/* The answer to RTS on comes with the next order; the answer to that one only when the client has
 * read so far, which it shows by its answer to an option nobody knows. */
static void
keep_back (struct com_port *com, const uint8_t *answer, size_t len)
{
    if (com->late->len > 0) {
        g_byte_array_append (com->wire, com->late->data, com->late->len);
        g_byte_array_set_size (com->late, 0);
        bw_telnet_append_option (com->wire, BW_TELNET_WILL, UNKNOWN_OPTION);
    }
    bw_telnet_append_subnegotiation (com->late, COM_PORT, answer, len);
}

static gboolean
is_forgotten (const struct com_port *com, const uint8_t *payload)
{
    gboolean is_break = payload[0] == 5 && payload[1] == 5;

    return com->manner == FORGETS && (payload[0] == 12 || is_break)
           && !g_cancellable_is_cancelled (com->client);
}

/* Whether there is no answer to this order now. */
static gboolean
is_unanswered (struct com_port *com, const uint8_t *payload, const uint8_t *answer, size_t len)
{
    if (com->manner == IS_LATE && (com->late->len > 0 || (payload[0] == 5 && payload[1] == 11)))
        keep_back (com, answer, len);
    else if (!is_forgotten (com, payload))
        return FALSE;
    g_cancellable_cancel (com->client);
    return TRUE;
}

static void
on_order (uint8_t option, const uint8_t *payload, size_t len, gpointer user_data)
{
    struct com_port *com = user_data;
    uint8_t answer[16] = { 0 };

    g_assert_cmpuint (option, ==, COM_PORT);
    g_assert_cmpuint (len, <, sizeof answer);
    memcpy (answer, payload, len);
    g_mutex_lock (&com->lock);
    for (size_t i = 0; i < len; i++)
        g_string_append_printf (com->orders, "%02x", payload[i]);
    g_string_append_c (com->orders, ' ');
    g_mutex_unlock (&com->lock);
    answer[0] += 100;
    if ((payload[0] == 12 && com->manner == DEAF_TO_PURGE)
        || (payload[0] == 5 && com->manner == NO_CONTROL)
        || is_unanswered (com, payload, answer, len))
        return;
    if (payload[0] == 1 && com->manner == OTHER_BAUD)
        memcpy (answer + 1, "\0\0\x25\x80", 4);
    if (payload[0] == 5 && payload[1] == 8 && com->manner == NO_LINES)
        answer[1] = 9;
    if (com->manner == TALKS_BETWEEN)
        bw_telnet_encode (com->wire, (const uint8_t *) "<\xff", 2);
    bw_telnet_append_subnegotiation (com->wire, COM_PORT, answer, len);
    if (com->manner == TALKS_BETWEEN)
        bw_telnet_encode (com->wire, (const uint8_t *) ">", 1);
    if (com->manner == ASKS_FOR_EVER)
        for (int i = 0; i < 50; i++)
            bw_telnet_append_option (com->wire, BW_TELNET_WILL, (uint8_t) (60 + i));
}

static void
serve_com_port (struct server *server)
{
    struct com_port *com = server->data;
    const BwTelnetHandlers handlers = { on_option, on_order, com };
    struct BwTelnet telnet = { 0 };
    uint8_t buf[4096];
    gssize n = 0;

    com->wire = g_byte_array_new ();
    com->data = g_byte_array_new ();
    while ((n = g_socket_receive (server->client, (char *) buf, sizeof buf, NULL, NULL)) > 0) {
        if (com->manner == HANGS_UP)
            break;
        bw_telnet_decode (&telnet, buf, (size_t) n, com->data, &handlers);
        if (com->manner == BABBLES && com->data->len > 0) {
            serve_without_end (server, "\xff\xfc\x3c", 3);
            break;
        }
        /* what the board would get comes back */
        bw_telnet_encode (com->wire, com->data->data, com->data->len);
        if (com->manner == DIES && com->orders->len > 0) {
            serve_bytes (server, com->wire->data, com->wire->len - 1);
            break;
        }
        serve_bytes (server, com->wire->data, com->wire->len);
        g_atomic_int_add (&com->n_echoed, (int) com->data->len);
        g_byte_array_set_size (com->wire, 0);
        g_byte_array_set_size (com->data, 0);
    }
    g_byte_array_unref (com->wire);
    g_byte_array_unref (com->data);
}

static BwPort *
open_com_port (struct server *server, struct com_port *com, enum manner manner, GError **error)
{
    com->manner = manner;
    com->orders = g_string_new (NULL);
    com->late = g_byte_array_new ();
    com->client = g_cancellable_new ();
    server->data = com;
    start_server (server, "rfc2217", serve_com_port);
    return bw_port_open (server->address, NULL, error);
}

static void
close_com_port (struct server *server, struct com_port *com, BwPort *port)
{
    if (port != NULL)
        bw_port_close (port);
    finish_server (server);
    g_string_free (com->orders, TRUE);
    g_byte_array_unref (com->late);
    g_clear_object (&com->client);
}

/* What the server was told since the last look. */
static void
assert_orders (struct com_port *com, const char *orders)
{
    g_mutex_lock (&com->lock);
    g_assert_cmpstr (com->orders->str, ==, orders);
    g_string_truncate (com->orders, 0);
    g_mutex_unlock (&com->lock);
}

/* Rate 115200, 8 bits, no parity, 1 stop bit, no flow control, RTS off, DTR off. */
#define OPENING "010001c200 0208 0301 0401 0501 050c 0509 "

static void
test_orders (void)
{
    struct server server = { 0 };
    struct com_port com = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;

    port = open_com_port (&server, &com, POLITE, &error);
    g_assert_no_error (error);
    assert_orders (&com, OPENING);
    g_assert_true (bw_port_has_lines (port));
    g_assert_false (bw_port_has_atomic_lines (port));
    g_assert_true (bw_port_has_baud (port));
    g_assert_false (bw_port_is_local (port));
    g_assert_true (bw_port_set_baud (port, 921600, NULL, &error));
    g_assert_true (bw_port_set_lines (port, BW_PORT_LINE_RTS, NULL, &error));
    g_assert_true (bw_port_set_lines (port, BW_PORT_LINE_DTR, NULL, &error));
    g_assert_true (bw_port_set_lines (port, BW_PORT_LINE_DTR | BW_PORT_LINE_RTS, NULL, &error));
    g_assert_true (bw_port_set_lines (port, BW_PORT_LINES_NONE, NULL, &error));
    g_assert_true (bw_port_set_break (port, TRUE, NULL, &error));
    g_assert_true (bw_port_set_break (port, FALSE, NULL, &error));
    g_assert_true (bw_port_discard_input (port, NULL, &error));
    g_assert_no_error (error);
    assert_orders (&com, "01000e1000 050b 0508 050c 050b 050c 0509 0505 0506 0c01 ");
    close_com_port (&server, &com, port);
}

static void
test_bytes (gconstpointer data)
{
    struct server server = { 0 };
    struct com_port com = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;
    uint8_t all[1024];

    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (uint8_t) (i < 256 ? i : 255);
    port = open_com_port (&server, &com, GPOINTER_TO_INT (data), &error);
    g_assert_no_error (error);
    g_assert_true (bw_port_discard_input (port, NULL, &error));
    g_assert_true (bw_port_write (port, all, sizeof all, in_ms (PATIENCE_MS), NULL, &error));
    assert_reads (port, all, sizeof all);
    close_com_port (&server, &com, port);
}

/* Bytes that come while an order is waited for are kept, in order. */
static void
test_between (void)
{
    struct server server = { 0 };
    struct com_port com = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;

    port = open_com_port (&server, &com, TALKS_BETWEEN, &error);
    g_assert_no_error (error);
    assert_reads (port, "<\xff><\xff><\xff><\xff><\xff><\xff><\xff>", 21);
    g_assert_true (bw_port_set_baud (port, 9600, NULL, &error));
    assert_reads (port, "<\xff>", 3);
    close_com_port (&server, &com, port);
}

/* What it agrees to are our own words. */
static void
test_echo (void)
{
    struct server server = { 0 };
    g_autoptr (GError) error = NULL;

    start_server (&server, "rfc2217", serve_echo);
    g_assert_null (bw_port_open (server.address, NULL, &error));
    assert_cause (error, BW_CAUSE_NO_SERIAL_PORT);
    g_assert_nonnull (strstr (error->message, "sends back"));
    finish_server (&server);
}

static void
test_bad_servers (void)
{
    static const struct {
        enum manner manner;
        BwCause cause;
    } cases[] = {
        { REFUSES, BW_CAUSE_NO_SERIAL_PORT },
        { SILENT, BW_CAUSE_NO_SERIAL_PORT },
        { HANGS_UP, BW_CAUSE_BUSY },
        { DIES, BW_CAUSE_LOST },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        struct server server = { 0 };
        struct com_port com = { 0 };
        g_autoptr (GError) error = NULL;

        g_assert_null (open_com_port (&server, &com, cases[i].manner, &error));
        assert_cause (error, cases[i].cause);
        close_com_port (&server, &com, NULL);
    }
}

static void
test_refusals (void)
{
    struct server server = { 0 };
    struct com_port com = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;

    port = open_com_port (&server, &com, OTHER_BAUD, &error);
    g_assert_no_error (error);
    g_assert_false (bw_port_set_baud (port, 921600, NULL, &error));
    assert_cause (error, BW_CAUSE_REFUSED);
    g_assert_cmpuint (bw_port_get_baud (port), ==, 9600);
    close_com_port (&server, &com, port);
    g_clear_error (&error);
    g_clear_object (&port);

    port = open_com_port (&server, &com, NO_LINES, &error);
    g_assert_no_error (error);
    g_assert_false (bw_port_set_lines (port, BW_PORT_LINE_DTR, NULL, &error));
    assert_cause (error, BW_CAUSE_REFUSED);
    close_com_port (&server, &com, port);
}

static void
test_no_lines (void)
{
    struct server server = { 0 };
    struct com_port com = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;

    port = open_com_port (&server, &com, NO_CONTROL, &error);
    g_assert_no_error (error);
    g_assert_false (bw_port_has_lines (port));
    g_assert_true (bw_port_has_baud (port));
    g_assert_true (bw_port_set_baud (port, 921600, NULL, &error));
    g_assert_false (bw_port_set_lines (port, BW_PORT_LINE_DTR, NULL, &error));
    assert_cause (error, BW_CAUSE_USAGE);
    close_com_port (&server, &com, port);
}

/* A port whose last order, for RTS, was cancelled before its answer. */
static BwPort *
open_and_cancel_order (struct server *server, struct com_port *com)
{
    g_autoptr (GError) error = NULL;
    BwPort *port = open_com_port (server, com, IS_LATE, &error);

    g_assert_no_error (error);
    assert_orders (com, OPENING);
    g_assert_false (bw_port_set_lines (port, BW_PORT_LINE_RTS, com->client, &error));
    assert_cause (error, BW_CAUSE_CANCELLED);
    return port;
}

/* The answer to an order that was cancelled is still on its way: it says nothing of the next one. */
static void
test_late_answer (void)
{
    struct server server = { 0 };
    struct com_port com = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;

    port = open_and_cancel_order (&server, &com);
    g_assert_true (bw_port_set_break (port, FALSE, NULL, &error));
    g_assert_no_error (error);
    g_assert_true (bw_port_set_lines (port, BW_PORT_LINE_DTR, NULL, &error));
    g_assert_no_error (error);
    close_com_port (&server, &com, port);
}

/* Whether a cancelled order was carried out nobody knows: both lines are said again. */
static void
test_lines_after_a_cancel (void)
{
    struct server server = { 0 };
    struct com_port com = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;

    port = open_and_cancel_order (&server, &com);
    g_assert_true (bw_port_set_lines (port, BW_PORT_LINES_NONE, NULL, &error));
    g_assert_no_error (error);
    assert_orders (&com, "050b 050c 0509 ");
    g_assert_true (bw_port_set_lines (port, BW_PORT_LINE_DTR, NULL, &error));
    g_assert_no_error (error);
    assert_orders (&com, "0508 ");
    close_com_port (&server, &com, port);
}

/* An order that never gets its answer costs the next one time, not its own. */
static void
test_forgotten_answer (void)
{
    struct server server = { 0 };
    struct com_port com = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;

    port = open_com_port (&server, &com, FORGETS, &error);
    g_assert_no_error (error);
    assert_orders (&com, OPENING);
    g_assert_false (bw_port_discard_input (port, com.client, &error));
    assert_cause (error, BW_CAUSE_CANCELLED);
    g_clear_error (&error);
    for (unsigned i = 0; i < 2; i++)
        g_assert_true (bw_port_discard_input (port, NULL, &error));
    g_assert_no_error (error);
    /* it was asked the second time, so the first was no silence */
    assert_orders (&com, "0c01 0c01 0c01 ");
    close_com_port (&server, &com, port);
}

/* Whether the board is held nobody knows: it is let go. */
static void
test_cancelled_break (void)
{
    struct server server = { 0 };
    struct com_port com = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;

    port = open_com_port (&server, &com, FORGETS, &error);
    g_assert_no_error (error);
    assert_orders (&com, OPENING);
    g_assert_false (bw_port_send_break (port, 1, com.client, &error));
    assert_cause (error, BW_CAUSE_CANCELLED);
    assert_orders (&com, "0505 0506 ");
    close_com_port (&server, &com, port);
}

/* pyserial's own server, written by others, says what it understood. */
struct judge {
    GSubprocess *process;
    GDataInputStream *out;
};

/* Bytes that carry no data keep nobody beyond the deadline. */
static void
test_babbler (void)
{
    struct server server = { 0 };
    struct com_port com = { 0 };
    struct watchdog watchdog = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;
    uint8_t byte = 0;

    port = open_com_port (&server, &com, BABBLES, &error);
    g_assert_no_error (error);
    start_watchdog (&watchdog);
    g_assert_true (bw_port_write (port, "x", 1, in_ms (PATIENCE_MS), NULL, &error));
    g_assert_cmpint (bw_port_read (port, &byte, 1, in_ms (50), watchdog.cancellable, &error), ==,
                     0);
    g_assert_no_error (error);
    g_assert_false (bw_port_set_baud (port, 460800, watchdog.cancellable, &error));
    assert_cause (error, BW_CAUSE_TIMEOUT);
    stop_watchdog (&watchdog);
    close_com_port (&server, &com, port);
}

static char *
read_judge (struct judge *judge)
{
    return g_data_input_stream_read_line (judge->out, NULL, NULL, NULL);
}

static void
assert_judge_says (struct judge *judge, const char *expected)
{
    g_autofree char *line = read_judge (judge);

    g_assert_cmpstr (line, ==, expected);
}

static char *
start_judge (struct judge *judge)
{
    g_autofree char *script =
        g_build_filename (g_getenv ("G_TEST_SRCDIR"), "sim", "rfc2217-judge.py", NULL);
    g_autoptr (GError) error = NULL;
    g_autofree char *line = NULL;

    judge->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                                       g_getenv ("BW_PYTHON"), script, NULL);
    g_assert_no_error (error);
    judge->out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (judge->process));
    line = read_judge (judge);
    g_assert_nonnull (line);
    return g_strdup_printf ("rfc2217://127.0.0.1:%s", line);
}

static void
test_pyserial (void)
{
    static const char *const opening[] = { "baudrate 115200", "bytesize 8", "parity N",
                                           "stopbits 1",      "rts 0",      "dtr 0" };
    struct judge judge = { 0 };
    g_autofree char *address = start_judge (&judge);
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;
    uint8_t all[512];

    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (uint8_t) (i < 256 ? i : 255);
    port = bw_port_open (address, NULL, &error);
    g_assert_no_error (error);
    for (size_t i = 0; i < G_N_ELEMENTS (opening); i++)
        assert_judge_says (&judge, opening[i]);
    g_assert_true (bw_port_set_lines (port, BW_PORT_LINE_RTS, NULL, &error));
    assert_judge_says (&judge, "rts 1");
    g_assert_true (bw_port_set_lines (port, BW_PORT_LINE_DTR, NULL, &error));
    assert_judge_says (&judge, "dtr 1");
    assert_judge_says (&judge, "rts 0");
    g_assert_true (bw_port_send_break (port, 1, NULL, &error));
    assert_judge_says (&judge, "break_condition 1");
    assert_judge_says (&judge, "break_condition 0");
    g_assert_true (bw_port_set_baud (port, 921600, NULL, &error));
    assert_judge_says (&judge, "baudrate 921600");
    g_assert_true (bw_port_discard_input (port, NULL, &error));
    g_assert_true (bw_port_write (port, all, sizeof all, in_ms (PATIENCE_MS), NULL, &error));
    g_assert_no_error (error);
    assert_reads (port, all, sizeof all);
    bw_port_close (port);
    assert_judge_says (&judge, "end");
    g_assert_true (g_subprocess_wait_check (judge.process, NULL, &error));
    g_assert_no_error (error);
    g_clear_object (&judge.out);
    g_clear_object (&judge.process);
}

/* Where a server throws nothing away, all that has come is thrown away here. */
static void
test_discards_much (void)
{
    struct server server = { 0 };
    struct com_port com = { 0 };
    g_autoptr (BwPort) port = open_com_port (&server, &com, DEAF_TO_PURGE, NULL);
    g_autofree char *much = g_strnfill (50000, 'x');
    char c = 0;

    g_assert_nonnull (port);
    g_assert_true (bw_port_discard_input (port, NULL, NULL));
    g_assert_true (bw_port_write (port, much, 50000, BW_PORT_NO_DEADLINE, NULL, NULL));
    while (g_atomic_int_get (&com.n_echoed) < 50000)
        g_thread_yield ();
    g_assert_true (bw_port_discard_input (port, NULL, NULL));
    g_assert_cmpint (bw_port_read (port, &c, 1, 0, NULL, NULL), ==, 0);
    close_com_port (&server, &com, port);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/port-rfc2217/orders-and-their-order", test_orders);
    g_test_add_data_func ("/engine/port-rfc2217/bytes-go-through-unchanged",
                          GINT_TO_POINTER (POLITE), test_bytes);
    g_test_add_data_func ("/engine/port-rfc2217/no-purge-is-survived",
                          GINT_TO_POINTER (DEAF_TO_PURGE), test_bytes);
    g_test_add_data_func ("/engine/port-rfc2217/unknown-options-are-refused",
                          GINT_TO_POINTER (ASKS_FOR_EVER), test_bytes);
    g_test_add_func ("/engine/port-rfc2217/bytes-between-answers-are-kept", test_between);
    g_test_add_func ("/engine/port-rfc2217/echo", test_echo);
    g_test_add_func ("/engine/port-rfc2217/bad-servers-have-causes", test_bad_servers);
    g_test_add_func ("/engine/port-rfc2217/babbler-keeps-nobody", test_babbler);
    g_test_add_func ("/engine/port-rfc2217/refusals-are-told", test_refusals);
    g_test_add_func ("/engine/port-rfc2217/port-without-lines", test_no_lines);
    g_test_add_func ("/engine/port-rfc2217/late-answer-is-no-other-one", test_late_answer);
    g_test_add_func ("/engine/port-rfc2217/lines-after-a-cancel", test_lines_after_a_cancel);
    g_test_add_func ("/engine/port-rfc2217/forgotten-answer-costs-time", test_forgotten_answer);
    g_test_add_func ("/engine/port-rfc2217/cancelled-break-is-released", test_cancelled_break);
    g_test_add_func ("/engine/port-rfc2217/discards-much", test_discards_much);
    g_test_add_func ("/engine/port-rfc2217/pyserial-understands-us", test_pyserial);
    return g_test_run ();
}
