/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-main"
#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <signal.h>

#include "bw-ui-application.h"

int
main (int argc, char *argv[])
{
    g_autoptr (BwUiApplication) app = NULL;
    /* from a build folder, as ./start does, the texts lie elsewhere */
    const char *folder = g_getenv ("BOARDWALK_LOCALE_DIR");

    bw_folder_ignore_relative_homes ();
    /* a file that may not grow is an error of writing, not the end of every board's work */
    signal (SIGXFSZ, SIG_IGN);
    setlocale (LC_ALL, "");
    bindtextdomain (GETTEXT_PACKAGE, folder != NULL ? folder : BW_LOCALEDIR);
    bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
    textdomain (GETTEXT_PACKAGE);

    app = bw_ui_application_new ();
    return g_application_run (G_APPLICATION (app), argc, argv);
}
