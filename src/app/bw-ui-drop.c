/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-ui-drop"
#include "config.h"

#include "bw-ui-drop.h"

#include "boardwalk.h"

struct drop {
    GtkWidget *owner;
    BwUiDropBoardsFunc boards;
};

static GVariant *
name_files (GSList *files)
{
    g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);

    for (; files != NULL; files = files->next) {
        g_autofree char *path = g_file_get_path (files->data);

        if (path != NULL)
            g_variant_builder_add (&builder, "s", path);
    }
    return g_variant_builder_end (&builder);
}

static GVariant *
name_boards (GPtrArray *boards)
{
    g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);

    for (unsigned i = 0; i < boards->len; i++)
        g_variant_builder_add (&builder, "s", bw_board_get_address (boards->pdata[i]));
    return g_variant_builder_end (&builder);
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, struct drop *drop)
{
    g_autoptr (GPtrArray) boards = drop->boards (drop->owner);
    GSList *files = g_value_get_boxed (value);

    if (files == NULL)
        return FALSE;
    return gtk_widget_activate_action (drop->owner, "win.load", "(@as@as)", name_files (files),
                                       name_boards (boards));
}

static void
free_drop (gpointer data, GClosure *closure)
{
    g_free (data);
}

void
bw_ui_drop_attach (GtkWidget *owner, GtkWidget *target, BwUiDropBoardsFunc boards)
{
    GtkDropTarget *controller = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
    struct drop *drop = g_new0 (struct drop, 1);

    drop->owner = owner;
    drop->boards = boards;
    g_signal_connect_data (controller, "drop", G_CALLBACK (on_drop), drop, free_drop, 0);
    gtk_widget_add_controller (target, GTK_EVENT_CONTROLLER (controller));
}
