/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sqlite3.h>

#include "bw-store.h"

G_BEGIN_DECLS

/* What a connection does while another program holds the database: it waits, says so after a second,
 * and gives up when it is told to or has waited long. Threads: the one that uses the connection. */

typedef struct {
    const char *path;                      /* the database; borrowed */
    BwStoreWaitFunc func;                  /* (nullable) */
    gpointer data;                         /* for @func */
    gboolean (*is_unwanted) (gpointer of); /* (nullable): whether to give up at once */
    gpointer of;                           /* for @is_unwanted */
    int64_t since_us;                      /* begin of this wait; 0 = none */
    gboolean is_said;
} BwStoreWait;

/**
 * _bw_store_wait_install:
 * @self: kept by the caller as long as @db
 * @db: a connection that shall wait so
 */
void _bw_store_wait_install (BwStoreWait *self, sqlite3 *db);

/**
 * _bw_store_wait_is_long:
 * @self: a wait
 *
 * Returns: %TRUE when it goes on for so long that it is said
 */
gboolean _bw_store_wait_is_long (const BwStoreWait *self);

/**
 * _bw_store_wait_begin:
 * @self: a wait that is over, whatever came of it; the next one has its time anew. That somebody
 *   holds the database is not said again, though
 */
void _bw_store_wait_begin (BwStoreWait *self);

/**
 * _bw_store_wait_forget:
 * @self: a wait after which the database could be used: whoever holds it next is a new one
 */
void _bw_store_wait_forget (BwStoreWait *self);

G_END_DECLS
