/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>
#include <stdint.h>

#include "bw-cause.h"
#include "bw-driver.h"

G_BEGIN_DECLS

/* What a board says after a reset, told in one verdict: fed with bytes as they come, at the rate of
 * the chip's log (ESP8266: 74880, others 115200). No I/O, no clock.
 * Sources: messages of the boot ROMs and of ESP-IDF's second-stage loader; the ESP8266 forms from
 * its SDK. Limits: a line is looked at up to 512 bytes, longer ones are cut.
 * Threads: one reader belongs to one thread. */

typedef struct _BwEspBootLog BwEspBootLog;

/**
 * bw_esp_boot_log_new:
 *
 * Returns: (transfer full): a reader that has heard nothing
 */
BwEspBootLog *bw_esp_boot_log_new (void);

/**
 * bw_esp_boot_log_free:
 * @self: (nullable) (transfer full): a reader
 */
void bw_esp_boot_log_free (BwEspBootLog *self);

/**
 * bw_esp_boot_log_push:
 * @self: a reader
 * @bytes: what arrived, any bytes
 * @len: how many
 */
void bw_esp_boot_log_push (BwEspBootLog *self, const uint8_t *bytes, size_t len);

/**
 * bw_esp_boot_log_get_verdict:
 * @self: a reader
 *
 * Returns: what was heard so far means
 */
BwBootVerdict bw_esp_boot_log_get_verdict (const BwEspBootLog *self);

/**
 * bw_esp_boot_log_is_clear:
 * @self: a reader
 *
 * Returns: whether more text would not change the verdict. That an application came up is never
 * clear by text alone: it may still crash.
 */
gboolean bw_esp_boot_log_is_clear (const BwEspBootLog *self);

/**
 * bw_esp_boot_log_get_cause:
 * @self: a reader
 *
 * Returns: the cause of a bad verdict: app-missing, app-rejected, app-boot-loop, brownout or
 * boot-log-seen (download mode again); %BW_CAUSE_NONE for a good or silent one
 */
BwCause bw_esp_boot_log_get_cause (const BwEspBootLog *self);

/**
 * bw_esp_boot_log_dup_text:
 * @self: a reader
 *
 * Returns: (transfer full): the verdict in one sentence in the user's language, with the line
 * it rests on as it is
 */
char *bw_esp_boot_log_dup_text (const BwEspBootLog *self);

/**
 * bw_esp_boot_log_is_noisy:
 * @self: a reader
 *
 * Returns: whether what comes lately is no text, as at a wrong rate
 */
gboolean bw_esp_boot_log_is_noisy (const BwEspBootLog *self);

/**
 * bw_esp_boot_log_forget_noise:
 * @self: a reader whose port changed its rate
 */
void bw_esp_boot_log_forget_noise (BwEspBootLog *self);

/**
 * bw_esp_boot_log_tells_brownout:
 * @text: what a board said, also many lines of it
 *
 * Returns: whether a brownout detector speaks in it: the supply voltage has broken down
 */
gboolean bw_esp_boot_log_tells_brownout (const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwEspBootLog, bw_esp_boot_log_free)

G_END_DECLS
