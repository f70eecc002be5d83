/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-driver.h"

#include <string.h>

#include "bw-error.h"

#define FAKE_BYTES 1000000u
#define FAKE_FLASH (4u * 1024 * 1024)

G_DECLARE_FINAL_TYPE (FakeDriver, fake_driver, FAKE, DRIVER, BwDriver)

struct _FakeDriver {
    BwDriver parent_instance;
    BwPort *port; /* borrowed */
    FakeBoard *board;
    BwDriverEvents events;
    gboolean is_in_loader;
    gboolean has_changed;
};

G_DEFINE_FINAL_TYPE (FakeDriver, fake_driver, BW_TYPE_DRIVER)

static GMutex world_lock;
static GHashTable *world; /* address → FakeBoard */
static GPrivate opened;   /* the address this thread has opened */

static void
wait_us (unsigned us, GCancellable *cancellable)
{
    GPollFD fd;

    if (cancellable == NULL || !g_cancellable_make_pollfd (cancellable, &fd)) {
        g_usleep (us);
        return;
    }
    g_poll (&fd, 1, us == G_MAXUINT ? -1 : (int) ((us + 999) / 1000));
    g_cancellable_release_fd (cancellable);
}

static gboolean
fail_cancelled (GError **error)
{
    bw_set_error (error, BW_CAUSE_CANCELLED, "cancelled");
    return FALSE;
}

static FakeDeed
choose_deed (FakeBoard *board, BwDriverStep step)
{
    FakeDeed deed = board->deeds[step];

    if (deed == FAKE_GO_ON || board->times[step] == 0)
        return deed;
    board->times[step]--;
    if (board->times[step] == 0)
        board->deeds[step] = FAKE_GO_ON;
    return deed;
}

/* The port notices when it is used. */
static void
lose_port (FakeDriver *self)
{
    char c = 0;

    close (self->board->tty_master);
    self->board->tty_master = 0;
    while (bw_port_read (self->port, &c, 1, BW_PORT_NO_DEADLINE, NULL, NULL) > 0)
        ;
}

static gboolean
do_step (FakeDriver *self, BwDriverStep step, GCancellable *cancellable, GError **error)
{
    FakeBoard *board = self->board;
    FakeDeed deed = choose_deed (board, step);

    g_string_append_printf (board->calls, "%d", (int) step);
    if (self->events.step != NULL)
        self->events.step (self->events.user_data, step);
    if ((step == BW_STEP_ERASE || step == BW_STEP_WRITE) && deed != FAKE_REFUSE)
        self->has_changed = TRUE;
    if (deed == FAKE_WRONG)
        self->events.step (self->events.user_data, BW_STEP_LISTEN);
    if (deed == FAKE_HANG)
        wait_us (cancellable == NULL ? 200000 : G_MAXUINT, cancellable);
    else if (board->step_us > 0)
        wait_us (board->step_us, cancellable);
    board->was_stopped = g_cancellable_is_cancelled (cancellable);
    if (board->was_stopped)
        return fail_cancelled (error);
    if (deed != FAKE_FAIL && deed != FAKE_REFUSE)
        return TRUE;
    if (board->tty_master > 0)
        lose_port (self);
    bw_set_error (error, board->causes[step], "as told");
    return FALSE;
}

static gboolean
do_bytes (FakeDriver *self, BwDriverStep step, GCancellable *cancellable, GError **error)
{
    if (!do_step (self, step, cancellable, error))
        return FALSE;
    for (unsigned i = 0; i <= 10 && self->events.progress != NULL; i++)
        self->events.progress (self->events.user_data, i * FAKE_BYTES / 10, FAKE_BYTES);
    return TRUE;
}

static void
tell_part (FakeDriver *self, const BwFirmwarePart *part, BwDriverPart how_far)
{
    if (self->events.part != NULL)
        self->events.part (self->events.user_data, part->offset,
                           (uint32_t) g_bytes_get_size (part->data), how_far);
}

/* As a real one: what the boot begins with comes last. */
static gboolean
do_parts (FakeDriver *self, const BwFirmwareBuild *build, GCancellable *cancellable, GError **error)
{
    self->events.step (self->events.user_data, BW_STEP_WRITE);
    for (unsigned i = 0; i < build->parts->len; i++)
        tell_part (self, build->parts->pdata[i], BW_PART_TODO);
    for (unsigned i = build->parts->len; i > 0; i--) {
        tell_part (self, build->parts->pdata[i - 1], BW_PART_NOW);
        if (i == 1 && !do_bytes (self, BW_STEP_WRITE, cancellable, error))
            return FALSE;
        tell_part (self, build->parts->pdata[i - 1], BW_PART_DONE);
    }
    return TRUE;
}

static gboolean
fake_connect (BwDriver *driver, GCancellable *cancellable, GError **error)
{
    FakeDriver *self = FAKE_DRIVER (driver);

    self->board->n_connects++;
    self->is_in_loader = TRUE;
    if (self->board->hand != BW_CAUSE_NONE) {
        g_autoptr (GError) why = bw_error_new (self->board->hand, "it said rst:0x1");

        self->events.needs_hand (self->events.user_data, why, 60);
    }
    if (!do_step (self, BW_STEP_CONNECT, cancellable, error))
        return FALSE;
    if (self->board->n_connects <= self->board->taken_connects) {
        bw_set_error (error, BW_CAUSE_BUSY, "hung up at once");
        return FALSE;
    }
    if (self->board->n_connects == self->board->torn_connect) {
        bw_set_error (error, BW_CAUSE_UNPLUGGED, "torn off");
        return FALSE;
    }
    if (self->board->n_connects == self->board->silent_connect) {
        bw_set_error (error, BW_CAUSE_NO_ANSWER, "not a word");
        return FALSE;
    }
    if (self->board->hand != BW_CAUSE_NONE)
        self->events.needs_hand (self->events.user_data, NULL, 0);
    self->events.note (self->events.user_data, "connected");
    return TRUE;
}

static BwBoardInfo *
fake_identify (BwDriver *driver, GCancellable *cancellable, GError **error)
{
    FakeDriver *self = FAKE_DRIVER (driver);
    BwBoardInfo *info = NULL;

    if (!do_step (self, BW_STEP_IDENTIFY, cancellable, error))
        return NULL;
    info = bw_board_info_new ();
    info->chip_key = g_strdup (self->board->chip_key);
    info->chip_name = g_ascii_strup (self->board->chip_key, -1);
    info->mac =
        g_strdup (self->board->is_swapped && self->board->n_connects > 1 ? self->board->other_mac
                                                                         : self->board->mac);
    info->flash_size_bytes = FAKE_FLASH;
    info->is_secure_boot = self->board->is_secure_boot;
    info->app_name = g_strdup ("old");
    info->app_version = g_strdup ("1.0");
    return info;
}

static gboolean
fake_write (BwDriver *driver,
            const BwFirmwareBuild *build,
            const BwWriteOptions *options,
            BwWriteReport *ret_report,
            GCancellable *cancellable,
            GError **error)
{
    FakeDriver *self = FAKE_DRIVER (driver);

    if (options->diff && !do_bytes (self, BW_STEP_CHECK, cancellable, error))
        return FALSE;
    if (options->erase_all && !do_step (self, BW_STEP_ERASE, cancellable, error))
        return FALSE;
    if (!do_parts (self, build, cancellable, error))
        return FALSE;
    if (options->verify && !do_bytes (self, BW_STEP_VERIFY, cancellable, error))
        return FALSE;
    ret_report->bytes_total = 2 * FAKE_BYTES;
    ret_report->bytes_sent = 1100000;
    ret_report->bytes_unchanged = options->diff ? 900000 : 0;
    ret_report->is_verified = options->verify && !self->board->is_unverified;
    ret_report->may_have_strayed = self->board->has_strayed;
    return TRUE;
}

static gboolean
fake_verify (BwDriver *driver,
             const BwFirmwareBuild *build,
             GCancellable *cancellable,
             GError **error)
{
    return do_bytes (FAKE_DRIVER (driver), BW_STEP_VERIFY, cancellable, error);
}

static gboolean
fake_read (BwDriver *driver,
           uint32_t offset,
           uint32_t size,
           GOutputStream *to,
           GCancellable *cancellable,
           GError **error)
{
    FakeDriver *self = FAKE_DRIVER (driver);
    uint64_t n = self->board->read_bytes == 0 ? size : self->board->read_bytes;
    g_autofree char *block = g_strnfill (4096, 'r');

    for (uint64_t i = 0; i < n; i += 4096)
        if (!g_output_stream_write_all (to, block, MIN (4096, n - i), NULL, cancellable, error))
            return FALSE;
    return do_bytes (self, BW_STEP_READ, cancellable, error);
}

static gboolean
fake_erase (BwDriver *driver,
            uint32_t offset,
            uint32_t size,
            GCancellable *cancellable,
            GError **error)
{
    return do_step (FAKE_DRIVER (driver), BW_STEP_ERASE, cancellable, error);
}

static gboolean
fake_reset (BwDriver *driver, gboolean to_bootloader, GCancellable *cancellable, GError **error)
{
    FakeDriver *self = FAKE_DRIVER (driver);

    self->board->n_resets++;
    self->is_in_loader = to_bootloader;
    return do_step (self, BW_STEP_RESET, cancellable, error);
}

static gboolean
fake_leave (BwDriver *driver)
{
    FakeDriver *self = FAKE_DRIVER (driver);

    if (!self->is_in_loader || self->has_changed)
        return FALSE;
    self->board->n_resets++;
    self->is_in_loader = FALSE;
    return TRUE;
}

static gboolean
fake_has_changed (BwDriver *driver)
{
    return FAKE_DRIVER (driver)->has_changed;
}

static gboolean
fake_listen (BwDriver *driver,
             unsigned patience_ms,
             BwBootVerdict *ret_verdict,
             BwCause *ret_cause,
             char **ret_text,
             GCancellable *cancellable,
             GError **error)
{
    FakeDriver *self = FAKE_DRIVER (driver);
    static const char text[] = "I (31) boot: hello\r\nE (32) app: x\r\n";

    self->events.console (self->events.user_data, (const uint8_t *) text, sizeof text - 1);
    if (!do_step (self, BW_STEP_LISTEN, cancellable, error))
        return FALSE;
    *ret_verdict = self->board->verdict;
    *ret_cause = self->board->boot_cause;
    *ret_text = g_strdup ("the log says so");
    return TRUE;
}

static char *
fake_dup_left_behind (BwDriver *driver)
{
    return g_strdup (FAKE_DRIVER (driver)->has_changed ? "left behind" : "untouched");
}

static void
fake_set_events (BwDriver *driver, const BwDriverEvents *events)
{
    static const BwDriverEvents none = { 0 };

    FAKE_DRIVER (driver)->events = events == NULL ? none : *events;
}

static void
fake_driver_class_init (FakeDriverClass *klass)
{
    BwDriverClass *driver_class = BW_DRIVER_CLASS (klass);

    driver_class->connect = fake_connect;
    driver_class->identify = fake_identify;
    driver_class->write = fake_write;
    driver_class->verify = fake_verify;
    driver_class->read = fake_read;
    driver_class->erase = fake_erase;
    driver_class->reset = fake_reset;
    driver_class->listen = fake_listen;
    driver_class->leave = fake_leave;
    driver_class->has_changed = fake_has_changed;
    driver_class->dup_left_behind = fake_dup_left_behind;
    driver_class->set_events = fake_set_events;
}

static void
fake_driver_init (FakeDriver *self)
{
}

static FakeBoard *
find_board (const char *address)
{
    FakeBoard *board = NULL;

    g_mutex_lock (&world_lock);
    board = g_hash_table_lookup (world, address);
    g_mutex_unlock (&world_lock);
    return board;
}

static BwPort *
open_fake (const char *address, GCancellable *cancellable, GError **error, gpointer data)
{
    FakeBoard *board = find_board (address);

    /* who does not find a board elsewhere goes on waiting for the one it had */
    if (board == NULL) {
        bw_set_error (error, BW_CAUSE_NO_SUCH_PORT, "%s", address);
        return NULL;
    }
    if (board->open_failures > 0)
        bw_set_error (error, board->open_cause, "as told, %u more", --board->open_failures);
    g_private_set (&opened, board);
    if (board->tty == NULL)
        return NULL;
    return bw_port_open (board->tty, cancellable, error);
}

static gboolean
reopen_fake (BwPort *port,
             int64_t deadline_us,
             GCancellable *cancellable,
             GError **error,
             gpointer data)
{
    FakeBoard *board = g_private_get (&opened);

    if (port != NULL)
        return bw_port_reopen (port, deadline_us, cancellable, error);
    if (board->is_back)
        return TRUE;
    wait_us ((unsigned) MAX (0, deadline_us - g_get_monotonic_time ()), cancellable);
    if (g_cancellable_is_cancelled (cancellable))
        return fail_cancelled (error);
    bw_set_error (error,
                  board->withheld_cause != BW_CAUSE_NONE ? board->withheld_cause
                                                         : BW_CAUSE_UNPLUGGED,
                  "not back");
    return FALSE;
}

static BwDriver *
make_fake (BwPort *port, const BwDriverOptions *options, gpointer data)
{
    FakeDriver *driver = g_object_new (fake_driver_get_type (), NULL);

    driver->board = g_private_get (&opened);
    driver->port = port;
    return BW_DRIVER (driver);
}

static const BwJobFactory fakes = { open_fake, reopen_fake, make_fake, NULL };

static void
board_free (FakeBoard *board)
{
    g_string_free (board->calls, TRUE);
    g_free (board->address);
    g_free (board);
}

void
fake_world_start (void)
{
    world = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) board_free);
    _bw_job_set_driver_factory (&fakes);
}

void
fake_world_stop (void)
{
    _bw_job_set_driver_factory (NULL);
    g_clear_pointer (&world, g_hash_table_unref);
}

FakeBoard *
fake_world_add (const char *address)
{
    FakeBoard *board = g_new0 (FakeBoard, 1);

    board->address = g_strdup (address);
    board->chip_key = "esp32";
    board->verdict = BW_BOOT_APP;
    board->calls = g_string_new (NULL);
    g_mutex_lock (&world_lock);
    g_hash_table_insert (world, board->address, board);
    g_mutex_unlock (&world_lock);
    return board;
}
