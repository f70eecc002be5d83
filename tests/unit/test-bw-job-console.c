/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Consoles on a pty: what comes in, what goes out, and how they end. */
#define _GNU_SOURCE /* posix_openpt() */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "bw-error.h"
#include "bw-job-private.h"
#include "bw-log-private.h"
#include "engine-wait.h"
#include "fake-driver.h"

typedef struct {
    int master;
    char *tty;
    BwLog *log;
    BwJob *job;
    GString *received;
    unsigned n_received;
    gboolean is_finished;
    const char *awaited;
    unsigned n_lines; /* awaited in the log */
} Fixture;

static void
on_received (BwJob *job, GBytes *bytes, Fixture *f)
{
    g_string_append_len (f->received, g_bytes_get_data (bytes, NULL),
                         (gssize) g_bytes_get_size (bytes));
    f->n_received++;
}

static void
on_finished (BwJob *job, Fixture *f)
{
    f->is_finished = TRUE;
}

static gboolean
is_finished (gpointer data)
{
    return ((Fixture *) data)->is_finished;
}

static gboolean
has_received (gpointer data)
{
    Fixture *f = data;

    return strstr (f->received->str, f->awaited) != NULL;
}

static void
set_up (Fixture *f, gconstpointer data)
{
    g_autoptr (BwPlan) plan = bw_plan_new (BW_ACTION_CONSOLE, NULL);
    struct termios raw;

    f->master = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);
    g_assert_cmpint (grantpt (f->master), ==, 0);
    g_assert_cmpint (unlockpt (f->master), ==, 0);
    g_assert_cmpint (tcgetattr (f->master, &raw), ==, 0);
    cfmakeraw (&raw);
    g_assert_cmpint (tcsetattr (f->master, TCSANOW, &raw), ==, 0);
    f->tty = g_strdup (ptsname (f->master));
    f->received = g_string_new (NULL);
    fake_world_start ();
    fake_world_add ("/dev/fake0")->tty = f->tty;
    f->log = bw_log_new ();
    f->job = bw_job_new ("/dev/fake0", plan, NULL, f->log);
    _bw_job_set_replug_time (f->job, 200);
    g_signal_connect (f->job, "received", G_CALLBACK (on_received), f);
    g_signal_connect (f->job, "finished", G_CALLBACK (on_finished), f);
    bw_job_start (f->job);
    engine_wait_for_state (f->job, BW_JOB_LISTENING);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
    if (!f->is_finished) {
        bw_job_request_cancel (f->job);
        engine_wait_until (is_finished, f, 5000);
    }
    g_signal_handlers_disconnect_by_data (f->job, f);
    engine_wait_unheld (f->job);
    g_object_unref (f->job);
    engine_wait_unheld (f->log);
    g_object_unref (f->log);
    fake_world_stop ();
    if (f->master >= 0)
        close (f->master);
    g_string_free (f->received, TRUE);
    g_free (f->tty);
}

static void
say (Fixture *f, const char *text)
{
    g_assert_cmpint (write (f->master, text, strlen (text)), ==, (ssize_t) strlen (text));
}

static gboolean
has_lines (gpointer data)
{
    Fixture *f = data;

    return g_list_model_get_n_items (G_LIST_MODEL (f->log)) >= f->n_lines;
}

static void
test_in (Fixture *f, gconstpointer data)
{
    g_autoptr (BwLogItem) item = NULL;

    say (f, "\033[32mI (1) a: hello\033[0m\r\n> ");
    f->awaited = "> ";
    engine_wait_until (has_received, f, 2000);
    g_assert_cmpstr (f->received->str, ==, "\033[32mI (1) a: hello\033[0m\r\n> ");
    f->n_lines = 3;
    engine_wait_until (has_lines, f, 2000);
    item = g_list_model_get_item (G_LIST_MODEL (f->log), 1);
    g_assert_cmpstr (bw_log_item_get_line (item)->text, ==, "I (1) a: hello");
    g_assert_cmpint (bw_log_item_get_line (item)->level, ==, BW_LOG_INFO);
    g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->log)), ==, 3);
}

static unsigned
count_lines_with (Fixture *f, const char *text)
{
    unsigned n = g_list_model_get_n_items (G_LIST_MODEL (f->log));
    unsigned found = 0;

    for (unsigned i = 0; i < n; i++) {
        g_autoptr (BwLogItem) item = g_list_model_get_item (G_LIST_MODEL (f->log), i);

        found += strstr (bw_log_item_get_line (item)->text, text) != NULL;
    }
    return found;
}

/* What a board says of its supply is explained, once, however it arrives and however often. */
static void
test_brownout (Fixture *f, gconstpointer data)
{
    say (f, "hello\r\nBrownout det");
    f->awaited = "det";
    engine_wait_until (has_received, f, 2000);
    g_assert_cmpuint (count_lines_with (f, "powered hub"), ==, 0);
    say (f, "ector was triggered\r\n");
    say (f, "rst:0xf (RTCWDT_BROWN_OUT_RESET),boot:0x13\r\nBrownout detector was triggered\r\n> ");
    f->awaited = "> ";
    engine_wait_until (has_received, f, 2000);
    f->n_lines = 6;
    engine_wait_until (has_lines, f, 2000);
    g_assert_cmpuint (count_lines_with (f, "Not enough power: "), ==, 1);
    g_assert_cmpuint (count_lines_with (f, "powered hub"), ==, 1);
}

static void
on_line (BwJob *job, const BwJobEvent *event, GString *seen)
{
    if (event->line != NULL)
        g_string_append_printf (seen, "%s%s\n",
                                event->kind == BW_JOB_EVENT_OPEN_LINE ? "open " : "",
                                event->line->text);
}

static gboolean
has_text (gpointer data)
{
    return ((GString *) data)->len > 0;
}

/* A prompt is no finished line, but somebody waits for it. */
static void
test_prompt (Fixture *f, gconstpointer data)
{
    GString *seen = g_string_new (NULL);

    f->n_lines = 1;
    engine_wait_until (has_lines, f, 2000);
    g_signal_connect (f->job, "event", G_CALLBACK (on_line), seen);
    say (f, "> ");
    engine_wait_until (has_text, seen, 2000);
    g_assert_cmpstr (seen->str, ==, "open > \n");
    g_string_truncate (seen, 0);
    say (f, "help\r\n");
    engine_wait_until (has_text, seen, 2000);
    _bw_log_flush (f->log);
    g_assert_cmpstr (seen->str, ==, "> help\n");
    g_signal_handlers_disconnect_by_data (f->job, seen);
    g_string_free (seen, TRUE);
}

/* So often at most what a board says is passed on. */
#define GATHER_US (50 * 1000)

/* Many small pieces come gathered. */
static void
test_gathered (Fixture *f, gconstpointer data)
{
    int64_t begin_us = g_get_monotonic_time ();

    for (unsigned i = 0; i < 200; i++) {
        say (f, "x");
        engine_run_for (1);
    }
    say (f, "!");
    f->awaited = "!";
    engine_wait_until (has_received, f, 2000);
    g_assert_cmpuint (f->received->len, ==, 201);
    g_assert_cmpint (f->n_received, <=, (g_get_monotonic_time () - begin_us) / GATHER_US + 2);
}

/* A console that is not woken notices after a second; a machine is not busy each time. */
#define AT_ONCE_US (300 * 1000)
#define TRIES 30u

static int64_t
send_both (Fixture *f)
{
    g_autoptr (GBytes) one = g_bytes_new_static ("one\n", 4);
    g_autoptr (GBytes) two = g_bytes_new_static ("two\n", 4);
    char buffer[16] = { 0 };
    size_t len = 0;
    int64_t begin_us = g_get_monotonic_time ();

    g_assert_true (bw_job_send (f->job, one));
    g_assert_true (bw_job_send (f->job, two));
    while (len < 8) {
        ssize_t n = read (f->master, buffer + len, sizeof buffer - 1 - len);

        g_assert_cmpint (n, >, 0);
        len += (size_t) n;
    }
    g_assert_cmpstr (buffer, ==, "one\ntwo\n");
    return g_get_monotonic_time () - begin_us;
}

/* At once, not when the next byte comes in. */
static void
test_out (Fixture *f, gconstpointer data)
{
    int64_t us = G_MAXINT64;

    for (unsigned i = 0; i < TRIES && us >= AT_ONCE_US; i++)
        us = send_both (f);
    g_assert_cmpint (us, <, AT_ONCE_US);
}

#define MUCH (256u * 1024)

/* A board that sends back what it hears and hears nothing while that is not taken. */
static gpointer
echo_thread (gpointer data)
{
    const Fixture *f = data;
    char bytes[512];
    size_t n_heard = 0;

    while (n_heard < MUCH) {
        ssize_t n = read (f->master, bytes, sizeof bytes);

        g_assert_cmpint (n, >, 0);
        n_heard += (size_t) n;
        for (ssize_t done = 0; done < n;)
            done += write (f->master, bytes + done, (size_t) (n - done));
    }
    return NULL;
}

static void
send_next (BwJob *job, size_t *n_sent)
{
    g_autofree char *text = g_strnfill (4096, 'y');
    g_autoptr (GBytes) bytes = g_bytes_new (text, 4096);

    if (*n_sent == MUCH)
        return;
    g_assert_true (bw_job_send (job, bytes));
    *n_sent += 4096;
}

static gboolean
has_echo (gpointer data)
{
    return ((Fixture *) data)->received->len == MUCH;
}

/* Far more than fits anywhere goes out piece by piece, while as much comes back. */
static void
test_much (Fixture *f, gconstpointer data)
{
    size_t n_sent = 0;
    GThread *thread = g_thread_new ("echo", echo_thread, f);

    g_signal_connect (f->job, "sent", G_CALLBACK (send_next), &n_sent);
    send_next (f->job, &n_sent);
    engine_wait_until (has_echo, f, 60000);
    g_thread_join (thread);
    g_signal_handlers_disconnect_by_data (f->job, &n_sent);
    g_assert_cmpuint (n_sent, ==, MUCH);
}

/* A board that hears nothing: what waits for it has a limit, and who sends is told. */
static void
test_deaf (Fixture *f, gconstpointer data)
{
    g_autofree char *text = g_strnfill (4096, 'z');
    g_autoptr (GBytes) bytes = g_bytes_new (text, 4096);
    g_autoptr (GBytes) huge = g_bytes_new_take (g_strnfill (MUCH, 'z'), MUCH);
    unsigned n = 0;

    g_assert_false (bw_job_send (f->job, huge));
    while (n < MUCH / 4096 && bw_job_send (f->job, bytes))
        n++;
    g_assert_cmpuint (n, >=, 16);
    g_assert_cmpuint (n, <, MUCH / 4096);
}

static gboolean
has_rate (gpointer data)
{
    const Fixture *f = data;
    struct termios settings;

    g_assert_cmpint (tcgetattr (f->master, &settings), ==, 0);
    return cfgetospeed (&settings) == B9600;
}

static void
test_baud (Fixture *f, gconstpointer data)
{
    bw_job_set_console_baud (f->job, 9600);
    engine_wait_until (has_rate, f, 2000);
    say (f, "still here");
    f->awaited = "still here";
    engine_wait_until (has_received, f, 2000);
}

static int64_t
cancel_idle (Fixture *f)
{
    int64_t begin_us = 0;

    engine_run_for (200);
    begin_us = g_get_monotonic_time ();
    bw_job_request_cancel (f->job);
    engine_wait_until (is_finished, f, 2000);
    g_assert_cmpint (bw_job_get_result (f->job), ==, BW_JOB_CANCELLED);
    return g_get_monotonic_time () - begin_us;
}

static void
test_cancel (Fixture *f, gconstpointer data)
{
    g_autoptr (GBytes) late = g_bytes_new_static ("x", 1);
    int64_t us = cancel_idle (f);

    for (unsigned i = 1; i < TRIES && us >= AT_ONCE_US; i++) {
        tear_down (f, data);
        *f = (Fixture){ 0 };
        set_up (f, data);
        us = cancel_idle (f);
    }
    g_assert_cmpint (us, <, AT_ONCE_US);
    /* late ones are not taken */
    g_assert_false (bw_job_send (f->job, late));
}

static void
test_lost (Fixture *f, gconstpointer data)
{
    say (f, "last words");
    f->awaited = "last words";
    engine_wait_until (has_received, f, 2000);
    close (f->master);
    f->master = -1;
    engine_wait_until (is_finished, f, 5000);
    g_assert_cmpint (bw_job_get_result (f->job), ==, BW_JOB_FAILED);
    g_assert_cmpstr (bw_cause_get_id (bw_error_get_cause (bw_job_get_error (f->job))), ==,
                     "unplugged");
}

/* A board that has to wait for so long waits for somebody to take what it says. */
#define STILL_MS 1500
#define FLOOD_LEAST (64u * 1024)
#define FLOOD_LIMIT (2u * 1024 * 1024)

/* Writes until nothing more is taken, and more than a busy machine takes its time for. */
static size_t
flood (int fd, const char *text, size_t len)
{
    GPollFD out = { fd, G_IO_OUT, 0 };
    size_t taken = 0;

    while (taken < FLOOD_LIMIT && (taken < FLOOD_LEAST || g_poll (&out, 1, STILL_MS) > 0)) {
        ssize_t n = write (fd, text, len);

        if (n > 0)
            taken += (size_t) n;
        else
            g_poll (&out, 1, -1);
    }
    return taken;
}

static gboolean
has_said_the_end (gpointer data)
{
    return write (((Fixture *) data)->master, "\nthe end\n", 9) == 9;
}

/* A board that talks faster than anybody takes it: it has to wait, memory does not grow. */
static void
test_flood (Fixture *f, gconstpointer data)
{
    g_autofree char *line = g_strnfill (4096, 'x');
    size_t taken = 0;

    line[99] = '\n';
    g_assert_cmpint (fcntl (f->master, F_SETFL, O_NONBLOCK), ==, 0);
    /* nobody runs the main loop meanwhile */
    taken = flood (f->master, line, 4096);
    g_assert_cmpuint (taken, <, FLOOD_LIMIT);
    /* somebody takes it again, and it goes on */
    f->awaited = "the end\n";
    engine_wait_until (has_said_the_end, f, 5000);
    engine_wait_until (has_received, f, 5000);
    g_assert_cmpuint (f->received->len, >=, taken);
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
    g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
    engine_init (&argc, &argv);
    add ("/engine/job-console/in", test_in);
    add ("/engine/job-console/brownout", test_brownout);
    add ("/engine/job-console/prompt", test_prompt);
    add ("/engine/job-console/gathered", test_gathered);
    add ("/engine/job-console/out", test_out);
    add ("/engine/job-console/much", test_much);
    add ("/engine/job-console/deaf", test_deaf);
    add ("/engine/job-console/baud", test_baud);
    add ("/engine/job-console/cancel", test_cancel);
    add ("/engine/job-console/flood", test_flood);
    add ("/engine/job-console/lost", test_lost);
    return engine_run ();
}
