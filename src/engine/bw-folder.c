/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-folder"
#include "config.h"

#include "bw-folder.h"

#include <string.h>

static int
compare_names (gconstpointer a, gconstpointer b)
{
    return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GPtrArray *
bw_folder_list (const char *path, const char *suffix)
{
    GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
    g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
    const char *name = NULL;

    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        if (g_str_has_suffix (name, suffix))
            g_ptr_array_add (names, g_strdup (name));
    g_ptr_array_sort (names, compare_names);
    return names;
}

char *
bw_folder_dup_absolute (const char *path)
{
    g_autofree char *folder = NULL;

    if (g_path_is_absolute (path))
        return g_strdup (path);
    folder = g_get_current_dir ();
    return g_build_filename (folder, path, NULL);
}

void
bw_folder_ignore_relative_homes (void)
{
    static const char *const names[] = { "HOME",           "XDG_DATA_HOME",  "XDG_CONFIG_HOME",
                                         "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR" };

    for (size_t i = 0; i < G_N_ELEMENTS (names); i++) {
        const char *value = g_getenv (names[i]);

        if (value != NULL && !g_path_is_absolute (value))
            g_unsetenv (names[i]);
    }
}
