/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-store"
#include "config.h"

#include "bw-store.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bw-error.h"
#include "bw-store-db.h"
#include "bw-store-ops.h"
#include "bw-store-private.h"

/* Operations that share one commit: 64 jobs that begin together cost a few syncs, not 64. */
#define BATCH_MAX 256u

struct _BwStore {
    GObject parent_instance;
    char *owner;
    char *path;
    GMutex db_lock;
    BwStoreWait wait;
    sqlite3 *db;
    GThread *writer;
    GAsyncQueue *queue; /* of BwStoreOp */
    GMutex done_lock;
    GCond done_cond;
    int is_held;      /* atomic: another program has had the database for long */
    int is_abandoned; /* atomic: nobody waits any more */
};

G_DEFINE_FINAL_TYPE (BwStore, bw_store, G_TYPE_OBJECT)

/* The writing thread */

static gboolean
has_work (BwStoreOp **ops, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (ops[i]->kind != BW_STORE_FLUSH && ops[i]->kind != BW_STORE_QUIT)
            return TRUE;
    return FALSE;
}

/* Also what had been carried out before another one failed: its row is gone with the rest. */
static void
roll_back (BwStore *self, BwStoreOp **ops, unsigned n)
{
    sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
    for (unsigned i = 0; i < n; i++)
        if (ops[i]->kind == BW_STORE_JOB_BEGIN)
            ops[i]->id = 0;
}

static gboolean
write_all (BwStore *self, BwStoreOp **ops, unsigned n, GError **error)
{
    gboolean is_ok = FALSE;

    if (!has_work (ops, n))
        return TRUE;
    is_ok = _bw_store_db_check_there (self->db, self->path, error)
            && _bw_store_db_exec (self->db, "BEGIN IMMEDIATE", error);
    if (is_ok)
        _bw_store_wait_forget (&self->wait);
    for (unsigned i = 0; is_ok && i < n; i++)
        is_ok = _bw_store_op_apply (ops[i], self->db, error);
    /* looked at again, so that what is kept was there when all was written */
    if (is_ok && _bw_store_db_exec (self->db, "COMMIT", error)
        && _bw_store_db_check_there (self->db, self->path, error))
        return TRUE;
    roll_back (self, ops, n);
    return FALSE;
}

static void
lock_db (BwStore *self)
{
    g_mutex_lock (&self->db_lock);
    _bw_store_wait_begin (&self->wait);
}

struct batch {
    BwStore *store;
    BwStoreOp **ops;
    unsigned n;
};

/* Nobody waits for it any more. */
static gboolean
is_unwanted (const BwStoreOp *op)
{
    return g_cancellable_is_cancelled (op->cancellable);
}

/* Nobody waits for it any more, and it need not be tried. */
static gboolean
is_void (const BwStoreOp *op)
{
    return is_unwanted (op) && !op->is_owed;
}

static gboolean
has (const struct batch *batch, gboolean (*is_so) (const BwStoreOp *op))
{
    for (unsigned i = 0; i < batch->n; i++)
        if (batch->ops[i]->error == NULL && is_so (batch->ops[i]))
            return TRUE;
    return FALSE;
}

static void
tell_waiting (BwStore *self)
{
    g_mutex_lock (&self->done_lock);
    g_cond_broadcast (&self->done_cond);
    g_mutex_unlock (&self->done_lock);
}

/* Again and again while another program has the database. What is owed waits for one that only writes a
 * line, as another station does. Returns whether to give up. */
static gboolean
on_held (gpointer data)
{
    const struct batch *batch = data;
    gboolean is_long = _bw_store_wait_is_long (&batch->store->wait);

    if (is_long) {
        g_atomic_int_set (&batch->store->is_held, TRUE);
        tell_waiting (batch->store);
    }
    return g_atomic_int_get (&batch->store->is_abandoned)
           || has (batch, is_long ? is_unwanted : is_void);
}

/* A verdict that is not recorded is another matter than work that was stopped. */
static void
set_cancelled (BwStoreOp *op)
{
    g_clear_error (&op->error);
    bw_set_error (&op->error, op->is_owed ? BW_CAUSE_STORE_BUSY : BW_CAUSE_CANCELLED,
                  _ ("cancelled while waiting for the records"));
}

static gboolean
is_busy (const GError *error)
{
    return bw_error_get_cause (error) == BW_CAUSE_STORE_BUSY;
}

static void
write_one (BwStore *self, BwStoreOp *op)
{
    struct batch batch = { self, &op, 1 };
    gboolean is_ok = FALSE;

    self->wait.of = &batch;
    is_ok = !is_void (op) && write_all (self, &op, 1, &op->error);
    if (!is_ok && (is_void (op) || (is_unwanted (op) && is_busy (op->error))))
        set_cancelled (op);
    if (op->error != NULL && !op->is_waited_for) {
        g_autofree char *words = _bw_store_op_dup_words (op);

        g_warning ("%s is not recorded: %s, ignoring", words, op->error->message);
    }
}

static void
answer_batch (BwStore *self, BwStoreOp **ops, unsigned n)
{
    g_mutex_lock (&self->done_lock);
    for (unsigned i = 0; i < n; i++) {
        if (ops[i]->is_waited_for)
            ops[i]->is_done = TRUE;
        else
            _bw_store_op_free (ops[i]);
    }
    g_cond_broadcast (&self->done_cond);
    g_mutex_unlock (&self->done_lock);
}

/* Who has said stop does not wait until the others are written. Returns how many of them are left. */
static unsigned
answer_unwanted (BwStore *self, BwStoreOp **ops, unsigned n)
{
    unsigned n_left = 0;

    for (unsigned i = 0; i < n; i++) {
        if (!is_void (ops[i])) {
            ops[n_left++] = ops[i];
            continue;
        }
        set_cancelled (ops[i]);
        answer_batch (self, &ops[i], 1);
    }
    return n_left;
}

/* One bad operation must not take others with it: after a failure each gets its own commit. They share
 * one time to wait in. Returns how many of them are to be answered yet. */
static unsigned
write_batch (BwStore *self, BwStoreOp **ops, unsigned n)
{
    struct batch batch = { self, ops, n };

    lock_db (self);
    self->wait.is_unwanted = on_held;
    self->wait.of = &batch;
    if (n == 1 || has (&batch, is_void) || !write_all (self, ops, n, NULL)) {
        n = answer_unwanted (self, ops, n);
        for (unsigned i = 0; i < n; i++)
            write_one (self, ops[i]);
    }
    self->wait.of = NULL;
    self->wait.is_unwanted = NULL;
    g_atomic_int_set (&self->is_held, FALSE);
    g_mutex_unlock (&self->db_lock);
    return n;
}

static gpointer
write_loop (gpointer data)
{
    BwStore *self = data;
    BwStoreOp *ops[BATCH_MAX];
    gboolean is_over = FALSE;

    while (!is_over) {
        unsigned n = 0;

        for (gpointer op = g_async_queue_pop (self->queue); op != NULL;
             op = n < BATCH_MAX ? g_async_queue_try_pop (self->queue) : NULL) {
            ops[n++] = op;
            is_over = is_over || ops[n - 1]->kind == BW_STORE_QUIT;
        }
        answer_batch (self, ops, write_batch (self, ops, n));
    }
    return NULL;
}

static void
post (BwStore *self, BwStoreOp *op)
{
    g_async_queue_push (self->queue, op);
}

static void
on_cancelled (GCancellable *cancellable, BwStore *self)
{
    tell_waiting (self);
}

/* Cancelled before its turn has come. What is owed is left only to another program that keeps it from
 * its turn, not to others of ours. */
static gboolean
take_back (BwStore *self, BwStoreOp *op)
{
    return is_unwanted (op) && (!op->is_owed || g_atomic_int_get (&self->is_held))
           && g_async_queue_remove (self->queue, op);
}

/* Until it is written, or taken back. */
static void
wait_for (BwStore *self, BwStoreOp *op)
{
    gulong handler =
        op->cancellable == NULL
            ? 0
            : g_cancellable_connect (op->cancellable, G_CALLBACK (on_cancelled), self, NULL);

    g_mutex_lock (&self->done_lock);
    while (!op->is_done && !take_back (self, op))
        g_cond_wait (&self->done_cond, &self->done_lock);
    if (!op->is_done)
        set_cancelled (op);
    g_mutex_unlock (&self->done_lock);
    g_cancellable_disconnect (op->cancellable, handler);
}

/* Takes the operation over; its row number is returned. */
static gboolean
post_and_wait (BwStore *self, BwStoreOp *op, int64_t *ret_id, GError **error)
{
    gboolean is_ok = FALSE;

    op->is_waited_for = TRUE;
    post (self, op);
    wait_for (self, op);
    is_ok = op->error == NULL;
    if (is_ok && ret_id != NULL)
        *ret_id = op->id;
    if (!is_ok)
        g_propagate_error (error, g_steal_pointer (&op->error));
    _bw_store_op_free (op);
    return is_ok;
}

/* The object */

static void
bw_store_finalize (GObject *object)
{
    BwStore *self = BW_STORE (object);

    if (self->writer != NULL) {
        post (self, _bw_store_op_new (BW_STORE_QUIT));
        g_thread_join (self->writer);
    }
    sqlite3_close (self->db);
    g_async_queue_unref (self->queue);
    g_mutex_clear (&self->db_lock);
    g_mutex_clear (&self->done_lock);
    g_cond_clear (&self->done_cond);
    g_free (self->owner);
    g_free (self->path);
    G_OBJECT_CLASS (bw_store_parent_class)->finalize (object);
}

static void
bw_store_class_init (BwStoreClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = bw_store_finalize;
}

static void
bw_store_init (BwStore *self)
{
    g_mutex_init (&self->db_lock);
    g_mutex_init (&self->done_lock);
    g_cond_init (&self->done_cond);
    self->queue = g_async_queue_new_full ((GDestroyNotify) _bw_store_op_free);
    self->owner = _bw_store_db_dup_owner ();
}

static gboolean
is_cancelled (gpointer data)
{
    return g_cancellable_is_cancelled (data);
}

static gboolean
open_db (BwStore *self, GError **error)
{
    GError *reason = NULL;

    self->db = _bw_store_db_open (self->path, &self->wait, error);
    if (self->db == NULL)
        return FALSE;
    if (_bw_store_mark_interrupted (self->db, &reason))
        return TRUE;
    _bw_store_db_give_up (g_steal_pointer (&self->db), self->path, reason, error);
    return FALSE;
}

BwStore *
bw_store_open_sync (const char *path,
                    GCancellable *cancellable,
                    BwStoreWaitFunc func,
                    gpointer data,
                    GError **error)
{
    g_autoptr (BwStore) self = g_object_new (BW_TYPE_STORE, NULL);
    g_autoptr (GError) reason = NULL;

    self->path = path != NULL
                     ? g_strdup (path)
                     : g_build_filename (g_get_user_data_dir (), "boardwalk", "boardwalk.db", NULL);
    self->wait = (BwStoreWait){ .path = self->path,
                                .func = func,
                                .data = data,
                                .is_unwanted = is_cancelled,
                                .of = cancellable };
    if (!open_db (self, &reason)) {
        if (bw_error_get_cause (reason) == BW_CAUSE_STORE_BUSY && is_cancelled (cancellable))
            bw_set_error (error, BW_CAUSE_CANCELLED, _ ("cancelled while waiting for the records"));
        else
            g_propagate_error (error, g_steal_pointer (&reason));
        return NULL;
    }
    self->wait.is_unwanted = NULL;
    _bw_store_wait_forget (&self->wait);
    self->writer = g_thread_new ("bw-store", write_loop, self);
    return g_steal_pointer (&self);
}

gboolean
bw_store_job_begin_sync (BwStore *self,
                         const BwStoredJob *job,
                         GCancellable *cancellable,
                         int64_t *ret_id,
                         GError **error)
{
    BwStoreOp *op = _bw_store_op_new (BW_STORE_JOB_BEGIN);

    op->mac = g_strdup (job->mac);
    op->address = g_strdup (job->address == NULL ? "" : job->address);
    op->place = g_strdup (job->place);
    op->title = g_strdup (job->title == NULL ? "" : job->title);
    op->firmware = g_strdup (job->firmware);
    op->state = g_strdup (job->state == NULL ? "queued" : job->state);
    op->owner = g_strdup (self->owner);
    op->action = g_strdup (job->action);
    op->partition = g_strdup (job->partition);
    op->offset = job->offset;
    op->size = job->size;
    op->files = _bw_store_dup_files_text ((const char *const *) job->files);
    op->cancellable = cancellable == NULL ? NULL : g_object_ref (cancellable);
    return post_and_wait (self, op, ret_id, error);
}

void
bw_store_job_state (BwStore *self, int64_t id, const char *state, double fraction, const char *mac)
{
    BwStoreOp *op = _bw_store_op_new (BW_STORE_JOB_STATE);

    op->id = id;
    op->state = g_strdup (state);
    op->fraction = fraction;
    op->mac = g_strdup (mac);
    post (self, op);
}

void
bw_store_job_firmware (BwStore *self, int64_t id, const char *firmware)
{
    BwStoreOp *op = _bw_store_op_new (BW_STORE_JOB_FIRMWARE);

    op->id = id;
    op->firmware = g_strdup (firmware);
    post (self, op);
}

gboolean
bw_store_job_end_sync (BwStore *self,
                       int64_t id,
                       const BwStoredJob *end,
                       GCancellable *cancellable,
                       GError **error)
{
    BwStoreOp *op = _bw_store_op_new (BW_STORE_JOB_END);

    op->id = id;
    op->result = g_strdup (end->result);
    op->cause = g_strdup (end->cause);
    op->message = g_strdup (end->message);
    op->is_proved = end->is_proved;
    op->was_changed = end->was_changed;
    op->is_owed = TRUE;
    op->cancellable = cancellable == NULL ? NULL : g_object_ref (cancellable);
    return post_and_wait (self, op, NULL, error);
}

void
bw_store_remember_board (BwStore *self, const BwBoardInfo *info, const char *place)
{
    BwStoreOp *op = NULL;

    g_return_if_fail (info->mac != NULL);
    op = _bw_store_op_new (BW_STORE_BOARD_SEEN);
    op->mac = g_strdup (info->mac);
    op->chip_name = g_strdup (info->chip_name);
    op->app_name = g_strdup (info->app_name);
    op->app_version = g_strdup (info->app_version);
    op->place = g_strdup (place);
    post (self, op);
}

void
bw_store_remember_copies (BwStore *self, const char *mac)
{
    BwStoreOp *op = NULL;

    g_return_if_fail (mac != NULL);
    op = _bw_store_op_new (BW_STORE_BOARD_COPIES);
    op->mac = g_strdup (mac);
    post (self, op);
}

void
bw_store_rename_board (BwStore *self, const char *mac, const char *name)
{
    BwStoreOp *op = _bw_store_op_new (BW_STORE_BOARD_NAME);

    op->mac = g_strdup (mac);
    if (name != NULL && *name != '\0') {
        g_autofree char *valid = g_utf8_make_valid (name, -1);

        op->title =
            g_utf8_substring (valid, 0,
                              MIN (g_utf8_strlen (valid, -1), BW_STORE_NAME_CHARACTERS_MAX));
    }
    post (self, op);
}

void
bw_store_acknowledge_job (BwStore *self, int64_t id)
{
    BwStoreOp *op = _bw_store_op_new (BW_STORE_JOB_SEEN);

    op->id = id;
    post (self, op);
}

GPtrArray *
bw_store_list_boards_sync (BwStore *self, GError **error)
{
    GPtrArray *boards = NULL;

    bw_store_flush_sync (self);
    lock_db (self);
    boards = _bw_store_read_boards (self->db, error);
    g_mutex_unlock (&self->db_lock);
    return boards;
}

GPtrArray *
bw_store_list_jobs_sync (BwStore *self, const char *mac, unsigned limit, GError **error)
{
    GPtrArray *jobs = NULL;

    bw_store_flush_sync (self);
    lock_db (self);
    jobs = _bw_store_read_jobs (self->db, mac, limit, error);
    g_mutex_unlock (&self->db_lock);
    return jobs;
}

GPtrArray *
bw_store_list_interrupted_sync (BwStore *self, GError **error)
{
    GPtrArray *jobs = NULL;

    bw_store_flush_sync (self);
    lock_db (self);
    jobs = _bw_store_read_interrupted (self->db, error);
    g_mutex_unlock (&self->db_lock);
    return jobs;
}

struct list_request {
    char *mac;
    unsigned limit;
};

static void
list_request_free (struct list_request *request)
{
    g_free (request->mac);
    g_free (request);
}

static void
list_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
    struct list_request *request = task_data;
    GError *error = NULL;
    GPtrArray *jobs = bw_store_list_jobs_sync (source, request->mac, request->limit, &error);

    if (jobs == NULL)
        g_task_return_error (task, error);
    else
        g_task_return_pointer (task, jobs, (GDestroyNotify) g_ptr_array_unref);
}

void
bw_store_list_jobs_async (BwStore *self,
                          const char *mac,
                          unsigned limit,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    struct list_request *request = g_new0 (struct list_request, 1);

    request->mac = g_strdup (mac);
    request->limit = limit;
    g_task_set_task_data (task, request, (GDestroyNotify) list_request_free);
    g_task_set_return_on_cancel (task, TRUE);
    g_task_run_in_thread (task, list_in_thread);
}

GPtrArray *
bw_store_list_jobs_finish (BwStore *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, self), NULL);
    return g_task_propagate_pointer (G_TASK (result), error);
}

void
bw_store_flush_sync (BwStore *self)
{
    g_autoptr (GError) error = NULL;

    if (!post_and_wait (self, _bw_store_op_new (BW_STORE_FLUSH), NULL, &error))
        g_warning ("%s, ignoring", error->message);
}

void
bw_store_abandon (BwStore *self)
{
    g_atomic_int_set (&self->is_abandoned, TRUE);
}

gboolean
_bw_store_exec (BwStore *self, const char *sql, GError **error)
{
    gboolean is_ok = FALSE;

    lock_db (self);
    is_ok = _bw_store_db_exec (self->db, sql, error);
    g_mutex_unlock (&self->db_lock);
    return is_ok;
}
