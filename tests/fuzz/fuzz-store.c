/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store's file, whoever wrote into it: it opens, or a cause is named; a damaged one is kept. */
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "bw-error.h"
#include "bw-store.h"
#include "fuzz-folder.h"
#include "fuzz.h"

/* A disk that never waits: thousands of inputs follow each other. */
static sqlite3_vfs fast_vfs;
static sqlite3_vfs *real_vfs;
/* the database has locks and its journals have none: two kinds */
static sqlite3_io_methods fast_methods[2];

static int
do_not_sync (sqlite3_file *file, int flags)
{
    return SQLITE_OK;
}

static int
open_fast (sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
    int code = real_vfs->xOpen (real_vfs, name, file, flags, ret_flags);
    sqlite3_io_methods *methods = &fast_methods[(flags & SQLITE_OPEN_MAIN_DB) != 0];

    if (code != SQLITE_OK || file->pMethods == NULL)
        return code;
    *methods = *file->pMethods;
    methods->xSync = do_not_sync;
    file->pMethods = methods;
    return code;
}

static void
make_disk_fast (void)
{
    if (real_vfs != NULL)
        return;
    real_vfs = sqlite3_vfs_find (NULL);
    fast_vfs = *real_vfs;
    fast_vfs.zName = "fast";
    fast_vfs.xOpen = open_fast;
    g_assert_cmpint (sqlite3_vfs_register (&fast_vfs, 1), ==, SQLITE_OK);
}

static void
check_text (const char *text)
{
    g_assert_true (text == NULL || g_utf8_validate (text, -1, NULL));
}

static void
read_all (BwStore *store)
{
    g_autoptr (GPtrArray) boards = bw_store_list_boards_sync (store, NULL);
    g_autoptr (GPtrArray) jobs = bw_store_list_jobs_sync (store, NULL, 100, NULL);
    g_autoptr (GPtrArray) interrupted = bw_store_list_interrupted_sync (store, NULL);

    for (unsigned i = 0; boards != NULL && i < boards->len; i++) {
        const BwStoredBoard *board = boards->pdata[i];

        check_text (board->mac);
        check_text (board->name);
    }
    for (unsigned i = 0; jobs != NULL && i < jobs->len; i++) {
        const BwStoredJob *job = jobs->pdata[i];

        check_text (job->title);
        check_text (job->message);
    }
}

/* Where SQLite keeps the version of a file, high byte first. */
static gboolean
is_current (const uint8_t *data, size_t len)
{
    static const uint8_t version[] = { 0, 0, 0, BW_STORE_SCHEMA_VERSION };

    return len >= 64 && memcmp (data + 60, version, sizeof version) == 0;
}

/* The file that was set aside is the one that was there, whole, unless it was older and brought to
 * the present version before its damage showed. */
static void
check_kept (const uint8_t *data, size_t len)
{
    g_autoptr (GDir) dir = g_dir_open (fuzz_folder_get (), 0, NULL);
    g_autofree char *path = NULL;
    g_autofree char *kept = NULL;
    const char *name;
    size_t kept_len = 0;

    while ((name = g_dir_read_name (dir)) != NULL)
        if (g_str_has_prefix (name, "store.db.damaged-"))
            path = g_build_filename (fuzz_folder_get (), name, "store.db", NULL);
    g_assert_nonnull (path);
    g_assert_true (g_file_get_contents (path, &kept, &kept_len, NULL));
    if (is_current (data, len))
        g_assert_cmpuint (kept_len, ==, len);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
    g_autofree char *path = fuzz_folder_put ("store.db", data, len);
    g_autoptr (GError) error = NULL;
    g_autoptr (BwStore) store = NULL;

    make_disk_fast ();
    store = bw_store_open_sync (path, NULL, NULL, NULL, &error);
    g_assert_true ((store == NULL) == (error != NULL));
    if (store != NULL)
        read_all (store);
    else if (bw_error_get_cause (error) == BW_CAUSE_STORE_DAMAGED)
        check_kept (data, len);
    g_clear_object (&store);
    fuzz_folder_empty ();
    return 0;
}
