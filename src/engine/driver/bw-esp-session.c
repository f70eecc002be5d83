/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-esp-session"
#include "config.h"

#include "bw-esp-session.h"

#include <glib/gi18n-lib.h>

#include "bw-error.h"

static enum bwp_esp_link
tell_wire (BwPort *port)
{
    uint16_t product = bw_port_get_usb_product (port);

    if (bw_port_get_usb_vendor (port) != BWP_ESP_USB_VENDOR)
        return BWP_ESP_LINK_UART;
    for (size_t i = 0; bwp_esp_chip_at (i) != NULL; i++) {
        const struct bwp_esp_chip *chip = bwp_esp_chip_at (i);

        if (chip->usb_jtag_pid != 0 && chip->usb_jtag_pid == product)
            return BWP_ESP_LINK_USB_JTAG;
        if (chip->usb_otg_pid != 0 && chip->usb_otg_pid == product)
            return BWP_ESP_LINK_USB_OTG;
    }
    return BWP_ESP_LINK_UART;
}

BwEspSession *
bw_esp_session_new (BwPort *port, const BwDriverOptions *options)
{
    BwEspSession *self = g_new0 (BwEspSession, 1);

    self->port = g_object_ref (port);
    self->link = bw_esp_link_new (port);
    self->mask = bw_esp_mask_new (port);
    self->wire = tell_wire (port);
    self->is_native = self->wire != BWP_ESP_LINK_UART;
    self->may_use_stub = TRUE;
    if (options == NULL)
        return self;
    self->wanted_baud = options->baud;
    self->connect_attempts = options->connect_attempts;
    self->moves_data = options->moves_data;
    self->may_use_stub = options->use_stub;
    self->stub_dir = g_strdup (options->stub_dir);
    self->reset_sequence = g_strdup (options->reset_sequence);
    self->wait_for_hand = options->wait_for_hand;
    return self;
}

void
bw_esp_session_free (BwEspSession *self)
{
    if (self == NULL)
        return;
    g_clear_pointer (&self->link, bw_esp_link_free);
    g_clear_pointer (&self->mask, bw_esp_mask_free);
    g_clear_object (&self->port);
    g_free (self->stub_dir);
    g_free (self->reset_sequence);
    g_free (self->touched);
    g_free (self);
}

void
bw_esp_session_forget_loader (BwEspSession *self)
{
    self->is_connected = FALSE;
    self->is_attached = FALSE;
    self->owes_size = FALSE;
    self->is_stub = FALSE;
    self->is_stub_untouched = FALSE;
    self->owes_end = FALSE;
    self->late_ms = 0;
    self->stub_generation = 0;
    self->is_baud_settled = FALSE;
    self->is_rate_unproven = FALSE;
    bw_esp_link_set_peer (self->link, bw_esp_session_rom_peer (self));
}

/* Whether there is nothing at its place, and not something that cannot be opened. */
static gboolean
is_away (const GError *failure)
{
    BwCause cause = bw_error_get_cause (failure);

    return cause == BW_CAUSE_NO_SUCH_PORT || cause == BW_CAUSE_CHARGE_ONLY_OR_UNPLUGGED;
}

static gboolean
fail_reopen (BwEspSession *self, const GError *failure, GError **error)
{
    if (bw_port_is_local (self->port) && is_away (failure))
        bw_set_error (error, BW_CAUSE_UNPLUGGED, "%s", bw_error_get_evidence (failure));
    else
        g_propagate_error (error, g_error_copy (failure));
    return FALSE;
}

gboolean
bw_esp_session_reopen (BwEspSession *self, unsigned patience_ms, GError **error)
{
    int64_t deadline = g_get_monotonic_time () + (int64_t) patience_ms * 1000;
    GCancellable *cancellable = bw_esp_link_get_cancellable (self->link);
    g_autofree char *before = g_strdup (bw_port_get_address (self->port));
    uint32_t baud = bw_port_get_baud (self->port);
    g_autoptr (GError) failure = NULL;

    if (!bw_port_reopen (self->port, deadline, cancellable, &failure))
        return fail_reopen (self, failure, error);
    self->has_left_bus = FALSE;
    self->wire = tell_wire (self->port);
    self->is_native = self->is_native || self->wire != BWP_ESP_LINK_UART;
    if (!g_str_equal (before, bw_port_get_address (self->port)))
        /* translators: the address of a port */
        bw_esp_session_note (self, _ ("back as %s"), bw_port_get_address (self->port));
    return bw_port_get_baud (self->port) == baud
           || bw_port_set_baud (self->port, baud, cancellable, error);
}

void
bw_esp_session_step (BwEspSession *self, BwDriverStep step)
{
    if (self->events.step != NULL)
        self->events.step (self->events.user_data, step);
}

void
bw_esp_session_progress (BwEspSession *self, uint64_t done, uint64_t total)
{
    if (self->events.progress != NULL)
        self->events.progress (self->events.user_data, done, total);
}

void
bw_esp_session_expect (BwEspSession *self, BwDriverStep step, uint64_t expected_us)
{
    uint64_t expected_ms = MIN (expected_us / 1000 + 1, UINT32_MAX);

    if (self->events.expect != NULL)
        self->events.expect (self->events.user_data, step, (uint32_t) expected_ms);
}

void
bw_esp_session_part (BwEspSession *self, uint32_t offset, uint32_t size, BwDriverPart how_far)
{
    if (self->events.part != NULL)
        self->events.part (self->events.user_data, offset, size, how_far);
}

void
bw_esp_session_note (BwEspSession *self, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    if (self->events.note == NULL)
        return;
    va_start (args, format);
    text = g_strdup_vprintf (format, args);
    va_end (args);
    self->events.note (self->events.user_data, text);
}

gboolean
bw_esp_session_can_reset (const BwEspSession *self)
{
    return bw_port_has_lines (self->port) && !self->are_lines_dead;
}

void
bw_esp_session_note_dead_lines (BwEspSession *self)
{
    if (!self->are_lines_dead)
        bw_esp_session_note (
            self, _ ("the board does not notice a reset by DTR and RTS: only a hand can reset it"));
    self->are_lines_dead = TRUE;
}

void
bw_esp_session_note_unsure (BwEspSession *self)
{
    BwEspFailure how = bw_esp_link_get_failure (self->link);

    self->is_erase_unsure = how == BW_ESP_FAILURE_SILENT || how == BW_ESP_FAILURE_NONSENSE;
}

void
bw_esp_session_note_stray (BwEspSession *self)
{
    if (self->is_stray_told || self->is_all_to_go)
        return;
    self->is_stray_told = TRUE;
    bw_esp_session_note (
        self, _ ("a request to erase or write may have arrived damaged and hit another place: what "
                 "was not written here may have been touched. Where that matters, erase the whole "
                 "flash and write everything again"));
}

void
bw_esp_session_console (BwEspSession *self, const uint8_t *bytes, size_t len)
{
    if (self->events.console != NULL && len > 0)
        self->events.console (self->events.user_data, bytes, len);
}

void
bw_esp_session_needs_hand (BwEspSession *self, const GError *why)
{
    if (self->events.needs_hand != NULL)
        self->events.needs_hand (self->events.user_data, why, self->wait_for_hand);
}

gboolean
bw_esp_session_can_digest (const BwEspSession *self)
{
    if (self->is_secure_download)
        return FALSE;
    return self->is_stub || bwp_esp_chip_supports (self->chip, BWP_ESP_CAN_ROM_FLASH_EXTRAS);
}

gboolean
bw_esp_session_is_secure_boot (const BwEspSession *self)
{
    return (self->has_identity && self->identity.secure_boot)
           || (self->has_security && (self->security.flags & BWP_ESP_SECURE_BOOT) != 0);
}

gboolean
bw_esp_session_has_stub_kind (const BwEspSession *self)
{
    if (!self->may_use_stub || self->is_secure_download || self->is_stub_hopeless
        || !bwp_esp_chip_supports (self->chip, BWP_ESP_CAN_STUB))
        return FALSE;
    if (g_str_equal (self->chip->key, "esp32c3") && bw_esp_session_is_secure_boot (self))
        return FALSE;
    /* the ROM of the first ESP32-C2 cannot start one */
    return !(g_str_equal (self->chip->key, "esp32c2") && self->has_identity
             && self->identity.major == 0);
}

uint32_t
bw_esp_session_block_bytes (const BwEspSession *self, enum bwp_esp_traffic traffic)
{
    return bwp_esp_block_bytes (traffic, bw_esp_link_get_peer (self->link), self->wire);
}

enum bwp_esp_peer
bw_esp_session_rom_peer (const BwEspSession *self)
{
    if (self->chip != NULL && !bwp_esp_chip_supports (self->chip, BWP_ESP_CAN_ROM_FLASH_EXTRAS))
        return BWP_ESP_PEER_ROM_8266;
    return BWP_ESP_PEER_ROM;
}

char *
bw_esp_session_format_mac (const uint8_t mac[6])
{
    return g_strdup_printf ("%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
                            mac[5]);
}
