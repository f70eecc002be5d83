/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bw-esp-mask.h"
#include "bw-port-replay.h"
#include "bw-recording.h"
#include "bwp-esp-command.h"
#include "fuzz.h"
#include "talking-port.h"

static void
expect (BwEspMask *mask, uint8_t what)
{
    static const uint8_t md5[BW_ESP_MD5_BYTES] = "0123456789abcdef";
    BwEspMaskWord word = { .expected = 0x01020304u * what,
                           .known = UINT32_MAX,
                           .is_content = what % 8 == 7 };
    BwEspQuestion question = { .size = what, .has_wanted = TRUE };
    GArray *words = NULL;

    switch (what % 4) {
    case 0:
        bw_esp_mask_set_reading (mask, TRUE);
        bw_esp_mask_begin (mask, what * 16u);
        bw_esp_mask_set_digest (mask, md5);
        break;
    case 1:
        memcpy (question.wanted, md5, sizeof md5);
        bw_esp_mask_begin_digests (mask, &question, 1);
        break;
    default:
        words = g_array_new (FALSE, FALSE, sizeof word);
        for (unsigned i = 0; i < what; i++)
            g_array_append_val (words, word);
        bw_esp_mask_begin_words (mask, words, 0x3a3a3a3a);
        break;
    }
}

/* Returns (transfer full): all that was read. */
static GBytes *
read_all (BwPort *port, size_t piece, uint8_t what)
{
    g_autoptr (BwEspMask) mask = bw_esp_mask_new (port);
    g_autoptr (GError) error = NULL;
    GByteArray *all = g_byte_array_new ();
    uint8_t buf[256];
    ssize_t n = 0;

    expect (mask, what);
    while ((n = bw_port_read (port, buf, piece, 0, NULL, &error)) > 0)
        g_byte_array_append (all, buf, (guint) n);
    g_assert_no_error (error);
    bw_esp_mask_end (mask);
    return g_byte_array_free_to_bytes (all);
}

/* Words are expected, none of them is secret, and no reply has a word left over. */
static gboolean
is_exact (const uint8_t *in, size_t len)
{
    return in[0] % 4 >= 2 && in[0] % 8 != 7 && memchr (in + 2, BWP_ESP_WRITE_REG, len - 2) == NULL;
}

/* Whatever comes: what is recorded is a recording, plays to its end, and where words are expected to
 * just what came. The first two bytes say what is awaited. */
int
LLVMFuzzerTestOneInput (const uint8_t *in, size_t len)
{
    g_autoptr (BwPort) port = NULL;
    g_autoptr (BwPort) again = NULL;
    g_autoptr (GBytes) packed = NULL;
    g_autoptr (GBytes) heard = NULL;
    g_autoptr (GBytes) replayed = NULL;
    g_autoptr (GError) error = NULL;

    if (len < 2 || len > BW_RECORDING_MAX_BYTES / 4)
        return 0;
    port = talking_port_open ();
    talking_port_say (port, in + 2, len - 2);
    heard = read_all (port, 1u + in[1], in[0]);
    packed = bw_port_get_recording (port);
    again = bw_port_replay_new (packed, &error);
    g_assert_no_error (error);
    if (bw_port_replay_is_cut (again))
        return 0;
    replayed = read_all (again, 1u + in[1], in[0]);
    g_assert_true (bw_port_replay_is_finished (again));
    if (is_exact (in, len)) {
        if (!g_bytes_equal (heard, replayed)) {
            g_file_set_contents ("/tmp/fz.in", (char *) in, len, NULL);
            g_file_set_contents ("/tmp/fz.rec", g_bytes_get_data (packed, NULL),
                                 g_bytes_get_size (packed), NULL);
        }
        g_assert_true (g_bytes_equal (heard, replayed));
    }
    return 0;
}
