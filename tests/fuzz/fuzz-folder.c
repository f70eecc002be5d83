/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-folder.h"

#include <glib/gstdio.h>
#include <stdlib.h>

static char *folder;

/* With folders in it, which are not deep. */
static void
empty (const char *path)
{
    g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
        g_autofree char *inner = g_build_filename (path, name, NULL);

        if (g_remove (inner) == 0)
            continue;
        empty (inner);
        g_remove (inner);
    }
}

void
fuzz_folder_empty (void)
{
    empty (fuzz_folder_get ());
}

static void
remove_folder (void)
{
    fuzz_folder_empty ();
    g_rmdir (folder);
    g_free (folder);
}

const char *
fuzz_folder_get (void)
{
    if (folder != NULL)
        return folder;
    /* in memory where there is such a place: thousands of files come and go */
    folder = g_mkdtemp (g_strdup ("/dev/shm/bw-fuzz-XXXXXX"));
    if (folder == NULL)
        folder = g_dir_make_tmp ("bw-fuzz-XXXXXX", NULL);
    g_assert_nonnull (folder);
    atexit (remove_folder);
    return folder;
}

char *
fuzz_folder_put (const char *name, const void *data, size_t len)
{
    char *path = g_build_filename (fuzz_folder_get (), name, NULL);

    /* GLib 2.74 leaves the tail of an older, longer file */
    g_remove (path);
    g_assert_true (
        g_file_set_contents_full (path, data, (gssize) len, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    return path;
}
