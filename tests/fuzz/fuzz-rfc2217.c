/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A server that answers an RFC 2217 client with any bytes and hangs up. */
#include "config.h"

#include "bw-port.h"
#include "fuzz.h"
#include "port-server.h"

typedef struct {
    const uint8_t *data;
    size_t len;
} Answer;

static void
answer (struct server *server)
{
    const Answer *what = server->data;
    char waste[1024];

    serve_bytes (server, what->data, what->len);
    g_socket_shutdown (server->client, FALSE, TRUE, NULL);
    while (g_socket_receive (server->client, waste, sizeof waste, NULL, NULL) > 0)
        ;
}

static void
use (BwPort *port)
{
    char buf[256];
    gboolean is_done =
        bw_port_set_baud (port, 9600, NULL, NULL)
        && (!bw_port_has_lines (port) || bw_port_set_lines (port, BW_PORT_LINE_DTR, NULL, NULL))
        && bw_port_discard_input (port, NULL, NULL)
        && bw_port_write (port, "x\xff", 2, 0, NULL, NULL);

    while (is_done && bw_port_read (port, buf, sizeof buf, 0, NULL, NULL) > 0)
        ;
    bw_port_close (port);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
    Answer what = { data, len };
    struct server server = { .data = &what };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;

    start_server (&server, "rfc2217", answer);
    port = bw_port_open (server.address, NULL, &error);
    g_assert_true ((port == NULL) == (error != NULL));
    if (port != NULL)
        use (port);
    finish_server (&server);
    return 0;
}
