/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bw-port-private.h"
#include "bw-port-replay.h"
#include "bw-recording.h"
#include "port-peer.h"

/* A board that answers every write with "<n>", then falls silent, and dies at the seventh. */
#define TEST_TYPE_PORT (test_port_get_type ())
G_DECLARE_FINAL_TYPE (TestPort, test_port, TEST, PORT, BwPort)

struct _TestPort {
    BwPort parent_instance;
    GString *input;
    unsigned n_writes;
};

G_DEFINE_FINAL_TYPE (TestPort, test_port, BW_TYPE_PORT)

static gboolean
open_test (BwPort *port, GCancellable *cancellable, GError **error)
{
    _bw_port_set_abilities (port, BW_PORT_ABILITY_LINES | BW_PORT_ABILITY_BAUD);
    _bw_port_set_usb_ids (port, 0x10c4, 0xea60);
    return TRUE;
}

static void
close_test (BwPort *port)
{
}

static ssize_t
read_test (BwPort *port,
           void *ret_buf,
           size_t len,
           int64_t deadline_us,
           GCancellable *cancellable,
           GError **error)
{
    TestPort *self = TEST_PORT (port);
    size_t n = MIN (len, self->input->len);

    if (self->n_writes >= 7 && n == 0) {
        bw_set_error (error, BW_CAUSE_LOST, "it died");
        return -1;
    }
    memcpy (ret_buf, self->input->str, n);
    g_string_erase (self->input, 0, (gssize) n);
    return (ssize_t) n;
}

static gboolean
write_test (BwPort *port,
            const void *buf,
            size_t len,
            int64_t deadline_us,
            GCancellable *cancellable,
            GError **error)
{
    TestPort *self = TEST_PORT (port);

    self->n_writes++;
    g_string_append (self->input, self->n_writes < 4 ? "<same>" : "<other>");
    return TRUE;
}

static gboolean
discard_test (BwPort *port, GCancellable *cancellable, GError **error)
{
    g_string_truncate (TEST_PORT (port)->input, 0);
    return TRUE;
}

static gboolean
set_baud_test (BwPort *port,
               uint32_t baud,
               uint32_t *ret_in_force,
               GCancellable *cancellable,
               GError **error)
{
    *ret_in_force = baud;
    if (baud <= 921600)
        return TRUE;
    bw_set_error (error, BW_CAUSE_REFUSED, "too fast");
    return FALSE;
}

static gboolean
set_lines_test (BwPort *port, BwPortLines lines, GCancellable *cancellable, GError **error)
{
    if (lines == (BW_PORT_LINE_RTS | BW_PORT_LINE_DTR))
        g_string_append (TEST_PORT (port)->input, "boot log\r\n");
    return TRUE;
}

static gboolean
set_break_test (BwPort *port, gboolean is_on, GCancellable *cancellable, GError **error)
{
    return TRUE;
}

static void
test_port_finalize (GObject *object)
{
    g_string_free (TEST_PORT (object)->input, TRUE);
    G_OBJECT_CLASS (test_port_parent_class)->finalize (object);
}

static void
test_port_class_init (TestPortClass *klass)
{
    BwPortClass *port_class = BW_PORT_CLASS (klass);

    G_OBJECT_CLASS (klass)->finalize = test_port_finalize;
    port_class->open = open_test;
    port_class->close = close_test;
    port_class->read = read_test;
    port_class->write = write_test;
    port_class->discard_input = discard_test;
    port_class->set_baud = set_baud_test;
    port_class->set_lines = set_lines_test;
    port_class->set_break = set_break_test;
}

static void
test_port_init (TestPort *self)
{
    self->input = g_string_new (NULL);
}

/* Writes down what the caller of a port sees. */
static void
note_read (BwPort *port, size_t len, GString *seen)
{
    g_autoptr (GError) error = NULL;
    char buf[64] = { 0 };
    ssize_t n = bw_port_read (port, buf, len, in_ms (PATIENCE_MS), NULL, &error);

    if (n < 0)
        g_string_append_printf (seen, "failed %s %s;", bw_cause_get_id (bw_error_get_cause (error)),
                                error->message);
    else if (n == 0)
        g_string_append (seen, "silence;");
    else
        g_string_append_printf (seen, "%.*s;", (int) n, buf);
}

static char *
converse (BwPort *port)
{
    g_autoptr (GError) error = NULL;
    GString *seen = g_string_new (NULL);

    g_string_append_printf (seen, "%04x %d %d %d;", bw_port_get_usb_vendor (port),
                            bw_port_has_lines (port), bw_port_has_atomic_lines (port),
                            bw_port_is_local (port));
    g_assert_true (bw_port_set_lines (port, BW_PORT_LINE_DTR | BW_PORT_LINE_RTS, NULL, &error));
    g_assert_true (bw_port_set_lines (port, BW_PORT_LINES_NONE, NULL, &error));
    g_assert_true (bw_port_wait (port, 1, NULL, &error));
    note_read (port, 5, seen);
    g_assert_true (bw_port_discard_input (port, NULL, &error));
    note_read (port, 5, seen);
    g_assert_true (bw_port_send_break (port, 1, NULL, &error));
    g_assert_false (bw_port_set_baud (port, 3000000, NULL, &error));
    g_string_append_printf (seen, "%s;", error->message);
    g_clear_error (&error);
    g_assert_true (bw_port_set_baud (port, 921600, NULL, &error));
    for (unsigned i = 0; i < 7; i++) {
        char block[8] = { (char) i };

        g_assert_true (bw_port_write (port, block, i + 1, in_ms (1), NULL, &error));
        note_read (port, 3, seen);
        note_read (port, 64, seen);
        note_read (port, 64, seen);
    }
    g_assert_no_error (error);
    g_string_append_printf (seen, "%s", bw_port_is_lost (port) ? "lost" : "there");
    return g_string_free (seen, FALSE);
}

static GBytes *
record (char **ret_seen)
{
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;

    port = _bw_port_open_new (g_object_new (TEST_TYPE_PORT, NULL), "test", NULL, NULL, &error);
    g_assert_no_error (error);
    *ret_seen = converse (port);
    return bw_port_get_recording (port);
}

static void
test_same_verdict (void)
{
    g_autofree char *seen = NULL;
    g_autofree char *seen_again = NULL;
    g_autoptr (GBytes) recording = record (&seen);
    g_autoptr (GBytes) recording_again = NULL;
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;
    int64_t start = g_get_monotonic_time ();

    g_assert_nonnull (strstr (seen, "failed lost it died;lost"));
    port = bw_port_replay_new (recording, &error);
    g_assert_no_error (error);
    g_assert_false (bw_port_replay_is_cut (port));
    g_assert_false (bw_port_replay_is_finished (port));
    seen_again = converse (port);
    g_assert_cmpstr (seen_again, ==, seen);
    g_assert_true (bw_port_replay_is_finished (port));
    /* it was silent more than once, and nobody has waited */
    g_assert_cmpint (g_get_monotonic_time () - start, <, PATIENCE_MS * 1000);
    /* a replay is itself recorded, and comes out the same */
    recording_again = bw_port_get_recording (port);
    g_assert_cmpmem (g_bytes_get_data (recording_again, NULL), g_bytes_get_size (recording_again),
                     g_bytes_get_data (recording, NULL), g_bytes_get_size (recording));
}

#define HEAD "boardwalk-recording 3\nport 0000:0000 lines baud\n"

static BwPort *
open_text (const char *text)
{
    g_autofree char *whole = g_strconcat (HEAD, text, "end\n", NULL);
    g_autoptr (GBytes) bytes = g_bytes_new (whole, strlen (whole));
    g_autoptr (GError) error = NULL;
    BwPort *port = bw_port_replay_new (bytes, &error);

    g_assert_no_error (error);
    return port;
}

static void
do_what (BwPort *port, char what, GError **error)
{
    char c = 0;
    ssize_t n = 0;
    gboolean is_done = TRUE;

    switch (what) {
    case 'w':
        is_done = bw_port_write (port, "123456789", 9, 0, NULL, error);
        break;
    case 'W':
        is_done = bw_port_write (port, "123456780", 9, 0, NULL, error);
        break;
    case 'r':
        n = bw_port_read (port, &c, 1, 0, NULL, error);
        is_done = n >= 0;
        break;
    case 'd':
        is_done = bw_port_discard_input (port, NULL, error);
        break;
    case 'b':
        is_done = bw_port_set_baud (port, 9600, NULL, error);
        break;
    case 'l':
        is_done = bw_port_set_lines (port, BW_PORT_LINE_DTR, NULL, error);
        break;
    case 'k':
        is_done = bw_port_set_break (port, TRUE, NULL, error);
        break;
    case 'o':
        is_done = bw_port_reopen (port, 0, NULL, error);
        break;
    default:
        g_assert_not_reached ();
    }
    g_assert_cmpint (is_done, ==, error == NULL || *error == NULL);
}

static void
test_divergence (void)
{
    /* 4b837ae4: over "123456789" twice, by another program */
    static const struct {
        const char *text;
        const char *steps; /* all but the last go well */
        BwCause cause;     /* of the last; none: it goes well too */
    } cases[] = {
        { "w 1 R01\nx 1 18 4b837ae4 R02\n", "wrwr", BW_CAUSE_NONE },
        { "w 1 R01\nx 1 18 4b837ae4 R02\n", "Wrw", BW_CAUSE_INTERNAL },
        { "w 1 R01\nx 1 17 4b837ae4 R02\n", "wrw", BW_CAUSE_INTERNAL },
        { "w 1 R01\nx 1 9 cbf43926\nx 1 9 cbf43926\n", "wrw", BW_CAUSE_INTERNAL },
        { "x 1 9 cbf43926\nw 1\nx 1 18 4b837ae4\n", "www", BW_CAUSE_NONE },
        { "w 2 R01\nbaud 9600\nagain 2 4\n", "wrwrbwrwrbwrwrb", BW_CAUSE_NONE },
        { "w 1 R01\nagain 1 2\nbaud 9600\n", "wrwrwrb", BW_CAUSE_NONE },
        { "w 1 R01\nagain 1 2\nbaud 9600\n", "wrwrwrw", BW_CAUSE_INTERNAL },
        { "w 1 R01\nagain 1 2\nbaud 9600\n", "wrwrb", BW_CAUSE_INTERNAL },
        { "w 1 R01 M R02\n", "wrr", BW_CAUSE_NONE },
        { "w 1 R01 M\n", "wrr", BW_CAUSE_NONE },
        { "x 1 9 cbf43926 R01\n", "wr", BW_CAUSE_NONE },
        { "x 1 9 cbf43926 R01\n", "W", BW_CAUSE_INTERNAL },
        { "x 1 8 cbf43926 R01\n", "w", BW_CAUSE_INTERNAL },
        { "x 1 10 cbf43926 R01\n", "w", BW_CAUSE_INTERNAL },
        { "x 1 9 cbf43926 R01\n", "r", BW_CAUSE_INTERNAL },
        /* nothing, as whoever stopped there by the clock would have read */
        { "x 1 9 cbf43926 R01\n", "wrrr", BW_CAUSE_NONE },
        { "x 1 9 cbf43926 R01\n", "wrw", BW_CAUSE_INTERNAL },
        { "x 1 9 cbf43926 R0102\n", "wrw", BW_CAUSE_INTERNAL },
        { "x 1 9 cbf43926 R01 T1\n", "wrrrrr", BW_CAUSE_NONE },
        { "x 1 9 cbf43926 T1\nx 1 9 cbf43926 T3\n", "wrwrrr", BW_CAUSE_NONE },
        { "x 1 9 cbf43926 T3\nx 1 9 cbf43926 T3\n", "wrw", BW_CAUSE_NONE },
        { "x 1 9 cbf43926 R0102 D\nbaud 9600\n", "wdb", BW_CAUSE_NONE },
        { "x 1 9 cbf43926\n- D R01\n", "wdr", BW_CAUSE_NONE },
        { "x 1 9 cbf43926 Etimeout:slow\n", "w", BW_CAUSE_TIMEOUT },
        { "x 1 9 cbf43926 Flost:gone\n", "wr", BW_CAUSE_LOST },
        { "x 1 9 cbf43926 Flost:gone\n", "wrr", BW_CAUSE_LOST },
        { "baud 9600\n", "b", BW_CAUSE_NONE },
        { "baud 9601\n", "b", BW_CAUSE_INTERNAL },
        { "baud 9600 Frefused:no\n", "b", BW_CAUSE_REFUSED },
        { "lines 10\n", "l", BW_CAUSE_NONE },
        { "lines 01\n", "l", BW_CAUSE_INTERNAL },
        { "lines 10\n", "b", BW_CAUSE_INTERNAL },
        { "break 1\n", "k", BW_CAUSE_NONE },
        { "break 0\n", "k", BW_CAUSE_INTERNAL },
        { "- Funplugged:gone\nreopen\n- R01\n", "ror", BW_CAUSE_NONE },
        { "- Funplugged:gone\nreopen Fno-such-port:away\n", "ro", BW_CAUSE_NO_SUCH_PORT },
        { "", "o", BW_CAUSE_UNPLUGGED },
        { "baud 9600\n", "o", BW_CAUSE_UNPLUGGED },
        { "", "w", BW_CAUSE_INTERNAL },
        { "", "r", BW_CAUSE_INTERNAL },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (BwPort) port = open_text (cases[i].text);
        size_t n = strlen (cases[i].steps);

        g_test_message ("%s %s", cases[i].text, cases[i].steps);
        for (size_t k = 0; k < n; k++) {
            g_autoptr (GError) error = NULL;

            do_what (port, cases[i].steps[k], &error);
            if (k + 1 == n && cases[i].cause != BW_CAUSE_NONE)
                assert_cause (error, cases[i].cause);
            else if (bw_error_get_cause (error) != BW_CAUSE_UNPLUGGED
                     && bw_error_get_cause (error) != BW_CAUSE_LOST)
                g_assert_no_error (error);
        }
    }
}

/* A chip on its own USB leaves as its application and comes back as its loader. */
static void
test_comes_back_as_another (void)
{
    g_autoptr (BwPort) port = open_text ("- Funplugged:gone\nreopen 303a:0009\n"
                                         "- Funplugged:gone\nreopen\n");
    g_autoptr (GError) error = NULL;

    g_assert_cmphex (bw_port_get_usb_vendor (port), ==, 0);
    for (unsigned i = 0; i < 2; i++) {
        char c = 0;

        g_assert_cmpint (bw_port_read (port, &c, 1, 0, NULL, NULL), ==, -1);
        g_assert_true (bw_port_reopen (port, 0, NULL, &error));
        g_assert_no_error (error);
        g_assert_cmphex (bw_port_get_usb_vendor (port), ==, 0x303a);
        g_assert_cmphex (bw_port_get_usb_product (port), ==, 9);
    }
}

static void
test_divergence_names_the_place (void)
{
    g_autoptr (BwPort) port = open_text ("baud 9600\nlines 10\n");
    g_autoptr (GError) error = NULL;

    g_assert_true (bw_port_set_baud (port, 9600, NULL, &error));
    g_assert_false (bw_port_write (port, "x", 1, 0, NULL, &error));
    g_assert_cmpstr (error->message, ==,
                     "the replay parts from its recording: bytes are written, where after line 3 "
                     "comes a change of lines");
}

static void
test_zeros (void)
{
    g_autoptr (BwPort) port = open_text ("x 1 9 cbf43926 Z70 R61\n");
    g_autoptr (GError) error = NULL;
    char buf[64];

    memset (buf, 'x', sizeof buf);
    g_assert_true (bw_port_write (port, "123456789", 9, 0, NULL, &error));
    g_assert_cmpint (bw_port_read (port, buf, 64, 0, NULL, &error), ==, 64);
    g_assert_cmpint (buf[0] | buf[63], ==, 0);
    /* what was read then has to be read now */
    g_assert_false (bw_port_write (port, "123456789", 9, 0, NULL, NULL));
    /* and all at once, as it may have been then */
    g_assert_cmpint (bw_port_read (port, buf, 64, 0, NULL, &error), ==, 7);
    g_assert_no_error (error);
    g_assert_cmpint (buf[5], ==, 0);
    g_assert_cmpint (buf[6], ==, 'a');
    g_assert_true (bw_port_replay_is_finished (port));
}

/* A mask that knows what should come: it takes it away where "+" stands for it, and gives it back. */
static size_t
mask_letter (gpointer data, const uint8_t *in, size_t len, GByteArray *out)
{
    const char *letter = data;

    for (size_t i = 0; i < len; i++) {
        uint8_t c = in[i] == *letter ? '+' : in[i] == '+' ? (uint8_t) *letter : in[i];

        g_byte_array_append (out, &c, 1);
    }
    return len;
}

static BwPort *
open_masked (const char *version, const char *letter)
{
    g_autofree char *text =
        g_strdup_printf ("boardwalk-recording %s\nport 0000:0000\n- R612b M R2b62\nend\n", version);
    g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
    g_autoptr (GError) error = NULL;
    BwPort *port = bw_port_replay_new (bytes, &error);

    g_assert_no_error (error);
    bw_port_set_mask (port, mask_letter, (gpointer) letter);
    return port;
}

static void
test_masked (void)
{
    g_autoptr (BwPort) port = open_masked ("3", "x");
    g_autoptr (BwPort) old = open_masked ("2", "x");
    g_autoptr (GError) error = NULL;
    char buf[8];

    /* what was read under another mask is not read before */
    g_assert_cmpint (bw_port_read (port, buf, sizeof buf, 0, NULL, &error), ==, 2);
    g_assert_cmpmem (buf, 2, "ax", 2);
    bw_port_set_mask (port, mask_letter, (gpointer) "y");
    g_assert_cmpint (bw_port_read (port, buf, sizeof buf, 0, NULL, &error), ==, 2);
    g_assert_cmpmem (buf, 2, "yb", 2);
    g_assert_no_error (error);
    /* recordings of old hold what stands in for good */
    g_assert_cmpint (bw_port_read (old, buf, sizeof buf, 0, NULL, &error), ==, 2);
    g_assert_cmpmem (buf, 2, "a+", 2);
}

/* Cut anywhere, a recording is no recording; with any byte changed it may be another one, and
 * playing it does no harm. */
static void
check_hostile (GBytes *recording)
{
    size_t len = 0;
    const uint8_t *good = g_bytes_get_data (recording, &len);

    for (size_t cut = 0; cut < len; cut++) {
        g_autoptr (GBytes) bytes = g_bytes_new (good, cut);
        g_autoptr (GError) error = NULL;

        g_assert_null (bw_port_replay_new (bytes, &error));
        assert_cause (error, BW_CAUSE_UNREADABLE_FILE);
    }
    for (size_t i = 0; i < len * 4; i++) {
        static const uint8_t changes[] = { 0x01, 0x10, 0x3a, 0x80 };
        g_autofree uint8_t *changed = g_memdup2 (good, len);
        g_autoptr (GBytes) bytes = NULL;
        g_autoptr (BwPort) port = NULL;

        changed[i / 4] ^= changes[i % 4];
        bytes = g_bytes_new (changed, len);
        port = bw_port_replay_new (bytes, NULL);
        for (const char *step = "lldrbwrwrwrwrwr"; port != NULL && *step != '\0'; step++) {
            g_autoptr (GError) error = NULL;

            do_what (port, *step, &error);
        }
    }
}

static void
test_hostile (void)
{
    g_autofree char *seen = NULL;
    g_autoptr (GBytes) recording = record (&seen);
    g_autoptr (GBytes) text = bw_recording_unpack (recording, NULL);

    check_hostile (recording);
    check_hostile (text);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/port-replay/same-answers-same-verdict", test_same_verdict);
    g_test_add_func ("/engine/port-replay/divergence-is-told", test_divergence);
    g_test_add_func ("/engine/port-replay/comes-back-as-another", test_comes_back_as_another);
    g_test_add_func ("/engine/port-replay/divergence-names-the-place",
                     test_divergence_names_the_place);
    g_test_add_func ("/engine/port-replay/zeros", test_zeros);
    g_test_add_func ("/engine/port-replay/a-mask-gives-back", test_masked);
    g_test_add_func ("/engine/port-replay/hostile-recordings", test_hostile);
    return g_test_run ();
}
