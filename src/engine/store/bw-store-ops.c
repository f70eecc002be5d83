/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "bw-store-ops"
#include "config.h"

#include "bw-store-ops.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "bw-error.h"
#include "bw-store-db.h"

/* Several hundred file names are common; more is a mistake, or somebody else's database. */
#define FILES_TEXT_MAX (4u * 1024 * 1024)

/* A station has room for so many boards with one MAC. */
#define PLACES_MAX "256"

/* Whether the MAC of a job tells which board it ran on. */
#define HAS_COPIES(mac) "coalesce ((SELECT has_copies FROM boards WHERE boards.mac = " mac "), 0)"

/* What a later job may have done that makes an older one good without proof. */
#define ALL_ERASED                                                                                 \
    "new.action = 'erase' AND new.partition IS NULL AND new.offset = 0 AND new.size = 0"
#define SAME_DONE                                                                                  \
    "new.action = old.action AND new.action <> 'flash' AND new.partition IS old.partition"         \
    " AND new.offset = old.offset AND new.size = old.size"

BwStoreOp *
_bw_store_op_new (BwStoreOpKind kind)
{
    BwStoreOp *self = g_new0 (BwStoreOp, 1);

    self->kind = kind;
    self->time_us = g_get_real_time ();
    return self;
}

void
_bw_store_op_free (BwStoreOp *self)
{
    if (self == NULL)
        return;
    g_free (self->mac);
    g_free (self->address);
    g_free (self->place);
    g_free (self->title);
    g_free (self->firmware);
    g_free (self->state);
    g_free (self->result);
    g_free (self->cause);
    g_free (self->message);
    g_free (self->chip_name);
    g_free (self->app_name);
    g_free (self->app_version);
    g_free (self->owner);
    g_free (self->action);
    g_free (self->partition);
    g_free (self->files);
    g_clear_object (&self->cancellable);
    g_clear_error (&self->error);
    g_free (self);
}

char *
_bw_store_op_dup_words (const BwStoreOp *self)
{
    switch (self->kind) {
    case BW_STORE_JOB_STATE:
        return g_strdup_printf ("step “%s” of job %" PRId64, self->state, self->id);
    case BW_STORE_JOB_FIRMWARE:
        return g_strdup_printf ("firmware of job %" PRId64, self->id);
    case BW_STORE_JOB_SEEN:
        return g_strdup_printf ("that somebody knows of job %" PRId64, self->id);
    case BW_STORE_BOARD_SEEN:
        return g_strdup_printf ("what was seen of board %s", self->mac);
    case BW_STORE_BOARD_NAME:
        return g_strdup_printf ("name of board %s", self->mac);
    case BW_STORE_BOARD_COPIES:
        return g_strdup_printf ("that board %s has copies", self->mac);
    case BW_STORE_JOB_BEGIN:
    case BW_STORE_JOB_END:
    case BW_STORE_FLUSH:
    case BW_STORE_QUIT:
    default:
        return g_strdup_printf ("job %" PRId64, self->id);
    }
}

static void
bind_text (sqlite3_stmt *statement, const char *name, const char *text)
{
    int index = sqlite3_bind_parameter_index (statement, name);

    if (index > 0)
        sqlite3_bind_text (statement, index, text, -1, SQLITE_STATIC);
}

static void
bind_number (sqlite3_stmt *statement, const char *name, int64_t number)
{
    int index = sqlite3_bind_parameter_index (statement, name);

    if (index > 0)
        sqlite3_bind_int64 (statement, index, number);
}

static void
bind_op (const BwStoreOp *self, sqlite3_stmt *statement)
{
    int fraction = sqlite3_bind_parameter_index (statement, ":fraction");

    if (fraction > 0)
        sqlite3_bind_double (statement, fraction, self->fraction);
    bind_number (statement, ":id", self->id);
    bind_number (statement, ":time", self->time_us);
    bind_number (statement, ":proved", self->is_proved);
    bind_number (statement, ":changed", self->was_changed);
    bind_number (statement, ":offset", self->offset);
    bind_number (statement, ":size", self->size);
    bind_text (statement, ":mac", self->mac);
    bind_text (statement, ":address", self->address);
    bind_text (statement, ":place", self->place);
    bind_text (statement, ":title", self->title);
    bind_text (statement, ":firmware", self->firmware);
    bind_text (statement, ":state", self->state);
    bind_text (statement, ":result", self->result);
    bind_text (statement, ":cause", self->cause);
    bind_text (statement, ":message", self->message);
    bind_text (statement, ":chip", self->chip_name);
    bind_text (statement, ":app", self->app_name);
    bind_text (statement, ":version", self->app_version);
    bind_text (statement, ":owner", self->owner);
    bind_text (statement, ":action", self->action);
    bind_text (statement, ":partition", self->partition);
    bind_text (statement, ":files", self->files);
}

static gboolean
run_op (const BwStoreOp *self, sqlite3 *db, const char *sql, GError **error)
{
    sqlite3_stmt *statement = NULL;
    gboolean is_ok = sqlite3_prepare_v2 (db, sql, -1, &statement, NULL) == SQLITE_OK;

    if (is_ok) {
        bind_op (self, statement);
        is_ok = sqlite3_step (statement) == SQLITE_DONE;
    }
    if (!is_ok)
        _bw_store_db_set_error (error, db, _ ("writing to the store"));
    sqlite3_finalize (statement);
    return is_ok;
}

static gboolean
begin_job (BwStoreOp *self, sqlite3 *db, GError **error)
{
    if (!run_op (self, db,
                 "INSERT INTO jobs (mac, address, place, title, firmware, state, started_us, owner,"
                 " action, partition, offset, size, files, is_told_by_place)"
                 " VALUES (:mac, :address, :place, :title, :firmware, :state, :time, :owner,"
                 " :action, :partition, :offset, :size, :files, " HAS_COPIES (":mac") ")",
                 error))
        return FALSE;
    self->id = sqlite3_last_insert_rowid (db);
    return TRUE;
}

/* A row that is not there takes no verdict: to change nothing is no success. */
static gboolean
end_job (BwStoreOp *self, sqlite3 *db, GError **error)
{
    if (!run_op (self, db,
                 "UPDATE jobs SET result = :result, cause = :cause, message = :message,"
                 " is_proved = :proved, was_changed = :changed, state = 'finished',"
                 " finished_us = :time WHERE id = :id",
                 error))
        return FALSE;
    if (sqlite3_changes (db) == 1)
        return TRUE;
    bw_set_error (error, BW_CAUSE_STORE_DAMAGED,
                  _ ("writing to the store: job %" PRId64 " is not there"), self->id);
    return FALSE;
}

static gboolean
write_state (BwStoreOp *self, sqlite3 *db, GError **error)
{
    return run_op (self, db,
                   "INSERT INTO journal (job, time_us, state, fraction)"
                   " VALUES (:id, :time, :state, :fraction)",
                   error)
           && run_op (self, db,
                      "UPDATE jobs SET state = :state, fraction = :fraction,"
                      " mac = coalesce (:mac, mac),"
                      " is_told_by_place = " HAS_COPIES (
                          "coalesce (:mac, jobs.mac)") " WHERE id = :id AND result = 'none'",
                      error);
}

static gboolean
write_copies (BwStoreOp *self, sqlite3 *db, GError **error)
{
    return run_op (self, db,
                   "INSERT INTO boards (mac, has_copies, last_seen_us) VALUES (:mac, 1, :time)"
                   " ON CONFLICT (mac) DO UPDATE SET has_copies = 1",
                   error)
           && run_op (self, db,
                      "UPDATE jobs SET is_told_by_place = 1 WHERE mac = :mac AND result = 'none'",
                      error);
}

gboolean
_bw_store_op_apply (BwStoreOp *self, sqlite3 *db, GError **error)
{
    switch (self->kind) {
    case BW_STORE_JOB_BEGIN:
        return begin_job (self, db, error);
    case BW_STORE_JOB_STATE:
        return write_state (self, db, error);
    case BW_STORE_JOB_FIRMWARE:
        return run_op (self, db, "UPDATE jobs SET firmware = :firmware WHERE id = :id", error);
    case BW_STORE_JOB_END:
        return end_job (self, db, error);
    case BW_STORE_JOB_SEEN:
        return run_op (self, db, "UPDATE jobs SET is_seen = 1 WHERE id = :id", error);
    case BW_STORE_BOARD_SEEN:
        return run_op (self, db,
                       "INSERT INTO boards (mac, chip_name, app_name, app_version, last_place,"
                       " last_seen_us) VALUES (:mac, :chip, :app, :version, :place, :time)"
                       " ON CONFLICT (mac) DO UPDATE SET chip_name = excluded.chip_name,"
                       " app_name = excluded.app_name, app_version = excluded.app_version,"
                       " last_place = coalesce (excluded.last_place, last_place),"
                       " last_seen_us = excluded.last_seen_us",
                       error);
    case BW_STORE_BOARD_NAME:
        return run_op (self, db,
                       "INSERT INTO boards (mac, name, last_seen_us) VALUES (:mac, :title, :time)"
                       " ON CONFLICT (mac) DO UPDATE SET name = excluded.name",
                       error);
    case BW_STORE_BOARD_COPIES:
        return write_copies (self, db, error);
    case BW_STORE_FLUSH:
    case BW_STORE_QUIT:
    default:
        return TRUE;
    }
}

/* Reading */

static char *
dup_column (sqlite3_stmt *statement, int column)
{
    const char *text = (const char *) sqlite3_column_text (statement, column);

    return text == NULL ? NULL : g_utf8_make_valid (text, -1);
}

static gpointer
read_board (sqlite3_stmt *statement)
{
    BwStoredBoard *board = g_new0 (BwStoredBoard, 1);

    board->mac = dup_column (statement, 0);
    board->name = dup_column (statement, 1);
    board->chip_name = dup_column (statement, 2);
    board->app_name = dup_column (statement, 3);
    board->app_version = dup_column (statement, 4);
    board->last_place = dup_column (statement, 5);
    return board;
}

#define JOB_COLUMNS                                                                                \
    "id, mac, address, place, title, firmware, state, result, cause, message, fraction,"           \
    " started_us, finished_us, is_proved, was_changed, action, partition, offset, size, files"

/* File names are any bytes, and the text is one: GVariant's own writes both. */
char *
_bw_store_dup_files_text (const char *const *files)
{
    g_autoptr (GVariant) variant = NULL;

    if (files == NULL || files[0] == NULL)
        return NULL;
    variant = g_variant_ref_sink (g_variant_new_bytestring_array (files, -1));
    return g_variant_print (variant, FALSE);
}

/* What makes no sense is not known. */
static GStrv
parse_files (const char *text)
{
    g_autoptr (GVariant) variant = NULL;

    if (text == NULL || strlen (text) > FILES_TEXT_MAX)
        return NULL;
    variant = g_variant_parse (G_VARIANT_TYPE_BYTESTRING_ARRAY, text, NULL, NULL, NULL);
    return variant == NULL || g_variant_n_children (variant) == 0
               ? NULL
               : g_variant_dup_bytestring_array (variant, NULL);
}

static uint32_t
read_u32 (sqlite3_stmt *statement, int column)
{
    return (uint32_t) CLAMP (sqlite3_column_int64 (statement, column), 0, UINT32_MAX);
}

static gpointer
read_job (sqlite3_stmt *statement)
{
    BwStoredJob *job = g_new0 (BwStoredJob, 1);

    job->id = sqlite3_column_int64 (statement, 0);
    job->mac = dup_column (statement, 1);
    job->address = dup_column (statement, 2);
    job->place = dup_column (statement, 3);
    job->title = dup_column (statement, 4);
    job->firmware = dup_column (statement, 5);
    job->state = dup_column (statement, 6);
    job->result = dup_column (statement, 7);
    job->cause = dup_column (statement, 8);
    job->message = dup_column (statement, 9);
    job->fraction = sqlite3_column_double (statement, 10);
    job->started_us = sqlite3_column_int64 (statement, 11);
    job->finished_us = sqlite3_column_int64 (statement, 12);
    job->is_proved = sqlite3_column_int (statement, 13) != 0;
    job->was_changed = sqlite3_column_int (statement, 14) != 0;
    job->action = dup_column (statement, 15);
    job->partition = dup_column (statement, 16);
    job->offset = read_u32 (statement, 17);
    job->size = read_u32 (statement, 18);
    job->files = parse_files ((const char *) sqlite3_column_text (statement, 19));
    return job;
}

/* Takes the statement over. */
static GPtrArray *
read_rows (sqlite3 *db,
           sqlite3_stmt *statement,
           gpointer (*read_row) (sqlite3_stmt *),
           GDestroyNotify free_row,
           GError **error)
{
    g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (free_row);
    int code = statement == NULL ? SQLITE_ERROR : sqlite3_step (statement);

    for (; code == SQLITE_ROW; code = sqlite3_step (statement))
        g_ptr_array_add (rows, read_row (statement));
    if (code != SQLITE_DONE)
        _bw_store_db_set_error (error, db, _ ("reading the store"));
    sqlite3_finalize (statement);
    return code == SQLITE_DONE ? g_steal_pointer (&rows) : NULL;
}

GPtrArray *
_bw_store_read_boards (sqlite3 *db, GError **error)
{
    sqlite3_stmt *statement = NULL;

    sqlite3_prepare_v2 (db,
                        "SELECT mac, name, chip_name, app_name, app_version, last_place"
                        " FROM boards ORDER BY last_seen_us DESC, mac",
                        -1, &statement, NULL);
    return read_rows (db, statement, read_board, (GDestroyNotify) bw_stored_board_free, error);
}

GPtrArray *
_bw_store_read_jobs (sqlite3 *db, const char *mac, unsigned limit, GError **error)
{
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2 (db,
                            "SELECT " JOB_COLUMNS " FROM jobs WHERE :mac IS NULL OR mac = :mac"
                            " ORDER BY id DESC LIMIT :id",
                            -1, &statement, NULL)
        == SQLITE_OK) {
        bind_text (statement, ":mac", mac);
        bind_number (statement, ":id", limit);
    }
    return read_rows (db, statement, read_job, (GDestroyNotify) bw_stored_job_free, error);
}

static gpointer
read_place (sqlite3_stmt *statement)
{
    return dup_column (statement, 0);
}

/* At a place where a later job ended well there is another board, or this one would be made good. */
static gboolean
read_good_elsewhere (sqlite3 *db, BwStoredJob *job, GError **error)
{
    sqlite3_stmt *statement = NULL;
    GPtrArray *places = NULL;

    if (sqlite3_prepare_v2 (db,
                            "SELECT DISTINCT new.place FROM jobs AS old JOIN jobs AS new"
                            " ON new.id > old.id AND new.mac = old.mac AND new.place <> old.place"
                            " WHERE old.id = :id AND (new.is_proved = 1 OR (new.result = 'success'"
                            " AND ((" ALL_ERASED ") OR (" SAME_DONE ")))) LIMIT " PLACES_MAX,
                            -1, &statement, NULL)
        == SQLITE_OK)
        bind_number (statement, ":id", job->id);
    places = read_rows (db, statement, read_place, g_free, error);
    if (places == NULL)
        return FALSE;
    if (places->len > 0) {
        g_ptr_array_add (places, NULL);
        job->good_elsewhere = g_strdupv ((char **) places->pdata);
    }
    g_ptr_array_unref (places);
    return TRUE;
}

static GPtrArray *
read_torn (sqlite3 *db, GError **error)
{
    sqlite3_stmt *statement = NULL;

    /* torn: the station died, or the job failed or a person stopped it after the board was changed,
     * but for those that were written and proved and then did not start; its state is the one in which
     * something was done last. Of what was to be written only what was compared by digest makes it
     * good, or that nothing is left: a restart succeeds on a half-written board as well. What was
     * written whole, but not compared, is the news then. Jobs at two places ran on two boards when
     * they ran at the same time, or copies with their MAC were known when the later one ran */
    sqlite3_prepare_v2 (
        db,
        "WITH torn AS (SELECT id, mac, address, place, title, firmware,"
        "  coalesce ((SELECT step.state FROM journal AS step"
        "   WHERE step.job = jobs.id AND step.state <> 'waiting-replug'"
        "   ORDER BY step.rowid DESC LIMIT 1), state) AS state,"
        "  result, cause, message, fraction, started_us, finished_us, is_proved, was_changed,"
        "  action, partition, offset, size, files, is_seen FROM jobs WHERE result = 'interrupted'"
        "  OR (was_changed = 1"
        "   AND (result = 'cancelled' OR (result = 'failed' AND coalesce (cause, '') NOT IN"
        "    ('app-missing', 'app-boot-loop', 'app-rejected', 'brownout'))))),"
        " later AS (SELECT old.id AS old, new.id AS new,"
        "  new.is_proved = 1 OR new.result = 'none' OR new.id IN (SELECT id FROM torn)"
        "   OR (new.result = 'success' AND " ALL_ERASED ")"
        "   OR (new.result = 'success' AND " SAME_DONE ") AS is_end,"
        "  new.result = 'success' AND new.was_changed = 1 AND new.firmware IS NOT NULL AS is_whole"
        "  FROM torn AS old JOIN jobs AS new ON new.id > old.id"
        "   AND (new.mac = old.mac OR (old.mac IS NULL AND new.place = old.place))"
        "   AND (new.place IS old.place OR (new.started_us >= old.finished_us"
        "    AND new.is_told_by_place = 0))),"
        " open AS (SELECT id FROM torn WHERE is_seen = 0"
        "  AND id NOT IN (SELECT old FROM later WHERE is_end)),"
        " whole AS (SELECT max (new) AS id, old FROM later"
        "  WHERE is_whole AND old IN (SELECT id FROM open) GROUP BY old)"
        " SELECT " JOB_COLUMNS " FROM torn"
        " WHERE id IN (SELECT id FROM open) AND id NOT IN (SELECT old FROM whole)"
        " UNION ALL SELECT " JOB_COLUMNS " FROM jobs WHERE id IN (SELECT id FROM whole)"
        " ORDER BY id DESC",
        -1, &statement, NULL);
    return read_rows (db, statement, read_job, (GDestroyNotify) bw_stored_job_free, error);
}

GPtrArray *
_bw_store_read_interrupted (sqlite3 *db, GError **error)
{
    g_autoptr (GPtrArray) torn = read_torn (db, error);

    for (unsigned i = 0; torn != NULL && i < torn->len; i++)
        if (!read_good_elsewhere (db, torn->pdata[i], error))
            return NULL;
    return g_steal_pointer (&torn);
}

static GPtrArray *
read_running (sqlite3 *db, GError **error)
{
    sqlite3_stmt *statement = NULL;

    /* the owner comes in the column of the cause, which a running job does not have */
    sqlite3_prepare_v2 (db,
                        "SELECT id, mac, address, place, title, firmware, state, result, owner,"
                        " message, fraction, started_us, finished_us, is_proved, was_changed,"
                        " action, partition, offset, size, files"
                        " FROM jobs"
                        " WHERE result = 'none'",
                        -1, &statement, NULL);
    return read_rows (db, statement, read_job, (GDestroyNotify) bw_stored_job_free, error);
}

static gboolean
mark_job (sqlite3 *db, int64_t id, GError **error)
{
    BwStoreOp *op = _bw_store_op_new (BW_STORE_JOB_END);
    gboolean is_ok = FALSE;

    op->id = id;
    is_ok = run_op (op, db,
                    "UPDATE jobs SET result = 'interrupted', finished_us = :time WHERE id = :id",
                    error);
    _bw_store_op_free (op);
    return is_ok;
}

gboolean
_bw_store_mark_interrupted (sqlite3 *db, GError **error)
{
    g_autoptr (GPtrArray) running = NULL;
    gboolean is_ok = _bw_store_db_exec (db, "BEGIN IMMEDIATE", error);

    if (!is_ok)
        return FALSE;
    running = read_running (db, error);
    is_ok = running != NULL;
    for (unsigned i = 0; is_ok && i < running->len; i++) {
        const BwStoredJob *job = running->pdata[i];

        if (!_bw_store_db_owner_lives (job->cause))
            is_ok = mark_job (db, job->id, error);
    }
    if (is_ok && _bw_store_db_exec (db, "COMMIT", error))
        return TRUE;
    sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);
    return FALSE;
}
