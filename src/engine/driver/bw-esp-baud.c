/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-baud"
#include "config.h"

#include "bw-esp-baud.h"

#include <glib/gi18n-lib.h>

#include "bw-baud-memory.h"
#include "bw-error.h"
#include "bw-esp-connect.h"
#include "bw-esp-recover.h"

#define USUAL_BAUD 921600u
#define USUAL_BAUD_8266 460800u
/* Resets until a ROM counts as one that stays at the rate of connecting, and to get it back there. */
#define RISING_ATTEMPTS 2
#define FALLING_ATTEMPTS 4

/* The ESP8266's ROM has no command for it, but measures the rate when it is spoken to after a reset. */
static gboolean
measures_rate (const BwEspSession *self)
{
    return !self->is_stub && bw_esp_session_rom_peer (self) == BWP_ESP_PEER_ROM_8266;
}

static gboolean
can_change (const BwEspSession *self)
{
    if (!bw_port_has_baud (self->port) || self->wire != BWP_ESP_LINK_UART)
        return FALSE;
    if (self->is_stub)
        return TRUE;
    /* a stub changes it without a reset, and so does more than that */
    if (measures_rate (self))
        return bw_esp_session_can_reset (self) && !self->is_rate_fixed
               && !bw_esp_session_has_stub_kind (self);
    /* the ROM's clock must be known to tell it the right number; registers are closed then */
    if (self->is_secure_download
        && (g_str_equal (self->chip->key, "esp32c2") || g_str_equal (self->chip->key, "esp32c5")))
        return FALSE;
    return bwp_esp_chip_supports (self->chip, BWP_ESP_CAN_ROM_FLASH_EXTRAS);
}

static unsigned
usual_baud (const BwEspSession *self)
{
    return bw_esp_session_rom_peer (self) == BWP_ESP_PEER_ROM_8266 ? USUAL_BAUD_8266 : USUAL_BAUD;
}

static unsigned
choose (BwEspSession *self)
{
    g_autofree char *key = NULL;
    unsigned wanted = self->wanted_baud;

    if (wanted == 0) {
        unsigned bad = 0;
        unsigned best;

        key = bw_baud_memory_dup_key (self->port);
        best = bw_baud_memory_get (key, &bad);
        wanted = bw_baud_memory_choose (best, bad, usual_baud (self));
    }
    return self->baud_ceiling != 0 ? MIN (wanted, self->baud_ceiling) : wanted;
}

static gboolean
check_new_rate (BwEspSession *self, GError **error)
{
    gboolean is_stub = FALSE;

    if (!bw_port_wait (self->port, BWP_ESP_BAUD_SETTLE_MS, bw_esp_link_get_cancellable (self->link),
                       error))
        return FALSE;
    return bw_esp_link_sync (self->link, BWP_ESP_SYNC_TRIES, &is_stub, error);
}

/* What is not the fault of the rate. */
static gboolean
is_fatal (const BwEspSession *self, const GError *failure)
{
    BwCause cause = bw_error_get_cause (failure);

    return bw_esp_link_get_failure (self->link) == BW_ESP_FAILURE_PORT
           || cause == BW_CAUSE_CANCELLED || cause == BW_CAUSE_OTHER_BOARD
           || cause == BW_CAUSE_UNPLUGGED;
}

static void
note_raised (BwEspSession *self)
{
    bw_esp_session_note (self, _ ("baud raised to %u"), bw_port_get_baud (self->port));
}

/* The board is reset and spoken to at the new rate. */
static gboolean
change_by_reset (BwEspSession *self, uint32_t baud, GError **error)
{
    g_autoptr (GError) failure = NULL;

    if (bw_esp_connect_at (self, baud, RISING_ATTEMPTS, &failure)
        && bw_esp_bring_up (self, &failure)) {
        note_raised (self);
        return TRUE;
    }
    if (is_fatal (self, failure)) {
        g_propagate_error (error, g_steal_pointer (&failure));
        return FALSE;
    }
    self->is_rate_fixed = TRUE;
    bw_esp_session_note (self, _ ("the board does not answer at %u baud, going on at %u"), baud,
                         BW_ESP_CONNECT_BAUD);
    return bw_esp_connect (self, FALLING_ATTEMPTS, error) && bw_esp_bring_up (self, error);
}

/* The answers to what is asked next are the check as well. */
static gboolean
await_silence (BwEspSession *self, GError **error)
{
    self->is_rate_unproven = TRUE;
    return bw_port_wait (self->port, BWP_ESP_BAUD_SETTLE_MS,
                         bw_esp_link_get_cancellable (self->link), error)
           && bw_esp_link_discard (self->link, error);
}

static gboolean
change (BwEspSession *self, uint32_t baud, gboolean is_asked_next, GError **error)
{
    uint32_t before = bw_port_get_baud (self->port);
    GCancellable *cancellable = bw_esp_link_get_cancellable (self->link);
    struct bwp_esp_packet packet;

    if (measures_rate (self))
        return change_by_reset (self, baud, error);
    if (self->is_stub)
        bwp_esp_build_change_baud (&packet, baud, before);
    else
        bwp_esp_build_change_baud (&packet,
                                   bwp_esp_rom_baud (self->chip, self->baud_values,
                                                     BW_ESP_CONNECT_BAUD, baud),
                                   0);
    if (!bw_esp_link_command (self->link, &packet, 0, BWP_ESP_TIMEOUT_DEFAULT_MS, NULL, error))
        return FALSE;
    if (!bw_port_set_baud (self->port, baud, cancellable, error))
        return FALSE;
    if (is_asked_next)
        return await_silence (self, error);
    if (!check_new_rate (self, error))
        return FALSE;
    /* that it goes down was said when the rate turned out to be too high */
    if (baud > before)
        note_raised (self);
    return TRUE;
}

/* Some drivers refuse rates only when asked: find out while the board still listens at the old. */
static gboolean
port_takes (BwEspSession *self, uint32_t baud, GError **error)
{
    GCancellable *cancellable = bw_esp_link_get_cancellable (self->link);
    uint32_t before = bw_port_get_baud (self->port);
    g_autoptr (GError) failure = NULL;
    gboolean is_taken = bw_port_set_baud (self->port, baud, cancellable, &failure);

    if (!is_taken && bw_error_get_cause (failure) != BW_CAUSE_REFUSED) {
        g_propagate_error (error, g_steal_pointer (&failure));
        return FALSE;
    }
    if (!bw_port_set_baud (self->port, before, cancellable, error))
        return FALSE;
    if (!is_taken)
        self->baud_ceiling = bw_baud_memory_step_down (baud);
    return TRUE;
}

/* Somebody stopped it, or the cable went: that says nothing about the rate. */
static gboolean
is_rate_to_blame (const GError *failure)
{
    BwCause cause = bw_error_get_cause (failure);

    return cause == BW_CAUSE_TIMEOUT || cause == BW_CAUSE_GARBAGE || cause == BW_CAUSE_PROTOCOL
           || cause == BW_CAUSE_REFUSED;
}

static gboolean
settle (BwEspSession *self, gboolean is_asked_next, GError **error)
{
    g_autoptr (GError) failure = NULL;
    unsigned wanted;

    if (self->is_baud_settled || !can_change (self))
        return TRUE;
    wanted = choose (self);
    if (wanted > bw_port_get_baud (self->port) && !port_takes (self, wanted, error))
        return FALSE;
    wanted = choose (self);
    if ((wanted <= bw_port_get_baud (self->port) && !bw_esp_baud_is_too_high (self))
        || change (self, wanted, is_asked_next, &failure)) {
        self->is_baud_settled = TRUE;
        return TRUE;
    }
    if (is_rate_to_blame (failure))
        bw_esp_baud_lower (self);
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
}

gboolean
bw_esp_baud_settle (BwEspSession *self, GError **error)
{
    return settle (self, FALSE, error);
}

gboolean
bw_esp_baud_settle_to_attach (BwEspSession *self, GError **error)
{
    gboolean is_asked_next =
        !self->is_stub && !self->is_attached && !self->is_secure_download && self->flash_id == 0;

    return settle (self, is_asked_next, error);
}

void
bw_esp_baud_judge (BwEspSession *self, const GError *failure)
{
    if (!self->is_rate_unproven)
        return;
    self->is_rate_unproven = FALSE;
    if (failure == NULL || bw_error_get_cause (failure) == BW_CAUSE_FLASH_WRITE_FAILED)
        note_raised (self);
    else if (is_rate_to_blame (failure))
        bw_esp_baud_lower (self);
}

gboolean
bw_esp_baud_is_too_high (const BwEspSession *self)
{
    return self->baud_ceiling != 0 && bw_port_get_baud (self->port) > self->baud_ceiling;
}

void
bw_esp_baud_lower (BwEspSession *self)
{
    unsigned now = bw_port_get_baud (self->port);
    g_autofree char *key = NULL;

    if (now <= BW_ESP_CONNECT_BAUD || !bw_port_has_baud (self->port))
        return;
    /* it has been found out already, the board has not been reset since */
    if (self->baud_ceiling != 0 && self->baud_ceiling < now)
        return;
    key = bw_baud_memory_dup_key (self->port);
    bw_baud_memory_note_bad (key, now);
    self->baud_ceiling = bw_baud_memory_step_down (now);
    self->is_baud_settled = FALSE;
    self->noises = 0;
    bw_esp_session_note (self, _ ("the line does not carry %u baud, going down to %u"), now,
                         self->baud_ceiling);
}

void
bw_esp_baud_note_clean (BwEspSession *self)
{
    g_autofree char *key = NULL;

    if (!can_change (self) || !self->is_baud_settled)
        return;
    key = bw_baud_memory_dup_key (self->port);
    bw_baud_memory_note_good (key, bw_port_get_baud (self->port));
}
