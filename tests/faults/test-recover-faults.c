/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A board that restarts in the middle, and a reply that is damaged or lost while the driver prepares
 * it again: two troubles, the second at each place of the recovery from the first. Whoever answers,
 * and wherever it happens, the work ends good, and is so in the flash. */
#include "config.h"

#include "bw-cause.h"
#include "driver-scene.h"
#include "hostile-port.h"

/* Replies, of a recovery at least. */
#define RECOVERY_REPLIES 60

/* Entries of a script, as in hostile-port.c: what to do to a reply, how many go before, and how. */
#define KIND_CHANGE 0
#define KIND_DROP 2
#define KIND_RESET 9
/* The sixth byte of twelve, which is in the value. */
#define IN_VALUE 107

static const struct scene scenes[] = {
    { .chip = "esp8266" },
    { .chip = "esp32" },
    { .chip = "esp32c3" },
    { .chip = "esp32", .has_stub = TRUE },
};

/* In identifying, in comparing or sending a stub, in writing. */
static const uint8_t restarts[] = { 20, 35, 62, 116 };

static gboolean
play (const struct scene *scene, uint8_t restart, uint8_t kind, uint8_t reply)
{
    const uint8_t script[] = { KIND_RESET, restart, 0, 0, kind, reply, IN_VALUE, 0x10 };
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    struct scene_outcome outcome = scene_outcome_begin ();
    struct fake *board = scene_stage (scene);
    g_autoptr (BwPort) port =
                   hostile_port_open (board, HOSTILE_LINES, script, sizeof script, cancellable);
    gboolean is_good;

    fake_start (board, FALSE);
    scene_talk (port, scene, &outcome, cancellable);
    is_good =
        outcome.is_good && scene_is_good (scene, &outcome) && scene_is_rest_kept (scene, &outcome);
    if (!is_good)
        g_print ("%s%s, restart at reply %u, %s reply %u behind it: %s\n%s\n", scene->chip,
                 scene->has_stub ? " with stub" : "", restart,
                 kind == KIND_DROP ? "lost" : "damaged", reply,
                 outcome.is_good ? "FALSE GOOD" : bw_cause_get_id (outcome.cause),
                 outcome.told->str);
    bw_port_close (port);
    scene_outcome_end (&outcome);
    return is_good;
}

static unsigned
play_scene (const struct scene *scene, unsigned *n)
{
    unsigned good = 0;

    for (unsigned i = 0; i < G_N_ELEMENTS (restarts); i++)
        for (uint8_t reply = 0; reply < RECOVERY_REPLIES; reply++) {
            good += play (scene, restarts[i], KIND_CHANGE, reply) ? 1 : 0;
            good += play (scene, restarts[i], KIND_DROP, reply) ? 1 : 0;
            *n += 2;
        }
    return good;
}

int
main (void)
{
    unsigned n = 0, good = 0;

    g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
    for (unsigned i = 0; i < G_N_ELEMENTS (scenes); i++) {
        struct scene scene = scenes[i];

        scene.work = SCENE_WRITE;
        scene.write = (BwWriteOptions){ .diff = TRUE, .verify = TRUE, .compress = TRUE };
        scene.before = SCENE_OTHER;
        good += play_scene (&scene, &n);
    }
    g_print ("%u of %u overcome\n", good, n);
    return good == n ? 0 : 1;
}
