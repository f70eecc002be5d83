/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One job to a server, whatever it is called and whichever process asks. */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bw-peer-lease.h"

/* Other tests run on this machine, and this one may in another build. */
static uint16_t own_port;

static BwPeerLease *
take (const char *host, uint16_t port, GError **error)
{
    return bw_peer_lease_take ("tcp://board", host, port, NULL, error);
}

static void
assert_free (const char *host, uint16_t port)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (BwPeerLease) lease = take (host, port, &error);

    g_assert_no_error (error);
    g_assert_nonnull (lease);
}

static void
assert_busy (const char *host, const char *words)
{
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", host);
    g_assert_null (take (host, own_port, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_BUSY);
    g_assert_nonnull (strstr (error->message, "tcp://board"));
    g_assert_nonnull (strstr (error->message, words));
}

/* Says that it has the lease, and keeps it until the other end closes. */
G_NORETURN static void
run_holder (int say, int wait)
{
    BwPeerLease *lease = take ("127.0.0.1", own_port, NULL);
    char c = lease == NULL ? 'n' : 'y';

    if (write (say, &c, 1) == 1)
        while (read (wait, &c, 1) > 0)
            ;
    _exit (0);
}

/* First: a process is copied while it has one thread. */
static void
test_other_process (void)
{
    g_autofree char *words = NULL;
    int say[2] = { -1, -1 };
    int wait[2] = { -1, -1 };
    char c = 0;
    pid_t pid = 0;

    g_assert_cmpint (pipe (say), ==, 0);
    g_assert_cmpint (pipe (wait), ==, 0);
    pid = fork ();
    if (pid == 0) {
        close (wait[1]);
        run_holder (say[1], wait[0]);
    }
    g_assert_cmpint (read (say[0], &c, 1), ==, 1);
    g_assert_cmpint (c, ==, 'y');
    words = g_strdup_printf ("is held by test-bw-peer-le (pid %d)", (int) pid);
    assert_busy ("127.0.0.1", words);
    assert_busy ("127.0.0.1", words);
    close (wait[1]);
    g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
    assert_free ("127.0.0.1", own_port);
    close (wait[0]);
    close (say[0]);
    close (say[1]);
}

/* All that leads to this machine leads to one server. */
static void
test_names (void)
{
    static const char *const names[] = {
        "localhost", "LocalHost", "127.0.0.1", "127.0.1.1",
        "::1",       "0.0.0.0",   "::",        "::ffff:127.0.0.1"
    };

    for (unsigned i = 0; i < G_N_ELEMENTS (names); i++) {
        g_autoptr (BwPeerLease) lease = take (names[i], own_port, NULL);

        g_assert_nonnull (lease);
        for (unsigned k = 0; k < G_N_ELEMENTS (names); k++)
            assert_busy (names[k], "another job of this program");
        assert_free ("localhost", own_port + 1);
        assert_free ("192.0.2.1", own_port);
    }
}

/* Elsewhere each address is a machine. */
static void
test_elsewhere (void)
{
    g_autoptr (BwPeerLease) lease = take ("192.0.2.1", own_port, NULL);

    g_assert_nonnull (lease);
    assert_busy ("192.0.2.1", "another job");
    assert_busy ("::ffff:192.0.2.1", "another job");
    assert_free ("192.0.2.11", own_port);
    assert_free ("2001:db8::1", own_port);
}

static void
test_cancelled (void)
{
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (GError) error = NULL;

    g_cancellable_cancel (cancellable);
    g_assert_null (bw_peer_lease_take ("tcp://board", "192.0.2.1", own_port, cancellable, &error));
    g_assert_cmpint (bw_error_get_cause (error), ==, BW_CAUSE_CANCELLED);
    assert_free ("192.0.2.1", own_port);
    bw_peer_lease_free (NULL);
}

int
main (int argc, char **argv)
{
    own_port = (uint16_t) (1 + getpid () % 60000);
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/peer-lease/other-process", test_other_process);
    g_test_add_func ("/engine/peer-lease/names", test_names);
    g_test_add_func ("/engine/peer-lease/elsewhere", test_elsewhere);
    g_test_add_func ("/engine/peer-lease/cancelled", test_cancelled);
    return g_test_run ();
}
