/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "vb-board.h"
#include "vb-registry.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* Exit statuses as everywhere in this project. */
#define EXIT_USAGE 2
#define EXIT_SETUP 6
#define TIMER_SLACK_NS 20000ul
#define MESSAGE_MAX 512

struct program {
    struct vb_options options;
    struct vb_loop loop;
    struct vb_board *boards;
    unsigned started; /* boards that need clearing */
    struct vb_watch signals;
};

static bool
anybody_there (const struct program *self)
{
    for (unsigned i = 0; i < self->started; i++)
        if (self->boards[i].port.has_host)
            return true;
    return false;
}

static uint64_t
last_traffic (const struct program *self)
{
    uint64_t last = 0;

    for (unsigned i = 0; i < self->started; i++)
        if (self->boards[i].last_traffic > last)
            last = self->boards[i].last_traffic;
    return last;
}

/* When the program ends by itself, if nobody comes. */
static uint64_t
idle_end (struct program *self, uint64_t now)
{
    uint64_t end;

    if (self->options.idle_exit_s == 0)
        return FW_NEVER;
    if (anybody_there (self)) {
        self->boards[0].last_traffic = now;
        return now + self->options.idle_exit_s * 1000 * FW_MS;
    }
    end = last_traffic (self) + self->options.idle_exit_s * 1000 * FW_MS;
    if (end <= now)
        self->loop.stop = true;
    return end;
}

static uint64_t
tick (void *user, uint64_t now)
{
    struct program *self = user;
    uint64_t next = idle_end (self, now);

    for (unsigned i = 0; i < self->started; i++) {
        struct vb_board *board = &self->boards[i];

        /* the time it is by now: one board's work must not make another one's answers wait, or all
         * of them go on in step and wait for each other for ever */
        if (board->woken || board->due <= now)
            vb_board_tick (board, vb_now ());
        if (board->due < next)
            next = board->due;
    }
    return self->loop.stop ? 0 : next;
}

static void
on_signal (void *user, uint32_t events)
{
    struct program *self = user;

    self->loop.stop = true;
}

static bool
watch_signals (struct program *self)
{
    sigset_t set;

    sigemptyset (&set);
    sigaddset (&set, SIGTERM);
    sigaddset (&set, SIGINT);
    sigaddset (&set, SIGHUP);
    sigprocmask (SIG_BLOCK, &set, NULL);
    self->signals.fd = signalfd (-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    self->signals.ready = on_signal;
    self->signals.user = self;
    return self->signals.fd >= 0 && vb_loop_add (&self->loop, &self->signals, EPOLLIN);
}

/* Signal first, then look: the parent may have gone in between. */
static bool
follow_parent (pid_t parent)
{
    return prctl (PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid () == parent;
}

static void
raise_descriptor_limit (void)
{
    struct rlimit limit;

    if (getrlimit (RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit (RLIMIT_NOFILE, &limit);
    }
}

static int
complain (const char *message, int status)
{
    fprintf (stderr, "boardwalk-vboard: %s\n", message);
    return status;
}

static const char *
find_folder (const struct program *self, char *out, size_t size)
{
    if (!self->options.registry)
        return NULL;
    if (vb_registry_folder (out, size))
        return out;
    fprintf (stderr, "boardwalk-vboard: stations will not find the boards by themselves: %s: %s\n",
             out, strerror (errno));
    return NULL;
}

static bool
start_boards (struct program *self, char *error, size_t error_size)
{
    char buffer[VB_CONTROL_PATH] = "";
    const char *folder = find_folder (self, buffer, sizeof buffer);

    for (unsigned i = 0; i < self->options.count; i++) {
        struct vb_board *board = &self->boards[self->started++];

        if (!vb_board_init (board, &self->options, i, &self->loop, error, error_size)
            || !vb_board_start (board, &self->options, i, folder, error, error_size))
            return false;
        printf ("ready %s\n", board->port.address);
        fflush (stdout);
    }
    return true;
}

static bool
write_stats (const struct program *self)
{
    char text[VB_CONTROL_REPLY];
    FILE *file;
    bool done;

    if (self->options.stats == NULL)
        return true;
    file = fopen (self->options.stats, "we");
    if (file == NULL)
        return false;
    fputs ("[\n", file);
    for (unsigned i = 0; i < self->started; i++) {
        vb_board_stats (&self->boards[i], text, sizeof text);
        fprintf (file, "%s%s\n", text, i + 1 < self->started ? "," : "");
    }
    fputs ("]\n", file);
    done = ferror (file) == 0;
    return fclose (file) == 0 && done;
}

static int
run (struct program *self)
{
    char error[MESSAGE_MAX] = "";

    if (!vb_loop_init (&self->loop, tick, self) || !watch_signals (self))
        return complain (strerror (errno), EXIT_SETUP);
    if (!start_boards (self, error, sizeof error))
        return complain (error, EXIT_USAGE);
    if (!vb_loop_run (&self->loop))
        return complain (strerror (errno), EXIT_SETUP);
    if (!write_stats (self))
        return complain ("the counters could not be written", EXIT_SETUP);
    return EXIT_SUCCESS;
}

/* A stream that whoever started us has closed must not become a port or a flash file. */
static void
hold_streams (void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl (fd, F_GETFD) < 0 && open ("/dev/null", O_RDWR) != fd)
            return;
}

static int
finish_words (enum vb_usage usage)
{
    if (usage == VB_USAGE_WRONG)
        return EXIT_USAGE;
    return fflush (stdout) == 0 ? EXIT_SUCCESS : complain (strerror (errno), EXIT_SETUP);
}

int
main (int argc, char **argv)
{
    struct program self = { .signals.fd = -1 };
    pid_t parent = getppid ();
    enum vb_usage usage;
    int status;

    hold_streams ();
    usage = vb_options_parse (&self.options, argc, argv);
    if (usage != VB_USAGE_RUN)
        return finish_words (usage);
    if (self.options.parent_exit && !follow_parent (parent))
        return EXIT_SUCCESS;
    /* who started it may not want to hear from it any more */
    signal (SIGPIPE, SIG_IGN);
    prctl (PR_SET_TIMERSLACK, TIMER_SLACK_NS, 0, 0, 0);
    raise_descriptor_limit ();
    self.boards = calloc (self.options.count, sizeof *self.boards);
    if (self.boards == NULL)
        return complain (strerror (errno), EXIT_SETUP);
    status = run (&self);
    for (unsigned i = 0; i < self.started; i++)
        vb_board_clear (&self.boards[i]);
    free (self.boards);
    return status;
}
