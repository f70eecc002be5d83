/* SPDX-License-Identifier: Apache-2.0 */
/* Out of download mode: from reset over the second-stage loader to an application with a log. */
#include "fw-bootlog.h"
#include "fw-crypt.h"
#include "fw-text.h"
#include <string.h>

#define ROM_TIME (5 * FW_MS)
#define LOADER_TIME (250 * FW_MS)
#define TICK (1000 * FW_MS)
#define CRASH_TIME (200 * FW_MS)
#define WATCHDOG_TIME (500 * FW_MS) /* until a chip that found nothing starts anew */
#define REPEAT_TIME (50 * FW_MS)    /* between two complaints of a ROM that goes on for ever */

static void
schedule (struct fw_board *self, uint64_t when, enum fw_boot_step step)
{
    self->boot.next = when;
    self->boot.step = step;
}

void
fw_boot_enter (struct fw_board *self, uint64_t now)
{
    self->state = FW_STATE_BOOT;
    self->boot.power_on = now;
    self->boot.input_len = 0;
    self->boot.lines = 0;
    schedule (self, now + ROM_TIME, FW_BOOT_LOADER);
}

static void
plan_failure (struct fw_board *self, uint64_t now, const struct fw_selection *selection)
{
    bool rom = selection->start == FW_START_NO_LOADER || selection->start == FW_START_BAD_LOADER;

    if (rom && !self->config.identity.traits->restarts_if_blank) {
        schedule (self, now + REPEAT_TIME, FW_BOOT_REPEAT);
        return;
    }
    self->boot.reason = rom ? FW_RESET_WATCHDOG : FW_RESET_SOFTWARE;
    schedule (self, now + WATCHDOG_TIME, FW_BOOT_RESTART);
}

static void
copy_text (char out[33], const char *text)
{
    size_t len = strlen (text);

    len = len < 32 ? len : 32;
    memcpy (out, text, len);
    out[len] = '\0';
}

static void
log_outcome (struct fw_board *self, const struct fw_selection *selection)
{
    static const char *const outcomes[] = { "runs ", "no boot image", "damaged boot image",
                                            "no partition table", "no program that can run" };
    struct fw_text text;

    fw_text_clear (&text);
    fw_text_add (&text, "boot: ");
    fw_text_add (&text, outcomes[selection->start]);
    if (selection->start == FW_START_RUNS) {
        fw_text_add (&text, selection->program.label);
        fw_text_add (&text, selection->has_desc ? ", " : "");
        fw_text_add (&text, selection->has_desc ? selection->desc.project : "");
    }
    fw_board_log (self, text.text);
}

static void
step_loader (struct fw_board *self, uint64_t now)
{
    struct fw_selection selection;
    struct fw_flash view = self->flash;

    self->boot.seen = view.bytes = fw_crypt_open (self);
    fw_select (&view, self->config.identity.chip, &self->ops->digests, &selection);
    log_outcome (self, &selection);
    fw_bootlog_rom (self, now, &selection);
    if (selection.start != FW_START_NO_LOADER && selection.start != FW_START_BAD_LOADER)
        fw_bootlog_loader (self, now, &selection);
    if (selection.start != FW_START_RUNS) {
        plan_failure (self, now, &selection);
        return;
    }
    copy_text (self->boot.project, selection.has_desc ? selection.desc.project : "unnamed");
    copy_text (self->boot.version, selection.has_desc ? selection.desc.version : "unknown");
    schedule (self, now + LOADER_TIME, FW_BOOT_START);
}

static void
step_start (struct fw_board *self, uint64_t now)
{
    self->state = FW_STATE_APP;
    self->baud = FW_BAUD;
    fw_bootlog_start (self, now);
    if (fw_faults_has (self->faults, FW_FAULT_BROWNOUT) != NULL
        || fw_faults_has (self->faults, FW_FAULT_PANIC) != NULL)
        schedule (self, now + CRASH_TIME, FW_BOOT_CRASH);
    else
        schedule (self, now + TICK, FW_BOOT_TICK);
}

static void
step_tick (struct fw_board *self, uint64_t now)
{
    struct fw_text text;

    fw_text_clear (&text);
    fw_text_add (&text, "alive, line ");
    fw_text_add_dec (&text, ++self->boot.lines, 0);
    fw_bootlog_line (self, now, 'I', self->boot.project, text.text);
    schedule (self, now + TICK, FW_BOOT_TICK);
}

static void
step_crash (struct fw_board *self, uint64_t now)
{
    bool brownout = fw_faults_has (self->faults, FW_FAULT_BROWNOUT) != NULL;

    if (brownout)
        fw_board_print (self, now, "\r\nBrownout detector was triggered\r\n\r\n");
    else
        fw_board_print (self, now,
                        "Guru Meditation Error: Core  0 panic'ed (LoadProhibited). "
                        "Exception was unhandled.\r\n\r\n"
                        "Backtrace: 0x400d1234:0x3ffb4560 0x400d0f00:0x3ffb4580\r\n\r\n"
                        "Rebooting...\r\n");
    self->boot.reason = brownout ? FW_RESET_BROWNOUT : FW_RESET_CPU;
    schedule (self, now + CRASH_TIME, FW_BOOT_RESTART);
}

static void
step_repeat (struct fw_board *self, uint64_t now)
{
    struct fw_text text;
    const uint8_t *word = self->boot.seen + self->config.identity.chip->bootloader_offset;

    fw_text_clear (&text);
    fw_text_add (&text, "invalid header: 0x");
    for (unsigned i = 4; i-- > 0;)
        fw_text_add_hex (&text, word[i], 2);
    fw_text_add (&text, "\r\n");
    fw_board_print (self, now, text.text);
    schedule (self, now + REPEAT_TIME, FW_BOOT_REPEAT);
}

void
fw_boot_step (struct fw_board *self, uint64_t now)
{
    static void (*const steps[]) (struct fw_board *, uint64_t) = {
        [FW_BOOT_LOADER] = step_loader, [FW_BOOT_START] = step_start,   [FW_BOOT_TICK] = step_tick,
        [FW_BOOT_CRASH] = step_crash,   [FW_BOOT_REPEAT] = step_repeat,
    };

    if (self->boot.step == FW_BOOT_RESTART)
        fw_board_restart (self, now, false, self->boot.reason);
    else
        steps[self->boot.step](self, now);
}

static void
answer_line (struct fw_board *self, uint64_t now)
{
    struct fw_text text;

    fw_text_clear (&text);
    fw_text_add (&text, "received \"");
    fw_text_add_bytes (&text, (const uint8_t *) self->boot.input, self->boot.input_len);
    fw_text_add (&text, "\"");
    self->boot.input_len = 0;
    fw_bootlog_line (self, now, 'I', self->boot.project, text.text);
}

void
fw_boot_receive (struct fw_board *self, uint64_t now, const uint8_t *bytes, size_t len)
{
    if (self->state != FW_STATE_APP)
        return;
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] == '\n' || bytes[i] == '\r') {
            if (self->boot.input_len > 0)
                answer_line (self, now);
        } else if (self->boot.input_len < sizeof self->boot.input) {
            self->boot.input[self->boot.input_len++] = (char) bytes[i];
        }
    }
}
