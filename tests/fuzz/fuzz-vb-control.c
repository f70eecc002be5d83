/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "vb-board.h"

/* A whole board without a line: what its control socket does to it is real. */
static struct {
    struct vb_loop loop;
    struct vb_options options;
    struct vb_board board;
} world;

static bool
plug (struct vb_port *port)
{
    return true;
}

static void
unplug (struct vb_port *port)
{
    port->has_host = false;
}

static size_t
read_nothing (struct vb_port *port, uint8_t *out, size_t capacity)
{
    port->readable = false;
    return 0;
}

static size_t
write_all (struct vb_port *port, const uint8_t *bytes, size_t len)
{
    return len;
}

static uint32_t
get_baud (struct vb_port *port)
{
    return 115200;
}

static const struct vb_port_class no_line = { plug, unplug, read_nothing, write_all, get_baud };

static uint64_t
tick (void *user, uint64_t now)
{
    return UINT64_MAX;
}

static void
set_up (void)
{
    static char words[][16] = { "fuzz", "--chip", "esp32", "--serial", "tcp:0" };
    char *argv[] = { words[0], words[1], words[2], words[3], words[4], NULL };
    char error[256] = "";

    g_assert_true (vb_loop_init (&world.loop, tick, NULL));
    g_assert_cmpint (vb_options_parse (&world.options, 5, argv), ==, VB_USAGE_RUN);
    g_assert_true (
        vb_board_init (&world.board, &world.options, 0, &world.loop, error, sizeof error));
    world.board.port.class = &no_line;
    world.board.control.loop = &world.loop;
    world.board.control.greet = vb_board_introduce;
    world.board.control.command = vb_board_command;
    world.board.control.user = &world.board;
    g_assert_true (vb_board_plug (&world.board, vb_now (), true));
}

/* A connection as the listener makes one, without the listener. */
static struct vb_control_client *
connect_client (int *ret_far)
{
    struct vb_control_client *client = &world.board.control.clients[0];
    int ends[2];

    g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
    vb_control_adopt (&world.board.control, client, ends[0]);
    *ret_far = ends[1];
    return client;
}

/* The greeting, one answer for each line that begins as answers begin, and nothing behind. */
static void
check_answers (const GString *said, unsigned n_lines)
{
    g_auto (GStrv) lines = g_strsplit (said->str, "\n", -1);
    unsigned n = g_strv_length (lines);

    g_assert_cmpuint (n, ==, n_lines + 2);
    g_assert_true (g_str_has_prefix (lines[0], "{\"name\":"));
    for (unsigned i = 1; i + 1 < n; i++)
        g_assert_true (g_str_has_prefix (lines[i], "ok") || g_str_has_prefix (lines[i], "error "));
    g_assert_cmpstr (lines[n - 1], ==, "");
}

static void
take_answers (int far, GString *said)
{
    char bytes[4096];
    ssize_t n;

    while ((n = recv (far, bytes, sizeof bytes, MSG_DONTWAIT)) > 0)
        g_string_append_len (said, bytes, n);
}

/* Whatever a client says, cut anywhere, every line gets one answer, and the board goes on. */
int
LLVMFuzzerTestOneInput (const uint8_t *in, size_t len)
{
    g_autoptr (GString) said = g_string_new (NULL);
    struct vb_control_client *client = NULL;
    unsigned n_lines = 0;
    int far = -1;

    if (world.options.count == 0)
        set_up ();
    fw_faults_init (&world.board.faults, 1);
    client = connect_client (&far);
    take_answers (far, said);
    for (size_t at = 0, piece = 1; at < len; at += piece, piece = piece % 97 + 13) {
        piece = MIN (piece, len - at);
        g_assert_cmpint (send (far, in + at, piece, MSG_NOSIGNAL), ==, (ssize_t) piece);
        client->watch.ready (client->watch.user, EPOLLIN);
        g_assert_cmpint (client->watch.fd, >=, 0);
        take_answers (far, said);
    }
    for (size_t i = 0; i < len; i++)
        n_lines += in[i] == '\n';
    vb_board_tick (&world.board, vb_now ());
    check_answers (said, n_lines);
    vb_loop_close (&world.loop, &client->watch);
    close (far);
    return 0;
}
