/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reply with the address of an ESP32 is damaged alike as often as it is asked for in one reading, so
 * that only the check byte beside it gives it away: the second reading takes that away. What is damaged
 * each time is doubted, and what differs from reading to reading is nobody's address. */
#include "config.h"

#include <string.h>

#include "bwp-bytes.h"
#include "bwp-slip.h"
#include "driver-scene.h"
#include "hostile-port.h"

/* A reading asks for each word of it twice. */
#define LOOKS 2
#define ALWAYS 1000
#define REQUESTS_MAX 64
#define FRAME_BYTES_MAX 64

struct line {
    unsigned damaged; /* looks at the lower word that are damaged, from the first on */
    gboolean differs; /* in another bit by each reading */
    unsigned looks;
    uint32_t asked[REQUESTS_MAX]; /* registers whose replies have not come */
    unsigned n_asked;
};

static void
damage (uint8_t flip, const uint8_t *frame, size_t len, GByteArray *wire)
{
    uint8_t changed[FRAME_BYTES_MAX];
    uint8_t out[BWP_SLIP_WORST (FRAME_BYTES_MAX)];
    size_t out_len = 0;

    g_assert_cmpuint (len, <=, sizeof changed);
    memcpy (changed, frame, len);
    changed[4] ^= flip;
    g_assert_cmpint (bwp_slip_encode (changed, len, NULL, 0, out, sizeof out, &out_len), ==,
                     BWP_OK);
    g_byte_array_set_size (wire, 0);
    g_byte_array_append (wire, out, (guint) out_len);
}

static uint32_t
take_asked (struct line *self)
{
    uint32_t address = self->asked[0];

    memmove (self->asked, self->asked + 1, --self->n_asked * sizeof self->asked[0]);
    return address;
}

static uint32_t
meddle (gpointer user_data, gboolean is_request, const uint8_t *frame, size_t len, GByteArray *wire)
{
    struct line *self = user_data;
    unsigned look = 0;

    if (len < BWP_ESP_HEADER_BYTES + 4 - (is_request ? 0 : 2) || frame[1] != BWP_ESP_READ_REG)
        return 0;
    if (is_request) {
        g_assert_cmpuint (self->n_asked, <, REQUESTS_MAX);
        self->asked[self->n_asked++] = bwp_get_u32le (frame + BWP_ESP_HEADER_BYTES);
        return 0;
    }
    if (self->n_asked == 0 || take_asked (self) != bwp_esp_chip_by_name ("esp32")->mac)
        return 0;
    look = self->looks++;
    if (look < self->damaged)
        damage (self->differs ? (uint8_t) (1u << (look / LOOKS % 8)) : 1, frame, len, wire);
    return 0;
}

static struct scene_outcome
run (unsigned damaged, gboolean differs)
{
    const struct scene scene = { .chip = "esp32", .work = SCENE_INFO, .before = SCENE_SAME };
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    struct scene_outcome outcome = scene_outcome_begin ();
    struct fake *board = scene_stage (&scene);
    struct line line = { .damaged = damaged, .differs = differs };
    g_autoptr (BwPort) port = hostile_port_open_meddled (board, HOSTILE_LINES, meddle, &line);

    fake_start (board, FALSE);
    scene_talk (port, &scene, &outcome, cancellable);
    g_assert_cmpuint (line.looks, >=, LOOKS);
    bw_port_close (port);
    return outcome;
}

static char *
get_mac (unsigned damaged, gboolean is_doubtful)
{
    struct scene_outcome outcome = run (damaged, FALSE);
    char *mac = NULL;

    g_assert_true (outcome.is_good);
    g_assert_cmpint (outcome.info->is_mac_doubtful, ==, is_doubtful);
    mac = g_strdup (outcome.info->mac);
    scene_outcome_end (&outcome);
    return mac;
}

static void
test_noise_is_gone_the_second_time (void)
{
    g_autofree char *right = get_mac (0, FALSE);
    g_autofree char *second = get_mac (LOOKS, FALSE);
    g_autofree char *wrong = get_mac (ALWAYS, TRUE);

    g_assert_cmpstr (second, ==, right);
    g_assert_cmpstr (wrong, !=, right);
}

static void
test_what_differs_is_no_address (void)
{
    struct scene_outcome outcome = run (ALWAYS, TRUE);

    g_assert_false (outcome.is_good);
    g_assert_null (outcome.info);
    scene_outcome_end (&outcome);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/driver/mac/noise-is-gone-the-second-time",
                     test_noise_is_gone_the_second_time);
    g_test_add_func ("/driver/mac/what-differs-is-no-address", test_what_differs_is_no_address);
    return g_test_run ();
}
