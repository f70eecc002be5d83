/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sqlite3.h>

#include "bw-store.h"

G_BEGIN_DECLS

/* What can be written to the store and read from it, one operation each, without threads. */

typedef enum {
    BW_STORE_JOB_BEGIN,
    BW_STORE_JOB_STATE,
    BW_STORE_JOB_FIRMWARE,
    BW_STORE_JOB_END,
    BW_STORE_JOB_SEEN,
    BW_STORE_BOARD_SEEN,
    BW_STORE_BOARD_NAME,
    BW_STORE_BOARD_COPIES,
    BW_STORE_FLUSH, /* nothing to write: waits for what was posted before */
    BW_STORE_QUIT,
} BwStoreOpKind;

/* One operation on its way to the writing thread. Posted ones are freed there; for a waiting one
 * the caller frees it. */
typedef struct {
    BwStoreOpKind kind;
    int64_t id;
    int64_t time_us;
    double fraction;
    char *mac;
    char *address;
    char *place;
    char *title; /* of a job; the name of a board */
    char *firmware;
    char *state;
    char *result;
    char *cause;
    char *message;
    char *chip_name;
    char *app_name;
    char *app_version;
    char *owner;
    char *action;
    char *partition;
    char *files; /* as text */
    uint32_t offset;
    uint32_t size;
    gboolean is_proved;
    gboolean was_changed;
    gboolean is_owed; /* tried at least once, whoever waits for it */
    gboolean is_waited_for;
    gboolean is_done;
    GCancellable *cancellable; /* (nullable): of who waits for it */
    GError *error;
} BwStoreOp;

/**
 * _bw_store_op_new:
 * @kind: what to do
 *
 * Returns: (transfer full): an operation that happens now
 */
BwStoreOp *_bw_store_op_new (BwStoreOpKind kind);

/**
 * _bw_store_op_free:
 * @self: (nullable) (transfer full): an operation
 */
void _bw_store_op_free (BwStoreOp *self);

/**
 * _bw_store_op_dup_words:
 * @self: an operation that nobody waits for
 *
 * Returns: (transfer full): what it keeps, for the log: "name of board 24:6f:28:00:00:01"
 */
char *_bw_store_op_dup_words (const BwStoreOp *self);

/**
 * _bw_store_dup_files_text:
 * @files: (nullable) (array zero-terminated=1): names of files, any bytes
 *
 * Returns: (transfer full) (nullable): how they stand in the store; %NULL for none
 */
char *_bw_store_dup_files_text (const char *const *files);

/**
 * _bw_store_op_apply:
 * @self: an operation; its id is set when it made a row
 * @db: a connection inside a transaction
 * @error: cause no-space, store-damaged …
 *
 * Returns: %TRUE when done
 */
gboolean
_bw_store_op_apply (BwStoreOp *self, sqlite3 *db, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * _bw_store_mark_interrupted:
 * @db: a connection
 * @error: cause no-space, store-damaged …
 *
 * Marks unfinished jobs of processes that run no more.
 *
 * Returns: %TRUE when done
 */
gboolean _bw_store_mark_interrupted (sqlite3 *db, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * _bw_store_read_boards:
 * @db: a connection
 * @error: cause store-damaged
 *
 * Returns: (transfer full) (element-type BwStoredBoard) (nullable): all, last seen first
 */
GPtrArray *_bw_store_read_boards (sqlite3 *db, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * _bw_store_read_jobs:
 * @db: a connection
 * @mac: (nullable): only of this board
 * @limit: at most so many
 * @error: cause store-damaged
 *
 * Returns: (transfer full) (element-type BwStoredJob) (nullable): newest first
 */
GPtrArray *_bw_store_read_jobs (sqlite3 *db, const char *mac, unsigned limit, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * _bw_store_read_interrupted:
 * @db: a connection
 * @error: cause store-damaged
 *
 * Returns: (transfer full) (element-type BwStoredJob) (nullable): as
 *   bw_store_list_interrupted_sync()
 */
GPtrArray *_bw_store_read_interrupted (sqlite3 *db, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
