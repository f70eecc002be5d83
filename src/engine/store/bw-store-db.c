/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-store-db"
#include "config.h"

#include "bw-store-db.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "bw-error.h"
#include "bw-store-aside.h"
#include "bw-store.h"
#include "bw-target.h"

/* Step n leads from version n to n + 1; a step that was released is never changed. A file of each
 * version is in the corpus of fuzz-store. */
static const char *const migrations[] = {
    "CREATE TABLE boards ("
    " mac TEXT PRIMARY KEY NOT NULL,"
    " name TEXT, chip_name TEXT, app_name TEXT, app_version TEXT, last_place TEXT,"
    " last_seen_us INTEGER NOT NULL DEFAULT 0) STRICT;"
    "CREATE TABLE jobs ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " mac TEXT, address TEXT NOT NULL, place TEXT, title TEXT NOT NULL, firmware TEXT,"
    " state TEXT NOT NULL, result TEXT NOT NULL DEFAULT 'none', cause TEXT, message TEXT,"
    " fraction REAL NOT NULL DEFAULT 0, started_us INTEGER NOT NULL,"
    " finished_us INTEGER NOT NULL DEFAULT 0, owner TEXT,"
    " is_seen INTEGER NOT NULL DEFAULT 0) STRICT;"
    "CREATE INDEX jobs_by_mac ON jobs (mac, id);"
    "CREATE INDEX jobs_by_result ON jobs (result, id);"
    "CREATE TABLE journal ("
    " job INTEGER NOT NULL REFERENCES jobs (id), time_us INTEGER NOT NULL,"
    " state TEXT NOT NULL, fraction REAL NOT NULL) STRICT;"
    "CREATE INDEX journal_by_job ON journal (job, time_us);",
    /* whether a firmware was proved was not kept before; whether a board was changed is guessed from
     * what the job was at, as it was then */
    "ALTER TABLE jobs ADD COLUMN is_proved INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE jobs ADD COLUMN was_changed INTEGER NOT NULL DEFAULT 0;"
    "UPDATE jobs SET was_changed = 1 WHERE EXISTS"
    " (SELECT 1 FROM journal AS step WHERE step.job = jobs.id"
    "  AND step.state IN ('erasing', 'writing'));",
    /* what an older job did is not known: its title is for people */
    "ALTER TABLE jobs ADD COLUMN action TEXT;"
    "ALTER TABLE jobs ADD COLUMN partition TEXT;"
    "ALTER TABLE jobs ADD COLUMN offset INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE jobs ADD COLUMN size INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE jobs ADD COLUMN files TEXT;",
    /* of older jobs it is not known whether a copy of the board was there */
    ("ALTER TABLE boards ADD COLUMN has_copies INTEGER NOT NULL DEFAULT 0;"
     "ALTER TABLE jobs ADD COLUMN is_told_by_place INTEGER NOT NULL DEFAULT 0;"),
};

/* What the last migration leaves: all that is read and written. */
static const char *const shape =
    "SELECT mac, name, chip_name, app_name, app_version, last_place, last_seen_us, has_copies"
    " FROM boards LIMIT 0;"
    "SELECT id, mac, address, place, title, firmware, state, result, cause, message, fraction,"
    " started_us, finished_us, owner, is_seen, is_proved, was_changed, action, partition, offset,"
    " size, files, is_told_by_place FROM jobs LIMIT 0;"
    "SELECT job, time_us, state, fraction FROM journal LIMIT 0;";

G_STATIC_ASSERT (G_N_ELEMENTS (migrations) == BW_STORE_SCHEMA_VERSION);

static BwCause
get_cause (int code)
{
    switch (code & 0xff) {
    case SQLITE_FULL:
        return BW_CAUSE_NO_SPACE;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    /* our statements do not change: tables are missing, or are not those of the version */
    case SQLITE_ERROR:
        return BW_CAUSE_STORE_DAMAGED;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        return BW_CAUSE_STORE_CLOSED;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return BW_CAUSE_STORE_BUSY;
    default:
        return BW_CAUSE_INTERNAL;
    }
}

/* SQLite tells a full disk from other failures only where the system said so at the very write; a
 * quota or a limit of the process comes as a failed write. Damage is only what was read and makes no
 * sense: whatever else goes wrong with a file may pass, and another station may be at work on it. */
static BwCause
get_io_cause (int code)
{
    switch (code) {
    case SQLITE_IOERR_WRITE:
    case SQLITE_IOERR_TRUNCATE:
    case SQLITE_IOERR_FSYNC:
    case SQLITE_IOERR_DIR_FSYNC:
    case SQLITE_IOERR_SHMOPEN: /* it is there, but cannot grow */
    case SQLITE_IOERR_SHMSIZE:
        return BW_CAUSE_NO_SPACE;
    case SQLITE_IOERR_SHORT_READ:
    case SQLITE_IOERR_DATA:
    case SQLITE_IOERR_CORRUPTFS:
        return BW_CAUSE_STORE_DAMAGED;
    case SQLITE_IOERR_LOCK:
    case SQLITE_IOERR_UNLOCK:
    case SQLITE_IOERR_RDLOCK:
    case SQLITE_IOERR_CHECKRESERVEDLOCK:
    case SQLITE_IOERR_BLOCKED:
    case SQLITE_IOERR_SHMLOCK:
        return BW_CAUSE_STORE_BUSY;
    default:
        return BW_CAUSE_INTERNAL;
    }
}

void
_bw_store_db_set_error (GError **error, sqlite3 *db, const char *what)
{
    int code = db == NULL ? SQLITE_NOMEM : sqlite3_extended_errcode (db);
    BwCause cause = (code & 0xff) == SQLITE_IOERR ? get_io_cause (code) : get_cause (code);

    /* translators: what was tried, what SQLite says, its number of the error */
    bw_set_error (error, cause, _ ("%s: %s (code %d)"), what,
                  db == NULL ? _ ("out of memory") : sqlite3_errmsg (db), code);
}

gboolean
_bw_store_db_exec (sqlite3 *db, const char *sql, GError **error)
{
    if (sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK)
        return TRUE;
    _bw_store_db_set_error (error, db, _ ("store"));
    return FALSE;
}

gboolean
_bw_store_db_check_there (sqlite3 *db, const char *path, GError **error)
{
    int has_moved = 0;

    if (sqlite3_file_control (db, "main", SQLITE_FCNTL_HAS_MOVED, &has_moved) == SQLITE_OK
        && has_moved == 0)
        return TRUE;
    bw_set_error (error, BW_CAUSE_STORE_GONE, _ ("%s is not the file any more that was opened"),
                  path);
    return FALSE;
}

/* The one value of the first row, as a number. */
static gboolean
query_number (sqlite3 *db, const char *sql, int *ret_number, GError **error)
{
    sqlite3_stmt *statement = NULL;
    gboolean is_ok = sqlite3_prepare_v2 (db, sql, -1, &statement, NULL) == SQLITE_OK
                     && sqlite3_step (statement) == SQLITE_ROW;

    if (is_ok)
        *ret_number = sqlite3_column_int (statement, 0);
    else
        _bw_store_db_set_error (error, db, sql);
    sqlite3_finalize (statement);
    return is_ok;
}

static gboolean
check_whole (sqlite3 *db, GError **error)
{
    sqlite3_stmt *statement = NULL;
    const char *verdict = NULL;
    gboolean is_ok = FALSE;

    if (sqlite3_prepare_v2 (db, "PRAGMA quick_check(1)", -1, &statement, NULL) != SQLITE_OK
        || sqlite3_step (statement) != SQLITE_ROW) {
        _bw_store_db_set_error (error, db, _ ("checking the store"));
    } else {
        verdict = (const char *) sqlite3_column_text (statement, 0);
        is_ok = g_strcmp0 (verdict, "ok") == 0;
        if (!is_ok)
            bw_set_error (error, BW_CAUSE_STORE_DAMAGED, _ ("checking the store: %s"), verdict);
    }
    sqlite3_finalize (statement);
    return is_ok;
}

static gboolean
migrate_step (sqlite3 *db, int from, GError **error)
{
    g_autofree char *sql =
        g_strdup_printf ("%s PRAGMA user_version = %d;", migrations[from], from + 1);

    return _bw_store_db_exec (db, sql, error);
}

/* Two stations may start at once: each step is decided under the write lock. */
static gboolean
migrate_one (sqlite3 *db, int *ret_version, GError **error)
{
    int version = 0;

    if (!_bw_store_db_exec (db, "BEGIN IMMEDIATE", error))
        return FALSE;
    if (query_number (db, "PRAGMA user_version", &version, error)
        && (version >= BW_STORE_SCHEMA_VERSION || migrate_step (db, version, error))
        && _bw_store_db_exec (db, "COMMIT", error)) {
        *ret_version = MIN (version + 1, BW_STORE_SCHEMA_VERSION);
        return TRUE;
    }
    sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);
    return FALSE;
}

static gboolean
migrate (sqlite3 *db, const char *path, GError **error)
{
    int version = 0;

    if (!query_number (db, "PRAGMA user_version", &version, error))
        return FALSE;
    if (version > BW_STORE_SCHEMA_VERSION || version < 0) {
        bw_set_error (error, BW_CAUSE_STORE_FROM_FUTURE,
                      _ ("%s has version %d, this program knows up to %d"), path, version,
                      BW_STORE_SCHEMA_VERSION);
        return FALSE;
    }
    while (version < BW_STORE_SCHEMA_VERSION)
        if (!migrate_one (db, &version, error))
            return FALSE;
    return TRUE;
}

static void
set_closed (GError **error, const char *path, int reason)
{
    bw_set_error (error, bw_target_is_full (reason) ? BW_CAUSE_NO_SPACE : BW_CAUSE_STORE_CLOSED,
                  "%s: %s", path, g_strerror (reason));
}

static gboolean
make_folder (const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname (path);

    if (g_mkdir_with_parents (folder, 0700) == 0)
        return TRUE;
    set_closed (error, path, errno);
    return FALSE;
}

/* The file is made here and not by SQLite, so that only its owner can read it. */
static gboolean
make_file (const char *path, GError **error)
{
    int fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0) {
        set_closed (error, path, errno);
        return FALSE;
    }
    close (fd);
    return TRUE;
}

static gboolean
set_up (sqlite3 *db, BwStoreWait *wait, const char *path, GError **error)
{
    _bw_store_wait_install (wait, db);
    sqlite3_extended_result_codes (db, 1);
    /* the version is looked at first: a newer file must not even get another journal mode */
    return check_whole (db, error) && migrate (db, path, error)
           && _bw_store_db_exec (db, shape, error)
           && _bw_store_db_exec (db,
                                 "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                                 "PRAGMA foreign_keys = ON;",
                                 error);
}

void
_bw_store_db_give_up (sqlite3 *db, const char *path, GError *reason, GError **error)
{
    /* it stays, or goes, as it was found */
    if (db != NULL)
        (void) sqlite3_db_config (db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    if (bw_error_get_cause (reason) == BW_CAUSE_STORE_DAMAGED) {
        _bw_store_aside_take (db, path, reason, error);
        g_error_free (reason);
    } else {
        g_propagate_error (error, reason);
    }
    sqlite3_close (db);
}

static sqlite3 *
open_file (const char *path, BwStoreWait *wait, sqlite3 **ret_useless, GError **error)
{
    sqlite3 *db = NULL;

    if (!make_file (path, error))
        return NULL;
    if (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX, NULL)
        != SQLITE_OK)
        _bw_store_db_set_error (error, db, path);
    else if (set_up (db, wait, path, error))
        return db;
    *ret_useless = db;
    return NULL;
}

sqlite3 *
_bw_store_db_open (const char *path, BwStoreWait *wait, GError **error)
{
    GError *reason = NULL;
    sqlite3 *db = NULL;
    sqlite3 *useless = NULL;
    int hold = -1;

    if (!make_folder (path, error) || !_bw_store_aside_enter (path, wait, &hold, error))
        return NULL;
    db = open_file (path, wait, &useless, &reason);
    _bw_store_aside_leave (hold);
    if (db == NULL)
        _bw_store_db_give_up (useless, path, reason, error);
    return db;
}

/* Field 22 of /proc/PID/stat: start time in clock ticks since boot. */
static char *
dup_start_time (const char *pid)
{
    g_autofree char *path = g_strdup_printf ("/proc/%s/stat", pid);
    g_autofree char *stat = NULL;
    g_auto (GStrv) fields = NULL;
    const char *behind_name = NULL;

    if (!g_file_get_contents (path, &stat, NULL, NULL))
        return NULL;
    behind_name = strrchr (stat, ')');
    if (behind_name == NULL)
        return NULL;
    fields = g_strsplit (behind_name, " ", -1);
    return g_strv_length (fields) > 20 ? g_strdup (fields[20]) : NULL;
}

static char *
dup_boot_id (void)
{
    char *id = NULL;

    if (!g_file_get_contents ("/proc/sys/kernel/random/boot_id", &id, NULL, NULL))
        return g_strdup ("unknown");
    return g_strchomp (id);
}

char *
_bw_store_db_dup_owner (void)
{
    g_autofree char *pid = g_strdup_printf ("%d", (int) getpid ());
    g_autofree char *started = dup_start_time (pid);
    g_autofree char *boot = dup_boot_id ();

    return g_strdup_printf ("%s %s %s", pid, started == NULL ? "0" : started, boot);
}

gboolean
_bw_store_db_owner_lives (const char *owner)
{
    g_auto (GStrv) words = NULL;
    g_autofree char *started = NULL;
    g_autofree char *boot = dup_boot_id ();

    if (owner == NULL)
        return FALSE;
    words = g_strsplit (owner, " ", 3);
    if (g_strv_length (words) != 3 || g_strcmp0 (words[2], boot) != 0)
        return FALSE;
    started = dup_start_time (words[0]);
    return g_strcmp0 (started == NULL ? "" : started, words[1]) == 0;
}
