/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs the Espressif driver against one port and says what came of it, line by line: the engine
 * alone, without job, station and command line. For the tests beside it.
 *
 *   esp-run [--OPTION[=VALUE]]… ADDRESS COMMAND…
 *   commands: info | write FILE@OFFSET… | verify FILE@OFFSET… | read OFFSET SIZE FILE |
 *             erase [OFFSET SIZE] | reset | bootloader | listen
 *
 * ADDRESS may be "replay:FILE", a recording of an earlier run. */
#include <glib/gstdio.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bw-driver.h"
#include "bw-error.h"
#include "bw-port-replay.h"

static char *opt_stub_dir;
static char *opt_record;
static char *opt_flash_size;
static char *opt_flash_mode;
static char *opt_reset;
static int opt_baud;
static int opt_attempts;
static int opt_hand;
static int opt_cancel_ms;
static gboolean opt_no_stub;
static gboolean opt_no_diff;
static gboolean opt_no_verify;
static gboolean opt_no_compress;
static gboolean opt_erase_all;
static gboolean opt_quiet;
static gboolean opt_no_identify;

static const GOptionEntry entries[] = {
    { "stub-dir", 0, 0, G_OPTION_ARG_FILENAME, &opt_stub_dir, "folder of stubs", "DIR" },
    { "record", 0, 0, G_OPTION_ARG_FILENAME, &opt_record, "keep the recording", "FILE" },
    { "flash-size", 0, 0, G_OPTION_ARG_STRING, &opt_flash_size, "for the header", "SIZE" },
    { "flash-mode", 0, 0, G_OPTION_ARG_STRING, &opt_flash_mode, "for the header", "MODE" },
    { "reset-sequence", 0, 0, G_OPTION_ARG_STRING, &opt_reset, "custom", "STEPS" },
    { "baud", 0, 0, G_OPTION_ARG_INT, &opt_baud, "highest rate", "N" },
    { "attempts", 0, 0, G_OPTION_ARG_INT, &opt_attempts, "to connect", "N" },
    { "hand", 0, 0, G_OPTION_ARG_INT, &opt_hand, "seconds to wait for a hand", "S" },
    { "cancel-ms", 0, 0, G_OPTION_ARG_INT, &opt_cancel_ms, "cancel after that time", "MS" },
    { "no-stub", 0, 0, G_OPTION_ARG_NONE, &opt_no_stub, "ROM only", NULL },
    { "no-diff", 0, 0, G_OPTION_ARG_NONE, &opt_no_diff, "send all", NULL },
    { "no-verify", 0, 0, G_OPTION_ARG_NONE, &opt_no_verify, "prove nothing", NULL },
    { "no-compress", 0, 0, G_OPTION_ARG_NONE, &opt_no_compress, "plain", NULL },
    { "erase-all", 0, 0, G_OPTION_ARG_NONE, &opt_erase_all, "erase first", NULL },
    { "no-identify", 0, 0, G_OPTION_ARG_NONE, &opt_no_identify, "connect only", NULL },
    { "quiet", 0, 0, G_OPTION_ARG_NONE, &opt_quiet, "no notes", NULL },
    { NULL },
};

static void
on_note (gpointer data, const char *text)
{
    if (!opt_quiet)
        printf ("note %s\n", text);
}

static void
on_step (gpointer data, BwDriverStep step)
{
    static const char *const names[] = { "connect", "identify", "check", "erase", "write",
                                         "read",    "verify",   "reset", "listen" };

    if (!opt_quiet)
        printf ("step %s\n", names[step]);
}

static void
on_needs_hand (gpointer data, const GError *why, unsigned seconds)
{
    printf ("hand %s\n", bw_cause_get_id (bw_error_get_cause (why)));
    fflush (stdout);
}

static BwPort *
open_port (const char *address, GError **error)
{
    g_autofree char *text = NULL;
    g_autoptr (GBytes) bytes = NULL;
    gsize len = 0;

    if (!g_str_has_prefix (address, "replay:"))
        return bw_port_open (address, NULL, error);
    if (!g_file_get_contents (address + strlen ("replay:"), &text, &len, error))
        return NULL;
    bytes = g_bytes_new_take (g_steal_pointer (&text), len);
    return bw_port_replay_new (bytes, error);
}

static void
part_free (BwFirmwarePart *part)
{
    g_free (part->name);
    g_bytes_unref (part->data);
    g_free (part);
}

static gboolean
add_part (GPtrArray *parts, const char *spec, GError **error)
{
    const char *at = strrchr (spec, '@');
    g_autofree char *path = at != NULL ? g_strndup (spec, (gsize) (at - spec)) : g_strdup (spec);
    GMappedFile *file = g_mapped_file_new (path, FALSE, error);
    BwFirmwarePart *part;

    if (file == NULL)
        return FALSE;
    part = g_new0 (BwFirmwarePart, 1);
    part->name = g_path_get_basename (path);
    part->offset = at != NULL ? (uint32_t) g_ascii_strtoull (at + 1, NULL, 0) : 0;
    part->data = g_mapped_file_get_bytes (file);
    g_mapped_file_unref (file);
    g_ptr_array_add (parts, part);
    return TRUE;
}

static gboolean
load_build (char **specs, BwFirmwareBuild *build, GError **error)
{
    build->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) part_free);
    for (; *specs != NULL; specs++) {
        if (!add_part (build->parts, *specs, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
show_info (BwDriver *driver, GCancellable *cancellable, GError **error)
{
    g_autoptr (BwBoardInfo) info = bw_driver_identify (driver, cancellable, error);

    if (info == NULL)
        return FALSE;
    if (opt_quiet)
        return TRUE;
    printf ("info chip=%s package=%s revision=%d mac=%s flash=%u maker=%s id=%06x crystal=%u "
            "secure-boot=%d encrypted=%d secure-download=%d loader=%s\n",
            info->chip_key, info->package != NULL ? info->package : "?", info->revision,
            info->mac != NULL ? info->mac : "?", info->flash_size_bytes,
            info->flash_maker != NULL ? info->flash_maker : "?", info->flash_id, info->crystal_mhz,
            info->is_secure_boot, info->is_flash_encrypted, info->is_secure_download, info->loader);
    printf ("features %s\n", info->features != NULL ? info->features : "?");
    printf ("layout table=0x%x active=%d app=%s version=%s\n", info->partition_table_offset,
            info->active_partition, info->app_name != NULL ? info->app_name : "?",
            info->app_version != NULL ? info->app_version : "?");
    for (unsigned i = 0; i < info->partitions->len; i++) {
        const BwPartition *partition = g_ptr_array_index (info->partitions, i);

        printf ("partition %s kind=%s offset=0x%x size=0x%x app=%s\n", partition->label,
                partition->kind, partition->offset, partition->size,
                partition->app_name != NULL ? partition->app_name : "?");
    }
    return TRUE;
}

static gboolean
run_write (BwDriver *driver, char **specs, GCancellable *cancellable, GError **error)
{
    BwFirmwareBuild build = { 0 };
    BwWriteReport report = { 0 };
    BwWriteOptions options = { .erase_all = opt_erase_all,
                               .diff = !opt_no_diff,
                               .verify = !opt_no_verify,
                               .compress = !opt_no_compress,
                               .flash_size = opt_flash_size,
                               .flash_mode = opt_flash_mode };
    gboolean is_ok = load_build (specs, &build, error)
                     && bw_driver_write (driver, &build, &options, &report, cancellable, error);

    g_ptr_array_unref (build.parts);
    if (is_ok)
        printf ("report total=%" G_GUINT64_FORMAT " sent=%" G_GUINT64_FORMAT
                " unchanged=%" G_GUINT64_FORMAT " sectors=%u verified=%d\n",
                report.bytes_total, report.bytes_sent, report.bytes_unchanged,
                report.sectors_written, report.is_verified);
    return is_ok;
}

static gboolean
run_verify (BwDriver *driver, char **specs, GCancellable *cancellable, GError **error)
{
    BwFirmwareBuild build = { 0 };
    gboolean is_ok =
        load_build (specs, &build, error) && bw_driver_verify (driver, &build, cancellable, error);

    g_ptr_array_unref (build.parts);
    return is_ok;
}

static gboolean
run_read (BwDriver *driver, char **args, GCancellable *cancellable, GError **error)
{
    g_autoptr (GFile) file = g_file_new_for_path (args[2]);
    g_autoptr (GFileOutputStream) out =
                   g_file_replace (file, NULL, FALSE, G_FILE_CREATE_NONE, NULL, error);

    if (out == NULL)
        return FALSE;
    return bw_driver_read (driver, (uint32_t) g_ascii_strtoull (args[0], NULL, 0),
                           (uint32_t) g_ascii_strtoull (args[1], NULL, 0), G_OUTPUT_STREAM (out),
                           cancellable, error)
           && g_output_stream_close (G_OUTPUT_STREAM (out), NULL, error);
}

static gboolean
run_erase (BwDriver *driver, char **args, GCancellable *cancellable, GError **error)
{
    uint32_t offset = args[0] != NULL ? (uint32_t) g_ascii_strtoull (args[0], NULL, 0) : 0;
    uint32_t size = args[0] != NULL ? (uint32_t) g_ascii_strtoull (args[1], NULL, 0) : 0;

    return bw_driver_erase (driver, offset, size, cancellable, error);
}

static gboolean
run_listen (BwDriver *driver, GCancellable *cancellable, GError **error)
{
    static const char *const names[] = {
        "silent", "app", "rejected", "loop", "brownout", "download"
    };
    g_autofree char *text = NULL;
    BwBootVerdict verdict = BW_BOOT_SILENT;
    BwCause cause = BW_CAUSE_NONE;

    if (!bw_driver_reset (driver, FALSE, cancellable, error)
        || !bw_driver_listen (driver, 3000, &verdict, &cause, &text, cancellable, error))
        return FALSE;
    printf ("boot %s %s\n", names[verdict], text);
    return TRUE;
}

static gboolean
run_command (BwDriver *driver, char **args, GCancellable *cancellable, GError **error)
{
    if (strcmp (args[0], "info") == 0)
        return TRUE;
    if (strcmp (args[0], "write") == 0)
        return run_write (driver, args + 1, cancellable, error);
    if (strcmp (args[0], "verify") == 0)
        return run_verify (driver, args + 1, cancellable, error);
    if (strcmp (args[0], "read") == 0)
        return run_read (driver, args + 1, cancellable, error);
    if (strcmp (args[0], "erase") == 0)
        return run_erase (driver, args + 1, cancellable, error);
    if (strcmp (args[0], "reset") == 0 || strcmp (args[0], "bootloader") == 0)
        return bw_driver_reset (driver, args[0][0] == 'b', cancellable, error);
    if (strcmp (args[0], "listen") == 0)
        return run_listen (driver, cancellable, error);
    bw_set_error (error, BW_CAUSE_USAGE, "no command %s", args[0]);
    return FALSE;
}

/* Gives the time of the cancel, microseconds of the monotonic clock, in memory of the caller's. */
static gpointer
cancel_later (gpointer data)
{
    int64_t *when_us = g_new (int64_t, 1);
    g_autoptr (GCancellable) never = g_cancellable_new ();
    GPollFD fd = { 0 };

    /* a timer without a loop: nothing ever cancels this one */
    if (g_cancellable_make_pollfd (never, &fd)) {
        g_poll (&fd, 1, opt_cancel_ms);
        g_cancellable_release_fd (never);
    }
    *when_us = g_get_monotonic_time ();
    g_cancellable_cancel (data);
    return when_us;
}

/* How long the work went on after the cancel; less than nothing where it had ended before. */
static void
join_timer (GThread *timer, int64_t ended_us)
{
    g_autofree int64_t *cancelled_us = timer != NULL ? g_thread_join (timer) : NULL;

    if (cancelled_us != NULL)
        printf ("cancelled after-ms=%" G_GINT64_FORMAT "\n", (ended_us - *cancelled_us) / 1000);
}

static void
save_recording (BwPort *port)
{
    g_autoptr (GBytes) text = bw_port_get_recording (port);
    gsize len = 0;
    const char *data = g_bytes_get_data (text, &len);

    if (opt_record != NULL && !g_file_set_contents (opt_record, data, (gssize) len, NULL))
        printf ("note no recording kept\n");
}

static gboolean
moves_data (const char *command)
{
    return strcmp (command, "write") == 0 || strcmp (command, "verify") == 0
           || strcmp (command, "read") == 0;
}

static gboolean
run (BwPort *port, char **args, GError **error)
{
    BwDriverOptions options = { .baud = (unsigned) opt_baud,
                                .connect_attempts = opt_attempts,
                                .moves_data = moves_data (args[0]),
                                .use_stub = !opt_no_stub,
                                .stub_dir = opt_stub_dir,
                                .reset_sequence = opt_reset,
                                .wait_for_hand = (unsigned) opt_hand };
    BwDriverEvents events = { .step = on_step, .note = on_note, .needs_hand = on_needs_hand };
    g_autoptr (BwDriver) driver = bw_esp_driver_new (port, &options);
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    GThread *timer = opt_cancel_ms > 0 ? g_thread_new ("timer", cancel_later, cancellable) : NULL;
    g_autofree char *left = NULL;
    gboolean is_ok;

    bw_driver_set_events (driver, &events);
    is_ok = bw_driver_connect (driver, cancellable, error)
            && (opt_no_identify || show_info (driver, cancellable, error))
            && run_command (driver, args, cancellable, error);
    join_timer (timer, g_get_monotonic_time ());
    left = bw_driver_dup_left_behind (driver);
    printf ("left %s\n", left);
    return is_ok;
}

int
main (int argc, char **argv)
{
    g_autoptr (GOptionContext) context = g_option_context_new ("ADDRESS COMMAND…");
    g_autoptr (GError) error = NULL;
    g_autoptr (BwPort) port = NULL;

    setlocale (LC_ALL, "");
    /* whoever waits for a line wants it now */
    setvbuf (stdout, NULL, _IOLBF, 0);
    g_option_context_add_main_entries (context, entries, NULL);
    if (!g_option_context_parse (context, &argc, &argv, &error) || argc < 3) {
        fprintf (stderr, "%s\n", error != NULL ? error->message : "ADDRESS COMMAND…");
        return 2;
    }
    port = open_port (argv[1], &error);
    if (port != NULL && run (port, argv + 2, &error))
        printf ("result ok\n");
    else
        printf ("result %s: %s\n", bw_cause_get_id (bw_error_get_cause (error)), error->message);
    if (port == NULL)
        return 1;
    save_recording (port);
    return error != NULL;
}
