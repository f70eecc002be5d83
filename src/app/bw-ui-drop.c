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
        g_autofree char *address = path == NULL ? g_file_get_uri (files->data) : NULL;

        if (path != NULL || address != NULL)
            g_variant_builder_add (&builder, "s", path != NULL ? path : address);
    }
    return g_variant_builder_end (&builder);
}

/* What is dragged out of a browser or a text: one address. NULL when it is none. */
static GVariant *
name_address (const char *text)
{
    g_autofree char *address = text == NULL ? NULL : g_strstrip (g_strdup (text));
    const char *const specs[] = { address };

    if (address == NULL || !bw_firmware_spec_is_address (address))
        return NULL;
    return g_variant_new_strv (specs, G_N_ELEMENTS (specs));
}

static GVariant *
name_specs (const GValue *value)
{
    if (G_VALUE_HOLDS_STRING (value))
        return name_address (g_value_get_string (value));
    return g_value_get_boxed (value) == NULL ? NULL : name_files (g_value_get_boxed (value));
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
    GVariant *specs = name_specs (value);

    if (specs == NULL)
        return FALSE;
    return gtk_widget_activate_action (drop->owner, "win.load", "(@as@as)", specs,
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
    GType types[] = { GDK_TYPE_FILE_LIST, G_TYPE_STRING };
    GtkDropTarget *controller = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);
    struct drop *drop = g_new0 (struct drop, 1);

    gtk_drop_target_set_gtypes (controller, types, G_N_ELEMENTS (types));
    drop->owner = owner;
    drop->boards = boards;
    g_signal_connect_data (controller, "drop", G_CALLBACK (on_drop), drop, free_drop, 0);
    gtk_widget_add_controller (target, GTK_EVENT_CONTROLLER (controller));
}
