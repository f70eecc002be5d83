/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

#include "bw-store-wait.h"

G_BEGIN_DECLS

/* The database file: opening, migrating, and what its errors mean. Threads: the caller sees to it
 * that one connection is used by one thread at a time. */

/**
 * _bw_store_db_open:
 * @path: file; its folder is made when it is missing
 * @wait: what to do while another program holds it; kept by the caller as long as the connection
 * @error: cause store-damaged (the file was set aside, the message names the new name),
 *   store-from-future, no-space, store-closed or store-busy
 *
 * Returns: (transfer full) (nullable): a connection to a database of the current version
 */
sqlite3 *
_bw_store_db_open (const char *path, BwStoreWait *wait, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * _bw_store_db_give_up:
 * @db: (nullable) (transfer full): a connection that is of no use; closed
 * @path: its file
 * @reason: (transfer full): why
 * @error: where to put it; a damaged file is set aside, and the new name is in the message
 */
void _bw_store_db_give_up (sqlite3 *db, const char *path, GError *reason, GError **error);

/**
 * _bw_store_db_set_error:
 * @error: where to put it
 * @db: a connection whose last call failed
 * @what: what was tried, already translated
 *
 * Turns the database's last error into one of ours.
 */
void _bw_store_db_set_error (GError **error, sqlite3 *db, const char *what);

/**
 * _bw_store_db_exec:
 * @db: a connection
 * @sql: statements without values
 * @error: cause no-space, store-damaged …
 *
 * Returns: %TRUE when all were carried out
 */
gboolean _bw_store_db_exec (sqlite3 *db, const char *sql, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * _bw_store_db_check_there:
 * @db: a connection
 * @path: its file, for people
 * @error: cause store-gone
 *
 * The file may be deleted or moved away while it is open. SQLite goes on writing to what nobody will
 * find.
 *
 * Returns: %TRUE when what was opened still has its name
 */
gboolean
_bw_store_db_check_there (sqlite3 *db, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * _bw_store_db_dup_owner:
 *
 * Returns: (transfer full): what names this run of this process: process id, its start time and the
 *   boot it belongs to
 */
char *_bw_store_db_dup_owner (void);

/**
 * _bw_store_db_owner_lives:
 * @owner: (nullable): as _bw_store_db_dup_owner() gave it
 *
 * Returns: %TRUE while that process still runs
 */
gboolean _bw_store_db_owner_lives (const char *owner);

G_END_DECLS
