/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A link against peers that mean no good: whatever they send and however much of it, each wait ends
 * at its deadline. */
#include <string.h>

#include "bw-esp-link.h"
#include "port-peer.h"
#include "port-server.h"
#include "talking-port.h"

/* Two tries of a tenth of a second with a pause: what comes without end keeps a processor busy for so
 * long at most, however long that takes on a busy machine. */
#define SYNC_LIMIT_US (2 * G_USEC_PER_SEC)

static const uint8_t sync_reply[] = { 0xc0, 0x01, 0x08, 0x04, 0x00, 0x07, 0x07,
                                      0x12, 0x20, 0x00, 0x00, 0x00, 0x00, 0xc0 };
/* a whole frame, but the reply to a request that does not exist */
static const uint8_t other_reply[] = { 0xc0, 0x01, 0x55, 0x04, 0x00, 0x00, 0x00,
                                       0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xc0 };

static void
serve_noise (struct server *server)
{
    serve_without_end (server, "\x55 noise \x80", 9);
}

static void
serve_open_frame (struct server *server)
{
    serve_bytes (server, "\xc0", 1);
    serve_without_end (server, "\x01\x08", 2);
}

static void
serve_frames (struct server *server)
{
    uint8_t frames[BWP_ESP_REPLY_TRIES / 2][sizeof other_reply];

    memcpy (frames[0], sync_reply, sizeof sync_reply);
    for (unsigned i = 1; i < G_N_ELEMENTS (frames); i++)
        memcpy (frames[i], other_reply, sizeof other_reply);
    serve_without_end (server, frames, sizeof frames);
}

static void
serve_other_frames (struct server *server)
{
    serve_without_end (server, other_reply, sizeof other_reply);
}

/* Heard of who talks without end: at first what a line may bring, then little each time. */
#define HEARD_FIRST 8192
#define HEARD_EACH_TIME 4096
#define HEARD_LATER 128
#define MANY_TRIES 12

static void
check_sync (void (*serve) (struct server *), gboolean is_answered)
{
    struct server server = { 0 };
    struct watchdog watchdog = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (BwEspLink) link = NULL;
    g_autoptr (GError) error = NULL;
    int64_t start_us = 0;

    start_server (&server, "tcp", serve);
    port = bw_port_open (server.address, NULL, &error);
    g_assert_no_error (error);
    start_watchdog (&watchdog);
    link = bw_esp_link_new (port);
    bw_esp_link_set_cancellable (link, watchdog.cancellable);
    start_us = get_thread_cpu_us ();
    g_assert_cmpint (bw_esp_link_sync (link, 2, NULL, &error), ==, is_answered);
    if (!is_answered)
        assert_cause (error, BW_CAUSE_GARBAGE);
    g_assert_cmpint (get_thread_cpu_us () - start_us, <, SYNC_LIMIT_US);
    stop_watchdog (&watchdog);
    bw_port_close (port);
    finish_server (&server);
}

static void
test_noise (void)
{
    check_sync (serve_noise, FALSE);
}

static void
test_talk_without_end (void)
{
    struct server server = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (BwEspLink) link = NULL;
    g_autoptr (GError) error = NULL;
    uint64_t count;

    start_server (&server, "tcp", serve_noise);
    port = bw_port_open (server.address, NULL, &error);
    g_assert_no_error (error);
    link = bw_esp_link_new (port);
    g_assert_false (bw_esp_link_sync (link, MANY_TRIES, NULL, &error));
    assert_cause (error, BW_CAUSE_GARBAGE);
    count = bw_esp_evidence_count (bw_esp_link_get_evidence (link));
    g_assert_cmpuint (count, >, HEARD_FIRST);
    g_assert_cmpuint (count, <, HEARD_FIRST + HEARD_EACH_TIME + MANY_TRIES * HEARD_LATER);
    bw_port_close (port);
    finish_server (&server);
}

static void
test_open_frame (void)
{
    check_sync (serve_open_frame, FALSE);
}

static void
test_frames (void)
{
    check_sync (serve_frames, TRUE);
}

static void
test_other_frames (void)
{
    check_sync (serve_other_frames, FALSE);
}

#define SYNC_REPLIES 8
#define VALUE_AT 5

/* All replies to one SYNC; one of them, in the middle, is damaged. */
static void
serve_replies (struct server *server, const uint8_t value[4], uint8_t damage)
{
    uint8_t replies[SYNC_REPLIES][sizeof sync_reply];
    uint8_t byte = 0;

    for (unsigned i = 0; i < SYNC_REPLIES; i++) {
        memcpy (replies[i], sync_reply, sizeof sync_reply);
        memcpy (replies[i] + VALUE_AT, value, 4);
    }
    memset (replies[SYNC_REPLIES / 2] + VALUE_AT, damage, 4);
    g_socket_receive (server->client, (char *) &byte, 1, NULL, NULL);
    serve_bytes (server, replies, sizeof replies);
}

static void
serve_stub (struct server *server)
{
    serve_replies (server, (const uint8_t[4]){ 0 }, 0x40);
}

static void
serve_rom (struct server *server)
{
    serve_replies (server, sync_reply + VALUE_AT, 0);
}

static void
check_loader (void (*serve) (struct server *), gboolean is_stub)
{
    struct server server = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (BwEspLink) link = NULL;
    g_autoptr (GError) error = NULL;
    gboolean found = !is_stub;

    start_server (&server, "tcp", serve);
    port = bw_port_open (server.address, NULL, &error);
    g_assert_no_error (error);
    link = bw_esp_link_new (port);
    g_assert_true (bw_esp_link_sync (link, 1, &found, &error));
    g_assert_no_error (error);
    g_assert_cmpint (found, ==, is_stub);
    bw_port_close (port);
    finish_server (&server);
}

static void
test_damaged_stub (void)
{
    check_loader (serve_stub, TRUE);
}

static void
test_damaged_rom (void)
{
    check_loader (serve_rom, FALSE);
}

static void
say (BwPort *port, const char *text)
{
    talking_port_say (port, text, strlen (text));
}

/* A board whose flash is being read, and has lost the beginning of a packet. */
static BwEspLink *
begin_reading (BwPort *port, GError **error)
{
    static const uint8_t reply[] = { 0xc0, 0x01, 0xd2, 0x02, 0, 0, 0, 0, 0, 0, 0, 0xc0 };
    BwEspLink *link = bw_esp_link_new (port);
    struct bwp_esp_read_flash read = { 0, 64, 64, 1 };
    struct bwp_esp_packet packet;

    bw_esp_link_set_peer (link, BWP_ESP_PEER_STUB);
    talking_port_say (port, reply, sizeof reply);
    TALKING_PORT (port)->piece = sizeof reply;
    bwp_esp_build_read_flash (&packet, &read);
    g_assert_true (bw_esp_link_command (link, &packet, 0, 1000, NULL, error));
    say (port, "\x12\x34 Guru Meditation Error: Core %d panic'ed (%s) rst:0x");
    return link;
}

/* Programs hold what boards print: as long as more content comes, nobody has restarted. */
static void
test_content_that_tells_of_a_restart (void)
{
    g_autoptr (BwPort) port = talking_port_open ();
    g_autoptr (GError) error = NULL;
    g_autoptr (BwEspLink) link = begin_reading (port, &error);
    const uint8_t *frame = NULL;
    size_t len = 0;

    say (port, "\xc0"
               "0123456789abcdef\xc0");
    g_assert_true (bw_esp_link_receive (link, 1000, &frame, &len, &error));
    g_assert_no_error (error);
    g_assert_cmpmem (frame, len, "0123456789abcdef", 16);
}

static void
test_restart_while_reading (void)
{
    g_autoptr (BwPort) port = talking_port_open ();
    g_autoptr (GError) error = NULL;
    g_autoptr (BwEspLink) link = begin_reading (port, &error);
    const uint8_t *frame = NULL;
    size_t len = 0;

    g_assert_false (bw_esp_link_receive (link, 1000, &frame, &len, &error));
    assert_cause (error, BW_CAUSE_RESET_IN_THE_MIDDLE);
    g_assert_cmpint (bw_esp_link_get_failure (link), ==, BW_ESP_FAILURE_RESET);
}

#define RESTART_TEXT "ets Jun  8 2016\r\nrst:0x1 (POWERON_RESET),boot:0x13\r\n"

static void
check_restart (BwPort *port)
{
    g_autoptr (BwEspLink) link = bw_esp_link_new (port);
    g_autoptr (GError) error = NULL;
    uint32_t value = 0;

    g_assert_false (bw_esp_link_read_reg (link, 0x40001000, &value, &error));
    assert_cause (error, BW_CAUSE_RESET_IN_THE_MIDDLE);
    g_assert_cmpstr (bw_error_get_evidence (error), ==,
                     "the board restarted while READ_REG ran: rst:0x1 (POWERON_RESET),boot:0x13");
}

/* How many bytes reach the station at once is no matter, also when a reply comes with them. */
static void
test_restart_while_asked (void)
{
    static const uint8_t reply[] = { 0xc0, 0x01, 0x0a, 0x04, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xc0 };

    for (size_t piece = 1; piece < sizeof RESTART_TEXT + sizeof reply; piece++) {
        g_autoptr (BwPort) port = talking_port_open ();

        TALKING_PORT (port)->piece = piece;
        say (port, RESTART_TEXT);
        talking_port_say (port, reply, sizeof reply);
        check_restart (port);
    }
}

/* The line is quoted to its end. */
static void
test_slow_restart (void)
{
    for (size_t len = strlen ("ets Jun  8 2016\r\nrst:0x"); len < strlen (RESTART_TEXT); len++) {
        g_autoptr (BwPort) port = talking_port_open ();

        talking_port_say (port, RESTART_TEXT, len);
        TALKING_PORT (port)->later = &RESTART_TEXT[len];
        check_restart (port);
    }
}

static void
serve_nothing (struct server *server)
{
    char c = 0;

    g_socket_receive (server->client, &c, 1, NULL, NULL);
}

/* What a loader has carried out before, or has opened the way for, it understands; a refusal that is
 * about the flash is no matter of the line. */
static void
test_refusals (void)
{
    static const struct {
        enum bwp_esp_op before;
        enum bwp_esp_op op;
        uint16_t status;
        BwCause cause;
    } cases[] = {
        { BWP_ESP_SYNC, BWP_ESP_READ_REG, 0x0105, BW_CAUSE_PROTOCOL },
        { BWP_ESP_READ_REG, BWP_ESP_READ_REG, 0x0105, BW_CAUSE_GARBAGE },
        { BWP_ESP_READ_REG, BWP_ESP_FLASH_MD5, 0x0105, BW_CAUSE_PROTOCOL },
        { BWP_ESP_SYNC, BWP_ESP_READ_REG, 0x1000, BW_CAUSE_GARBAGE },
        { BWP_ESP_FLASH_DEFL_BEGIN, BWP_ESP_FLASH_DEFL_DATA, 0x0105, BW_CAUSE_GARBAGE },
        { BWP_ESP_FLASH_BEGIN, BWP_ESP_FLASH_DATA, 0xc000, BW_CAUSE_GARBAGE },
        { BWP_ESP_FLASH_DEFL_BEGIN, BWP_ESP_FLASH_DEFL_DATA, 0x0108, BW_CAUSE_PROTOCOL },
        { BWP_ESP_FLASH_DEFL_BEGIN, BWP_ESP_FLASH_DEFL_DATA, 0xc400, BW_CAUSE_PROTOCOL },
    };
    struct server server = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (GError) none = NULL;

    start_server (&server, "tcp", serve_nothing);
    port = bw_port_open (server.address, NULL, &none);
    g_assert_no_error (none);
    for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (BwEspLink) link = bw_esp_link_new (port);
        g_autoptr (GError) error = NULL;

        g_test_message ("case %u", i);
        g_assert_true (bw_esp_link_check (link, cases[i].before, BWP_OK, 0, &none));
        g_assert_false (
            bw_esp_link_check (link, cases[i].op, BWP_ERR_PEER, cases[i].status, &error));
        assert_cause (error, cases[i].cause);
        /* another loader may not know what the first one did */
        bw_esp_link_set_peer (link, BWP_ESP_PEER_STUB);
        g_clear_error (&error);
        g_assert_false (bw_esp_link_check (link, cases[i].op, BWP_ERR_PEER, 0xc000, &error));
        assert_cause (error, BW_CAUSE_PROTOCOL);
    }
    bw_port_close (port);
    finish_server (&server);
}

/* ---- two requests, the second behind the first ---- */

typedef struct {
    gboolean is_rom;
    unsigned n_ends; /* delimiters heard when the first answer was given */
} Pair;

/* Answers MEM_BEGIN when it has heard that and, from a ROM, MEM_DATA too. */
static void
serve_pair (struct server *server)
{
    static const uint8_t begun[] = { 0xc0, 1, 5, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xc0 };
    static const uint8_t taken[] = { 0xc0, 1, 7, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xc0 };
    Pair *pair = server->data;
    unsigned n_before = pair->is_rom ? 4 : 2;
    unsigned n_ends = 0;
    uint8_t byte = 0;

    while (n_ends < 4 && g_socket_receive (server->client, (char *) &byte, 1, NULL, NULL) == 1) {
        n_ends += byte == 0xc0 ? 1 : 0;
        if (byte == 0xc0 && n_ends == n_before)
            serve_bytes (server, begun, sizeof begun);
    }
    pair->n_ends = n_ends;
    serve_bytes (server, taken, sizeof taken);
}

static void
check_pair (enum bwp_esp_peer peer)
{
    Pair pair = { .is_rom = peer == BWP_ESP_PEER_ROM };
    struct server server = { .data = &pair };
    struct bwp_esp_begin begin = { .size = 300, .blocks = 1, .block_size = 0x1800 };
    struct bwp_esp_packet first;
    struct bwp_esp_packet second;
    uint8_t bytes[300] = { 0 };
    g_autoptr (BwPort) port = NULL;
    g_autoptr (BwEspLink) link = NULL;
    g_autoptr (GError) error = NULL;

    start_server (&server, "tcp", serve_pair);
    port = bw_port_open (server.address, NULL, &error);
    g_assert_no_error (error);
    link = bw_esp_link_new (port);
    bw_esp_link_set_peer (link, peer);
    bwp_esp_build_begin (&first, BWP_ESP_MEM_BEGIN, &begin);
    g_assert_cmpint (bwp_esp_build_data (&second, BWP_ESP_MEM_DATA, 0, bytes, sizeof bytes), ==,
                     BWP_OK);
    g_assert_true (
        bw_esp_link_command_pair (link, &first, &second, BWP_ESP_TIMEOUT_DEFAULT_MS, &error));
    g_assert_no_error (error);
    bw_port_close (port);
    finish_server (&server);
    g_assert_cmpuint (pair.n_ends, ==, 4);
}

static void
test_pair_for_a_rom (void)
{
    check_pair (BWP_ESP_PEER_ROM);
}

static void
test_pair_for_a_stub (void)
{
    check_pair (BWP_ESP_PEER_STUB);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/driver/esp-link/endless-noise", test_noise);
    g_test_add_func ("/driver/esp-link/talk-without-end", test_talk_without_end);
    g_test_add_func ("/driver/esp-link/endless-frame", test_open_frame);
    g_test_add_func ("/driver/esp-link/endless-frames-behind-each-sync", test_frames);
    g_test_add_func ("/driver/esp-link/endless-frames-of-others", test_other_frames);
    g_test_add_func ("/driver/esp-link/stub-with-one-damaged-sync", test_damaged_stub);
    g_test_add_func ("/driver/esp-link/rom-with-one-damaged-sync", test_damaged_rom);
    g_test_add_func ("/driver/esp-link/content-that-tells-of-a-restart",
                     test_content_that_tells_of_a_restart);
    g_test_add_func ("/driver/esp-link/restart-while-the-flash-is-read",
                     test_restart_while_reading);
    g_test_add_func ("/driver/esp-link/restart-while-a-register-is-asked-for",
                     test_restart_while_asked);
    g_test_add_func ("/driver/esp-link/restart-told-slowly", test_slow_restart);
    g_test_add_func ("/driver/esp-link/refusals-of-what-was-understood", test_refusals);
    g_test_add_func ("/driver/esp-link/pair-for-a-rom", test_pair_for_a_rom);
    g_test_add_func ("/driver/esp-link/pair-for-a-stub", test_pair_for_a_stub);
    return g_test_run ();
}
