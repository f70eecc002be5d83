/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a board says after a reset: whole and byte by byte must give the same verdict, in clean text. */
#include <gio/gio.h>
#include <stdlib.h>

#include "bw-esp-boot-log.h"
#include "fuzz.h"

static BwEspBootLog *
listen_to (const uint8_t *data, size_t len, size_t piece)
{
    BwEspBootLog *log = bw_esp_boot_log_new ();

    for (size_t i = 0; i < len; i += piece)
        bw_esp_boot_log_push (log, data + i, MIN (piece, len - i));
    return log;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
    g_autoptr (BwEspBootLog) whole = listen_to (data, len, MAX (len, 1));
    g_autoptr (BwEspBootLog) cut = listen_to (data, len, 1);
    g_autofree char *whole_text = bw_esp_boot_log_dup_text (whole);
    g_autofree char *cut_text = bw_esp_boot_log_dup_text (cut);
    BwBootVerdict verdict = bw_esp_boot_log_get_verdict (whole);
    gboolean is_bad = verdict != BW_BOOT_APP && verdict != BW_BOOT_SILENT;

    g_assert_cmpint (verdict, ==, bw_esp_boot_log_get_verdict (cut));
    g_assert_cmpstr (whole_text, ==, cut_text);
    g_assert_cmpint (bw_esp_boot_log_is_noisy (whole), ==, bw_esp_boot_log_is_noisy (cut));
    g_assert_cmpint (bw_esp_boot_log_get_cause (whole) != BW_CAUSE_NONE, ==, is_bad);
    g_assert_true (g_utf8_validate (whole_text, -1, NULL));
    for (const char *p = whole_text; *p != '\0'; p = g_utf8_next_char (p))
        g_assert_false (g_unichar_iscntrl (g_utf8_get_char (p)));
    return 0;
}
