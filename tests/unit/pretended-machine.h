/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <glib/gstdio.h>
#include <unistd.h>

/* A folder with a pretended /proc and /sys, for what is read there of ports and who holds them. */
struct world {
    char *root;
    char *proc;
    char *sys;
};

static inline void
put (const struct world *world, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename (world->root, name, NULL);
    g_autofree char *folder = g_path_get_dirname (path);

    g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
    g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static inline void
put_link (const struct world *world, const char *name, const char *target)
{
    g_autofree char *path = g_build_filename (world->root, name, NULL);
    g_autofree char *folder = g_path_get_dirname (path);

    g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
    g_assert_cmpint (symlink (target, path), ==, 0);
}

static inline void
make_world (struct world *world)
{
    world->root = g_dir_make_tmp ("bw-world-XXXXXX", NULL);
    world->proc = g_build_filename (world->root, "proc", NULL);
    world->sys = g_build_filename (world->root, "sys", NULL);
    put (world, "proc/1/comm", "init\n");
}

static inline void
remove_tree (const char *path)
{
    g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
    const char *name = NULL;

    if (dir == NULL || g_file_test (path, G_FILE_TEST_IS_SYMLINK)) {
        g_unlink (path);
        return;
    }
    while ((name = g_dir_read_name (dir)) != NULL) {
        g_autofree char *child = g_build_filename (path, name, NULL);

        remove_tree (child);
    }
    g_rmdir (path);
}

static inline void
end_world (struct world *world)
{
    remove_tree (world->root);
    g_free (world->root);
    g_free (world->proc);
    g_free (world->sys);
}
