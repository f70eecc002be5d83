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

/* What a loader is like, and what it has been asked for. */
typedef struct {
    gboolean is_rom; /* answers in hexadecimal, takes several questions ahead */
    unsigned n_digests;
} Loader;

static void
send_reply (struct server *server, uint8_t op, uint32_t value, const uint8_t *data, size_t len)
{
    const Loader *loader = server->data;
    size_t n_status = loader->is_rom ? 4 : 2;
    uint8_t reply[64] = { 0xc0, 0x01, op, (uint8_t) (len + n_status) };
    size_t end = 9 + len + n_status;

    memcpy (reply + 5, &value, sizeof value);
    if (len > 0)
        memcpy (reply + 9, data, len);
    reply[end] = 0xc0;
    serve_bytes (server, reply, end + 1);
}

/* The digest of a region is @first, and then its number fifteen times. */
static void
send_digest (struct server *server, uint8_t first, uint8_t region)
{
    const Loader *loader = server->data;
    uint8_t md5[16];
    uint8_t hex[32];

    memset (md5, region, sizeof md5);
    md5[0] = first;
    bwp_esp_put_md5_hex (md5, hex);
    if (loader->is_rom)
        send_reply (server, OP_MD5, 0, hex, sizeof hex);
    else
        send_reply (server, OP_MD5, 0, md5, sizeof md5);
}

/* Answers what is no question about a region. */
static gboolean
receive_question (struct server *server, uint8_t *ret_region)
{
    uint8_t frame[64] = { 0 };

    while (receive_request (server, frame, sizeof frame)) {
        if (frame[1] == OP_READ_REG) {
            send_reply (server, OP_READ_REG, 0x04030201, NULL, 0);
            continue;
        }
        *ret_region = frame[9] >> 4;
        return TRUE;
    }
    return FALSE;
}

/* The reply about region 1 comes once more when region 2 is asked for. */
static void
serve_repeated (struct server *server)
{
    Loader *loader = server->data;
    uint8_t region = 0;

    while (receive_question (server, &region)) {
        if (region == 2 && loader->n_digests == 1)
            send_digest (server, 1, 1);
        send_digest (server, region, region);
        loader->n_digests++;
    }
}

/* The reply about region 1 comes twice at first: all later ones are one question late. */
static void
serve_late (struct server *server)
{
    Loader *loader = server->data;
    uint8_t region = 0;

    while (receive_question (server, &region)) {
        if (++loader->n_digests == 1)
            send_digest (server, 1, 1);
        send_digest (server, region, region);
    }
}

static BwEspSession *
connect_to (struct server *server, void (*serve) (struct server *server), GError **error)
{
    const Loader *loader = server->data;
    g_autoptr (BwPort) port = NULL;
    BwEspSession *session = NULL;

    start_server (server, "tcp", serve);
    port = bw_port_open (server->address, NULL, error);
    if (port == NULL)
        return NULL;
    session = bw_esp_session_new (port, NULL);
    session->is_stub = !loader->is_rom;
    if (!loader->is_rom)
        bw_esp_link_set_peer (session->link, BWP_ESP_PEER_STUB);
    return session;
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
    Loader loader = { 0 };
    struct server server = { .data = &loader };
    g_autoptr (GError) error = NULL;
    g_autoptr (BwEspSession) session = connect_to (&server, serve_repeated, &error);

    g_assert_no_error (error);
    assert_digest (session, 1, &error);
    assert_digest (session, 2, &error);
    assert_digest (session, 3, &error);
    bw_port_close (session->port);
    finish_server (&server);
    /* asked for once more was only what looked repeated */
    g_assert_cmpuint (loader.n_digests, ==, 4);
}

static void
test_repeated_reply_ahead (void)
{
    BwEspQuestion questions[2] = {
        { .offset = 1 * REGION_BYTES, .size = REGION_BYTES, .is_proof = TRUE },
        { .offset = 2 * REGION_BYTES, .size = REGION_BYTES, .is_proof = TRUE }
    };
    Loader loader = { .is_rom = TRUE };
    struct server server = { .data = &loader };
    g_autoptr (GError) error = NULL;
    g_autoptr (BwEspSession) session = connect_to (&server, serve_late, &error);

    g_assert_no_error (error);
    g_assert_true (bw_esp_flash_digests (session, questions, 2, &error));
    g_assert_cmphex (questions[0].md5[0], ==, 1);
    g_assert_cmphex (questions[1].md5[0], ==, 2);
    /* where nothing hangs on the answer it is not asked for again */
    loader.n_digests = 0;
    questions[0].is_proof = questions[1].is_proof = FALSE;
    g_assert_true (bw_esp_flash_digests (session, questions, 2, &error));
    g_assert_cmphex (questions[1].md5[0], ==, 1);
    bw_port_close (session->port);
    finish_server (&server);
    g_assert_cmpuint (loader.n_digests, ==, 2);
}

/* Regions 1 and 2 begin alike, in as many bytes as a recording keeps; no two others do. */
static void
serve_alike (struct server *server)
{
    Loader *loader = server->data;
    uint8_t region = 0;

    while (receive_question (server, &region)) {
        uint8_t md5[16] = { region < 3 ? 1 : region, 1, 1, 1, region };

        send_reply (server, OP_MD5, 0, md5, sizeof md5);
        loader->n_digests++;
    }
}

/* What plays a recording sees no more of a digest than its beginning, and has to ask as often. */
static void
test_digests_that_begin_alike (void)
{
    Loader loader = { 0 };
    struct server server = { .data = &loader };
    g_autoptr (GError) error = NULL;
    g_autoptr (BwEspSession) session = connect_to (&server, serve_alike, &error);
    uint8_t md5[16];

    g_assert_no_error (error);
    for (uint32_t region = 1; region <= 3; region++)
        g_assert_true (
            bw_esp_flash_digest (session, region * REGION_BYTES, REGION_BYTES, md5, &error));
    bw_port_close (session->port);
    finish_server (&server);
    g_assert_cmpuint (loader.n_digests, ==, 4);
}

/* Every region is alike. */
static void
serve_same (struct server *server)
{
    Loader *loader = server->data;
    uint8_t region = 0;

    while (receive_question (server, &region)) {
        send_digest (server, 1, 1);
        loader->n_digests++;
    }
}

/* Asks about @n regions that are all alike, with something else after each if @has_turns. */
static void
check_alike (uint32_t n, gboolean has_turns, unsigned n_expected)
{
    Loader loader = { 0 };
    struct server server = { .data = &loader };
    g_autoptr (GError) error = NULL;
    g_autoptr (BwEspSession) session = connect_to (&server, serve_same, &error);
    uint32_t value = 0;
    uint8_t md5[16];

    g_assert_no_error (error);
    for (uint32_t region = 1; region <= n; region++) {
        g_assert_true (
            bw_esp_flash_digest (session, region * REGION_BYTES, REGION_BYTES, md5, &error));
        g_assert_true (!has_turns
                       || bw_esp_link_read_reg (session->link, 0x40001000, &value, &error));
    }
    bw_port_close (session->port);
    finish_server (&server);
    g_assert_cmpuint (loader.n_digests, ==, n_expected);
}

/* An older reply that is still on its way comes before one to something else. */
static void
test_alike_after_something_else (void)
{
    check_alike (3, TRUE, 3);
}

/* What was asked for again is an older one for the next. */
static void
test_alike_in_a_row (void)
{
    check_alike (3, FALSE, 5);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/driver/esp-flash/repeated-reply", test_repeated_reply);
    g_test_add_func ("/driver/esp-flash/repeated-reply-ahead", test_repeated_reply_ahead);
    g_test_add_func ("/driver/esp-flash/digests-that-begin-alike", test_digests_that_begin_alike);
    g_test_add_func ("/driver/esp-flash/alike-after-something-else",
                     test_alike_after_something_else);
    g_test_add_func ("/driver/esp-flash/alike-in-a-row", test_alike_in_a_row);
    return g_test_run ();
}
