/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib.h>
#include <stdint.h>

#include "bw-cause.h"

G_BEGIN_DECLS

/* What a board said while nobody could connect to it, and what that means: silence, text of an
 * application or boot log, download mode without answers, or bytes that are no text at all.
 * Pure; keeps the last %BW_ESP_EVIDENCE_BYTES. Threads: one collector belongs to one thread. */

#define BW_ESP_EVIDENCE_BYTES 2048

typedef struct _BwEspEvidence BwEspEvidence;

/**
 * bw_esp_evidence_new:
 *
 * Returns: (transfer full): a collector without any bytes
 */
BwEspEvidence *bw_esp_evidence_new (void);

/**
 * bw_esp_evidence_free:
 * @self: (nullable) (transfer full): a collector
 */
void bw_esp_evidence_free (BwEspEvidence *self);

/**
 * bw_esp_evidence_clear:
 * @self: a collector; forgets everything
 */
void bw_esp_evidence_clear (BwEspEvidence *self);

/**
 * bw_esp_evidence_push:
 * @self: a collector
 * @bytes: what arrived outside of replies
 * @len: how many
 */
void bw_esp_evidence_push (BwEspEvidence *self, const uint8_t *bytes, size_t len);

/**
 * bw_esp_evidence_end_line:
 * @self: a collector; what follows does not belong to the line that came last, since something between
 * was not heard
 */
void bw_esp_evidence_end_line (BwEspEvidence *self);

/**
 * bw_esp_evidence_count:
 * @self: a collector
 *
 * Returns: bytes seen in all, also those no longer kept
 */
uint64_t bw_esp_evidence_count (const BwEspEvidence *self);

/**
 * bw_esp_evidence_get_cause:
 * @self: a collector
 *
 * Returns: no-answer (nothing came), tx-line (it waits for a download and does not hear us),
 * boot-log-seen (text of a boot or an application), power (the same, with a brownout in it), garbage
 */
BwCause bw_esp_evidence_get_cause (const BwEspEvidence *self);

/**
 * bw_esp_evidence_dup_line:
 * @self: a collector
 *
 * Returns: (transfer full) (nullable): the most telling line of the text, valid UTF-8; %NULL when
 * there is no text
 */
char *bw_esp_evidence_dup_line (const BwEspEvidence *self);

/**
 * bw_esp_evidence_dup_line_with:
 * @self: a collector
 * @text: what to look for
 *
 * Returns: (transfer full) (nullable): the last line that contains @text, valid UTF-8; %NULL if none
 *   does. Bytes around it that are no text do not matter
 */
char *bw_esp_evidence_dup_line_with (const BwEspEvidence *self, const char *text);

/**
 * bw_esp_evidence_mentions:
 * @self: a collector
 * @text: what to look for
 *
 * Returns: whether the kept bytes contain @text
 */
gboolean bw_esp_evidence_mentions (const BwEspEvidence *self, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwEspEvidence, bw_esp_evidence_free)

G_END_DECLS
