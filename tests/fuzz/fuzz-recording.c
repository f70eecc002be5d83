/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bw-port-replay.h"
#include "fuzz.h"

/* Reads, writes and sets whatever comes, for a while. */
static void
play (BwPort *port)
{
    char buf[64];

    for (unsigned i = 0; i < 40; i++) {
        g_autoptr (GError) error = NULL;
        gboolean is_done = TRUE;

        switch (i % 8) {
        case 0:
            is_done = bw_port_write (port, buf, 0, 0, NULL, &error)
                      && bw_port_write (port, "123456789", 9, 0, NULL, &error);
            break;
        case 1:
            is_done = bw_port_set_baud (port, 9600, NULL, &error);
            break;
        case 2:
            is_done = bw_port_discard_input (port, NULL, &error);
            break;
        case 3:
            is_done = !bw_port_has_lines (port)
                      || bw_port_set_lines (port, BW_PORT_LINE_DTR, NULL, &error);
            break;
        default:
            is_done = bw_port_read (port, buf, 1 + i, 0, NULL, &error) >= 0;
            break;
        }
        g_assert_cmpint (is_done, ==, error == NULL);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *in, size_t len)
{
    g_autoptr (GBytes) text = g_bytes_new (in, len);
    g_autoptr (GError) error = NULL;
    g_autoptr (BwPort) port = bw_port_replay_new (text, &error);

    g_assert_true ((port == NULL) == (error != NULL));
    if (port != NULL)
        play (port);
    return 0;
}
