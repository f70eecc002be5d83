/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-board-text"
#include "config.h"

#include "bw-board-text.h"

#include <glib/gi18n-lib.h>

struct row {
    const char *id;
    const char *icon;
    const char *word;
};

/* UI.md, section 3 */
static const struct row rows[] = {
    [BW_BOARD_LOOKING] = { "looking", "bw-state-looking-symbolic", N_ ("Looking…") },
    [BW_BOARD_READY] = { "ready", "bw-state-ready-symbolic", N_ ("Ready") },
    [BW_BOARD_QUEUED] = { "queued", "bw-state-queued-symbolic", N_ ("Waiting for its turn") },
    [BW_BOARD_WORKING] = { "working", "bw-state-working-symbolic", N_ ("Working") },
    [BW_BOARD_NEEDS_HAND] = { "needs-hand", "bw-state-needs-hand-symbolic", N_ ("Needs a hand") },
    [BW_BOARD_PASSED] = { "passed", "bw-state-passed-symbolic", N_ ("Good") },
    [BW_BOARD_FAILED] = { "failed", "bw-state-failed-symbolic", N_ ("Failed") },
    [BW_BOARD_INTERRUPTED] = { "interrupted", "bw-state-interrupted-symbolic",
                               N_ ("Interrupted. Safe to start again") },
    [BW_BOARD_GONE] = { "gone", "bw-state-gone-symbolic", N_ ("Unplugged") },
};

static const struct row *
get_row (BwBoardState state)
{
    g_return_val_if_fail ((unsigned) state < G_N_ELEMENTS (rows), &rows[BW_BOARD_LOOKING]);
    return &rows[state];
}

const char *
bw_board_state_get_id (BwBoardState state)
{
    return get_row (state)->id;
}

const char *
_bw_board_text_get_icon (BwBoardState state)
{
    return get_row (state)->icon;
}

const char *
_bw_board_text_get_word (BwBoardState state)
{
    return _ (get_row (state)->word);
}

const char *
_bw_board_text_get_hand (BwCause cause)
{
    if (cause == BW_CAUSE_UNPLUGGED)
        return _ ("Plug it in again");
    if (cause == BW_CAUSE_BOOT_LOG_SEEN || cause == BW_CAUSE_NO_ANSWER)
        return _ ("Hold BOOT, press RESET");
    return bw_cause_get_title (cause);
}

char *
_bw_board_text_dup_amount (const BwJobProgress *progress)
{
    g_autofree char *done = g_format_size (progress->done);
    g_autofree char *total = g_format_size (progress->total);
    g_autofree char *speed = g_format_size ((guint64) progress->bytes_per_second);
    GString *text = NULL;

    if (progress->total == 0)
        return NULL;
    text = g_string_new (NULL);
    /* Translators: bytes done of bytes in all */
    g_string_append_printf (text, _ ("%s of %s"), done, total);
    if (progress->bytes_per_second >= 1)
        g_string_append_printf (text, " · %s/s", speed);
    return g_string_free (text, FALSE);
}

char *
_bw_board_text_dup_time_left (const BwJobProgress *progress)
{
    int seconds = progress->seconds_left;

    if (progress->total == 0 || seconds < 0)
        return NULL;
    if (seconds < 100)
        /* Translators: seconds, with a narrow no-break space before the unit */
        return g_strdup_printf (_ ("%d s left"), seconds);
    /* Translators: minutes, with a narrow no-break space before the unit */
    return g_strdup_printf (_ ("%d min left"), (seconds + 30) / 60);
}

char *
_bw_board_text_dup_interrupted (double fraction)
{
    /* Translators: how far a job was when it was torn off, in percent, after a narrow no-break space */
    return g_strdup_printf (_ ("Interrupted at %d %%. Safe to start again"),
                            (int) (CLAMP (fraction, 0, 1) * 100));
}
