/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A board on TX, RX and GND alone, whose adapter has DTR and RTS all the same, on a line that does not
 * carry the rate of the station: no reset brings the board back to where it began. Either the loader
 * is talked down to a rate that works, or the person is asked for a hand; that a reset was of any use
 * is never said. */
#include "config.h"

#include <string.h>

#include "bw-cause.h"
#include "driver-scene.h"
#include "hostile-port.h"

/* Frames up to this long come through at any rate, as often as not. */
#define SHORT_BYTES 48u

/* Until a board that was put into its loader has said all it has to say. */
#define BANNER_MS 1000

/* What is said of such a line. */
#define UNFELT "does not notice a reset by DTR and RTS"

struct line {
    BwPort *port; /* set once it is open */
    unsigned carries_baud;
    GRand *chance;
};

static uint32_t
meddle (gpointer user_data, gboolean is_request, const uint8_t *frame, size_t len, GByteArray *wire)
{
    struct line *self = user_data;

    if (bw_port_get_baud (self->port) <= self->carries_baud
        || (len <= SHORT_BYTES && g_rand_boolean (self->chance)))
        return 0;
    for (unsigned i = 1; i < wire->len; i += 1 + (unsigned) g_rand_int_range (self->chance, 0, 32))
        wire->data[i] ^= (uint8_t) g_rand_int_range (self->chance, 1, 256);
    return 0;
}

struct play {
    struct scene scene;
    HostileWiring wiring;
    struct line line;
    const char *name;
    gboolean may_fail;
    gboolean tells; /* that no reset has an effect */
};

/* Either a rate is found that does, or whoever reads the failure knows what to do: a lower rate, or
 * his own hand where only that is left. */
static gboolean
is_well (const struct play *play, const struct scene_outcome *outcome)
{
    gboolean is_told = strstr (outcome->told->str, UNFELT) != NULL;

    if (outcome->is_good)
        return scene_is_good (&play->scene, outcome) && is_told == play->tells;
    return play->may_fail
           && outcome->cause == (is_told ? BW_CAUSE_NO_RESET_LINES : BW_CAUSE_NOISY_LINE);
}

static gboolean
run (const struct play *play, unsigned seed)
{
    g_autoptr (GRand) chance = g_rand_new_with_seed (seed);
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    struct scene_outcome outcome = scene_outcome_begin ();
    struct fake *board = scene_stage (&play->scene);
    struct line line = play->line;
    g_autoptr (BwPort) port = NULL;
    gboolean is_done;

    line.chance = chance;
    line.port = port = hostile_port_open_meddled (board, play->wiring, meddle, &line);
    fake_start (board, play->wiring == HOSTILE_UNWIRED);
    /* what it said when somebody put it into its loader is long gone */
    g_assert_true (bw_port_wait (port, BANNER_MS, cancellable, NULL));
    g_assert_true (bw_port_discard_input (port, cancellable, NULL));
    scene_talk (port, &play->scene, &outcome, cancellable);
    is_done = is_well (play, &outcome);
    if (!is_done || g_getenv ("BW_FAULTS_TELL") != NULL)
        g_print ("%s: %s, seed %u: %s\n%s\n", is_done ? "well" : "not well", play->name, seed,
                 outcome.is_good ? "good" : bw_cause_get_id (outcome.cause), outcome.told->str);
    bw_port_close (port);
    scene_outcome_end (&outcome);
    return is_done;
}

static const struct {
    const char *name;
    const char *chip;
    gboolean has_stub;
} manners[] = {
    { "esp8266 stub", "esp8266", TRUE },
    { "esp32 rom", "esp32", FALSE },
    { "esp32 stub", "esp32", TRUE },
    { "esp32c3 rom", "esp32c3", FALSE },
};

int
main (void)
{
    static const struct {
        const char *name;
        HostileWiring wiring;
        struct line line;
        gboolean may_fail, tells;
    } lines[] = {
        { "good line", HOSTILE_UNWIRED, { .carries_baud = 921600 }, FALSE, TRUE },
        { "slow line", HOSTILE_UNWIRED, { .carries_baud = 230400 }, TRUE, TRUE },
        { "wired", HOSTILE_LINES, { .carries_baud = 230400 }, TRUE, FALSE },
    };
    unsigned n = 0, good = 0;

    g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
    for (unsigned i = 0; i < G_N_ELEMENTS (manners); i++)
        for (unsigned j = 0; j < G_N_ELEMENTS (lines); j++)
            for (unsigned seed = 0; seed < 5; seed++, n++) {
                g_autofree char *name = g_strdup_printf ("%s, %s", manners[i].name, lines[j].name);
                const struct play play = {
                    .scene = { .chip = manners[i].chip,
                               .has_stub = manners[i].has_stub,
                               .work = SCENE_WRITE,
                               .write = { .diff = TRUE, .verify = TRUE, .compress = TRUE },
                               .before = SCENE_OTHER },
                    .wiring = lines[j].wiring,
                    .line = lines[j].line,
                    .name = name,
                    .may_fail = lines[j].may_fail,
                    .tells = lines[j].tells,
                };

                good += run (&play, seed) ? 1 : 0;
            }
    g_print ("%u of %u as they should be\n", good, n);
    return good == n ? 0 : 1;
}
