/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A small question with one line of text as its answer. Threads: main thread. */

#define BW_UI_TYPE_ASK (bw_ui_ask_get_type ())
/* Signal "answered" (const char *): the person agreed to this text; the window closes afterwards, unless
 * the answer is refused. */
G_DECLARE_FINAL_TYPE (BwUiAsk, bw_ui_ask, BW_UI, ASK, AdwWindow)

/**
 * BwUiQuestion:
 * @heading: what is asked
 * @body: why, or an example
 * @label: name of the entry
 * @initial: (nullable): what stands in it at first
 * @go: word on the button, with its mnemonic
 * @may_be_empty: whether nothing at all is an answer, too
 *
 * The words of a question, borrowed for the call.
 */
typedef struct {
    const char *heading;
    const char *body;
    const char *label;
    const char *initial;
    const char *go;
    gboolean may_be_empty;
} BwUiQuestion;

/**
 * bw_ui_ask_new:
 * @parent: the window it stands before
 * @question: the words
 *
 * Returns: (transfer floating): the question, not yet shown
 */
GtkWidget *bw_ui_ask_new (GtkWindow *parent, const BwUiQuestion *question);

/**
 * bw_ui_ask_refuse:
 * @self: the question, while it is answered
 * @why: one sentence; shown below the entry, which stays
 */
void bw_ui_ask_refuse (BwUiAsk *self, const char *why);

G_END_DECLS
