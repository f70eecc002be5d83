/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-cli-work"
#include "config.h"

#include "bw-cli-work.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <stdlib.h>

#include "bw-cli-json.h"
#include "bw-cli-log.h"
#include "bw-cli-number.h"
#include "bw-cli-terminal.h"

enum {
    /* a predicate may depend on things that wake nobody: looked for often at first, and less so in
     * a wait that is long anyway */
    LOOK_AGAIN_MS = 50,
    LOOK_AGAIN_MAX_MS = 1000,
    LOOK_AGAIN_SHARE = 16,
};

/* --- signals --- */

/* Nobody waits for what the jobs would say; a reader of JSON gets its last line all the same. */
G_NORETURN static void
end_at_once (BwCli *cli)
{
    g_autoptr (GError) error =
            bw_error_new (BW_CAUSE_CANCELLED, "%s",
                          _ ("ended at once; what was begun on a board may not be finished, or "
                             "not be recorded"));
    int status = bw_error_get_exit_status (error);

    bw_cli_terminal_set_raw (FALSE);
    bw_cli_log_flush ();
    bw_cli_output_warn (cli->output, "boardwalk: %s", error->message);
    bw_cli_output_event (cli->output, "result", 0, NULL, NULL,
                         bw_cli_json_new_failure (error, status));
    _Exit (status);
}

static gboolean
on_stop (gpointer data)
{
    BwCli *cli = data;

    if (cli->ending != NULL && !g_cancellable_is_cancelled (cli->ending)) {
        g_cancellable_cancel (cli->ending);
        return G_SOURCE_CONTINUE;
    }
    if (!g_cancellable_is_cancelled (cli->cancellable)) {
        g_cancellable_cancel (cli->cancellable);
        return G_SOURCE_CONTINUE;
    }
    end_at_once (cli);
}

/* Who started us may have said that we shall not hear it: nohup, or a shell's background. */
static void
listen_to (BwCli *cli, int number)
{
    struct sigaction before;

    if (sigaction (number, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
        g_unix_signal_add (number, on_stop, cli);
}

void
bw_cli_stop_install (BwCli *cli)
{
    listen_to (cli, SIGINT);
    listen_to (cli, SIGTERM);
    listen_to (cli, SIGHUP);
}

/* --- waiting --- */

static gboolean
on_look_again (gpointer data)
{
    unsigned *id = data;

    *id = 0;
    return G_SOURCE_REMOVE;
}

static unsigned
choose_look_ms (int64_t began_us, int64_t deadline_us)
{
    int64_t now_us = g_get_monotonic_time ();
    int64_t look_ms =
        CLAMP ((now_us - began_us) / 1000 / LOOK_AGAIN_SHARE, LOOK_AGAIN_MS, LOOK_AGAIN_MAX_MS);

    if (deadline_us != 0)
        look_ms = CLAMP ((deadline_us - now_us) / 1000 + 1, 1, look_ms);
    return (unsigned) look_ms;
}

int64_t
bw_cli_seconds_from_now (unsigned seconds)
{
    return g_get_monotonic_time () + (int64_t) seconds * G_USEC_PER_SEC;
}

gboolean
bw_cli_is_late (BwCli *cli, GError **error)
{
    unsigned seconds = cli->options.timeout_s;

    if (cli->deadline_us == 0 || g_get_monotonic_time () < cli->deadline_us)
        return FALSE;
    bw_set_error (error, BW_CAUSE_TIMEOUT,
                  g_dngettext (GETTEXT_PACKAGE, "stopped after %u second",
                               "stopped after %u seconds", seconds),
                  seconds);
    return TRUE;
}

gboolean
bw_cli_wait (GCancellable *cancellable, BwCliPredicate is_over, gpointer data, int64_t deadline_us)
{
    int64_t began_us = g_get_monotonic_time ();
    unsigned tick = 0;

    while (!is_over (data) && !g_cancellable_is_cancelled (cancellable)
           && (deadline_us == 0 || g_get_monotonic_time () < deadline_us)) {
        if (tick == 0)
            tick = g_timeout_add (choose_look_ms (began_us, deadline_us), on_look_again, &tick);
        g_main_context_iteration (NULL, TRUE);
    }
    if (tick != 0)
        g_source_remove (tick);
    return is_over (data);
}

/* --- work on another thread --- */

struct work {
    BwCliWorkFunc func;
    gpointer data;
    GCancellable *cancellable;
    gpointer result;
    GError *error;
    int is_over; /* atomic */
};

static gpointer
work_thread (gpointer data)
{
    struct work *work = data;

    work->result = work->func (work->data, work->cancellable, &work->error);
    g_atomic_int_set (&work->is_over, TRUE);
    g_main_context_wakeup (NULL);
    return NULL;
}

static gboolean
is_work_over (gpointer data)
{
    struct work *work = data;

    return g_atomic_int_get (&work->is_over);
}

gpointer
bw_cli_work (BwCli *cli, BwCliWorkFunc func, gpointer data, GError **error)
{
    struct work work = { func, data, cli->cancellable, NULL, NULL, FALSE };
    GThread *thread = g_thread_new ("work", work_thread, &work);

    /* also after a cancel: the thread uses what stands on this stack */
    (void) bw_cli_wait (NULL, is_work_over, &work, 0);
    g_thread_join (thread);
    if (work.result == NULL)
        g_propagate_error (error, work.error);
    return work.result;
}

static gpointer
load_firmware (gpointer data, GCancellable *cancellable, GError **error)
{
    return bw_firmware_load_sync (data, cancellable, error);
}

/* Other flashers take "0x1000 boot.bin"; a number that is no file was meant so. */
static gboolean
check_specs (const char *const *specs, GError **error)
{
    for (; *specs != NULL; specs++) {
        uint32_t offset = 0;

        if (!bw_cli_parse_u32 (*specs, &offset, NULL) || g_file_test (*specs, G_FILE_TEST_EXISTS))
            continue;
        bw_set_error (error, BW_CAUSE_USAGE,
                      _ ("“%s” is no file. An offset stands behind the name: %s@%s"), *specs,
                      specs[1] != NULL ? specs[1] : "file.bin", *specs);
        return FALSE;
    }
    return TRUE;
}

BwFirmware *
bw_cli_load_firmware (BwCli *cli, const char *const *specs, GError **error)
{
    if (!check_specs (specs, error))
        return NULL;
    return bw_cli_work (cli, load_firmware, (gpointer) specs, error);
}
