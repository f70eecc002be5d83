/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bw-port-private.h"
#include "bw-reset.h"
#include "port-peer.h"

/* A port that writes down what is done to it and lets no time pass. */
#define TEST_TYPE_PORT (test_port_get_type ())
G_DECLARE_FINAL_TYPE (TestPort, test_port, TEST, PORT, BwPort)

struct _TestPort {
    BwPort parent_instance;
    BwPortAbilities abilities;
    uint16_t vendor;
    uint16_t product;
    GString *trace;
};

G_DEFINE_FINAL_TYPE (TestPort, test_port, BW_TYPE_PORT)

static gboolean
open_test (BwPort *port, GCancellable *cancellable, GError **error)
{
    TestPort *self = TEST_PORT (port);

    _bw_port_set_abilities (port, self->abilities);
    _bw_port_set_usb_ids (port, self->vendor, self->product);
    return TRUE;
}

static void
close_test (BwPort *port)
{
}

static gboolean
set_lines (BwPort *port, BwPortLines lines, GCancellable *cancellable, GError **error)
{
    g_string_append_printf (TEST_PORT (port)->trace, "%d%d ", (lines & BW_PORT_LINE_DTR) != 0,
                            (lines & BW_PORT_LINE_RTS) != 0);
    return TRUE;
}

static gboolean
wait_test (BwPort *port, uint32_t duration_ms, GCancellable *cancellable, GError **error)
{
    g_string_append_printf (TEST_PORT (port)->trace, "W%u ", duration_ms);
    if (!g_cancellable_is_cancelled (cancellable))
        return TRUE;
    bw_set_error (error, BW_CAUSE_CANCELLED, "cancelled");
    return FALSE;
}

static void
test_port_finalize (GObject *object)
{
    g_string_free (TEST_PORT (object)->trace, TRUE);
    G_OBJECT_CLASS (test_port_parent_class)->finalize (object);
}

static void
test_port_class_init (TestPortClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = test_port_finalize;
    BW_PORT_CLASS (klass)->open = open_test;
    BW_PORT_CLASS (klass)->close = close_test;
    BW_PORT_CLASS (klass)->set_lines = set_lines;
    BW_PORT_CLASS (klass)->wait = wait_test;
}

static void
test_port_init (TestPort *self)
{
    self->trace = g_string_new (NULL);
}

static TestPort *
new_port (BwPortAbilities abilities, uint16_t vendor, uint16_t product)
{
    TestPort *self = g_object_new (TEST_TYPE_PORT, NULL);
    g_autoptr (GError) error = NULL;

    self->abilities = abilities;
    self->vendor = vendor;
    self->product = product;
    self = TEST_PORT (_bw_port_open_new (BW_PORT (self), "test", NULL, NULL, &error));
    g_assert_no_error (error);
    return self;
}

#define TTY (BW_PORT_ABILITY_LOCAL | BW_PORT_ABILITY_LINES | BW_PORT_ABILITY_ATOMIC)
#define REMOTE BW_PORT_ABILITY_LINES

static void
test_choice (void)
{
    static const struct {
        BwPortAbilities abilities;
        uint16_t vendor;
        uint16_t product;
        const char *enter;
        const char *leave;
    } cases[] = {
        { TTY, 0x10c4, 0xea60, "tight tight-slow classic classic-slow ", "hard" },
        { TTY, 0, 0, "tight tight-slow classic classic-slow ", "hard" },
        { TTY, 0x303a, 0x1001, "usb-jtag ", "hard" },
        { TTY, 0x1234, 0x1001, "tight tight-slow classic classic-slow ", "hard" },
        { TTY, 0x303a, 0x0002, "tight tight-slow classic classic-slow ", "hard-native" },
        { TTY, 0x303a, 0x1002, "tight tight-slow classic classic-slow ", "hard" },
        { TTY, 0x10c4, 0xea64, "flow-tight flow-tight-slow flow-classic flow-classic-slow ",
          "hard-flow" },
        { REMOTE, 0, 0, "classic classic-slow ", "hard" },
        { BW_PORT_ABILITY_NONE, 0, 0, "", NULL },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (TestPort) port =
                       new_port (cases[i].abilities, cases[i].vendor, cases[i].product);
        g_autoptr (GString) names = g_string_new (NULL);
        size_t n = 0;
        const struct BwResetStrategy *enter = bw_reset_strategies_for_port (BW_PORT (port), &n);
        const struct BwResetStrategy *leave = bw_reset_to_application_for_port (BW_PORT (port));

        for (size_t k = 0; k < n; k++)
            g_string_append_printf (names, "%s ", enter[k].name);
        g_assert_cmpstr (names->str, ==, cases[i].enter);
        g_assert_cmpstr (leave == NULL ? NULL : leave->name, ==, cases[i].leave);
    }
}

/* By hand from the table of strategies in the reference: DTR, RTS after every step. */
static void
test_sequences (void)
{
    static const struct {
        const char *name;
        const char *trace;
    } cases[] = {
        { "classic", "00 01 W100 11 10 W50 00 " },
        { "classic-slow", "00 01 W100 11 10 W550 00 " },
        { "tight", "00 11 01 W100 10 W50 00 00 " },
        { "tight-slow", "00 11 01 W100 10 W550 00 00 " },
        { "flow-tight", "00 11 01 W100 10 W50 " },
        { "usb-jtag", "00 00 W100 10 10 W100 11 01 01 W100 01 00 " },
        { "hard", "01 W100 00 " },
        { "hard-native", "01 W200 00 W200 " },
        { "hard-flow", "00 01 W100 11 W100 10 " },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (TestPort) port = new_port (TTY, 0, 0);
        g_autoptr (GError) error = NULL;

        g_assert_true (
            bw_reset_run (BW_PORT (port), bw_reset_find (cases[i].name)->steps, NULL, &error));
        g_assert_no_error (error);
        g_assert_cmpstr (port->trace->str, ==, cases[i].trace);
    }
    g_assert_null (bw_reset_find ("no-such"));
    g_assert_null (bw_reset_find (NULL));
}

static void
test_custom (void)
{
    static const char *const bad[] = { "",       "|",
                                       "D",      "D2",
                                       "D11",    "U1",
                                       "U1,2",   "U1,0,",
                                       "W",      "W-1",
                                       "W1e9",   "Winf",
                                       "W0x1",   "W1.2.3",
                                       "W10.1",  "X1",
                                       "D0||R1", "D0|",
                                       " D0",    "d0",
                                       "W.",     "W99999999999999999999" };
    g_autoptr (TestPort) port = new_port (TTY, 0, 0);
    g_autoptr (GError) error = NULL;
    g_autoptr (GString) many = g_string_new ("D0");

    g_assert_true (bw_reset_run (BW_PORT (port), "D0|R1|U1,0|W0.1|W10", NULL, &error));
    g_assert_no_error (error);
    g_assert_cmpstr (port->trace->str, ==, "00 01 10 W100 W10000 ");
    g_string_truncate (port->trace, 0);
    for (size_t i = 0; i < G_N_ELEMENTS (bad); i++) {
        g_test_message ("%s", bad[i]);
        g_assert_false (bw_reset_check (bad[i], &error));
        assert_cause (error, BW_CAUSE_USAGE);
        g_clear_error (&error);
        g_assert_false (bw_reset_run (BW_PORT (port), bad[i], NULL, NULL));
    }
    for (unsigned i = 1; i < BW_RESET_MAX_STEPS; i++)
        g_string_append (many, "|R0");
    g_assert_true (bw_reset_check (many->str, NULL));
    g_string_append (many, "|R0");
    g_assert_false (bw_reset_check (many->str, NULL));
    /* nothing of a wrong sequence was done */
    g_assert_cmpstr (port->trace->str, ==, "");
}

static void
test_cancel (void)
{
    g_autoptr (TestPort) port = new_port (TTY, 0, 0);
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (GError) error = NULL;

    g_cancellable_cancel (cancellable);
    g_assert_false (
        bw_reset_run (BW_PORT (port), bw_reset_find ("hard")->steps, cancellable, &error));
    assert_cause (error, BW_CAUSE_CANCELLED);
    g_assert_cmpstr (port->trace->str, ==, "01 W100 00 ");
}

static void
test_no_lines (void)
{
    g_autoptr (TestPort) port = new_port (BW_PORT_ABILITY_NONE, 0, 0);
    g_autoptr (GError) error = NULL;

    g_assert_false (bw_reset_run (BW_PORT (port), "R1", NULL, &error));
    assert_cause (error, BW_CAUSE_USAGE);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/engine/reset/choice-fits-the-port", test_choice);
    g_test_add_func ("/engine/reset/sequences-are-those-of-the-reference", test_sequences);
    g_test_add_func ("/engine/reset/custom-sequences", test_custom);
    g_test_add_func ("/engine/reset/cancel-releases-the-board", test_cancel);
    g_test_add_func ("/engine/reset/port-without-lines", test_no_lines);
    return g_test_run ();
}
