/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole conversation of the driver with a board that is hostile, or broken, or badly wired: the
 * first bytes say what board it is and what is done with it, the rest is a script of what goes wrong
 * (hostile-port.h). Whatever happens: what ends well is so in the flash, what was not to be touched
 * is as before, what fails has a name, and nothing waits for ever. With BW_FUZZ_TELL set it says what
 * each conversation came to. */
#include "config.h"

#include <string.h>

#include "driver-scene.h"
#include "fuzz.h"
#include "hostile-port.h"

#define HEADER_BYTES 4
/* The longest a board may keep us by what it says and does, in its own time. */
#define LONGEST_US (60 * 60 * (int64_t) G_USEC_PER_SEC)

/* What the first bytes of the input say. */
struct opening {
    struct scene scene;
    unsigned fault; /* see add_fault() */
    unsigned fault_number;
    gboolean is_bare; /* neither lines nor a rate */
};

static struct opening
read_opening (const uint8_t in[HEADER_BYTES])
{
    static const char *const chips[] = { "esp32",   "esp32c3", "esp32s3", "esp8266",
                                         "esp32s2", "esp32c6", "esp32",   "esp8266" };
    static const enum fw_usb usbs[] = { FW_USB_NONE, FW_USB_NONE, FW_USB_JTAG, FW_USB_OTG };
    static const enum scene_work works[] = { SCENE_WRITE, SCENE_VERIFY, SCENE_READ, SCENE_ERASE };
    static const enum scene_flash flashes[] = { SCENE_BLANK, SCENE_SAME, SCENE_NEARLY,
                                                SCENE_OTHER };

    return (struct opening){
        .scene = { .chip = chips[in[0] % 8],
                   .has_stub = (in[0] & 8) != 0,
                   .generation = (in[0] & 16) != 0 ? FW_STUB_2 : FW_STUB_1,
                   .usb = usbs[in[0] >> 5 & 3],
                   .work = works[in[1] & 3],
                   .write = { .diff = (in[1] & 4) == 0,
                              .compress = (in[1] & 8) == 0,
                              .erase_all = (in[1] & 16) != 0,
                              .verify = (in[1] & 32) == 0 },
                   .before = flashes[in[1] >> 6] },
        .is_bare = (in[0] & 128) != 0,
        .fault = in[2],
        .fault_number = in[3],
    };
}

static void
add_fault (struct fake *board, const struct opening *opening)
{
    static const struct {
        const char *head; /* of the fault's text, before the number if it ends in 0x */
        const char *tail;
    } kinds[] = {
        { "stuck=0x", "10:3" },   { "readonly-sector=0x", "000" },
        { "lost-reply=0x", "" },  { "bad-checksum=0x", "" },
        { "power-cut=0x", "" },   { "power-cut-inside=0x", "" },
        { "chatter", "" },        { "double-end", "" },
        { "drowsy", "" },         { "no-en-capacitor", "" },
        { "autobaud=0x", "000" }, { "panic", "" },
    };
    g_autofree char *number = g_strdup_printf ("%x", opening->fault_number);
    g_autofree char *spec = NULL;

    if (opening->fault == 0 || opening->fault > G_N_ELEMENTS (kinds))
        return;
    spec = g_strconcat (kinds[opening->fault - 1].head,
                        g_str_has_suffix (kinds[opening->fault - 1].head, "0x") ? number : "",
                        kinds[opening->fault - 1].tail, NULL);
    g_assert_cmpint (fw_faults_add (&board->faults, spec), ==, BWP_OK);
}

/* An ESP8266's ROM has neither checksums nor digests: twice the same lie is believed there. */
static gboolean
can_prove (const struct scene *scene, HostileDeeds deeds)
{
    return scene->has_stub || !g_str_equal (scene->chip, "esp8266")
           || (deeds & (HOSTILE_REQUESTS | HOSTILE_REPLIES)) == 0;
}

int
LLVMFuzzerTestOneInput (const uint8_t *in, size_t len)
{
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (BwPort) port = NULL;
    struct fake *board;
    struct scene_outcome outcome;
    struct opening opening;
    HostileDeeds deeds;
    int64_t began_us;

    if (len < HEADER_BYTES)
        return 0;
    g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
    opening = read_opening (in);
    board = scene_stage (&opening.scene);
    add_fault (board, &opening);
    outcome = scene_outcome_begin ();
    port = hostile_port_open (board, opening.is_bare ? HOSTILE_BARE : HOSTILE_LINES,
                              in + HEADER_BYTES, len - HEADER_BYTES, cancellable);
    began_us = hostile_clock_us ();
    fake_start (board, opening.is_bare);
    scene_talk (port, &opening.scene, &outcome, cancellable);
    g_assert_cmpint (hostile_clock_us () - began_us, <, LONGEST_US);
    deeds = hostile_port_get_deeds (port);
    if (outcome.is_good && can_prove (&opening.scene, deeds))
        g_assert_true (scene_is_good (&opening.scene, &outcome));
    if ((deeds & HOSTILE_REQUESTS) == 0)
        g_assert_true (scene_is_rest_kept (&opening.scene, &outcome));
    scene_check_replay (port, &opening.scene, &outcome, cancellable);
    if (g_getenv ("BW_FUZZ_TELL") != NULL)
        g_print ("%s %s after %" G_GINT64_FORMAT " ms\n%s\n", opening.scene.chip,
                 outcome.is_good ? "good" : "bad", (hostile_clock_us () - began_us) / 1000,
                 outcome.told->str);
    scene_outcome_end (&outcome);
    bw_port_close (port);
    return 0;
}
