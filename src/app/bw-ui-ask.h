/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A small question with one line of text as its answer. Threads: main thread. */

/**
 * BwUiAskFunc:
 * @answer: what was typed
 * @user_data: as given to bw_ui_ask()
 */
typedef void (*BwUiAskFunc) (const char *answer, gpointer user_data);

/**
 * BwUiQuestion:
 * @heading: what is asked
 * @body: why, or an example
 * @label: name of the entry
 * @initial: (nullable): what stands in it at first
 * @go: word on the button, with its mnemonic
 *
 * The words of a question, borrowed for the call.
 */
typedef struct {
    const char *heading;
    const char *body;
    const char *label;
    const char *initial;
    const char *go;
} BwUiQuestion;

/**
 * bw_ui_ask:
 * @parent: the window it stands before; nothing is called back once it is gone
 * @question: the words
 * @func: called when the person agrees; not when the question is closed
 * @user_data: for @func
 */
void
bw_ui_ask (GtkWindow *parent, const BwUiQuestion *question, BwUiAskFunc func, gpointer user_data);

G_END_DECLS
