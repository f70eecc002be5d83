/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bw-esp-mask.h"
#include "bw-port-replay.h"
#include "bw-recording.h"
#include "fuzz.h"

static BwPort *
open_saying (const uint8_t *in, size_t len)
{
    g_autoptr (GString) text = g_string_new ("boardwalk-recording 2\nport 0000:0000\n");
    g_autoptr (GBytes) recording = NULL;
    g_autoptr (GError) error = NULL;
    BwPort *port = NULL;

    for (size_t i = 0; i < len; i++)
        g_string_append_printf (text, "%s%02x", i == 0 ? "- R" : "", in[i]);
    g_string_append (text, len > 0 ? " T1\nend\n" : "- T1\nend\n");
    recording = g_bytes_new (text->str, text->len);
    port = bw_port_replay_new (recording, &error);
    g_assert_no_error (error);
    return port;
}

static void
read_all (BwPort *port, size_t piece)
{
    g_autoptr (GError) error = NULL;
    uint8_t buf[256];

    while (bw_port_read (port, buf, piece, 0, NULL, &error) > 0)
        ;
    g_assert_no_error (error);
}

/* Whatever comes: what is recorded is a recording. The first two bytes say what is awaited. */
int
LLVMFuzzerTestOneInput (const uint8_t *in, size_t len)
{
    static const uint8_t md5[BW_ESP_MD5_BYTES] = "0123456789abcdef";
    g_autoptr (BwPort) port = NULL;
    g_autoptr (BwEspMask) mask = NULL;
    g_autoptr (GBytes) packed = NULL;
    g_autoptr (BwRecording) recording = NULL;

    if (len < 2 || len > BW_RECORDING_MAX_BYTES / 4)
        return 0;
    port = open_saying (in + 2, len - 2);
    mask = bw_esp_mask_new (port);
    bw_esp_mask_begin (mask, in[0] * 16u);
    bw_esp_mask_set_digest (mask, md5, in[0] * 16u);
    read_all (port, 1u + in[1]);
    bw_esp_mask_end (mask);
    packed = bw_port_get_recording (port);
    recording = bw_recording_parse (packed, NULL);
    g_assert_nonnull (recording);
    return 0;
}
