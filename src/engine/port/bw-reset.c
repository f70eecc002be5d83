/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-reset"
#include "config.h"

#include "bw-reset.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MS_PER_S 1000.0

/* Steps that the tables share; the slow ones give a board with a large capacitor on EN its time. */
#define CLASSIC_ENTER "D0|R1|W0.1|D1|R0"
#define TIGHT_ENTER "U0,0|U1,1|U0,1|W0.1|U1,0"
#define FAST "|W0.05"
#define SLOW "|W0.55"
#define CLASSIC_END "|D0"
#define TIGHT_END "|U0,0|D0"

/* Both lines change at once: no moment in which the strap is seen in the wrong state. */
static const struct BwResetStrategy local[] = {
    { "tight", TIGHT_ENTER FAST TIGHT_END },
    { "tight-slow", TIGHT_ENTER SLOW TIGHT_END },
    { "classic", CLASSIC_ENTER FAST CLASSIC_END },
    { "classic-slow", CLASSIC_ENTER SLOW CLASSIC_END },
};

/* An adapter with flow control takes a released DTR for "stop": it stays asserted. */
static const struct BwResetStrategy flow_control[] = {
    { "flow-tight", TIGHT_ENTER FAST },
    { "flow-tight-slow", TIGHT_ENTER SLOW },
    { "flow-classic", CLASSIC_ENTER FAST },
    { "flow-classic-slow", CLASSIC_ENTER SLOW },
};

/* Over a network two lines cannot change at once. */
static const struct BwResetStrategy remote[] = {
    { "classic", CLASSIC_ENTER FAST CLASSIC_END },
    { "classic-slow", CLASSIC_ENTER SLOW CLASSIC_END },
};

static const struct BwResetStrategy usb_jtag[] = {
    { "usb-jtag", "R0|D0|W0.1|D1|R0|W0.1|R1|D0|R1|W0.1|D0|R0" },
};

static const struct BwResetStrategy to_application[] = {
    { "hard", "R1|W0.1|R0" },
    { "hard-native", "R1|W0.2|R0|W0.2" },
    { "hard-flow", "D0|R1|W0.1|D1|W0.1|R0" },
};

enum {
    HARD,
    HARD_NATIVE,
    HARD_FLOW,
};

#define USB_ANY 0

/* Which adapter needs something else than the rest; product 0 stands for any. First match wins. */
static const struct {
    uint16_t vendor;
    uint16_t product;
    const struct BwResetStrategy *enter;
    size_t n_enter;
    int leave;
    BwPortLines rest;
} adapters[] = {
    { 0x303a, 0x1001, usb_jtag, G_N_ELEMENTS (usb_jtag), HARD, BW_PORT_LINES_NONE },
    { 0x303a, 0x1002, local, G_N_ELEMENTS (local), HARD, BW_PORT_LINES_NONE },
    { 0x303a, USB_ANY, local, G_N_ELEMENTS (local), HARD_NATIVE, BW_PORT_LINES_NONE },
    { 0x10c4, 0xea64, flow_control, G_N_ELEMENTS (flow_control), HARD_FLOW, BW_PORT_LINE_DTR },
};

static int
find_adapter (BwPort *port)
{
    uint16_t vendor = bw_port_get_usb_vendor (port);
    uint16_t product = bw_port_get_usb_product (port);

    for (size_t i = 0; i < G_N_ELEMENTS (adapters); i++)
        if (adapters[i].vendor == vendor
            && (adapters[i].product == product || adapters[i].product == USB_ANY))
            return (int) i;
    return -1;
}

const struct BwResetStrategy *
bw_reset_strategies_for_port (BwPort *port, size_t *ret_n)
{
    int adapter = -1;

    g_return_val_if_fail (BW_IS_PORT (port) && ret_n != NULL, NULL);
    *ret_n = 0;
    if (!bw_port_has_lines (port))
        return NULL;
    adapter = find_adapter (port);
    if (adapter >= 0) {
        *ret_n = adapters[adapter].n_enter;
        return adapters[adapter].enter;
    }
    if (bw_port_has_atomic_lines (port)) {
        *ret_n = G_N_ELEMENTS (local);
        return local;
    }
    *ret_n = G_N_ELEMENTS (remote);
    return remote;
}

const struct BwResetStrategy *
bw_reset_to_application_for_port (BwPort *port)
{
    int adapter = -1;

    g_return_val_if_fail (BW_IS_PORT (port), NULL);
    if (!bw_port_has_lines (port))
        return NULL;
    adapter = find_adapter (port);
    return &to_application[adapter >= 0 ? adapters[adapter].leave : HARD];
}

BwPortLines
bw_reset_get_rest_lines (BwPort *port)
{
    int adapter = -1;

    g_return_val_if_fail (BW_IS_PORT (port), BW_PORT_LINES_NONE);
    adapter = bw_port_has_lines (port) ? find_adapter (port) : -1;
    return adapter >= 0 ? adapters[adapter].rest : BW_PORT_LINES_NONE;
}

const struct BwResetStrategy *
bw_reset_find (const char *name)
{
    static const struct {
        const struct BwResetStrategy *rows;
        size_t n;
    } tables[] = {
        { local, G_N_ELEMENTS (local) },
        { flow_control, G_N_ELEMENTS (flow_control) },
        { usb_jtag, G_N_ELEMENTS (usb_jtag) },
        { to_application, G_N_ELEMENTS (to_application) },
    };

    for (size_t t = 0; t < G_N_ELEMENTS (tables); t++)
        for (size_t i = 0; i < tables[t].n; i++)
            if (g_strcmp0 (tables[t].rows[i].name, name) == 0)
                return &tables[t].rows[i];
    return NULL;
}

struct step {
    BwPortLines mask;  /* the lines it touches; none: it waits */
    BwPortLines lines; /* what they become */
    uint32_t wait_ms;
};

static gboolean
parse_bit (char c, BwPortLines line, struct step *step)
{
    if (c != '0' && c != '1')
        return FALSE;
    step->mask |= line;
    step->lines |= c == '1' ? line : BW_PORT_LINES_NONE;
    return TRUE;
}

static gboolean
parse_wait (const char *text, struct step *step)
{
    char *end = NULL;
    double seconds = 0;

    /* strtod would also take signs, hex, "inf" and "nan" */
    if (*text == '\0' || strspn (text, "0123456789.") != strlen (text))
        return FALSE;
    seconds = g_ascii_strtod (text, &end);
    if (*end != '\0' || end == text || seconds * MS_PER_S > BW_RESET_MAX_WAIT_MS)
        return FALSE;
    step->wait_ms = (uint32_t) (seconds * MS_PER_S + 0.5);
    return TRUE;
}

static gboolean
parse_step (const char *text, struct step *ret_step)
{
    *ret_step = (struct step){ 0 };
    switch (text[0]) {
    case 'D':
        return parse_bit (text[1], BW_PORT_LINE_DTR, ret_step) && text[2] == '\0';
    case 'R':
        return parse_bit (text[1], BW_PORT_LINE_RTS, ret_step) && text[2] == '\0';
    case 'U':
        return parse_bit (text[1], BW_PORT_LINE_DTR, ret_step) && text[2] == ','
               && parse_bit (text[3], BW_PORT_LINE_RTS, ret_step) && text[4] == '\0';
    case 'W':
        return parse_wait (text + 1, ret_step);
    default:
        return FALSE;
    }
}

/* Gives NULL and an error if any step is wrong. */
static GArray *
parse (const char *steps, GError **error)
{
    g_auto (GStrv) texts = g_strsplit (steps, "|", BW_RESET_MAX_STEPS + 1);
    g_autoptr (GArray) parsed = g_array_new (FALSE, FALSE, sizeof (struct step));

    if (g_strv_length (texts) > BW_RESET_MAX_STEPS) {
        bw_set_error (error, BW_CAUSE_USAGE, _ ("a reset sequence has at most %u steps"),
                      BW_RESET_MAX_STEPS);
        return NULL;
    }
    for (char **text = texts; *text != NULL; text++) {
        struct step step;

        if (!parse_step (*text, &step)) {
            bw_set_error (error, BW_CAUSE_USAGE, _ ("\"%s\" is no step of a reset sequence"),
                          *text);
            return NULL;
        }
        g_array_append_val (parsed, step);
    }
    if (parsed->len > 0)
        return g_steal_pointer (&parsed);
    bw_set_error (error, BW_CAUSE_USAGE, _ ("the reset sequence is empty"));
    return NULL;
}

gboolean
bw_reset_check (const char *steps, GError **error)
{
    g_autoptr (GArray) parsed = NULL;

    g_return_val_if_fail (steps != NULL, FALSE);
    parsed = parse (steps, error);
    return parsed != NULL;
}

static gboolean
do_step (BwPort *port, const struct step *step, GCancellable *cancellable, GError **error)
{
    BwPortLines lines = (bw_port_get_lines (port) & ~step->mask) | step->lines;

    if (step->mask == BW_PORT_LINES_NONE)
        return bw_port_wait (port, step->wait_ms, cancellable, error);
    return bw_port_set_lines (port, lines, cancellable, error);
}

gboolean
bw_reset_run (BwPort *port, const char *steps, GCancellable *cancellable, GError **error)
{
    g_autoptr (GArray) parsed = NULL;

    g_return_val_if_fail (BW_IS_PORT (port) && steps != NULL, FALSE);
    parsed = parse (steps, error);
    if (parsed == NULL)
        return FALSE;
    for (unsigned i = 0; i < parsed->len; i++) {
        if (do_step (port, &g_array_index (parsed, struct step, i), cancellable, error))
            continue;
        /* a board must not be left held in reset; that this fails as well tells nothing new */
        if (g_cancellable_is_cancelled (cancellable)
            && !bw_port_set_lines (port, bw_reset_get_rest_lines (port), NULL, NULL))
            g_debug ("lines not released after a cancelled reset");
        return FALSE;
    }
    return TRUE;
}
