/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every kind of port has from the base: addresses, leases, the memory of a lost device. */
#include "config.h"

#include <string.h>

#include "bw-port-lease.h"
#include "bw-port-private.h"
#include "bw-recording.h"
#include "port-peer.h"

/* A port whose calls fail as told. */
#define TEST_TYPE_PORT (test_port_get_type ())
G_DECLARE_FINAL_TYPE (TestPort, test_port, TEST, PORT, BwPort)

struct _TestPort {
    BwPort parent_instance;
    BwCause fails_with;
    uint32_t keeps_baud;
    unsigned n_reads;
    unsigned n_closes;
    unsigned n_opens_to_fail;
};

G_DEFINE_FINAL_TYPE (TestPort, test_port, BW_TYPE_PORT)

static gboolean
is_failing (BwPort *port, GError **error)
{
    TestPort *self = TEST_PORT (port);

    if (self->fails_with == BW_CAUSE_NONE)
        return FALSE;
    bw_set_error (error, self->fails_with, "as told");
    return TRUE;
}

static gboolean
open_test (BwPort *port, GCancellable *cancellable, GError **error)
{
    TestPort *self = TEST_PORT (port);

    if (self->n_opens_to_fail == 0)
        return TRUE;
    self->n_opens_to_fail--;
    bw_set_error (error, BW_CAUSE_NO_SUCH_PORT, "not yet");
    return FALSE;
}

static void
close_test (BwPort *port)
{
    TEST_PORT (port)->n_closes++;
}

static ssize_t
read_test (BwPort *port,
           void *ret_buf,
           size_t len,
           int64_t deadline_us,
           GCancellable *cancellable,
           GError **error)
{
    TEST_PORT (port)->n_reads++;
    if (is_failing (port, error))
        return -1;
    memset (ret_buf, 'x', len);
    return (ssize_t) len;
}

static gboolean
set_baud_test (BwPort *port,
               uint32_t baud,
               uint32_t *ret_in_force,
               GCancellable *cancellable,
               GError **error)
{
    *ret_in_force = TEST_PORT (port)->keeps_baud;
    return !is_failing (port, error);
}

static void
test_port_class_init (TestPortClass *klass)
{
    BwPortClass *port_class = BW_PORT_CLASS (klass);

    port_class->open = open_test;
    port_class->close = close_test;
    port_class->read = read_test;
    port_class->set_baud = set_baud_test;
}

static void
test_port_init (TestPort *self)
{
}

static BwPort *
open_test_port (const char *lease)
{
    g_autoptr (GError) error = NULL;
    BwPort *port = g_object_new (TEST_TYPE_PORT, NULL);

    port = _bw_port_open_new (port, "test", lease, NULL, &error);
    g_assert_no_error (error);
    return port;
}

static void
test_address (void)
{
    static const struct {
        const char *address;
        BwCause cause;
    } cases[] = {
        { "", BW_CAUSE_USAGE },
        { "mqtt://somewhere", BW_CAUSE_USAGE },
        { "serial://dev/ttyUSB0", BW_CAUSE_USAGE },
        { "serial://", BW_CAUSE_USAGE },
        { "tcp://", BW_CAUSE_USAGE },
        { "tcp://localhost", BW_CAUSE_USAGE },
        { "tcp://localhost:0", BW_CAUSE_USAGE },
        { "tcp://localhost:70000", BW_CAUSE_USAGE },
        { "rfc2217://:4000", BW_CAUSE_USAGE },
        { "/dev/ttyNOT-THERE", BW_CAUSE_NO_SUCH_PORT },
        { "serial:///dev/ttyNOT-THERE", BW_CAUSE_NO_SUCH_PORT },
        { "/dev/null", BW_CAUSE_NO_SERIAL_PORT },
        { "/", BW_CAUSE_NO_SERIAL_PORT },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (GError) error = NULL;

        g_test_message ("%s", cases[i].address);
        g_assert_null (bw_port_open (cases[i].address, NULL, &error));
        assert_cause (error, cases[i].cause);
    }
}

static void
test_lost_stays_lost (void)
{
    g_autoptr (BwPort) port = open_test_port (NULL);
    g_autoptr (GError) error = NULL;
    char c = 0;

    TEST_PORT (port)->fails_with = BW_CAUSE_TIMEOUT;
    g_assert_cmpint (bw_port_read (port, &c, 1, 0, NULL, &error), ==, -1);
    g_assert_false (bw_port_is_lost (port));
    g_clear_error (&error);
    TEST_PORT (port)->fails_with = BW_CAUSE_LOST;
    g_assert_cmpint (bw_port_read (port, &c, 1, 0, NULL, &error), ==, -1);
    g_assert_true (bw_port_is_lost (port));
    g_clear_error (&error);
    TEST_PORT (port)->fails_with = BW_CAUSE_NONE;
    g_assert_cmpint (bw_port_read (port, &c, 1, 0, NULL, &error), ==, -1);
    assert_cause (error, BW_CAUSE_LOST);
    g_assert_cmpuint (TEST_PORT (port)->n_reads, ==, 2);
    g_clear_error (&error);
    /* until it is opened again */
    TEST_PORT (port)->n_opens_to_fail = 3;
    g_assert_true (bw_port_reopen (port, in_ms (PATIENCE_MS), NULL, &error));
    g_assert_cmpint (bw_port_read (port, &c, 1, 0, NULL, &error), ==, 1);
    g_assert_no_error (error);
}

static void
test_closed (void)
{
    g_autoptr (BwPort) port = open_test_port ("lease");
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) recording = NULL;
    g_autoptr (GBytes) text = NULL;
    char c = 0;

    g_assert_cmpint (bw_port_read (port, &c, 1, 0, NULL, NULL), ==, 1);
    bw_port_close (port);
    bw_port_close (port);
    g_assert_cmpuint (TEST_PORT (port)->n_closes, ==, 1);
    g_assert_false (is_leased ("lease"));
    g_assert_cmpint (bw_port_read (port, &c, 1, 0, NULL, &error), ==, -1);
    assert_cause (error, BW_CAUSE_INTERNAL);
    recording = bw_port_get_recording (port);
    text = bw_recording_unpack (recording, NULL);
    g_assert_nonnull (
        g_strstr_len (g_bytes_get_data (text, NULL), (gssize) g_bytes_get_size (text), "R78"));
}

static void
test_failed_open (void)
{
    TestPort *port = g_object_new (TEST_TYPE_PORT, NULL);
    g_autoptr (GError) error = NULL;

    port->n_opens_to_fail = 1;
    g_assert_null (_bw_port_open_new (BW_PORT (port), "test", "lease", NULL, &error));
    assert_cause (error, BW_CAUSE_NO_SUCH_PORT);
    g_assert_false (is_leased ("lease"));
}

static void
test_reopen_cancelled (void)
{
    g_autoptr (BwPort) port = open_test_port (NULL);
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (GError) error = NULL;
    int64_t ended = 0;
    GThread *thread = g_thread_new ("cancel", cancel_soon, cancellable);

    TEST_PORT (port)->n_opens_to_fail = 1000000;
    g_assert_false (bw_port_reopen (port, BW_PORT_NO_DEADLINE, cancellable, &error));
    ended = g_get_monotonic_time ();
    assert_cause (error, BW_CAUSE_CANCELLED);
    assert_ended_soon (thread, ended);
}

static void
test_baud_tolerance (void)
{
    static const struct {
        uint32_t wanted;
        uint32_t kept;
        gboolean is_good;
    } cases[] = {
        { 921600, 921600, TRUE },           { 921600, 923076, TRUE }, { 115200, 115300, TRUE },
        { 921600, 1000000, FALSE },         { 921600, 9600, FALSE },  { 115200, 0, FALSE },
        { 4000000000u, 4000000000u, TRUE },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (BwPort) port = open_test_port (NULL);
        g_autoptr (GError) error = NULL;

        TEST_PORT (port)->keeps_baud = cases[i].kept;
        g_assert_cmpint (bw_port_set_baud (port, cases[i].wanted, NULL, &error), ==,
                         cases[i].is_good);
        if (!cases[i].is_good)
            assert_cause (error, BW_CAUSE_REFUSED);
        g_assert_cmpuint (bw_port_get_baud (port), ==,
                          cases[i].is_good ? cases[i].wanted : cases[i].kept);
    }
}

static gpointer
take_and_give (gpointer data)
{
    int *n_taken = data;

    for (int i = 0; i < 2000; i++) {
        if (!bw_port_lease_take ("contested", NULL))
            continue;
        /* alone here, or the sanitizer and the sum tell */
        (*n_taken)++;
        bw_port_lease_give_back ("contested");
    }
    return NULL;
}

static void
test_lease (void)
{
    GThread *threads[4] = { NULL };
    int n_taken = 0;

    g_assert_true (bw_port_lease_take ("a", NULL));
    g_assert_false (bw_port_lease_take ("a", NULL));
    g_assert_true (bw_port_lease_take ("b", NULL));
    bw_port_lease_give_back ("a");
    bw_port_lease_give_back ("a");
    bw_port_lease_give_back (NULL);
    g_assert_false (is_leased ("a"));
    g_assert_true (is_leased ("b"));
    bw_port_lease_give_back ("b");
    for (size_t i = 0; i < G_N_ELEMENTS (threads); i++)
        threads[i] = g_thread_new ("lease", take_and_give, &n_taken);
    for (size_t i = 0; i < G_N_ELEMENTS (threads); i++)
        g_thread_join (threads[i]);
    g_assert_cmpint (n_taken, >, 0);
    g_assert_false (is_leased ("contested"));
}

static void
test_same_address (void)
{
    static const struct {
        const char *a;
        const char *b;
        gboolean is_same;
    } cases[] = {
        { "tcp://a:1", "TCP://A:1/", TRUE },
        { "tcp://localhost:1", "tcp://127.0.0.1:1", TRUE },
        { "tcp://localhost:1", "tcp://[::1]:1", TRUE },
        { "rfc2217://127.0.1.1:1", "rfc2217://[0:0:0:0:0:0:0:1]:01", TRUE },
        { "tcp://localhost:1", "tcp://localhost:2", FALSE },
        { "tcp://localhost:1", "rfc2217://localhost:1", FALSE },
        { "tcp://a:1", "tcp://b:1", FALSE },
        { "tcp://10.0.0.1:1", "tcp://10.0.0.11:1", FALSE },
        { "tcp://a", "tcp://a", TRUE },
        { "tcp://a", "tcp://A:1", FALSE },
        { "/dev/ttyUSB0", "/dev/ttyUSB0", TRUE },
        { "/dev/ttyUSB0", "/dev/ttyusb0", FALSE },
        { "serial:///dev/A", "serial:///dev/a", FALSE },
        { "", "tcp://", FALSE },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_test_message ("%s %s", cases[i].a, cases[i].b);
        g_assert_cmpint (bw_port_address_is_same (cases[i].a, cases[i].b), ==, cases[i].is_same);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/port/same-address", test_same_address);
    g_test_add_func ("/engine/port/bad-addresses-have-causes", test_address);
    g_test_add_func ("/engine/port/lost-stays-lost", test_lost_stays_lost);
    g_test_add_func ("/engine/port/closed-does-nothing", test_closed);
    g_test_add_func ("/engine/port/failed-open-gives-its-lease-back", test_failed_open);
    g_test_add_func ("/engine/port/cancel-ends-a-reopening", test_reopen_cancelled);
    g_test_add_func ("/engine/port/baud-tolerance", test_baud_tolerance);
    g_test_add_func ("/engine/port/lease-is-for-one", test_lease);
    return g_test_run ();
}
