/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-listen"
#include "config.h"

#include "bw-esp-listen.h"

#include <glib/gi18n-lib.h>

#include "bw-error.h"
#include "bw-esp-boot-log.h"
#include "bw-esp-quirks.h"
#include "bw-reset.h"

#define LOG_BAUD 115200u
#define LOG_BAUD_8266_26MHZ 74880u
#define REOPEN_MS 3000
#define UNRESET_TRIES 2
/* An application that lives this long after its first line counts as up. */
#define APP_LIVES_MS 1000

static GCancellable *
cancellable_of (BwEspSession *self)
{
    return bw_esp_link_get_cancellable (self->link);
}

static gboolean
is_8266 (const BwEspSession *self)
{
    return self->chip != NULL && bw_esp_session_rom_peer (self) == BWP_ESP_PEER_ROM_8266;
}

static uint32_t
log_baud (const BwEspSession *self)
{
    if (is_8266 (self) && (!self->has_identity || self->identity.crystal_mhz != 40))
        return LOG_BAUD_8266_26MHZ;
    return LOG_BAUD;
}

/* An application need not have a port on USB: then the board has left, and that is all right. */
static gboolean
follow_application (BwEspSession *self, GError **error)
{
    g_autoptr (GError) failure = NULL;

    if (bw_esp_session_reopen (self, REOPEN_MS, &failure))
        return TRUE;
    if (bw_error_get_cause (failure) != BW_CAUSE_UNPLUGGED) {
        g_propagate_error (error, g_steal_pointer (&failure));
        return FALSE;
    }
    self->has_left_bus = TRUE;
    bw_esp_session_note (self,
                         _ ("the board left the bus when it started and has not come back: its "
                            "application may have no port on USB"));
    return TRUE;
}

static gboolean
reopen_if_lost (BwEspSession *self, gboolean to_bootloader, GError **error)
{
    if (!self->is_native && !bw_port_is_lost (self->port))
        return TRUE;
    return self->is_native && !to_bootloader ? follow_application (self, error)
                                             : bw_esp_session_reopen (self, REOPEN_MS, error);
}

/* The ESP32-C5 on its own USB needs twice the usual time to notice; its adapter is that of others. */
static gboolean
is_slow_to_leave (const BwEspSession *self)
{
    return self->wire == BWP_ESP_LINK_USB_JTAG && self->chip != NULL
           && g_str_equal (self->chip->key, "esp32c5");
}

static const char *
choose_steps (BwEspSession *self, gboolean to_bootloader)
{
    size_t n = 0;
    const struct BwResetStrategy *strategy = NULL;

    if (!bw_esp_session_can_reset (self))
        return NULL;
    if (!to_bootloader) {
        strategy = is_slow_to_leave (self) ? bw_reset_find ("hard-native")
                                           : bw_reset_to_application_for_port (self->port);
    } else {
        const struct BwResetStrategy *list = bw_reset_strategies_for_port (self->port, &n);

        strategy = n > 0 ? &list[0] : NULL;
    }
    return strategy != NULL ? strategy->steps : NULL;
}

static gboolean
run_lines (BwEspSession *self, const char *steps, GError **error)
{
    g_autoptr (GError) failure = NULL;

    if (bw_reset_run (self->port, steps, cancellable_of (self), &failure))
        return TRUE;
    /* a board on its own USB goes away while it is being reset */
    if (bw_port_is_lost (self->port) && self->is_native)
        return TRUE;
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
}

static gboolean
reset_by_lines_or_watchdog (BwEspSession *self, gboolean to_bootloader, GError **error)
{
    const char *steps = choose_steps (self, to_bootloader);
    gboolean wants_watchdog = FALSE;

    if (to_bootloader && self->reset_sequence != NULL && steps != NULL)
        steps = self->reset_sequence;
    if (self->is_connected && !to_bootloader
        && !bw_esp_quirks_wants_watchdog_reset (self, &wants_watchdog, error))
        return FALSE;
    if (!wants_watchdog && steps != NULL)
        return run_lines (self, steps, error);
    if (to_bootloader || !self->is_connected) {
        bw_set_error (error, BW_CAUSE_NO_RESET_LINES, "%s",
                      self->are_lines_dead ? _ ("DTR and RTS do not reset this board")
                                           : _ ("this port has no control lines"));
        return FALSE;
    }
    return bw_esp_quirks_reset_by_watchdog (self, error);
}

/* A port that does not take a rate still carries what the board says: as noise. */
static gboolean
go_to_rate (BwEspSession *self, uint32_t baud, GError **error)
{
    g_autoptr (GError) failure = NULL;

    if (bw_port_set_baud (self->port, baud, cancellable_of (self), &failure)
        || bw_error_get_cause (failure) == BW_CAUSE_REFUSED)
        return TRUE;
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
}

gboolean
bw_esp_reset (BwEspSession *self, gboolean to_bootloader, GError **error)
{
    self->loader_baud = self->is_connected ? bw_port_get_baud (self->port) : 0;
    /* the log begins within a millisecond of the reset: be at its rate before */
    if (choose_steps (self, to_bootloader) != NULL && self->wire == BWP_ESP_LINK_UART
        && !self->is_secure_download
        && !go_to_rate (self, to_bootloader ? LOG_BAUD : log_baud (self), error))
        return FALSE;
    if (!reset_by_lines_or_watchdog (self, to_bootloader, error))
        return FALSE;
    bw_esp_session_forget_loader (self);
    self->may_be_in_loader = FALSE;
    return reopen_if_lost (self, to_bootloader, error);
}

gboolean
bw_esp_leave (BwEspSession *self, GError **error)
{
    if (!reset_by_lines_or_watchdog (self, FALSE, error))
        return FALSE;
    bw_esp_session_forget_loader (self);
    self->may_be_in_loader = FALSE;
    return TRUE;
}

static void
hear (BwEspSession *self, BwEspBootLog *log, const uint8_t *bytes, size_t len)
{
    bw_esp_boot_log_push (log, bytes, len);
    bw_esp_session_console (self, bytes, len);
}

/* A board that is told to restart begins its log right behind the reply. */
static size_t
hear_what_came_with_reply (BwEspSession *self, BwEspBootLog *log)
{
    size_t len = 0;
    const uint8_t *bytes = bw_esp_link_take_unread (self->link, &len);

    hear (self, log, bytes, len);
    return len;
}

static gboolean
read_some (BwEspSession *self, BwEspBootLog *log, int64_t deadline, size_t *ret_n, GError **error)
{
    uint8_t chunk[1024];
    ssize_t n =
        bw_port_read (self->port, chunk, sizeof chunk, deadline, cancellable_of (self), error);

    if (n < 0)
        return FALSE;
    *ret_n = (size_t) n;
    hear (self, log, chunk, (size_t) n);
    return TRUE;
}

/* What begins as a loader's port may go on as another device. */
static gboolean
hear_some (BwEspSession *self, BwEspBootLog *log, int64_t deadline, size_t *ret_n, GError **error)
{
    g_autoptr (GError) failure = NULL;

    if (read_some (self, log, deadline, ret_n, &failure))
        return TRUE;
    if (self->is_native && bw_port_is_lost (self->port))
        return follow_application (self, error);
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
}

/* The ESP8266's ROM and its programs rarely agree on a rate: when text turns into noise, the other
 * one is tried. */
static gboolean
follow_rate (BwEspSession *self, BwEspBootLog *log, GError **error)
{
    uint32_t other = bw_port_get_baud (self->port) == LOG_BAUD ? LOG_BAUD_8266_26MHZ : LOG_BAUD;

    if (!is_8266 (self) || !bw_esp_boot_log_is_noisy (log) || !bw_port_has_baud (self->port))
        return TRUE;
    bw_esp_boot_log_forget_noise (log);
    return go_to_rate (self, other, error);
}

/* Where no reset was ever heard of, silence may mean that there was none. */
static gboolean
may_be_unreset (const BwEspSession *self)
{
    return self->loader_baud != 0 && !self->is_reset_felt && self->wire == BWP_ESP_LINK_UART
           && bw_esp_session_can_reset (self);
}

static gboolean
check_started (BwEspSession *self, GError **error)
{
    g_autoptr (GError) failure = NULL;

    if (!may_be_unreset (self))
        return TRUE;
    if (!go_to_rate (self, self->loader_baud, error))
        return FALSE;
    if (bw_esp_link_sync (self->link, UNRESET_TRIES, NULL, &failure)) {
        bw_esp_session_note_dead_lines (self);
        self->may_be_in_loader = TRUE;
        bw_set_error (error, BW_CAUSE_NO_RESET_LINES, "%s",
                      _ ("DTR and RTS do not reset this board"));
        return FALSE;
    }
    if (bw_esp_link_get_failure (self->link) != BW_ESP_FAILURE_PORT)
        return go_to_rate (self, log_baud (self), error);
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
}

gboolean
bw_esp_listen (BwEspSession *self,
               unsigned patience_ms,
               BwBootVerdict *ret_verdict,
               BwCause *ret_cause,
               char **ret_text,
               GError **error)
{
    g_autoptr (BwEspBootLog) log = bw_esp_boot_log_new ();
    int64_t end = g_get_monotonic_time () + (int64_t) patience_ms * 1000;
    int64_t deadline = end;
    gboolean is_up = FALSE;
    uint64_t n_heard = 0;
    size_t n = 1;

    if (!self->has_left_bus && bw_port_get_baud (self->port) != log_baud (self)
        && !go_to_rate (self, log_baud (self), error))
        return FALSE;
    n_heard = hear_what_came_with_reply (self, log);
    while (n > 0 && !self->has_left_bus && !bw_esp_boot_log_is_clear (log)) {
        if (!hear_some (self, log, deadline, &n, error) || !follow_rate (self, log, error))
            return FALSE;
        n_heard += n;
        if (!is_up && bw_esp_boot_log_get_verdict (log) == BW_BOOT_APP) {
            is_up = TRUE;
            deadline = MIN (end, g_get_monotonic_time () + APP_LIVES_MS * 1000);
        } else if (is_up && bw_esp_boot_log_get_verdict (log) != BW_BOOT_APP) {
            is_up = FALSE;
            deadline = end;
        }
        /* an application that never stops talking would keep us for ever */
        if (g_get_monotonic_time () >= deadline)
            break;
    }
    if (n_heard == 0 && !check_started (self, error))
        return FALSE;
    *ret_verdict = bw_esp_boot_log_get_verdict (log);
    *ret_cause = bw_esp_boot_log_get_cause (log);
    *ret_text = bw_esp_boot_log_dup_text (log);
    return TRUE;
}
