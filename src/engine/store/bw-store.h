/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "bw-board-info.h"

G_BEGIN_DECLS

/* What the station remembers: boards and their names, jobs and their journal. SQLite in WAL mode
 * behind this interface; versioned migrations; a store from a newer station is refused, a damaged
 * one is set aside and named, never deleted.
 * Threads: one connection behind a lock. *_sync from worker threads only; the plain functions post
 * to the store's own thread and return at once; *_async for the main thread. */

#define BW_STORE_SCHEMA_VERSION 4
/* Of a board that a person names. */
#define BW_STORE_NAME_CHARACTERS_MAX 80

/**
 * BwStoredBoard:
 * @mac: base MAC, lower case with colons: its identity
 * @name: (nullable): given by a person
 * @chip_name: (nullable): as last seen
 * @app_name: (nullable): as last seen
 * @app_version: (nullable): as last seen
 * @last_place: (nullable): where it was attached
 */
typedef struct {
    char *mac;
    char *name;
    char *chip_name;
    char *app_name;
    char *app_version;
    char *last_place;
} BwStoredBoard;

/**
 * BwStoredJob:
 * @id: row number
 * @mac: (nullable): the board, once known
 * @address: endpoint
 * @place: (nullable): where it was attached
 * @title: what it did, for people
 * @firmware: (nullable): name, version and digest of what was written
 * @state: id of the last state journaled
 * @result: "success", "failed", "cancelled", "interrupted" (the station died) or "none" (running)
 * @cause: (nullable): id of the failure's cause
 * @message: (nullable): summary or failure, for people, in the language of the one who did the job
 * @fraction: how far it was, 0 to 1
 * @started_us: wall clock
 * @finished_us: wall clock; 0 = not finished. For the records: nothing shows it yet
 * @is_proved: its firmware was compared by digest after the last write: it was good. Not known, and
 *   so %FALSE, of jobs from before version 2 of the store
 * @was_changed: what is on the board may have been changed; known once it is finished
 * @action: (nullable): id of what it did: "flash", "erase" …; %NULL, not known, of jobs from before
 *   version 3 of the store
 * @partition: (nullable): which one it read or erased, where it was named
 * @offset: first byte in flash that it read or erased
 * @size: how many bytes; 0 = everything
 * @files: (nullable) (array zero-terminated=1): the FIRMWARE arguments it wrote or compared, or the
 *   file it read to, all absolute; %NULL where there are none and for what came from the network
 * @good_elsewhere: (nullable) (array zero-terminated=1): of an interrupted job of a board that shares
 *   its MAC: places where others with that MAC have been made good since; the board that was torn off
 *   is at none of them
 */
typedef struct {
    int64_t id;
    char *mac;
    char *address;
    char *place;
    char *title;
    char *firmware;
    char *state;
    char *result;
    char *cause;
    char *message;
    double fraction;
    int64_t started_us;
    int64_t finished_us;
    gboolean is_proved;
    gboolean was_changed;
    char *action;
    char *partition;
    uint32_t offset;
    uint32_t size;
    GStrv files;
    GStrv good_elsewhere;
} BwStoredJob;

/**
 * bw_stored_board_free:
 * @self: (nullable) (transfer full): a row. Any thread.
 */
void bw_stored_board_free (BwStoredBoard *self);

/**
 * bw_stored_job_copy:
 * @self: a row
 *
 * Returns: (transfer full): a copy. Any thread.
 */
BwStoredJob *bw_stored_job_copy (const BwStoredJob *self);

/**
 * bw_stored_job_is_same_work:
 * @self: a job
 * @other: another one
 *
 * Returns: whether both do the same with the same part of a flash; files are not looked at
 */
gboolean bw_stored_job_is_same_work (const BwStoredJob *self, const BwStoredJob *other);

/**
 * bw_stored_job_free:
 * @self: (nullable) (transfer full): a row. Any thread.
 */
void bw_stored_job_free (BwStoredJob *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwStoredBoard, bw_stored_board_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwStoredJob, bw_stored_job_free)

#define BW_TYPE_STORE (bw_store_get_type ())
G_DECLARE_FINAL_TYPE (BwStore, bw_store, BW, STORE, GObject)

/**
 * BwStoreWaitFunc:
 * @evidence: that another program holds the database, and which, if that can be seen; for people
 * @data: as given
 *
 * Another program has held the database for a second now, and the store waits for it, five seconds at
 * most; said once until it could be used again. Called on the thread that opens the store or on the
 * store's own; must not call the store.
 */
typedef void (*BwStoreWaitFunc) (const char *evidence, gpointer data);

/**
 * bw_store_open_sync:
 * @path: (nullable): database file; %NULL = the user's own, in the XDG data directory
 * @cancellable: (nullable): ends the wait for another program
 * @func: (nullable): called when there is something to wait for, now and later
 * @data: for @func; both outlive the store
 * @error: cause store-damaged, store-from-future, no-space, store-closed, cancelled, or store-busy where
 *   another program holds it too long
 *
 * Creates or migrates as needed, in one transaction a step, and marks jobs that were running when
 * the station died as "interrupted". Blocks: worker threads, or before the main loop runs.
 *
 * Returns: (transfer full) (nullable): the store
 */
BwStore *bw_store_open_sync (const char *path,
                             GCancellable *cancellable,
                             BwStoreWaitFunc func,
                             gpointer data,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_store_job_begin_sync:
 * @self: a store
 * @job: what is known at the start; @id and times are ignored
 * @cancellable: (nullable): ends the wait for another program that holds the database
 * @ret_id: the new row
 * @error: cause no-space, store-damaged, store-busy, store-gone, cancelled: no row is made then
 *
 * Journals that a job begins, durable on return. Worker threads.
 *
 * Returns: %TRUE when it is on disk
 */
gboolean bw_store_job_begin_sync (BwStore *self,
                                  const BwStoredJob *job,
                                  GCancellable *cancellable,
                                  int64_t *ret_id,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_store_job_state:
 * @self: a store
 * @id: a job
 * @state: id of the state it enters
 * @fraction: how far it is
 * @mac: (nullable): the board, once known
 *
 * Journals a change of state; any thread, returns at once, order kept.
 */
void
bw_store_job_state (BwStore *self, int64_t id, const char *state, double fraction, const char *mac);

/**
 * bw_store_job_firmware:
 * @self: a store
 * @id: a job
 * @firmware: title and digests of what this board gets; replaces what was known at the start
 *
 * Any thread, returns at once, order kept.
 */
void bw_store_job_firmware (BwStore *self, int64_t id, const char *firmware);

/**
 * bw_store_job_end_sync:
 * @self: a store
 * @id: a job
 * @end: how it ended: its result, cause, message, and whether the firmware was proved and the board
 *   changed; the rest is ignored
 * @cancellable: (nullable): ends the wait for another program that holds the database, and nothing else
 * @error: cause no-space, store-damaged, store-busy
 *
 * The verdict, durable on return (a verdict that was shown survives a power cut). Worker threads.
 *
 * Returns: %TRUE when it is on disk
 */
gboolean bw_store_job_end_sync (BwStore *self,
                                int64_t id,
                                const BwStoredJob *end,
                                GCancellable *cancellable,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_store_remember_board:
 * @self: a store
 * @info: an identified board with a MAC
 * @place: (nullable): where it is attached
 *
 * Keeps what was seen of a board; its given name stays. Any thread, returns at once.
 */
void bw_store_remember_board (BwStore *self, const BwBoardInfo *info, const char *place);

/**
 * bw_store_remember_copies:
 * @self: a store
 * @mac: what two boards that were present at the same time both say
 *
 * Keeps that this MAC does not tell which board it is: jobs that run now, and those that begin later,
 * belong to the board at their place. Any thread, returns at once.
 */
void bw_store_remember_copies (BwStore *self, const char *mac);

/**
 * bw_store_rename_board:
 * @self: a store
 * @mac: the board
 * @name: (nullable): new name, at most %BW_STORE_NAME_CHARACTERS_MAX characters; %NULL or "" forgets it
 *
 * Any thread, returns at once.
 */
void bw_store_rename_board (BwStore *self, const char *mac, const char *name);

/**
 * bw_store_list_boards_sync:
 * @self: a store
 * @error: cause store-damaged
 *
 * Returns: (transfer full) (element-type BwStoredBoard) (nullable): all known boards, last seen
 *   first. Worker threads, or before the main loop runs.
 */
GPtrArray *bw_store_list_boards_sync (BwStore *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_store_list_jobs_sync:
 * @self: a store
 * @mac: (nullable): only of this board
 * @limit: at most so many, newest first
 * @error: cause store-damaged
 *
 * Returns: (transfer full) (element-type BwStoredJob) (nullable): jobs. Worker threads, or before
 *   the main loop runs.
 */
GPtrArray *bw_store_list_jobs_sync (BwStore *self, const char *mac, unsigned limit, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_store_list_jobs_async:
 * @self: a store
 * @mac: (nullable): only of this board
 * @limit: at most so many, newest first
 * @cancellable: (nullable): stops waiting
 * @callback: called on the main context
 * @user_data: for @callback
 */
void bw_store_list_jobs_async (BwStore *self,
                               const char *mac,
                               unsigned limit,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);

/**
 * bw_store_list_jobs_finish:
 * @self: a store
 * @result: what the callback was given
 * @error: as bw_store_list_jobs_sync()
 *
 * Returns: (transfer full) (element-type BwStoredJob) (nullable): jobs
 */
GPtrArray *bw_store_list_jobs_finish (BwStore *self,
                                      GAsyncResult *result,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_store_list_interrupted_sync:
 * @self: a store
 * @error: cause store-damaged
 *
 * Interrupted are jobs during which the station died, and those that failed or were stopped by a
 * person after the board was changed; not those of which all was written and that then did not start.
 * Of each, @state is the one in which something was done last.
 *
 * Returns: (transfer full) (element-type BwStoredJob) (nullable): interrupted jobs that nobody has
 *   acknowledged and that no later job of the same board has made good, or may yet because it runs,
 *   newest first. The same board has the same MAC wherever it is attached; where copies with that
 *   MAC were known when the later one ran, or both ran at the same time, it has the same place too.
 *   Without a MAC the place tells. Good makes it what proved what is on the board, what erased all of
 *   it, and, where nothing was to be written, the same done to its end.
 *   Where a later one has written the board whole without a proof, that one is listed instead: its
 *   result is "success".
 *   Worker threads, or before the main loop runs.
 */
GPtrArray *bw_store_list_interrupted_sync (BwStore *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bw_store_acknowledge_job:
 * @self: a store
 * @id: an interrupted job that a person has seen; it is not listed as interrupted again
 *
 * Any thread, returns at once.
 */
void bw_store_acknowledge_job (BwStore *self, int64_t id);

/**
 * bw_store_flush_sync:
 * @self: a store
 *
 * Returns when everything posted so far is on disk. Worker threads, or after the main loop.
 */
void bw_store_flush_sync (BwStore *self);

/**
 * bw_store_abandon:
 * @self: a store that is about to be left
 *
 * From now on nothing waits for another program that holds the database: what that keeps from being
 * written is lost, and each loss is a warning in the log. Any thread, returns at once.
 */
void bw_store_abandon (BwStore *self);

G_END_DECLS
