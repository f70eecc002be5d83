/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-troubles"
#include "config.h"

#include "bw-ui-troubles.h"

#include <glib/gi18n.h>

#include "bw-ui-format.h"

void
bw_ui_troubles_set (BwUiTroubles *self, BwUiTroubleKind kind, char *text)
{
    g_free (self->texts[kind]);
    self->texts[kind] = text;
}

char *
bw_ui_troubles_dup_text (const BwUiTroubles *self)
{
    GString *all = g_string_new (NULL);

    for (gsize i = 0; i < G_N_ELEMENTS (self->texts); i++)
        if (self->texts[i] != NULL)
            g_string_append_printf (all, "%s%s", all->len > 0 ? "\n\n" : "", self->texts[i]);
    return g_string_free (all, FALSE);
}

void
bw_ui_troubles_clear (BwUiTroubles *self)
{
    for (gsize i = 0; i < G_N_ELEMENTS (self->texts); i++)
        g_clear_pointer (&self->texts[i], g_free);
}

static char *
compose (const char *title, const char *explanation, const char *remedy, const char *seen)
{
    g_autofree char *sentence = bw_ui_format_sentence (seen);

    return g_markup_printf_escaped ("<b>%s</b>\n%s %s\n%s", title, explanation, remedy, sentence);
}

char *
bw_ui_trouble_dup_words (const GError *error)
{
    BwCause cause = bw_error_get_cause (error);

    return compose (bw_cause_get_title (cause), bw_cause_get_explanation (cause),
                    bw_cause_get_remedy (cause), error->message);
}

char *
bw_ui_trouble_dup_wait_words (const char *evidence)
{
    return compose (_ ("Waiting for the records"),
                    _ ("Boards appear as soon as the other program lets them go, or without "
                       "records in a few seconds."),
                    _ ("Close that program if it hangs."), evidence);
}

char *
bw_ui_trouble_dup_virtual_words (const GError *error)
{
    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
        return compose (_ ("No virtual boards"),
                        _ ("The program that plays boards without hardware is missing."),
                        _ ("Install it, or name it in the environment variable BOARDWALK_VBOARD."),
                        error->message);
    return compose (_ ("No virtual boards"),
                    _ ("The program that plays boards without hardware cannot work here."),
                    _ ("See to it that this user may write to the folder that is named below, and "
                       "that there is room, then start Boardwalk again."),
                    error->message);
}
