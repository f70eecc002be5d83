/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * bw_cli_dup_clean:
 * @text: what shall be shown; may hold names that came from a file or a board
 * @allowed: (array zero-terminated=1): sequences that pass as they are
 *
 * Keeps foreign bytes from commanding the terminal: every control character but the line end and
 * the tab becomes a question mark, what is no UTF-8 a replacement character. Any thread.
 *
 * Returns: (transfer full): valid UTF-8
 */
char *bw_cli_dup_clean (const char *text, const char *const *allowed);

G_END_DECLS
