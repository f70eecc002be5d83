/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Digests asked of loaders on a line that delivers a reply twice. Conversations with whole boards are
 * held in tests/integration. */
#include <string.h>

#include "bw-esp-flash.h"
#include "bw-port.h"
#include "port-peer.h"
#include "port-server.h"

#define OP_READ_REG 0x0a
#define OP_MD5 0x13
#define REGION_BYTES 0x1000u

/* One frame without its ends; the requests here hold nothing that is escaped. */
static gboolean
receive_request (struct server *server, uint8_t *ret_frame, size_t size)
{
    size_t len = 0;
    uint8_t byte = 0;

    while (g_socket_receive (server->client, (char *) &byte, 1, NULL, NULL) == 1) {
        if (byte != 0xc0 && len < size)
            ret_frame[len++] = byte;
        else if (byte == 0xc0 && len > 0)
            return TRUE;
    }
    return FALSE;
}

/* The digest of a region is its number, sixteen times. */
static void
send_digest (struct server *server, uint8_t region)
{
    uint8_t reply[28] = { 0xc0, 0x01, OP_MD5, 18 };

    memset (reply + 9, region, 16);
    reply[27] = 0xc0;
    serve_bytes (server, reply, sizeof reply);
}

static void
send_register (struct server *server)
{
    static const uint8_t reply[] = { 0xc0, 0x01, OP_READ_REG, 2, 0, 1, 2, 3, 4, 0, 0, 0xc0 };

    serve_bytes (server, reply, sizeof reply);
}

/* The reply about region 1 comes once more when region 2 is asked for. */
static void
serve_repeated (struct server *server)
{
    unsigned *n_digests = server->data;
    uint8_t frame[64] = { 0 };

    while (receive_request (server, frame, sizeof frame)) {
        uint8_t region = frame[9] >> 4;

        if (frame[1] == OP_READ_REG) {
            send_register (server);
            continue;
        }
        if (region == 2 && *n_digests == 1)
            send_digest (server, 1);
        send_digest (server, region);
        ++*n_digests;
    }
}

static void
assert_digest (BwEspSession *session, uint8_t region, GError **error)
{
    uint8_t wanted[16];
    uint8_t found[16] = { 0 };

    memset (wanted, region, sizeof wanted);
    g_assert_true (
        bw_esp_flash_digest (session, region * REGION_BYTES, REGION_BYTES, found, error));
    g_assert_cmpmem (found, sizeof found, wanted, sizeof wanted);
}

static void
test_repeated_reply (void)
{
    unsigned n_digests = 0;
    struct server server = { .data = &n_digests };
    g_autoptr (BwEspSession) session = NULL;
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;

    start_server (&server, "tcp", serve_repeated);
    port = bw_port_open (server.address, NULL, &error);
    g_assert_no_error (error);
    session = bw_esp_session_new (port, NULL);
    session->is_stub = TRUE;
    bw_esp_link_set_peer (session->link, BWP_ESP_PEER_STUB);
    assert_digest (session, 1, &error);
    assert_digest (session, 2, &error);
    assert_digest (session, 3, &error);
    bw_port_close (port);
    finish_server (&server);
    /* asked for once more was only what looked repeated */
    g_assert_cmpuint (n_digests, ==, 4);
}

/* ---- a ROM takes several questions ahead and answers in hexadecimal ---- */

static void
send_hex_digest (struct server *server, uint8_t region)
{
    uint8_t reply[46] = { 0xc0, 0x01, OP_MD5, 36 };

    for (unsigned i = 0; i < 32; i += 2) {
        reply[9 + i] = '0';
        reply[10 + i] = (uint8_t) ('0' + region);
    }
    reply[45] = 0xc0;
    serve_bytes (server, reply, sizeof reply);
}

static void
send_rom_register (struct server *server)
{
    static const uint8_t reply[] = { 0xc0, 0x01, OP_READ_REG, 4, 0, 1, 2, 3, 4, 0, 0, 0, 0, 0xc0 };

    serve_bytes (server, reply, sizeof reply);
}

/* The reply about region 1 comes twice at first: all later ones are one question late. */
static void
serve_rom_repeated (struct server *server)
{
    unsigned *n_digests = server->data;
    uint8_t frame[64] = { 0 };

    while (receive_request (server, frame, sizeof frame)) {
        if (frame[1] == OP_READ_REG) {
            send_rom_register (server);
            continue;
        }
        if (++*n_digests == 1)
            send_hex_digest (server, 1);
        send_hex_digest (server, frame[9] >> 4);
    }
}

static void
test_repeated_reply_ahead (void)
{
    BwEspQuestion questions[2] = { { 1 * REGION_BYTES, REGION_BYTES, TRUE, { 0 } },
                                   { 2 * REGION_BYTES, REGION_BYTES, TRUE, { 0 } } };
    unsigned n_digests = 0;
    struct server server = { .data = &n_digests };
    g_autoptr (BwEspSession) session = NULL;
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) error = NULL;

    start_server (&server, "tcp", serve_rom_repeated);
    port = bw_port_open (server.address, NULL, &error);
    g_assert_no_error (error);
    session = bw_esp_session_new (port, NULL);
    g_assert_true (bw_esp_flash_digests (session, questions, 2, &error));
    g_assert_cmphex (questions[0].md5[0], ==, 1);
    g_assert_cmphex (questions[1].md5[0], ==, 2);
    /* where nothing hangs on the answer it is not asked for again */
    n_digests = 0;
    questions[0].is_proof = questions[1].is_proof = FALSE;
    g_assert_true (bw_esp_flash_digests (session, questions, 2, &error));
    g_assert_cmphex (questions[1].md5[0], ==, 1);
    bw_port_close (port);
    finish_server (&server);
    g_assert_cmpuint (n_digests, ==, 2);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/driver/esp-flash/repeated-reply", test_repeated_reply);
    g_test_add_func ("/driver/esp-flash/repeated-reply-ahead", test_repeated_reply_ahead);
    return g_test_run ();
}
