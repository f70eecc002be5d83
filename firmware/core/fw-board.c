/* SPDX-License-Identifier: Apache-2.0 */
#include "fw-board.h"
#include "fw-bootlog.h"
#include "fw-loader.h"
#include <string.h>

#define EN_RISE (1 * FW_MS)   /* with a released line the capacitor is full after that */
#define EN_HOLD (200 * FW_MS) /* with both lines asserted it stays empty for that long */
#define BREAK_RESETS (50 * FW_MS)
#define WATCHDOG_PATIENCE (1500 * FW_MS) /* of one that the loader was entered with */

void
fw_board_init (struct fw_board *self,
               const struct fw_board_config *config,
               const struct fw_ops *ops,
               void *user,
               struct fw_faults *faults,
               const struct fw_board_output *output)
{
    memset (self, 0, sizeof *self);
    self->config = *config;
    self->ops = ops;
    self->user = user;
    self->faults = faults;
    self->output = *output;
    fw_flash_init (&self->flash, ops, user, faults, config->flash_size);
    if (config->takes_time) {
        self->flash.times = fw_flash_typical;
        self->speeds.md5 = config->identity.traits->md5_ns;
        self->speeds.inflate = config->identity.traits->inflate_ns;
    }
    self->state = FW_STATE_OFF;
    self->en_rises = FW_NEVER;
    self->break_over = FW_NEVER;
    self->watchdog_at = FW_NEVER;
    self->boot.next = FW_NEVER;
    self->baud = FW_BAUD;
    fw_registers_init (&self->registers, &self->config.identity, &self->flash);
}

bool
fw_board_is_8266 (const struct fw_board *self)
{
    return self->config.identity.chip->image_id == BWP_ESP_NO_IMAGE_ID;
}

uint64_t
fw_board_takes (const struct fw_board *self, uint64_t time)
{
    return self->config.takes_time ? time : 0;
}

/* Everything that runs stops; what has not left the UART never will. */
static void
stop (struct fw_board *self, uint64_t now)
{
    if (self->state == FW_STATE_STUB)
        fw_stub_stop (self, now);
    self->output.cut (self->output.user, now);
    self->boot.next = FW_NEVER;
    self->watchdog_at = FW_NEVER;
    self->busy_until = now;
}

/* What is different in a loader that was entered over the chip's own USB. */
static void
enter_by_usb (struct fw_board *self, uint64_t now)
{
    const struct bwp_esp_chip *chip = self->config.identity.chip;

    if (self->config.usb == FW_USB_JTAG && bwp_esp_chip_supports (chip, BWP_ESP_NEEDS_WATCHDOG_OFF))
        self->watchdog_at = now + WATCHDOG_PATIENCE;
    if (self->config.usb == FW_USB_OTG && chip->straps.strap != 0)
        fw_registers_put (&self->registers, chip->straps.strap, 0);
    self->strap_held = self->config.usb == FW_USB_OTG;
}

void
fw_board_restart (struct fw_board *self, uint64_t now, bool download, uint8_t reason)
{
    stop (self, now);
    self->counts.resets++;
    self->en_rises = FW_NEVER;
    self->boot.reason = reason;
    self->baud = self->config.identity.traits->log_baud;
    fw_registers_init (&self->registers, &self->config.identity, &self->flash);
    if (!download) {
        fw_boot_enter (self, now);
        return;
    }
    enter_by_usb (self, now);
    fw_board_log (self, "download mode");
    fw_rom_enter (self, now);
    fw_bootlog_download (self, now);
}

static bool
strap_is_low (const struct fw_board *self)
{
    return self->strap_low || self->strap_held || self->config.download;
}

void
fw_board_power (struct fw_board *self, uint64_t now, bool on)
{
    if (!on) {
        stop (self, now);
        self->state = FW_STATE_OFF;
        self->en_rises = FW_NEVER;
        self->break_over = FW_NEVER;
        self->faults->is_dark = false;
    } else if (self->state == FW_STATE_OFF) {
        self->dtr = self->rts = self->strap_low = self->strap_held = false;
        self->state = FW_STATE_RESET;
        self->en_rises = now + EN_RISE;
    }
}

static void
pull_reset (struct fw_board *self, uint64_t now)
{
    self->en_rises = FW_NEVER;
    if (self->state == FW_STATE_RESET)
        return;
    stop (self, now);
    self->state = FW_STATE_RESET;
}

static void
release_reset (struct fw_board *self, uint64_t now, bool both)
{
    bool bare = fw_faults_has (self->faults, FW_FAULT_NO_EN_CAPACITOR) != NULL;
    uint64_t rises = now + (bare ? 0 : both ? EN_HOLD : EN_RISE);

    if (self->state == FW_STATE_RESET && rises < self->en_rises)
        self->en_rises = rises;
}

static void
lines_of_jtag (struct fw_board *self, uint64_t now, bool dtr, bool rts)
{
    bool resets = rts && !dtr && !(self->rts && !self->dtr);

    self->dtr = dtr;
    self->rts = rts;
    if (dtr != rts || !dtr)
        self->strap_low = dtr || (rts && self->strap_low);
    if (resets && self->state != FW_STATE_OFF)
        fw_board_restart (self, now, strap_is_low (self), FW_RESET_POWER);
}

void
fw_board_lines (struct fw_board *self, uint64_t now, bool dtr, bool rts)
{
    bool is_inverted = fw_faults_has (self->faults, FW_FAULT_INVERTED_LINES) != NULL;

    dtr = dtr != is_inverted;
    rts = rts != is_inverted;
    if (self->config.usb == FW_USB_JTAG) {
        lines_of_jtag (self, now, dtr, rts);
        return;
    }
    self->dtr = dtr;
    self->rts = rts;
    self->strap_low = dtr && !rts;
    if (self->state == FW_STATE_OFF)
        return;
    if (rts && !dtr)
        pull_reset (self, now);
    else
        release_reset (self, now, dtr && rts);
    if (self->en_rises <= now)
        fw_board_step (self, now);
}

void
fw_board_break (struct fw_board *self, uint64_t now, bool on)
{
    if (self->state != FW_STATE_OFF)
        self->break_over = on ? now + BREAK_RESETS : FW_NEVER;
}

void
fw_board_reset (struct fw_board *self, uint64_t now)
{
    if (self->state != FW_STATE_OFF)
        fw_board_restart (self, now, strap_is_low (self), FW_RESET_POWER);
}

void
fw_board_boot (struct fw_board *self, uint64_t now, bool download)
{
    self->config.download = download;
    fw_board_reset (self, now);
}

void
fw_board_receive (struct fw_board *self, uint64_t now, const uint8_t *bytes, size_t len)
{
    if (fw_faults_has (self->faults, FW_FAULT_DEAF) != NULL)
        return;
    switch (self->state) {
    case FW_STATE_ROM:
        fw_rom_receive (self, now, bytes, len);
        break;
    case FW_STATE_STUB:
        fw_stub_receive (self, now, bytes, len);
        break;
    case FW_STATE_BOOT:
    case FW_STATE_APP:
    case FW_STATE_CONSOLE:
        fw_boot_receive (self, now, bytes, len);
        break;
    case FW_STATE_OFF:
    case FW_STATE_RESET:
    case FW_STATE_SILENT:
    default:
        break;
    }
}

static uint64_t
loader_next (const struct fw_board *self)
{
    if (self->state == FW_STATE_ROM)
        return fw_rom_next (self);
    if (self->state == FW_STATE_STUB)
        return fw_stub_next (self);
    return self->boot.next;
}

static uint64_t
earlier (uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

uint64_t
fw_board_next (const struct fw_board *self)
{
    uint64_t outside = earlier (self->en_rises, earlier (self->break_over, self->watchdog_at));

    return earlier (outside, loader_next (self));
}

void
fw_board_step (struct fw_board *self, uint64_t now)
{
    if (self->en_rises <= now) {
        fw_board_restart (self, now, strap_is_low (self), FW_RESET_POWER);
    } else if (self->break_over <= now) {
        self->break_over = FW_NEVER;
        fw_board_reset (self, now);
    } else if (self->watchdog_at <= now) {
        self->strap_held = false;
        fw_board_restart (self, now, strap_is_low (self), FW_RESET_RTC_WATCHDOG);
    } else if (loader_next (self) > now) {
        return;
    } else if (self->state == FW_STATE_ROM) {
        fw_rom_step (self, now);
    } else if (self->state == FW_STATE_STUB) {
        fw_stub_step (self, now);
    } else {
        fw_boot_step (self, now);
    }
}

static bool
can_measure (struct fw_board *self, uint32_t baud)
{
    const struct fw_fault *limit = fw_faults_has (self->faults, FW_FAULT_AUTOBAUD);

    return limit == NULL || baud <= limit->where;
}

uint32_t
fw_board_baud (struct fw_board *self, uint32_t host_baud)
{
    if (host_baud == 0 || self->state != FW_STATE_ROM || self->rom.synced
        || !can_measure (self, host_baud))
        return self->baud;
    self->heard_baud = host_baud;
    return host_baud;
}

const char *
fw_state_text (enum fw_state state)
{
    static const char *const texts[] = { "off",    "reset",   "download", "stub",
                                         "silent", "console", "booting",  "application" };

    return (size_t) state < sizeof texts / sizeof texts[0] ? texts[state] : "?";
}
