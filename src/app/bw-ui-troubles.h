/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "boardwalk.h"

G_BEGIN_DECLS

/* What people should know of the station itself, and not of a board: one text of each kind, the latest.
 * Threads: main thread. */

typedef enum {
    BW_UI_TROUBLE_SETTINGS,
    BW_UI_TROUBLE_STORE,
    BW_UI_TROUBLE_VIRTUAL,
    BW_UI_TROUBLE_REFUSAL, /* what a person asked for last and was not done */
    BW_UI_TROUBLE_N        /* not a kind: how many there are */
} BwUiTroubleKind;

typedef struct {
    char *texts[BW_UI_TROUBLE_N]; /* (nullable): of each kind, Pango markup */
} BwUiTroubles;

/**
 * bw_ui_troubles_set:
 * @self: troubles; all zeros have none
 * @kind: which one
 * @text: (nullable) (transfer full): what is to be said of it now, as Pango markup; %NULL = nothing
 *   any more
 */
void bw_ui_troubles_set (BwUiTroubles *self, BwUiTroubleKind kind, char *text);

/**
 * bw_ui_troubles_dup_text:
 * @self: troubles
 *
 * Returns: (transfer full): all of them as Pango markup, one paragraph each; empty where there are none
 */
char *bw_ui_troubles_dup_text (const BwUiTroubles *self);

/**
 * bw_ui_troubles_clear:
 * @self: troubles; has none afterwards
 */
void bw_ui_troubles_clear (BwUiTroubles *self);

/**
 * bw_ui_trouble_dup_words:
 * @error: one of the engine's
 *
 * Returns: (transfer full): what it means, what to do, and what was seen, as Pango markup
 */
char *bw_ui_trouble_dup_words (const GError *error);

/**
 * bw_ui_trouble_dup_wait_words:
 * @evidence: which program holds the records, as the store tells it
 *
 * Returns: (transfer full): that boards come after it, or without records, as Pango markup
 */
char *bw_ui_trouble_dup_wait_words (const char *evidence);

/**
 * bw_ui_trouble_dup_virtual_words:
 * @error: as bw_ui_virtual_start() tells it
 *
 * Returns: (transfer full): what it means, what to do, and what was seen, as Pango markup
 */
char *bw_ui_trouble_dup_virtual_words (const GError *error);

G_END_DECLS
