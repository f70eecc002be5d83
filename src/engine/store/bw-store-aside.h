/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-store-wait.h"

G_BEGIN_DECLS

/* A damaged database leaves its place together with its journal and its index, which belong to it by
 * name: one of them left behind would be taken for the next database's. They go into a folder that is
 * made first; while it has its first name nothing is opened, and whoever finds it finishes what was
 * begun. Nobody opens a database while one leaves. Nothing is ever deleted. Threads: any; blocks on
 * the disk. */

/**
 * _bw_store_aside_enter:
 * @path: a database that is to be opened; its folder is there
 * @wait: (nullable): how long to wait for one that leaves, and when to stop
 * @ret_hold: to be given to _bw_store_aside_leave() when it is open
 * @error: cause store-damaged if a program died while one was leaving: now it has left, the message
 *   says as what; or store-busy
 *
 * Returns: %TRUE if the database may be opened
 */
gboolean _bw_store_aside_enter (const char *path, BwStoreWait *wait, int *ret_hold, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * _bw_store_aside_leave:
 * @hold: from _bw_store_aside_enter()
 */
void _bw_store_aside_leave (int hold);

/**
 * _bw_store_aside_take:
 * @db: (nullable): a connection to a damaged database; stays open
 * @path: its file
 * @reason: what is wrong with it
 * @error: cause store-damaged; the message says as what it is kept
 */
void _bw_store_aside_take (sqlite3 *db, const char *path, const GError *reason, GError **error);

G_END_DECLS
