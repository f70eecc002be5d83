/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-swatch"
#include "config.h"

#include "bw-ui-swatch.h"

#include <adwaita.h>

GtkWidget *
bw_ui_swatch_new (const char *colour_name)
{
    GtkWidget *swatch =
        g_object_new (ADW_TYPE_BIN, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

    gtk_widget_set_valign (swatch, GTK_ALIGN_CENTER);
    gtk_widget_set_halign (swatch, GTK_ALIGN_CENTER);
    gtk_widget_add_css_class (swatch, "swatch");
    gtk_widget_add_css_class (swatch, colour_name);
    return swatch;
}
